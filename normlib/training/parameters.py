"""Weights, biases, gammas and betas of several members in one array, so that an update is one operation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib.training import draws
from normlib.training.experiment import Experiment
from normlib.training.kernels import initial_weights

Array = NDArray[Any]


class Member(NamedTuple):
    """One network among those trained together: an experiment and one of its seeds."""

    experiment: Experiment
    seed: int


class Place(NamedTuple):
    """Where a matrix begins in a row of parameters, and its shape."""

    start: int
    rows: int
    columns: int


class Layout(NamedTuple):
    """Where the parameters of a network are in its row, None where it has none.

    `weights` have an entry per layer, the last one included; `biases`, `gammas` and `betas` one per hidden layer.
    """

    weights: tuple[Place, ...]
    biases: tuple[Place | None, ...]
    gammas: tuple[Place | None, ...]
    betas: tuple[Place | None, ...]
    last_bias: Place
    total: int


class Views(NamedTuple):
    """The parameters (or gradients) of all members by name, as views of one array (M, P).

    Weights are (M, inputs, outputs); biases, gammas and betas (M, 1, units), the last bias (M, classes, 1).
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    gammas: tuple[Array | None, ...]
    betas: tuple[Array | None, ...]
    last_bias: Array


def layout(experiment: Experiment) -> Layout:
    """Return where the parameters of an experiment's network are.

    >>> layout(Experiment(data="moons", depth=1, width=3)).total     # 2 * 3 + 3 + 3 * 2 + 2
    17
    """
    place = 0

    def take(rows: int, columns: int) -> Place:
        nonlocal place
        place += rows * columns
        return Place(place - rows * columns, rows, columns)

    e = experiment
    weights = tuple(take(inputs, outputs) for inputs, outputs in pairwise(e.widths))
    biases = tuple(take(1, e.width) if has else None for has in e.biases)
    gammas = tuple(take(1, e.width) if norm and e.gamma else None for norm in e.norms)
    betas = tuple(take(1, e.width) if norm and e.beta and e.method != "rms" else None for norm in e.norms)
    last_bias = take(e.size.classes, 1)
    return Layout(weights, biases, gammas, betas, last_bias, place)


def views(values: Array, places: Layout) -> Views:
    """Return the parts of `values`, (M, P), by name."""

    def part(place: Place) -> Array:
        start, rows, columns = place
        return values[:, start : start + rows * columns].reshape(-1, rows, columns)

    def parts(some: Sequence[Place | None]) -> tuple[Array | None, ...]:
        return tuple(None if place is None else part(place) for place in some)

    return Views(
        tuple(part(place) for place in places.weights),
        parts(places.biases),
        parts(places.gammas),
        parts(places.betas),
        part(places.last_bias),
    )


def initial(members: Sequence[Member]) -> Array:
    """Return the parameters before the first step: weights by the experiment's rule, gamma 1, all else 0.

    Args:
        members: of experiments with the same layout.
    Returns: (M, P) in the experiments' dtype.
    """
    first = members[0].experiment
    places = layout(first)
    values = np.zeros((len(members), places.total), first.dtype)
    found = views(values, places)
    standard = cache(draws.standard_weights)  # members of one seed differ in the factor on its draws alone
    for m, (experiment, seed) in enumerate(members):
        for weight, own in zip(found.weights, initial_weights(experiment, seed, standard), strict=True):
            weight[m] = own
    for gamma in found.gammas:
        if gamma is not None:
            gamma[...] = 1
    return values
