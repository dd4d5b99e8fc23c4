"""The best of several learning rates."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, train
from normlib.training.crossed import Crossed, CrossedError
from normlib.training.ladder import Ladder

BASE = Experiment(data="wine", depth=2, width=8, steps=40, points=4, seeds=(0, 1, 2), record=())
RATES = (1e-4, 0.1, 100.0)


def ladder(**more):
    base = BASE.but(**more)
    return Ladder(tuple(Crossed(base.but(learning_rate=rate), {"method": ("none", "batch")}) for rate in RATES))


def test_the_lowest_mean_test_loss_is_chosen():
    own = ladder()
    results = collect(own.experiments, train(own.experiments))
    final = [[results[2 * rung + place].values["test_nll"][:, -1].mean() for rung in range(3)] for place in range(2)]
    losses = np.nan_to_num(np.array(final), nan=np.inf)
    assert own.best(results).tolist() == losses.argmin(axis=1).tolist()
    assert [one.experiment.method for one in own.chosen(results)] == ["none", "batch"]
    for place, one in enumerate(own.chosen(results)):
        assert one.experiment.learning_rate == RATES[losses[place].argmin()]


def test_before_the_first_record_there_is_a_choice_all_the_same():
    own = ladder()
    assert own.best(collect(own.experiments, [])).tolist() == [0, 0]


def test_rungs_have_a_key_of_their_own():
    own = ladder()
    assert own.key != ladder(steps=41).key
    assert own.key == ladder().key
    assert own.key not in {rung.key for rung in own.rungs}


def test_too_much_together_is_named(monkeypatch):
    monkeypatch.setattr("normlib.training.ladder.MOST_SECONDS", 0.001)
    with pytest.raises(CrossedError, match=r"The 3 learning rates would take about \d+ s together, and 0.001 s"):
        ladder()
