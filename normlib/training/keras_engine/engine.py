"""The loop of the Keras engine: experiments in, events out, as `normlib.training.engine` does it.

TensorFlow takes several steps in a call, up to the next recorded one, and works in a thread of its own, so that
a `Beat` comes while it traces and compiles. Members that stop keep their place in the arrays, because arrays
of another size would be compiled again; nobody looks at them any more.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from normlib.training import regions
from normlib.training.batches import Feed, batches_per_epoch
from normlib.training.events import Beat, Event, Point
from normlib.training.experiment import Experiment
from normlib.training.keras_engine.networks import shape
from normlib.training.keras_engine.program import AT_ONCE, Data, Numbers, Program, Span, Variables, program
from normlib.training.keras_engine.seen import Seen
from normlib.training.keras_engine.updates import corrections
from normlib.training.kernels import initial_weights
from normlib.training.plan import Run, plan
from normlib.training.stopping import explain

NAME = "keras"
MADE_BY = f"keras {keras.__version__}, tensorflow {tf.__version__}"
"""For `Result.made_by`."""
_BEAT = 0.1
_MOST_STEPS = 64
# Steps, counted for each member, from which on XLA saves more than it takes to compile: measured 0.3 to 0.5 s for
# 3 to 25 us a step.
WORTH_COMPILING = 30_000
_NOT_WORTH_IT = (
    "arithmetic_optimization",
    "auto_mixed_precision",
    "common_subgraph_elimination",
    "dependency_optimization",
    "implementation_selector",
    "layout_optimizer",
    "loop_optimization",
    "pin_to_host_optimization",
    "remapping",
    "scoped_allocator_optimization",
    "shape_optimization",
)
"""What TensorFlow does to graphs: without it a first run takes 6 to 8 % less time, and a later one no more."""


@cache
def prepare() -> None:
    """Set TensorFlow up for small arrays and short runs: one thread for each operation, where it has not started yet,
    and few passes over what it traces, as the others take longer than what they save.
    """
    # It warns that functions of the same name are traced again, but they belong to different networks.
    tf.get_logger().setLevel("ERROR")
    tf.config.optimizer.set_experimental_options(dict.fromkeys(_NOT_WORTH_IT, False))
    with contextlib.suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(AT_ONCE)


def train(experiments: Sequence[Experiment]) -> Iterator[Event]:
    """Train every experiment and yield what happens. Stop by not asking for more.

    Of what to record, "drift" and "shift" are left out: the NumPy engine alone measures them.

    Raises: ValueError for an experiment with noise; whatever TensorFlow raises, when memory runs out for example.
    """
    for e in experiments:
        if NAME not in e.engines:
            raise ValueError(
                f"The Keras engine makes no noise behind norms, and noise={e.noise:g} asks for it: "
                "choose the NumPy engine, or noise=0."
            )
    prepare()
    runs = [_Training(run) for run in plan(experiments)]
    total = sum(run.length for run in runs)
    pool = ThreadPoolExecutor(1)
    try:
        while unfinished := [run for run in runs if not run.finished]:
            run = min(unfinished, key=lambda one: one.done / one.length)
            before = sum(one.done for one in runs) / total
            work = pool.submit(run.advance)
            while not work.done():
                with contextlib.suppress(TimeoutError):
                    work.result(_BEAT)
                if not work.done():
                    yield Beat(before)
            yield from work.result()
            yield Beat(sum(one.done for one in runs) / total)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Training:
    """One run: its members together."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._experiment = e = run.members[0].experiment
        self._recorded = e.recorded
        self._step, self._most, self._last_recorded = 0, 1, -1
        self._alive = np.ones(len(run.members), bool)
        self._broken = np.zeros(len(run.members), bool)  # alive, with a loss that is not finite
        self._losses, self._batches = np.zeros(len(run.members)), 0
        self._program: Program | None = None
        self.length = e.steps + 1
        self.finished = False

    @property
    def done(self) -> int:
        """Steps so far, of `length`; the measurement after the last update counts as one."""
        return self.length if self.finished else self._step

    def advance(self) -> list[Event]:
        """Record this step if it is to be, then train towards the next; return what happened."""
        # Overflow and NaN are what a run may end in, and are looked for; they are no reason to warn.
        with np.errstate(all="ignore"):
            if self._program is None:
                self._program = self._start()
            events: list[Event] = []
            if self._step in self._recorded or self._broken.any():
                events = self._look(self._program)
            if self._step == self._experiment.steps or not self._alive.any():
                self.finished = True
            else:
                self._train(self._program)
            return events

    def _start(self) -> Program:
        e, members = self._experiment, self._run.members
        made = program(e, len(members))
        self._feed = feed = Feed(members)
        self._data = Data(tf.constant(feed.x.reshape(-1, *shape(e))), tf.constant(feed.y.astype(np.int32)))
        names = ("epsilon", "keep", "learning_rate", "momentum")
        each = [[getattr(member.experiment, name) for member in members] for name in names]
        self._numbers = Numbers(*(tf.constant(values, e.dtype) for values in each))
        drawn = [initial_weights(*member) for member in members]
        arrays = [np.stack(own) for own in zip(*drawn, strict=True)]
        self._variables: Variables = made.start([tf.constant(one, e.dtype) for one in arrays], len(members))
        return made

    def _train(self, made: Program) -> None:
        """Take steps up to the next recorded one, at most for a moment; stop where a loss is not finite."""
        e, step = self._experiment, self._step
        batch, epoch = step % batches_per_epoch(e), batches_per_epoch(e)
        whole = min(epoch, e.train_rows // e.batch_size)
        following = next(place for place in self._recorded if place > step)
        count = min(following - step, self._most, _MOST_STEPS)
        if batch == whole:
            count = 1  # the incomplete batch at the end of an epoch
        elif whole < epoch:
            count = min(count, whole - batch)
        compiled = batch < whole and e.steps * len(self._alive) >= WORTH_COMPILING
        began = time.perf_counter()
        taken, variables, total, losses = self._call(made, count, compiled=compiled)
        seconds = time.perf_counter() - began
        broken = self._alive & ~np.isfinite(losses)
        if broken.any():
            # The variables have moved past the step at which it happened: take the steps before it again.
            taken -= 1
            self._broken = broken
            _, variables, total, _ = self._call(made, taken, compiled=compiled)
        self._variables = variables
        self._losses, self._batches = self._losses + total, self._batches + taken
        self._step += taken
        self._most = max(1, min(4 * self._most, int(2 * _BEAT / seconds * count)))

    def _call(
        self, made: Program, count: int, *, compiled: bool
    ) -> tuple[int, Variables, NDArray[np.float64], NDArray[Any]]:
        rows = np.stack([self._feed.rows(self._step + place) for place in range(max(1, count))]).astype(np.int32)
        if compiled:  # for one number of rows
            rows = np.pad(rows, ((0, _MOST_STEPS - len(rows)), (0, 0), (0, 0)))
        factors = corrections(self._step + 1, len(rows)).astype(self._experiment.dtype)
        function = made.advance_compiled if compiled else made.advance
        span = Span(tf.constant(rows), tf.constant(factors), tf.constant(count), tf.constant(self._alive))
        taken, variables, total, losses = function(self._data, self._numbers, self._variables, span)
        return int(taken), variables, total.numpy(), losses.numpy()

    def _look(self, made: Program) -> list[Event]:
        """Measure this step: report members whose loss is not finite, and, where it is recorded, the others."""
        e, now = self._experiment, self._variables
        given = (self._data, self._numbers, now)
        rows = self._feed.rows(self._step)
        losses, accuracies, gradients, outputs = made.measure(*given, tf.constant(rows.astype(np.int32)))
        losses = losses.numpy()
        broken = self._alive & (self._broken | ~np.isfinite(losses))
        events: list[Event] = []
        if broken.any():
            seen = self._seen(made, outputs, gradients)
            for place, whole in enumerate(np.flatnonzero(self._alive)):
                if broken[whole]:
                    member, arm = self._run.members[whole], self._run.arms[whole]
                    events.append(explain(member, seen.inside(place), self._step, arm))
        self._alive, self._broken = self._alive & ~broken, np.zeros_like(broken)
        if self._step not in self._recorded or self._step == self._last_recorded or not self._alive.any():
            return events
        self._last_recorded = self._step
        values: dict[str, NDArray[Any]] = {"loss": losses.astype(np.float64)}
        values["loss_mean"] = self._losses / self._batches if self._batches else values["loss"]
        self._losses, self._batches = np.zeros_like(self._losses), 0
        values["accuracy"] = accuracies.numpy()
        tests = self._feed.test.astype(np.int32)
        values["test_nll"], values["test_accuracy"] = (one.numpy() for one in made.test(*given, tf.constant(tests)))
        if e.method == "batch" and any(e.norms):
            size = min(e.batch_size, tests.shape[1])
            batches = tests[:, : tests.shape[1] // size * size].reshape(len(tests), -1, size).swapaxes(0, 1)
            values["test_accuracy_batch"] = made.test_in_batches(*given, tf.constant(batches)).numpy()
        if "regions" in e.record:
            points = tf.constant(regions.grid(e.data).points, e.dtype)
            values["regions"] = made.regions(*given, points).numpy().astype(np.float32)
        alive = {name: array[self._alive] for name, array in values.items()}
        if e.record:
            alive |= self._seen(made, outputs, gradients).measured(e)
        return events + self._points(alive)

    def _seen(self, made: Program, outputs: Sequence[Any], gradients: Sequence[Any]) -> Seen:
        """Return what Keras computed for the members alive."""
        now = self._variables
        arrays = [[one.numpy()[self._alive] for one in some] for some in (now.trained, now.kept, gradients, outputs)]
        return Seen(made.model, *arrays)

    def _points(self, values: dict[str, NDArray[Any]]) -> list[Event]:
        arms = [self._run.arms[place] for place in np.flatnonzero(self._alive)]
        members = [self._run.members[place] for place in np.flatnonzero(self._alive)]
        points: list[Event] = []
        for arm in dict.fromkeys(arms):
            places = [place for place, own in enumerate(arms) if own == arm]
            seeds = tuple(members[place].seed for place in places)
            points.append(Point(arm, seeds, self._step, {name: array[places] for name, array in values.items()}))
        return points
