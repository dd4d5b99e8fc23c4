"""Layer norm: which axes it averages over, and why the rest of the batch does not matter to it."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from normlib.activations import FILTERS
from normlib.conventions import convention
from normlib.figures.company import company_figure
from normlib.layer_axes import LAYER_AXES, Company, LayerAxes
from normlib.words import count, number, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.sample import SIDE, SIZES, in_batches

TOLD = (1, 2, 4, 8, 16, 32, 64)
EPS = convention("keras").eps_layer
NAME_OF = {axes.title: name for name, axes in LAYER_AXES.items()}
SAMPLES = tuple(f"Digit {digit}" for digit in range(10))  # the first ten images of the data set, in order
CHANNELS = tuple(FILTERS)
CONTROLS = Controls(
    "ln",
    {
        "axes": Choice(
            "Layer norm averages over",
            tuple(NAME_OF),
            "Channels",
            help="Channels is Keras's default, axis=-1. Whole image is PyTorch's LayerNorm([C, H, W]).",
            segments=True,
        ),
        "sample": Choice(
            "Image", SAMPLES, "Digit 0", help="A handwritten digit under six filters: 8 × 8 pixels, 6 channels."
        ),
        "size": Number("Batch size", 1, 64, 2, 1, field=True, help="The image is always the first of its batch."),
        "draw": Number("Draw of batch mates", 1, 20, 1, 1, field=True, help="Another draw, other batch mates."),
        "channel": Choice("Channel on the right", CHANNELS, "blur"),
        "row": Number("Row of pixels on the right", 1, SIDE, 2, 1, field=True),
    },
)


@dataclass(frozen=True, eq=False)
class View:
    """What the page shows."""

    made: Company
    axes: LayerAxes
    shape: tuple[int, ...]
    image: str
    size: float
    row: int
    channel: int

    @property
    def at(self) -> int:
        """Index of the batch size shown."""
        return int(np.argmin(np.abs(self.made.sizes - self.size)))

    def shape_at(self, at: int) -> tuple[int, ...]:
        """Shape of one of the batches, (N, H, W, C)."""
        return int(self.made.sizes[at]), *self.shape[1:]

    def moved(self, outputs: np.ndarray, at: int) -> float:
        """Largest change of one of the image's outputs against the largest batch."""
        return float(np.abs(outputs[at] - outputs[-1]).max())


def title(shown: View, at: int) -> str:
    """Say what to see at one batch size."""
    one, rest = shown.axes.values(shown.shape), shown.axes.pairs((1, *shown.shape[1:]))
    what = f"the {one} channels at each of {rest} pixels" if rest > 1 else f"all {one} values of the image"
    moved = shown.moved(shown.made.layer, at)
    company = "its batch mates do not matter" if moved == 0 else f"its batch mates matter by {number(moved, 2)}"
    return f"Layer norm averages {what}, and {company}"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question at one batch size."""
    shape, largest = shown.shape_at(at), int(shown.made.sizes[-1])
    pairs = count(shown.axes.pairs(shape), "pair")
    size = shape[0]
    told = f"A batch of {count(size, 'image')} has {pairs} of mean and variance under layer norm."
    if at == shown.made.sizes.size - 1:
        widest = float(np.ptp(shown.made.batch, axis=0).max())
        kept = float(np.ptp(shown.made.layer, axis=0).max())
        return (
            f"{told} Over all batch sizes, the outputs of this image change by up to {number(widest, 2)} under batch norm "
            f"and by {number(kept, 2)} under layer norm."
        )
    return (
        f"{told} Against a batch of {largest}, the outputs of this image differ by up to "
        f"{number(shown.moved(shown.made.batch, at), 2)} under batch norm and by "
        f"{number(shown.moved(shown.made.layer, at), 2)} under layer norm."
    )


def numbers(shown: View) -> None:
    """Show what each reading counts and learns, and the outputs at every batch size."""
    shape = shown.shape_at(shown.at)
    _, height, width, channels = shape
    rows = []
    for axes in LAYER_AXES.values():
        spans = axes.parameters(shape)
        stored = (channels, height, width) if len(spans) > 1 else spans
        rows.append(
            [
                f"{axes.title}, as in Keras",
                axes.keras,
                "(N, H, W, C)",
                f"{axes.pairs(shape):,}",
                f"{axes.values(shape):,}",
                str(spans),
            ]
        )
        rows.append(
            [
                f"{axes.title}, as in PyTorch",
                axes.pytorch,
                axes.pytorch_layout,
                f"{axes.pairs(shape):,}",
                f"{axes.values(shape):,}",
                str(stored),
            ]
        )
    with st.container(key="library_names"):
        st.markdown(
            table(["average over", "call", "stored as", f"pairs, N = {shape[0]}", "values each", "gamma, beta"], rows)
        )
    st.markdown(
        f"The largest change of an output of this image ({shown.image.lower()}), against a batch of {shown.made.sizes[-1]}:"
    )
    st.markdown(
        table(
            ["batch size", "batch norm", "layer norm"],
            [
                [
                    str(size),
                    number(shown.moved(shown.made.batch, at), 2),
                    number(shown.moved(shown.made.layer, at), 2),
                ]
                for at, size in enumerate(shown.made.sizes)
                if size in TOLD
            ],
        )
    )


def computed(shown: View) -> None:
    """Show the formula, with the means of this image in it."""
    over = {"channels": "c", "sample": "h, w, c"}
    name = next(name for name, axes in LAYER_AXES.items() if axes is shown.axes)
    kept = "n h w" if name == "channels" else "n"
    m = shown.axes.values(shown.shape)
    st.latex(
        rf"\mu_{{{kept}}} = \frac{{1}}{{{m}}} \sum_{{{over[name]}}} x_{{nhwc}}, \qquad "
        rf"y_{{nhwc}} = \frac{{x_{{nhwc}} - \mu_{{{kept}}}}}{{\sqrt{{\sigma^2_{{{kept}}} + {tex(EPS)}}}}} \, \gamma + \beta"
    )
    low, high = float(shown.made.mean.min()), float(shown.made.mean.max())
    ends = f"from {number(low)} to {number(high)}" if high > low else f"{number(low)}"
    st.markdown(
        f"For this image the means are {count(shown.made.mean.size, 'number')}: {ends}. The sum runs over one image, n, so "
        "nothing of the other images is in it. Batch norm sums over n as well: that is why its line moves."
    )
    st.markdown(
        "The statistics belong to one image, but gamma and beta do not: the same ones serve every image. Their shape is "
        "fixed when the layer is made, so the axes that layer norm averages over must keep their length; the batch may have any. "
        "On sequences layer norm takes the features of each step, so that any number of steps will do."
    )
    st.markdown(
        "Both readings are called layer norm. The paper, Ba, Kiros and Hinton 2016 ([arXiv:1607.06450]"
        "(https://arxiv.org/abs/1607.06450)), averages over all hidden units of a layer and leaves open what that means for an "
        "image. The statistics of the whole image are also those of group norm with one group, which has a gamma per channel "
        "instead of one per value."
    )


def code(shown: View) -> str:
    """Return a program that computes the same."""
    return f"""import keras
import numpy as np
from normlib import data, layer_norm
from normlib.activations import feature_maps

digits = data.load("digits").x.reshape(-1, 8, 8)
x = feature_maps(digits[:{shown.shape_at(shown.at)[0]}])  # (N, H, W, C)
axes = {list(shown.axes.axes)}

ours = layer_norm(x, axes=axes).output
layer = keras.layers.LayerNormalization(axis=axes)
theirs = np.asarray(layer(x))
print(abs(ours - theirs).max(), layer.gamma.shape)

# Alone or in a batch, the first image comes out the same:
print(abs(layer_norm(x[:1], axes=axes).output[0] - ours[0]).max())

# PyTorch: torch.nn.{shown.axes.pytorch} on images stored as {shown.axes.pytorch_layout}
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        axes = panel.choice("axes")
        image = panel.choice("sample")
        with panel.more():
            size = panel.number("size")
            draw = int(panel.number("draw"))
            channel = panel.choice("channel")
            row = int(panel.number("row"))
    settings = SAMPLES.index(image), draw, NAME_OF[axes], EPS
    made, shape = in_batches(*settings)
    shown = View(made, LAYER_AXES[NAME_OF[axes]], shape, image, size, row - 1, CHANNELS.index(channel))
    at, positions = shown.at, range(len(SIZES))
    means = count(made.mean.size, "mean")
    drawn = company_figure(
        made,
        at,
        row=shown.row,
        channel=shown.channel,
        headings=(
            f"{means} of {shown.axes.values(shape)} values",
            f"Row {row} of channel “{channel}”; band: all batch sizes",
        ),
    )
    titles, sentences = [title(shown, k) for k in positions], [sentence(shown, k) for k in positions]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("size", "Batch size", SIZES, at),
            titles=titles,
            sentences=sentences,
            alt="Left, a map of the means that layer norm subtracts from the image. Right, the image's outputs along one row "
            "of pixels under layer norm and batch norm.",
            height=400,
            file_name="layer norm",
        )

        def text() -> str:
            again, _ = in_batches(*settings)
            heads = [
                "batch_size",
                *(f"{kind}_row_{row}_column_{w}" for kind in ("layer", "batch") for w in range(1, SIDE + 1)),
            ]
            both = np.concatenate(
                [outputs[:, row - 1, :, CHANNELS.index(channel)] for outputs in (again.layer, again.batch)], axis=1
            )
            return csv_text(heads, [again.sizes, *both.T])

        explain(
            "ln_tabs",
            {
                "Numbers": lambda: numbers(shown),
                "How it is computed": lambda: computed(shown),
                "Code": lambda: st.code(code(shown), language="python"),
            },
            Download("layer-norm.csv", text),
        )


lab("layer-norm", "Change the batch size and watch which line moves. Then switch the axes.", CONTROLS, body)
what_next("Few values to average over leave little. Go down to two features, and to one.", "few-features")
