"""Small real data sets with the names and units of their features; they come with scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set that cannot be changed.

    Attributes:
        name: short name, as given to `load`.
        title: name to show.
        x: features, (N, D) float64 for tables, (N, H, W, C) uint8 for photographs; read-only.
        y: class of each sample, (N,) int64, an index into `classes`; read-only.
        features: name of each feature (of each channel for photographs).
        units: unit of each feature, empty where it has none or none is documented.
        classes: name of each class.
        source: where the data come from.
    """

    name: str
    title: str
    x: NDArray[Any]
    y: NDArray[np.int64]
    features: tuple[str, ...]
    units: tuple[str, ...]
    classes: tuple[str, ...]
    source: str


def load(name: str) -> Dataset:
    """Return one of the data sets in `names()`; the second call returns the same object.

    Args:
        name: "wine", "breast cancer", "digits" or "photographs".
    Returns: a `Dataset` with read-only arrays.
    Raises: ValueError listing the names there are.
    Source: scikit-learn's bundled data sets, https://scikit-learn.org/stable/datasets.html

    >>> wine = load("wine")
    >>> wine.x.shape, wine.features[-1], wine.units[-1]
    ((178, 13), 'proline', 'mg/L')
    """
    if name not in _LOADERS:
        raise ValueError(f"There is no data set {name!r}: choose one of {', '.join(_LOADERS)}.")
    return _load(name)


def names() -> tuple[str, ...]:
    """Return the names that `load` knows.

    >>> names()
    ('wine', 'breast cancer', 'digits', 'photographs')
    """
    return tuple(_LOADERS)


@cache
def _load(name: str) -> Dataset:
    dataset = _LOADERS[name]()
    dataset.x.flags.writeable = False
    dataset.y.flags.writeable = False
    return dataset


def _bundled(relative: str) -> Path:
    """Return the path of a file that comes with scikit-learn, without importing scikit-learn.

    `sklearn.datasets` would bring SciPy along: 160 MB of memory for arrays of a few hundred kB.
    """
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("The data sets come with scikit-learn: install it with pip install scikit-learn.")
    return Path(spec.origin).parent / "datasets" / relative


def _table(relative: str, skiprows: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rows = np.loadtxt(_bundled(relative), delimiter=",", skiprows=skiprows, dtype=np.float64)
    return rows[:, :-1].copy(), rows[:, -1].astype(np.int64)


# The description that comes with the data names no units. Six follow from the usual ranges in wine
# (2 g/L of ash, 100 mg/L of magnesium, ...); phenols, colour and hue are left open rather than guessed.
_WINE = {
    "alcohol": "% vol",
    "malic acid": "g/L",
    "ash": "g/L",
    "alcalinity of ash": "meq/L",
    "magnesium": "mg/L",
    "total phenols": "",
    "flavanoids": "",
    "nonflavanoid phenols": "",
    "proanthocyanins": "",
    "color intensity": "",
    "hue": "",
    "OD280/OD315 of diluted wines": "",
    "proline": "mg/L",
}

_CELL = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)


def _wine() -> Dataset:
    x, y = _table("data/wine_data.csv", skiprows=1)
    return Dataset(
        name="wine",
        title="Wine",
        x=x,
        y=y,
        features=tuple(_WINE),
        units=tuple(_WINE.values()),
        classes=("cultivar 1", "cultivar 2", "cultivar 3"),
        source="Forina et al., PARVUS; UCI Machine Learning Repository, doi:10.24432/C5PC7J",
    )


def _breast_cancer() -> Dataset:
    x, y = _table("data/breast_cancer.csv", skiprows=1)
    features = (
        *(f"mean {name}" for name in _CELL),
        *(f"{name} error" for name in _CELL),
        *(f"worst {name}" for name in _CELL),
    )
    return Dataset(
        name="breast cancer",
        title="Breast cancer Wisconsin (diagnostic)",
        x=x,
        y=y,
        features=features,
        units=("",) * len(features),  # lengths and areas on a digitized image, in a unit nobody documented
        classes=("malignant", "benign"),
        source="Wolberg, Mangasarian, Street, Street; UCI Machine Learning Repository, doi:10.24432/C5DW2B",
    )


def _digits() -> Dataset:
    x, y = _table("data/digits.csv.gz", skiprows=0)
    return Dataset(
        name="digits",
        title="Handwritten digits, 8 x 8 pixels",
        x=x,
        y=y,
        features=tuple(f"pixel {row},{column}" for row in range(8) for column in range(8)),
        units=("intensity 0-16",) * 64,
        classes=tuple(str(digit) for digit in range(10)),
        source="Alpaydin and Kaynak; UCI Machine Learning Repository, doi:10.24432/C50P49 (test part)",
    )


def _photographs() -> Dataset:
    from PIL import Image  # noqa: PLC0415 - only when photographs are asked for

    pixels = []
    for name in ("china.jpg", "flower.jpg"):
        with Image.open(_bundled(f"images/{name}")) as image:
            pixels.append(np.asarray(image))
    return Dataset(
        name="photographs",
        title="Two photographs: a temple and a flower",
        x=np.stack(pixels),
        y=np.arange(2, dtype=np.int64),
        features=("red", "green", "blue"),
        units=("intensity 0-255",) * 3,
        classes=("temple", "flower"),
        source="china.jpg by danielbuechele and flower.jpg by vultilion on Flickr, CC BY 2.0",
    )


_LOADERS: dict[str, Callable[[], Dataset]] = {
    "wine": _wine,
    "breast cancer": _breast_cancer,
    "digits": _digits,
    "photographs": _photographs,
}
