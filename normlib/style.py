"""Adaptive instance normalization: one picture takes on the statistics of another, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import numeric_array
from normlib.layers import instance_norm
from normlib.statistics import axis_statistics

Floats = NDArray[np.float64]


def adaptive_instance_norm(content: ArrayLike, style: ArrayLike, *, eps: float = 1e-5) -> Floats:
    """Give the content the mean and standard deviation of the style, in every channel of every sample.

        y = std(style) * (content - mean(content)) / sqrt(variance(content) + eps) + mean(style)

    It is instance norm whose gamma and beta come from another sample instead of being learned; nothing is
    learned here. Epsilon stands with the content alone, so that the result has std(style) but for a factor
    sqrt(v / (v + eps)), where v is the variance of the content.

    Args:
        content: (N, ..., C), at least two positions.
        style: (N, ..., C), the same N and C; the positions may differ.
        eps: added to the variance of the content, >= 0.
    Returns: (N, ..., C), shaped like the content.
    Raises: ValueError if samples or channels differ, or for an eps that cannot work.
    Source: Huang and Belongie 2017, arXiv:1703.06868; there on the feature maps of a trained network.

    >>> adaptive_instance_norm([[[0.0], [2.0]]], [[[10.0], [30.0]]], eps=0.0)[..., 0]
    array([[10., 30.]])
    """
    x, y = numeric_array(content, "content").astype(np.float64), numeric_array(style, "style").astype(np.float64)
    if x.ndim < 3 or y.ndim < 3 or x.shape[0] != y.shape[0] or x.shape[-1] != y.shape[-1]:
        raise ValueError(
            f"content has shape {x.shape} and style {y.shape}: give (N, ..., C) with positions, and the same N and C."
        )
    found = axis_statistics(y, tuple(range(1, y.ndim - 1)))
    across = (len(y), *(1,) * (x.ndim - 2), y.shape[-1])
    plain = instance_norm(x, eps=eps).output
    return np.asarray(plain * found.std.reshape(across) + found.mean.reshape(across), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class StyleSweep:
    """Adaptive instance norm of one picture at F strengths.

    Attributes:
        strengths: (F,), 0 for the content and 1 for the full exchange.
        content: (H, W, C).
        full: the content with the statistics of the style, (H, W, C), not cut off.
        means: of each channel, (F, C).
        stds: likewise.
        outside: share of the values below 0 or above 1, (F,).
        pixels_outside: share of the pixels with at least one such value, (F,).
        cut_means: of each channel once the values are cut off at 0 and 1, (F, C).
        cut_stds: likewise.
        missed: largest distance of a channel's mean or standard deviation to that of the style, (F,).
        cut_missed: the same after cutting off.
    """

    strengths: Floats
    content: Floats
    full: Floats
    means: Floats
    stds: Floats
    outside: Floats
    pixels_outside: Floats
    cut_means: Floats
    cut_stds: Floats
    missed: Floats
    cut_missed: Floats

    def result(self, at: int) -> Floats:
        """Return the mixture at one strength, (H, W, C), not cut off."""
        return _mixed(self.content, self.full, float(self.strengths[at]))


def style_sweep(content: ArrayLike, style: ArrayLike, strengths: ArrayLike, *, eps: float = 1e-5) -> StyleSweep:
    """Mix a picture with its stylized self, and measure what each mixture is like.

        result = (1 - t) * content + t * adaptive_instance_norm(content, style)

    Args:
        content: (H, W, C), from 0 to 1.
        style: (H', W', C), likewise.
        strengths: t, (F,), from 0 to 1.
        eps: of the normalization.
    Returns: a `StyleSweep`.
    Raises: ValueError for a strength outside 0 .. 1, or shapes that do not fit.
    Source: Huang and Belongie 2017, arXiv:1703.06868 (the content-style trade-off, there on features).

    >>> made = style_sweep([[[0.2], [0.4]]], [[[0.5], [0.9]]], [0.0, 1.0], eps=0.0)
    >>> made.means.ravel().round(3), made.stds.ravel().round(3)
    (array([0.3, 0.7]), array([0.1, 0.2]))
    """
    x, y = numeric_array(content, "content").astype(np.float64), numeric_array(style, "style").astype(np.float64)
    t = np.asarray(strengths, dtype=np.float64)
    if t.ndim != 1 or not ((t >= 0) & (t <= 1)).all():
        raise ValueError(f"strengths go from {t.min():g} to {t.max():g}: give numbers from 0 to 1, in one row.")
    full = adaptive_instance_norm(x[None], y[None], eps=eps)[0]
    wanted_mean, wanted_std = y.mean(axis=(0, 1)), y.std(axis=(0, 1))
    means, stds, cut_means, cut_stds = (np.empty((t.size, x.shape[-1])) for _ in range(4))
    outside, pixels_outside = np.empty(t.size), np.empty(t.size)
    for f, strength in enumerate(t):
        result = _mixed(x, full, float(strength))
        beyond = (result < 0) | (result > 1)
        outside[f], pixels_outside[f] = beyond.mean(), beyond.any(axis=-1).mean()
        means[f], stds[f] = result.mean(axis=(0, 1)), result.std(axis=(0, 1))
        cut = np.clip(result, 0, 1)
        cut_means[f], cut_stds[f] = cut.mean(axis=(0, 1)), cut.std(axis=(0, 1))

    def missed(mean: Floats, std: Floats) -> Floats:
        return np.asarray(np.maximum(np.abs(mean - wanted_mean), np.abs(std - wanted_std)).max(axis=1))

    return StyleSweep(
        t,
        x,
        full,
        means,
        stds,
        outside,
        pixels_outside,
        cut_means,
        cut_stds,
        missed(means, stds),
        missed(cut_means, cut_stds),
    )


def _mixed(content: Floats, full: Floats, strength: float) -> Floats:
    return (1 - strength) * content + strength * full
