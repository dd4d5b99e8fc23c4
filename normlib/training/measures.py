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

L is the number of hidden layers. The last two are NaN where there is no batch norm.
Percentiles of a layer's inputs are what Figure 1 of Ioffe and Szegedy 2015, arXiv:1502.03167, shows for one unit.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.training.experiment import Experiment
from normlib.training.network import Network
from normlib.training.norms import BatchNorm
from normlib.training.parameters import Views
from normlib.training.slopes import idle_share

Array = NDArray[Any]

PERCENTILES: Final = (15, 50, 85)
EDGES: Final = np.linspace(-5, 5, 41)
"""Edges of the bins of the histograms; what lies beyond counts into the outer bins."""
EDGES.flags.writeable = False


def of_gradients(gradients: Views) -> dict[str, Array]:
    """Return the norm of the gradient of each layer's weights."""
    squares = [np.square(weight, dtype=np.float64).sum(axis=(1, 2)) for weight in gradients.weights]
    return {"gradient_norm": np.sqrt(np.stack(squares, axis=1))}


def of_activations(network: Network, experiment: Experiment) -> dict[str, Array]:
    """Return what the last forward pass, in training mode, says about the hidden layers."""
    e = experiment
    found: dict[str, Array] = {}
    sites = [hidden.site(e.site) for hidden in network.hidden]
    inputs = np.stack([inside.reshape(len(inside), -1) for inside, _ in sites], axis=1)
    outputs = inputs
    if any(e.norms):
        outputs = np.stack([outside.reshape(len(outside), -1) for _, outside in sites], axis=1)
    for name, values in (("input", inputs), ("output", outputs)):
        if "activations" in e.record:
            found[f"{name}_mean"] = values.mean(axis=-1, dtype=np.float64)
            found[f"{name}_sd"] = values.std(axis=-1, dtype=np.float64)
            found[f"{name}_percentiles"] = np.moveaxis(np.percentile(values, PERCENTILES, axis=-1), 0, -1)
        if "histograms" in e.record:
            found[f"{name}_histogram"] = histograms(values)
    if "activations" in e.record:
        found["idle"] = np.stack([idle_share(e.activation, h.activation.output) for h in network.hidden], axis=1)
        if e.method == "batch" and any(e.norms):
            gaps = [_against_running(hidden.norm, len(inputs)) for hidden in network.hidden]
            found["running_mean_gap"], found["running_sd_ratio"] = np.moveaxis(np.stack(gaps, axis=1), -1, 0)
    return found


def histograms(values: Array) -> NDArray[np.float64]:
    """Return the share of values in each bin of `EDGES`, along the last axis.

    >>> shares = histograms(np.array([[-9.0, 0.1, 0.2, 9.0]]))[0]
    >>> shares[0], shares[20], shares[-1]
    (np.float64(0.25), np.float64(0.5), np.float64(0.25))
    """
    bins = len(EDGES) - 1
    place = np.clip((values - EDGES[0]) / (EDGES[1] - EDGES[0]), 0, bins - 1)
    rows = place.reshape(-1, values.shape[-1])
    index = np.nan_to_num(rows).astype(np.int64) + np.arange(len(rows))[:, None] * bins
    counts = np.bincount(index.ravel(), minlength=len(rows) * bins)
    shares: NDArray[np.float64] = counts.reshape(*values.shape[:-1], bins) / values.shape[-1]
    return shares


def _against_running(norm: object, members: int) -> Array:
    """Return how far batch and running statistics are apart, (M, 2)."""
    if not isinstance(norm, BatchNorm):
        return np.full((members, 2), np.nan)
    sd = np.sqrt(norm.running_variance, dtype=np.float64)
    gap = (norm.mean - norm.running_mean) / sd
    ratio = np.sqrt(norm.variance) / sd
    return np.stack([np.sqrt(np.square(values).mean(axis=(1, 2))) for values in (gap, ratio)], axis=-1)
