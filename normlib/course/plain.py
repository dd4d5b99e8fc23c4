"""Short texts that stand in menus and headings: Markdown without numbers and terms."""

from __future__ import annotations

import re
from typing import Final

from normlib.course.inline import read_inline
from normlib.course.lines import Line
from normlib.course.safety import check_markdown

_MARKS: Final = re.compile(r"[<>\[\]!`$|#*_~\\]+")


def plain_faults(text: str) -> list[str]:
    """Return what a title, a summary or a name must not hold.

    >>> plain_faults("Why $\\\\epsilon$ matters")
    []
    >>> print(plain_faults("{value}`f(a=1)`")[0])
    “{value}” cannot stand here, where only text is shown. Write it in the text below.
    """
    faults: list[str] = []
    inline = read_inline([Line(1, text)], lambda _, message: faults.append(message))
    check_markdown("".join(inline.plain), 1, lambda _, message: faults.append(message))
    if any(not isinstance(piece, str) for piece in inline.pieces):
        role = "value" if "{value}`" in text else "term"
        faults.append(f"“{{{role}}}” cannot stand here, where only text is shown. Write it in the text below.")
    return faults


def without_marks(text: str) -> str:
    """Return text that no Markdown can be in.

    >>> without_marks("a <b>bold</b> ![x](https://y.org)")
    'a b bold /b x (https: //y.org)'
    """
    return " ".join(_MARKS.sub(" ", text).replace(":", ": ").split())
