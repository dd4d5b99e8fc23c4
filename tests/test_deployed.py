from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from normlib import data
from normlib.deployed import answers, deal, drifted, gap, share_outside, train_on_splits
from normlib.scalers import MinMaxScaler, StandardScaler

WINE = data.load("wine")
BY = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def splits():
    return {
        place: train_on_splits(WINE.x, WINE.y, StandardScaler(), place=place) for place in ("none", "inputs", "hidden")
    }


@pytest.mark.parametrize("shift", [0.0, 0.3, 2.0])
def test_the_gap_agrees_with_scipy(shift):
    a, b = RNG.normal(size=80), 1.5 * RNG.normal(size=50) + shift
    found = gap(a, b)
    assert found.wasserstein == pytest.approx(stats.wasserstein_distance(a, b) / a.std())
    assert found.ks == pytest.approx(stats.ks_2samp(a, b).statistic)
    assert found.variances == pytest.approx(b.var(ddof=1) / a.var(ddof=1))
    assert found.means == pytest.approx((b.mean() - a.mean()) / np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2))


def test_a_constant_feature_has_no_way_in_deviations():
    assert gap([1.0, 1.0], [1.0, 1.0]).wasserstein == 0
    assert np.isinf(gap([1.0, 1.0], [2.0, 2.0]).wasserstein)


def test_rows_drift_in_deviations_of_the_training_rows():
    x, mean, std = RNG.normal(size=(9, 3)), np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.0, 2.0])
    moved = drifted(x, mean, std, by=BY, spread=2.0, features=[0, 2])
    assert moved.shape == (5, 9, 3)
    np.testing.assert_array_equal(moved[..., 1], np.broadcast_to(x[:, 1], (5, 9)))
    for column in (0, 2):
        expected = mean[column] + 2 * (x[:, column] - mean[column]) + BY[:, None] * std[column]
        np.testing.assert_allclose(moved[..., column], expected)
    np.testing.assert_array_equal(drifted(x, mean, std), x)


def test_slips_of_a_drift_are_said():
    with pytest.raises(ValueError, match="spread=0 must be a positive number"):
        drifted(WINE.x, WINE.x.mean(0), WINE.x.std(0), spread=0)
    with pytest.raises(ValueError, match="column 13, but x has columns 0 to 12"):
        drifted(WINE.x, WINE.x.mean(0), WINE.x.std(0), features=[13])


def test_values_at_the_ends_are_inside():
    assert share_outside([[0.0, 1.0], [1.1, -0.1]], 0.0, 1.0) == 0.5
    np.testing.assert_array_equal(share_outside(np.zeros((4, 3, 2)), [-1.0, 1.0], [1.0, 2.0]), [0.5] * 4)


@pytest.mark.parametrize("one_class", [False, True])
@pytest.mark.parametrize("rows", [None, 1, 7, 500])
def test_every_row_is_dealt_once(rows, one_class):
    order, sizes = deal(WINE.y, rows, one_class=one_class, seed=4)
    assert sorted(order.tolist()) == list(range(178))
    assert sum(sizes) == 178
    assert rows is None or max(sizes) <= rows
    batches = np.split(WINE.y[order], np.cumsum(sizes)[:-1])
    assert all(np.unique(batch).size == 1 for batch in batches) == (one_class or rows == 1)
    if rows is None:
        assert len(sizes) == (3 if one_class else 1)


def test_no_batch_is_empty():
    with pytest.raises(ValueError, match="rows=0 makes no batch"):
        deal([0, 1], 0)


def test_nothing_of_the_deployed_rows_is_used_in_training(splits):
    rows = {tuple(row) for row in WINE.x}
    for split in splits["hidden"]:
        train, test = ({tuple(row) for row in part} for part in (split.train, split.test))
        assert not train & test
        assert train | test == rows
        np.testing.assert_allclose(split.scaler.shift, split.train.mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize("place", ["inputs", "hidden"])
@pytest.mark.parametrize("spread", [0.5, 1.0, 4.0])
def test_fresh_statistics_undo_a_move_of_all_features_and_running_ones_do_not(splits, place, spread):
    fresh = answers(splits[place], BY, statistics="fresh", spread=spread)
    assert (fresh.same == 1).all()
    assert (fresh.accuracy == fresh.accuracy[0]).all()
    running = answers(splits[place], BY, spread=spread)
    assert running.accuracy[-1].mean() < fresh.accuracy[-1].mean() - 0.005
    plain = answers(splits[place], BY)
    assert (plain.same[2] == 1).all()
    np.testing.assert_array_equal(plain.accuracy[2], plain.usual)
    assert plain.accuracy[-1].mean() < 0.6
    assert plain.usual.mean() > 0.95


@pytest.mark.parametrize("place", ["inputs", "hidden"])
def test_fresh_statistics_fail_on_one_class_and_on_few_rows(splits, place):
    usual = answers(splits[place], [0.0], statistics="fresh").accuracy.mean()
    by_size = [answers(splits[place], [0.0], statistics="fresh", rows=rows).accuracy.mean() for rows in (1, 2, 8, 32)]
    assert by_size == sorted(by_size)
    assert by_size[0] < 0.41  # one answer for all: at most the share of the largest class
    assert by_size[-1] > 0.95
    assert answers(splits[place], [0.0], statistics="fresh", one_class=True).accuracy.mean() < 0.5 < usual


def test_batches_do_not_matter_to_running_statistics(splits):
    mixed = answers(splits["inputs"], BY, rows=4)
    np.testing.assert_array_equal(mixed.accuracy, answers(splits["inputs"], BY, one_class=True).accuracy)


@pytest.mark.parametrize("scaler", [StandardScaler(), MinMaxScaler()])
def test_rows_are_moved_before_they_are_scaled(scaler):
    (split,) = train_on_splits(WINE.x, WINE.y, scaler, place="none", splits=1)
    found = answers([split], [1.5], spread=0.5, features=[12, 0])
    moved = drifted(split.test, split.mean, split.std, by=1.5, spread=0.5, features=[12, 0])
    expected = split.network.classify(split.scaler.transform(moved))
    assert found.accuracy[0, 0] == (expected == split.y).mean()
    assert found.same[0, 0] == (expected == split.network.classify(split.scaler.transform(split.test))).mean()


def test_what_does_not_cancel_on_the_inputs_is_the_work_of_epsilon():
    cancer = data.load("breast cancer")
    splits = train_on_splits(cancer.x, cancer.y, MinMaxScaler(), place="inputs")
    assert answers(splits, [0.0], statistics="fresh", spread=0.25).same.min() < 1
    without = [replace(split, network=replace(split.network, eps=1e-14)) for split in splits]
    assert answers(without, [0.0], statistics="fresh", spread=0.25).same.min() == 1
