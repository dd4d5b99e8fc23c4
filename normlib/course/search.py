"""Search over passages: every word counts, endings and small slips do not, the rarest word counts most."""

from __future__ import annotations

import difflib
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from normlib.course.folding import stem, words
from normlib.course.passages import Passage

LONGEST_QUERY: Final = 100
"""Characters of a query that are read."""
MOST_WORDS: Final = 8
_TITLE: Final = 4.0
"""How many mentions in the text one in the title is worth."""
_NAME: Final = 1.0
"""The same of another name: it is rarely what is looked for, unless it is all that is looked for."""
_PREFIX: Final = 0.6
_SLIP: Final = 0.4
_PHRASE: Final = 1.5
_WHOLE_TITLE: Final = 3.0
_WHOLE_TERM: Final = 6.0
"""Whoever types a term wants to know first what it means."""
_EVERYWHERE: Final = (
    "a an and are at be by can do does for how i in is it me my of on or so that the this to was what when where which"
    " who why with you your"
)
_SKIPPED: Final = frozenset(_EVERYWHERE.split())
"""Words that everything has, unless nothing else is asked."""


@dataclass(frozen=True)
class Hit:
    """A passage that was found.

    Attributes:
        passage: what was found.
        score: how well it fits; comparable within one search only.
        stems: the words of the passage that were meant, without endings.
    """

    passage: Passage
    score: float
    stems: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What a search gave.

    Attributes:
        query: as it was read.
        hits: the best first.
        total: how many passages fit, shown or not.
        unknown: words of the query that nothing holds.
        nearest: words close to those, to try instead.
    """

    query: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    unknown: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()


class Index:
    """Passages, ready to be searched.

    >>> index = Index([Passage("term", "epsilon", "epsilon", "A small number added to the variance.")])
    >>> [hit.passage.title for hit in index.find("Variences").hits]
    ['epsilon']
    >>> index.find("momentum").hits, index.find("epsilom").hits[0].passage.slug
    ((), 'epsilon')
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Read the passages.

        Args:
            passages: what can be found.
        """
        self._passages = tuple(passages)
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        self._surfaces: dict[str, str] = {}
        self._orders = tuple(self._read(at, passage) for at, passage in enumerate(self._passages))
        self._titles = tuple(
            frozenset(_asked(name) for name in (passage.title, *passage.names)) for passage in self._passages
        )
        self._vocabulary = sorted(self._weights)
        self._letters = {word: frozenset(word) for word in self._surfaces}

    def _read(self, at: int, passage: Passage) -> str:
        mentions: dict[str, float] = defaultdict(float)
        for word in _stems(passage.text) + _stems(passage.context):
            mentions[word] += 1.0
        for name, worth in ((passage.title, _TITLE), *((name, _NAME) for name in passage.names)):
            for word in _stems(name):
                mentions[word] += worth
        for text in (passage.text, passage.context, passage.title, *passage.names):
            self._surfaces.update((word, stem(word)) for word, _, _ in words(text))
        for word, many in mentions.items():
            # The tenth mention says little that the third did not.
            self._weights[word][at] = many / (many + 2.0)
        return " ".join(["", *_stems(f"{passage.title} {passage.text}"), ""])

    def find(self, query: str, most: int = 20) -> Found:
        """Search.

        Args:
            query: what was typed; of a long one, the beginning is read.
            most: how many hits are wanted.

        Returns: the hits, or the nearest words when there are none.
        """
        typed = _typed(query)
        if not typed:
            return Found(query.strip()[:LONGEST_QUERY])
        meant = [self._meant(word) for word in typed]
        asked = tuple(stem(word) for word in typed)
        scores: dict[int, float] = defaultdict(float)
        reached: Counter[int] = Counter()
        for forms in meant:
            best: dict[int, float] = {}
            for form, quality in forms.items():
                holders = self._weights[form]
                rarity = math.log(1.0 + len(self._passages) / len(holders))
                for at, weight in holders.items():
                    best[at] = max(best.get(at, 0.0), quality * rarity * weight)
            for at, score in best.items():
                scores[at] += score
                reached[at] += 1
        phrase = " ".join(["", *asked, ""])
        ranked = sorted(
            ((at, self._judged(at, score, reached[at], phrase, meant)) for at, score in scores.items()),
            key=lambda pair: (-pair[1], pair[0]),
        )
        known = frozenset(form for forms in meant for form in forms)
        hits = tuple(Hit(self._passages[at], score, known) for at, score in ranked[:most])
        unknown = [word for word, forms in zip(typed, meant, strict=True) if not forms]
        return Found(
            " ".join(query.split())[:LONGEST_QUERY], hits, len(ranked), tuple(unknown), tuple(self._nearest(unknown))
        )

    def _judged(self, at: int, score: float, reached: int, phrase: str, meant: Sequence[Mapping[str, float]]) -> float:
        # Who misses one of two words is far behind whoever has both.
        score *= (reached / len(meant)) ** 3
        if len(meant) > 1 and phrase in self._orders[at]:
            score *= _PHRASE
        if any(
            len(title) == len(meant) and all(word in forms for word, forms in zip(title, meant, strict=True))
            for title in self._titles[at]
        ):
            score *= _WHOLE_TERM if self._passages[at].kind == "term" else _WHOLE_TITLE
        return score

    def _meant(self, typed: str) -> Mapping[str, float]:
        """Return the words of the passages, without endings, that a typed word can mean, and how surely."""
        word = stem(typed)
        forms = {word: 1.0} if word in self._weights else {}
        if len(word) > 1:
            forms.update({form: _PREFIX * len(word) / len(form) for form in self._beginning(word) if form not in forms})
        if forms or len(typed) < 4:
            return forms
        allowed = 1 if len(typed) < 8 else 2
        letters = frozenset(typed)
        for surface, form in self._surfaces.items():
            if abs(len(surface) - len(typed)) > allowed or len(self._letters[surface] ^ letters) > 2 * allowed:
                continue
            slips = _slips(typed, surface, allowed)
            if slips <= allowed:
                forms[form] = max(forms.get(form, 0.0), _SLIP / max(slips, 1))
        return forms

    def _beginning(self, start: str) -> Iterator[str]:
        for at in range(bisect_left(self._vocabulary, start), len(self._vocabulary)):
            if not self._vocabulary[at].startswith(start):
                return
            yield self._vocabulary[at]

    def _nearest(self, unknown: Sequence[str]) -> Iterator[str]:
        for word in unknown:
            yield from difflib.get_close_matches(word, self._surfaces, 1, 0.6)


def _typed(query: str) -> tuple[str, ...]:
    """Return the words of a query that count, folded."""
    every = list(dict.fromkeys(word for word, _, _ in words(query[:LONGEST_QUERY])))
    return tuple([word for word in every if word not in _SKIPPED] or every)[:MOST_WORDS]


def _asked(name: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in _typed(name))


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word, _, _ in words(text))


@lru_cache(maxsize=4096)
def _slips(one: str, other: str, most: int) -> int:
    """Count letters added, left out, changed or swapped between two words; beyond `most` it stops counting.

    >>> _slips("variecne", "varienc", 2), _slips("epsilom", "epsilon", 1), _slips("mean", "variance", 2)
    (2, 1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
