"""Padding: what the steps that are not there do to batch norm, and why layer norm does not see them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from normlib.conventions import convention
from normlib.figures.padding import padding_figure
from normlib.sequences import STEPS, PaddingSweep
from normlib.words import number, percent, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.sample import PADDED_TO, SEQUENCES, padded

SHORTEST = {"3 to 8 steps": 3, "All 8 steps": STEPS}
EPS = convention("keras").eps
FOLLOWED = tuple(f"Digit {digit}" for digit in range(10))  # the first ten images of the data set, in order
COLUMNS = tuple(f"Column {column}" for column in range(1, 9))
CONTROLS = Controls(
    "pd",
    {
        "lengths": Choice(
            "Sequences",
            tuple(SHORTEST),
            "3 to 8 steps",
            help="Each row of a digit's image is a step with 8 features. Cut short, the sequences differ in length.",
            segments=True,
        ),
        "sample": Choice("Follow", FOLLOWED, "Digit 0", help="The sequence whose outputs are drawn on the right."),
        "steps": Number("Padded to", PADDED_TO[0], PADDED_TO[-1], 20, 1, "steps", field=True),
        "feature": Choice("Feature", COLUMNS, "Column 4"),
        "value": Number("Padding", 0, 16, 0, 1, field=True, help="What stands in the steps that are not there."),
    },
)


@dataclass(frozen=True, eq=False)
class View:
    """What the page shows."""

    made: PaddingSweep
    real: np.ndarray
    feature: int
    value: float
    name: str

    def shift(self, at: int) -> np.ndarray:
        """How far padding moves each output of the sequence under batch norm, (length, 8)."""
        return np.abs(self.made.batch[at] - self.made.masked[at])

    def unmoved(self, outputs: np.ndarray, at: int) -> float:
        """Largest difference to the outputs with the least padding."""
        return float(np.abs(outputs[at] - outputs[0]).max())


def stays(moved: float) -> str:
    """Say how far outputs move while the padding grows."""
    return "does not move at all" if moved == 0 else f"moves by {number(moved, 2)}"


def title(shown: View, at: int) -> str:
    """Say what to see at one length."""
    share, moved = shown.made.share[at], float(shown.shift(at)[:, shown.feature].max())
    if share == 0:
        return "Without padding a mask changes nothing"
    if moved < 0.005:
        return f"{percent(share)} of the steps are padding, and this feature hardly notices"
    rest = stays(shown.unmoved(shown.made.layer, at))
    return f"{percent(share)} padding moves batch norm by up to {number(moved, 2)}; layer norm {rest}"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question at one length."""
    made, feature = shown.made, shown.feature
    column = COLUMNS[feature].lower()
    mean, std = float(made.mean[at, feature]), float(made.std[at, feature])
    real_mean, real_std = float(made.real_mean[feature]), float(made.real_std[feature])
    if real_std == 0:
        if std == 0:
            return (
                f"In {column} every real step holds {number(real_mean)}, and so does the padding: there is no spread to change. "
                "Choose a column nearer to the middle."
            )
        moved = number(float(shown.shift(at)[:, feature].max()), 2)
        return (
            f"In {column} every real step holds {number(real_mean)}. With a mask the standard deviation is {number(real_std)} and "
            f"every output {number(float(made.masked[at, 0, feature]))}; with padding of {number(shown.value)} it is {number(std)}, "
            f"and the outputs change by {moved}. Choose a column nearer to the middle."
        )
    if made.share[at] == 0:
        return (
            f"All {SEQUENCES} sequences fill their {made.steps[at]} steps: the mean of {column} is {number(mean)} and its standard "
            f"deviation {number(std)}, with a mask or without. Pad them further."
        )
    shift = shown.shift(at)[:, feature]
    step = int(np.argmax(shift))
    masked, layer = shown.unmoved(made.masked, at), shown.unmoved(made.layer, at)
    still = f"Batch norm with a mask {stays(masked)}, layer norm {stays(layer)}."
    if masked == layer == 0:
        still = "Batch norm with a mask and layer norm do not move at all."
    return (
        f"For {column} the mean goes from {number(real_mean)} to {number(mean)} and the standard deviation from "
        f"{number(real_std)} to {number(std)}. Step {step + 1} of {shown.name} comes out at "
        f"{number(float(made.batch[at, step, feature]), 2)} instead of {number(float(made.masked[at, step, feature]), 2)}. "
        f"{still}"
    )


def numbers(shown: View, at: int) -> None:
    """Show the statistics of every feature, with and without padding."""
    made = shown.made
    rows = []
    for index, column in enumerate(COLUMNS):
        filler = made.filler[at, index]
        rows.append(
            [
                column,
                number(made.real_mean[index]),
                number(made.mean[at, index]),
                number(made.real_std[index]),
                number(made.std[at, index]),
                number(float(shown.shift(at)[:, index].max()), 2),
                "–" if np.isnan(filler) else number(float(filler), 2),
            ]
        )
    head = ["feature", "mean, real", "mean, all", "sd, real", "sd, all", "largest shift", "a padding step becomes"]
    st.markdown(table(head, rows))
    st.markdown(
        f"{SEQUENCES} sequences padded to {made.steps[at]} steps: {len(shown.real):,} real steps and "
        f"{SEQUENCES * int(made.steps[at]) - len(shown.real):,} of padding. The largest shift is that of the followed sequence."
    )


def computed(shown: View, at: int) -> None:
    """Show the mixture of real steps and padding, with its numbers."""
    made, feature = shown.made, shown.feature
    share, mean, std = float(made.share[at]), float(made.real_mean[feature]), float(made.real_std[feature])
    st.markdown(
        "Batch norm averages each feature over samples and steps, (N, T). If a share *p* of the steps holds the padding *v*, "
        "the real mean and variance are mixed with it:"
    )
    st.latex(r"\mu' = (1 - p)\,\mu + p\,v, \qquad \sigma'^2 = (1 - p)\,\sigma^2 + p\,(1 - p)\,(\mu - v)^2")
    st.latex(
        rf"\mu' = {tex(1 - share)} \cdot {tex(mean)} + {tex(share)} \cdot {tex(shown.value)} = {tex(made.mean[at, feature])}, "
        rf"\qquad \sigma' = {tex(made.std[at, feature])} \quad (\sigma = {tex(std)})"
    )
    st.markdown(
        "The mean goes straight to the padding value. The spread need not shrink at once: padding far from the mean first "
        "adds to it, and only when most steps are padding does it fall."
    )
    st.markdown(
        "Layer norm takes mean and variance over the 8 features of one step of one sequence, so no other step is in them. "
        "A step of nothing but padding becomes zeros (plus beta)."
    )
    st.markdown(
        "Keras passes a mask on to `BatchNormalization`, which then averages over real steps alone (checked with Keras "
        "3.15); a `Masking` or `Embedding(mask_zero=True)` layer makes one. PyTorch's `BatchNorm1d` takes no mask. In "
        "inference batch norm uses running statistics, which remember the padding of the training batches: sequences "
        "that are padded differently then meet the wrong statistics."
    )


def code(shown: View, at: int, lengths: str) -> str:
    """Return a program that computes the same."""
    value = f", value={shown.value:g}" if shown.value else ""
    return f"""import keras
import numpy as np
from normlib import batch_norm, layer_norm
from normlib.sequences import digit_sequences, masked_batch_norm, pad

x, lengths = digit_sequences({SEQUENCES}, shortest={SHORTEST[lengths]})
batch = pad(x, lengths, steps={shown.made.steps[at]}{value})
print(batch.x.shape, batch.share)  # (N, T, C), share of padding

plain = batch_norm(batch.x).output
ours = masked_batch_norm(batch)[0]
layer = keras.layers.BatchNormalization()
theirs = np.asarray(layer(batch.x, mask=batch.mask, training=True))
print(abs(ours - theirs).max())  # Keras with a mask does the same
print(abs(plain - ours)[batch.mask].max())  # what padding changes in real steps
print(layer_norm(batch.x).output[0, 0].round(3))  # each step for itself
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        lengths = panel.choice("lengths")
        sample = panel.choice("sample")
        feature = COLUMNS.index(panel.choice("feature"))
        with panel.more():
            steps = panel.number("steps")
            value = float(panel.number("value"))
    settings = SHORTEST[lengths], FOLLOWED.index(sample), value, EPS
    made, real = padded(*settings)
    shown = View(made, real, feature, value, sample.removeprefix("A "))
    at, positions = PADDED_TO.index(int(steps)), range(len(PADDED_TO))
    drawn = padding_figure(
        made,
        real[:, feature],
        at,
        feature=feature,
        value=value,
        axis_title=f"{COLUMNS[feature].lower()}, intensity 0–16",
    )
    titles, sentences = [title(shown, k) for k in positions], [sentence(shown, k) for k in positions]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("steps", "Padded to", PADDED_TO, at, "steps"),
            titles=titles,
            sentences=sentences,
            alt="Left, a histogram of the feature over all steps, real ones and padding, with mean and standard deviation. "
            "Right, one sequence step by step under batch norm, batch norm with a mask, and layer norm.",
            height=400,
            file_name="padding",
        )

        def text() -> str:
            again, _ = padded(*settings)
            return csv_text(
                ["padded_to", "share_of_padding", "mean", "std", "largest_shift"],
                [
                    again.steps,
                    again.share,
                    again.mean[:, feature],
                    again.std[:, feature],
                    np.abs(again.batch - again.masked)[:, :, feature].max(axis=1),
                ],
            )

        explain(
            "pd_tabs",
            {
                "Numbers": lambda: numbers(shown, at),
                "How it is computed": lambda: computed(shown, at),
                "Code": lambda: st.code(code(shown, at, lengths), language="python"),
            },
            Download("padding.csv", text),
        )


lab("padding", "Pad the sequences further and watch which outputs drift.", CONTROLS, body)
what_next("Layer norm looks at one sample. Instance norm looks at one channel of one sample.", "instance-norm")
