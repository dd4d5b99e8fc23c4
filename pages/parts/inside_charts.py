"""Covariate shift inside the network: percentiles, drift and cosines of the four arms as figures."""

from __future__ import annotations

import numpy as np

from normlib.figures.drawn import Drawn
from normlib.figures.over_time import Band, over_time
from pages.parts.inside import LABELS, STYLES, Inside


def percentile_chart(m: Inside) -> Drawn:
    """Draw the percentiles of a typical unit of one seed, at the norm's input and output."""
    rows = []
    for side, title in (("input", "enters the norm"), ("output", "leaves it")):
        panels = []
        for style, one in zip(STYLES, m.shown, strict=True):
            low, middle, high = one.values[f"probe_{side}_percentiles"][m.seed].T
            panels.append([Band(style, one.steps.astype(float), low, middle, high)])
        rows.append((title, panels))
    return over_time(rows, [label.replace(", ", ",<br>") for label in LABELS], height=400)


def drift_chart(m: Inside) -> Drawn:
    """Draw the drift per record at the norm's input and output, of every arm."""
    panels = [_over_seeds(m, f"{side}_drift", None) for side in ("input", "output")]
    return over_time(
        [("drift per record, in spreads", panels)], ["Enters the norm", "Leaves it"], log=True, legend=True, height=380
    )


def cosine_chart(m: Inside) -> Drawn:
    """Draw the cosine of the layers from the second, of every arm."""
    e = m.crossed.base
    layers = range(1, e.depth + 1)
    names = [e.layer_name(layer + 1).capitalize() for layer in layers]
    return over_time(
        [("cosine of G and G′", [_over_seeds(m, "ics_cosine", layer) for layer in layers])],
        names,
        legend=True,
        height=380,
    )


def _over_seeds(m: Inside, measure: str, layer: int | None) -> list[Band]:
    found = []
    for style, one in zip(STYLES, m.shown, strict=True):
        values = one.values[measure] if layer is None else one.values[measure][:, :, layer]
        there = np.isfinite(values).any(axis=0)
        if not there.any():
            continue
        kept = values[:, there]
        middle, low, high = np.nanmedian(kept, axis=0), np.nanmin(kept, axis=0), np.nanmax(kept, axis=0)
        found.append(Band(style, one.steps[there].astype(float), low, middle, high))
    return found
