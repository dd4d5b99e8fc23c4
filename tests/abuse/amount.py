"""How much is tried: a share by default, all of it on demand, the same cases on every machine.

NORMLAB_ABUSE=full tries everything, NORMLAB_ABUSE_SEED=7 tries other cases than seed 0 does.
"""

from __future__ import annotations

import os
from random import Random
from typing import Final

import pytest

FULL: Final = os.environ.get("NORMLAB_ABUSE", "") == "full"
SEED: Final = int(os.environ.get("NORMLAB_ABUSE_SEED", "0") or 0)


def numbers(few: int, full: int) -> pytest.MarkDecorator:
    """Return the parameter `number` of a test: which case it tries, the first few or all of them."""
    return pytest.mark.parametrize("number", range(full if FULL else few))


def drawn(kind: str, number: int) -> Random:
    """Return the source of everything that is random in one case; it depends on no other case."""
    return Random(f"{SEED}/{kind}/{number}")  # noqa: S311  cases need no secrecy


def again(test: str) -> str:
    """Return the command that tries one case again."""
    settings = (["NORMLAB_ABUSE=full"] if FULL else []) + ([f"NORMLAB_ABUSE_SEED={SEED}"] if SEED else [])
    return " ".join([*settings, ".venv/bin/python -m pytest", f"'{test}'"])
