"""What a formula may hold: mathematics, and nothing that reaches out of it."""

from __future__ import annotations

import re
from typing import Final

from normlib.course.report import short

LONGEST: Final = 2_000
_COMMAND: Final = re.compile(
    r"\\(?:href|url|includegraphics|html[A-Z][a-zA-Z]*|g?def|[ex]def|(?:re)?newcommand|providecommand|let|futurelet"
    r"|rule|kern|hskip|mskip|mkern|hspace|vspace|raisebox|char)(?![a-zA-Z])"
)
_BRACE: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_TAG: Final = re.compile(r"<[A-Za-z/!?]")


def formula_fault(formula: str) -> str | None:
    r"""Say what a formula cannot hold, or return None.

    >>> formula_fault(r"\frac{x - \mu}{\sigma}")
    >>> print(formula_fault(r"\href{https://x.org}{x}"))
    A formula cannot hold “\href”. Use mathematics only, and Markdown for links.
    >>> print(formula_fault(r"1/\sqrt{B"))
    A { in “1/\sqrt{B” is never closed. Write } where it ends.
    """
    fault: str | None = None
    command, tag = _COMMAND.search(formula), _TAG.search(formula)
    if len(formula) > LONGEST:
        fault = f"This formula has {len(formula):,} characters; at most {LONGEST:,} are read. Is its closing $ missing?"
    elif not formula.strip():
        fault = "This formula is empty. Write it between the $ signs, or \\$ for a dollar."
    elif command:
        fault = f"A formula cannot hold “{command[0]}”. Use mathematics only, and Markdown for links."
    elif brace := _brace_fault(formula):
        fault = brace
    elif "{value}`" in formula or "{term}`" in formula:
        fault = "A role cannot stand inside a formula. Close the formula before it."
    elif tag:
        fault = f"“{tag[0]}” in a formula could begin a tag. Write \\lt instead of <, or a space after it."
    elif "](" in formula:
        fault = "“](” in a formula could be a link. Write a space between the brackets."
    return fault


def _brace_fault(formula: str) -> str | None:
    r"""Say which brace has no partner; \{ and \} are signs, not braces."""
    depth = 0
    for brace in _BRACE.findall(formula):
        depth += (brace == "{") - (brace == "}")
        if depth < 0:
            return f"A }} in “{short(formula)}” closes nothing. Delete it, or write {{ where it begins."
    return f"A {{ in “{short(formula)}” is never closed. Write }} where it ends." if depth else None
