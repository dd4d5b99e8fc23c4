"""Weight standardization beside layer norm: what one oversized filter does to all the others."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from normlib import data
from normlib.figures.look import METHODS
from normlib.figures.relatives import RELATIVES, filter_spreads
from normlib.layers import layer_norm
from normlib.relatives import weight_standardization
from normlib.words import number, percent, table, tex
from pages.parts.relative import Floats, Told
from pages.parts.rows import csv_text

FACTORS: Final = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
FILTERS, IMAGES, SEED, ADDED = 8, 20, 0, 0.5
LAYER_EPS: Final = 1e-6
NOTHING: Final = 1e-4


@lru_cache(maxsize=1)
def patches() -> Floats:
    """Return all 3 x 3 patches of some digits, with pixels from 0 to 1, (P, 9)."""
    images = data.load("digits").x[:IMAGES].reshape(-1, 8, 8) / 16
    return sliding_window_view(images, (3, 3), axis=(1, 2)).reshape(-1, 9)


@lru_cache(maxsize=1)
def kernel() -> Floats:
    """Return the filters, (3, 3, 1, filters), with He's initialization."""
    return np.random.default_rng(SEED).normal(0, np.sqrt(2 / 9), (3, 3, 1, FILTERS))


@lru_cache(maxsize=8)
def spreads(add: bool, unbiased: bool) -> tuple[Floats, Floats, Floats]:
    """Return the deviation of each filter's output: raw, after layer norm over the filters, with standard weights."""
    raw, layer, weights = (np.empty((len(FACTORS), FILTERS)) for _ in range(3))
    for f, factor in enumerate(FACTORS):
        w = kernel().copy()
        w[..., 0] = factor * w[..., 0] + (ADDED if add else 0.0)
        a = patches() @ w.reshape(9, FILTERS)
        raw[f] = a.std(axis=0)
        layer[f] = layer_norm(a, eps=LAYER_EPS).output.std(axis=0)
        weights[f] = (patches() @ weight_standardization(w, unbiased=unbiased).reshape(9, FILTERS)).std(axis=0)
    return raw, layer, weights


def weights(factor: float, add: bool, unbiased: bool) -> Told:
    """Change the first filter, and compare what becomes of all outputs."""
    at = FACTORS.index(factor)
    raw, layer, standard = spreads(add, unbiased)
    start, one = spreads(False, unbiased), FACTORS.index(1.0)
    styles = METHODS["none"], METHODS["layer"], RELATIVES["weights"]
    groups = [(s, now / then[one]) for s, now, then in zip(styles, (raw, layer, standard), start, strict=True)]

    def others(f: int) -> float:
        return float(layer[f, 1:].mean() / start[1][one, 1:].mean() - 1)

    def moved(f: int) -> float:
        return float(np.abs(standard[f] / start[2][one] - 1).max())

    def title(f: int) -> str:
        if FACTORS[f] == 1 and not add:
            return "Eight random filters, and nothing changed yet"
        verb = "lifts" if others(f) > 0 else "shrinks"
        return f"Layer norm {verb} the other seven by {percent(abs(others(f)))} on average, weight standardization keeps them"

    def sentence(f: int) -> str:
        if FACTORS[f] == 1 and not add:
            return (
                f"The outputs of the filters have standard deviations from {number(raw[f].min())} to "
                f"{number(raw[f].max())}. Multiply the first filter and see who notices."
            )
        what = f"multiplied by {FACTORS[f]:g}" if FACTORS[f] != 1 else "with its scale left alone"
        what += f" and {ADDED:g} added to each of its weights" if add else ""
        kept = (
            "by rounding and epsilon only"
            if moved(f) < NOTHING
            else f"by up to {number(100 * moved(f), 2)}\u00a0%, epsilon's doing"
        )
        return (
            f"The first filter is {what}: its raw output goes from {number(start[0][one, 0])} to {number(raw[f, 0])}. "
            f"Layer norm divides all eight by one number, so the others change too. The outputs of standardized weights change {kept}."
        )

    def text() -> str:
        found = spreads(add, unbiased)
        head = ["filter", "raw", "layer_norm", "weight_standardization"]
        return csv_text(head, [np.arange(1, FILTERS + 1), *(each[at] for each in found)])

    rows = [[str(k + 1), *(number(each[at, k]) for each in (raw, layer, standard))] for k in range(FILTERS)]
    first = factor * kernel()[..., 0].ravel() + (ADDED if add else 0.0)
    divisor = "n - 1" if unbiased else "n"
    return Told(
        drawn=filter_spreads(groups, at),
        label="First filter times",
        unit="",
        positions=FACTORS,
        at=at,
        titles=[title(f) for f in range(len(FACTORS))],
        sentences=[sentence(f) for f in range(len(FACTORS))],
        alt="Per filter, the change of its output's deviation: raw, after layer norm, and with standardized weights.",
        numbers=table(["filter", "raw", "layer norm", "weight standardization"], rows),
        formulas=(
            r"\hat w = \frac{w - \mu_w}{\sigma_w + \varepsilon}, \qquad \text{over the 9 weights of each filter}",
            rf"\mu_w = {tex(float(first.mean()))}, \qquad \sigma_w = {tex(float(first.std(ddof=int(unbiased))))} "
            rf"\quad (\text{{divided by }} {divisor})",
        ),
        remarks=(
            "The numbers are those of the first filter. Whatever number multiplies it and whatever is added to it goes "
            "away before any image is seen. The authors' two programs differ: the one for PyTorch divides the squares by "
            "n − 1, the one for TensorFlow by n; for 9 weights that is a factor of "
            f"{number(float(np.sqrt(9 / 8)))} in the output, for 576 weights one of {number(float(np.sqrt(576 / 575)), 5)}. "
            "Both add an epsilon of 10⁻⁵ to the deviation, not to the variance. It is meant for convolutions that batch or "
            "group norm follows. Source: [Qiao et al. 2019](https://arxiv.org/abs/1903.10520), "
            "[code](https://github.com/joe-siyuan-qiao/WeightStandardization)."
        ),
        code=f"""import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from normlib import data
from normlib.relatives import weight_standardization

images = data.load("digits").x[:{IMAGES}].reshape(-1, 8, 8) / 16
patches = sliding_window_view(images, (3, 3), axis=(1, 2)).reshape(-1, 9)
w = np.random.default_rng({SEED}).normal(0, np.sqrt(2 / 9), (3, 3, 1, {FILTERS}))
w[..., 0] = {factor:g} * w[..., 0]{f" + {ADDED:g}" if add else ""}
print((patches @ w.reshape(9, {FILTERS})).std(axis=0))
standard = weight_standardization(w, unbiased={unbiased})
print((patches @ standard.reshape(9, {FILTERS})).std(axis=0))
""",
        csv=text,
    )
