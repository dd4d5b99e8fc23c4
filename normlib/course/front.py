"""The front matter of a lesson: YAML between two lines of ---, text and lists of text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from normlib.course.lines import Line, without_hidden
from normlib.course.plain import plain_faults, without_marks
from normlib.course.report import Report, short, unknown

MOST: Final = 8_000
"""Characters of a front matter."""

Words: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Raw: TypeAlias = "str | list[str]"


class Front(BaseModel):
    """What a lesson says about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[Words, Field(max_length=100)]
    summary: Words = ""
    minutes: Annotated[int, Field(ge=1, le=180)] = 5
    level: Literal["beginner", "intermediate", "advanced"] = "beginner"
    objectives: Annotated[tuple[Words, ...], Field(max_length=12)] = ()
    prerequisites: Annotated[tuple[Slug, ...], Field(max_length=20)] = ()
    authors: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    sources: Annotated[tuple[Words, ...], Field(max_length=40)] = ()


SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "title": "text of at most 100 characters",
        "summary": "one sentence of at most 300 characters",
        "minutes": "a whole number from 1 to 180",
        "level": "beginner, intermediate or advanced",
        "objectives": "a list of at most 12 sentences, one after each “- ”",
        "prerequisites": "a list of lessons' names, like [start-here, min-max]",
        "authors": "a list of names, one after each “- ”",
        "sources": "a list, one after each “- ”",
    }
)


def cut_front(lines: list[Line], report: Report) -> tuple[list[Line], list[Line]]:
    """Return the lines of the front matter, without its marks, and the lines of the text."""
    full = next((at for at, line in enumerate(lines) if line.text.strip()), 0)
    if not lines or lines[full].text.rstrip() != "---":
        report.error(
            1,
            "The file does not begin with its front matter. Write a line ---, then title: and summary:, then ---.",
        )
        return [], lines
    for at in range(full + 1, len(lines)):
        if lines[at].text.rstrip() == "---":
            return lines[full + 1 : at], lines[at + 1 :]
    report.error(lines[full].number, "The front matter is never closed. Write --- on a line of its own after it.")
    at = next((at for at in range(full + 1, len(lines)) if re.match(r" *(?:#|:::|\Z)", lines[at].text)), len(lines))
    return lines[full + 1 : at], lines[at:]


def read_front(lines: list[Line], fallback: str, report: Report) -> Front:
    """Read a front matter; what is wrong in it is reported and left at its default."""
    first = lines[0].number if lines else 1
    text = "\n".join(line.text for line in lines)
    given: dict[str, tuple[int, Raw]] = {}
    if len(text) > MOST:
        report.error(first, f"The front matter has {len(text):,} characters; at most {MOST:,} are read. Shorten it.")
    elif text.strip():
        try:
            given = _given(text, first, report)
        except yaml.YAMLError as error:
            _say_yaml(error, first, report)
    if lines and "title" not in given and not any(one.severity == "error" for one in report.found):
        report.error(first, "The lesson has no title. Write title: and its name in the front matter.")
    kept = {name: _shown(name, line, raw, report) for name, (line, raw) in given.items()}
    kept.setdefault("title", fallback)
    try:
        return Front.model_validate(kept)
    except ValidationError as error:
        for name in {str(one["loc"][0]) for one in error.errors()}:
            line, raw = given.get(name, (first, kept.get(name, "")))
            shown = short(raw if isinstance(raw, str) else f"[{', '.join(raw)}]")
            report.error(line, f"“{name}” is “{shown}”. It is {SHAPES[name]}.")
            kept.pop(name, None)
    kept.setdefault("title", fallback)
    return Front.model_validate(kept)


def _shown(name: str, line: int, raw: Raw, report: Report) -> Raw:
    """Return text as it may stand in a page: as it is, or without marks where it holds what it must not."""
    if not isinstance(raw, str):
        return [str(_shown(name, line, one, report)) for one in raw]
    faults = plain_faults(raw)
    for fault in faults:
        report.error(line, f"“{name}”: {fault}")
    return without_marks(raw) if faults else raw


def _given(text: str, first: int, report: Report) -> dict[str, tuple[int, Raw]]:
    depth = 0
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        depth += isinstance(token, _BEGIN) - isinstance(token, _END)
        fault = _token_fault(token, depth)
        if fault:
            report.error(first + token.start_mark.line, fault)
            return {}
    return _entries(yaml.compose(text, Loader=yaml.BaseLoader), first, report)


def _token_fault(token: yaml.Token, depth: int) -> str | None:
    if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
        name = f"{'*' if isinstance(token, yaml.AliasToken) else '&'}{short(str(token.value))}"
        return f"“{name}” is an alias or an anchor of YAML, which is not read. Put the text in quotes."
    if isinstance(token, yaml.TagToken):
        name = short("".join(part or "" for part in token.value))
        return f"“{name}” is a tag of YAML, which is not read. Put the text in quotes."
    if isinstance(token, yaml.DirectiveToken | yaml.DocumentStartToken | yaml.DocumentEndToken):
        return "The front matter is one document. Delete the line that begins with %, --- or ... ."
    if depth > 3:
        return "The front matter stands too deep in itself. Each entry is text or a list of text."
    return None


_BEGIN: Final = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_END: Final = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


def _entries(root: yaml.Node | None, first: int, report: Report) -> dict[str, tuple[int, Raw]]:
    if not isinstance(root, yaml.MappingNode):
        report.error(first, "The front matter holds no entries. Write title: and summary:, each on a line of its own.")
        return {}
    given: dict[str, tuple[int, Raw]] = {}
    for key, node in root.value:
        line = first + key.start_mark.line
        # Between double quotes, YAML writes any character with a backslash.
        name = without_hidden(line, key.value, report) if isinstance(key, yaml.ScalarNode) else ""
        raw = _raw(node, partial(without_hidden, line, report=report))
        if name not in SHAPES:
            report.error(line, unknown("front matter entry", str(name), SHAPES))
        elif name in given:
            report.error(line, f"“{name}” is given twice, first in line {given[name][0]}. Delete one of them.")
        elif raw is None:
            report.error(
                line, f"“{name}” holds entries of its own. It is {SHAPES[name]}. Text with a colon stands in quotes."
            )
        elif raw != "" or name == "title":
            given[name] = (line, raw)
    return given


def _raw(node: yaml.Node, clean: Callable[[str], str]) -> Raw | None:
    if isinstance(node, yaml.ScalarNode):
        return clean(str(node.value))
    if isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value):
        return [clean(str(one.value)) for one in node.value]
    return None


def _say_yaml(error: yaml.YAMLError, first: int, report: Report) -> None:
    mark = getattr(error, "problem_mark", None)
    line = first + mark.line if mark else first
    what = getattr(error, "problem", None) or str(error)
    report.error(
        line, f"The front matter is no YAML here: {short(what)}. Put text that holds a colon, a # or a quote in quotes."
    )
