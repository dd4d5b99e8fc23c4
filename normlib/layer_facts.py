"""What a normalization layer averages over, and what follows from it, found by poking at the layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.layers import batch_norm
from normlib.methods import normalize_by, parameters
from normlib.quiet import without_warnings
from normlib.running import RunningStatistics

LAYERS: Final = ("batch", "layer", "instance", "group", "rms")
_PROBE = 3  # samples and positions of the poked tensor: more would behave the same
_STILL = 1e-9


@dataclass(frozen=True)
class LayerFacts:
    """What one layer does to images stored as (N, H, W, C).

    Attributes:
        method: one of `LAYERS`.
        shape: (N, H, W, C).
        reach: how many positions along N, H, W and C share a mean with one value, itself included.
        other_samples: whether the output of a sample depends on the others in its batch.
        training_is_inference: whether a sample in a training batch gets the output that it gets alone later.
        parameters: learned numbers, gamma and beta together.
        stored: numbers kept for inference besides (running means and variances).
    """

    method: str
    shape: tuple[int, int, int, int]
    reach: tuple[int, int, int, int]
    other_samples: bool
    training_is_inference: bool
    parameters: int
    stored: int

    @property
    def values(self) -> int:
        """Values behind each mean (of the squares, for RMS norm)."""
        return prod(self.reach)

    @property
    def means(self) -> int:
        """How many means there are."""
        return prod(self.shape) // self.values


def layer_facts(
    method: str, shape: tuple[int, int, int, int], *, groups: int = 1, axes: tuple[int, ...] = (1, 2, 3)
) -> LayerFacts:
    """Find out what a layer does by changing one value, or all other samples, and looking at what else changes.

    A tensor of the same channels but at most 3 samples and 3 x 3 positions is poked; a value whose change
    reaches all of an axis there reaches all of it in `shape`.

    Args:
        method: "batch", "layer", "instance", "group" or "rms".
        shape: (N, H, W, C).
        groups: number of groups of "group".
        axes: axes averaged over by "layer" and "rms", without 0.
    Returns: a `LayerFacts`.
    Raises: ValueError for another method, a length below 1, or groups that do not divide C.

    >>> facts = layer_facts("batch", (32, 14, 14, 64))
    >>> facts.reach, facts.values, facts.means, facts.other_samples
    ((32, 14, 14, 1), 6272, 64, True)
    """
    if method not in LAYERS:
        raise ValueError(f"There is no layer {method!r}: choose one of {', '.join(LAYERS)}.")
    if len(shape) != 4 or min(shape) < 1:
        raise ValueError(f"shape={shape}, but images are (N, H, W, C) with lengths of 1 or more.")
    _, height, width, channels = shape
    small = (min(height, _PROBE), min(width, _PROBE), channels)
    reached, dependent, same = _poke(method, small, groups, axes)
    reach = tuple(
        full if found == probed else found for found, probed, full in zip(reached, (_PROBE, *small), shape, strict=True)
    )
    return LayerFacts(
        method=method,
        shape=shape,
        reach=(reach[0], reach[1], reach[2], reach[3]),
        other_samples=dependent,
        training_is_inference=same,
        parameters=parameters(method, shape, axes),
        stored=2 * channels if method == "batch" else 0,
    )


@lru_cache(maxsize=256)
def _poke(
    method: str, small: tuple[int, int, int], groups: int, axes: tuple[int, ...]
) -> tuple[tuple[int, ...], bool, bool]:
    """Return the reach of one value in a small tensor, and what a sample notices of company and of mode."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(_PROBE, *small))

    def output(values: NDArray[np.float64]) -> NDArray[np.float64]:
        with without_warnings():  # one value per mean is what may be asked about
            made = normalize_by(method, values, axes=axes, groups=groups)
        assert made is not None  # noqa: S101 - "none" is not among the layers
        return np.asarray(made.output, dtype=np.float64)

    before = output(x)
    poked = x.copy()
    poked[0, 0, 0, 0] += 1.0
    changed = np.argwhere(np.abs(output(poked) - before) > _STILL)
    # A mean of one value is that value: nothing changes, not even itself.
    reached = tuple(len(np.unique(column)) for column in changed.T) if len(changed) else (1, 1, 1, 1)
    mates = np.concatenate([x[:1], rng.normal(size=(_PROBE - 1, *small)) * 2 + 1])
    dependent = bool(np.abs(output(mates)[0] - before[0]).max() > _STILL)
    if method == "batch":
        running = RunningStatistics.start(small[-1]).after(1000, *_moments(mates), count=x[..., 0].size)
        alone = np.asarray(batch_norm(x[:1], running=running, training=False).output)
    else:
        alone = output(x[:1])
    same = bool(np.abs(alone[0] - before[0]).max() <= _STILL)
    return reached, dependent, same


def _moments(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
