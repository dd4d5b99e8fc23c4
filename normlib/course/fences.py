"""Code blocks between ``` or ~~~ lines, which keep what stands in them as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_OPEN: Final = re.compile(r" *(`{3,}|~{3,})([^`]*)\Z")
_CLOSE: Final = re.compile(r" *(`{3,}|~{3,}) *\Z")


class Fences:
    """Follow code blocks line by line.

    >>> fences = Fences(["text", "```python", ":::", "```"])
    >>> fences.opens(0, "text"), fences.opens(1, "```python"), fences.inside
    (False, True, True)
    >>> fences.goes_on(":::"), fences.goes_on("```"), fences.inside
    (True, False, False)
    """

    def __init__(self, texts: Sequence[str]) -> None:
        # The longest closing line from each line on: whether a block is ever closed is known when it opens.
        self._longest = {mark: [0] * (len(texts) + 1) for mark in "`~"}
        for at in range(len(texts) - 1, -1, -1):
            closing = _CLOSE.match(texts[at])
            for mark, longest in self._longest.items():
                here = len(closing[1]) if closing and closing[1][0] == mark else 0
                longest[at] = max(longest[at + 1], here)
        self._mark = ""
        self.began = 0
        self.fault = ""

    @property
    def inside(self) -> bool:
        """Whether the line belongs to a code block that began before."""
        return bool(self._mark)

    def opens(self, at: int, text: str) -> bool:
        """Take a line outside of code blocks; return whether it opens one, or would if one closed it."""
        opening = _OPEN.match(text)
        self.fault = ""
        if opening is None:
            return False
        if self._longest[opening[1][0]][at + 1] < len(opening[1]):
            self.fault = f"The code block is never closed. Write {opening[1][:10]} on a line of its own after it."
        else:
            self._mark, self.began = opening[1], at
        return True

    def goes_on(self, text: str) -> bool:
        """Take a line inside; return whether the block goes on after it."""
        closing = _CLOSE.match(text)
        if closing and closing[1][0] == self._mark[0] and len(closing[1]) >= len(self._mark):
            self._mark = ""
        return self.inside
