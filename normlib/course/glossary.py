"""The glossary: a file of terms in, entries by term out, and a sentence for whatever cannot be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from normlib.course.problem import Problem

FILE: Final = Path(__file__).resolve().parents[2] / "assets" / "glossary.yaml"
_MOST: Final = 200_000
"""Bytes of a glossary: more is a mistake."""
_SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Entry(BaseModel):
    """One term.

    Attributes:
        term: as the glossary heads it.
        forms: other words for it, plurals and abbreviations.
        definition: one or two plain sentences, in Markdown.
        formula: in KaTeX, without dollar signs; empty when there is none.
        try_: slug of the laboratory where it can be tried; `try` in the file.
        lesson: slug of the lesson that introduces it.
        see: related terms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    term: _Short
    definition: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]
    forms: list[_Short] = Field(default_factory=list, max_length=12)
    formula: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    try_: Annotated[str, StringConstraints(pattern=_SLUG)] | None = Field(default=None, alias="try")
    lesson: Annotated[str, StringConstraints(pattern=_SLUG)] | None = None
    see: list[_Short] = Field(default_factory=list, max_length=6)

    @property
    def anchor(self) -> str:
        """Return the term as it stands in an address.

        >>> entry("batch size").anchor
        'batch-size'
        """
        return "-".join("".join(one if one.isalnum() else " " for one in self.term.lower()).split())


@dataclass(frozen=True)
class Glossary:
    """What a file of terms holds.

    Attributes:
        entries: in the order of the alphabet.
        by_name: the entries by lower-cased term and by each other form.
        problems: what could not be read; the entry is left out, the others stay.
    """

    entries: tuple[Entry, ...]
    by_name: Mapping[str, Entry]
    problems: tuple[Problem, ...] = ()


def key(name: str) -> str:
    """Return how a term is looked up: in small letters, with single spaces.

    >>> key("  Batch   Size ")
    'batch size'
    """
    return " ".join(name.split()).lower()


def terms() -> Mapping[str, Entry]:
    """Return the entries of NormLab's glossary by lower-cased term and by each other form.

    >>> terms()["mini-batches"].term
    'batch'
    """
    return glossary().by_name


def entry(name: str) -> Entry:
    """Return the entry of a term or of another form of it; raises `KeyError` with the name."""
    return terms()[key(name)]


def glossary() -> Glossary:
    """Return NormLab's glossary; it is read again when its file has changed."""
    try:
        about = FILE.stat()
        stamp = (about.st_mtime_ns, about.st_size)
    except OSError:
        stamp = (0, 0)
    with _LOCK:
        if _READ.get("stamp") != stamp:
            _READ.update(stamp=stamp, glossary=read(FILE))
        found: Glossary = _READ["glossary"]
    return found


_LOCK: Final = threading.Lock()
_READ: Final[dict[str, Any]] = {}


def read(file: Path) -> Glossary:
    """Read a glossary.

    Args:
        file: YAML, a list with one mapping per term.

    Returns: the entries, and a problem with its line for each one that cannot be read. It raises nothing.
    """
    try:
        root = _parsed(file)
    except _UnreadableError as error:
        return Glossary((), MappingProxyType({}), (error.problem,))
    return _collected(file.name, list(_entries(file.name, root)))


class _UnreadableError(Exception):
    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(file.name, line, message)


def _parsed(file: Path) -> yaml.SequenceNode:
    """Return the list in the file, with lines; it raises `_UnreadableError` only."""
    try:
        raw = file.read_bytes()
        if len(raw) > _MOST:
            raise _UnreadableError(file, 1, f"The glossary has {len(raw)} bytes; at most {_MOST} are read. Shorten it.")
        root = yaml.compose(raw.decode("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        message = f"The glossary {file.name} cannot be read ({error.strerror}). Put it back."
        raise _UnreadableError(file, 1, message) from error
    except UnicodeDecodeError as error:
        message = f"Byte {error.start} of the glossary is not UTF-8. Save the file as UTF-8."
        raise _UnreadableError(file, 1, message) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it breaks off"
        line = mark.line + 1 if mark else 1
        raise _UnreadableError(file, line, f"The glossary is not valid YAML here: {what}.") from error
    except RecursionError as error:
        raise _UnreadableError(file, 1, "The glossary is nested too deeply. Write a list of terms.") from error
    if not isinstance(root, yaml.SequenceNode):
        raise _UnreadableError(file, 1, "The glossary is not a list. Begin each entry with “- term: …”.")
    return root


def _entries(file: str, root: yaml.SequenceNode) -> Iterator[tuple[int, Entry | Problem]]:
    loader = yaml.SafeLoader("")
    for node in root.value:
        line = node.start_mark.line + 1
        try:
            yield line, Entry.model_validate(loader.construct_object(node, deep=True))
        except yaml.YAMLError as error:
            problem = getattr(error, "problem", None) or str(error)
            yield line, Problem(file, line, f"This entry cannot be read: {problem}.")
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the entry"
            given = repr(first["input"])[:60]
            yield line, Problem(file, line, f"“{where}” of this entry does not fit: {first['msg']}; it is {given}.")


def _collected(file: str, read_: list[tuple[int, Entry | Problem]]) -> Glossary:
    by_name: dict[str, Entry] = {}
    entries: list[Entry] = []
    problems: list[Problem] = []
    for line, one in read_:
        if isinstance(one, Problem):
            problems.append(one)
            continue
        names = dict.fromkeys([key(one.term), *map(key, one.forms)])
        taken = [name for name in names if name in by_name]
        if taken:
            owner = by_name[taken[0]].term
            problems.append(Problem(file, line, f"“{taken[0]}” is explained twice: under “{owner}” and “{one.term}”."))
        if key(one.term) in by_name:
            continue
        entries.append(one)
        by_name.update({name: one for name in names if name not in by_name})
    for one in entries:
        problems += [
            Problem(file, 1, f"“{one.term}” points to “{other}”, which the glossary does not explain.", "warning")
            for other in one.see
            if key(other) not in by_name
        ]
    ordered = tuple(sorted(entries, key=lambda one: one.term.lower()))
    return Glossary(ordered, MappingProxyType(by_name), tuple(problems))
