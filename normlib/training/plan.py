"""Which networks train together: experiments of one structure share arrays, up to a size that stays in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from normlib.training.cost import work_per_step
from normlib.training.experiment import Experiment
from normlib.training.parameters import Member

PER_MEMBER: Final = frozenset({"seeds", "learning_rate", "momentum", "scale", "init", "eps", "keep"})
"""Settings that may differ between the members of a run."""

_VALUES_IN_CACHE: Final = 1 << 21
# Floating-point operations of a step of all members: the caller waits for it when stopping.
_WORK_TOGETHER: Final = 2e9


class Run(NamedTuple):
    """Members to train together, and the number of the experiment each belongs to."""

    members: tuple[Member, ...]
    arms: tuple[int, ...]


def plan(experiments: Sequence[Experiment]) -> list[Run]:
    """Return the runs that train every seed of every experiment.

    >>> ladder = [Experiment(learning_rate=rate, seeds=4) for rate in (0.1, 1.0)]
    >>> [len(run.members) for run in plan([*ladder, Experiment(method="batch", seeds=2)])]
    [8, 2]
    """
    together: dict[str, list[tuple[int, Member]]] = {}
    for arm, experiment in enumerate(experiments):
        structure = experiment.model_dump_json(exclude=set(PER_MEMBER))
        together.setdefault(structure, []).extend((arm, Member(experiment, seed)) for seed in experiment.seeds)
    runs = []
    for members in together.values():
        most = _most(members[0][1].experiment)
        for start in range(0, len(members), most):
            arms, own = zip(*members[start : start + most], strict=True)
            runs.append(Run(own, arms))
    return runs


def _most(experiment: Experiment) -> int:
    """Return how many members one run may have: enough to share the calls, not more than the cache holds."""
    e = experiment
    together = _WORK_TOGETHER / work_per_step(e)
    if e.kind != "dense":
        return max(1, int(together))  # which share nothing but the call
    weights = sum(inputs * outputs for inputs, outputs in pairwise(e.widths))
    buffers = 5 * e.batch_size * sum(e.widths)
    return max(1, int(min(_VALUES_IN_CACHE / (2 * weights + buffers), together)))
