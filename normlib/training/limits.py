"""Types of settings that refuse with a sentence: the value at hand, what is allowed, the next move."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BeforeValidator, ValidationError, ValidationInfo

InvalidSettingsError = ValidationError
"""What an experiment raises that cannot run; `problems` turns it into sentences. Pages know it by this name alone."""


class Problem(NamedTuple):
    """What is wrong with the settings.

    Attributes:
        fields: the settings involved.
        message: a sentence with the actual values and the next move.
    """

    fields: tuple[str, ...]
    message: str


class SettingError(ValueError):
    """What validators raise: a sentence, and the settings involved if it is not the validated one alone."""

    def __init__(self, message: str, *fields: str) -> None:
        super().__init__(message)
        self.fields = fields


def problems(error: ValidationError, known: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Return what a validation error says, one sentence per problem.

    Args:
        error: as raised by `Experiment(...)`.
        known: names of the settings there are, to suggest one where a name is unknown.
    """
    found = []
    for one in error.errors(include_url=False):
        cause = one.get("ctx", {}).get("error")
        path = tuple(str(part) for part in one["loc"])
        # A union says what is wrong with each of its kinds; the setting is the first part of the path.
        field = path[0] if path else "experiment"
        if one["type"] == "extra_forbidden":
            message = unknown(field, known)
        elif isinstance(cause, SettingError):
            message = str(cause)
        else:
            message = f"{field}={one['input']!r} cannot be used: {one['msg'].lower()}."
        fields = cause.fields if isinstance(cause, SettingError) and cause.fields else (field,)
        found.append(Problem(fields, message))
    return tuple(dict.fromkeys(found))


def unknown(name: str, known: Iterable[str]) -> str:
    """Return what to say about a setting that does not exist.

    >>> unknown("widht", ["width", "depth"])
    "There is no setting 'widht': did you mean 'width'?"
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}."
    return f"There is no setting {name!r}: {remedy}"


def plain(value: float) -> str:
    """Return a number as people write it.

    >>> plain(20000), plain(0.25), plain(1e-6), plain(10**9)
    ('20000', '0.25', '1e-06', '1000000000')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e6:
        return str(int(value))
    short = f"{value:g}"
    return short if float(short) == value and not isinstance(value, int) else repr(value)


def whole(low: int, high: int, what: str) -> BeforeValidator:
    """Return a check for whole numbers from `low` to `high`; `what` is counted."""

    def check(value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            raise SettingError(f"{info.field_name}={value!r} is no whole number: give {low} to {high} {what}.")
        if not low <= value <= high:
            raise SettingError(f"{info.field_name}={value} is out of range: {_nearest(value, low, high)} {what}.")
        return value

    return BeforeValidator(check)


def real(low: float, high: float, *, or_none: bool = False) -> BeforeValidator:
    """Return a check for numbers from `low` to `high`, or None where that has a meaning."""

    def check(value: Any, info: ValidationInfo) -> Any:
        if or_none and value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            # A float that is no number would be written as one.
            shown = "?" if isinstance(value, float) else repr(value)
            raise SettingError(f"{info.field_name}={shown} is no number: give {plain(low)} to {plain(high)}.")
        if not low <= value <= high:
            raise SettingError(f"{info.field_name}={plain(value)} is out of range: {_nearest(value, low, high)}.")
        return float(value)

    return BeforeValidator(check)


def choice(*options: str) -> BeforeValidator:
    """Return a check for one of a few words."""

    def check(value: Any, info: ValidationInfo) -> Any:
        if value not in options:
            raise SettingError(one_of(str(info.field_name), value, options))
        return value

    return BeforeValidator(check)


def one_of(name: str, value: Any, options: Iterable[str]) -> str:
    """Return what to say about a word that is none of the options.

    >>> one_of("method", "batchnorm", ["none", "batch"])
    "method='batchnorm' is none of none, batch: did you mean 'batch'?"
    """
    words = list(options)
    close = get_close_matches(str(value), words, n=1)
    return f"{name}={value!r} is none of {', '.join(words)}: " + (
        f"did you mean {close[0]!r}?" if close else "choose one of them."
    )


def switch() -> BeforeValidator:
    """Return a check for on or off."""

    def check(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, bool):
            raise SettingError(f"{info.field_name}={value!r} is neither true nor false: give one of them.")
        return value

    return BeforeValidator(check)


def _nearest(value: float, low: float, high: float) -> str:
    """Say the range, the broken side last."""
    side = f"at most {plain(high)}" if value > high else f"at least {plain(low)}"
    return f"it runs from {plain(low)} to {plain(high)}; give {side}"
