"""How many classes a batch holds, against batches that were drawn."""

import numpy as np
import pytest

from normlib.classes_in_batch import mean_classes
from normlib.data import load


@pytest.mark.parametrize("batch", [2, 8, 32])
def test_drawn_batches_hold_as_many_classes(batch):
    labels = load("digits").y
    rng = np.random.default_rng(0)
    drawn = [len(np.unique(rng.choice(labels, batch, replace=False))) for _ in range(4000)]
    assert mean_classes(labels, batch) == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / np.sqrt(4000))


def test_the_ends_are_exact():
    labels = load("digits").y
    assert mean_classes(labels, 1) == pytest.approx(1)
    assert mean_classes(labels, len(labels)) == 10


@pytest.mark.parametrize("batch", [0, 5])
def test_a_batch_that_cannot_be_drawn_is_named(batch):
    with pytest.raises(ValueError, match=f"A batch of {batch} cannot be drawn from 4 rows: use 1 to 4"):
        mean_classes([0, 0, 1, 1], batch)
