"""What lessons 11 to 15 say in words rests on their numbers: predictions that are marked right, and null results."""

import re
from pathlib import Path

import numpy as np
import pytest

from normlib.course.blocks import Claim, Instructor, Items, Lab, Predict, Quiz
from normlib.course.reader import read_lesson
from normlib.course.values import evaluate
from normlib.training import Experiment, collect, train

FOLDER = Path(__file__).resolve().parents[2] / "lessons"
FILES = sorted(FOLDER.glob("1[1-5]-*.md"))


def number(call: str) -> float:
    return evaluate(call).number


def interval(call: str) -> tuple[float, float]:
    """Return the ends of the interval that the text of a number gives."""
    said = evaluate(call).text.replace("−", "-").replace("\u00a0", " ")
    found = re.search(r"interval (-?[\d.]+) to (-?[\d.]+)", said)
    assert found, said
    return float(found[1]), float(found[2])


def includes_0(call: str) -> bool:
    low, high = interval(call)
    return low <= 0 <= high


# What each prediction's right answer says, as a statement about its number.
RIGHT = {
    "two-percent-contrast": ("A little less than 1", lambda kept: 0.8 < kept < 0.95),
    "saturated-before-after": (
        "At least as many as without a norm",
        lambda after: after >= number("idle_share(activation=sigmoid, scale=10)"),
    ),
    "relu-placement": (
        "Within about a point, and the sign is not sure",
        lambda gap: abs(gap) <= 1 and includes_0("placement_gap(activation=relu)"),
    ),
    "one-bright-sample": (
        "Under batch norm alone",
        lambda moved: (
            moved > 0.05
            and all(
                number(f"noticed(method={one}, change=scale one sample)") < 1e-9 for one in ("layer", "group", "rms")
            )
        ),
    ),
    "small-spread": ("About 0.3", lambda left: abs(left - 0.3) < 0.02),
    "few-rows": (
        "Less than one point",
        lambda gained: 0 < gained < 1 and not includes_0("few_rows_gain(method=batch)"),
    ),
    "post-ln-fast": (
        "Less than half of that",
        lambda post: post < number("transformer_right_at(placement=pre, blocks=4, rate=0.01)") / 2,
    ),
}


def lessons():
    return [read_lesson(file.read_text(encoding="utf-8"), file.name) for file in FILES]


def test_every_right_answer_is_what_was_measured():
    seen = set()
    for lesson in lessons():
        for block in lesson.blocks():
            if isinstance(block, Predict):
                (option,) = [one for one in block.options if one.right]
                text, holds = RIGHT[block.name]
                assert "".join(map(str, option.text.pieces)).strip() == text
                assert holds(number(block.measured.call)), f"{block.name}: {evaluate(block.measured.call).text}"
                seen.add(block.name)
    assert seen == set(RIGHT)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_lesson_has_all_that_it_needs(file):
    lesson = read_lesson(file.read_text(encoding="utf-8"), file.name)
    assert not lesson.problems
    blocks = list(lesson.blocks())
    for kind, fewest in ((Lab, 2), (Predict, 1), (Quiz, 3), (Instructor, 1), (Items, 2)):
        assert sum(isinstance(one, kind) for one in blocks) >= fewest, kind
    assert len(lesson.objectives) == 3
    assert all(option.feedback for one in blocks if isinstance(one, Quiz | Predict) for option in one.options)
    assert all(one.do for one in blocks if isinstance(one, Lab))
    assert 4 <= len(lesson.steps) <= 8
    # What no laboratory can test says so.
    assert all(one.test or one.name == "both-norms-overfit" for one in blocks if isinstance(one, Claim))


@pytest.mark.parametrize(
    "call",
    [
        "placement_gap(activation=sigmoid)",
        "placement_gap(activation=tanh)",
        "placement_gap(activation=relu, scale=0.1)",
        "placement_gap(activation=relu, scale=10)",
        "placement_gap(activation=sigmoid, scale=0.1)",
        "few_rows_gain(method=layer)",
        "transformer_wider(blocks=1)",
        "small_batch_gap(size=32, method=layer, other=batch)",
    ],
)
def test_what_is_called_not_detected_was_not(call):
    assert includes_0(call)


def test_what_is_called_a_difference_is_one():
    assert interval("placement_gap(activation=sigmoid, scale=10)")[1] < 0
    assert interval("placement_gap(activation=tanh, scale=10)")[1] < 0
    assert interval("placement_gap(activation=sigmoid, scale=0.1, rates=common)")[0] > 0
    assert interval("transformer_wider(blocks=4)")[0] > 0
    assert interval("small_batch_cost(method=batch)")[0] > 0
    # "Here the norm in the wrong place is worse than none."
    after, none = (number(f"trained_right(activation=sigmoid, placement={one}, scale=10)") for one in ("after", "none"))
    assert after < none
    # "Guessing", among ten digits.
    assert number("trained_right(activation=sigmoid, placement=none)") == pytest.approx(0.1, abs=0.02)
    assert number("rates_that_work(method=none)") < number("rates_that_work(method=batch)")
    # A network without a norm worked at every rate that was tried.
    assert evaluate("transformer_rates(placement=none, blocks=4)").text == "0.0003 to 0.03"


def test_a_deep_network_without_a_norm_is_saved_by_its_learning_rate():
    deep = Experiment(depth=32, steps=500, seeds=3, points=2, record=())
    arms = [
        deep.but(method="none", learning_rate=0.1),
        deep.but(method="none", learning_rate=0.01),
        deep.but(method="batch", learning_rate=0.1),
    ]
    lost, saved, batch = (np.median(one.values["test_accuracy"][:, -1]) for one in collect(arms, train(arms)))
    assert lost < 0.2
    assert saved > batch > lost
