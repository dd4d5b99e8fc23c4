"""Numbers about choosing a norm and its place, against the arrays of the stored runs and plain NumPy."""

import numpy as np
import pytest
from scipy import stats

from normlib import data
from normlib.course.values import ValueCallError, evaluate
from normlib.course.values.stored import stored

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def number(call: str) -> float:
    return evaluate(call).number


def right(activation, placement, scale, rate):
    """Return what each seed gets right at the end, from the stored record itself."""
    (found,) = [
        one
        for one in stored("placement-trained", activation=activation)[1]
        if (one.experiment.placement, one.experiment.scale, one.experiment.learning_rate) == (placement, scale, rate)
    ]
    lost = {stop.seed for stop in found.stopped}
    end = found.values["test_accuracy"][:, -1]
    return np.array([0.0 if seed in lost else end[at] for at, seed in enumerate(found.experiment.seeds)])


def at_best(activation, placement, scale):
    return max((right(activation, placement, scale, rate) for rate in RATES), key=np.mean)


@pytest.mark.parametrize(("activation", "scale"), [("sigmoid", 10.0), ("sigmoid", 0.1), ("relu", 1.0), ("tanh", 10.0)])
def test_placements_are_compared_at_their_own_best_rates(activation, scale):
    asked = f"activation={activation}, scale={scale}"
    for placement in ("none", "before", "after"):
        best = at_best(activation, placement, scale)
        assert number(f"trained_right({asked}, placement={placement})") == pytest.approx(best.mean())
        rate = number(f"trained_best_rate({asked}, placement={placement})")
        assert right(activation, placement, scale, rate).mean() == pytest.approx(best.mean())
    for rates, of in (("best", at_best), ("common", lambda *one: right(*one, 0.1))):
        apart = 100 * (of(activation, "after", scale) - of(activation, "before", scale))
        low, high = stats.t.interval(0.95, len(apart) - 1, apart.mean(), stats.sem(apart))
        found = evaluate(f"placement_gap({asked}, rates={rates})")
        assert found.number == pytest.approx(apart.mean())
        said = found.text.replace("\u00a0", " ").replace("−", "-")
        assert f"95 % interval {round(low, 1):g} to {round(high, 1):g}" in said
    assert number(f"placement_seeds(activation={activation})") == len(apart) == 20


def test_learning_rates_work_from_nine_tenths_on():
    for method in ("none", "batch", "layer"):
        for scale in (1.0, 10.0):
            medians = {}
            for one in stored("learning-rate")[1]:
                if (one.experiment.method, one.experiment.scale) == (method, scale):
                    end = np.nan_to_num(one.values["test_accuracy"][:, -1])
                    medians[one.experiment.learning_rate] = float(np.median(end))
            works = [rate for rate, median in medians.items() if median >= 0.9]
            found = evaluate(f"rates_that_work(method={method}, scale={scale})")
            assert found.number == max(works, default=0)
            assert found.text == (f"{min(works):g} to {max(works):g}" if works else "none")
            assert number(f"right_at_rate(method={method}, rate=0.1, scale={scale})") == pytest.approx(medians[0.1])
    assert number("rate_width(method=batch)") > number("rate_width(method=none)") > 0


def test_what_a_layer_notices():
    x = data.load("digits").x / 16
    rng = np.random.default_rng(0)
    x = x[np.sort(rng.permutation(len(x))[:64])]
    w = rng.normal(size=(64, 16)) / 8

    def standard(a, axis):
        return (a - a.mean(axis=axis, keepdims=True)) / a.std(axis=axis, keepdims=True)

    bright, one_neuron = x * np.where(np.arange(64)[:, None] == 0, 3, 1), w * np.where(np.arange(16) == 0, 3, 1)
    for method, axis in (("batch", 0), ("layer", 1)):
        before = standard(x @ w, axis)
        for change, after in (
            ("scale one sample", standard(bright @ w, axis)),
            ("scale one neuron", standard(x @ one_neuron, axis)),
            ("scale all weights", standard(x @ (3 * w), axis)),
        ):
            moved = np.linalg.norm(after - before) / np.linalg.norm(before)
            found = evaluate(f"noticed(method={method}, change={change})")
            assert found.number == pytest.approx(moved, abs=1e-12)
            assert (found.text == "nothing") == (moved < 1e-9)
    assert number("noticed(method=none, change=scale all weights)") == pytest.approx(2)


def test_published_placements_change_sign():
    network = {
        name: [number(f"published_placement(network={name}, placement={one})") for one in ("before", "after")]
        for name in ("CaffeNet", "GoogLeNet")
    }
    assert network == {"CaffeNet": [0.478, 0.499], "GoogLeNet": [0.607, 0.596]}
    assert evaluate("published_placement(network=GoogLeNet, placement=none)").text == "61.9\u00a0%"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("trained_right(activation=relu, placement=before, scale=2)", "multiplied by 0.1, 1, 10, and not by 2"),
        ("rates_that_work(method=batch, scale=2)", "multiplied by 0.01, 0.1, 1, 10, 100, and not by 2"),
        ("right_at_rate(method=batch, rate=5)", "and 5 was asked for"),
    ],
)
def test_what_was_not_run_is_refused(call, said):
    with pytest.raises(ValueCallError, match=said):
        evaluate(call)
