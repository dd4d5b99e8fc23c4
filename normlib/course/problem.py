"""What is wrong with a lesson: where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Problem:
    """One problem in a lesson file.

    Attributes:
        file: name of the file, as it was given to the parser.
        line: counted from 1.
        message: what is wrong, with what stands there, and the remedy.
        severity: an "error" shows in the place of the block; a "warning" leaves the block as it is.

    >>> print(Problem("07-batch.md", 12, "There is no directive “quizz”. Did you mean “quiz”?"))
    07-batch.md:12: There is no directive “quizz”. Did you mean “quiz”?
    """

    file: str
    line: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"
