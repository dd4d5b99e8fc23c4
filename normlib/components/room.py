"""The room of a figure before its script has come: what stands below does not jump, and a word says what is missing.

`chart.css` frees the height once there is a figure, and shows the word only to those who wait.
"""

from __future__ import annotations

from math import ceil
from typing import Final

ROOM: Final = '<p class="nl-room" style="opacity: 0">Loading the figure</p>'
# In pixels, and in characters of a line beside the controls of a wide screen.
_TITLE, _TITLE_LINE = 26, 80
_SENTENCE, _SENTENCE_LINE, _BUTTONS = 24, 84, 28
_GAPS, _RANGE = 16, 44


def height_of(figure: int, title: str, sentence: str, *, ranges: int = 0) -> int:
    """Return about how high a chart becomes on a wide screen, in pixels.

    Args:
        figure: height of the figure alone.
        title: the longest one.
        sentence: below the figure.
        ranges: how many stand below the figure.

    >>> height_of(420, "A title", "A sentence."), height_of(420, "A title", "A sentence. " * 10, ranges=1)
    (490, 554)
    """
    above = _TITLE * max(1, ceil(len(title) / _TITLE_LINE))
    below = max(_BUTTONS, _SENTENCE * ceil(len(sentence) / _SENTENCE_LINE))
    return figure + above + below + _GAPS + ranges * _RANGE
