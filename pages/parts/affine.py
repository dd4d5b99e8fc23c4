"""One unit of the dense layer under a bias, gamma and beta: computed once per process for each setting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.affine import Stages, restoring, stages
from normlib.population import population

BATCH: Final = 200
EPS: Final = 0.001
RANGES: Final = {"Bias": (-100, 100, 20, 4), "Gamma": (-3, 3, 1, 0.1), "Beta": (-5, 5, 0, 0.2)}
"""Lowest, highest, default and step of each dial."""


@dataclass(frozen=True)
class Setting:
    """What the page's controls say: which of the three is dragged, and the value of each."""

    drag: str
    restore: bool
    unit: str
    bias: float
    gamma: float
    beta: float

    @property
    def dragged(self) -> float:
        """The value of the one that is dragged."""
        return float(getattr(self, self.drag.lower()))

    def at(self, value: float) -> Setting:
        """Return the setting with another value of the one that is dragged."""
        return replace(self, **{self.drag.lower(): float(value)})  # type: ignore[arg-type]

    def with_bias(self, bias: float) -> Setting:
        """Return the setting with another bias."""
        return replace(self, bias=bias)

    def without_bias(self) -> Setting:
        """Return the setting without the bias."""
        return self.with_bias(0.0)


@lru_cache(maxsize=16)
def values_of(unit: str) -> NDArray[np.float64]:
    """Return the unit for the batch, (N,)."""
    return population("dense").channel(unit)[:BATCH, 0]


@lru_cache(maxsize=16)
def restoring_of(unit: str) -> tuple[float, float]:
    """Return the gamma and the beta that give the unit back."""
    gamma, beta = restoring(values_of(unit)[:, None], EPS)
    return float(gamma[0]), float(beta[0])


@lru_cache(maxsize=16)
def _targets() -> NDArray[np.float64]:
    return (np.array(population("dense").labels[:BATCH]) == "0").astype(np.float64)


@lru_cache(maxsize=512)
def stages_with(setting: Setting, kind: type[np.floating[Any]] = np.float64) -> Stages:
    """Return the unit on its way through bias and batch norm, computed from x of the given kind."""
    x = values_of(setting.unit).astype(kind)
    return stages(x, _targets(), bias=setting.bias, gamma=setting.gamma, beta=setting.beta, eps=EPS)


@lru_cache(maxsize=32)
def stages_over(setting: Setting) -> tuple[NDArray[np.float64], list[Stages]]:
    """Return the positions of the dial, and the stages at each of them."""
    low, high, _, step = RANGES[setting.drag]
    positions = np.round(low + step * np.arange(round((high - low) / step) + 1), 10)
    return positions, [stages_with(setting.at(value)) for value in positions]
