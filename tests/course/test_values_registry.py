"""Calls in lessons: what cannot be computed is answered with what was asked and what there is."""

import pytest

from normlib.course.values import ValueCallError, evaluate, parse, registry


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("knn_acuracy(data=wine)", ["“knn_acuracy”", "Did you mean “knn_accuracy”?"]),
        ("distance_share(data=beer, feature=hue)", ["“beer”", "wine, breast cancer, digits"]),
        ("distance_share(data=wine)", ["needs feature"]),
        ("distance_share(data=wine, feature=hue, size=3)", ["no argument “size”"]),
        ("distance_share(data=wine, data=wine, feature=hue)", ["“data” is given twice"]),
        ("distance_share(wine, feature=hue)", ["“wine”", "setting=value"]),
        ("distance_share(data=wine, feature=hew)", ["no feature “hew”", "alcohol"]),
        ("bias_effect(bias=much)", ["“much”", "not a"]),
        ("bias_effect(bias=inf)", ["“inf”", "up to 1,000,000"]),
        ("group_choices(channels=1000000000)", ["“channels”", "“1000000000”", "up to 1,000,000"]),
        ("renorm_distance(step=5, size=0)", ["size=0", "1 to 178 wines"]),
        ("one_pass_error(mean=17, spread=0)", ["is not a number", "Change its arguments"]),
        ("__import__('os')", ["is not a call"]),
        ("x" * 301, ["is not a call"]),
    ],
)
def test_a_call_that_cannot_be_computed_says_what_there_is(call, words):
    with pytest.raises(ValueCallError) as problem:
        evaluate(call)
    for word in words:
        assert word in str(problem.value)


def test_arguments_are_converted():
    assert parse("idle_share(activation=sigmoid, scale=10)") == ("idle_share", {"activation": "sigmoid", "scale": 10.0})


def test_an_equal_call_is_computed_once_and_only_so_many_are_kept(monkeypatch):
    asked = []

    def doubled(of: int) -> registry.Value:
        asked.append(of)
        return registry.Value(2 * of, str(2 * of))

    monkeypatch.setitem(registry._FUNCTIONS, "doubled", doubled)
    monkeypatch.setattr(registry, "_KNOWN", {})
    monkeypatch.setattr(registry, "_MOST_KNOWN", 3)
    for of in (1, 1, 2, 3, 3):
        assert evaluate(f"doubled(of={of})").number == 2 * of
    assert asked == [1, 2, 3]
    evaluate("doubled(of=4)")
    assert len(registry._KNOWN) == 3
    assert evaluate("doubled(of=1)").text == "2"
    assert asked == [1, 2, 3, 4, 1]
