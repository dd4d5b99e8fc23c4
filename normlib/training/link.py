"""Experiments and comparisons as the query of an address: short, readable, and only what differs from the defaults.

    ?method=batch&lr=0.5&seeds=8        ?method=batch&vary=lr&values=0.01~0.1~1

Every value is checked on the way in. One that cannot be used falls back to its default, with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, UnionType
from typing import Any, Final, get_args
from urllib.parse import urlencode

from pydantic import ValidationError

from normlib.training.experiment import Experiment
from normlib.training.limits import plain, problems, unknown

# Names in addresses that were shared: rename them with care. Settings not named here go by their own name.
SHORT: Final = MappingProxyType(
    {
        "test_share": "test",
        "placement": "place",
        "activation": "act",
        "optimizer": "opt",
        "learning_rate": "lr",
        "batch_size": "batch",
        "last_batch": "last",
    }
)
_LONG: Final = {short: name for name, short in SHORT.items()}
_BETWEEN = "~"


def to_query(experiment: Experiment) -> dict[str, str]:
    """Return the settings that differ from the defaults, as text by short name.

    >>> to_query(Experiment(method="batch", learning_rate=0.5, seeds=[0, 1, 2, 3], layers=[1, 3]))
    {'method': 'batch', 'layers': '1,3', 'lr': '0.5', 'seeds': '4'}
    """
    plainest = Experiment()
    return {
        SHORT.get(name, name): written(name, value)
        for name in Experiment.model_fields
        if (value := getattr(experiment, name)) != getattr(plainest, name)
    }


def from_query(query: Mapping[str, str]) -> tuple[Experiment, tuple[str, ...]]:
    """Return the experiment of a query, and what could not be used, in sentences.

    Settings that cannot be used, alone or together, fall back to their defaults; the others are kept.

    >>> from_query({"depth": "2", "lr": "fast"})[1]
    ("lr='fast' is no number: give 1e-06 to 1000. The default 0.1 is used.",)
    """
    given: dict[str, Any] = {}
    messages: list[str] = []
    for key, text in query.items():
        name = long_name(key)
        if name is None:
            messages.append(f"{unknown(key, short_names())} It is left out.")
        else:
            given[name] = read(name, text)
    plainest = Experiment()
    while True:
        try:
            return Experiment(**given), tuple(messages)
        except ValidationError as error:
            for problem in problems(error):
                fallen = [name for name in problem.fields if name in given]
                # Of settings that do not fit together, the ones in the address go; at the end that is all of them.
                for name in fallen or list(given):
                    given.pop(name, None)
                defaults = " and ".join(written(name, getattr(plainest, name)) for name in fallen)
                used = f" The default {defaults} is used." if len(fallen) == 1 else " The defaults are used."
                messages.append(_short(problem.message, problem.fields) + used)


def to_link(query: Mapping[str, str]) -> str:
    """Return a query as it stands in an address.

    >>> to_link({"data": "breast cancer", "layers": "1,3"})
    'data=breast+cancer&layers=1,3'
    """
    return urlencode(query, safe=f",{_BETWEEN}")


def written(name: str, value: Any) -> str:
    """Return a setting as text.

    >>> written("seeds", (0, 1, 2)), written("seeds", (7,)), written("gamma", False), written("eps", None)
    ('3', '7,', 'off', 'auto')
    """
    if name == "seeds" and value == tuple(range(len(value))):
        return str(len(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return plain(value)
    if isinstance(value, tuple):
        # A comma at the end tells one seed from a number of seeds.
        return ",".join(map(str, value)) + ("," if name == "seeds" and len(value) == 1 else "")
    return "auto" if value is None else str(value)


def read(name: str, text: str) -> Any:
    """Return the value that a text means; text that means none is returned as it is, for the check to refuse.

    >>> read("layers", "1,3"), read("seeds", "4"), read("seeds", "7,"), read("beta", "off"), read("lr", "fast")
    ((1, 3), 4, (7,), False, 'fast')
    """
    kinds = _kinds(name)
    if bool in kinds:
        return {"on": True, "off": False}.get(text, text)
    if name == "record":
        return tuple(part for part in text.split(",") if part)
    if name in {"seeds", "layers"} and ("," in text or (name == "layers" and text.isdecimal())):
        parts = [part for part in text.split(",") if part]
        return tuple(_number(part, int) for part in parts) or text
    if text == "auto" and type(None) in kinds:
        return None
    if name == "seeds" or int in kinds:
        return _number(text, int)
    return _number(text, float) if float in kinds else text


def long_name(key: str) -> str | None:
    """Return the setting that a short or long name stands for, or None.

    >>> long_name("lr"), long_name("learning_rate"), long_name("rate")
    ('learning_rate', 'learning_rate', None)
    """
    name = _LONG.get(key, key)
    return name if name in Experiment.model_fields else None


def short_names() -> tuple[str, ...]:
    """Return the names of all settings as they stand in an address."""
    return tuple(SHORT.get(name, name) for name in Experiment.model_fields)


def _short(message: str, fields: tuple[str, ...]) -> str:
    """Return a message that begins with the name used in the address."""
    first = fields[0]
    return SHORT.get(first, first) + message[len(first) :] if message.startswith(f"{first}=") else message


def _kinds(name: str) -> tuple[Any, ...]:
    if name not in Experiment.model_fields:
        return ()
    kind = Experiment.model_fields[name].annotation
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)


def _number(text: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(text)
    except ValueError:
        return text
