"""The form of a program: a docstring, imports, and sections that begin with "# %%", as editors split cells."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Final, NamedTuple

_WIDTH: Final = 84
_MARK: Final = "# %% "


class Section(NamedTuple):
    """A section: its title, sentences on what it is for, and lines of code."""

    title: str
    why: str
    code: str


def comment(text: str, indent: int = 0) -> str:
    """Return sentences as comment lines.

    >>> print(comment("One. Two.", indent=4))
        # One. Two.
    """
    margin = " " * indent
    return "\n".join(textwrap.wrap(text, _WIDTH, initial_indent=f"{margin}# ", subsequent_indent=f"{margin}# "))


def indented(code: str) -> str:
    """Return lines of code one level further in."""
    return textwrap.indent(code, "    ")


def written(title: str, imports: Sequence[str], sections: Sequence[Section]) -> str:
    """Return a program.

    Args:
        title: what it does, in a sentence.
        imports: lines, sorted here: plain imports first.
        sections: in their order.
    """
    plain = sorted((line for line in set(imports) if line.startswith("import ")), key=_module)
    named = sorted(line for line in set(imports) if line.startswith("from "))
    parts = [f'"""{title}"""\n\n' + "\n".join([*plain, *named])]
    for section in sections:
        after_function = parts[-1].splitlines()[-1].startswith(" ")
        why = f"{comment(section.why)}\n" if section.why else ""
        parts.append(("\n" if after_function else "") + f"{_MARK}{section.title}\n{why}{section.code.strip()}")
    return "\n\n".join(parts) + "\n"


def split(program: str) -> tuple[str, list[Section]]:
    """Return the part of a program before its first section, and its sections.

    >>> head, (only,) = split('"A program."' + chr(10) + "# %% Sum" + chr(10) + "# It adds." + chr(10) + "print(1 + 1)")
    >>> only
    Section(title='Sum', why='It adds.', code='print(1 + 1)')
    """
    head, *rest = re.split(rf"^{re.escape(_MARK)}", program, flags=re.MULTILINE)
    sections = []
    for text in rest:
        title, *lines = text.strip("\n").split("\n")
        why = []
        while lines and lines[0].startswith("# "):
            why.append(lines.pop(0).removeprefix("# "))
        sections.append(Section(title.strip(), " ".join(why), "\n".join(lines)))
    return head.strip("\n"), sections


def _module(line: str) -> str:
    return line.split()[1]
