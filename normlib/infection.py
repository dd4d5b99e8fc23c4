"""One value that is no number: which outputs it reaches, and how long running statistics keep it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib import data
from normlib.activations import feature_maps
from normlib.layers import batch_norm
from normlib.methods import normalize_by
from normlib.normalized import Normalized
from normlib.quiet import without_warnings
from normlib.running import RunningStatistics

Maps = NDArray[np.float32]
Counts = NDArray[np.int64]
KINDS: Final = ("maps", "dense")
BAD: Final = {"NaN": np.nan, "infinity": np.inf}
SAMPLES, UNITS, SIDE = 6, 12, 8
STEPS: Final = 100
BAD_STEP: Final = 20
BAD_SAMPLE, BAD_CHANNEL = 2, 1
_AXES: Final = (1, 2, 3)


@lru_cache(maxsize=2)
def stream(kind: str) -> Maps:
    """Return the batches of a training run before a normalization layer: other digits at each step.

    Args:
        kind: "maps" (six digits under six filters) or "dense" (twelve random units on six digits).
    Returns: (T, N, H, W, C) float32, read-only, with T = 101 steps and N = 6 samples.
    Raises: ValueError naming the kinds there are.

    >>> stream("maps").shape, stream("dense").shape
    ((101, 6, 8, 8, 6), (101, 6, 1, 1, 12))
    """
    if kind not in KINDS:
        raise ValueError(f"There are no batches {kind!r}: choose one of {', '.join(KINDS)}.")
    images = data.load("digits").x[: (STEPS + 1) * SAMPLES]
    if kind == "maps":
        x = feature_maps(images.reshape(-1, SIDE, SIDE) / 16)
    else:
        weights = np.random.default_rng(0).normal(0, np.sqrt(2 / images.shape[1]), (images.shape[1], UNITS))
        x = (images / 16 @ weights).astype(np.float32)[:, None, None, :]
    x = np.ascontiguousarray(x.reshape(STEPS + 1, SAMPLES, *x.shape[1:]))
    x.flags.writeable = False
    return x


def unguarded(running: RunningStatistics, mean: ArrayLike, variance: ArrayLike) -> RunningStatistics:
    """Update running statistics without looking at what comes in, as Keras and Flax do.

        new = keep * old + (1 - keep) * batch

    keep * NaN is NaN for every keep but 0, so a channel that was NaN once stays NaN.

    Args:
        running: the statistics so far, of a convention whose variance divides by m.
        mean: batch mean, C values.
        variance: batch variance, C values.

    >>> start = RunningStatistics.start(2)
    >>> once = unguarded(start, [np.nan, 1.0], [1.0, 1.0])
    >>> unguarded(once, [5.0, 1.0], [1.0, 1.0]).mean.round(4)
    array([   nan, 0.0199])
    """
    keep = running.convention.keep
    with np.errstate(invalid="ignore"):
        return replace(
            running,
            mean=keep * running.mean + (1 - keep) * np.ravel(mean),
            variance=keep * running.variance + (1 - keep) * np.ravel(variance),
            updates=running.updates + 1,
        )


@dataclass(frozen=True, eq=False)
class Course:
    """A run of batches, one of them with a bad value. Counts are of the values of each channel of each sample.

    Attributes:
        values: values in each channel of a sample, H * W.
        given: values going in that are not finite, (T, N, C).
        trained: outputs in training that are not finite, (T, N, C).
        wiped: outputs in training that became 0 though they would not be 0 without the bad value, (T, N, C).
        served: outputs in inference that are not finite, for clean samples after the step, (T, N, C).
        mean: running mean after each step, (T, C); NaN in all channels for a layer without.
        skipped: batches that the guard left out so far, (T,).
    """

    values: int
    given: Counts
    trained: Counts
    wiped: Counts
    served: Counts
    mean: NDArray[np.float64]
    skipped: Counts

    @property
    def total(self) -> int:
        """Values in a batch."""
        return int(self.given[0].size * self.values)


@lru_cache(maxsize=32)
def course(
    method: str, kind: str = "maps", bad: str = "NaN", *, guard: bool = False, momentum: float = 0.99, groups: int = 2
) -> Course:
    """Put one bad value into batch 20 of a run, and follow it.

    Args:
        method: "batch", "layer", "instance", "group" or "rms".
        kind: as for `stream`.
        bad: "NaN" or "infinity".
        guard: leave a batch whose statistics are not finite out of the running statistics (batch norm only).
        momentum: weight of the old running statistics.
        groups: number of groups of group norm.
    Returns: a `Course`; for arguments as before, the same one.

    >>> found = course("batch")
    >>> int(found.given[20].sum()), int(found.trained[20].sum()), int(found.served[100].sum())
    (1, 384, 384)
    """
    clean = stream(kind)
    given = clean.copy()
    given[BAD_STEP, BAD_SAMPLE, clean.shape[2] // 2, clean.shape[3] // 2, BAD_CHANNEL] = BAD[bad]
    if method == "batch":
        trained, served, mean, skipped = _batch_norm(given, clean, guard=guard, momentum=momentum)
    else:
        # These layers know no neighbours, so all steps can go through as one batch.
        trained = _by_sample(method, given, groups)
        served = _by_sample(method, clean, groups)
        mean, skipped = np.full((len(clean), clean.shape[-1]), np.nan), np.zeros(len(clean), np.int64)
    untouched = _output(batch_norm(clean[BAD_STEP])) if method == "batch" else served[BAD_STEP]
    wiped = np.zeros(trained.shape, dtype=bool)
    wiped[BAD_STEP] = (trained[BAD_STEP] == 0) & (untouched != 0)
    return Course(
        values=clean.shape[2] * clean.shape[3],
        given=_lost(given),
        trained=_lost(trained),
        wiped=wiped.sum(axis=(2, 3)),
        served=_lost(served),
        mean=mean,
        skipped=skipped,
    )


def _lost(x: Maps) -> Counts:
    return np.asarray((~np.isfinite(x)).sum(axis=(2, 3)))


def _batch_norm(
    given: Maps, clean: Maps, *, guard: bool, momentum: float
) -> tuple[Maps, Maps, NDArray[np.float64], Counts]:
    running = RunningStatistics.start(given.shape[-1], "keras", momentum=momentum)
    trained, served = np.empty_like(given), np.empty_like(given)
    mean, skipped = np.empty((len(given), given.shape[-1])), np.empty(len(given), np.int64)
    for step, (batch, samples) in enumerate(zip(given, clean, strict=True)):
        result = batch_norm(batch, running=running)
        assert result.running is not None  # noqa: S101 - given above
        running = result.running if guard else unguarded(running, result.mean, result.variance)
        trained[step] = result.output
        served[step] = batch_norm(samples, running=running, training=False).output
        mean[step], skipped[step] = running.mean, running.skipped
    return trained, served, mean, skipped


def _by_sample(method: str, x: Maps, groups: int) -> Maps:
    with without_warnings():  # instance norm on a dense layer: the page says it in its own words
        result = normalize_by(method, x.reshape(-1, *x.shape[2:]), axes=_AXES, groups=groups)
    return _output(result).reshape(x.shape)


def _output(result: Normalized | None) -> Maps:
    assert result is not None  # noqa: S101 - only the method "none" gives None
    return np.asarray(result.output, dtype=np.float32)
