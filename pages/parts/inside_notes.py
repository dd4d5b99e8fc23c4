"""Covariate shift inside the network: what is measured and how, what was expected, and a program that repeats it."""

from __future__ import annotations

import streamlit as st

from normlib.training.crossed import Crossed
from normlib.training.expectations import INSIDE
from normlib.training.inside_shift import NONE, place
from pages.parts.inside import Inside
from pages.parts.inside_words import drifting, learning, turning


def computed(inside: Inside) -> None:
    """Say what is measured, how the noise is made, what was expected, and what came out elsewhere."""
    e = inside.crossed.base
    st.markdown(
        "**Drift.** Fixed training rows, up to 256 per seed, go through the network in training mode at every record "
        "(with its noise; running statistics stay as they are). For each unit $u$ of the last hidden layer, with sorted values $x_{(i)}$:"
    )
    st.latex(
        r"\text{drift} = \frac{1}{U}\sum_u \frac{\frac1n\sum_i \left|x^{t}_{(i)u} - x^{t-1}_{(i)u}\right|}{\mathrm{sd}(x^{t-1}_u)}"
    )
    st.markdown(
        "the Wasserstein distance to the record before, in units of the spread then: a network whose values begin close together and spread out moves far by this measure. The typical unit is the one whose spread is "
        "the median one at the start.\n\n"
        "**Gradients.** $G_i$ is the gradient of the weights of layer $i$; $G'_i$ is taken on the same batch after the "
        f"layers before $i$ have taken their step, here with the learning rate $\\eta = {e.but(learning_rate=inside.shown[NONE].experiment.learning_rate).learning_rate:g}$ of no norm:"
    )
    st.latex(
        r"\cos = \frac{G_i \cdot G'_i}{\lVert G_i\rVert\,\lVert G'_i\rVert}, \qquad W'_j = W_j - \eta\,G_j \ \text{ for } j < i"
    )
    noise = max(one.experiment.noise for one in inside.shown)
    st.markdown(
        f"**Noise.** Behind the norm, or where it would stand, with strength $c = {noise:g}$ and draws that all arms share:"
    )
    st.latex(
        r"y = x + c\left((s-1)\,x + m + e\right), \quad s \sim U(1, 1.25),\ m \sim U(-0.5, 0.5),\ e \sim N(0, 0.1^2)"
    )
    st.markdown(
        "$s$ and $m$ are drawn for each unit and update, $e$ for each row as well. It is off in inference mode, and part of what "
        "leaves the norm. The text of the paper asks for such noise without numbers; those of $s$ and $m$ are usually quoted "
        "from its appendix, that of $e$ is chosen here. Noise on raw values weighs as much as their own scale lets it, so the "
        "same noise is not equally strong in a network without a norm."
    )
    st.markdown(
        "Expected before anything was measured:\n\n"
        + "\n".join(
            f"- **{name.capitalize()}.** {one.expected} *Would be refuted by:* {one.refuted} ({'; '.join(one.sources)})"
            for name, one in INSIDE.items()
        )
    )
    measured = [drifting(inside), learning(inside), turning(inside)]
    st.markdown("Measured, as shown now:\n\n" + "\n".join(f"- {text}" for text in measured))
    st.markdown(
        "Published, on other data and larger networks: Santurkar and others report that a VGG network on CIFAR-10 trains with noisy "
        "batch norm as with batch norm, that the same noise keeps the network without it from training, and that cosines are "
        "similar or lower with batch norm. Where the numbers here say otherwise, size, data and learning rate differ."
    )
    st.caption(
        f"Each seed has its own split ({e.train_rows:,} training rows), batches of {e.batch_size} and first weights, the same in all arms. "
        f"Plain gradient descent. Trained by {inside.shown[0].made_by}."
    )


def code(crossed: Crossed, rate: int) -> str:
    """Return a program that trains one seed of the four arms, shorter than the run shown."""
    e = crossed.experiments[place(crossed, NONE, rate)]
    noise = max(crossed.axes["noise"])
    return f"""import numpy as np
from normlib.training import Experiment, collect, train

base = Experiment(depth={e.depth}, width={e.width}, activation="{e.activation}", init="{e.init}", batch_size={e.batch_size},
                  learning_rate={e.learning_rate:g}, steps={min(e.steps, 200)}, points=5, spacing="even", seeds=1,
                  record=("drift", "shift"))
arms = [base.but(method=method, noise=noise) for method in ("none", "batch") for noise in (0.0, {noise:g})]
for one in collect(arms, train(arms)):
    print(one.experiment.method, "norm, noise", one.experiment.noise)
    print("  test accuracy", one.values["test_accuracy"][0, -1].round(3))
    print("  input drift  ", one.values["input_drift"][0, 1:].round(3))
    print("  cosine       ", one.values["ics_cosine"][0, -1].round(3))
"""
