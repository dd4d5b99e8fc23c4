"""The id by which a browser finds its progress again: random, and nothing else."""

from __future__ import annotations

import re
from hashlib import sha256
from secrets import token_hex
from typing import Final, TypeGuard

COOKIE: Final = "normlab_learner"
DAYS: Final = 400
"""How long a browser keeps the id; none keeps a cookie for longer. Afterwards nobody can ask for the progress."""
_ID: Final = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """Return a new id: 128 random bits as 32 hexadecimal digits."""
    return token_hex(16)


def is_id(text: object) -> TypeGuard[str]:
    """Say whether something, such as the value of a cookie, can be an id.

    >>> is_id("0123456789abcdef0123456789abcdef"), is_id("ada"), is_id(None)
    (True, False, False)
    """
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def key_of(learner: str) -> str:
    """Return what the database knows an id by: its SHA-256, from which nobody finds the id.

    Raises: ValueError when the text is no id.

    >>> key_of("0123456789abcdef0123456789abcdef")[:16]
    '3eb1bd439947eb76'
    """
    if not is_id(learner):
        raise ValueError(f"An id has 32 hexadecimal digits, and this text of {len(learner)} characters is none.")
    return sha256(learner.encode("ascii")).hexdigest()
