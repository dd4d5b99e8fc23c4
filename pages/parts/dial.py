"""A page's main figure with its dial: the range under it, and the control that follows the range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from normlib.components.chart import Frames, chart
from normlib.figures.drawn import Drawn
from normlib.figures.look import DARK
from pages.parts.controls import Panel


@dataclass(frozen=True)
class Dial:
    """The range under a figure.

    Attributes:
        control: name of the control that it moves.
        label: name of the range.
        values: its positions.
        at: the present position, an index.
        unit: shown after a value.
        format: how a value reads, as in Python's `format`.
    """

    control: str
    label: str
    values: Sequence[float]
    at: int
    unit: str = ""
    format: str = ".0f"


def dial_chart(
    panel: Panel,
    drawn: Drawn,
    dial: Dial,
    *,
    titles: Sequence[str],
    sentences: Sequence[str] | str,
    alt: str,
    file_name: str,
    height: int | None = None,
    narrow: Mapping[str, Any] | None = None,
    key: str = "chart",
) -> None:
    """Draw the figure of a page, which moves in the browser while its dial is turned.

    Args:
        panel: the page's controls.
        drawn: the figure at the dial's position, and what changes.
        dial: the range.
        titles: what to see, at every position.
        sentences: the answer at every position, or one for all.
        alt: what the figure shows, for those who do not see it.
        file_name: of the downloaded picture.
        height: in pixels; the figure's own when left out.
        narrow: changes of the layout in a narrow window; the figure's own when left out.
        key: of the chart, after the page's prefix.
    """
    name, whole = dial.control, isinstance(sentences, str)
    chart(
        drawn.figure,
        key=f"{panel.controls.prefix}_{key}",
        title=titles[dial.at],
        sentence=sentences if whole else sentences[dial.at],
        alt=alt,
        # What cannot be moved takes no room in a lesson.
        frames=None
        if panel.hidden(name)
        else Frames(
            dial.label,
            dial.unit,
            dial.values,
            float(dial.values[dial.at]),
            drawn.moving,
            drawn.notes,
            titles=titles,
            sentences=() if whole else sentences,
            format=dial.format,
            locked=panel.locked(name),
        ),
        height=height or drawn.height or 420,
        narrow=narrow or drawn.narrow,
        dark=DARK,
        file_name=file_name,
        on_release=lambda value: panel.set(name, value),
    )
