"""Activations of many samples, to draw batches from: a dense layer, and feature maps of digits and photographs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib import data
from normlib.activations import FILTERS, feature_maps

Floats = NDArray[np.float64]

UNITS: Final = 12


@dataclass(frozen=True, eq=False)
class Population:
    """What one layer gives for all samples.

    Attributes:
        name: short name, as given to `population`.
        title: name to show.
        sample: what one sample is called.
        x: (N, P, C) float32, P positions (H * W, or 1 after a dense layer) of C channels; read-only.
        images: (N, H, W) what the layer saw, from 0 to 1; read-only.
        labels: name of each sample.
        channels: name of each channel.
        layer: which layer it is, in one sentence.
    """

    name: str
    title: str
    sample: str
    x: NDArray[np.float32]
    images: Floats
    labels: tuple[str, ...]
    channels: tuple[str, ...]
    layer: str

    def channel(self, name: str) -> Floats:
        """Return one channel of all samples, (N, P) float64.

        >>> population("dense").channel("unit 3").shape
        (1797, 1)
        """
        return self.x[:, :, self.channels.index(name)].astype(np.float64)


def population(name: str) -> Population:
    """Return the activations of all samples of a kind.

    Args:
        name: "dense" (12 units, 1797 digits), "digits" (6 channels of 8 x 8, 1797 digits) or "photographs"
            (6 channels of 16 x 16, 520 crops).
    Returns: a `Population`; the second call returns the same object.
    Raises: ValueError naming the kinds there are.

    >>> [population(name).x.shape for name in ("dense", "digits", "photographs")]
    [(1797, 1, 12), (1797, 64, 6), (520, 256, 6)]
    """
    if name not in _KINDS:
        raise ValueError(f"There is no population {name!r}: choose one of {', '.join(_KINDS)}.")
    return _population(name)


@cache
def _population(name: str) -> Population:
    found = _KINDS[name]()
    found.x.flags.writeable = False
    found.images.flags.writeable = False
    return found


def _dense() -> Population:
    digits = data.load("digits")
    inputs = digits.x.shape[1]
    # He's initialization: variance 2 / inputs.
    weights = np.random.default_rng(0).normal(0, np.sqrt(2 / inputs), (inputs, UNITS))
    return Population(
        "dense",
        "Dense layer",
        "digit",
        (digits.x / 16 @ weights).astype(np.float32)[:, None, :],
        digits.x.reshape(-1, 8, 8) / 16,
        tuple(digits.classes[label] for label in digits.y),
        tuple(f"unit {unit}" for unit in range(UNITS)),
        f"A dense layer of {UNITS} units with random weights (He's initialization), on digits scaled to 0..1.",
    )


def _digits() -> Population:
    digits = data.load("digits")
    images = digits.x.reshape(-1, 8, 8) / 16
    return Population(
        "digits",
        "Feature maps of digits",
        "digit",
        feature_maps(images).reshape(len(images), -1, len(FILTERS)),
        images,
        tuple(digits.classes[label] for label in digits.y),
        tuple(FILTERS),
        "A convolution with six filters of 3 x 3, on handwritten digits scaled to 0..1.",
    )


_CROP: Final = 32  # pixels of the photograph along a side of a crop
_SIDE: Final = 16  # pixels of the crop after averaging


def _photographs() -> Population:
    photographs = data.load("photographs")
    block = _CROP // _SIDE
    crops, labels = [], []
    for name, photograph in zip(photographs.classes, photographs.x, strict=True):
        grey = photograph.mean(axis=-1) / 255
        rows, columns = grey.shape[0] // _CROP, grey.shape[1] // _CROP
        tiles = grey[: rows * _CROP, : columns * _CROP].reshape(rows, _SIDE, block, columns, _SIDE, block)
        crops.append(tiles.mean(axis=(2, 5)).swapaxes(1, 2).reshape(-1, _SIDE, _SIDE))
        labels += [f"{name} {row + 1},{column + 1}" for row in range(rows) for column in range(columns)]
    images = np.concatenate(crops)
    return Population(
        "photographs",
        "Feature maps of photographs",
        "crop",
        feature_maps(images).reshape(len(images), -1, len(FILTERS)),
        images,
        tuple(labels),
        tuple(FILTERS),
        "A convolution with six filters of 3 x 3, on square crops of two photographs with intensities from 0 to 1.",
    )


_KINDS: Final = {"dense": _dense, "digits": _digits, "photographs": _photographs}
