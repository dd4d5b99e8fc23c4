"""Folds and splits: everybody is tested once, and every class keeps its share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib import data
from normlib.splits import stratified_folds, stratified_split

sizes = st.lists(st.integers(3, 20), min_size=2, max_size=4)


@given(sizes, st.integers(2, 3), st.integers(0, 100))
def test_folds_are_balanced_altogether_and_within_each_class(counts: list[int], folds: int, seed: int) -> None:
    y = np.repeat(np.arange(len(counts)), counts)
    assignment = stratified_folds(y, folds=folds, repeats=3, seed=seed)
    assert assignment.shape == (3, len(y))  # each sample has one fold per repeat
    for fold in assignment:
        assert np.ptp(np.bincount(fold, minlength=folds)) <= 1
        for k in range(len(counts)):
            assert np.ptp(np.bincount(fold[y == k], minlength=folds)) <= 1


def test_repeats_differ_and_seeds_repeat() -> None:
    y = data.load("wine").y
    first, again, other = (stratified_folds(y, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len({fold.tobytes() for fold in first}) == 10


def test_folds_do_not_follow_the_order_of_the_rows() -> None:
    fold = stratified_folds(np.repeat([0, 1], 500), folds=5, repeats=1)[0]
    assert abs(np.corrcoef(np.arange(500), fold[:500])[0, 1]) < 0.15


@given(sizes, st.data())
def test_split_takes_the_rows_asked_for_and_each_class_its_share(counts: list[int], draw: st.DataObject) -> None:
    y = np.repeat(np.arange(len(counts)), counts)
    rows = draw.draw(st.integers(1, len(y) - 1))
    train, test = stratified_split(y, rows, np.random.default_rng(draw.draw(st.integers(0, 50))))
    assert len(train) == rows
    assert sorted([*train, *test]) == list(range(len(y)))
    assert (np.abs(np.bincount(y[train], minlength=len(counts)) - np.array(counts) * rows / len(y)) < 1).all()


def test_every_sample_is_trained_on_equally_often() -> None:
    rng, y = np.random.default_rng(0), np.repeat([0, 1, 2], [5, 7, 9])
    taken = np.zeros(21)
    for _ in range(4000):
        taken[stratified_split(y, 10, rng)[0]] += 1
    np.testing.assert_allclose(taken / 4000, 10 / 21, atol=0.035)


def test_errors_name_the_smallest_class_and_the_numbers() -> None:
    with pytest.raises(ValueError, match=r"folds=5.*\(b\) has 3: use 2 to 3 folds"):
        stratified_folds(list("aaaaaabbb"))
    with pytest.raises(ValueError, match="leave this class out"):
        stratified_folds([0, 0, 0, 1], folds=2)
    with pytest.raises(ValueError, match="repeats=0"):
        stratified_folds([0, 0, 1, 1], folds=2, repeats=0)
    with pytest.raises(ValueError, match="one class only"):
        stratified_folds([1, 1, 1])
    with pytest.raises(ValueError, match=r"train_rows=4 of 4 samples.*use 1 to 3"):
        stratified_split(np.array([0, 0, 1, 1]), 4, np.random.default_rng(0))
