"""What the pages on layer and instance norm compute: once per setting, for everybody who asks.

A page's script is new at every run, and a cache in it too; this module stays.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib import data
from normlib.activations import activations, feature_maps
from normlib.contrast import ContrastSweep, contrast_sweep
from normlib.few_features import FewFeatures, few_features
from normlib.layer_axes import LAYER_AXES, Company, company
from normlib.pictures import Palette, grey_photographs, palette_photograph
from normlib.sequences import STEPS, PaddingSweep, digit_sequences, padding_sweep
from normlib.style import StyleSweep, style_sweep

SIZES: Final = tuple(range(1, 65))
PADDED_TO: Final = tuple(range(STEPS, 41))
PERCENT: Final = tuple(range(0, 101, 2))
STRENGTHS: Final = tuple(step / 20 for step in range(21))
SEQUENCES: Final = 32
COLORS: Final = 128
SIDE: Final = 8


@lru_cache(maxsize=16)
def in_batches(image: int, draw: int, axes: str, eps: float) -> tuple[Company, tuple[int, ...]]:
    """Return a digit under six filters in batches of 1 to 64, and the shape of the largest batch, (N, H, W, C)."""
    images = data.load("digits").x.reshape(-1, SIDE, SIDE)
    mates = np.random.default_rng(draw).permutation(len(images))
    x = feature_maps(images[np.concatenate([[image], mates[mates != image]])[: max(SIZES)]])
    return company(x, SIZES, LAYER_AXES[axes].axes, eps=eps), x.shape


@lru_cache(maxsize=1)
def units() -> NDArray[np.float64]:
    """Return the outputs of a dense layer, which has one position per channel, (N, C)."""
    return activations("dense").x[:, 0, 0].astype(np.float64)


@lru_cache(maxsize=16)
def few(scale: float, eps: float) -> FewFeatures:
    """Return layer norm over the first units of the dense layer, for every number of them."""
    return few_features(units() * scale, eps=eps)


@lru_cache(maxsize=64)
def padded(shortest: int, sample: int, value: float, eps: float) -> tuple[PaddingSweep, NDArray[np.float64]]:
    """Return a batch of digits as sequences, padded to every length, and all its real steps, (R, 8)."""
    x, lengths = digit_sequences(SEQUENCES, shortest)
    made = padding_sweep(x, lengths, PADDED_TO, sample=sample, value=value, eps=eps)
    return made, x[np.arange(STEPS) < lengths[:, None]]


@lru_cache(maxsize=256)
def faded(which: int, brightness: float, eps: float, size: tuple[int, int]) -> ContrastSweep:
    """Return both photographs, one of them at every contrast, under batch and instance norm."""
    return contrast_sweep(grey_photographs(*size), which, [value / 100 for value in PERCENT], brightness, eps=eps)


def photograph(name: str) -> Palette:
    """Return a photograph with few colours."""
    return palette_photograph(name, COLORS)


@lru_cache(maxsize=8)
def styled(content: str, style: str, eps: float) -> StyleSweep:
    """Return one photograph with the statistics of another, at every strength."""
    return style_sweep(photograph(content).pixels, photograph(style).pixels, STRENGTHS, eps=eps)
