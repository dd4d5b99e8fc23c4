"""What a formula may hold: mathematics, and nothing that reaches out of it."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 2_000
_COMMAND: Final = re.compile(
    r"\\(?:href|url|includegraphics|html[A-Z][a-zA-Z]*|g?def|[ex]def|(?:re)?newcommand|providecommand|let|futurelet"
    r"|rule|kern|hskip|mskip|mkern|hspace|vspace|raisebox|char)(?![a-zA-Z])"
)
_TAG: Final = re.compile(r"<[A-Za-z/!?]")


def formula_fault(formula: str) -> str | None:
    r"""Say what a formula cannot hold, or return None.

    >>> formula_fault(r"\frac{x - \mu}{\sigma}")
    >>> print(formula_fault(r"\href{https://x.org}{x}"))
    A formula cannot hold “\href”. Use mathematics only, and Markdown for links.
    """
    fault: str | None = None
    command, tag = _COMMAND.search(formula), _TAG.search(formula)
    if len(formula) > LONGEST:
        fault = f"This formula has {len(formula):,} characters; at most {LONGEST:,} are read. Is its closing $ missing?"
    elif not formula.strip():
        fault = "This formula is empty. Write it between the $ signs, or \\$ for a dollar."
    elif command:
        fault = f"A formula cannot hold “{command[0]}”. Use mathematics only, and Markdown for links."
    elif "{value}`" in formula or "{term}`" in formula:
        fault = "A role cannot stand inside a formula. Close the formula before it."
    elif tag:
        fault = f"“{tag[0]}” in a formula could begin a tag. Write \\lt instead of <, or a space after it."
    elif "](" in formula:
        fault = "“](” in a formula could be a link. Write a space between the brackets."
    return fault
