"""Norm before or after, once trained: a run held against what was expected of it."""

from __future__ import annotations

from normlib.training.placement_trained import AFTER, BEFORE, LEVELS, WITHIN, Placements
from normlib.words import number
from pages.parts.measured import share
from pages.parts.placement_trained import panel_name, points, where, where_all
from pages.parts.placement_trained_words import capital, learned


def judged(p: Placements) -> str:
    """Hold the measurement against what would have refuted the expectation."""
    if not p.ended or p.seeds < 2 or not learned(p):
        return "There is nothing to hold against it yet."
    return _judged_transformer(p) if p.kind == "transformer" else _judged_dense(p)


def _judged_dense(p: Placements) -> str:
    found = [p.after_minus_before(panel) for panel in range(len(p.panels))]
    if p.crossed.base.activation == "relu":
        beyond = [
            panel for panel, one in enumerate(found) if one is not None and (one.low > WITHIN or one.high < -WITHIN)
        ]
        within = [one is not None and one.low > -WITHIN and one.high < WITHIN for one in found]
        if beyond:
            return f"Refuted {where_all(p, beyond)}: the whole interval is beyond {points(WITHIN)} point."
        if all(within):
            return f"As expected: each whole interval is within ±{points(WITHIN)} point."
        return f"Not decided: no interval is wholly beyond ±{points(WITHIN)} point, and not all are within."
    last = found[-1]
    if last is None:
        return "There is no interval."
    told = f"After minus before {where(p, len(found) - 1)} is {points(last.mean)} points ({points(last.low)} to {points(last.high)})."
    if last.high < 0:
        return f"{told} That is as expected."
    return f"{told} That refutes the expectation for this network."


def _judged_transformer(p: Placements) -> str:
    last = len(p.panels) - 1
    wider = p.wider(last)
    if wider is None:
        return "There is no interval."
    level = share(LEVELS[p.kind])
    told = (
        f"{capital(where(p, last))} the range of learning rates with {level} right is {number(wider.mean, 2)} decades wider "
        f"under pre-LN than under post-LN (95 % interval {number(wider.low, 2)} to {number(wider.high, 2)})."
    )
    told += " That is as expected." if wider.low > 0 else " That refutes the expectation for this network."
    norms = [[p.first_gradients(place, panel) for panel in (0, last)] for place in (BEFORE, AFTER)]
    ratios = [None if first is None or then is None else float((then / first).mean()) for first, then in norms]
    if None in ratios:
        return told
    pre, post = (number(float(ratio or 0), 2) for ratio in ratios)
    root = number((p.panels[last] / p.panels[0]) ** -0.5, 2)
    return (
        f"{told} From {panel_name(p, 0)} to {panel_name(p, last)} the first gradient of the last block's MLP changes by a factor of {pre} "
        f"under pre-LN (expected: {root}) and of {post} under post-LN (expected: 1)."
    )
