"""A small classifier that is trained once and then only used, with batch norm that remembers or looks afresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import epsilon, numeric_array

Floats = NDArray[np.float64]
Place = Literal["none", "inputs", "hidden"]
Statistics = Literal["running", "fresh"]

EPS: Final = 1e-5
KEEP: Final = 0.99
_STEPS, _BATCH, _RATE, _MOMENTUM = 300, 32, 0.1, 0.9


@dataclass(frozen=True, eq=False)
class FixedNetwork:
    """A network of one hidden layer as training left it; leading axes hold networks of the same shape.

        norm on the inputs:  relu(norm(x) W + b) V + c        norm in the hidden layer:  relu(norm(x W) + b) V + c

    Attributes:
        place: where batch norm stands: "none", "inputs" or "hidden".
        weights: W, (..., D, H).
        offset: b, (..., H).
        out_weights: V, (..., H, K).
        out_offset: c, (..., K).
        mean: running mean of what the norm sees, (..., D) on the inputs, (..., H) in the hidden layer.
        variance: running variance, likewise.
        eps: added to the variance.
    """

    place: Place
    weights: Floats
    offset: Floats
    out_weights: Floats
    out_offset: Floats
    mean: Floats
    variance: Floats
    eps: float

    def member(self, index: int) -> FixedNetwork:
        """Return one of several networks along the first axis."""
        names = ("weights", "offset", "out_weights", "out_offset", "mean", "variance")
        return replace(self, **{name: getattr(self, name)[index] for name in names})

    def classify(
        self, x: ArrayLike, statistics: Statistics = "running", sizes: Sequence[int] | None = None
    ) -> NDArray[np.int64]:
        """Return the class of every row; with fresh statistics a row's class depends on its batch.

            running: (x - running mean) / sqrt(running variance + eps)
            fresh:   (x - mean of the batch) / sqrt(variance of the batch + eps), variance divided by the batch's rows

        Args:
            x: (..., N, D) rows, scaled as in training.
            statistics: which mean and variance batch norm takes; without batch norm both are the same.
            sizes: rows of each batch, in the order of the rows; all N rows are one batch when left out.
        Returns: (..., N) classes 0 .. K - 1.
        Raises: ValueError for another number of features, or sizes that are not positive or do not sum to N.
        Source: Li et al. 2017, arXiv:1603.04779, and Nado et al. 2020, arXiv:2006.10963, for fresh statistics.

        >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
        >>> network = train_network(x, [0, 0, 1, 1], place="inputs", seed=0)
        >>> moved = x + 50
        >>> network.classify(moved).tolist(), network.classify(moved, "fresh").tolist()
        ([1, 1, 1, 1], [0, 0, 1, 1])
        """
        rows = numeric_array(x, "x").astype(np.float64)
        features = self.weights.shape[-2]
        if rows.ndim < 2 or rows.shape[-1] != features:
            raise ValueError(f"x has shape {rows.shape}, but the network takes (rows, {features} features).")
        cut = _sizes(sizes, rows.shape[-2])
        z = rows
        if self.place == "inputs":
            z = self._norm(z, statistics, cut)
        z = z @ self.weights
        if self.place == "hidden":
            z = self._norm(z, statistics, cut)
        z += self.offset[..., None, :]
        np.maximum(z, 0.0, out=z)
        scores = z @ self.out_weights + self.out_offset[..., None, :]
        return np.asarray(scores.argmax(axis=-1))

    def _norm(self, x: Floats, statistics: Statistics, sizes: NDArray[np.int64]) -> Floats:
        if statistics == "running":
            return (x - self.mean[..., None, :]) / np.sqrt(self.variance[..., None, :] + self.eps)
        starts, column = np.cumsum(sizes) - sizes, sizes[:, None]
        deviations = x - np.repeat(np.add.reduceat(x, starts, axis=-2) / column, sizes, axis=-2)
        variance = np.add.reduceat(deviations**2, starts, axis=-2) / column
        deviations /= np.repeat(np.sqrt(variance + self.eps), sizes, axis=-2)
        return deviations


def train_network(
    x: ArrayLike,
    y: ArrayLike,
    *,
    place: Place = "none",
    hidden: int = 16,
    seed: int = 0,
    eps: float = EPS,
) -> FixedNetwork:
    """Train a network of one hidden layer by 300 steps of gradient descent with momentum, batches of 32.

        loss = mean over the batch of -log softmax(scores)[class],   v <- 0.9 v - 0.1 gradient,   w <- w + v
        running <- 0.99 running + 0.01 statistic of the batch

    Leading axes hold training sets of the same shape (splits of one data set): they train side by side, with the
    same initial weights (He et al. 2015) and the same order of row numbers, and do not touch each other.

    Args:
        x: (..., N, D) training rows, scaled.
        y: (..., N) classes 0 .. K - 1.
        place: where batch norm stands: "none", "inputs" or "hidden". It has no gamma: the weights that follow can
            play its part; beta is the hidden layer's offset.
        hidden: number H of hidden units.
        seed: of the initial weights and the order of the rows.
        eps: added to the variance.
    Returns: the network, whose running statistics are those after the last step.
    Raises: ValueError for an unknown place, or shapes that do not fit.

    >>> x = np.array([[-1.0], [-0.9], [0.9], [1.0]])
    >>> train_network(x, [1, 1, 0, 0]).classify(x).tolist()
    [1, 1, 0, 0]
    """
    if place not in get_args(Place):
        raise ValueError(f"place={place!r} is unknown: choose one of {', '.join(get_args(Place))}.")
    rows, labels = numeric_array(x, "x").astype(np.float64), np.asarray(y, dtype=np.int64)
    if rows.ndim < 2 or labels.shape != rows.shape[:-1] or not rows.size:
        raise ValueError(f"x has shape {rows.shape} and y {labels.shape}: give (rows, features) and (rows,).")
    training = _Training(rows, labels, place, hidden=hidden, seed=seed, eps=epsilon(eps))
    for _ in range(_STEPS):
        training.step()
    return training.network()


class _Training:
    """Parameters and running statistics on their way."""

    def __init__(self, x: Floats, y: NDArray[np.int64], place: Place, *, hidden: int, seed: int, eps: float) -> None:
        self._x, self._y, self._place, self._eps = x, y, place, eps
        self._rng = np.random.default_rng(seed)
        lead, features, classes = x.shape[:-2], x.shape[-1], int(y.max()) + 1
        first = self._rng.standard_normal((features, hidden)) * np.sqrt(2 / features)
        last = self._rng.standard_normal((hidden, classes)) * np.sqrt(2 / hidden)
        shapes = first, np.zeros(hidden), last, np.zeros(classes)
        self._parameters = [np.broadcast_to(one, (*lead, *one.shape)).copy() for one in shapes]
        self._velocity = [np.zeros_like(one) for one in self._parameters]
        units = hidden if place == "hidden" else features
        self._mean, self._variance = np.zeros((*lead, units)), np.ones((*lead, units))
        self._order: list[int] = []

    def step(self) -> None:
        """Take the next batch, and move the parameters once."""
        batch = min(_BATCH, self._x.shape[-2])
        if len(self._order) < batch:
            self._order = self._rng.permutation(self._x.shape[-2]).tolist()
        chosen, self._order = self._order[:batch], self._order[batch:]
        gradients = self._gradients(self._x[..., chosen, :], self._y[..., chosen])
        for value, velocity, gradient in zip(self._parameters, self._velocity, gradients, strict=True):
            np.multiply(velocity, _MOMENTUM, out=velocity)
            np.subtract(velocity, _RATE * gradient, out=velocity)
            np.add(value, velocity, out=value)

    def network(self) -> FixedNetwork:
        """Return the network as it is now."""
        w, b, v, c = self._parameters
        return FixedNetwork(self._place, w, b, v, c, self._mean, self._variance, self._eps)

    def _gradients(self, x: Floats, y: NDArray[np.int64]) -> tuple[Floats, ...]:
        """Return the gradients of the mean loss for W, b, V, c, and let the running statistics follow."""
        w, b, v, c = self._parameters
        if self._place == "inputs":
            x, _ = self._norm(x)
        linear = x @ w
        inverse: Floats | None = None
        if self._place == "hidden":
            linear, inverse = self._norm(linear)
        active = np.maximum(linear + b[..., None, :], 0.0)
        scores = active @ v + c[..., None, :]
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        at = y[..., None]
        np.put_along_axis(scores, at, np.take_along_axis(scores, at, -1) - 1, -1)
        scores /= y.shape[-1]
        above = (scores @ np.swapaxes(v, -1, -2)) * (active > 0)
        gradients: list[Floats] = [above.sum(axis=-2), np.swapaxes(active, -1, -2) @ scores, scores.sum(axis=-2)]
        if inverse is not None:
            along = (above * linear).mean(axis=-2, keepdims=True)
            above = (above - above.mean(axis=-2, keepdims=True) - linear * along) * inverse
        return np.swapaxes(x, -1, -2) @ above, *gradients

    def _norm(self, x: Floats) -> tuple[Floats, Floats]:
        mean = x.mean(axis=-2, keepdims=True)
        deviations = x - mean
        variance = (deviations**2).mean(axis=-2, keepdims=True)
        inverse = 1 / np.sqrt(variance + self._eps)
        self._mean = KEEP * self._mean + (1 - KEEP) * mean[..., 0, :]
        self._variance = KEEP * self._variance + (1 - KEEP) * variance[..., 0, :]
        return deviations * inverse, inverse


def _sizes(sizes: Sequence[int] | None, rows: int) -> NDArray[np.int64]:
    cut: NDArray[Any] = np.array([rows] if sizes is None else list(sizes))
    if cut.ndim != 1 or cut.dtype.kind not in "iu" or not (cut > 0).all() or cut.sum() != rows:
        shown = ", ".join(str(one) for one in cut.ravel()[:5].tolist()) + (", …" if cut.size > 5 else "")
        raise ValueError(f"sizes ({shown}) must be whole, positive and sum to the {rows} rows of x.")
    return cut.astype(np.int64)
