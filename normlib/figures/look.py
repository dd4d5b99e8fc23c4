"""The one look: a colour, dash and marker per method, the template, and the twins for the dark theme.

Colours follow Okabe and Ito, so that they can be told apart with any colour vision; dash and marker
repeat the difference without colour. Text, grid and background are not set here: the chart takes them
from the page's theme when it draws, so that one figure serves the light and the dark theme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Figure = dict[str, Any]
"""A Plotly figure as plain data: `{"data": [traces], "layout": {...}}`.

Plotly's own `go.Figure` checks every attribute when it is built, 10 ms for a figure of ours; the tests
pass every figure through that check instead, so the pages need not.
"""


@dataclass(frozen=True)
class Style:
    """How one method is drawn everywhere."""

    name: str
    color: str
    dash: str
    symbol: str


GREY: Final = "#6B7280"
SKY: Final = "#56B4E9"
BLUE: Final = "#0072B2"
GREEN: Final = "#009E73"
ORANGE: Final = "#E69F00"
VERMILION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
ACCENT: Final = "#4F46A5"  # the page's accent: marks what the learner moves, never a method

# Pictures are grey in both themes, so that the colours of methods can be drawn on them.
DARKEST: Final = "#1B1F24"
LIGHTEST: Final = "#F4F5F7"

METHODS: Final = {
    "none": Style("None", GREY, "dot", "circle-open"),
    "batch": Style("Batch", BLUE, "solid", "circle"),
    "layer": Style("Layer", VERMILION, "dash", "square"),
    "instance": Style("Instance", GREEN, "dashdot", "diamond"),
    "group": Style("Group", PURPLE, "longdash", "triangle-up"),
    "rms": Style("RMS", ORANGE, "longdashdot", "cross"),
}

# Batch normalization is standardization over the batch, hence the shared blue.
SCALERS: Final = {
    "none": Style("No scaling", GREY, "dot", "circle-open"),
    "min-max": Style("Min-max", SKY, "dash", "triangle-up"),
    "standard": Style("Standardization", BLUE, "solid", "circle"),
    "robust": Style("Robust", GREEN, "dashdot", "diamond"),
    "max-abs": Style("Max-abs", ORANGE, "longdash", "square"),
}

# Lighter twins where a colour falls under 3:1 against the dark background.
DARK: Final = {
    GREY: "#9CA3AF",
    SKY: "#7CC4F0",
    BLUE: "#4DA3DB",
    GREEN: "#2FC298",
    ORANGE: "#F0B429",
    VERMILION: "#F08A4B",
    PURPLE: "#DE9BC0",
    ACCENT: "#B3ABF7",
}

# A legend in one line above the right end of a figure; a click on it does nothing.
LEGEND_ABOVE: Final = {
    "orientation": "h",
    "x": 1,
    "xanchor": "right",
    "y": 1,
    "yanchor": "bottom",
    "itemclick": False,
    "itemdoubleclick": False,
}

_LAYOUT: Final = {
    "margin": {"l": 56, "r": 16, "t": 16, "b": 44},
    "showlegend": False,
    "hovermode": "closest",
}
_AXIS: Final = {"zeroline": False, "ticks": "", "fixedrange": True}


def figure(traces: list[dict[str, Any]], **layout: Any) -> Figure:
    """Return a figure in the common look; `layout` adds to it or overrides it.

    Axes are drawn without zero line and cannot be zoomed unless they say otherwise.

    >>> figure([], xaxis={"range": [0, 1]})["layout"]["xaxis"]["zeroline"]
    False
    """
    for name, value in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            layout[name] = {**_AXIS, **value}
    return {"data": traces, "layout": {**_LAYOUT, **layout}}


def panel_heading(text: str, number: str) -> dict[str, Any]:
    """Return the heading above the left end of a panel; `number` is that of its axes, empty for the first.

    >>> panel_heading("Tanh", "2")["xref"]
    'x2 domain'
    """
    return {
        "text": f"<b>{text}</b>",
        "x": 0,
        "xref": f"x{number} domain",
        "xanchor": "left",
        "y": 1,
        "yref": f"y{number} domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13},
    }


def tint(color: str, alpha: float) -> str:
    """Return a colour that lets what is behind it through.

    >>> tint("#0072B2", 0.5)
    'rgba(0, 114, 178, 0.5)'
    """
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"
