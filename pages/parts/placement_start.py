"""Networks before their first update, with batch norm in three places, and what to say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import BLUE, METHODS, SKY, Style
from normlib.figures.placements import Placed, placements
from normlib.intervals import Interval, mean_interval
from normlib.training import Experiment
from normlib.training.at_start import AtStart, Bins, at_start, geometric_interval
from normlib.training.slopes import SATURATED
from normlib.words import percent
from pages.parts.once import once

Floats = NDArray[np.float64]

SCALES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
PLACES: Final = ("none", "before", "after")
STYLES: Final = (
    replace(METHODS["none"], name="No norm"),
    Style("Before", BLUE, "solid", "circle"),
    Style("After", SKY, "dash", "square"),
)
NAMES: Final = ("without a norm", "with batch norm before the activation", "with batch norm after the activation")
ALL: Final = (0, 1, 2)
"""Numbers of the placements, as in `PLACES`."""
SEEDS, WIDTH, ROWS = 10, 100, 60
EQUAL: Final = 1e-9
"""Shares that differ by less differ by rounding."""


@dataclass(frozen=True)
class Activation:
    """How an activation is set up and spoken of.

    Attributes:
        name: in an experiment.
        init: rule for the spread of its first weights.
        idle: what its idle values or units are called.
        what: what these are.
        means: what that means.
        entering, leaving: ends of the histograms; values beyond count into the outer bins.
        limits: where saturation begins, of what goes in.
    """

    name: str
    init: str
    idle: str
    what: str
    means: str
    entering: tuple[float, float]
    leaving: tuple[float, float]
    limits: tuple[float, ...] = ()


def _limits(name: str) -> tuple[float, ...]:
    # Where the slope is SATURATED: of tanh 1 - t^2, of the sigmoid, which is (1 + tanh(z / 2)) / 2, s (1 - s).
    ends = np.arctanh(np.sqrt(1 - SATURATED)) if name == "tanh" else 2 * np.arctanh(np.sqrt(1 - 4 * SATURATED))
    return (-float(ends), float(ends))


_SLOPE = f"slope of the activation under {SATURATED:g}"
ACTIVATIONS: Final = {
    "Sigmoid": Activation("sigmoid", "xavier", "saturated", "values", _SLOPE, (-8, 8), (0, 1), _limits("sigmoid")),
    "Tanh": Activation("tanh", "xavier", "saturated", "values", _SLOPE, (-8, 8), (-1, 1), _limits("tanh")),
    "ReLU": Activation("relu", "he", "dead", "units", "0 for the whole batch", (-5, 5), (0, 5)),
}
INIT: Final = {"he": "He", "xavier": "Xavier"}


def experiments(activation: str, depth: int, eps: float) -> list[list[Experiment]]:
    """Return the networks: for each placement one at every scale."""
    a = ACTIVATIONS[activation]
    base = Experiment(
        depth=depth,
        width=WIDTH,
        batch_size=ROWS,
        activation=a.name,
        init=a.init,
        method="batch",
        eps=eps,
        steps=0,
        seeds=SEEDS,
        # Under saturation, gradients are products of factors that float32 rounds to 0.
        dtype="float64",
    )
    return [[base.but(placement=place, scale=scale) for scale in SCALES] for place in PLACES]


@dataclass(frozen=True, eq=False)
class Start:
    """What was measured at every scale.

    Attributes:
        activation: its title.
        depth: hidden layers.
        eps: of batch norm.
        found: for each placement a measurement at every scale.
    """

    activation: str
    depth: int
    eps: float
    found: tuple[tuple[AtStart, ...], ...]

    @property
    def about(self) -> Activation:
        """The activation."""
        return ACTIVATIONS[self.activation]

    @property
    def layers(self) -> tuple[int, ...]:
        """The first, middle and last hidden layer."""
        return shown_layers(self.depth)

    def idle(self, place: int, at: int) -> Floats:
        """Share of idle values or units over all hidden layers, for each seed."""
        shares: Floats = self.found[place][at].idle.mean(axis=1)
        return shares

    def share(self, place: int, at: int) -> float:
        """Mean of `idle` over the seeds."""
        return float(self.idle(place, at).mean())

    def gradient(self, place: int, at: int, layer: int = 1) -> Interval:
        """Geometric mean and interval of the gradient norm of a layer."""
        return geometric_interval(self.found[place][at].gradient_norm[:, layer - 1])

    def difference(self, at: int) -> Interval | None:
        """Idle share after minus before, seed by seed; None if all seeds agree to rounding."""
        apart = self.idle(2, at) - self.idle(1, at)
        return None if np.ptp(apart) < EQUAL else mean_interval(apart)


def shown_layers(depth: int) -> tuple[int, int, int]:
    """Return the first, middle and last hidden layer.

    >>> shown_layers(3), shown_layers(10)
    ((1, 2, 3), (1, 5, 10))
    """
    return 1, (depth + 1) // 2, depth


@once
def start(activation: str, depth: int, eps: float) -> Start:
    """Measure all networks of a setting."""
    a = ACTIVATIONS[activation]
    bins = Bins(shown_layers(depth), np.linspace(*a.entering, 41), np.linspace(*a.leaving, 41))
    arms = experiments(activation, depth, eps)
    measured = at_start([e for arm in arms for e in arm], bins)
    # Kept for as long as the server lives: of the histograms the mean over the seeds is enough.
    found = [
        replace(one, entering=one.entering.mean(axis=0, keepdims=True), leaving=one.leaving.mean(axis=0, keepdims=True))
        for one in measured
    ]
    each = len(SCALES)
    return Start(activation, depth, eps, tuple(tuple(found[k * each : (k + 1) * each]) for k in range(len(arms))))


@once
def drawn_arms(activation: str, depth: int, eps: float, leaving: bool) -> tuple[Placed, ...]:
    """Return what the figure shows of each placement."""
    shown, a = start(activation, depth, eps), ACTIVATIONS[activation]
    every, layers = range(len(SCALES)), range(1, depth + 2)
    placed = []
    for place, style in enumerate(STYLES):
        shares = np.stack([(one.leaving if leaving else one.entering).mean(axis=0) for one in shown.found[place]])
        spans = [[shown.gradient(place, f, layer) for layer in layers] for f in every]
        mean, low, high = (
            np.array([[getattr(one, end) for one in row] for row in spans]) for end in ("mean", "low", "high")
        )
        notes = [f"{percent(shown.share(place, f))} {a.idle}" for f in every]
        placed.append(Placed(style, shares, mean, low, high, notes))
    return tuple(placed)


def picture(shown: Start, leaving: bool, at: int, places: Sequence[int] = ALL) -> Drawn:
    """Return the figure of some placements at one position of the dial."""
    a = shown.about
    arms = drawn_arms(shown.activation, shown.depth, shown.eps, leaving)
    return placements(
        [arms[place] for place in places],
        np.linspace(*(a.leaving if leaving else a.entering), 41),
        [f"layer {layer}" for layer in shown.layers],
        axis="what the activation puts out" if leaving else "what goes into the activation",
        position=at,
        limits=() if leaving else a.limits,
        more=not leaving or a.name == "relu",
    )
