"""How long a run will take, roughly and without running it, so that a limit can be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from normlib.training.draws import PROBE_ROWS
from normlib.training.kernels import positions, products
from normlib.training.regions import SIDE

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
_SECONDS_PER_DRAW = 2e-8
# Of Keras, where every member of a convolutional network or transformer goes its own way.
_SECONDS_PER_LAYER, _SECONDS_TO_TRACE, _PER_SECOND_IN_KERAS = 2.5e-4, 0.4, 1e11


def work_per_step(experiment: Experiment) -> float:
    """Return the floating-point operations of one seed's step: forward, and twice that backward.

    >>> from normlib.training import Experiment
    >>> work_per_step(Experiment(depth=1, width=10, batch_size=10, data="moons"))
    2400
    """
    return 6 * products(experiment) * experiment.batch_size


def seconds(experiment: Experiment) -> float:
    """Estimate the seconds that all seeds of an experiment take.

    >>> from normlib.training import Experiment
    >>> 0.1 < seconds(Experiment()) < 10
    True
    """
    e = experiment
    wide = 2 if e.dtype == "float64" else 1
    values = sum(e.widths)
    if e.kind != "dense":
        # Attention and MLP have several arrays for each that a convolution has.
        several = 3 if e.kind == "transformer" else 1
        values = several * e.width * sum(positions(e))
    moved = _PASSES * 4 * wide * e.batch_size * values
    fast = _PER_SECOND if e.kind == "dense" else _PER_SECOND_IN_KERAS
    per_step = wide * work_per_step(e) / fast + moved / _BYTES_PER_SECOND
    # Testing goes forward only, over all test rows, a second time in batches under batch norm.
    tests = (e.size.rows - e.train_rows) / e.batch_size * (2 if any(e.norms) else 1) / 3
    if "drift" in e.record:
        tests += PROBE_ROWS / e.batch_size / 3
    if "shift" in e.record:
        tests += e.depth
    if "regions" in e.record:
        tests += SIDE**2 / e.batch_size / 3
    steps = e.steps + min(e.points, e.steps + 1) * (1 + tests)
    if e.kind != "dense":
        # All test rows take one call, those in batches one each.
        calls = e.steps + min(e.points, e.steps + 1) * (1 + (tests / 2 if e.method == "batch" else 1))
        of_member = calls * _SECONDS_PER_LAYER * (e.hidden + 1) + steps * per_step
        return len(e.seeds) * of_member + _SECONDS_TO_TRACE * e.hidden
    calls = _CALLS_PER_LAYER * _SECONDS_PER_CALL * (e.depth + 1)
    draws = _SECONDS_PER_DRAW * e.batch_size * e.width * e.depth if e.noise else 0
    return steps * (calls + len(e.seeds) * (per_step + draws))
