"""Combinations of settings: which experiments they are, and where their results stand."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, train
from normlib.training.crossed import Crossed, CrossedError

WINE = Experiment(data="wine", depth=2, width=8, steps=10, points=3, seeds=2, record=[])


def test_results_stand_where_their_settings_are():
    crossed = Crossed(WINE, {"method": ("none", "batch"), "learning_rate": (0.01, 0.1, 1.0)})
    results = collect(crossed.experiments, train(crossed.experiments))
    table = crossed.table(results, "test_nll")
    assert table.shape == (2, 3, 2)
    for row, method in enumerate(("none", "batch")):
        for column, rate in enumerate((0.01, 0.1, 1.0)):
            alone = WINE.but(method=method, learning_rate=rate)
            (own,) = collect([alone], train([alone]))
            np.testing.assert_array_equal(table[row, column], own.values["test_nll"][:, -1])


def test_a_setting_can_follow_another():
    crossed = Crossed(
        WINE, {"method": ("none",), "batch_size": (8, 32)}, {"learning_rate": ("batch_size", (0.025, 0.1))}
    )
    assert [(one.batch_size, one.learning_rate) for one in crossed.experiments] == [(8, 0.025), (32, 0.1)]


def test_seeds_that_stopped_are_counted_where_they_stopped():
    crossed = Crossed(WINE.but(inputs="raw", depth=20, seeds=3), {"scale": (1.0, 1000.0)})
    results = collect(crossed.experiments, train(crossed.experiments))
    assert crossed.stopped(results).tolist()[1] == 3
    assert np.isnan(crossed.table(results, "test_accuracy")[1]).all()


def test_the_key_follows_what_is_run_and_how_it_is_laid_out():
    axes = {"method": ("none", "batch"), "learning_rate": (0.1, 1.0)}
    one = Crossed(WINE, axes)
    assert one.key == Crossed(WINE, axes).key
    assert one.key != Crossed(WINE.but(steps=11), axes).key
    assert one.key != Crossed(WINE, dict(reversed(axes.items()))).key


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"method": ("batch",), "batch_size": (1, 32)}, "batch_size=1 gives batch norm one value per unit"),
        ({"seeds": tuple(range(1, 22)), "depth": tuple(range(1, 21))}, "420 combinations"),
        ({"batch_size": (16, 500)}, "batch_size=500 is more than the 125 training rows"),
    ],
)
def test_what_cannot_run_is_said_with_its_values(axes, words):
    with pytest.raises(CrossedError, match=words) as caught:
        Crossed(WINE, axes)
    assert caught.value.problem.message == str(caught.value)


def test_too_much_for_one_run_is_said_with_the_steps_that_fit():
    with pytest.raises(CrossedError, match=r"use about \d+ steps"):
        Crossed(
            Experiment(depth=8, width=128, steps=4000, seeds=8),
            {"learning_rate": tuple(np.linspace(0.1, 1, 20).tolist())},
        )
