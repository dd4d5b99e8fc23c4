"""Real activations to normalize: feature maps of images under a small bank of filters, and a dense layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from normlib import data

Maps = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Activations:
    """What a layer passes on for a few samples.

    Attributes:
        name: short name, as given to `activations`.
        title: name to show.
        x: (N, H, W, C) float32, H = W = 1 for a dense layer; read-only.
        samples: name of each sample.
        channels: name of each channel.
        layer: which layer they come from, in one sentence.
    """

    name: str
    title: str
    x: Maps
    samples: tuple[str, ...]
    channels: tuple[str, ...]
    layer: str


# What the first layer of a trained network tends to look like: brightness, edges, spots.
FILTERS: Final = MappingProxyType(
    {
        "blur": np.full((3, 3), 1 / 9),
        "edge across": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]) / 4,
        "edge down": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4,
        "diagonal": np.array([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]) / 4,
        "spot": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8,
        "negative": np.array([[0, -1, 0], [-1, -1, -1], [0, -1, 0]]) / 10,
    }
)
_MOST: Final = 6


def activations(name: str, samples: int = _MOST) -> Activations:
    """Return the activations of the first samples of a kind.

    Args:
        name: "digits" (6 channels of 8 x 8), "photographs" (6 channels of 20 x 20) or "dense" (12 units).
        samples: number of samples N, 1 to 6.
    Returns: an `Activations`; the second call returns the same object.
    Raises: ValueError naming the kinds there are, or the numbers of samples there can be.

    >>> activations("digits", 2).x.shape, activations("dense").x.shape
    ((2, 8, 8, 6), (6, 1, 1, 12))
    """
    if name not in _KINDS:
        raise ValueError(f"There are no activations {name!r}: choose one of {', '.join(_KINDS)}.")
    if not 1 <= samples <= _MOST:
        raise ValueError(f"samples={samples}, but there are 1 to {_MOST} samples of {name!r}.")
    return _activations(name, samples)


def names() -> tuple[str, ...]:
    """Return the names that `activations` knows.

    >>> names()
    ('digits', 'photographs', 'dense')
    """
    return tuple(_KINDS)


def feature_maps(images: NDArray[np.floating]) -> Maps:
    """Return each image under each of `FILTERS`: a convolution with zeros around the image, without bias.

    Args:
        images: (N, H, W).
    Returns: (N, H, W, 6) float32.
    Raises: ValueError for another number of axes.

    >>> feature_maps(np.ones((1, 3, 3)))[0, 1, 1].tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0, -0.5]
    """
    if images.ndim != 3:
        raise ValueError(f"images have shape {images.shape}, but one plane per image is needed: (N, H, W).")
    windows = sliding_window_view(np.pad(images, ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))
    bank = np.stack(list(FILTERS.values()))
    maps: Maps = np.einsum("nhwij,cij->nhwc", windows, bank).astype(np.float32)
    return maps


@cache
def _activations(name: str, samples: int) -> Activations:
    found = _KINDS[name]()
    x = np.ascontiguousarray(found.x[:samples])
    x.flags.writeable = False
    return Activations(found.name, found.title, x, found.samples[:samples], found.channels, found.layer)


def _digits() -> Activations:
    digits = data.load("digits")
    images = digits.x[:_MOST].reshape(-1, 8, 8)
    return Activations(
        "digits",
        "Feature maps of digits",
        feature_maps(images),
        tuple(f"digit {digits.classes[label]}" for label in digits.y[:_MOST]),
        tuple(FILTERS),
        "A convolution with six filters of 3 x 3, on handwritten digits with intensities from 0 to 16.",
    )


# (photograph, first row, first column, pixels across): roughly what each crop shows is its name.
_CROPS: Final = {
    "temple": (0, 0, 107, 420),
    "roof": (0, 40, 250, 200),
    "sky": (0, 0, 0, 120),
    "flower": (1, 0, 107, 420),
    "petals": (1, 120, 240, 160),
    "leaves": (1, 260, 0, 160),
}
_SIDE: Final = 20


def _photographs() -> Activations:
    grey = data.load("photographs").x.mean(axis=-1) / 255
    tiles = []
    for photograph, row, column, across in _CROPS.values():
        side = _SIDE + 2
        block = across // side
        crop = grey[photograph, row : row + block * side, column : column + block * side]
        tiles.append(crop.reshape(side, block, side, block).mean(axis=(1, 3)))
    return Activations(
        "photographs",
        "Feature maps of photographs",
        feature_maps(np.stack(tiles))[:, 1:-1, 1:-1],  # without the edge to the zeros around the image
        tuple(_CROPS),
        tuple(FILTERS),
        "A convolution with six filters of 3 x 3, on crops of two photographs with intensities from 0 to 1.",
    )


def _dense() -> Activations:
    digits = data.load("digits")
    units = 12
    # He's initialization: variance 2 / inputs.
    weights = np.random.default_rng(0).normal(0, np.sqrt(2 / digits.x.shape[1]), (digits.x.shape[1], units))
    x = (digits.x[:_MOST] / 16 @ weights).astype(np.float32)
    return Activations(
        "dense",
        "A dense layer",
        x[:, None, None, :],
        tuple(f"digit {digits.classes[label]}" for label in digits.y[:_MOST]),
        tuple(f"unit {unit}" for unit in range(units)),
        "A dense layer of 12 units with random weights (He's initialization), on handwritten digits scaled to 0..1.",
    )


_KINDS: Final = {"digits": _digits, "photographs": _photographs, "dense": _dense}
