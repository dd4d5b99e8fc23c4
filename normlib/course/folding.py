"""Words as a search compares them: without accents, case and endings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDINGS: Final = ("izations", "ization", "izing", "ized", "izes", "izer", "ize", "ings", "ing", "ies", "es", "ed", "s")
_SHORTEST: Final = 4
"""Letters that are left of a word when it loses its ending."""


def fold(text: str) -> str:
    """Return a text without accents and capital letters.

    >>> fold("Schäfer’s NAÏVE ﬁt")
    'schafer’s naive fit'
    """
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in split if not unicodedata.combining(one))


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a text, folded, with the place where it begins and ends.

    >>> list(words("Scale: wine, min-max"))
    [('scale', 0, 5), ('wine', 7, 11), ('min', 13, 16), ('max', 17, 20)]
    """
    for found in _WORD.finditer(text):
        yield fold(found[0]), found.start(), found.end()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a folded word without its ending, in American spelling.

    >>> sorted({stem(one) for one in ("standardize", "standardised", "standardization", "standardizing")})
    ['standard']
    >>> stem("batches"), stem("losses"), stem("variances"), stem("bias"), stem("axes")
    ('batch', 'loss', 'varianc', 'bias', 'axes')
    """
    word = re.sub(r"(?<=..)is(?=(e|es|ed|er|ing|ation|ations)$)", "iz", word.removesuffix("’s").removesuffix("'s"))
    for ending in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= _SHORTEST:
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e") if len(word) > _SHORTEST else word
