"""What is read off sorted values is what NumPy computes from the values as they are."""

import numpy as np
import pytest

from normlib.training.measures import EDGES, PERCENTILES, histograms, percentiles


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", [1, 2, 7, 2048])
def test_percentiles_are_those_of_numpy(dtype, count):
    values = np.random.default_rng(1).normal(2, 30, (3, 5, count)).astype(dtype)
    expected = np.moveaxis(np.percentile(values, PERCENTILES, axis=-1), 0, -1)
    found = percentiles(np.sort(values, axis=-1))
    assert found.shape == (3, 5, 3)
    assert np.abs(found - expected).max() < 1e-5 if dtype == "float32" else 1e-13


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("sd", [0.0, 0.3, 3.0, 1e20])
def test_histograms_are_those_of_numpy(dtype, sd):
    values = (sd * np.random.default_rng(2).normal(size=(4, 3, 500))).astype(dtype)
    values[0, 0, : len(EDGES)] = EDGES  # a value on an edge belongs to the bin above
    found = histograms(np.sort(values, axis=-1))
    open_edges = np.array([-np.inf, *EDGES[1:-1], np.inf])
    for place in np.ndindex(4, 3):
        expected = np.histogram(values[place], open_edges)[0]
        assert (found[place] * values.shape[-1]).round(9).tolist() == expected.tolist()
