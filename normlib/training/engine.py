"""The NumPy engine: trains experiments and yields what it measures, several networks in each array.

Experiments that differ in seeds and numbers alone (learning rate, initial scale, ...) are members of one run,
and every layer is one batched matrix product. Runs of different structure take turns, so that their curves
grow together. What a member computes does not depend on its company, to the last bit.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training import measures
from normlib.training.drift import Drift
from normlib.training.events import Beat, Event, Point
from normlib.training.experiment import Experiment
from normlib.training.layer_shift import layer_shift
from normlib.training.network import Network
from normlib.training.parameters import Member
from normlib.training.plan import Run, plan
from normlib.training.state import State
from normlib.training.stopping import explain, inside
from normlib.training.testing import on_grid, on_test_rows
from normlib.training.threads import one_thread

NAME = "numpy"
_BEAT = 0.1
_SIDE_BY_SIDE = 24
"""Runs that go on at a time: each holds tens of megabytes of rows, weights and tests, and a ladder has a hundred."""


def train(experiments: Sequence[Experiment]) -> Iterator[Event]:
    """Train every experiment and yield what happens. Stop by not asking for more.

    Raises: ValueError for an experiment whose `engines` name others.

    >>> events = train([Experiment(data="wine", method="batch", steps=20, points=3, seeds=1)])
    >>> [event.step for event in events if isinstance(event, Point)]
    [0, 5, 20]
    """
    for e in experiments:
        if NAME not in e.engines:
            raise ValueError(
                f"The NumPy engine trains dense networks alone, and kind={e.kind} is another: "
                "choose the Keras engine, or kind=dense."
            )
    one_thread()
    runs = [_Training(run) for run in plan(experiments)]
    total = sum(run.length for run in runs)
    while unfinished := [run for run in runs if not run.finished]:
        # The one that is furthest behind; the first of several.
        run = min(unfinished[:_SIDE_BY_SIDE], key=lambda one: one.done / one.length)
        yield from run.advance()
        yield Beat(sum(one.done for one in runs) / total)


class _Training:
    """One run: its members together, from one recorded step to the next."""

    def __init__(self, run: Run) -> None:
        self._state: State | None = None
        self._run = run
        self._arms = run.arms
        e = run.members[0].experiment
        self._experiment = e
        self._recorded = frozenset(e.recorded)
        self._step = 0
        self._drift = Drift()
        self._losses: NDArray[np.float64] = np.zeros(len(run.members))
        self._batches = 0
        self.length = e.steps + 1
        self.finished = False

    @property
    def done(self) -> int:
        """Steps so far, of `length`; the measurement after the last update counts as one."""
        return self.length if self.finished else self._step

    def advance(self) -> list[Event]:
        """Train until something is recorded or a moment has passed; return what happened."""
        events: list[Event] = []
        until = time.perf_counter() + _BEAT
        # Overflow and NaN are what a run may end in, and are looked for; they are no reason to warn.
        with np.errstate(all="ignore"):
            if self._state is None:
                self._state = State.start(self._run.members)
            while not self.finished and not events and time.perf_counter() < until:
                events += self._one_step(self._state)
        if self.finished:
            self._state = None  # its arrays make room for the next run
        return events

    def _one_step(self, state: State) -> list[Event]:
        step, e = self._step, self._experiment
        events: list[Event] = []
        network = state.load(step)
        network.forward()
        if not np.isfinite(network.losses).all():
            return self._drop(state, network)
        recorded = step in self._recorded
        values: dict[str, NDArray[Any]] = {}
        if recorded:
            values = self._before_backward(state, network)
        self._losses += network.losses
        self._batches += 1
        network.backward()
        if recorded:
            if "gradients" in e.record:
                values |= measures.of_gradients([(weights,) for weights in state.gradient_views.weights])
            if "shift" in e.record:
                values |= layer_shift(state, step)
            events += self._points(state.members, values)
        if step == e.steps:
            self.finished = True
        else:
            state.update(network, step + 1)
            self._step += 1
        return events

    def _before_backward(self, state: State, network: Network) -> dict[str, NDArray[Any]]:
        e = self._experiment
        values: dict[str, NDArray[Any]] = {"loss": network.losses.astype(np.float64)}
        values["loss_mean"] = self._losses / self._batches if self._batches else values["loss"]
        self._losses, self._batches = np.zeros_like(self._losses), 0
        values["accuracy"] = (network.predictions() == network.labels).mean(axis=1)
        if set(e.record) & {"activations", "histograms"}:
            values |= measures.of_activations(network.taps(), e)
        values |= on_test_rows(state)
        if "drift" in e.record:
            values |= self._drift.measure(state, self._step)
        return values | on_grid(state) if "regions" in e.record else values

    def _points(self, members: Sequence[Member], values: dict[str, NDArray[Any]]) -> list[Event]:
        points: list[Event] = []
        for arm in dict.fromkeys(self._arms):
            places = [place for place, own in enumerate(self._arms) if own == arm]
            seeds = tuple(members[place].seed for place in places)
            points.append(Point(arm, seeds, self._step, {name: array[places] for name, array in values.items()}))
        return points

    def _drop(self, state: State, network: Network) -> list[Event]:
        """Report the members whose loss is not finite, and go on with the others from the same step."""
        finite = np.isfinite(network.losses)
        events: list[Event] = [
            explain(state.members[place], inside(state, network, int(place)), self._step, self._arms[place])
            for place in np.flatnonzero(~finite)
        ]
        kept = np.flatnonzero(finite)
        self._arms = tuple(self._arms[place] for place in kept)
        self._losses = self._losses[kept]
        self._drift.only(kept.tolist())
        if len(kept):
            self._state = state.only(kept.tolist())
        else:
            self.finished = True
        return events
