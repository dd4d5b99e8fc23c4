"""Calls of numbers as no lesson should write them: every function, with arguments far from any sense."""

from __future__ import annotations

import inspect
from random import Random
from typing import Final, Literal, get_args, get_origin, get_type_hints

from normlib.course.values import registry

# fmt: off
NUMBERS: Final = (
    "nan", "inf", "-inf", "1e308", "1e-320", "0", "-0", "-1", "1", "2", "0.5", "17", "5000", "1e6", "1000000", "1e9",
    "1" + "0" * 30, "1e400",
)
# fmt: on
WORDS: Final = ("proline", "hue", "pixel 3,4", "relu", "nothing", "", "x" * 200)


def call(rng: Random) -> str:
    """Return a call of one of the numbers that lessons can ask for."""
    name = rng.choice(sorted(registry._FUNCTIONS))
    function = registry._FUNCTIONS[name]
    hints = get_type_hints(function)
    given = [
        f"{one}={_argument(hints[one], rng)}"
        for one, about in inspect.signature(function).parameters.items()
        if about.default is about.empty or rng.random() < 0.7
    ]
    return f"{name}({', '.join(given)})"


def _argument(kind: object, rng: Random) -> str:
    if get_origin(kind) is Literal:
        return str(rng.choice(get_args(kind)))
    if kind is bool:
        return rng.choice(("true", "false", "maybe"))
    return rng.choice(NUMBERS) if kind in {int, float} else f'"{rng.choice(WORDS)}"'
