"""Gradient descent on two features: a quadratic valley whose shape the scales of the features decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.samples import feature_table

Floats = NDArray[np.float64]

_EXPLODED = 1e12  # a loss this many times the one at the start will not come back


@dataclass(frozen=True, eq=False)
class Quadratic:
    """The mean squared error of a linear score with two weights.

        loss(w) = floor + (w - minimum)' hessian (w - minimum) / 2

    Attributes:
        hessian: (2, 2) second derivatives, twice the covariance of the features.
        eigenvalues: (2,) curvatures along the valley and across it, rising.
        eigenvectors: (2, 2), one direction per column.
        minimum: (2,) best weights; the shortest ones where a direction is flat.
        floor: loss at the minimum, in the squared unit of the target.
    """

    hessian: Floats
    eigenvalues: Floats
    eigenvectors: Floats
    minimum: Floats
    floor: float

    @property
    def condition_number(self) -> float:
        """Largest over smallest curvature; infinite when one direction is flat."""
        small, large = self.eigenvalues
        return float(large / small) if small > 0 else float("inf")

    @property
    def largest_stable_rate(self) -> float:
        """2 / largest curvature: below it descent converges from anywhere, above it it does not."""
        return float(2 / self.eigenvalues[1]) if self.eigenvalues[1] > 0 else float("inf")

    @property
    def best_rate(self) -> float:
        """2 / (smallest + largest curvature), the rate with the fastest guaranteed convergence."""
        return float(2 / self.eigenvalues.sum()) if self.eigenvalues[1] > 0 else float("inf")

    def loss(self, w: ArrayLike) -> Floats:
        """Return the mean squared error at weights `w` of shape (..., 2); shape (...).

        >>> valley = quadratic([[-1.0, 2.0], [1.0, 2.0], [0.0, -4.0]], [0.0, 2.0, 1.0])
        >>> valley.loss([[1.0, 0.0], [0.0, 0.0]]).round(6)
        array([0.      , 0.666667])
        """
        step = np.asarray(w, dtype=np.float64) - self.minimum
        # Along the eigenvectors both terms are positive: no cancellation in a narrow valley.
        along = (step[..., :, None] * self.eigenvectors).sum(axis=-2)
        value = self.floor + (np.square(along) * self.eigenvalues).sum(axis=-1) / 2
        return np.asarray(value, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Descent:
    """The steps of gradient descent, for one learning rate or for F of them at once.

    Attributes:
        rate: learning rate, () or (F,).
        path: (steps + 1, 2) or (F, steps + 1, 2) weights, the start first; NaN after a path has stopped.
        losses: (steps + 1,) or (F, steps + 1) loss at each of them.
        steps_taken: () or (F,) steps that were made before the path stopped.
        diverged: () or (F,) whether it stopped because the loss exploded.
    """

    rate: Floats
    path: Floats
    losses: Floats
    steps_taken: NDArray[np.int64]
    diverged: NDArray[np.bool_]


def quadratic(x: ArrayLike, target: ArrayLike) -> Quadratic:
    """Make the loss surface of a linear score of two features.

        loss(w) = mean over samples of ((x - mean(x)) w - (target - mean(target)))^2

    The intercept is not a third axis: for any weights the best intercept is the one that centring both
    sides amounts to, so it is taken to be there. The hessian is then twice the covariance (divided by
    N), and its condition number is what slows descent down.

    Args:
        x: (N, 2) features.
        target: (N,) what the score should be.
    Returns: a `Quadratic`.
    Raises: ValueError when there are not exactly two features and one target per sample.
    Source: LeCun, Bottou, Orr and Mueller 1998, "Efficient BackProp", section 5.

    >>> valley = quadratic([[-1.0, 20.0], [1.0, 20.0], [0.0, -40.0]], [0.0, 2.0, 1.0])
    >>> valley.eigenvalues.round(3), round(valley.condition_number)
    (array([1.333e+00, 1.600e+03]), 1200)
    """
    table = feature_table(x)
    wanted = np.asarray(target, dtype=np.float64)
    if table.shape[1] != 2 or wanted.shape != (len(table),):
        raise ValueError(
            f"x has shape {table.shape} and target {wanted.shape}: choose two features, (N, 2), "
            f"and one target per sample, (N,)."
        )
    if not np.isfinite(wanted).all():
        raise ValueError(
            f"{np.count_nonzero(~np.isfinite(wanted))} values of target are not finite: leave those samples out."
        )
    features, wanted = table - table.mean(axis=0), wanted - wanted.mean()
    # By singular values of the samples, not eigenvalues of their products: squaring would lose the
    # smaller curvature when the features differ by more than eight digits.
    left, singular, right = np.linalg.svd(features, full_matrices=False)
    if len(singular) < 2:  # one sample only
        singular, right, left = np.zeros(2), np.eye(2), np.zeros((len(table), 2))
    noise = np.finfo(np.float64).eps * max(float(np.abs(table).max()), float(singular[0])) * np.sqrt(len(table))
    safe = np.where(singular > noise, singular, np.inf)
    minimum = right.T @ ((left.T @ wanted) / safe)
    curvature = np.where(singular > noise, 2 * np.square(singular) / len(table), 0.0)
    floor = float(np.mean(np.square(features @ minimum - wanted)))
    hessian = (right.T * curvature) @ right
    return Quadratic(hessian, curvature[::-1].copy(), right.T[:, ::-1].copy(), minimum, floor)


def descend(problem: Quadratic, *, start: ArrayLike, rate: ArrayLike, steps: int) -> Descent:
    """Follow the gradient downhill for `steps` steps, for one learning rate or for several at once.

        w[t + 1] = w[t] - rate * hessian (w[t] - minimum)

    A rate above `largest_stable_rate` makes the path swing further out at each step. It stops, and says
    so in `diverged`, at the first loss that is not finite or exceeds 1e12 times the loss at the start.

    Args:
        problem: the surface.
        start: (2,) first weights.
        rate: positive learning rate, or (F,) of them.
        steps: number of steps, at least 1.
    Returns: a `Descent`.
    Raises: ValueError for a start that is not two finite numbers, a rate that is not positive, or no steps.

    >>> valley = quadratic([[-1.0, 20.0], [1.0, 20.0], [0.0, -40.0]], [0.0, 2.0, 1.5])
    >>> walk = descend(valley, start=[0.0, 0.0], rate=[0.001, 1.0], steps=50)
    >>> walk.path.shape, walk.diverged.tolist(), walk.steps_taken.tolist()
    ((2, 51, 2), [False, True], [50, 2])
    """
    first, rates = _start_and_rates(start, rate)
    if steps < 1:
        raise ValueError(f"steps={steps} goes nowhere: use at least 1.")
    row = np.atleast_1d(rates)
    path = np.full((len(row), steps + 1, 2), np.nan)
    losses = np.full((len(row), steps + 1), np.nan)
    taken = np.zeros(len(row), dtype=np.int64)
    path[:, 0], losses[:, 0] = first, problem.loss(first)
    limit = _EXPLODED * losses[:, 0]
    running = np.arange(len(row))
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(1, steps + 1):
            w = path[running, step - 1]
            # Written out, not as a matrix product: that rounds differently for one rate and for several.
            gradient = ((w - problem.minimum)[:, :, None] * problem.hessian).sum(axis=1)
            w = w - row[running, None] * gradient
            loss = problem.loss(w)
            fine = np.isfinite(w).all(axis=1) & np.isfinite(loss) & (loss <= limit[running])
            running = running[fine]
            path[running, step], losses[running, step], taken[running] = w[fine], loss[fine], step
    diverged = taken < steps
    if rates.ndim:
        return Descent(rates, path, losses, taken, diverged)
    return Descent(rates, path[0], losses[0], taken[0], diverged[0])


def steps_to(problem: Quadratic, *, start: ArrayLike, rate: ArrayLike, tolerance: float = 0.01) -> Floats:
    """Return how many steps bring the loss above the floor down to `tolerance` times what it was.

        excess(t) = sum over k of curvature_k c_k^2 (1 - rate * curvature_k)^(2 t) / 2

    where c are the coordinates of start - minimum along the eigenvectors: each direction shrinks on
    its own, and the flattest one decides. The smallest such t is found by bisection.

    Args:
        problem: the surface.
        start: (2,) first weights.
        rate: positive learning rate, or (F,) of them.
        tolerance: share of the excess loss to reach, between 0 and 1.
    Returns: () or (F,) whole numbers as floats; infinite where the loss does not come down for good.
    Raises: ValueError for a tolerance outside 0 to 1, and as `descend` does.

    >>> valley = quadratic([[-1.0, 20.0], [1.0, 20.0], [0.0, -40.0]], [0.0, 2.0, 1.0])
    >>> steps_to(valley, start=[0.0, 0.0], rate=[0.001, 0.002])
    array([1726.,   inf])
    """
    if not 0 < tolerance < 1:
        raise ValueError(f"tolerance={tolerance} must lie between 0 and 1, for example 0.01.")
    first, rates = _start_and_rates(start, rate)
    coordinates = (first - problem.minimum) @ problem.eigenvectors
    energy = problem.eigenvalues * np.square(coordinates)  # (2,)
    energy = energy / (energy.sum() or 1.0)
    with np.errstate(divide="ignore"):
        decay = 2 * np.log(np.abs(1 - rates[..., None] * problem.eigenvalues))  # (..., 2) per step

    def excess(steps: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            # No energy in a direction means no loss from it, even where the factor overflows.
            terms = np.where(energy > 0, energy * np.exp(steps[..., None] * decay), 0.0)
        return np.asarray(terms.sum(axis=-1), dtype=np.float64)

    low, high = np.zeros(rates.shape), np.full(rates.shape, 2.0**52)
    reached = excess(high) <= tolerance
    for _ in range(53):
        middle = np.floor((low + high) / 2)
        done = excess(middle) <= tolerance
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    return np.asarray(np.where(energy.sum() == 0, 0.0, np.where(reached, high, np.inf)))


def condition_number(x: ArrayLike) -> float:
    """Return the condition number of the covariance of all features: how uneven descent finds them.

        largest eigenvalue / smallest eigenvalue = (largest / smallest singular value)^2

    Scaling removes what comes from unequal scales; what comes from collinear features stays.

    Args:
        x: (N, C) samples.
    Returns: at least 1; infinite when some direction does not vary.

    >>> round(condition_number([[-1.0, 20.0], [1.0, 20.0], [0.0, -40.0]]))
    1200
    """
    table = feature_table(x)
    singular = np.linalg.svd(table - table.mean(axis=0), compute_uv=False)
    if len(table) <= table.shape[1] or singular[-1] <= singular[0] * np.finfo(np.float64).eps * np.sqrt(len(table)):
        return float("inf")
    return float(np.square(singular[0] / singular[-1]))


def _start_and_rates(start: ArrayLike, rate: ArrayLike) -> tuple[Floats, Floats]:
    first, rates = np.asarray(start, dtype=np.float64), np.asarray(rate, dtype=np.float64)
    if first.shape != (2,) or not np.isfinite(first).all():
        raise ValueError(f"start={start!r} must be two finite weights, for example (0.0, 0.0).")
    if rates.ndim > 1 or not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError(f"rate={rate!r} must be one positive learning rate, or a list of them.")
    return first, rates
