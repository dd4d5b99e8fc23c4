"""What an epsilon leaves of a small standard deviation: the default of each framework, measured with the layers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.activations import activations
from normlib.conventions import CONVENTIONS
from normlib.methods import METHODS, normalize_by

Floats = NDArray[np.float64]

# The papers leave epsilon open, so they are no framework.
FRAMEWORKS: Final = ("keras", "pytorch", "flax")
GROUPS: Final = 2
AXES: Final = (1, 2, 3)  # of layer and RMS norm: all but the samples
_DRAWN: Final = 33  # values of a slice to show
_FIELD: Final = {
    "batch": "eps",
    "layer": "eps_layer",
    "instance": "eps_instance",
    "group": "eps_group",
    "rms": "eps_rms",
}


@dataclass(frozen=True)
class Default:
    """A default epsilon, and who has it.

    Attributes:
        eps: the epsilon.
        titles: names of the frameworks that share it.
    """

    eps: float
    titles: tuple[str, ...]


def defaults(method: str) -> tuple[Default, ...]:
    """Return the default epsilons of a layer, the largest first; frameworks with the same one stand together.

    Args:
        method: "batch", "layer", "instance", "group" or "rms".
    Raises: ValueError naming the methods there are.
    Source: `normlib.conventions`.

    >>> [(one.eps, *one.titles) for one in defaults("batch")]
    [(0.001, 'Keras'), (1e-05, 'PyTorch', 'Flax')]
    """
    field = _FIELD[_known(method)]
    owners: dict[float, list[str]] = {}
    for name in FRAMEWORKS:
        owners.setdefault(getattr(CONVENTIONS[name], field), []).append(CONVENTIONS[name].title)
    return tuple(Default(eps, tuple(owners[eps])) for eps in sorted(owners, reverse=True))


def left_over(std: ArrayLike, eps: float) -> Floats:
    """Return the standard deviation after a layer whose input has the standard deviation `std`.

        output = std / sqrt(std^2 + eps)

    It is 1 for eps = 0, 0.71 where std^2 = eps and 0.5 where std^2 = eps / 3. For RMS norm `std` is the
    root of the mean square.

    Args:
        std: standard deviations of the input, >= 0, any shape.
        eps: epsilon, > 0 where a `std` is 0.
    Returns: standard deviations of the output, shaped like `std`.
    Source: follows from Ioffe and Szegedy 2015, arXiv:1502.03167, Algorithm 1.

    >>> left_over([1.0, 0.01], 1e-3).round(3)
    array([1.   , 0.302])
    """
    wide = np.asarray(std, dtype=np.float64)
    return np.asarray(wide / np.sqrt(wide**2 + eps))


def half_point(eps: float) -> float:
    """Return the standard deviation of which a layer leaves one half: sqrt(eps / 3).

    >>> round(half_point(3e-4), 6)
    0.01
    """
    return float(np.sqrt(eps / 3))


@lru_cache(maxsize=8)
def unit_slices(method: str) -> NDArray[np.float64]:
    """Return real feature maps in which every slice of a layer has mean 0 and standard deviation 1.

    Args:
        method: as for `defaults`.
    Returns: (6, 8, 8, 6), read-only: feature maps of six digits, standardized slice by slice. For RMS norm,
        which does not subtract the mean, they are those of layer norm: with mean 0 both are the same.

    >>> bool(np.allclose(unit_slices("instance").std(axis=(1, 2)), 1))
    True
    """
    centered = "layer" if _known(method) == "rms" else method
    x = activations("digits").x.astype(np.float64)
    result = normalize_by(centered, x, axes=AXES, groups=GROUPS, eps=0.0)
    assert result is not None  # noqa: S101 - only "none" gives None
    return np.asarray(result.output, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Measured:
    """What a layer made of inputs with several standard deviations.

    Attributes:
        eps: epsilon of the layer.
        std: standard deviation of the output for each input, (F,), the root of the mean over all slices.
        values: some values of the first slice after the layer, ascending, (F, V).
    """

    eps: float
    std: Floats
    values: Floats


@lru_cache(maxsize=64)
def measure(method: str, eps: float, inputs: tuple[float, ...]) -> Measured:
    """Give a layer the same data at several standard deviations, and measure what comes out.

    Args:
        method: as for `defaults`.
        eps: epsilon of the layer.
        inputs: standard deviations of the input, F of them.
    Returns: a `Measured`; for `eps` and `inputs` as before, the same one.

    >>> measure("layer", 1e-3, (1.0, 0.01)).std.round(3)
    array([1.   , 0.302])
    """
    x = unit_slices(method)
    std, values = np.empty(len(inputs)), np.empty((len(inputs), _DRAWN))
    for at, spread in enumerate(inputs):
        result = normalize_by(method, x * spread, axes=AXES, groups=GROUPS, eps=eps)
        assert result is not None  # noqa: S101 - as above
        std[at] = result.output.std()
        values[at] = some_values(method, result.output)
    for array in (std, values):
        array.flags.writeable = False
    return Measured(eps, std, values)


def some_values(method: str, x: NDArray[np.floating]) -> Floats:
    """Return some values of the layer's first slice of `x`, ascending: its extremes, and evenly many between.

    >>> some_values("batch", unit_slices("batch")).shape
    (33,)
    """
    channels = x.shape[-1]
    one = {
        "batch": x[..., 0],
        "instance": x[0, ..., 0],
        "group": x[0, ..., : channels // GROUPS],
        "layer": x[0],
        "rms": x[0],
    }[_known(method)]
    ordered = np.sort(one, axis=None).astype(np.float64)
    return np.asarray(ordered[np.linspace(0, ordered.size - 1, _DRAWN).round().astype(int)])


def _known(method: str) -> str:
    if method not in _FIELD:
        names = ", ".join(name for name in METHODS if name in _FIELD)
        raise ValueError(f"{method!r} has no epsilon: choose one of {names}.")
    return method
