"""The engine that runs programs: the very text of a recipe, watched from outside while it trains.

It is loaded in worker processes only, and Keras when it runs. The program trains in a thread of its own, so that a
sign of life comes while TensorFlow loads, traces and compiles; it ends at its next batch when nobody listens.
"""

from __future__ import annotations

import io
import math
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib import metadata
from queue import Empty, SimpleQueue
from typing import Any, Final

import numpy as np

from normlib.training.batches import batches_per_epoch
from normlib.training.events import Beat, Event, Point, Stopped, Text
from normlib.training.experiment import Experiment
from normlib.training.programs.recipes import epochs, recipe

NAME: Final = "program"
MADE_BY: Final = f"keras {metadata.version('keras')}, scikit-learn {metadata.version('scikit-learn')}"
"""For `Result.made_by`."""
_BEAT: Final = 0.1
# What a program changes belongs to the whole process: the output, Keras' settings and its `fit`.
_alone = threading.Lock()


class _HaltedError(Exception):
    """Nobody listens any more."""


def train(experiments: Sequence[Experiment]) -> Iterator[Event]:
    """Run the recipe of every experiment and yield what happens. Stop by not asking for more.

    A point at the end of each epoch has what Keras says of it: "loss", "loss_mean" and "accuracy" are means over
    the epoch's batches, "test_nll" and "test_accuracy" are over all test rows. The point at step 0 has the first
    batch. Texts are "program" (what ran), "summary" of the model, "output" (what was printed) and "seconds" of `fit`.

    Raises: ValueError for an experiment that is not in whole epochs with one seed; whatever the program raises.
    """
    for e in experiments:
        _check(e)
    told: SimpleQueue[Event | BaseException | None] = SimpleQueue()
    watch = _Watch(len(experiments), told.put)
    threading.Thread(target=watch.run, args=(experiments,), name="program", daemon=True).start()
    try:
        while True:
            try:
                event = told.get(timeout=_BEAT)
            except Empty:
                yield Beat(watch.done)
                continue
            if event is None:
                break
            if isinstance(event, BaseException):
                raise event
            yield event
            yield Beat(watch.done)
        yield Beat(1.0)
    finally:
        watch.halted.set()


def _check(e: Experiment) -> None:
    batches = batches_per_epoch(e)
    if len(e.seeds) != 1:
        raise ValueError(f"A program trains one seed, and the experiment has {len(e.seeds)}: give one.")
    if e.steps != epochs(e) * batches:
        raise ValueError(
            f"A program trains whole epochs, and steps={e.steps} is {e.steps / batches:.3g} epochs of {batches} "
            f"batches: use steps={epochs(e) * batches}."
        )


class _Watch:
    """Runs programs and tells what they do."""

    def __init__(self, many: int, tell: Callable[[Event | BaseException | None], None]) -> None:
        self._many, self._tell = many, tell
        self._arm, self._share = 0, 0.0
        self.halted = threading.Event()

    @property
    def done(self) -> float:
        """Share of all epochs."""
        return (self._arm + self._share) / self._many

    def run(self, experiments: Sequence[Experiment]) -> None:
        """Run the program of each experiment; tell None at the end, or what went wrong."""
        try:
            with _alone:
                for self._arm, e in enumerate(experiments):
                    self._share = 0.0
                    self._go_on()
                    self._run(e)
        except _HaltedError:
            return
        except BaseException as error:  # noqa: BLE001 - raised again where the events are asked for
            self._tell(error)
            return
        self._tell(None)

    def _go_on(self, *_: Any, **__: Any) -> None:
        if self.halted.is_set():
            raise _HaltedError

    def _run(self, e: Experiment) -> None:
        from normlib.training.keras_engine.engine import prepare  # noqa: I001, PLC0415 - first: it sets how TensorFlow loads
        import keras  # noqa: PLC0415 - in a worker only

        prepare()
        keras.utils.clear_session()  # so that the first layer of every program has the number of a first layer
        floats, text, printed = keras.config.floatx(), recipe(e), io.StringIO()
        space: dict[str, Any] = {"__name__": "__main__"}
        self._tell(Text(self._arm, "program", text))
        try:
            with self._watched(keras, e, space), redirect_stdout(printed), _own_random():
                exec(compile(text, "program.py", "exec"), space)  # noqa: S102 - a program that was written here
        finally:
            keras.config.set_floatx(floats)
        self._tell(Text(self._arm, "output", printed.getvalue()))

    @contextmanager
    def _watched(self, keras: Any, e: Experiment, space: dict[str, Any]) -> Iterator[None]:
        """Let every `fit` call back, without a word of it in the program."""
        fit = keras.Model.fit

        def watched(model: Any, *args: Any, **given: Any) -> Any:
            self._tell(Text(self._arm, "summary", _summary(model)))
            self._start(keras, e, model, space)
            began = time.perf_counter()
            history = fit(
                model, *args, callbacks=[*(given.pop("callbacks", None) or []), self._callback(keras, e)], **given
            )
            self._tell(Text(self._arm, "seconds", f"{time.perf_counter() - began:.3g}"))
            return history

        keras.Model.fit = watched
        try:
            yield
        finally:
            keras.Model.fit = fit

    def _start(self, keras: Any, e: Experiment, model: Any, space: dict[str, Any]) -> None:
        """Tell how the model does before the first step, without changing anything in it."""
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        def measured(rows: slice, of: str, *, training: bool) -> tuple[float, float]:
            x, y = space[f"x_{of}"][rows], space[f"y_{of}"][rows]
            values = (
                [one.value for one in some] for some in (model.trainable_variables, model.non_trainable_variables)
            )
            logits, _ = model.stateless_call(*values, x.astype(keras.config.floatx()), training=training)
            return float(loss_of(y, logits)), float(np.mean(np.argmax(logits, axis=-1) == y))

        test = measured(slice(None), "test", training=False)
        self._point(e, 0, (*measured(slice(e.batch_size), "train", training=True), *test))

    def _callback(self, keras: Any, e: Experiment) -> Any:
        batches, stopped = batches_per_epoch(e), False

        def batch_ended(*_: Any, **__: Any) -> None:
            self._go_on()
            self._share += 1 / e.steps

        def epoch_ended(epoch: int, logs: dict[str, float]) -> None:
            nonlocal stopped
            values = [logs[name] for name in ("loss", "accuracy", "val_loss", "val_accuracy")]
            if not stopped and math.isfinite(values[0]):
                self._point(e, (epoch + 1) * batches, values)
            elif not stopped:
                stopped = True
                self._tell(_stopped(self._arm, e, epoch))

        return keras.callbacks.LambdaCallback(
            on_train_batch_end=batch_ended, on_test_batch_end=self._go_on, on_epoch_end=epoch_ended
        )

    def _point(self, e: Experiment, step: int, measured: Sequence[float]) -> None:
        """Tell loss and accuracy of training and of the test at a step."""
        if step in e.recorded:
            loss, *others = (np.array([value], np.float64) for value in measured)
            names = ("accuracy", "test_nll", "test_accuracy")
            values = {"loss": loss, "loss_mean": loss, **dict(zip(names, others, strict=True))}
            self._tell(Point(self._arm, e.seeds, step, values))


@contextmanager
def _own_random() -> Iterator[None]:
    """Give this thread a `random` of its own: Keras draws its seeds there, and so do others in the worker."""
    own, thread = random.Random(), threading.get_ident()  # noqa: S311 - seeds of initial weights
    shared = {name: value for name, value in vars(random).items() if _draws(value)}

    def routed(name: str) -> Callable[..., Any]:
        ours, theirs = getattr(own, name), shared[name]

        def drawn(*args: Any, **given: Any) -> Any:
            return (ours if threading.get_ident() == thread else theirs)(*args, **given)

        return drawn

    for name in shared:
        setattr(random, name, routed(name))
    try:
        yield
    finally:
        for name, value in shared.items():
            setattr(random, name, value)


def _draws(value: object) -> bool:
    """Say whether something in `random` is a method of the generator that everybody shares."""
    return isinstance(getattr(value, "__self__", None), random.Random)


def _stopped(arm: int, e: Experiment, epoch: int) -> Stopped:
    rate = float(f"{e.learning_rate / 3:.1g}")
    message = (
        f"The loss of epoch {epoch + 1} is no longer finite: {e.dtype} cannot hold what the weights have grown to. "
        f"Try learning_rate={rate:g} instead of {e.learning_rate:g}."
    )
    return Stopped(arm, e.seeds[0], epoch * batches_per_epoch(e), e.depth + 1, "logits", message)


def _summary(model: Any) -> str:
    lines: list[str] = []
    model.summary(print_fn=lambda line, *_, **__: lines.append(line), line_length=80)
    return "\n".join(lines)
