"""Covariate shift inside the network: what the four arms measured, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from normlib.training.inside_shift import (
    ARMS,
    BATCH,
    NOISY_BATCH,
    NOISY_NONE,
    NONE,
    WITHIN,
    Paired,
)
from normlib.words import count, listed, number
from pages.parts.inside import NAMES, Inside
from pages.parts.measured import share

Floats = NDArray[np.float64]
AS_WELL, NO_BETTER, UNDECIDED = "As well as without noise", "No better than no norm", "I cannot say"


def learning(m: Inside, guess: str | None = None) -> str:
    """Answer by accuracy: how good each arm is, whether noise hurts batch norm, and what was guessed."""
    parts = [_levels(m), *(_stuck(m, arm) for arm in range(len(ARMS)) if m.stuck(arm)), *_lost(m)]
    noisy, over = m.accuracy(NOISY_BATCH, BATCH), m.accuracy(NOISY_BATCH, NONE)
    if noisy.interval is None or over.interval is None:
        return " ".join([*parts, "One seed cannot say whether that is luck."])
    limit = number(100 * WITHIN)
    verdict = (
        f"equal within the {limit} point that was set beforehand"
        if noisy.equivalent
        else "worse"
        if noisy.interval.high < 0
        else "better"
        if noisy.interval.low > 0
        else f"not told apart, and not shown to be equal within {limit} point"
    )
    against = "not told apart" if not over.told_apart else "better" if over.interval.mean > 0 else "worse"
    parts.append(
        f"Batch norm with noise minus batch norm: {_points(noisy)}, {verdict}. Minus no norm: {_points(over)}, {against}."
    )
    if guess in {AS_WELL, NO_BETTER}:
        right = noisy.equivalent if guess == AS_WELL else not (over.told_apart and over.interval.mean > 0)
        parts.insert(
            0,
            f"You expected “{guess[0].lower()}{guess[1:]}”: {'these runs show it' if right else 'these runs do not show it'}.",
        )
    return " ".join(parts)


def _levels(m: Inside) -> str:
    assert m.learned is not None  # noqa: S101 - looked at before
    said = [f"{name} {share(arm.median)}" for name, arm in zip(NAMES, m.learned.found.arms, strict=True)]
    return f"After {m.crossed.base.steps:,} updates, rows right: {listed(said)}."


def _stuck(m: Inside, arm: int) -> str:
    guessing = share(1 / m.crossed.base.size.classes)
    return (
        f"{NAMES[arm][0].upper()}{NAMES[arm][1:]} never left the start: always the same answer would get about "
        f"{guessing}. A larger learning rate or more updates may free it."
    )


def _lost(m: Inside) -> list[str]:
    return [
        f"{count(len(one.stopped), 'seed')} of {name} stopped, the loss being no number any more, and counts with the last accuracy."
        if len(one.stopped) == 1
        else f"{len(one.stopped)} seeds of {name} stopped, the loss being no number any more, and count with their last accuracy."
        for name, one in zip(NAMES, m.shown, strict=True)
        if one.stopped
    ]


def drifting(m: Inside) -> str:
    """Say whether the input of batch norm drifts less than without a norm, and what noise makes of it."""
    found = m.drift(BATCH, NONE)
    if found.interval is None:
        return _too_few(found)
    every = f"From record to record ({count(m.apart, 'update')}) the values that enter the last batch norm move"
    less = int((found.values < 0).sum())
    text = (
        f"{every} {_times(found)} as far as without a norm, less far in {less} of {count(len(found.values), 'seed')}."
    )
    noisy = m.drift(NOISY_BATCH, NONE)
    return text if noisy.interval is None else f"{text} With noise behind batch norm it is {_times(noisy)} as far."


def drift_title(m: Inside) -> str:
    """Say what to see."""
    found = m.drift(BATCH, NONE)
    if not found.told_apart or found.interval is None:
        return "No clear difference in how far the inputs of the last layer move"
    return f"The inputs of the last layer move {'less' if found.interval.mean < 0 else 'more'} under batch norm"


def turning(m: Inside) -> str:
    """Say whether gradients agree more with what they are after the step of the layers before."""
    found = m.cosine(BATCH, NONE)
    if found.interval is None:
        return _too_few(found)
    sides = [m.of(arm, "ics_cosine") for arm in (BATCH, NONE)]
    both = np.isfinite(sides).all(axis=0)
    means = [float(side[both].mean()) for side in sides]
    verdict = "" if found.told_apart else ", so that these seeds show no difference"
    text = (
        f"Over all records and the layers from the second, the cosine is {number(means[0], 4)} under batch norm and "
        f"{number(means[1], 4)} without: {_signed(found)}{verdict}."
    )
    higher, layers = m.higher_in()
    text += f" It is clearly higher in {higher} of {layers} layers."
    if m.stuck(NONE) or means[1] > 0.999:
        text += " A gradient hardly turns in a network that hardly learns."
    return text


def turning_title(m: Inside) -> str:
    """Say what to see."""
    found = m.cosine(BATCH, NONE)
    if not found.told_apart or found.interval is None:
        return "No clear difference in how gradients turn"
    return (
        f"Gradients turn {'less' if found.interval.mean > 0 else 'more'} under batch norm when the layers before move"
    )


def quiet(m: Inside) -> str:
    """Say how wide the typical unit's middle 70 % wander at the input and the output of batch norm."""
    wander = [_wander(m.shown[BATCH].values[f"probe_{side}_percentiles"][m.seed]) for side in ("input", "output")]
    without = _wander(m.shown[NONE].values["probe_input_percentiles"][m.seed])
    return (
        f"The median of this unit wanders over {number(wander[0], 2)} times its spread at the start where it enters batch norm, "
        f"{number(wander[1], 2)} where it leaves, and {number(without, 2)} without a norm. Flat at the output is no evidence: batch norm subtracts the mean and "
        "divides by the spread, so there only gamma and beta move. Look at the input."
    )


def _against(drift: Paired) -> str:
    """Say what drift under noise beyond that of no norm means for the claim that noise restores the shift."""
    if not drift.told_apart or drift.interval is None:
        return "no clear difference"
    return (
        "more shift than batch norm could have removed" if drift.interval.mean > 0 else "less than the shift there was"
    )


def _wander(percentiles: Floats) -> float:
    there = percentiles[np.isfinite(percentiles).all(axis=1)]
    return float(np.ptp(there[:, 1]) / max(there[0, 2] - there[0, 0], 1e-12)) if len(there) else 0.0


def both_sides(m: Inside) -> str:
    """Return both readings of the same numbers; the verdict is the learner's."""
    drift, turn = m.drift(BATCH, NONE), m.cosine(BATCH, NONE)
    noisy, cost, over = m.drift(NOISY_BATCH, BATCH), m.accuracy(NOISY_BATCH, BATCH), m.accuracy(NOISY_BATCH, NONE)
    if any(one.interval is None for one in (drift, turn, noisy, cost, over)):
        return "One seed decides nothing: train more of them, then compare."
    calm = drift.told_apart and drift.interval.mean < 0
    calmer = turn.told_apart and turn.interval.mean > 0
    shaken = noisy.told_apart and noisy.interval.mean > 0
    unhurt = cost.equivalent or cost.interval.low > 0
    ahead = over.told_apart and over.interval.mean > 0
    for_it = [
        f"the input of the last batch norm {'drifts less' if calm else 'does not drift clearly less'} than without a norm",
        f"gradients {'turn less' if calmer else 'do not turn clearly less'} under it",
    ]
    against = [
        f"noise {'brings drift back' if shaken else 'does not bring drift back'}",
        "accuracy stays" if unhurt else "accuracy suffers, or is not shown to stay",
        f"shaken batch norm is {'still ahead of' if ahead else 'not clearly ahead of'} no norm",
    ]
    against_none, shaken_none = m.drift(NOISY_BATCH, NONE), m.accuracy(NOISY_NONE, NONE)
    control = ""
    if against_none.interval is not None:
        control += (
            f" Shaken batch norm drifts {_times(against_none)} as far as no norm, which is {_against(against_none)}."
        )
    if shaken_none.interval is not None:
        control += f" The same noise without a norm changes the rows right by {_points(shaken_none)}."
    return (
        "**Does calm explain it?** That is contested.\n\n"
        f"- *It does*, hold Ioffe and Szegedy 2015: batch norm keeps layers calm. Here {listed(for_it)}.\n"
        f"- *It does not*, hold Santurkar and others 2018: the loss becomes smoother. Here {listed(against)}.{control}\n\n"
        "Less drift beside faster learning need not be its cause, and four arms on small digits weigh little. Judge for "
        "yourself, at another rate and with the other activation, too."
    )


def _points(found: Paired) -> str:
    assert found.interval is not None  # noqa: S101 - looked at before
    mean, low, high = (
        number(round(100 * end, 2), 2) for end in (found.interval.mean, found.interval.low, found.interval.high)
    )
    lost = f"; {count(found.left_out, 'seed')} left out" if found.left_out else ""
    return f"{mean} points (95 % interval {low} to {high}{lost})"


def _times(found: Paired) -> str:
    assert found.interval is not None  # noqa: S101 - looked at before
    mean, low, high = (
        number(float(np.exp(end)), 2) for end in (found.interval.mean, found.interval.low, found.interval.high)
    )
    lost = f"; {count(found.left_out, 'seed')} left out" if found.left_out else ""
    return f"{mean} times (95 % interval {low} to {high}{lost})"


def _signed(found: Paired) -> str:
    assert found.interval is not None  # noqa: S101 - looked at before
    mean, low, high = (
        number(round(end, 4), 2) for end in (found.interval.mean, found.interval.low, found.interval.high)
    )
    lost = f"; {count(found.left_out, 'seed')} left out" if found.left_out else ""
    return f"a difference of {mean} (95 % interval {low} to {high}{lost})"


def _too_few(found: Paired) -> str:
    why = f" {count(found.left_out, 'seed')} stopped in one of the arms." if found.left_out else ""
    return f"There are too few seeds to compare batch norm with no norm here.{why}"
