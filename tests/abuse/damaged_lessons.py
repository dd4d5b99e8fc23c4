"""Lesson files as nobody should save them: those of the course, damaged in many ways at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Final

from normlib.course.library import LESSONS

Lines = list[str]
# fmt: off
MARKS: Final = (
    ":::{quiz} single", ":::{quiz} multiple", ":::{quiz} numeric", ":::{lab} min-max", ":::{lab}", ":::{lab} nowhere",
    ":::{predict} a", "::::{note} N", ":::{exercise}", ":::{hint}", ":::{solution}", ":::{instructor}",
    ":::{claim} true", ":::{code} python", ":::{figure} a.png", ":::{figure} ../../../etc/passwd", ":::{objectives}",
    ":::{keypoints}", ":::{unknown}", ":::", "::::", ":" * 30, ":::{" + "q" * 80 + "}", "---", "...", "%YAML 1.2",
    "```", "~~~", "```{lab} min-max", "# A", "# ", "## ", "## A", "### A", "#" * 9, "$", "$$",
    "$$ \\def\\a{\\a\\a}\\a $$", "\\", "`", "``", "{value}`", "{value}`least_squares()`", "{value}`nowhere(a=1)`",
    "{value}`bias_effect(bias=1e400)`", "{value}`__import__(os)`", "{term}`a <b>`", "{term}`batch`", "{lab}`min-max`",
    "- [x] a", "- [ ] b", "- [x]", "  > a", ":a: b", ":answer: 1", ":answer: nan", ":answer: 1e999",
    ":answer: reading(min-max, lowest_tenth)", ":answer: reading(a, b)", ":tolerance: -1", ":tolerance: inf",
    ":name: a", ":name: " + "n" * 400, ":measured: nowhere()", ":lock: all", ":lock: nowhere", ":data: Nowhere",
    ":outlier: 1e999", ":outlier: nan", ":show: all", ":show: nothing", ":at: 9.9.9.9", ":steps: 5000", ":seeds: 16",
    "![a](b)", "![a](https://example.org/b.png)", "[a](", "](b)", "[a]: b", "[a](javascript:alert(1))",
    "[a](lesson:nowhere)", "[a](page:nowhere)", "[a](page:min-max?mm_data=%00)", "<a>", "<script>alert(1)</script>",
    "<!--", "&#0;", "> " * 60, ">" * 300, "- " * 60, "1. " * 60, "* " * 200, "[" * 300, "(" * 300, "{" * 300,
    "|" * 300, "|a|b|\n|-|-|\n|c|d|", "|-|" * 200, "\t", " " * 400, "\t" * 60 + "a", "x" * 4_990, "x" * 6_000,
    "*a" * 2_400, "_a" * 2_400, "$a" * 2_400, "`a" * 2_400, "[a](b)" * 800, "a: b", "&a", "*a",
    "!!python/object:os.system a", "\x00", "\x07\x1b[31m", "\r", "\x0b\x0c", "\x85", "\u2028", "\u202eabc", "\u2066",
    "\ufeff", "\u200b", "\ud800", "\U0010ffff", "é\u0301" * 200, "Z" + "\u0336" * 500, "👩‍👩‍👧‍👦" * 50,
    "日本語", "עברית",
)
FRONT: Final = (
    "title: [", "title: {a: b}", "title: &a [*a]", "title: ", "title: " + "t" * 400, "title: |\n  a\n  b",
    "title: >-\n  a", "title: !!binary aGk=", "title: 'open", 'title: "\\x00"', "title: \\u202e", "minutes: -1",
    "minutes: 1e999", "minutes: 0x10", "minutes: [1]", "minutes: " + "9" * 400, "level: expert", "level: [beginner]",
    "objectives: a", "objectives: [[[[[a]]]]]", "objectives: " + "[" * 300, "objectives:\n" + "  - a\n" * 200,
    "prerequisites: [nowhere]", "prerequisites: [batch-normalization, practice, start-here]",
    "prerequisites: ../../etc", "sources: [<b>a</b>]", "authors: [a, a, a]", "unknown: 1",
    "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: &d [*c,*c,*c]\ne: &e [*d,*d,*d]\nf: [*e,*e,*e]", "<<: *a",
    "? a\n: b", "- a", "%TAG ! a", "\t- a", "summary: *a", "summary: # nothing", "summary: a: b", "date: 2020-01-01",
    "on: yes", "null: null", "~: ~", ": a", "::", "---", "...", "--- !!map", "summary: " + "s" * 5_000,
    "# " + "c" * 7_000, "summary: 'a" + "''" * 300 + "'",
)
# fmt: on


@cache
def course() -> tuple[tuple[str, str], ...]:
    """Return name and text of each lesson of the course."""
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(LESSONS.glob("*.md")))


def damaged_lesson(rng: Random) -> tuple[str, str]:
    """Return the name of a file, and its text."""
    name, text = rng.choice(course())
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 20))):
        lines = rng.choice(DAMAGE)(lines, rng) or [""]
    text = "\n".join(lines)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        text = rng.choice(TEXT_DAMAGE)(text, rng)
    return name, text


def damaged_bytes(text: str, rng: Random) -> bytes:
    """Return the content of a file: mostly the text, sometimes what no editor writes."""
    content = text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "latin-1", "utf-16")), "replace")
    for _ in range(rng.choice((0, 0, 0, 1, 3))):
        at = rng.randrange(len(content) + 1)
        content = content[:at] + rng.choice((b"\xff", b"\x00", b"\xed\xa0\x80", rng.randbytes(20))) + content[at:]
    return content


def _at(lines: Lines, rng: Random) -> int:
    return rng.randrange(len(lines) + 1)


def _piece(lines: Lines, rng: Random, most: int = 30) -> Lines:
    start = _at(lines, rng)
    return lines[start : start + rng.randrange(1, most)]


def _cut(lines: Lines, rng: Random) -> Lines:
    return lines[: _at(lines, rng)] if rng.random() < 0.5 else lines[_at(lines, rng) :]


def _drop(lines: Lines, rng: Random) -> Lines:
    start = _at(lines, rng)
    return lines[:start] + lines[start + rng.choice((1, 1, 2, 10)) :]


def _double(lines: Lines, rng: Random) -> Lines:
    start = _at(lines, rng)
    piece = lines[start : start + rng.choice((1, 1, 5, 40))]
    return lines[:start] + piece * rng.choice((2, 2, 3, 30)) + lines[start + len(piece) :]


def _splice(lines: Lines, rng: Random) -> Lines:
    at = _at(lines, rng)
    return lines[:at] + _piece(rng.choice(course())[1].split("\n"), rng, 60) + lines[at:]


def _swap(lines: Lines, rng: Random) -> Lines:
    piece = _piece(lines, rng)
    rng.shuffle(piece)
    at = _at(lines, rng)
    return lines[:at] + piece + lines[at + len(piece) :]


def _insert(lines: Lines, rng: Random) -> Lines:
    at = _at(lines, rng)
    return lines[:at] + [rng.choice(MARKS)] * rng.choice((1, 1, 1, 3, 60)) + lines[at:]


def _inside(lines: Lines, rng: Random) -> Lines:
    at = rng.randrange(len(lines))
    line = lines[at]
    cut = rng.randrange(len(line) + 1)
    return [*lines[:at], line[:cut] + rng.choice(MARKS) + line[cut + rng.choice((0, 0, 1, 5)) :], *lines[at + 1 :]]


def _nest(lines: Lines, rng: Random) -> Lines:
    """Put a part into directives inside directives."""
    start = _at(lines, rng)
    end = start + rng.randrange(1, 40)
    kinds = ("note", "exercise", "hint", "solution", "instructor", "claim", "quiz", "code")
    names = [rng.choice(kinds) for _ in range(rng.choice((1, 2, 5, 30)))]
    colons = rng.choice((3, 20))
    opening = [f"{':' * max(3, colons - at)}{{{name}}} a" for at, name in enumerate(names)]
    closing = [":" * max(3, colons - at) for at in reversed(range(len(names)))]
    return [*lines[:start], *opening, *lines[start:end], *closing, *lines[end:]]


def _front(lines: Lines, rng: Random) -> Lines:
    """Change the front matter."""
    end = next((at for at, line in enumerate(lines[1:], 1) if line == "---"), 1)
    at = rng.randrange(1, end + 1)
    return [*lines[:at], *rng.choice(FRONT).split("\n"), *lines[at + rng.choice((0, 1)) :]]


def _headings(lines: Lines, rng: Random) -> Lines:
    return [rng.choice(("", line, f"#{line}", "## " * 3)) if line.startswith("#") else line for line in lines]


def _letters(lines: Lines, rng: Random) -> Lines:
    """Change single characters, as a slip of the hand does."""
    share = rng.choice((0.0005, 0.005))
    signs = "[](){}<>:`$*_#->|\\\n\t \"'=,.0"
    return ["".join(rng.choice(signs) if rng.random() < share else one for one in line) for line in lines]


DAMAGE: Final[tuple[Callable[[Lines, Random], Lines], ...]] = (
    *(_cut, _double, _swap, _nest, _headings, _letters),
    *(_drop, _splice, _front) * 2,
    *(_insert, _inside) * 3,
)
LOST: Final = (":::", "`", "$", "- ", ":", "}", "]")
TEXT_DAMAGE: Final[tuple[Callable[[str, Random], str], ...]] = (
    lambda text, rng: text.replace("\n", rng.choice(("\r\n", "\r", "\n\n", "\u2028", "\x0b")), rng.choice((5, -1))),
    lambda text, rng: text.replace(rng.choice(LOST), rng.choice(("", " ", "::", "\t")), rng.choice((1, 9, -1))),
    lambda text, rng: text.replace(" ", rng.choice(("\t", "\u00a0", "  ", "")), rng.choice((9, -1))),
    lambda text, rng: text * rng.choice((2, 3, 12)),
    lambda text, rng: text.upper() if rng.random() < 0.5 else text.lower(),
    lambda text, rng: text[: rng.randrange(len(text) + 1)],
    lambda text, rng: rng.choice(MARKS) + text,
    lambda text, rng: text + rng.choice(MARKS) * rng.choice((1, 50, 500)),
    lambda text, rng: f"---\ntitle: A\n---\n\n# A\n\n{text[:2_000]}",
)
