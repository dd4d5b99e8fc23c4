"""What is measured at a recorded step, each an array (M, ...) over the members.

    name                        shape           what
    loss                        (M,)            cross-entropy of the batch about to be used
    loss_mean                   (M,)            mean over the batches since the last recorded step
    accuracy                    (M,)            share of that batch that is classified right, in training mode
    test_nll, test_accuracy     (M,)            over all test rows, in inference mode
    test_accuracy_batch         (M,)            under batch norm: test rows in batches, with their own statistics
    gradient_norm               (M, L + 1)      Frobenius norm of the gradient of each layer's weights
    input_mean, input_sd        (M, L)          of all values of the batch that enter the norm (or would)
    input_percentiles           (M, L, 3)       15th, 50th and 85th
    input_histogram             (M, L, 40)      share of the values in each bin of `EDGES`; outer bins are open
    output_...                  likewise        of what leaves the norm; without one, the same as enters
    idle                        (M, L)          share of saturated values or dead units, see `idle_share`
    running_mean_gap            (M, L)          root mean square over units of (batch mean - running mean) / running sd
    running_sd_ratio            (M, L)          root mean square over units of batch sd / running sd
    probe_input_percentiles     (M, 3)          of one unit of the last hidden layer, over the fixed rows of "drift"
    probe_output_percentiles    (M, 3)          of the same unit behind norm and noise
    input_drift, output_drift   (M,)            see `normlib.training.drift.drift`; NaN at the first record
    ics_cosine, ics_distance    (M, L + 1)      see `normlib.training.layer_shift`
    regions                     (M, 1024)       probability of class 1 in inference mode on `regions.grid`, float32

L is the number of hidden layers. The running gaps are NaN where there is no batch norm.
Percentiles of a layer's inputs are what Figure 1 of Ioffe and Szegedy 2015, arXiv:1502.03167, shows for one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib.training.experiment import Experiment
from normlib.training.slopes import idle_share

Array = NDArray[Any]

PERCENTILES: Final = (15, 50, 85)
EDGES: Final = np.linspace(-5, 5, 41)
"""Edges of the bins of the histograms; what lies beyond counts into the outer bins."""
EDGES.flags.writeable = False


class Running(NamedTuple):
    """Statistics of batch norm, (M, 1, C) each: of the last batch, and the running ones."""

    mean: Array
    variance: Array
    running_mean: Array
    running_variance: Array


class Tap(NamedTuple):
    """What a forward pass in training mode left at a hidden layer, (M, n, C) each: n rows, or rows times positions.

    Attributes:
        inside: what enters the norm, or would.
        outside: what leaves it; without a norm the same array as `inside`.
        activation: None where the layer has none.
        running: None where there is no batch norm.
    """

    inside: Array
    outside: Array
    activation: Array | None
    running: Running | None = None


def of_gradients(gradients: Sequence[Sequence[Array]]) -> dict[str, Array]:
    """Return the norm of the gradient of each layer's weights: for each layer its arrays (M, ...)."""
    squares = [
        sum(np.square(one, dtype=np.float64).reshape(len(one), -1).sum(axis=1) for one in layer) for layer in gradients
    ]
    return {"gradient_norm": np.sqrt(np.stack(squares, axis=1))}


def of_activations(taps: Sequence[Tap], experiment: Experiment) -> dict[str, Array]:
    """Return what the hidden layers' taps say; layers of the same number of values are measured together."""
    parts = [_of_equal(list(own), experiment) for _, own in groupby(taps, lambda tap: tap.inside[0].size)]
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}


def _of_equal(taps: Sequence[Tap], e: Experiment) -> dict[str, Array]:
    found: dict[str, Array] = {}
    inputs = _side_by_side([tap.inside for tap in taps])
    outputs = _side_by_side([tap.outside for tap in taps]) if any(e.norms) else inputs
    for name, values in (("input", inputs), ("output", outputs)):
        ranked = np.sort(values, axis=-1)  # once, for percentiles and histograms: faster than a partition
        if "activations" in e.record:
            found[f"{name}_mean"] = values.mean(axis=-1, dtype=np.float64)
            found[f"{name}_sd"] = values.std(axis=-1, dtype=np.float64)
            found[f"{name}_percentiles"] = percentiles(ranked)
        if "histograms" in e.record:
            found[f"{name}_histogram"] = histograms(ranked)
    if "activations" in e.record:
        idle = [
            np.zeros(len(inputs)) if tap.activation is None else idle_share(e.activation, tap.activation)
            for tap in taps
        ]
        found["idle"] = np.stack(idle, axis=1)
        if e.method == "batch" and any(e.norms):
            gaps = [_against_running(tap.running, len(inputs)) for tap in taps]
            found["running_mean_gap"], found["running_sd_ratio"] = np.moveaxis(np.stack(gaps, axis=1), -1, 0)
    return found


def percentiles(ranked: Array) -> NDArray[np.float64]:
    """Return `PERCENTILES` of sorted values along the last axis, linear between neighbours, (..., 3).

    >>> percentiles(np.arange(101.0)).tolist()
    [15.0, 50.0, 85.0]
    """
    last = ranked.shape[-1] - 1
    place = np.array(PERCENTILES) / 100 * last
    low = np.floor(place).astype(np.int64)
    below, above = ranked[..., low], ranked[..., np.minimum(low + 1, last)]
    found: NDArray[np.float64] = below + (above - below) * (place - low)
    return found


def histograms(ranked: Array) -> NDArray[np.float64]:
    """Return the share of sorted values in each bin of `EDGES`, along the last axis.

    >>> shares = histograms(np.array([[-9.0, 0.1, 0.2, 9.0]]))[0]
    >>> shares[0], shares[20], shares[-1]
    (np.float64(0.25), np.float64(0.5), np.float64(0.25))
    """
    rows = ranked.reshape(-1, ranked.shape[-1])
    inner = EDGES[1:-1].astype(ranked.dtype)  # multiples of 1/4, so the same numbers
    below = np.array([np.searchsorted(row, inner) for row in rows])
    counts = np.diff(below, axis=1, prepend=0, append=rows.shape[1])
    shares: NDArray[np.float64] = counts.reshape(*ranked.shape[:-1], -1) / rows.shape[1]
    return shares


def _side_by_side(layers: Sequence[Array]) -> Array:
    """Return all values of each layer, (M, L, values)."""
    return np.stack([layer.reshape(len(layer), -1) for layer in layers], axis=1)


def _against_running(running: Running | None, members: int) -> Array:
    """Return how far batch and running statistics are apart, (M, 2)."""
    if running is None:
        return np.full((members, 2), np.nan)
    sd = np.sqrt(running.running_variance, dtype=np.float64)
    gap = (running.mean - running.running_mean) / sd
    ratio = np.sqrt(running.variance) / sd
    return np.stack([np.sqrt(np.square(values).mean(axis=(1, 2))) for values in (gap, ratio)], axis=-1)
