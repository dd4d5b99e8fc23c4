"""CSV files as nobody should save them, made from small tables by damage of many kinds."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from random import Random
from typing import Final, TypeVar

Text = TypeVar("Text", str, bytes)
Rows = list[list[str]]

MARKS: Final = (",", ";", "\t", "|", " ", ", ", "; ", ",\t")
ENDS: Final = ("\n", "\r\n", "\r", "\n\n", "\n\r", "\x85", "\u2028", "\x0c", "\n,\n")
# fmt: off
NUMBERS: Final = (
    "", "NA", "n/a", "NaN", "-nan", "inf", "-Infinity", "1e400", "-1e400", "1e308", "1e-320", "0", "-0", "+5", "−3",
    "1,5", "1.5.2", "1_000", "1,000.5", "1.000,5", "0x1f", "١٢", "１２", "½", "5 %", "$5", "1e", "e5", ".", "-", "--1",
    "1e+", "true", "null", "9" * 310,
)
WORDS: Final = (
    "a", "height", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "<script>alert(1)</script>", "<b>a</b>", "a|b", "a`b`",
    "$x$", ":red[x]", "[x](javascript:alert(1))", "![x](https://example.org/x.png)", "'; DROP TABLE a; --", "\x00",
    "\x1b[31m", "\u202eabc", "\ufeff", "\u200b", "é\u0301", "日本語", "עברית", "👩‍👩‍👧‍👦", "\U0010ffff", "\ufffe",
    "x" * 300, "col\numn", "col\rumn", 'quo"te', "\"", "\\", "column 1", "a (2)",
)
# fmt: on


def table_file(rng: Random) -> bytes:
    """Return the content of a file."""
    kind = rng.random()
    if kind < 0.03:
        return large(rng)
    if kind < 0.1:
        return rng.choice(NO_TABLES)(rng)
    text = written(damaged_rows(rows(rng), rng), rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        text = rng.choice(TEXT_DAMAGE)(text, rng)
    content = encoded(text, rng)
    for _ in range(rng.choice((0, 0, 0, 1, 3))):
        content = rng.choice(BYTE_DAMAGE)(content, rng)
    return content


def rows(rng: Random) -> Rows:
    """Return a good table, or one that is very small, very wide or very long."""
    shape = (rng.choice((0, 1, 2, 3, 4, 8, 20, 60)), rng.choice((1, 1, 2, 3, 5, 12, 199, 201)))
    if rng.random() < 0.03:
        shape = rng.choice(((3, 10_000), (2_000, 2), (1, 10_000)))
    header = [f"c{at}" for at in range(shape[1])]
    digits = rng.choice((0, 1, 3, 12))
    return [header, *([f"{rng.gauss(0, 100):.{digits}f}" for _ in header] for _ in range(shape[0]))]


def damaged_rows(table: Rows, rng: Random) -> Rows:
    """Return a table with other words in its header and its cells, and with rows of other lengths."""
    header = table[0]
    if rng.random() < 0.4:
        header = [rng.choice((*WORDS, *NUMBERS, one)) for one in header]
    if rng.random() < 0.1:
        header = [rng.choice(header)] * len(header)
    share = rng.choice((0, 0, 0.01, 0.05, 0.3, 1))
    body = [[rng.choice((*NUMBERS, *WORDS)) if rng.random() < share else cell for cell in row] for row in table[1:]]
    uneven = rng.choice((0, 0, 0.05, 0.5))
    body = [rng.choice((row[1:], [*row, "9"], [], [""] * 5, row * 2)) if rng.random() < uneven else row for row in body]
    return body if rng.random() < 0.05 else [header, *body]


def written(table: Rows, rng: Random) -> str:
    """Return a table as text, with quotation marks as they should be, and as they should not."""
    mark = rng.choice(MARKS[:3]) if rng.random() < 0.7 else rng.choice(MARKS)
    end = rng.choice((*ENDS, "\n", "\n", "\n"))
    quotes = rng.choice(("right", "right", "never", "always", "open"))
    decimal = rng.random() < 0.2

    def cell(text: str) -> str:
        if decimal:
            text = text.replace(".", ",")
        needs = any(sign in text for sign in (mark, '"', "\n", "\r"))
        if quotes == "always" or (quotes == "right" and needs):
            return '"' + text.replace('"', '""') + '"'
        return f'"{text}' if quotes == "open" and rng.random() < 0.01 else text

    return end.join(mark.join(map(cell, row)) for row in table) + rng.choice(("", end, end * 3))


def encoded(text: str, rng: Random) -> bytes:
    """Return a text in some encoding, mostly the right one."""
    others = ("utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-be", "utf-32", "shift_jis", "utf-7")
    return text.encode(rng.choice((*["utf-8"] * 3, "utf-8-sig", *others)), "replace")


def large(rng: Random) -> bytes:
    """Return a file near the limit of size, or beyond it."""
    return rng.choice(
        (
            lambda: b"a,b\n" + b"1,2\n" * 1_249_999,
            lambda: b"a,b\n" + b"1,2\n" * 99_999,
            lambda: b"a\n" + b"1\n" * 2_499_000,
            lambda: b"a,b\n" * 1_300_000,
            lambda: b'a,b\n"' + b"x" * 4_900_000 + b'",1\n' + b"1,2\n" * 9,
            lambda: b'a,b\n"' + b"1,2\n" * 1_200_000,
            lambda: b"," * 4_900_000,
            lambda: b"\n" * 4_900_000,
            lambda: b'"' * 4_900_000,
            lambda: (b'""' * 20 + b",") * 110_000,
            lambda: b"\0" * 4_900_000,
            lambda: b" " * 4_900_000,
            lambda: ",".join(f"c{at}" for at in range(10_000)).encode() + (b"\n" + b"1," * 9_999 + b"1") * 200,
            lambda: (b"," * 199 + b"\n") * 20_000,
            lambda: b",".join([b"a"] * 200) + (b"\n" + b",".join([b"1.5"] * 200)) * 6_000,
            lambda: b",".join([b"a"] * 200) + (b"\n" + b",".join([b"x"] * 200)) * 12_000,
            lambda: b"a;b\n" + b"1,5;x\n" * 99_999,
            lambda: b"a,b\n" + "٣,日本語\n".encode() * 99_999,
            lambda: b"a,b\n" + (b"9" * 4_000 + b",1\n") * 1_000,
            lambda: rng.randbytes(4_900_000),
        )
    )()


NO_TABLES: Final[tuple[Callable[[Random], bytes], ...]] = (
    lambda rng: b"",
    lambda rng: b"\xef\xbb\xbf",
    lambda rng: rng.choice((b"\n", b" ", b"\0", b",", b'"', b"\xff\xfe", b"a", b"1", b",\n,\n,\n,", b'""\n""\n""\n""')),
    lambda rng: rng.randbytes(rng.randrange(1, 5_000)),
    lambda rng: gzip.compress(b"a,b\n1,2\n3,4\n5,6\n", mtime=0),
    lambda rng: b"PK\x03\x04" + rng.randbytes(500),
    lambda rng: b"\x89PNG\r\n\x1a\n" + rng.randbytes(500),
    lambda rng: b"%PDF-1.7\n" + rng.randbytes(500),
    lambda rng: b"<!doctype html><table><tr><td>1</td></tr></table>" * 50,
    lambda rng: b'{"a": [1, 2, 3], "b": [4, 5, 6]}\n' * 20,
    lambda rng: b"SQLite format 3\0" + rng.randbytes(500),
)
TEXT_DAMAGE: Final[tuple[Callable[[str, Random], str], ...]] = (
    lambda text, rng: text[: rng.randrange(len(text) + 1)],
    lambda text, rng: text[rng.randrange(len(text) + 1) :],
    lambda text, rng: rng.choice((*WORDS, *NUMBERS)) + text,
    lambda text, rng: text.replace(rng.choice(MARKS[:3]), rng.choice(MARKS), rng.choice((1, 5, -1))),
    lambda text, rng: text.replace("\n", rng.choice(ENDS), rng.choice((1, 5, -1))),
    lambda text, rng: _put(text, rng.choice(('"', "'", "\0", "\ufeff", "\u202e", '",', '"\n', "\r", "\\")), rng),
    lambda text, rng: _put(text, rng.choice(WORDS) * rng.choice((1, 100, 5_000)), rng),
    lambda text, rng: text * 2,
    lambda text, rng: "sep=;\n" + text,
    lambda text, rng: "# made by hand\n\n\n" + text,
)
NO_TEXT: Final = (b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf")
BYTE_DAMAGE: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (
    lambda content, rng: content[: rng.randrange(len(content) + 1)],
    lambda content, rng: _put(content, rng.randbytes(rng.choice((1, 1, 3, 50))), rng),
    lambda content, rng: _put(content, rng.choice(NO_TEXT), rng),
)


def _put(text: Text, more: Text, rng: Random) -> Text:
    at = rng.randrange(len(text) + 1)
    return text[:at] + more + text[at:]
