"""What a model's summary says in numbers."""

from __future__ import annotations

import re


def counted(summary: str) -> tuple[int, int]:
    """Return how many parameters are trained and how many are not, from the text of `model.summary()`.

    Raises: ValueError for a text without these counts.

    >>> counted(" Trainable params: 1,234 (4.82 KB)" + chr(10) + " Non-trainable params: 56 (224.00 B)")
    (1234, 56)
    """
    found = dict(re.findall(r"^\s*(Trainable|Non-trainable) params: ([\d,]+)", summary, re.MULTILINE))
    if len(found) != 2:
        raise ValueError("The summary has no line with trainable and non-trainable params.")
    return int(found["Trainable"].replace(",", "")), int(found["Non-trainable"].replace(",", ""))
