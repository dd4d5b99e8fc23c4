"""The piece of a text that shows why it was found."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from normlib.course.folding import stem, words

WIDTH: Final = 180
"""Characters of a snippet, about."""


def snippet(text: str, meant: AbstractSet[str], width: int = WIDTH) -> tuple[tuple[str, bool], ...]:
    """Return the piece of a text with the most of the meant words.

    Args:
        text: plain.
        meant: words without endings, as `Hit.stems` has them.
        width: how long the piece is, about.

    Returns: pieces in order, each with whether it is one of the words.

    >>> snippet("Divide by the variance of the batch.", {"varianc"})
    (('Divide by the ', False), ('variance', True), (' of the batch.', False))
    """
    places = [(begin, end) for word, begin, end in words(text) if stem(word) in meant]
    start, stop = _window(text, places, width)
    pieces: list[tuple[str, bool]] = []
    at = start
    for begin, end in places:
        if begin < start or end > stop:
            continue
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    pieces.append((text[at:stop], False))
    if start:
        pieces.insert(0, ("… ", False))
    if stop < len(text):
        pieces.append((" …", False))
    return tuple(piece for piece in pieces if piece[0])


def _window(text: str, places: list[tuple[int, int]], width: int) -> tuple[int, int]:
    """Return where the piece begins and ends, at borders of words."""
    if len(text) <= width:
        return 0, len(text)
    first = max(
        (begin for begin, _ in places),
        key=lambda begin: (sum(begin <= other < begin + width * 2 // 3 for other, _ in places), -begin),
        default=0,
    )
    start = max(0, min(first - width // 4, len(text) - width))
    if start:
        start = text.find(" ", start, first) + 1 or first
    stop = min(len(text), start + width)
    if stop < len(text):
        stop = max(text.rfind(" ", start, stop), next((end for begin, end in places if begin == first), start))
    return start, stop
