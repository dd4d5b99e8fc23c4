"""What every figure with a dial gives back: how it looks now, and what changes with the dial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from normlib.figures.look import Figure


@dataclass(frozen=True, eq=False)
class Drawn:
    """A figure at one position of its dial, and what changes from position to position.

    Attributes:
        figure: at the present position.
        moving: (trace, attribute path such as "y") -> array (F, n), a row for each of the F positions.
        narrow: changes of the layout in a narrow window.
        notes: path in the layout, such as "annotations[0].text" -> an entry for each position.
        height: of the figure in pixels, where its contents decide it.
    """

    figure: Figure
    moving: Mapping[tuple[int, str], NDArray[Any]]
    narrow: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Sequence[object]] = field(default_factory=dict)
    height: int | None = None
