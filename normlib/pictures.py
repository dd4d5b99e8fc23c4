"""Two photographs, made small: in grey, or with few colours, so that what is drawn is what is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib import data

HEIGHT: Final = 80
WIDTH: Final = 120
NAMES: Final = ("temple", "flower")
SIZES: Final = ((80, 120), (20, 30), (4, 6), (2, 3), (1, 1))
"""Sizes that `grey_photographs` can be reduced to without cutting pixels."""

_BLOCK: Final = 5


@dataclass(frozen=True, eq=False)
class Palette:
    """A picture of at most 256 colours.

    Attributes:
        colors: (K, 3) float64, from 0 to 1; read-only.
        index: which colour each pixel has, (H, W) uint8; read-only.
    """

    colors: NDArray[np.float64]
    index: NDArray[np.uint8]

    @property
    def pixels(self) -> NDArray[np.float64]:
        """The picture, (H, W, 3), from 0 to 1."""
        return self.colors[self.index]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many pixels have each colour, (K,)."""
        return np.bincount(self.index.ravel(), minlength=len(self.colors))


@cache
def color_photographs() -> NDArray[np.uint8]:
    """Return the temple and the flower: 400 x 600 pixels from the middle, as means over blocks of 5 x 5.

    Returns: (2, 80, 120, 3) uint8, read-only.

    >>> color_photographs().shape
    (2, 80, 120, 3)
    """
    x = data.load("photographs").x
    top, left = (x.shape[1] - _BLOCK * HEIGHT) // 2, (x.shape[2] - _BLOCK * WIDTH) // 2
    middle = x[:, top : top + _BLOCK * HEIGHT, left : left + _BLOCK * WIDTH]
    blocks = middle.reshape(len(x), HEIGHT, _BLOCK, WIDTH, _BLOCK, 3).mean(axis=(2, 4))
    small: NDArray[np.uint8] = np.round(blocks).astype(np.uint8)
    small.flags.writeable = False
    return small


@cache
def grey_photographs(height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.float64]:
    """Return both photographs in grey, as maps with one channel: the mean of red, green and blue, from 0 to 1.

    Args:
        height: H, a divisor of 80.
        width: W, a divisor of 120. A smaller map holds means over blocks.
    Returns: (2, H, W, 1) float64, read-only. At full size every value is a whole number of 255ths.
    Raises: ValueError for a size that would cut a block.

    >>> full, one = grey_photographs(), grey_photographs(1, 1)
    >>> one.shape, bool(np.allclose(one.ravel(), full.mean(axis=(1, 2, 3))))
    ((2, 1, 1, 1), True)
    """
    if not (1 <= height <= HEIGHT and 1 <= width <= WIDTH) or HEIGHT % height or WIDTH % width:
        raise ValueError(
            f"{height} x {width} cannot be made from {HEIGHT} x {WIDTH} pixels in whole blocks: choose divisors."
        )
    grey = np.round(color_photographs().mean(axis=-1)) / 255
    blocks = grey.reshape(len(grey), height, HEIGHT // height, width, WIDTH // width).mean(axis=(2, 4))
    maps = np.ascontiguousarray(blocks[..., None])
    maps.flags.writeable = False
    return maps


def few_colors(picture: NDArray[np.uint8], most: int) -> Palette:
    """Return a picture with at most so many colours, each the mean of the pixels it stands for (median cut).

    The box of pixels with the largest spread is cut at the median of its widest channel, again and again.

    Args:
        picture: (H, W, 3) uint8.
        most: number of colours K, 1 to 256.
    Returns: a `Palette`.
    Raises: ValueError for another shape or number.
    Source: Heckbert 1982, "Color image quantization for frame buffer display", doi:10.1145/965145.801294.

    >>> made = few_colors(np.array([[[0, 0, 0], [0, 0, 0]], [[255, 0, 0], [255, 0, 0]]], dtype=np.uint8), 2)
    >>> made.colors
    array([[0., 0., 0.],
           [1., 0., 0.]])
    >>> made.index
    array([[0, 0],
           [1, 1]], dtype=uint8)
    """
    if picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"The picture has shape {picture.shape}, but (H, W, 3) is needed: red, green and blue.")
    if not 1 <= most <= 256:
        raise ValueError(f"most={most}, but a palette has 1 to 256 colours.")
    pixels = picture.reshape(-1, 3).astype(np.float64) / 255
    boxes = [np.arange(len(pixels))]
    spreads = [_spread(pixels)]
    while len(boxes) < most and max(spreads) > 0:
        widest = int(np.argmax(spreads))
        box = boxes.pop(widest)
        del spreads[widest]
        for part in _halves(pixels, box):
            boxes.append(part)
            spreads.append(_spread(pixels[part]))
    # Dark to light, so that the order does not depend on the cuts.
    means = np.stack([pixels[box].mean(axis=0) for box in boxes])
    order = np.argsort(means.sum(axis=1), kind="stable")
    flat = np.empty(len(pixels), dtype=np.uint8)
    for place, which in enumerate(order):
        flat[boxes[which]] = place
    colors, index = means[order], flat.reshape(picture.shape[:2])
    for array in (colors, index):
        array.flags.writeable = False
    return Palette(colors, index)


@cache
def palette_photograph(name: str, most: int = 128) -> Palette:
    """Return one of the photographs with few colours.

    >>> palette_photograph("flower").index.shape
    (80, 120)
    """
    if name not in NAMES:
        raise ValueError(f"There is no photograph {name!r}: choose one of {', '.join(NAMES)}.")
    return few_colors(color_photographs()[NAMES.index(name)], most)


def _spread(pixels: NDArray[np.float64]) -> float:
    """Return the sum of squared deviations in the widest channel."""
    return float(((pixels - pixels.mean(axis=0)) ** 2).sum(axis=0).max())


def _halves(pixels: NDArray[np.float64], box: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    values = pixels[box]
    channel = int(np.argmax(((values - values.mean(axis=0)) ** 2).sum(axis=0)))
    one = values[:, channel]
    # Strictly below the median, or else below or at it, so that equal values stay together and no half is empty.
    middle = np.median(one)
    low = one < middle if (one < middle).any() else one <= middle
    return box[low], box[~low]
