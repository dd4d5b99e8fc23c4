"""Batches of one feature under batch renormalization, at every step of training, and what to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from normlib.renorm import Renormalized, RenormStatistics, batch_renorm, limits_at
from normlib.scalers import StandardScaler
from normlib.words import count, number, percent
from pages.parts.source import built_in

Floats = NDArray[np.float64]
STEPS: Final = np.arange(0, 45_001, 2_500)
BATCHES, SEEN, EPS = 12, 600, 1e-3


@dataclass(frozen=True)
class Setting:
    """What the controls are set to, but for the training step."""

    data: str
    column: int
    size: int
    rmax: float
    dmax: float
    seed: int

    def limits(self, at: int) -> tuple[float, float]:
        """Return rmax and dmax at one of the steps."""
        return limits_at(float(STEPS[at]), rmax=self.rmax, dmax=self.dmax)


@lru_cache(maxsize=64)
def batches(setting: Setting) -> tuple[Floats, RenormStatistics]:
    """Return some batches of the standardized feature, (N, B), and the running statistics after many others."""
    feature = built_in(setting.data).x[:, [setting.column]]
    values = StandardScaler().fit(feature).transform(feature)[:, 0]
    rng = np.random.default_rng(setting.seed)
    draws = np.array([rng.choice(values, setting.size, replace=False) for _ in range(SEEN + BATCHES)])
    running = RenormStatistics(np.zeros(1), np.ones(1))
    for mean, variance in zip(draws[:SEEN].mean(axis=1), draws[:SEEN].var(axis=1), strict=True):
        running = running.update([mean], [np.sqrt(variance + EPS)])
    return draws[SEEN:].T.copy(), running


@lru_cache(maxsize=64)
def trained(setting: Setting) -> tuple[Floats, list[Renormalized]]:
    """Return the batches' output in inference, (N, B), and their renormalization at every step."""
    x, running = batches(setting)
    # Every batch is a channel of its own, so that one call serves all.
    each = RenormStatistics(np.repeat(running.mean, BATCHES), np.repeat(running.std, BATCHES))
    inference = batch_renorm(x, each, eps=EPS, training=False).output
    limits = [setting.limits(at) for at in range(STEPS.size)]
    return inference, [batch_renorm(x, each, rmax=r, dmax=d, eps=EPS) for r, d in limits]


def away(setting: Setting, at: int) -> float:
    """Return how far training is from inference, relative to the size of inference's outputs."""
    inference, every = trained(setting)
    return float(np.sqrt(((every[at].output - inference) ** 2).mean() / ((inference**2).mean() or 1.0)))


def title(setting: Setting, at: int) -> str:
    """Say what to see at one step."""
    x, _ = batches(setting)
    if np.ptp(x) == 0:
        return "A constant feature leaves nothing to correct"
    if setting.limits(at) == (1.0, 0.0):
        return f"Closed limits are batch norm: training is {percent(away(setting, at))} away from inference"
    if away(setting, at) < 1e-9:
        return "No batch meets a limit: training gives what inference gives"
    return f"At step {STEPS[at]:,}, training is {percent(away(setting, at))} away from inference"


def sentence(setting: Setting, at: int) -> str:
    """Answer the page's question for one step."""
    x, running = batches(setting)
    if np.ptp(x) == 0:
        return (
            "All values are the same here, so every output is 0 in training and in inference. Choose another feature."
        )
    rmax, dmax = setting.limits(at)
    found = trained(setting)[1][at]
    spread = x.std(axis=0)
    if (rmax, dmax) == (1.0, 0.0):
        return (
            f"Each batch of {setting.size} divides by its own deviation, from {number(spread.min())} to "
            f"{number(spread.max())}, while inference divides by {number(running.std[0])} always: "
            f"{count(BATCHES, 'batch', 'batches')}, as many lines."
        )
    held = int(found.limited.sum())
    text = (
        f"The factor r may go from {number(1 / rmax)} to {number(rmax)}, the offset d from {number(-dmax)} to {number(dmax)}: "
        f"{count(held, 'batch', 'batches')} of {BATCHES} {'meets' if held == 1 else 'meet'} a limit"
    )
    if held == 0:
        return f"{text}, so all lines lie on the diagonal, and training uses the running statistics in full."
    if held == BATCHES:
        return f"{text}. No batch gets all of its correction."
    return f"{text}. In the rest training already gives what inference gives."
