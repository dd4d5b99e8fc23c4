"""A program as a notebook: a cell for the head, then a cell of words and one of code for each section.

The form is nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

from __future__ import annotations

import ast
import json
from itertools import count
from typing import Any

from normlib.training.programs.sections import split


def notebook(program: str) -> str:
    """Return a program as the JSON of a notebook.

    Args:
        program: as `recipe` or `exact` writes it.

    >>> import json
    >>> cells = json.loads(notebook('\"""Sums.\"""' + chr(10) + "# %% Sum" + chr(10) + "print(1 + 1)"))["cells"]
    >>> [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    [('markdown', '# Sums'), ('markdown', '## Sum'), ('code', 'print(1 + 1)')]
    """
    head, sections = split(program)
    title = (ast.get_docstring(ast.parse(head)) or "Program").removesuffix(".")
    imports = "\n".join(head.split('"""', 2)[-1].strip("\n").splitlines())
    numbers = count(1)
    cells = [_words(next(numbers), f"# {title}")]
    if imports:
        cells.append(_code(next(numbers), imports))
    for section in sections:
        why = f"\n\n{section.why}" if section.why else ""
        cells += [_words(next(numbers), f"## {section.title}{why}"), _code(next(numbers), section.code)]
    return json.dumps(
        {
            "cells": cells,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )


def _words(number: int, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(number: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{number}",
        "metadata": {},
        "outputs": [],
        "source": text.strip("\n").splitlines(keepends=True),
    }
