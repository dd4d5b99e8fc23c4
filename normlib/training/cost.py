"""How long a run will take, roughly and without running it, so that a limit can be set."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from normlib.training.experiment import Experiment

MOST_SECONDS: Final = 120
"""Longest run of one experiment, by the estimate below."""
MOST_WORK_PER_STEP: Final = 4e9
"""Most floating-point operations of one seed's step: a step cannot be interrupted."""

# Of one core, rounded to the slow side: where these were measured, runs took a third to a half of the estimate.
_PER_SECOND, _BYTES_PER_SECOND = 6e10, 8e9
_CALLS_PER_LAYER, _SECONDS_PER_CALL = 30, 1e-6
_PASSES = 25


def work_per_step(experiment: Experiment) -> float:
    """Return the floating-point operations of one seed's step: forward, and twice that backward.

    >>> from normlib.training import Experiment
    >>> work_per_step(Experiment(depth=1, width=10, batch_size=10, data="moons"))
    2400
    """
    weights = sum(inputs * outputs for inputs, outputs in pairwise(experiment.widths))
    return 6 * weights * experiment.batch_size


def seconds(experiment: Experiment) -> float:
    """Estimate the seconds that all seeds of an experiment take.

    >>> from normlib.training import Experiment
    >>> 0.1 < seconds(Experiment()) < 10
    True
    """
    e = experiment
    wide = 2 if e.dtype == "float64" else 1
    moved = _PASSES * 4 * wide * e.batch_size * sum(e.widths)
    per_step = wide * work_per_step(e) / _PER_SECOND + moved / _BYTES_PER_SECOND
    # Testing goes forward only, over all test rows, a second time in batches under batch norm.
    tests = (e.size.rows - e.train_rows) / e.batch_size * (2 if any(e.norms) else 1) / 3
    steps = e.steps + min(e.points, e.steps + 1) * (1 + tests)
    calls = _CALLS_PER_LAYER * _SECONDS_PER_CALL * (e.depth + 1)
    return steps * (calls + len(e.seeds) * per_step)
