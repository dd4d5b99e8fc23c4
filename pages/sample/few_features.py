"""Few features: what layer norm leaves of one feature, of two, and of more."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from normlib.activations import activations
from normlib.conventions import CONVENTIONS
from normlib.few_features import FewFeatures
from normlib.figures.few_features import few_features_figure
from normlib.words import count, number, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.sample import few, units

LAYER = activations("dense")
X = units()
SCALES = {"As they are": 1.0, "A tenth": 0.1, "A hundredth": 0.01}
EPS_OF = {one.title: one.eps_layer for one in CONVENTIONS.values() if one.name != "paper"}
CONTROLS = Controls(
    "ff",
    {
        "features": Number(
            "Features", 1, X.shape[1], 5, 1, field=True, help="The first so many units of a dense layer."
        ),
        "scale": Choice(
            "Inputs", tuple(SCALES), "As they are", help="Smaller inputs have a smaller variance beside epsilon."
        ),
        "eps": Choice(
            "Epsilon of", tuple(EPS_OF), "Keras", segments=True, help="Each library's default for layer norm."
        ),
    },
)


@dataclass(frozen=True, eq=False)
class View:
    """What the page shows."""

    found: FewFeatures
    scale: float
    eps: float

    def sizes(self, at: int) -> np.ndarray:
        """Sizes of all outputs with d = at + 1 features."""
        return np.abs(self.found.outputs[at, :, : at + 1])


def title(shown: View, at: int) -> str:
    """Say what to see at one number of features."""
    sizes = shown.sizes(at)
    if at == 0:
        return f"With 1 feature every output is {number(float(sizes.max()))}"
    if at == 1:
        least, most = (number(float(size), 2) for size in (sizes.min(), sizes.max()))
        around = f"±{least}" if least == most else f"between ±{least} and ±{most}"
        return f"With 2 features every output is {around}: little more than a sign is left"
    return f"With {at + 1} features no output can pass ±{number(float(shown.found.bounds[at]))}"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question at one number of features."""
    samples, sizes = X.shape[0], shown.sizes(at)
    most = float(sizes.max())
    if at == 0:
        return (
            f"The mean of one value is the value itself, so {count(samples, 'sample')} become "
            f"{count(samples, 'zero', 'zeros')}, whatever they were. Only beta could follow. Use 3 features or more."
        )
    if at == 1:
        faint = float(np.abs(np.diff(X[:, :2] * shown.scale, axis=1)).min())
        return (
            "Of two features only two things are left: which is larger, and how their difference compares with epsilon. "
            f"The closest pair is {number(faint)} apart and comes out at ±{number(float(sizes.min()))}."
        )
    return (
        f"The largest of {sizes.size} outputs has the size {number(most)}; the bound is √({at + 1}\xa0−\xa01)\xa0=\xa0"
        f"{number(float(shown.found.bounds[at]))}. One value that differs from {at} equal ones would reach it, were "
        "epsilon 0."
    )


def numbers(shown: View) -> None:
    """Show sizes and bound for every number of features."""
    rows = []
    for at in range(X.shape[1]):
        sizes = shown.sizes(at)
        rows.append(
            [
                str(at + 1),
                number(float(sizes.min())),
                number(float(sizes.mean())),
                number(float(sizes.max())),
                number(float(shown.found.bounds[at])),
            ]
        )
    st.markdown(table(["features", "smallest size", "mean size", "largest size", "bound"], rows))


def computed(shown: View, at: int) -> None:
    """Show the formula with the numbers of one sample in it."""
    d = at + 1
    row = X[0, :d] * shown.scale
    mean, variance = float(row.mean()), float(row.var())
    st.latex(r"y = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad |y| \le \sqrt{d - 1}")
    st.markdown(f"For the first sample ({LAYER.samples[0]}) and its first feature of {d}:")
    st.latex(
        rf"y = \frac{{{tex(row[0], 4)} - {tex(mean, 4, after_sign=True)}}}{{\sqrt{{{tex(variance, 4)} + {tex(shown.eps)}}}}} "
        rf"= {tex(float(shown.found.outputs[at, 0, 0]), 4)}"
    )
    if at == 0:
        st.markdown(f"What the layer says to this in normlib: “{shown.found.warning}”")
    if at == 1:
        st.markdown(
            "With two values *a* and *b*, half their difference *h* is the deviation of both, and their standard deviation: "
            "$y = \\pm h / \\sqrt{h^2 + \\varepsilon}$."
        )
    st.markdown(
        "The bound holds for every normalization: an average over *m* values lets none of them pass √(*m* − 1), "
        "so a batch of 2 does to batch norm on a dense layer what two features do here. (Samuelson 1968, "
        "[doi:10.1080/01621459.1968.10480944](https://doi.org/10.1080/01621459.1968.10480944).)"
    )
    st.markdown(f"The inputs: {LAYER.layer}")


def code(shown: View, at: int) -> str:
    """Return a program that computes the same."""
    scaled = "" if shown.scale == 1 else f" * {shown.scale:g}"
    return f"""import keras
import numpy as np
from normlib import layer_norm
from normlib.activations import activations

x = activations("dense").x[:, 0, 0, :{at + 1}]{scaled}  # (N, d)
ours = layer_norm(x, eps={shown.eps:g}).output
theirs = np.asarray(keras.layers.LayerNormalization(epsilon={shown.eps:g})(x))
print(ours.round(3))
print(abs(ours).max(), "of at most", np.sqrt(x.shape[1] - 1))
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        scale = panel.choice("scale")
        library = panel.choice("eps")
        with panel.more():
            at = int(panel.number("features")) - 1
    settings = SCALES[scale], EPS_OF[library]
    shown = View(few(*settings), *settings)
    drawn = few_features_figure(shown.found, at)
    page.reading("bound", float(shown.found.bounds[at]))
    positions = range(X.shape[1])
    titles, sentences = [title(shown, k) for k in positions], [sentence(shown, k) for k in positions]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("features", "Features", [k + 1 for k in positions], at),
            titles=titles,
            sentences=sentences,
            alt="Left, the outputs of layer norm for every sample, feature by feature, with dotted lines at the bound. Right, the largest output "
            "and the bound against the number of features.",
            height=380,
            file_name="layer norm over few features",
        )

        def text() -> str:
            found = few(*settings)
            return csv_text(
                ["features", "largest_output", "bound"],
                [np.arange(1, found.largest.size + 1), found.largest, found.bounds],
            )

        explain(
            "ff_tabs",
            {
                "Numbers": lambda: numbers(shown),
                "How it is computed": lambda: computed(shown, at),
                "Code": lambda: st.code(code(shown, at), language="python"),
            },
            Download("few-features.csv", text),
        )


lab("few-features", "Drag the number of features down to 2, then to 1.", CONTROLS, body)
what_next("Sequences are filled up with padding. See which statistics notice.", "padding")
