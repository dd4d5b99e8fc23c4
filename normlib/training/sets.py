"""What a network trains on: rows, labels and the split of each seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib import data
from normlib.scalers import StandardScaler
from normlib.training import draws, toys

if TYPE_CHECKING:
    from normlib.training.experiment import Experiment

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Size(NamedTuple):
    """Rows, features and classes of a data set."""

    rows: int
    features: int
    classes: int


# Known without reading the files, so that checking an experiment costs nothing.
SIZES: Final = MappingProxyType(
    {
        "digits": Size(1797, 64, 10),
        "wine": Size(178, 13, 3),
        "breast cancer": Size(569, 30, 2),
        "spirals": Size(toys.ROWS, 2, 2),
        "circles": Size(toys.ROWS, 2, 2),
        "moons": Size(toys.ROWS, 2, 2),
    }
)


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """The rows of one seed.

    Attributes:
        x: (N, D) float64, scaled as the experiment says; read-only.
        y: (N,) class of each row.
        train: row numbers to train on.
        test: row numbers to test on.
    """

    x: Floats
    y: Indices
    train: Indices
    test: Indices


def training_set(experiment: Experiment, seed: int) -> TrainingSet:
    """Return the rows that a seed of an experiment trains and tests on.

    Scaled inputs are (x - 8) / 6 for digits, and for tables each feature minus its mean over its standard
    deviation, both of the training rows alone. Toy sets are as they are.

    >>> from normlib.training import Experiment
    >>> rows = training_set(Experiment(data="wine"), seed=0)
    >>> rows.x.shape, len(rows.train), len(rows.test)
    ((178, 13), 125, 53)
    """
    return _training_set(experiment.data, experiment.inputs, experiment.test_share, seed)


@lru_cache(maxsize=128)
def _training_set(name: str, inputs: str, test_share: float, seed: int) -> TrainingSet:
    x, y = _rows(name, inputs)
    train, test = draws.split(seed, y, test_share)
    if inputs == "scaled" and name in {"wine", "breast cancer"}:
        x = np.asarray(StandardScaler().fit(x[train]).transform(x), np.float64)
        x.flags.writeable = False
    return TrainingSet(x, y, train, test)


@lru_cache(maxsize=16)
def _rows(name: str, inputs: str) -> tuple[Floats, Indices]:
    if name in {"spirals", "circles", "moons"}:
        return toys.points(name)
    found = data.load(name)
    x = found.x.astype(np.float64)
    if name == "digits" and inputs == "scaled":
        # Intensities from 0 to 16: one shift and one factor for all pixels, so that constant pixels stay harmless.
        x = (x - 8) / 6
    x.flags.writeable = False
    return x, found.y
