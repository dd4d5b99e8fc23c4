"""What the page on relatives needs of each of them, and RMS norm as the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.activations import activations
from normlib.figures.drawn import Drawn
from normlib.figures.relatives import rms_against_layer
from normlib.layers import layer_norm, rms_norm
from normlib.words import number, percent, table, tex
from pages.parts.rows import csv_text

Floats = NDArray[np.float64]
MOST_ROWS: Final = 40
EPS: Final = 1e-6
SHIFTS: Final = np.round(np.arange(0, 41) * 0.1, 1)


@dataclass(frozen=True, eq=False)
class Told:
    """One relative under the present setting: its picture at every position, and what to say."""

    drawn: Drawn
    label: str
    unit: str
    positions: Sequence[float] | Floats
    at: int
    titles: list[str]
    sentences: list[str]
    alt: str
    numbers: str
    formulas: tuple[str, ...]
    remarks: str
    code: str
    csv: Callable[[], str]


@lru_cache(maxsize=8)
def rows_of(name: str) -> Floats:
    """Return some positions of real activations, each with its channels, (R, C) float64."""
    x = activations(name).x
    flat = x.reshape(-1, x.shape[-1]).astype(np.float64)
    chosen = np.unique(np.linspace(0, len(flat) - 1, min(MOST_ROWS, len(flat))).round().astype(int))
    return flat[chosen]


@lru_cache(maxsize=32)
def shifted(name: str, own: bool) -> tuple[Floats, Floats]:
    """Return layer norm's and RMS norm's output with every mean added, (F, R, C) each."""
    x = rows_of(name)
    if not own:
        x = x - x.mean(axis=1, keepdims=True)
    moved = x + (SHIFTS * rows_of(name).std())[:, None, None]
    layer = np.asarray(layer_norm(moved, eps=EPS).output, dtype=np.float64)
    return layer, np.asarray(rms_norm(moved, eps=EPS).output, dtype=np.float64)


def rows_code(name: str) -> str:
    """Return the lines of a program that load the same activations."""
    return f'''x = activations("{name}").x
x = x.reshape(-1, x.shape[-1]).astype("float64")
x = x[np.unique(np.linspace(0, len(x) - 1, min({MOST_ROWS}, len(x))).round().astype(int))]'''


def apart(one: Floats, other: Floats) -> float:
    """Return how far two outputs are from each other, relative to the second."""
    return float(np.sqrt(((one - other) ** 2).mean() / ((other**2).mean() or 1.0)))


def rms(name: str, shift: float, own: bool) -> Told:
    """Compare RMS norm with layer norm while a mean is added to every value."""
    at = int(np.argmin(np.abs(SHIFTS - shift)))
    layer, root = shifted(name, own)
    flat = layer.reshape(len(SHIFTS), -1), root.reshape(len(SHIFTS), -1)
    away = [apart(r, n) for n, r in zip(*flat, strict=True)]
    spread = rows_of(name).std()
    x = rows_of(name)
    centred = "" if own else "x -= x.mean(axis=1, keepdims=True)\n"

    def title(f: int) -> str:
        if away[f] < 1e-9:
            return "At mean 0, RMS norm is layer norm"
        if SHIFTS[f] == 0:
            return f"The samples' own means alone put RMS norm {percent(away[f])} away from layer norm"
        kept = float(root[f].std(axis=1).mean() / layer[f].std(axis=1).mean())
        return f"A mean of {number(SHIFTS[f])} sd leaves {percent(kept)} of layer norm's spread"

    def sentence(f: int) -> str:
        mean, deviation = root[f].mean(), root[f].std(axis=1).mean()
        start = f"With {number(SHIFTS[f])} sd added to every value"
        if SHIFTS[f] == 0:
            start = "With the samples' own means left in" if own else "With the mean of every sample taken out"
        if away[f] < 1e-9:
            return f"{start}, both divide by the same number: all outputs agree to the last digits."
        return (
            f"{start}, RMS norm keeps the mean and divides by a root that contains it: its outputs have a mean of "
            f"{number(mean)} and, within a sample, a standard deviation of {number(deviation)} on average. Layer norm "
            f"subtracts the mean, so its outputs stay: RMS norm's are {percent(away[f])} away from them."
        )

    settings = name, own

    def text() -> str:
        n, r = shifted(*settings)
        count = n[0].size
        return csv_text(["mean_added_sd", "layer_norm", "rms_norm"], [np.repeat(SHIFTS, count), n.ravel(), r.ravel()])

    rows = [
        [
            "mean of all outputs",
            number(layer[at].mean()) if abs(layer[at].mean()) > 1e-12 else "0",
            number(root[at].mean()),
        ],
        [
            "deviation within a sample, on average",
            number(layer[at].std(axis=1).mean()),
            number(root[at].std(axis=1).mean()),
        ],
        ["largest output", number(layer[at].max()), number(root[at].max())],
        ["learned numbers", str(2 * x.shape[1]), str(x.shape[1])],
    ]
    row = int(np.argmax(np.abs(x - x.mean(axis=1, keepdims=True)).max(axis=1)))
    base = x[row] if own else x[row] - x[row].mean()
    moved = base + SHIFTS[at] * spread
    return Told(
        drawn=rms_against_layer(flat[0][0], flat[1], at),
        label="Mean added",
        unit="sd",
        positions=SHIFTS,
        at=at,
        titles=[title(f) for f in range(len(SHIFTS))],
        sentences=[sentence(f) for f in range(len(SHIFTS))],
        alt="Scatter: each activation after RMS norm against the same one after layer norm, with the diagonal.",
        numbers=table(["", "layer norm", "RMS norm"], rows),
        formulas=(
            r"\text{layer norm: } \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad "
            r"\text{RMS norm: } \frac{x}{\sqrt{\mu^2 + \sigma^2 + \varepsilon}}",
            rf"\mu = {tex(moved.mean())}, \quad \sigma = {tex(moved.std())}, \quad "
            rf"\sqrt{{\mu^2 + \sigma^2}} = {tex(float(np.sqrt((moved**2).mean())))}",
        ),
        remarks=(
            "The mean square is μ² + σ², so both divide by the same where μ = 0. The numbers are those of the sample with "
            "the largest deviation. RMS norm saves one pass over the data and one learned vector. “Away” is the root mean square "
            "of the difference, relative to layer norm's output. Source: "
            "[Zhang and Sennrich 2019](https://arxiv.org/abs/1910.07467)."
        ),
        code=f"""import keras
import numpy as np
from normlib import layer_norm, rms_norm
from normlib.activations import activations

{rows_code(name)}
mean_added = {SHIFTS[at]:g} * x.std()
{centred}x += mean_added

ours = rms_norm(x, eps={EPS:g}).output
theirs = np.asarray(keras.layers.RMSNormalization(epsilon={EPS:g})(x))
print(np.abs(ours - theirs).max())
print(np.abs(ours - layer_norm(x, eps={EPS:g}).output).max())
""",
        csv=text,
    )
