"""What the view of a run is told of its arms, its curves and its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RunArm:
    """How one arm of a comparison looks.

    Args:
        name: stands at the end of its curve.
        color: in the light theme.
        dash: of its line, as Plotly names them.
        symbol: of its marks, as Plotly names them.
        norms: whether each layer has a norm; a single truth for all of them.
        idle: what a unit is called that lets nothing through: "dead", "saturated", or "" where there are none.
        of: which arm of the run this line shows, counted from 0; None for the one in its own place.
        values: what it shows instead of a measure, both by name: another measure of the same arm.
    """

    name: str
    color: str
    dash: str = "solid"
    symbol: str = "circle"
    norms: bool | tuple[bool, ...] = True
    idle: str = "dead"
    of: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """What the curves show.

    Args:
        name: one of `normlib.training.measures` that is one number per network, or "gradient" for all layers together.
        label: title of the axis.
        percent: whether it is a share, drawn from 0 to 100 %.
        log: whether the axis is logarithmic.
    """

    name: str
    label: str
    percent: bool = False
    log: bool = False


LOSS: Final = Measure("loss_mean", "Training loss")
ACCURACY: Final = Measure("test_accuracy", "Test accuracy", percent=True)


@dataclass(frozen=True, eq=False)
class Toy:
    """Points in the plane that the networks learn to tell apart.

    Args:
        x: (N, 2) the training points, in the units that the networks get.
        y: (N,) their classes, 0 and 1.
        extent: left, right, bottom and top end of the grid of probabilities.
        colors: of the two classes, in the light theme.
    Raises: ValueError when the shapes do not fit.
    """

    x: NDArray[np.floating]
    y: NDArray[np.integer]
    extent: tuple[float, float, float, float]
    colors: tuple[str, str] = ("#56B4E9", "#E69F00")

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or self.x.shape[1] != 2 or self.y.shape != self.x.shape[:1]:
            raise ValueError(
                f"x has the shape {self.x.shape} and y {self.y.shape}: points in the plane are (N, 2) with (N,) "
                "classes."
            )
        left, right, bottom, top = self.extent
        if not (left < right and bottom < top):
            raise ValueError(f"extent={self.extent} has no area: give left, right, bottom and top, rising.")
