"""What TensorFlow runs: several steps of all members in one call, and the measurements of one step.

A function of one member calls the Keras model without side effects (`stateless_call`). Members' variables are
stacked along the first axis. `tf.vectorized_map` turns the function into one of all members of dense networks.
It has nothing to gain for convolutions, which it would run one after the other in every step, and little for
transformers: there `tf.map_fn` takes all steps of a member, then those of the next, and the trace is of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import keras
import tensorflow as tf

from normlib.training.experiment import Experiment
from normlib.training.keras_engine.models import build
from normlib.training.keras_engine.networks import shape
from normlib.training.keras_engine.updates import SLOTS, update
from normlib.training.plan import PER_MEMBER

Tensor = Any

AT_ONCE: Final = min(2, os.cpu_count() or 1)
"""Members of other than dense networks that train at the same time, and so the threads that they need."""
_NO_MATTER = PER_MEMBER | {"points", "spacing", "record", "test_share", "inputs", "batch_size"}
_ANY: Final = {name: Experiment.model_fields[name].default for name in _NO_MATTER} | {"steps": 0, "last_batch": "drop"}
"""Settings that a program does not depend on, as they always fit."""


class Data(NamedTuple):
    """Rows (N, D) and labels (N,) of all members."""

    x: Tensor
    y: Tensor


class Numbers(NamedTuple):
    """Settings in which members differ, (M,) each."""

    epsilon: Tensor
    keep: Tensor
    rate: Tensor
    momentum: Tensor


class Variables(NamedTuple):
    """What steps change; lists of arrays (M, ...).

    Attributes:
        trained: in the order of the model's trainable variables.
        kept: its other variables, the moving statistics of batch norm.
        slots: of the optimizer, a list for each trained variable.
    """

    trained: list[Tensor]
    kept: list[Tensor]
    slots: list[list[Tensor]]


class Span(NamedTuple):
    """Steps to take.

    Attributes:
        rows: (K, M, B) row numbers of the batches.
        corrections: (K,) of Adam.
        count: steps, at most K.
        alive: (M,) members whose loss matters.
    """

    rows: Tensor
    corrections: Tensor
    count: Tensor
    alive: Tensor


class Program:
    """The functions of one structure of network, traced when they are first called.

    Attributes:
        model: the Keras model and what its variables are.
    """

    def __init__(self, experiment: Experiment, members: int) -> None:
        e = experiment
        self.model = build(e)
        self._optimizer, self._dtype = e.optimizer, e.dtype
        self._together = e.kind == "dense"
        self._loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype=e.dtype)

        def spec(dtype: str, *shape: int | None) -> tf.TensorSpec:
            return tf.TensorSpec(shape, dtype)

        # Of any number of rows, so that an incomplete batch needs no second trace.
        each = spec(e.dtype, members)
        data = Data(spec(e.dtype, None, *shape(e)), spec("int32", None))
        trained, kept = (
            [spec(variable.dtype, members, *variable.shape) for variable in variables]
            for variables in (self.model.model.trainable_variables, self.model.model.non_trainable_variables)
        )
        slots = [[one] * SLOTS[e.optimizer] for one in trained]
        given = (data, Numbers(each, each, each, each), Variables(trained, kept, slots))
        span = Span(spec("int32", None, members, None), spec(e.dtype, None), spec("int32"), spec("bool", members))
        batch, batches = spec("int32", members, None), spec("int32", None, members, None)

        def graph(function: Callable[..., Any], *more: tf.TensorSpec, compiled: bool = False) -> Callable[..., Any]:
            made: Callable[..., Any] = tf.function(
                function, input_signature=(*given, *more), autograph=False, jit_compile=compiled
            )
            return made

        # Traced once, for both functions that call it: of all members, or of one.
        self._learned = graph(self._learn, batch)
        own = tf.nest.map_structure(lambda one: spec(one.dtype, *one.shape[1:]), (trained, kept))
        sample = (spec(e.dtype, None, *shape(e)), spec(e.dtype), spec(e.dtype), spec("int32", None))
        self._learned_one = tf.function(self._learn_one, input_signature=[(*own, *sample)], autograph=False)
        self.advance = graph(self._advance, span)
        self.advance_compiled = graph(self._advance, span, compiled=True)
        self.measure = graph(self._measure, batch)
        self.test = graph(self._test, batch)
        self.test_in_batches = graph(self._test_in_batches, batches)
        self.regions = graph(self._regions, spec(e.dtype, None, *shape(e)))

    def start(self, drawn: Sequence[Tensor], members: int) -> Variables:
        """Return the variables before the first step, from the kernels' initial values (M, ...)."""
        trained = [
            tf.stack([variable.value] * members) if own.kernel is None else drawn[own.kernel]
            for own, variable in zip(self.model.variables, self.model.model.trainable_variables, strict=True)
        ]
        kept = [tf.stack([variable.value] * members) for variable in self.model.model.non_trainable_variables]
        slots = [[tf.zeros_like(one) for _ in range(SLOTS[self._optimizer])] for one in trained]
        return Variables(trained, kept, slots)

    def _call(self, one: tuple[Tensor, ...], *, training: bool) -> tuple[list[Tensor], list[Tensor]]:
        """Return what the model of one member gives, and its other variables afterwards."""
        trained, kept, x, epsilon, keep = one
        for norm in self.model.norms:
            # Read by the layer's call, which is being traced: a number of this member.
            norm.epsilon = epsilon
            if isinstance(norm, keras.layers.BatchNormalization):
                norm.momentum = keep
        outputs, kept = self.model.model.stateless_call(trained, kept, x, training=training)
        return outputs, kept

    def _each(self, function: Callable[[Any], Any], members: Any, like: Any) -> Any:
        """Return a function's results for all members, stacked; `like` holds the dtypes."""
        if self._together:
            return tf.vectorized_map(function, members)
        return tf.map_fn(function, members, fn_output_signature=like, parallel_iterations=AT_ONCE)

    def _loss_of(self, one: tuple[Tensor, ...]) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """Return loss, other variables and outputs of one member on a batch."""
        *own, y = one
        outputs, kept = self._call(tuple(own), training=True)
        return self._loss(y, outputs[0]), kept, outputs

    def _learn_one(self, one: tuple[Tensor, ...]) -> tuple[Tensor, list[Tensor], list[Tensor], list[Tensor]]:
        """Return loss, gradients, other variables and outputs of one member on a batch."""
        with tf.GradientTape() as tape:
            tape.watch(one[0])
            loss, kept, outputs = self._loss_of(one)
        return loss, tape.gradient(loss, one[0]), kept, outputs

    def _learn(
        self, data: Data, numbers: Numbers, variables: Variables, rows: Tensor
    ) -> tuple[Tensor, list[Tensor], list[Tensor], list[Tensor]]:
        """Return losses, gradients, other variables and outputs on batches (M, B)."""
        trained, kept = variables.trained, variables.kept
        members = (trained, kept, tf.gather(data.x, rows), *numbers[:2], tf.gather(data.y, rows))
        if self._together:
            # No loss depends on another member's variables: gradients of all losses together are those of each.
            # They are not mapped then, which takes longer than to write them down.
            with tf.GradientTape() as tape:
                tape.watch(trained)
                losses, kept, outputs = tf.vectorized_map(self._loss_of, members)
            # A single member is taken out of its arrays instead of being mapped: its gradients come as slices of them.
            gradients = [tf.convert_to_tensor(one) for one in tape.gradient(losses, trained)]
            return losses, gradients, kept, outputs
        dtypes = [[one.dtype for one in some] for some in (trained, kept, self.model.model.outputs)]
        found: tuple[Tensor, list[Tensor], list[Tensor], list[Tensor]] = self._each(
            self._learned_one, members, (self._dtype, *dtypes)
        )
        return found

    def _advance(
        self, data: Data, numbers: Numbers, variables: Variables, span: Span
    ) -> tuple[Tensor, Variables, Tensor, Tensor]:
        """Take steps, up to and including the first at which the loss of a member alive is not finite.

        Where each member takes its steps by itself, the variables of the others may be further.

        Returns: steps taken, variables, sum of the losses over these steps and losses of the last, (M,).
        """
        if self._together:
            return self._steps(lambda now, rows: self._learned(data, numbers, now, rows), numbers, variables, span)

        def of_member(one: tuple[Any, ...]) -> tuple[Tensor, Variables, Tensor, Tensor]:
            own, now, rows, alive = one

            def learn(now: Variables, rows: Tensor) -> Any:
                x, y = tf.gather(data.x, rows), tf.gather(data.y, rows)
                return self._learned_one((now.trained, now.kept, x, *own[:2], y))

            count = tf.where(alive, span.count, 0)
            return self._steps(learn, own, now, Span(rows, span.corrections, count, alive))

        members = (numbers, variables, tf.transpose(span.rows, [1, 0, 2]), span.alive)
        like = (tf.int32, tf.nest.map_structure(lambda one: one.dtype, variables), tf.float64, self._dtype)
        taken, variables, total, losses = self._each(of_member, members, like)
        first = tf.reduce_min(tf.where(span.alive, taken, span.count))
        return first, variables, total, tf.where(taken == first, losses, 0)

    def _steps(
        self, learn: Callable[[Variables, Tensor], Any], numbers: Numbers, variables: Variables, span: Span
    ) -> tuple[Tensor, Variables, Tensor, Tensor]:
        """Take the steps of all members or of one, whose arrays then have no first axis."""

        def goes_on(step: Tensor, _variables: Variables, _total: Tensor, losses: Tensor) -> Tensor:
            return (step < span.count) & tf.reduce_all(tf.math.is_finite(losses) | ~span.alive)

        def body(step: Tensor, now: Variables, total: Tensor, _: Tensor) -> tuple[Tensor, Variables, Tensor, Tensor]:
            losses, gradients, kept, _ = learn(now, span.rows[step])
            factors = (numbers.rate, numbers.momentum, span.corrections[step])
            updated = [
                update(self._optimizer, variable, gradient, slots, factors)
                for variable, gradient, slots in zip(now.trained, gradients, now.slots, strict=True)
            ]
            after = Variables([new for new, _ in updated], kept, [slots for _, slots in updated])
            return step + 1, after, total + tf.cast(losses, tf.float64), losses

        nothing = tf.zeros(span.alive.shape, tf.float64), tf.zeros(span.alive.shape, self._dtype)
        taken: tuple[Tensor, Variables, Tensor, Tensor] = tf.while_loop(goes_on, body, (0, variables, *nothing))
        return taken

    def _measure(
        self, data: Data, numbers: Numbers, variables: Variables, rows: Tensor
    ) -> tuple[Tensor, Tensor, list[Tensor], list[Tensor]]:
        """Return losses, accuracies, gradients and what the hidden layers compute, on batches (M, B)."""
        losses, gradients, _, outputs = self._learned(data, numbers, variables, rows)
        return losses, _right(outputs[0], tf.gather(data.y, rows)), gradients, outputs[1:]

    def _test(self, data: Data, numbers: Numbers, variables: Variables, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return negative log-likelihoods and accuracies in inference mode, on rows (M, T)."""
        y = tf.gather(data.y, rows)
        logits = self._logits(numbers, variables, tf.gather(data.x, rows), training=False)
        by_row = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
        return tf.reduce_mean(tf.cast(by_row, tf.float64), axis=1), _right(logits, y)

    def _test_in_batches(self, data: Data, numbers: Numbers, variables: Variables, rows: Tensor) -> Tensor:
        """Return accuracies in training mode, on n batches of rows (n, M, B)."""

        def of_batch(batch: Tensor) -> Tensor:
            if self._together:
                # Traced already; TensorFlow leaves out what nobody asks for, the gradients.
                *_, outputs = self._learned(data, numbers, variables, batch)
                logits = outputs[0]
            else:
                logits = self._logits(numbers, variables, tf.gather(data.x, batch), training=True)
            return _hits(logits, tf.gather(data.y, batch))

        hits = tf.map_fn(of_batch, rows, fn_output_signature=tf.int32)
        shape = tf.shape(rows)
        return tf.reduce_sum(hits, axis=0) / (shape[0] * shape[2])

    def _regions(self, _data: Data, numbers: Numbers, variables: Variables, points: Tensor) -> Tensor:
        """Return the probability of class 1 at each of some inputs (N, D) in inference mode, (M, N)."""
        x = tf.broadcast_to(points, tf.concat([tf.shape(numbers.epsilon), tf.shape(points)], 0))
        return tf.nn.softmax(self._logits(numbers, variables, x, training=False))[..., 1]

    def _logits(self, numbers: Numbers, variables: Variables, x: Tensor, *, training: bool) -> Tensor:
        members = (variables.trained, variables.kept, x, *numbers[:2])
        return self._each(lambda one: self._call(one, training=training)[0][0], members, self._dtype)


def _right(logits: Tensor, y: Tensor) -> Tensor:
    """Return the share of rows, along the last axis of `y`, that are classified right."""
    return _hits(logits, y) / tf.shape(y)[-1]


def _hits(logits: Tensor, y: Tensor) -> Tensor:
    """Return how many of these rows are classified right."""
    return tf.reduce_sum(tf.cast(tf.argmax(logits, axis=-1, output_type=y.dtype) == y, tf.int32), axis=-1)


def program(experiment: Experiment, members: int) -> Program:
    """Return the program of an experiment's structure, the one made before if there is one."""
    return _program(experiment.but(**_ANY), members)


@lru_cache(maxsize=8)
def _program(structure: Experiment, members: int) -> Program:
    return Program(structure, members)
