"""A dense network of several members at once: forward, softmax cross-entropy, backward.

All arrays have the members first, (M, B, C). Batch norm's networks are stored rows first, so that a
statistic per member and unit is one long row; those normalized by sample are stored as they are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training.measures import Running, Tap
from normlib.training.noise import Noise
from normlib.training.norms import Affine, BatchNorm, Norm, SampleNorm
from normlib.training.parameters import Member, Views
from normlib.training.scratch import scratch
from normlib.training.slopes import Activation

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Hidden:
    """Buffers of a hidden layer: x W + b, then norm (and noise) and activation in the order of the experiment."""

    linear: Array
    norm: Norm | None
    noise: Noise | None
    activation: Activation
    gradient: Array


class Network:
    """The networks of `members` on batches of a fixed number of rows.

    Args:
        members: whose experiments have the same structure.
        rows: B, rows per batch.
        parameters: of all members.
        gradients: like `parameters`; `backward` writes here.
        running: (2, L, M, 1, C) running mean and variance of each hidden layer, shared between networks.

    Attributes:
        inputs: (M, B, D), to be filled by the caller through `fill`.
        hidden: the layers.
        labels: (M, B) classes of the batch.
        logits: (M, classes, B).
        losses: (M,) mean cross-entropy of the last batch.
    """

    def __init__(
        self,
        members: Sequence[Member],
        rows: int,
        parameters: Views,
        gradients: Views,
        running: Array,
    ) -> None:
        e = members[0].experiment
        count, dtype = len(members), e.dtype
        self._parameters, self._gradients = parameters, gradients
        self._after = e.site == "after"
        self._rows_first = e.method in {"none", "batch"}
        self.inputs = self._empty(e.size.features, count, rows, dtype)
        self._inputs = self.inputs.transpose(1, 0, 2) if self._rows_first else self.inputs  # as it is stored
        epsilons = np.array([member.experiment.epsilon for member in members], dtype).reshape(-1, 1, 1)
        # Of the batch; without batch norm nobody reads them, and the arrays are empty.
        self._running, self._statistics = running, np.zeros_like(running)
        hidden = []
        shared = scratch(self._empty(e.width, count, rows, dtype))
        for layer in range(e.depth):
            shape = (count, rows, e.width)
            linear = np.empty_like(shared.spare)
            norm: Norm | None = None
            affine = Affine(*(some[layer] for v in (parameters, gradients) for some in (v.gammas, v.betas)))
            if e.norms[layer] and e.method == "batch":
                batch, kept = self._statistics[:, layer], running[:, layer]
                statistics, averages = (batch[0], batch[1]), (kept[0], kept[1])
                norm = BatchNorm(shape, dtype, epsilons, statistics, averages, affine=affine, spare=shared.spare)
            elif e.norms[layer]:
                groups = {"instance": e.width, "group": e.groups}.get(e.method, 1)
                center = e.method != "rms"
                norm = SampleNorm(shape, dtype, epsilons, groups, affine=affine, spare=shared.spare, center=center)
            gradient = shared.gradients[layer % 2]
            noise = Noise(members, layer, shared.spare) if e.noise else None
            hidden.append(Hidden(linear, norm, noise, Activation(e.activation, shared), gradient))
        self.hidden = tuple(hidden)
        self._transposed = tuple(weight.transpose(0, 2, 1) for weight in parameters.weights)
        self._ones = np.ones((1, 1, rows), dtype)
        self._column = np.ones((1, rows, 1), dtype)
        classes = e.size.classes
        self._classes = np.ones((1, 1, classes), dtype)
        self.logits, self._shares = np.empty((2, count, classes, rows), dtype)
        self._highest, self._total = np.empty((2, count, 1, rows), dtype)
        # Places of member m and row b in the flat logits, to which the label adds its rows.
        self._places = np.arange(count)[:, None] * (classes * rows) + np.arange(rows)
        self._labels = self.labels = self._places
        self._rows = rows
        self.losses = np.zeros(count, dtype)

    def fill(self, x: Array, y: Array, rows: NDArray[np.int64]) -> None:
        """Take the next batch from all rows `x` (N, D) and labels `y` (N,); `rows` is (M, B) row numbers."""
        # The row numbers are valid; "clip" spares NumPy a copy of the output.
        np.take(x, rows.T if self._rows_first else rows, axis=0, out=self._inputs, mode="clip")
        self.labels = y[rows]
        self._labels = self._places + self.labels * self._rows

    def disturb(self, step: int) -> None:
        """Draw the noise of a training step, if the experiment has any; before that there is none."""
        for h in self.hidden:
            if h.noise is not None:
                h.noise.draw(step)

    def forward(self, *, training: bool = True) -> None:
        """Compute logits and losses of the batch, under batch norm with its own statistics or the running ones."""
        p = self._parameters
        x = self.inputs
        for layer, h in enumerate(self.hidden):
            np.matmul(x, p.weights[layer], out=h.linear)
            bias = p.biases[layer]
            if bias is not None:
                np.add(h.linear, bias, out=h.linear)
            x = h.linear
            if self._after:
                x = h.activation.forward(x)
            if h.norm is not None:
                x = h.norm.forward(x) if training else h.norm.infer(x)
            if h.noise is not None and training:
                x = h.noise.forward(x)
            if not self._after:
                x = h.activation.forward(x)
        np.matmul(self._transposed[-1], x.transpose(0, 2, 1), out=self.logits)
        np.add(self.logits, p.last_bias, out=self.logits)
        self._last = x
        self._cross_entropy()

    def backward(self) -> None:
        """Write the gradients of the mean loss of the batch. Once per forward pass."""
        g, d = self._gradients, self._shares
        np.divide(d, self._total, out=d)
        flat = d.reshape(-1)
        flat[self._labels] -= 1
        np.divide(d, self._rows, out=d)
        np.matmul(self._last.transpose(0, 2, 1), d.transpose(0, 2, 1), out=g.weights[-1])
        np.matmul(d, self._column, out=g.last_bias)
        above, weights = d.transpose(0, 2, 1), self._transposed[-1]
        for layer in reversed(range(len(self.hidden))):
            h = self.hidden[layer]
            dx = np.matmul(above, weights, out=h.gradient)
            if not self._after:
                h.activation.backward(dx)
            if h.noise is not None:
                h.noise.backward(dx)
            if h.norm is not None:
                h.norm.backward(dx)
            if self._after:
                h.activation.backward(dx)
            x = self._passed_on(layer - 1)
            np.matmul(x.transpose(0, 2, 1), dx, out=g.weights[layer])
            bias = g.biases[layer]
            if bias is not None:
                np.matmul(self._ones, dx, out=bias)
            above, weights = dx, self._transposed[layer]

    def follow(self, keep: Array, take: Array) -> None:
        """Move the running statistics of batch norm: keep * old + take * batch, both (M, 1, 1). Once per batch."""
        np.multiply(self._running, keep, out=self._running)
        np.multiply(self._statistics, take, out=self._statistics)
        np.add(self._running, self._statistics, out=self._running)

    def taps(self) -> list[Tap]:
        """Return what the last forward pass, in training mode, left at each hidden layer."""
        found = []
        for h in self.hidden:
            entering = h.activation.output if self._after else h.linear
            leaving = self._left(h, entering)
            running = None
            if isinstance(h.norm, BatchNorm):
                running = Running(h.norm.mean, h.norm.variance, h.norm.running_mean, h.norm.running_variance)
            found.append(Tap(entering, leaving, h.activation.output, running))
        return found

    def predictions(self) -> NDArray[np.int64]:
        """Return the most probable class of each row, (M, B)."""
        return np.asarray(self.logits.argmax(axis=1))

    def probabilities(self, label: int) -> Array:
        """Return the probability of a class for each row, (M, B). Not after `backward`."""
        return np.asarray(self._shares[:, label] / self._total[:, 0])

    def losses_by_row(self) -> Array:
        """Return the cross-entropy of each row, (M, B)."""
        return np.asarray(self._log_total - self.logits.reshape(-1)[self._labels])

    def _cross_entropy(self) -> None:
        shares = self._shares
        np.maximum.reduce(self.logits, axis=1, keepdims=True, out=self._highest)
        np.subtract(self.logits, self._highest, out=shares)
        np.exp(shares, out=shares)
        np.matmul(self._classes, shares, out=self._total)
        self._log_total = (np.log(self._total) + self._highest)[:, 0]
        np.add.reduce(self.losses_by_row(), axis=1, out=self.losses)
        np.divide(self.losses, self._rows, out=self.losses)

    def _passed_on(self, layer: int) -> Array:
        """Return what a hidden layer passed on, or the inputs for the one below the first."""
        if layer < 0:
            return self.inputs
        h = self.hidden[layer]
        return self._left(h, h.activation.output) if self._after else h.activation.output

    @staticmethod
    def _left(h: Hidden, entered: Array) -> Array:
        """Return what left the norm and the noise behind it, in training mode."""
        if h.noise is not None and h.noise.drawn:
            return h.noise.output
        return entered if h.norm is None else h.norm.output

    def _empty(self, units: int, count: int, rows: int, dtype: str) -> Array:
        if self._rows_first:
            return np.empty((rows, count, units), dtype).transpose(1, 0, 2)
        return np.empty((count, rows, units), dtype)
