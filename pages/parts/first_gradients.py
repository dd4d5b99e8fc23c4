"""Gradients before the first update over the scale of the weights and over depth, and what to say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.drawn import Drawn
from normlib.figures.look import METHODS
from normlib.figures.panels import Curve, Panel, panels, theory
from normlib.intervals import Interval, mean_interval
from normlib.training import Experiment
from normlib.training.at_start import MEAN_FIELD_GROWTH, at_start, geometric_interval, growth, power
from pages.parts.once import once

Floats = NDArray[np.float64]

SCALES: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
DEPTHS: Final = (5, 10, 15, 20, 30, 40, 50)
LAYERS: Final = 5
"""Hidden layers of the networks whose weights are scaled."""
SEEDS: Final = {64: 10, 128: 5, 256: 3}
"""Seeds by width: wide networks take longer."""
BY_SCALE: Final = ("none", "batch", "layer", "rms")
BY_DEPTH: Final = ("none", "batch", "layer")
USUAL: Final = SCALES.index(1.0)
"""Place of the scale 1."""


@dataclass(frozen=True)
class Setting:
    """What all networks of a view share."""

    width: int
    rows: int
    eps: float

    @property
    def seeds(self) -> int:
        """How many seeds there are."""
        return SEEDS[self.width]

    @property
    def epsilon(self) -> str:
        """Epsilon as it is written on the page."""
        return f"{self.eps:.8f}".rstrip("0")

    def network(self, method: str, *, depth: int = LAYERS, scale: float = 1.0) -> Experiment:
        """Return a network with ReLU, He's first weights and the norm before the activation."""
        return Experiment(
            method=method,
            depth=depth,
            scale=scale,
            width=self.width,
            batch_size=self.rows,
            eps=self.eps,
            steps=0,
            seeds=self.seeds,
        )


@dataclass(frozen=True, eq=False)
class ByScale:
    """Gradient norms at every scale.

    Attributes:
        setting: what the networks share.
        norms: method -> (F, S, L + 1).
    """

    setting: Setting
    norms: Mapping[str, Floats]

    def power(self, method: str, first: int = USUAL, last: int = len(SCALES) - 1) -> Interval:
        """Power of the scale that the gradient of layer 1 follows from one scale to another."""
        where = slice(first, last + 1)
        return mean_interval(power(SCALES[where], self.norms[method][where, :, 0].T))

    def here(self, method: str, at: int) -> Interval:
        """Gradient norm of layer 1 at a scale."""
        return geometric_interval(self.norms[method][at, :, 0])


@dataclass(frozen=True, eq=False)
class ByDepth:
    """Gradient norms at every depth.

    Attributes:
        setting: what the networks share.
        norms: method -> for each depth (S, L + 1).
    """

    setting: Setting
    norms: Mapping[str, Sequence[Floats]]

    def growth(self, method: str, at: int) -> Interval:
        """Growth of the gradient per layer, from the last hidden layer to the second."""
        return geometric_interval(growth(self.norms[method][at]))

    def ratio(self, method: str, at: int) -> Interval:
        """How many times the gradient of layer 2 is that of the last hidden layer."""
        norms = self.norms[method][at]
        return geometric_interval(norms[:, 1] / norms[:, -2])


@once
def by_scale(setting: Setting) -> ByScale:
    """Measure the networks of all scales."""
    found = at_start([setting.network(method, scale=scale) for method in BY_SCALE for scale in SCALES])
    norms = np.stack([one.gradient_norm for one in found]).reshape(len(BY_SCALE), len(SCALES), setting.seeds, -1)
    return ByScale(setting, dict(zip(BY_SCALE, norms, strict=True)))


@once
def by_depth(setting: Setting) -> ByDepth:
    """Measure the networks of all depths."""
    norms = {
        method: [one.gradient_norm for one in at_start([setting.network(method, depth=depth) for depth in DEPTHS])]
        for method in BY_DEPTH
    }
    return ByDepth(setting, norms)


def _ends(norms: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, low and high over the seeds, which are the last axis but one; (..., S, n) to (..., n)."""
    spans = [geometric_interval(one) for one in np.moveaxis(norms, -2, -1).reshape(-1, norms.shape[-2])]
    shape = (*norms.shape[:-2], norms.shape[-1])
    mean, low, high = (np.array([getattr(one, end) for one in spans]).reshape(shape) for end in ("mean", "low", "high"))
    return mean, low, high


@once
def scale_panels(setting: Setting) -> tuple[Panel, Panel]:
    """Return both panels over the scale: layer 1 at all scales, and all layers at one."""
    shown, scales = by_scale(setting), np.array(SCALES)
    spans = {method: _ends(shown.norms[method]) for method in BY_SCALE}
    law = Curve(theory("1 / scale, exact law"), scales, spans["batch"][0][USUAL, 0] / scales)
    first = [
        Curve(METHODS[method], scales, mean[:, 0], (low[:, 0], high[:, 0]))
        for method, (mean, low, high) in spans.items()
    ]
    layers = np.arange(1.0, LAYERS + 2)
    each = [Curve(METHODS[method], layers, mean, (low, high)) for method, (mean, low, high) in spans.items()]
    rings = np.repeat(scales[:, None], len(BY_SCALE), axis=1), np.stack([spans[m][0][:, 0] for m in BY_SCALE], axis=1)
    powers = {"type": "log", "exponentformat": "power", "dtick": 3}
    lowest = min(float(low.min()) for _, low, _ in spans.values())
    highest = max(float(high.max()) for _, _, high in spans.values())
    reach = [float(np.log10(lowest)) - 0.5, float(np.log10(highest)) + 0.5]
    return (
        Panel(
            [*first, law],
            {
                "type": "log",
                "exponentformat": "power",
                "dtick": 1,
                "range": [-3.15, 3.15],
                "title": _text("scale of the weights"),
            },
            {**powers, "range": reach, "title": _text("gradient norm of layer 1", 2)},
            rings,
        ),
        Panel(
            each,
            {
                "range": [0.7, LAYERS + 1.3],
                "tickvals": layers.tolist(),
                "ticktext": [*(f"{n:.0f}" for n in layers[:-1]), "last"],
                "title": _text("layer, at this scale"),
            },
            {**powers, "range": reach, "title": _text("gradient norm", 2)},
        ),
    )


@once
def depth_panels(setting: Setting) -> tuple[Panel, Panel]:
    """Return both panels over depth: all layers at one depth, and the growth at all depths."""
    shown, depths = by_depth(setting), np.array(DEPTHS, dtype=float)
    layers = np.arange(1.0, max(DEPTHS) + 1)
    each = []
    for method in BY_DEPTH:
        parts = np.full((3, len(DEPTHS), len(layers)), np.nan)
        for at, (depth, norms) in enumerate(zip(DEPTHS, shown.norms[method], strict=True)):
            parts[:, at, :depth] = _ends(norms[:, :depth])
        each.append(Curve(METHODS[method], layers, parts[0], (parts[1], parts[2])))
    batch = each[BY_DEPTH.index("batch")].y
    expected = np.full_like(batch, np.nan)
    for at, depth in enumerate(DEPTHS):
        expected[at, :depth] = batch[at, depth - 1] * MEAN_FIELD_GROWTH ** (depth - layers[:depth])
    style = theory(f"theory, batch norm: {MEAN_FIELD_GROWTH:.3f} per layer")
    growths = {method: [shown.growth(method, at) for at in range(len(DEPTHS))] for method in BY_DEPTH}
    fitted = [
        Curve(
            METHODS[method],
            depths,
            np.array([one.mean for one in spans]),
            (np.array([one.low for one in spans]), np.array([one.high for one in spans])),
        )
        for method, spans in growths.items()
    ]
    rings = (
        np.repeat(depths[:, None], len(BY_DEPTH), axis=1),
        np.stack([curve.y for curve in fitted], axis=1),
    )
    values = np.log10([[np.nanmin(curve.y), np.nanmax(curve.y)] for curve in each])
    return (
        Panel(
            [*each, Curve(style, layers, expected)],
            {"range": [0, max(DEPTHS) + 1], "title": _text("hidden layer, at this depth")},
            {
                "type": "log",
                "exponentformat": "power",
                "dtick": 1,
                "range": [float(values.min()) - 0.3, float(values.max()) + 0.3],
                "title": _text("gradient norm", 2),
            },
        ),
        Panel(
            [*fitted, Curve(style, np.array([0.0, max(DEPTHS) + 5.0]), np.full(2, MEAN_FIELD_GROWTH))],
            {"range": [0, max(DEPTHS) + 4], "title": _text("hidden layers")},
            {"title": _text("growth per layer", 2), "range": [0.7, 1.45]},
            rings,
        ),
    )


def scale_picture(setting: Setting, at: int) -> Drawn:
    """Return the figure over the scale."""
    return panels(*scale_panels(setting), at)


def depth_picture(setting: Setting, at: int) -> Drawn:
    """Return the figure over depth."""
    return panels(*depth_panels(setting), at)


def _text(text: str, standoff: int = 6) -> dict[str, object]:
    return {"text": text, "standoff": standoff}
