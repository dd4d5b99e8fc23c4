"""Numbers in lessons: named functions that a lesson calls, with every argument checked.

A lesson writes {value}`distance_share(data=wine, feature=proline)`. This is not Python: the call is taken apart
here, and only functions that were registered can be named, with the arguments that they declare.
"""

from __future__ import annotations

import inspect
import math
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

from normlib.course.report import few, instead

Argument = str | int | float | bool
_CALL: Final = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)
_ARGUMENT: Final = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*(\"[^\"]*\"|[^,=\"]+?)\s*\Z")
_MOST: Final = 300
"""Characters of a call: more is no number, but an attempt."""
_MOST_KNOWN: Final = 4_000
"""Numbers that are kept: whoever writes a lesson in the preview may ask for any."""

_LARGEST: Final = 1_000_000
"""Size of an argument: beyond it, a number takes long, or is none."""


@dataclass(frozen=True)
class Value:
    """A number and how a sentence says it.

    >>> from normlib.words import percent
    >>> Value(0.9977, percent(0.9977)).text.replace("\\xa0", " ")
    '99.8 %'
    """

    number: float
    text: str


class ValueCallError(ValueError):
    """A call that cannot be computed; its message says why and what there is."""


Function = Callable[..., Value]
F = TypeVar("F", bound=Function)
_FUNCTIONS: dict[str, Function] = {}
_KNOWN: dict[tuple[str, tuple[tuple[str, Argument], ...]], Value] = {}
_LOCK: Final = threading.Lock()


def value(function: F) -> F:
    """Offer a function to lessons under its own name.

    Its arguments are keywords of type `Literal[...]`, `str`, `int`, `float` or `bool`; its docstring's first
    line says what it computes. Equal calls are computed once per process.
    """
    _FUNCTIONS[function.__name__] = function
    return function


def names() -> Mapping[str, str]:
    """Return what lessons can call: how it is written -> what it computes."""
    return {_signature(one): (inspect.getdoc(one) or "").split("\n")[0] for one in _FUNCTIONS.values()}


def parse(call: str) -> tuple[str, dict[str, Argument]]:
    """Take a call apart and check it without computing anything.

    Args:
        call: as it stands in the lesson.

    Returns: the function's name and its arguments, converted.

    Raises: ValueCallError naming what there is.
    """
    found = _CALL.match(call) if len(call) <= _MOST else None
    if found is None:
        raise ValueCallError(f"“{call[:60]}” is not a call. Write a name with arguments: name(setting=value).")
    name, inside = found.groups()
    if name not in _FUNCTIONS:
        raise ValueCallError(f"There is no number named “{name}”. {instead(name, _FUNCTIONS)}")
    given: dict[str, str] = {}
    for part in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)", inside) if inside and inside.strip() else []:
        pair = _ARGUMENT.match(part)
        if pair is None:
            raise ValueCallError(f"“{part.strip()[:60]}” in “{name}” is no argument. Write setting=value.")
        if pair[1] in given:
            raise ValueCallError(f"“{pair[1]}” is given twice in “{name}”.")
        given[pair[1]] = pair[2].strip('"')
    return name, _checked(name, given)


def evaluate(call: str) -> Value:
    """Compute a call.

    Args:
        call: as it stands in the lesson.

    Returns: the number with its text.

    Raises: ValueCallError naming what was asked and what there is.
    """
    name, arguments = parse(call)
    key = (name, tuple(sorted(arguments.items())))
    known = _KNOWN.get(key)
    if known is not None:
        return known
    with _LOCK:
        if key not in _KNOWN:
            try:
                found = _FUNCTIONS[name](**arguments)
            except (ValueError, KeyError, IndexError) as error:
                reason = " ".join(str(error).split()).rstrip(".")
                raise ValueCallError(f"“{' '.join(call.split())}” cannot be computed: {reason}.") from error
            if math.isnan(found.number):
                raise ValueCallError(f"“{' '.join(call.split())}” is not a number. Change its arguments.")
            if len(_KNOWN) == _MOST_KNOWN:
                del _KNOWN[next(iter(_KNOWN))]
            _KNOWN[key] = found
        return _KNOWN[key]


def _checked(name: str, given: Mapping[str, str]) -> dict[str, Argument]:
    function = _FUNCTIONS[name]
    hints, parameters = get_type_hints(function), inspect.signature(function).parameters
    for one in given:
        if one not in parameters:
            raise ValueCallError(f"“{name}” has no argument “{one}”. It is written {_signature(function)}.")
    missing = [one for one, about in parameters.items() if about.default is about.empty and one not in given]
    if missing:
        raise ValueCallError(f"“{name}” needs {', '.join(missing)}. It is written {_signature(function)}.")
    return {one: _converted(name, one, text, hints[one]) for one, text in given.items()}


def _converted(name: str, argument: str, text: str, kind: Any) -> Argument:
    if get_origin(kind) is Literal:
        for option in get_args(kind):
            if str(option) == text:
                return option  # type: ignore[no-any-return]
        options = few([str(option) for option in get_args(kind)])
        raise ValueCallError(f"“{argument}” of “{name}” is “{text}”. It can be {options}.")
    if kind is bool:
        if text in {"true", "false"}:
            return text == "true"
        raise ValueCallError(f"“{argument}” of “{name}” is “{text}”. It can be true or false.")
    if kind in {int, float}:
        try:
            number: int | float = kind(text.replace("−", "-"))
        except ValueError:
            whole = "a whole number" if kind is int else "a number"
            raise ValueCallError(f"“{argument}” of “{name}” is “{text}”, which is not {whole}.") from None
        if not abs(number) <= _LARGEST:
            raise ValueCallError(f"“{argument}” of “{name}” is “{text}”. Write a number up to {_LARGEST:,}.")
        return number
    return text


def _signature(function: Function) -> str:
    hints = get_type_hints(function)
    parts = []
    for name, about in inspect.signature(function).parameters.items():
        kind = hints[name]
        options = "|".join(str(one) for one in get_args(kind)) if get_origin(kind) is Literal else kind.__name__
        parts.append(f"{name}={options}" + ("" if about.default is about.empty else f" [{about.default}]"))
    return f"{function.__name__}({', '.join(parts)})"
