"""Placements after training: what is kept the same, and small runs measured."""

import numpy as np
import pytest

from normlib.training import Experiment, Stopped, collect, train
from normlib.training.crossed import Crossed
from normlib.training.placement_trained import (
    AFTER,
    BEFORE,
    COMMON,
    NONE,
    PLACES,
    RATES,
    dense_placements,
    placed,
    transformer_placements,
)


def small(seeds=3, **settings):
    base = Experiment(
        data="wine",
        **{
            "depth": 2,
            "width": 8,
            "method": "batch",
            "steps": 8,
            "seeds": seeds,
            "points": 3,
            "record": [],
            **settings,
        },
    )
    return Crossed(base, {"placement": PLACES, "scale": (0.1, 10.0), "learning_rate": RATES["dense"]})


@pytest.fixture(scope="module")
def measured():
    crossed = small()
    results = collect(crossed.experiments, train(crossed.experiments))
    return placed(crossed, results), results


@pytest.mark.parametrize("crossed", [dense_placements("tanh", seeds=2), transformer_placements(seeds=2)])
def test_only_placement_start_and_rate_differ(crossed):
    differ = set(crossed.axes)
    first, *others = (one.model_dump(exclude=differ) for one in crossed.experiments)
    assert all(one == first for one in others)
    assert len({one.key for one in crossed.experiments}) == len(crossed.experiments)
    assert COMMON[crossed.base.kind] in crossed.axes["learning_rate"]


def test_arrays_hold_what_each_network_got_right(measured):
    p, results = measured
    assert p.ended
    for one, right in zip(results, p.right.reshape(-1, p.seeds), strict=True):
        stopped = {stop.seed for stop in one.stopped}
        wanted = [0 if seed in stopped else one.values["test_accuracy"][seed, -1] for seed in one.experiment.seeds]
        np.testing.assert_allclose(right, wanted)


def test_the_best_rate_has_the_highest_mean(measured):
    p, _ = measured
    for place in (NONE, BEFORE, AFTER):
        for panel in range(2):
            means = p.right[place, panel].mean(axis=-1)
            assert p.at_best(place, panel).mean() == pytest.approx(means.max())
            assert p.at_common(place, panel).mean() == pytest.approx(means[RATES["dense"].index(0.1)])
    apart = p.at_best(AFTER, 0) - p.at_best(BEFORE, 0)
    assert p.after_minus_before(0).mean == pytest.approx(apart.mean())


def test_a_seed_that_stopped_counts_as_nothing_right():
    crossed = small()
    events = list(train(crossed.experiments))
    places = [at for at, one in enumerate(events) if getattr(one, "arm", None) == 5]
    events.insert(places[1], Stopped(5, 1, 2, 1, "weights", "It grew too large."))
    p = placed(crossed, collect(crossed.experiments, events))
    assert p.right.reshape(-1, 3)[5, 1] == 0
    assert p.stopped.ravel()[5] >= 1


def test_first_gradients_are_those_of_the_last_hidden_layer_before_the_first_update():
    crossed = small(record=["gradients"])
    results = collect(crossed.experiments, train(crossed.experiments))
    p = placed(crossed, results)
    for place in range(3):
        for panel in range(2):
            one = results[(place * 2 + panel) * len(p.rates)]
            np.testing.assert_allclose(p.first_gradients(place, panel), one.values["gradient_norm"][:, 0, 1])
    assert placed(small(), collect(small().experiments, [])).first_gradients(0, 0) is None


def test_one_seed_has_no_interval():
    crossed = small(seeds=1)
    p = placed(crossed, collect(crossed.experiments, train(crossed.experiments)))
    assert p.after_minus_before(0) is None
    assert p.wider(0) is None
