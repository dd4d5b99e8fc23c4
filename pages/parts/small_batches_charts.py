"""What a run over methods and batch sizes measured, as panels of a figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from normlib.figures.batch_sizes import SizeLine, SizePanel
from normlib.figures.look import METHODS
from normlib.training.presets import WU_HE
from pages.parts.small_batches import Grid, interval

Floats = NDArray[np.float64]


def _line(name: str, sizes: Sequence[int], values: Floats) -> SizeLine:
    found = [interval(row) for row in values]
    nothing = float("nan")
    return SizeLine(
        METHODS[name],
        sizes,
        values.mean(axis=1),
        np.array([one.low if one else nothing for one in found]),
        np.array([one.high if one else nothing for one in found]),
    )


def error_panel(g: Grid) -> SizePanel:
    """Test error of every method."""
    return SizePanel("", [_line(name, g.sizes, g.of(name)) for name in g.methods], "rows per batch")


def gap_panel(g: Grid) -> SizePanel:
    """Training mode against inference mode."""
    return SizePanel("", [_line("batch", g.sizes, g.gaps)], "rows per batch")


def published_panels(g: Grid) -> list[SizePanel]:
    """Their numbers, and ours of the same methods."""
    nothing = np.full(len(WU_HE.batches), np.nan)
    theirs = [
        SizeLine(METHODS[name], WU_HE.batches, np.array(errors), nothing, nothing)
        for name, errors in WU_HE.errors.items()
    ]
    ours = [_line(name, g.sizes, g.of(name)) for name in WU_HE.errors]
    return [
        SizePanel("Wu and He 2018: ResNet-50, ImageNet", theirs, "images per worker"),
        SizePanel(f"Here: {g.crossed.base.depth} layers, digits", ours, "rows per batch"),
    ]
