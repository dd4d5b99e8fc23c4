"""What the steps of a lesson are kept by: names that stay when a step is put in before them or taken out."""

from __future__ import annotations

import re
from typing import Final

from normlib.course.blocks import Lesson
from normlib.course.folding import fold

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 100
_NAMELESS: Final = "step"


def step_names(lesson: Lesson) -> tuple[str, ...]:
    """Return the name of each step, unique in its lesson: the words of its heading, as a link to it would have them.

    The first step has the lesson's own name, which stays when the lesson gets another title. A heading that says the
    same as an earlier one gets a number behind it.

    >>> from normlib.course.reader import read_lesson
    >>> text = "# Scale\\n\\n## Divide by $n$?\\nSo.\\n\\n## Größe\\nB.\\n\\n## Divide: by N\\nC."
    >>> step_names(read_lesson(text, "02-why.md"))
    ('why', 'divide-by-n', 'grosse', 'divide-by-n-2')
    """
    names: dict[str, None] = {}
    for at, step in enumerate(lesson.steps):
        words = "-".join(_WORD.findall(fold(step.title))) if at else lesson.slug
        name = wanted = words[:_LONGEST].strip("-") or _NAMELESS
        again = 1
        while name in names:
            again += 1
            name = f"{wanted}-{again}"
        names[name] = None
    return tuple(names)
