"""What each directive is for, with an example. The examples come from the lesson that others begin with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from normlib.course.template import LESSON

MEANING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "lab": "A laboratory with your settings; what you lock stays. The body says what to try. `:parts: all` adds "
        "the tabs below the figure; `:after: name` waits for the prediction of that name, and leaves out the "
        "laboratory’s own guess.",
        "predict": "A question before the reveal. What was measured is computed, and shown after the answer.",
        "quiz": "A question with feedback for every answer: `single`, `multiple` or `numeric`.",
        "exercise": "Something to do. It holds the hint and the solution.",
        "hint": "Help to open, inside an exercise.",
        "solution": "The answer to open, inside an exercise.",
        "claim": "A statement that others make, the verdict, and the laboratory that tests it.",
        "note": "A box beside the argument.",
        "tip": "Advice for practice.",
        "warning": "What goes wrong easily.",
        "figure": "A picture from the lesson’s folder, with what it shows for those who do not see it.",
        "code": "A program to read and to copy. It is not run.",
        "instructor": "A remark that only the instructor’s view shows.",
        "objectives": "What the reader can do afterwards; without a list, that of the front matter.",
        "keypoints": "What to keep, at the end.",
    }
)
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "{value}`distance_share(data=wine, feature=proline)`": "A number that is computed when the lesson is shown.",
        "{term}`batch size`": "A word of the glossary; its definition can be opened below the text.",
        "{term}`batches <batch size>`": "The same, in another form.",
        "$\\sigma^2$": "A formula in the line. Between `$$`, it has a line of its own.",
        "[the laboratory](page:distances)": "A link to a page, or to a lesson with `lesson:` before its name.",
    }
)


def example(directive: str) -> str:
    """Return an example of a directive, or an empty text for what is none.

    >>> print(example("hint"))
    :::{hint}
    Look at the pixels at the border, which are almost always empty.
    :::
    """
    return _examples().get(directive, "")


@cache
def _examples() -> Mapping[str, str]:
    found: dict[str, str] = {}
    opened: list[tuple[str, list[str]]] = []
    for line in LESSON.splitlines():
        begins = re.match(r":{3,}\{([a-z]+)\}", line)
        if begins:
            opened.append((begins[1], []))
        for _, lines in opened:
            lines.append(line)
        if opened and re.fullmatch(r":{3,}", line):
            name, lines = opened.pop()
            found.setdefault(name, "\n".join(lines))
    return found
