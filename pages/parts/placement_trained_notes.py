"""Norm before or after, once trained: what stands behind the page, and what others have published."""

from __future__ import annotations

from typing import Final

import streamlit as st

from normlib.training.expectations import PLACEMENTS, TRAINED, XIONG
from normlib.training.placement_trained import COMMON, LEVELS, Placements
from normlib.words import listed, table
from pages.parts.measured import share
from pages.parts.placement_trained_judged import judged

_FORMULAS: Final = {
    "dense": r"\text{before: } \varphi(\mathrm{BN}(x W)) \qquad \text{after: } \mathrm{BN}(\varphi(x W + b)) \qquad \text{none: } \varphi(x W + b)",
    "transformer": r"\text{pre-LN: } x + f(\mathrm{LN}(x)) \qquad \text{post-LN: } \mathrm{LN}(x + f(x)) \qquad \text{none: } x + f(x)",
}
_ACTIVATIONS: Final = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}
_CHOSEN: Final = (
    "A ring marks the rate with the highest mean over the seeds. It is chosen on the same test rows that it is judged by, so "
    "every best looks a little too good, that of a line with many rates alike a little more. Which rates to try was decided "
    "after a look at a few runs with fewer seeds."
)


def computed(p: Placements) -> None:
    """Say what is trained, how the best rate is chosen, what was expected and what was measured."""
    e = p.crossed.base
    told = TRAINED[p.kind]
    st.latex(_FORMULAS[p.kind])
    if p.kind == "dense":
        network = (
            f"A dense network of {e.depth} × {e.width} {_ACTIVATIONS[e.activation]} units on digits, plain gradient descent, batches of {e.batch_size}, "
            f"{e.steps:,} updates. The first weights follow {e.init.capitalize()}'s rule, and those of the hidden layers are "
            "multiplied by the scale above each panel. Before the activation, batch norm takes the place of the bias."
        )
    else:
        blocks = listed([str(one) for one in p.panels])
        network = (
            f"{blocks} blocks of attention and MLP, {e.width} numbers per token, on digits read as 8 rows. Adam with the same rate from "
            f"the first update on, batches of {e.batch_size}, {e.steps:,} updates. $f$ is the attention or the MLP; pre-LN has one "
            "more norm behind the last block."
        )
    st.markdown(
        f"{network} All placements share rows, batches and random draws, seed by seed. A rate works where {share(LEVELS[p.kind])} of the "
        f"test rows are right. {_CHOSEN} The dotted line is one rate for all, {COMMON[p.kind]:g}."
    )
    st.markdown(f"**Expected.** {told.expected} **What would refute it.** {told.refuted} **Measured.** {judged(p)}")
    st.markdown(
        "Each interval is about its own difference; several of them are not joint. That a difference is not detected says that "
        "these seeds, this small network and this easy task do not show one, not that there is none."
    )
    made = p.results[0].made_by if p.results else ""
    st.caption(f"Source of the expectation: {'; '.join(told.sources)}." + (f" Trained by {made}." if made else ""))


def published(p: Placements) -> None:
    """Show what others measured."""
    if p.kind == "transformer":
        st.markdown(table(["warm-up", "highest rate", "BLEU"], [list(row) for row in XIONG.rows]))
        st.markdown(
            f"Not our numbers: {XIONG.what} ({XIONG.source}). A warm-up raises the learning rate slowly at first; BLEU rates "
            "translations, and higher is better. They also report that the first gradient of the last MLP stays at about 1.6 "
            "from 6 to 14 blocks under post-LN and falls under pre-LN, which they train without a warm-up. Our networks, data "
            "and times are far smaller: only the directions can be compared."
        )
        return
    head = ["network", "no batch norm", "before", "after"]
    lines = [[one.network, share(one.none), share(one.before), share(one.after)] for one in PLACEMENTS]
    st.markdown(table(head, lines))
    st.markdown(
        "Not our numbers: test accuracy on ImageNet with ReLU, by Mishkin and others (github.com/ducha-aiki/caffenet-benchmark, "
        "batchnorm.md). Single runs, first weights not the same, no intervals: after leads in one network, before in the other, "
        "and in the second no batch norm leads both. Heights cannot be compared with ours, only the signs."
    )
