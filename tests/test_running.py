"""Running statistics: a value, updated by the rules of four conventions."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib import RunningStatistics, convention, share_left, updates_until

BATCH = np.array([1.0, 4.0, 7.0])  # mean 4, variance 6 (dividing by 3) or 9 (dividing by 2)


@pytest.mark.parametrize(
    ("name", "mean", "variance"),
    [
        ("keras", 0.01 * 4, 0.99 + 0.01 * 6),
        ("flax", 0.01 * 4, 0.99 + 0.01 * 6),
        ("pytorch", 0.1 * 4, 0.9 + 0.1 * 9),
        ("paper", 0.01 * 4, 0.99 + 0.01 * 9),
    ],
)
def test_one_update_by_hand(name, mean, variance):
    start = RunningStatistics.start(1, name)
    after = start.update([BATCH.mean()], [BATCH.var()], count=3)
    assert after.mean == pytest.approx([mean])
    assert after.variance == pytest.approx([variance])
    assert (after.updates, after.skipped) == (1, 0)
    assert (start.mean[0], start.variance[0], start.updates) == (0.0, 1.0, 0)


@given(
    name=st.sampled_from(["keras", "pytorch", "flax", "paper"]),
    momentum=st.floats(0.01, 0.99),
    updates=st.integers(0, 60),
    count=st.integers(2, 100),
)
def test_closed_form_of_equal_batches(name, momentum, updates, count):
    stats = start = RunningStatistics.start(2, name, momentum=momentum)
    for _ in range(updates):
        stats = stats.update([3.0, -1.0], [0.5, 4.0], count)
    jump = start.after(updates, [3.0, -1.0], [0.5, 4.0], count)
    np.testing.assert_allclose(jump.mean, stats.mean, rtol=1e-12)
    np.testing.assert_allclose(jump.variance, stats.variance, rtol=1e-12)
    assert jump.updates == stats.updates == updates
    assert jump.convention == start.convention
    keep = start.convention.keep
    np.testing.assert_allclose(stats.mean, (1 - keep**updates) * np.array([3.0, -1.0]), rtol=1e-9, atol=1e-15)


def test_share_of_the_start_that_is_left():
    stats = RunningStatistics.start(1, "keras").after(42, [0.0], [1.0], 32)
    assert stats.share_of_start == pytest.approx(0.656, abs=5e-4)
    assert share_left(0.9, 42) == pytest.approx(0.012, abs=5e-4)


@given(st.floats(0.5, 0.999), st.floats(0.001, 1.0))
def test_updates_until_is_the_first_that_suffices(keep, share):
    n = updates_until(keep, share)
    assert share_left(keep, n) <= share * (1 + 1e-12)
    assert n == 0 or share_left(keep, n - 1) > share * (1 - 1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_batch_that_is_not_finite_is_skipped_and_counted(bad):
    good = RunningStatistics.start(2).update([1.0, 2.0], [1.0, 1.0], 8)
    after = good.update([bad, 2.0], [1.0, 1.0], 8).update([1.0, 2.0], [1.0, bad], 8)
    assert (after.updates, after.skipped) == (1, 2)
    np.testing.assert_array_equal(after.mean, good.mean)
    np.testing.assert_array_equal(after.variance, good.variance)
    again = good.after(5, [bad, 0.0], [1.0, 1.0], 8)
    assert (again.updates, again.skipped) == (1, 5)


def test_batch_statistics_may_come_in_broadcastable_shape():
    after = RunningStatistics.start(3).update(np.ones((1, 3, 1, 1)), np.ones((1, 3, 1, 1)), 16)
    assert after.mean.shape == (3,)


def test_the_value_is_frozen_and_its_own():
    mean = np.zeros(2)
    stats = RunningStatistics(mean, np.ones(2), convention("keras"))
    mean[:] = 5
    assert stats.mean.tolist() == [0, 0]
    with pytest.raises(ValueError, match="read-only"):
        stats.mean[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        stats.updates = 3


def test_refusals():
    stats = RunningStatistics.start(2, "pytorch")
    with pytest.raises(ValueError, match=r"mean of shape \(3,\) holds 3 values, .* have 2 channels"):
        stats.update(np.zeros(3), np.ones(3), 4)
    with pytest.raises(ValueError, match=r"count=1 value per channel .* 'pytorch'"):
        stats.update(np.zeros(2), np.ones(2), 1)
    with pytest.raises(ValueError, match="count=0"):
        stats.update(np.zeros(2), np.ones(2), 0)
    with pytest.raises(ValueError, match="channels=0"):
        RunningStatistics.start(0)
    with pytest.raises(ValueError, match="holds -1"):
        RunningStatistics(np.zeros(2), np.array([1.0, -1.0]), convention("keras"))
    with pytest.raises(ValueError, match="mean has 2 channels and variance 3"):
        RunningStatistics(np.zeros(2), np.ones(3), convention("keras"))
    with pytest.raises(ValueError, match=r"keep=1\.0"):
        updates_until(1.0, 0.5)
