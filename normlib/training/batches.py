"""The batches of several members: which rows each of them trains on at each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training import draws
from normlib.training.experiment import Experiment
from normlib.training.parameters import Member
from normlib.training.sets import training_set

Indices = NDArray[np.int64]


def batch_rows(experiment: Experiment, seed: int, step: int) -> Indices:
    """Return the rows of the data set that a seed trains on at a step, from 0.

    >>> e = Experiment(data="wine", batch_size=50)      # 125 training rows: batches of 50, 50 and 25
    >>> [len(batch_rows(e, 0, step)) for step in range(4)]
    [50, 50, 25, 50]
    """
    epoch, batch = divmod(step, batches_per_epoch(experiment))
    order = draws.batch_order(seed, epoch, experiment.train_rows)
    size = experiment.batch_size
    found: Indices = training_set(experiment, seed).train[order[batch * size : (batch + 1) * size]]
    return found


def batches_per_epoch(experiment: Experiment) -> int:
    """Return the batches of an epoch, with or without the incomplete one at its end.

    >>> batches_per_epoch(Experiment(data="wine", batch_size=50, last_batch="drop"))
    2
    """
    rows, size = experiment.train_rows, experiment.batch_size
    return rows // size if experiment.last_batch == "drop" else -(-rows // size)


class Feed:
    """Rows and labels of all members in one array, and the row numbers of each step.

    Attributes:
        x: (N, D) in the experiments' dtype; several data sets one after the other where the scaling differs.
        y: (N,) labels.
        test: (M, T) numbers of the test rows.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = tuple(members)
        sets = [training_set(member.experiment, member.seed) for member in members]
        distinct = list({id(one.x): one for one in sets}.values())
        first = {id(one.x): place * len(one.x) for place, one in enumerate(distinct)}
        self._starts = np.array([first[id(one.x)] for one in sets])
        self.x: NDArray[Any] = np.concatenate([one.x for one in distinct]).astype(members[0].experiment.dtype)
        self.y = np.concatenate([one.y for one in distinct])
        self.test: Indices = np.stack([one.test for one in sets]) + self._starts[:, None]
        self._train = np.stack([one.train for one in sets]) + self._starts[:, None]
        self._epoch, self._rows = -1, self._train

    def probe(self) -> Indices:
        """Return the row numbers of the probe of each member, (M, P), the same at every step."""
        rows = self._members[0].experiment.train_rows
        places = np.stack([draws.probe_rows(member.seed, rows) for member in self._members])
        found: Indices = np.take_along_axis(self._train, places, axis=1)
        return found

    def rows(self, step: int) -> Indices:
        """Return the row numbers of the batch of each member at a step, (M, B)."""
        e = self._members[0].experiment
        epoch, batch = divmod(step, batches_per_epoch(e))
        if epoch != self._epoch:
            orders = [draws.batch_order(member.seed, epoch, e.train_rows) for member in self._members]
            self._epoch, self._rows = epoch, np.take_along_axis(self._train, np.stack(orders), axis=1)
        found: Indices = self._rows[:, batch * e.batch_size : (batch + 1) * e.batch_size]
        return found
