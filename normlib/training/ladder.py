"""The same combinations at several learning rates, and of each the rate that suits it best."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from normlib.training import cost
from normlib.training.crossed import MOST_SECONDS, Crossed, CrossedError
from normlib.training.experiment import Experiment
from normlib.training.findings import findings
from normlib.training.limits import Problem
from normlib.training.result import Result


@dataclass(frozen=True)
class Ladder:
    """Equal combinations, each rung at learning rates of its own.

    Attributes:
        rungs: which differ in the learning rates alone.

    Raises: CrossedError when they would take too long together.

    >>> base = Experiment(data="wine", seeds=2, steps=5)
    >>> rungs = [Crossed(base.but(learning_rate=rate), {"method": ("none", "batch")}) for rate in (0.1, 1.0)]
    >>> len(Ladder(tuple(rungs)).experiments)
    4
    """

    rungs: tuple[Crossed, ...]

    def __post_init__(self) -> None:
        seconds = sum(cost.seconds(one) for one in self.experiments)
        if seconds > MOST_SECONDS:
            raise CrossedError(
                Problem(
                    ("steps", "seeds"),
                    f"The {len(self.rungs)} learning rates would take about {seconds:.0f} s together, and "
                    f"{MOST_SECONDS} s are allowed: use fewer seeds or fewer epochs.",
                )
            )

    @property
    def base(self) -> Experiment:
        """The settings that all share, besides the learning rate."""
        return self.rungs[0].base

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """Those of all rungs, the first rung first."""
        return tuple(one for rung in self.rungs for one in rung.experiments)

    @cached_property
    def key(self) -> str:
        """A name made of what the records depend on."""
        return hashlib.sha256(json.dumps([rung.key for rung in self.rungs]).encode()).hexdigest()

    def best(self, results: Sequence[Result]) -> NDArray[np.int64]:
        """Return for each combination the rung with the lowest mean test loss at the latest record.

        It is chosen on the test rows that it is then judged by, so what is chosen looks too good by a little. A
        seed that stopped counts with an infinite loss.

        Args:
            results: of `experiments`, in their order.
        Returns: numbers of rungs, as many as a rung has experiments; the first of equals.
        """
        losses = np.reshape([_loss(one) for one in results], (len(self.rungs), -1))
        return np.asarray(losses.argmin(axis=0), np.int64)

    def chosen(self, results: Sequence[Result]) -> list[Result]:
        """Return the results of the best rung of each combination."""
        each = len(self.rungs[0].experiments)
        return [results[int(rung) * each + place] for place, rung in enumerate(self.best(results))]


def _loss(result: Result) -> float:
    try:
        return float(findings([result], "test_nll").arms[0].counted.mean())
    except ValueError:
        return np.inf  # nothing yet
