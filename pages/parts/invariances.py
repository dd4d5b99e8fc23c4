"""The invariances of a layer under one setting of the controls, and what to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.figures.look import METHODS, SKY, Style
from normlib.invariance import CHANGES, UNCHANGED, change, invariance, output
from normlib.invariance import METHODS as ROWS
from normlib.scalers import StandardScaler
from normlib.words import listed, number
from pages.parts.source import built_in

Floats = NDArray[np.float64]
FACTORS: Final = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
NEURONS, GROUPS = 16, 4
NEARLY: Final = 1e-4
STYLES: Final = tuple(METHODS.get(name, Style(name.capitalize(), SKY, "dash", "triangle-down")) for name in ROWS)


@dataclass(frozen=True)
class Setting:
    """What the controls are set to, but for the factor."""

    data: str
    batch: int
    seed: int
    eps: float
    shift: str


@dataclass(frozen=True, eq=False)
class Measured:
    """The table at every factor.

    Attributes:
        changes: relative changes of the output, (F, methods, changes).
        exact: where the output stays with epsilon 0, (methods, changes).
        others: change under batch norm of the samples that were left alone when one was scaled, (F,).
    """

    changes: Floats
    exact: NDArray[np.bool_]
    others: Floats


@lru_cache(maxsize=64)
def layer_of(setting: Setting) -> tuple[Floats, Floats]:
    """Return a batch of real samples, and random weights that keep the size of the values."""
    source = built_in(setting.data)
    x = source.x / 16 if setting.data == "Digits" else StandardScaler().fit(source.x).transform(source.x)
    rng = np.random.default_rng(setting.seed)
    rows = np.sort(rng.permutation(len(x))[: setting.batch])
    return np.asarray(x[rows]), rng.normal(size=(x.shape[1], NEURONS)) / np.sqrt(x.shape[1])


@lru_cache(maxsize=64)
def measured(setting: Setting) -> Measured:
    """Measure the table at every factor."""
    x, w = layer_of(setting)
    eps, shift = setting.eps, setting.shift
    changes = invariance(x, w, FACTORS, eps=eps, groups=GROUPS, shift=shift)
    at_zero = changes if eps == 0 else invariance(x, w, (FACTORS[0], FACTORS[-1]), groups=GROUPS, shift=shift)
    before = output("batch", x, w, eps=eps)[1:]
    after = output("batch", *change("scale one sample", x, w, FACTORS), eps=eps)[:, 1:]
    others = np.sqrt(((after - before) ** 2).sum(axis=(1, 2)) / (before**2).sum())
    return Measured(changes, (at_zero[[0, -1]] < UNCHANGED).all(axis=0), others)


def cell(share: float) -> str:
    """Write one entry of the table.

    >>> cell(1e-15), cell(2e-5), cell(0.0234).replace("\\xa0", "~"), cell(12.34).replace("\\xa0", "~")
    ('same', 'nearly', '2.3~%', '1,234~%')
    """
    if share < UNCHANGED:
        return "same"
    return "nearly" if share < NEARLY else f"{number(100 * share, 2 if share < 1 else 3)}\u00a0%"


def named(methods: list[int]) -> str:
    """Name methods in a sentence: "layer, group and RMS norm"."""
    layers = [m for m in methods if ROWS[m] in METHODS]
    words = [STYLES[m].name if ROWS[m] == "rms" else ROWS[m] for m in layers]
    weights = [ROWS[m] for m in methods if m not in layers]
    return listed([*([f"{listed(words)} norm"] if words else []), *weights])


def spoken(name: str, factor: float, shift: str) -> str:
    """Name a change in a sentence."""
    by = f"by {factor:g}"
    added = "a pattern" if shift == "pattern" else "one number"
    return {
        "scale all weights": f"multiplying all weights {by}",
        "shift all weights": f"adding {added} to all weights",
        "scale one neuron": f"multiplying one neuron's weights {by}",
        "scale the data": f"multiplying the data {by}",
        "shift the data": f"adding {added} to the data",
        "scale one sample": f"multiplying one sample {by}",
    }[name]


def exact_entries(found: Measured) -> NDArray[np.bool_]:
    """Return which entries of the methods, "none" left out, are exact with epsilon 0."""
    return found.exact & (np.arange(len(ROWS)) > 0)[:, None]


def rarest(found: Measured) -> tuple[int, list[int]]:
    """Return the change that the fewest methods do not notice, and those methods."""
    unnoticed = found.exact[1:].sum(axis=0)
    column = int(np.argmin(np.where(unnoticed > 0, unnoticed, len(ROWS))))
    return column, [m for m in range(1, len(ROWS)) if found.exact[m, column]]


def title(found: Measured, at: int, setting: Setting) -> str:
    """Say what to see at one factor."""
    if FACTORS[at] == 1:
        return "A factor of 1 changes nothing"
    if setting.eps:
        exact = exact_entries(found)
        still = int((found.changes[at][exact] < UNCHANGED).sum())
        return f"With epsilon {decimal(setting.eps)}, {still} of {int(exact.sum())} exact entries stay exact"
    column, methods = rarest(found)
    verb = "does" if len(methods) == 1 else "do"
    return f"Only {named(methods)} {verb} not notice {spoken(CHANGES[column], FACTORS[at], setting.shift)}"


def sentence(found: Measured, at: int, setting: Setting) -> str:
    """Answer the page's question for one factor."""
    if FACTORS[at] == 1:
        return "Every entry says the same, even without normalization. Move the factor away from 1."
    now = found.changes[at]
    if setting.eps:
        return broken(found, now, FACTORS[at], setting)
    same = int((now[1:] < UNCHANGED).sum())
    sample = CHANGES.index("scale one sample")
    ignored = [m for m in range(1, len(ROWS)) if now[m, sample] < UNCHANGED]
    first = f"Of {now[1:].size} combinations with a method, {same} leave the output as it is, up to rounding."
    if setting.batch == 2:
        return (
            f"{first} With 2 samples batch norm gives only +1 and −1: a change of the data or weights can flip signs, and "
            "nothing else. More samples tell more."
        )
    return (
        f"{first} The most surprising: multiply one of {setting.batch} samples by {FACTORS[at]:g}, and under batch norm "
        f"the other {setting.batch - 1} change as well, by {cell(float(found.others[at]))}; {named(ignored)} do not notice."
    )


def broken(found: Measured, now: Floats, factor: float, setting: Setting) -> str:
    """Say what epsilon does to the exact entries."""
    exact = exact_entries(found)
    left = np.where(exact, now, 0.0)
    m, k = (int(one) for one in np.unravel_index(np.argmax(left), left.shape))
    size = cell(float(now[m, k])).replace("nearly", "less than 0.01\u00a0%")
    return (
        f"Of {int(exact.sum())} entries that are exact with epsilon 0, {int((now[exact] < UNCHANGED).sum())} still are. "
        f"The largest change among them: {spoken(CHANGES[k], factor, setting.shift)} changes the output of {named([m])} by "
        f"{size}. The smaller the values, the more an epsilon of {decimal(setting.eps)} weighs beside their variance."
    )


def decimal(eps: float) -> str:
    """Write an epsilon as the control does.

    >>> decimal(1e-5)
    '0.00001'
    """
    return f"{eps:.5f}".rstrip("0")
