"""What a comparison measured, against SciPy, figures worked out by hand and results made for the purpose."""

import numpy as np
import pytest
from scipy import stats

from normlib.training import Comparison, Experiment, Result, Stopped, collect, train
from normlib.training.agreement import agreement
from normlib.training.findings import findings
from normlib.training.milestones import first_non_finite, reaches

STEPS = np.array([0, 10, 20])


def made(last, *, measure="test_accuracy", stopped=(), **settings):
    """Return a result whose seeds end with the values `last`; those in `stopped` leave at that step."""
    e = Experiment(**{"data": "wine", "steps": 20, "points": 3, "seeds": len(last), "record": [], **settings})
    stops = dict(stopped)
    start = np.full((len(last), 1), 0.1)
    curve = np.concatenate([start, start + 0.2, np.array(last)[:, None]], axis=1)
    values = {"loss": np.ones((len(last), 3)), measure: curve}
    for place, seed in enumerate(e.seeds):
        for array in values.values():
            array[place, stops.get(seed, 99) <= STEPS] = np.nan
    events = tuple(Stopped(0, seed, step, 2, "logits", "") for seed, step in stops.items())
    return Result(e, STEPS, values, events)


RNG = np.random.default_rng(5)
FIRST = RNG.normal(0.8, 0.05, 7)
SECOND = FIRST + RNG.normal(0.02, 0.01, 7)


def test_intervals_are_those_of_scipy():
    found = findings([made(FIRST), made(SECOND)])
    for arm, values in zip(found.arms, (FIRST, SECOND), strict=True):
        expected = stats.t.interval(0.95, 6, values.mean(), stats.sem(values))
        assert (arm.interval.low, arm.interval.high) == pytest.approx(expected)
        assert (arm.median, arm.lowest, arm.highest) == (np.median(values), values.min(), values.max())
    difference = found.differences[1]
    paired = stats.ttest_rel(SECOND, FIRST)
    expected = paired.confidence_interval(0.95)
    assert (difference.interval.low, difference.interval.high) == pytest.approx((expected.low, expected.high))
    assert difference.told_apart == (paired.pvalue < 0.05)
    assert difference.pairs == 7
    assert found.differences[0] is None


@pytest.mark.parametrize("shift", [0.0, 0.002, 0.004, 0.006, 0.008, 0.02])
def test_told_apart_is_the_paired_test_at_five_percent(shift):
    """Pairing is what tells them apart: the arms' own intervals overlap in every case."""
    noise = np.array([0.004, -0.003, 0.007, -0.006, 0.002, -0.004, 0.001])
    other = FIRST + shift + noise
    found = findings([made(FIRST), made(other)])
    assert found.differences[1].told_apart == (stats.ttest_rel(other, FIRST).pvalue < 0.05)
    assert found.arms[0].interval.high > found.arms[1].interval.low
    assert found.winners == ((1,) if found.differences[1].told_apart else (0, 1))


def test_by_hand():
    """Differences 1, 2, 3: mean 2, standard deviation 1, t = 4.302653 with 2 degrees of freedom."""
    found = findings([made([0.0, 0.0, 0.0], measure="test_nll"), made([1.0, 2.0, 3.0], measure="test_nll")], "test_nll")
    difference = found.differences[1]
    half = 4.302653 / 3**0.5
    assert (difference.interval.low, difference.interval.high) == pytest.approx((2 - half, 2 + half), abs=1e-6)
    assert not difference.told_apart
    assert found.lower_is_better
    assert found.best == 0
    assert found.winners == (0, 1)


def test_another_reference_and_the_winner_does_not_depend_on_it():
    arms = [made(FIRST), made(FIRST + 0.1 + 0.001 * np.arange(7)), made(FIRST - 0.1 + 0.001 * np.arange(7))]
    one, other = findings(arms), findings(arms, reference=2)
    assert one.winners == other.winners == (1,)
    assert other.differences[2] is None
    assert other.differences[0].mean == pytest.approx(-one.differences[2].mean)
    assert "2 intervals" in one.caution
    assert "up to 10%" in one.caution


def test_one_seed_has_no_interval_and_tells_nothing_apart():
    found = findings([made([0.9]), made([0.2])])
    assert [arm.interval for arm in found.arms] == [None, None]
    assert found.differences[1].interval is None
    assert found.differences[1].mean == pytest.approx(-0.7)
    assert found.best == 0
    assert found.winners == (0, 1)
    assert "no interval" in found.caution


def test_equal_arms_are_not_told_apart():
    found = findings([made(FIRST), made(FIRST)])
    assert found.differences[1].mean == 0
    assert not found.differences[1].told_apart
    assert found.winners == (0, 1)


def test_a_seed_that_stopped_counts_with_its_last_accuracy():
    arm = findings([made([0.9, 0.8, 0.7], stopped={0: 15}.items())]).arms[0]
    assert np.isnan(arm.values).tolist() == [True, False, False]
    assert arm.counted == pytest.approx([0.3, 0.8, 0.7])
    assert arm.median == 0.7
    assert [one.seed for one in arm.stopped] == [0]
    assert arm.works
    before = findings([made([0.9, 0.8], stopped={0: 0}.items())]).arms[0]
    assert before.counted.tolist() == [0.0, 0.8]
    assert not before.works  # half of them


def test_a_seed_that_stopped_counts_with_an_infinite_loss():
    steady = made([2.0, 2.1, 2.2], measure="test_nll")
    found = findings([steady, made([0.9, 0.8, 0.7], measure="test_nll", stopped={1: 15}.items())], "test_nll")
    assert found.arms[1].counted.tolist() == [0.9, np.inf, 0.7]
    assert found.arms[1].median == 0.9
    assert found.arms[1].highest == np.inf
    assert found.arms[1].interval is None
    assert found.differences[1].pairs == 2
    assert found.differences[1].left_out == 1
    most = findings([steady, made([0.9, 0.8, 0.7], measure="test_nll", stopped={0: 5, 1: 5}.items())], "test_nll")
    assert most.arms[1].median == np.inf
    assert most.winners == (0,)
    everywhere = findings([made([0.9, 0.8], stopped={0: 5, 1: 15}.items())])
    assert everywhere.best is None
    assert everywhere.winners == ()


def test_a_step_before_the_end_and_the_best_record():
    result = made([0.2, 0.25])
    arm = findings([result], step=15).arms[0]
    assert (arm.step, arm.median) == (10, pytest.approx(0.3))
    last = findings([result]).arms[0]
    assert (last.step, last.best_step, last.best_value) == (20, 10, pytest.approx(0.3))
    assert findings([made([0.2, 0.3], stopped={1: 15}.items())], step=10).arms[0].stopped == ()


def test_results_of_a_run_that_goes_on():
    result = made([0.5, 0.6])
    for values in result.values.values():
        values[:, 1:] = np.nan
    assert findings([result]).arms[0].step == 0
    empty = collect([result.experiment], [])
    with pytest.raises(ValueError, match="Arm 0 has not recorded anything yet"):
        findings(empty)


def test_an_infinite_test_loss_of_a_seed_that_goes_on_counts():
    result = made([0.5, 0.6, 0.7], measure="test_nll")
    result.values["test_nll"][2, 2] = np.nan
    arm = findings([result], "test_nll").arms[0]
    assert (arm.step, arm.highest, arm.stopped) == (20, np.inf, ())


def test_what_is_not_there_is_said():
    with pytest.raises(ValueError, match="'accurracy': choose one of accuracy"):
        findings([made([0.5, 0.6])], "accurracy")
    with pytest.raises(ValueError, match="'none' has no test_accuracy_batch: it recorded loss, test_accuracy"):
        findings([made([0.5, 0.6])], "test_accuracy_batch")
    with pytest.raises(ValueError, match="reference=2 is no arm: there are 1"):
        findings([made([0.5, 0.6])], reference=2)


def test_arms_with_other_seeds_are_paired_where_they_share_some():
    found = findings([made([0.1, 0.2, 0.3]), made([0.9, 0.5], seeds=[2, 7])])
    assert found.differences[1].values == pytest.approx([0.6])


def test_a_level_is_reached_at_the_first_record_that_is_as_good():
    result = made([0.9, 0.8, 0.2])
    found = reaches(result, "test_accuracy", 0.5)
    assert found.steps[:2].tolist() == [20, 20]
    assert np.isnan(found.steps[2])
    assert (found.median, found.count) == (20, 2)
    assert reaches(result, "test_accuracy", 0.85).median is None
    assert reaches(result, "test_accuracy", 0.1).median == 0
    assert reaches(made([3.0, 0.05], measure="test_nll"), "test_nll", 0.1).steps.tolist() == [0, 0]
    assert reaches(made([3.0, 0.05], measure="test_nll"), "test_nll", 0.06).count == 1


def test_where_seeds_left_the_numbers():
    assert first_non_finite(made([0.9, 0.8])) is None
    found = first_non_finite(made([0.9, 0.8, 0.7], stopped={2: 4, 0: 15}.items()))
    assert (found.seeds, found.first.seed, found.steps) == ((2, 3), 2, (4, 15))
    assert found.places == ((2, "logits", 2),)


def test_of_a_real_run():
    base = Experiment(data="wine", steps=60, points=5, seeds=4, depth=8, record=[])
    arms = Comparison(base=base, factor="learning_rate", values=[0.05, 1000.0]).arms
    results = collect(arms, train(arms))
    found = findings(results, "test_nll")
    assert found.winners == (0,)
    assert len(found.arms[1].stopped) == first_non_finite(results[1]).seeds[0] == 4
    assert found.arms[0].counted.tolist() == results[0].values["test_nll"][:, -1].tolist()


def test_agreement_of_curves_that_part():
    one, other = made([0.5, 0.6], measure="loss"), made([0.5, 0.606], measure="loss")
    other.values["loss"][1, 1] *= 1.001
    found = agreement(one, other)
    assert found.deviation == pytest.approx([0.0, 1 - 1 / 1.001, 1 - 0.6 / 0.606])
    assert found.apart is None
    other.values["loss"][0, 1] = 0.4
    assert agreement(one, other).apart == 10
    assert agreement(one, other).deviation == pytest.approx([0.0, 0.25, 0.25])  # the largest so far


def test_agreement_where_one_stops():
    one, other = made([0.5, 0.6]), made([0.5, 0.7], stopped={0: 15}.items())
    found = agreement(one, other)
    assert found.deviation.tolist() == [0, 0, 1]
    assert (found.apart, found.stopped_differently) == (20, (0,))
    assert found.accuracy == pytest.approx(0.1)
    both = agreement(made([0.5, 0.6], stopped={0: 15}.items()), other)
    assert (both.deviation.max(), both.stopped_differently) == (0, ())


def test_agreement_of_other_seeds_and_records():
    e = Experiment(data="wine", steps=30, points=31, seeds=3, record=[])
    less = e.but(points=4, seeds=[1], record=["gradients"])
    found = agreement(*(collect([one], train([one]))[0] for one in (e, less)))
    assert len(found.steps) == 4
    assert found.deviation.max() == 0
    half = e.but(dtype="float64")
    with pytest.raises(ValueError, match="different experiments"):
        agreement(*(collect([one], train([one]))[0] for one in (e, half)))
    with pytest.raises(ValueError, match="no record of the same seed"):
        agreement(*(collect([one], train([one]))[0] for one in (e, e.but(seeds=[9]))))
