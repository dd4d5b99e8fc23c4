"""Dynamic tanh beside layer norm: how near a curve without statistics can come."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from normlib.figures.relatives import tanh_through_points
from normlib.layers import layer_norm
from normlib.relatives import dynamic_tanh
from normlib.words import number, percent, table, tex
from pages.parts.relative import EPS, Floats, Told, apart, rows_code, rows_of
from pages.parts.rows import csv_text

ALPHAS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
FLAT: Final = 0.9  # of what the tanh can reach
STRAIGHT: Final = 0.05


@lru_cache(maxsize=8)
def fitted(name: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Return activations, layer norm's output, and for every alpha the best gamma and how far apart both stay."""
    x = rows_of(name)
    y = np.asarray(layer_norm(x, eps=EPS).output, dtype=np.float64)
    bent = [dynamic_tanh(x, alpha=alpha) for alpha in ALPHAS]
    gammas = np.array([(t * y).sum() / (t * t).sum() for t in bent])
    away = np.array([apart(gamma * t, y) for gamma, t in zip(gammas, bent, strict=True)])
    return x, y, gammas, away


def tanh(name: str, alpha: float) -> Told:
    """Compare dynamic tanh with layer norm at every alpha, each with the gamma that suits it best."""
    at = ALPHAS.index(alpha)
    x, y, gammas, away = fitted(name)
    best = int(np.argmin(away))
    reach = [np.abs(dynamic_tanh(x, alpha=one)) for one in ALPHAS]
    flat = [float((r > FLAT).mean()) for r in reach]
    # An exact zero is on the straight line; what it leaves is counted from there.
    straight = [
        float((np.abs(r - one * np.abs(x)) <= STRAIGHT * one * np.abs(x)).mean())
        for r, one in zip(reach, ALPHAS, strict=True)
    ]

    def title(f: int) -> str:
        if f == best:
            return f"Alpha {ALPHAS[f]:g} comes closest to layer norm: {percent(away[f])} away"
        return f"With alpha {ALPHAS[f]:g}, dynamic tanh is {percent(away[f])} away from layer norm"

    def sentence(f: int) -> str:
        text = (
            f"{percent(straight[f])} of the activations lie where the curve is a straight line, {percent(flat[f])} where it "
            f"is flat, above {percent(FLAT)} of its limit. One curve serves all samples; layer norm has a line of its own "
            "for each."
        )
        if f != best:
            text += f" Nearest here: alpha {ALPHAS[best]:g}, {percent(away[best])} away."
        return text

    def text() -> str:
        inputs, outputs, factors, _ = fitted(name)
        curve = factors[at] * dynamic_tanh(inputs, alpha=ALPHAS[at])
        return csv_text(["activation", "layer_norm", "dynamic_tanh"], [inputs.ravel(), outputs.ravel(), curve.ravel()])

    rows = [
        [f"{one:g}", number(gammas[f]), percent(away[f]), percent(straight[f]), percent(flat[f])]
        for f, one in enumerate(ALPHAS)
    ]
    some = float(np.quantile(x, 0.9))
    return Told(
        drawn=tanh_through_points(x.ravel(), y.ravel(), np.array(ALPHAS), gammas, at),
        label="Alpha",
        unit="",
        positions=ALPHAS,
        at=at,
        titles=[title(f) for f in range(len(ALPHAS))],
        sentences=[sentence(f) for f in range(len(ALPHAS))],
        alt="Scatter: layer norm's output over its input, with the curve of dynamic tanh and its tangent at 0.",
        numbers=table(
            ["alpha", "best gamma", "away from layer norm", "on the straight part", "on the flat part"], rows
        ),
        formulas=(
            r"y = \gamma \tanh(\alpha x) + \beta",
            rf"{tex(gammas[at])} \cdot \tanh({tex(alpha)} \cdot {tex(some, after_sign=True)}) = "
            rf"{tex(float(gammas[at] * dynamic_tanh(some, alpha=alpha)))}",
        ),
        remarks=(
            "No mean and no deviation: every value is treated alone, so batch size and other samples cannot matter. α, γ and "
            "β are learned; α is one number for the whole layer and starts at 0.5. Here β is 0, and γ is the one with the "
            "smallest squared distance to layer norm. “Away” is the root mean square of the difference, relative to layer "
            "norm's output. The authors found that layer norm in deep transformers maps its input along an S-shape, and "
            "put a tanh in its place; whether that works equally well at other sizes of data is still being studied. "
            "Source: [Zhu et al. 2025](https://arxiv.org/abs/2503.10622)."
        ),
        code=f"""import numpy as np
from normlib import layer_norm
from normlib.activations import activations
from normlib.relatives import dynamic_tanh

{rows_code(name)}
y = layer_norm(x, eps={EPS:g}).output
t = dynamic_tanh(x, alpha={alpha:g})
gamma = (t * y).sum() / (t * t).sum()  # least squares
print(gamma, np.sqrt(((gamma * t - y) ** 2).mean() / (y**2).mean()))
""",
        csv=text,
    )
