"""Experiments that differ in several settings: every combination of some values, and their results as one array."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from normlib.training import cost
from normlib.training.experiment import SCHEMA, Experiment
from normlib.training.limits import Problem, problems
from normlib.training.result import Result

MOST_EXPERIMENTS: Final = 400
MOST_SECONDS: Final = 3 * cost.MOST_SECONDS


class CrossedError(ValueError):
    """Combinations that cannot run; the message names the first of them, or what they would take together."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class Crossed:
    """Every combination of the values of some settings.

    For each seed all experiments share split, batch order and the draws behind the initial weights, as far as the
    settings leave them alone: see `Comparison`.

    Attributes:
        base: all other settings.
        axes: the values of each setting, in the order of the array's axes.
        with_it: settings that follow another, such as a learning rate that grows with the batch:
            name -> (setting it follows, its value for each value of that one).

    Raises: CrossedError.

    >>> base = Experiment(data="wine", seeds=2, steps=5)
    >>> crossed = Crossed(base, {"method": ("none", "batch"), "learning_rate": (0.1, 1.0)})
    >>> len(crossed.experiments), crossed.shape, crossed.experiments[1].learning_rate
    (4, (2, 2), 1.0)
    """

    base: Experiment
    axes: Mapping[str, tuple[Any, ...]]
    with_it: Mapping[str, tuple[str, tuple[Any, ...]]] | None = None

    def __post_init__(self) -> None:
        total = float(np.prod(self.shape))
        if total > MOST_EXPERIMENTS:
            raise CrossedError(
                Problem(tuple(self.axes), f"{total:.0f} combinations are too many: run at most {MOST_EXPERIMENTS}.")
            )
        try:
            seconds = sum(cost.seconds(one) for one in self.experiments)
        except ValidationError as error:
            raise CrossedError(problems(error)[0]) from None
        if seconds > MOST_SECONDS:
            raise CrossedError(
                Problem(
                    ("steps",),
                    f"The {len(self.experiments)} combinations would take about {seconds:.0f} s together, and "
                    f"{MOST_SECONDS} s are allowed: use about {int(self.base.steps * MOST_SECONDS / seconds)} steps, "
                    "fewer seeds or fewer values.",
                )
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """Values of each axis."""
        return tuple(len(values) for values in self.axes.values())

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """One for each combination, the last axis fastest."""
        found = []
        for places in product(*(range(count) for count in self.shape)):
            chosen = {name: values[at] for (name, values), at in zip(self.axes.items(), places, strict=True)}
            at_axis = dict(zip(self.axes, places, strict=True))
            for name, (leader, values) in (self.with_it or {}).items():
                chosen[name] = values[at_axis[leader]]
            found.append(self.base.but(**chosen))
        return tuple(found)

    @cached_property
    def key(self) -> str:
        """A name made of what the records depend on."""
        text = json.dumps([SCHEMA, list(self.axes), self.shape, *(one.key for one in self.experiments)])
        return hashlib.sha256(text.encode()).hexdigest()

    def table(self, results: Sequence[Result], measure: str) -> NDArray[np.float64]:
        """Return a measure of all results, (*shape, S): the last one recorded of each seed; NaN for seeds that stopped.

        Args:
            results: of `experiments`, in their order; perhaps of a run that goes on.
            measure: name of one number per seed.
        """
        rows = [_latest(one, measure) for one in results]
        return np.reshape(rows, (*self.shape, len(self.base.seeds)))

    def ended(self, results: Sequence[Result]) -> bool:
        """Say whether every seed has come to its last step, or stopped."""
        return all(
            "loss" in one.values
            and np.isfinite(one.values["loss"][:, -1]).sum() + len(one.stopped) >= len(one.experiment.seeds)
            for one in results
        )

    def stopped(self, results: Sequence[Result]) -> NDArray[np.int64]:
        """Return how many seeds of each combination stopped, of shape `shape`."""
        return np.reshape([len(one.stopped) for one in results], self.shape)


def _latest(result: Result, measure: str) -> NDArray[np.float64]:
    """Return the last value of a measure that each seed has, (S,); NaN for one that stopped or has none."""
    seeds = result.experiment.seeds
    found = np.full(len(seeds), np.nan)
    for values in np.moveaxis(result.values.get(measure, found[:, None]), 1, 0):
        found = np.where(np.isfinite(values), values, found)
    stopped = [seeds.index(one.seed) for one in result.stopped]
    found[stopped] = np.nan
    return found
