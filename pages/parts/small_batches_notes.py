"""Small batches: the numbers behind the figure, how they were made, and a file of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st

from normlib.training import Result
from normlib.training.crossed import Crossed
from normlib.training.ladder import Ladder
from normlib.training.presets import COMMON, MEMORY_ROWS, PRESETS, WU_HE
from normlib.words import count, number, table
from pages.parts.small_batches import NAMES, Grid, classes, interval, values_per_mean
from pages.parts.small_batches_words import gap_power, judged, points

CHOSEN: Final = (
    "Each method and batch size is shown at the best of three learning rates. It was chosen by the mean test loss, on the "
    "same rows and seeds that it is judged by, so every line looks a little too good."
)
SAME_RATE: Final = (
    "The same learning rate may suit one method better than another: let each have its own best one, under More, "
    "before you call one of them best. The rates that stand here at first were picked from two or three after a look at "
    "results with fewer seeds, which is no blind choice."
)


def with_half(values: np.ndarray) -> str:
    """Write a mean share in percent with half the width of its interval."""
    found = interval(values)
    mean = f"{100 * float(values.mean()):.1f}"
    return mean if found is None else f"{mean} ± {points((found.high - found.low) / 2)}"


def numbers(wanted: Crossed | Ladder, g: Grid) -> None:
    """Show every cell, and the differences."""
    names = [NAMES[name] for name in g.methods]
    lines, facts = [], []
    by_size = {one.batch_size: one for one in g.crossed.experiments}
    for at, size in enumerate(g.sizes):
        one, apart = by_size[size], interval(g.minus("batch", "group", at))
        difference = "" if apart is None else f"{points(apart.mean)} ({points(apart.low)} to {points(apart.high)})"
        stopped = [f"{int(g.stopped[:, at].sum())} of {g.seeds * len(names)}"] if g.stopped.any() else []
        lines.append([str(size), *(with_half(g.of(name)[at]) for name in g.methods), difference, *stopped])
        first, last = values_per_mean(one)
        rates = [] if isinstance(wanted, Ladder) else [number(one.learning_rate)]
        facts.append([str(size), f"{one.steps:,}", *rates, f"{first:,}", f"{last:,}", number(classes(size), 2)])
    head = ["batch", *names, "batch − group", *(["stopped"] if g.stopped.any() else [])]
    st.markdown(table(head, lines))
    st.caption(
        f"Test errors in percent, mean of {count(g.seeds, 'seed')} ± half of its 95 % interval. A stopped seed counts with its last "
        "value. Differences are seed by seed, with the same rows and first weights on both sides, in points with their interval."
    )
    if isinstance(wanted, Ladder):
        st.markdown("Learning rates that were chosen:")
        rates = {(one.experiment.method, one.experiment.batch_size): one.experiment.learning_rate for one in g.results}
        chosen = [[str(size), *(number(rates[name, size]) for name in g.methods)] for size in g.sizes]
        st.markdown(table(["batch", *names], chosen))
    rate = [] if isinstance(wanted, Ladder) else ["learning rate"]
    st.markdown(table(["batch", "updates", *rate, "values per mean, first layer", "last layer", "digits in it"], facts))
    st.caption(
        "“Values per mean” is how many numbers batch norm averages over. “Digits in it” is how many of the ten classes a "
        "random batch of this size holds on average."
    )


def computed(g: Grid, made_by: str, *, tuned: bool) -> None:
    """Say what is the same for all, what was expected, and what was measured."""
    base = g.crossed.base
    preset = PRESETS[0]
    shape = (
        f"{base.depth} convolutions of {base.width} channels"
        if base.kind == "conv"
        else f"{base.depth} layers of {base.width} units"
    )
    st.latex(
        rf"\eta_B = \eta_{{{COMMON}}} \cdot \frac{{B}}{{{COMMON}}} \qquad \text{{steps}} = "
        rf"\frac{{\text{{epochs}} \cdot {base.train_rows}}}{{B}} \qquad \text{{keep}} = 1 - \frac{{B}}{{{MEMORY_ROWS}}}"
    )
    st.markdown(
        f"{shape[:1].upper()}{shape[1:]} on {base.train_rows:,} digits, plain SGD, group norm with {base.groups} groups. All see the same number of rows, so "
        f"small batches make more and smaller updates. The learning rate grows in proportion to the batch. Running statistics reach back over the "
        f"same {MEMORY_ROWS} rows, because at a fixed memory large batches would be tested with what is left of the starting values. A last, "
        "smaller batch of an epoch is dropped: with one row left, batch norm in a dense layer would have nothing to average over. "
        "Errors are taken in inference mode, where batch norm uses its running statistics."
    )
    few, all_ = values_per_mean(g.crossed.experiments[0])[1], base.kind == "conv"
    st.markdown(
        f"With batches of {g.sizes[0]}, batch norm's means are over {few} values in the last hidden layer. "
        + (
            "A convolution averages over the pixels, too, so that a batch of 2 is less small than it sounds."
            if all_
            else "Of two values, the normalized ones are about −1 and 1, whatever the inputs were."
        )
    )
    power = gap_power(g)
    st.markdown(
        f"**Expected.** {preset.expected} **What would refute it.** {preset.refuted} **Measured.** {judged(g)}"
        + ("" if power is None else f" The gap between the modes goes with the power {number(power, 2)}.")
    )
    st.markdown(
        (CHOSEN if tuned else SAME_RATE) + " Each interval is about its own difference; several of them are not joint."
    )
    st.caption(f"Source of the expectation: {preset.source}; published numbers: {WU_HE.source}. Trained by {made_by}.")


def rows(results: Sequence[Result]) -> tuple[list[str], list[list[object]]]:
    """Return every number, one line per network, for a file."""
    names = ("loss", "test_nll", "test_accuracy", "test_accuracy_batch")
    lines: list[list[object]] = []
    for one in results:
        e = one.experiment
        for place, seed in enumerate(e.seeds):
            values = [one.values[name][place, -1] if name in one.values else float("nan") for name in names]
            lines.append(
                [
                    e.method,
                    e.batch_size,
                    e.learning_rate,
                    e.steps,
                    seed,
                    *(f"{v:.6g}" if np.isfinite(v) else "" for v in values),
                ]
            )
    head = ["method", "batch_size", "learning_rate", "steps", "seed", *names]
    return head, [list(column) for column in zip(*lines, strict=True)]
