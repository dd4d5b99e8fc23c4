"""Settings that are lists: seeds, layers, what to record."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationInfo

from normlib.training import toys
from normlib.training.limits import SettingError, one_of

RECORDS: Final = ("gradients", "activations", "histograms", "regions", "drift", "shift")
_DENSE: Final = frozenset({"drift", "shift"})
MOST_SEEDS: Final = 32
_LAST_SEED: Final = 2**32 - 1


def seed_list(value: Any) -> Any:
    """Return the seeds that a count or a list means, sorted."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= MOST_SEEDS:
            raise SettingError(f"seeds={value} is out of range: run 1 to {MOST_SEEDS} seeds, or list some.")
        return tuple(range(value))
    if not isinstance(value, list | tuple) or not value:
        raise SettingError(f"seeds={value!r} is neither a number of seeds nor a list of them: give 3, or [0, 1, 2].")
    for seed in value:
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= _LAST_SEED:
            raise SettingError(f"seeds holds {seed!r}, but a seed is a whole number from 0 to {_LAST_SEED}.")
    seeds = tuple(sorted(set(value)))
    if len(seeds) > MOST_SEEDS:
        raise SettingError(f"seeds lists {len(seeds)} seeds: run at most {MOST_SEEDS} at once, the rest later.")
    return seeds


def layer_choice(value: Any) -> Any:
    """Return "all", "first" or "last", or the sorted numbers of the layers."""
    if isinstance(value, str):
        if value not in {"all", "first", "last"}:
            raise SettingError(one_of("layers", value, ("all", "first", "last")))
        return value
    if not isinstance(value, list | tuple) or not value:
        raise SettingError(f"layers={value!r} names no layer: give all, first, last, or numbers such as [1, 3].")
    for layer in value:
        if isinstance(layer, bool) or not isinstance(layer, int) or layer < 1:
            raise SettingError(f"layers holds {layer!r}, but hidden layers are counted from 1.")
    return tuple(sorted(set(value)))


def record_list(value: Any, info: ValidationInfo) -> Any:
    """Return what to record, in the order of `RECORDS`: regions of toy sets alone, which lie in a plane, and drift
    and shift of dense networks alone, which the NumPy engine trains."""
    if not isinstance(value, list | tuple):
        raise SettingError(f"record={value!r} is no list: give some of {', '.join(RECORDS)}, or [] for none.")
    for name in value:
        if name not in RECORDS:
            raise SettingError(one_of("record", name, RECORDS))
    plane = info.data.get("data") in toys.NAMES
    left_out = (set() if plane else {"regions"}) | (set() if info.data.get("kind") == "dense" else _DENSE)
    return tuple(name for name in RECORDS if name in value and name not in left_out)
