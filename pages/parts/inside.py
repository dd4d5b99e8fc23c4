"""Covariate shift inside the network: the four arms at their learning rates, and how they compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.look import METHODS, SKY, VERMILION, Style
from normlib.training import Result
from normlib.training.crossed import Crossed
from normlib.training.inside_shift import (
    ARMS,
    BATCH,
    NONE,
    Paired,
    best_rates,
    paired,
    per_seed,
    place,
)
from normlib.words import listed
from pages.parts.measured import Measured, measured

Floats = NDArray[np.float64]
STYLES: Final = (
    Style("No norm", METHODS["none"].color, "dot", "circle-open"),
    Style("Batch norm", METHODS["batch"].color, "solid", "circle"),
    Style("Batch norm, noise", SKY, "dash", "square"),
    Style("No norm, noise", VERMILION, "dashdot", "diamond"),
)
"""The arms, in the order of `ARMS`."""
LABELS: Final = tuple(style.name for style in STYLES)
NAMES: Final = ("no norm", "batch norm", "batch norm with noise", "no norm with noise")
OWN_BEST: Final = "Own best"
RATES: Final = ("Low", "Middle", "High", OWN_BEST)
# Of one that always says the same: see `pages.parts.measured`.
_LEARNED: Final = 1.5


@dataclass(frozen=True, eq=False)
class Inside:
    """What was measured, each arm at one learning rate.

    Attributes:
        crossed: what was run.
        results: of all of its experiments.
        rates: number of the learning rate of each arm.
    """

    crossed: Crossed
    results: Sequence[Result]
    rates: tuple[int, ...]

    @cached_property
    def shown(self) -> tuple[Result, ...]:
        """The result of each arm."""
        return tuple(self.results[place(self.crossed, arm, rate)] for arm, rate in enumerate(self.rates))

    @cached_property
    def learned(self) -> Measured | None:
        """Test accuracies at the end; None where nothing was recorded."""
        return measured(self.shown, LABELS, NAMES)

    def of(self, arm: int, measure: str) -> Floats:
        """Return a measure's mean over records and layers, per seed."""
        return per_seed(self.shown[arm], measure)

    def accuracy(self, one: int, other: int) -> Paired:
        """Compare test accuracies at the end; a seed that stopped counts with its last one."""
        assert self.learned is not None  # noqa: S101 - looked at before
        arms = self.learned.found.arms
        return paired(arms[one].counted, arms[other].counted)

    def drift(self, one: int, other: int) -> Paired:
        """Compare drifts at the norm's input, as logarithms: what is compared are factors."""
        with np.errstate(divide="ignore"):  # nothing moves without an update
            return paired(*(np.log(self.of(arm, "input_drift")) for arm in (one, other)))

    def cosine(self, one: int, other: int) -> Paired:
        """Compare cosines."""
        return paired(self.of(one, "ics_cosine"), self.of(other, "ics_cosine"))

    def higher_in(self) -> tuple[int, int]:
        """Return in how many layers, of those after the first, the cosine is clearly higher under batch norm."""
        layers = range(1, self.crossed.base.depth + 1)
        sides = [
            [self.shown[arm].values["ics_cosine"][:, :, one].mean(axis=1) for one in layers] for arm in (BATCH, NONE)
        ]
        found = [paired(*both).interval for both in zip(*sides, strict=True)]
        return sum(one is not None and one.low > 0 for one in found), len(layers)

    @cached_property
    def seed(self) -> int:
        """The place of the first seed that went on to the end in every arm; 0 where none did."""
        ends = np.array([np.isfinite(one.values["test_nll"][:, -1]) for one in self.shown])
        return int(ends.all(axis=0).argmax())

    @property
    def apart(self) -> int:
        """Updates between two records."""
        steps = self.shown[0].steps
        return int(np.median(np.diff(steps))) if len(steps) > 1 else 0

    def stuck(self, arm: int) -> bool:
        """Say whether an arm never left the start: most seeds right hardly more often than by guessing."""
        ends = self.shown[arm].values["test_accuracy"][:, -1]
        return (
            bool(np.nanmedian(ends) < _LEARNED / self.crossed.base.size.classes) if np.isfinite(ends).any() else False
        )


def common(crossed: Crossed, rate: int) -> tuple[int, ...]:
    """Return the same learning rate for all arms.

    >>> from normlib.training.inside_shift import inside_shift
    >>> common(inside_shift(seeds=1), 2)
    (2, 2, 2, 2)
    """
    return (min(rate, crossed.shape[-1] - 1),) * len(ARMS)


def rates_of(crossed: Crossed, results: Sequence[Result] | None, choice: str) -> tuple[int, ...]:
    """Return the learning rate of each arm; before the end nobody knows the best, and the middle one stands in."""
    if choice != OWN_BEST:
        return common(crossed, RATES.index(choice))
    return common(crossed, 1) if results is None else best_rates(crossed, results)


def rates_said(crossed: Crossed, rates: Sequence[int], choice: str) -> str:
    """Say which learning rates are shown."""
    values = [f"{crossed.axes['learning_rate'][rate]:g}" for rate in rates]
    if choice != OWN_BEST:
        return f"All at the learning rate {values[0]}."
    each = listed([f"{name} at {value}" for name, value in zip(NAMES, values, strict=True)])
    return f"Each at its own best rate, chosen by these very test rows: {each}."
