"""Style: one photograph takes the mean and standard deviation of another, channel by channel."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from normlib.conventions import convention
from normlib.figures.style import CHANNELS, style_figure
from normlib.pictures import HEIGHT, NAMES, WIDTH
from normlib.style import StyleSweep
from normlib.words import number, percent, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.sample import COLORS, STRENGTHS, photograph, styled

EPS = convention("pytorch").eps_instance  # the paper's own code, too, takes 1e-5
PHOTOS = {name.capitalize(): name for name in NAMES}
CONTROLS = Controls(
    "sy",
    {
        "content": Choice("Content", tuple(PHOTOS), "Temple", segments=True, help="The photograph that is changed."),
        "style": Choice(
            "Style", tuple(PHOTOS), "Flower", segments=True, help="The photograph whose statistics are taken."
        ),
        "strength": Number("Strength", 0, 1, 1, 0.05, field=True, help="0 is the content itself, 1 the full exchange."),
    },
)


@dataclass(frozen=True, eq=False)
class View:
    """What the page shows."""

    made: StyleSweep
    content: str
    style: str

    @property
    def same(self) -> bool:
        """Whether a photograph takes its own statistics."""
        return self.content == self.style


def title(shown: View, at: int) -> str:
    """Say what to see at one strength."""
    made = shown.made
    if shown.same:
        moved = float(np.abs(made.result(at) - made.content).max())
        told = "" if moved == 0 else f", to within {number(moved, 1)}"
        return f"With its own statistics the {shown.content} stays what it is{told}"
    if made.strengths[at] == 0:
        return f"At strength 0 the {shown.content} is itself"
    if made.strengths[at] == 1:
        return f"The {shown.content} in the colours of the {shown.style}: same shapes, other statistics"
    return (
        f"The {shown.content}, {percent(float(made.strengths[at]))} of the way to the statistics of the {shown.style}"
    )


def sentence(shown: View, at: int) -> str:
    """Answer the page's question at one strength."""
    made = shown.made
    missed, cut = float(made.missed[at]), float(made.cut_missed[at])
    if made.strengths[at] == 0 and not shown.same:
        return (
            f"Before the exchange, a mean or standard deviation of the {shown.content} is up to {number(missed, 2)} away from "
            f"that of the {shown.style}. Drag the strength to 1."
        )
    agree = (
        f"Every channel's mean and standard deviation are those of the {shown.style} to within {number(missed, 2)}"
        if made.strengths[at] == 1 or shown.same
        else f"The largest distance of a mean or standard deviation to that of the {shown.style} is now {number(missed, 2)}"
    )
    if made.outside[at] == 0:
        return f"{agree}, and no value leaves the range from 0 to 1."
    return (
        f"{agree}, but {percent(float(made.outside[at]))} of the values, in {percent(float(made.pixels_outside[at]))} of the "
        f"pixels, leave the range from 0 to 1. The picture has to cut them off, and the largest distance becomes {number(cut, 2)}."
    )


def numbers(shown: View, at: int) -> None:
    """Show mean and standard deviation of every channel."""
    made, style = shown.made, photograph(shown.style).pixels
    rows = []
    for channel, name in enumerate(CHANNELS):
        pairs = {
            "content": (made.content[..., channel].mean(), made.content[..., channel].std()),
            "style": (style[..., channel].mean(), style[..., channel].std()),
            "result": (made.means[at, channel], made.stds[at, channel]),
            "result, cut off": (made.cut_means[at, channel], made.cut_stds[at, channel]),
        }
        rows += [
            [f"{name}, {measure}", *(number(float(pair[index])) for pair in pairs.values())]
            for index, measure in enumerate(("mean", "sd"))
        ]
    st.markdown(table(["channel", "content", "style", "result", "result, cut off"], rows))
    low, high = made.result(at).min(axis=(0, 1)), made.result(at).max(axis=(0, 1))
    st.markdown(
        table(
            ["channel", "smallest value", "largest value"],
            [[name, number(float(low[c])), number(float(high[c]))] for c, name in enumerate(CHANNELS)],
        )
    )


def computed(shown: View) -> None:
    """Show the formula, with the numbers of the red channel."""
    made, style = shown.made, photograph(shown.style).pixels
    x, y = made.content[..., 0], style[..., 0]
    st.markdown(
        "Instance norm of the content *x*, whose gamma and beta are standard deviation and mean of the style *y*:"
    )
    st.latex(
        r"\mathrm{AdaIN}(x, y) = \sigma(y)\,\frac{x - \mu(x)}{\sqrt{\sigma^2(x) + \varepsilon}} + \mu(y), \qquad "
        r"\text{result} = (1 - t)\,x + t\,\mathrm{AdaIN}(x, y)"
    )
    st.markdown("For the red channel:")
    st.latex(
        rf"{tex(float(y.std()))} \cdot \frac{{x - {tex(float(x.mean()))}}}{{\sqrt{{{tex(float(x.var()))} + {tex(EPS)}}}}} "
        rf"+ {tex(float(y.mean()))}"
    )
    st.markdown(
        "Nothing is learned in it, and gamma and beta differ from sample to sample; in layer and instance norm all samples share "
        "them. Epsilon stands below the content alone, which is why the statistics agree closely but not exactly."
    )
    st.markdown(
        "**What this page does not show.** Huang and Belongie 2017 ([arXiv:1703.06868](https://arxiv.org/abs/1703.06868)) apply "
        "the formula to the feature maps of a trained network, and a decoder turns the result into a picture. There it carries "
        "over strokes and textures. Here it works on the pixels, where it can carry over colour and contrast only."
    )
    st.caption(
        f"Photographs: china.jpg by danielbuechele and flower.jpg by vultilion on Flickr, CC BY 2.0; reduced to {HEIGHT} × {WIDTH} "
        f"pixels and {COLORS} colours. Everything is computed from these pixels. "
        "Below the pictures, the thick bar is mean ± standard deviation, the thin line goes from the smallest to the largest value."
    )


def code(shown: View, at: int) -> str:
    """Return a program that computes the same."""
    strength = float(shown.made.strengths[at])
    return f"""import keras
import numpy as np
from normlib.pictures import palette_photograph
from normlib.style import adaptive_instance_norm

x = palette_photograph("{shown.content}", {COLORS}).pixels[None]  # (N, H, W, C)
y = palette_photograph("{shown.style}", {COLORS}).pixels[None]
full = adaptive_instance_norm(x, y, eps={EPS:g})
ours = {1 - strength:g} * x + {strength:g} * full
print(full.mean(axis=(0, 1, 2)), y.mean(axis=(0, 1, 2)))
print("values beyond 0 and 1:", ((ours < 0) | (ours > 1)).mean())

# The same with Keras:
mean, variance = keras.ops.moments(x, axes=[1, 2], keepdims=True)
style_mean, style_variance = keras.ops.moments(y, axes=[1, 2], keepdims=True)
moved = keras.ops.sqrt(style_variance) * (x - mean) / keras.ops.sqrt(variance + {EPS:g}) + style_mean
theirs = np.asarray({1 - strength:g} * x + {strength:g} * moved)
print(abs(ours - theirs).max())
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        content = PHOTOS[panel.choice("content")]
        style = PHOTOS[panel.choice("style")]
        with panel.more():
            strength = float(panel.number("strength"))
    made = styled(content, style, EPS)
    shown = View(made, content, style)
    at, positions = int(np.argmin(np.abs(made.strengths - strength))), range(len(STRENGTHS))
    drawn = style_figure(photograph(content), photograph(style), made, at, names=(content, style))
    titles, sentences = [title(shown, k) for k in positions], [sentence(shown, k) for k in positions]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("strength", "Strength", STRENGTHS, at, format=".2f"),
            titles=titles,
            sentences=sentences,
            alt=f"Three pictures: the {content}, the {content} with the statistics of the {style}, and the {style}. Below, "
            "mean, standard deviation and range of red, green and blue in each of them.",
            height=400,
            file_name="style",
        )

        def text() -> str:
            again = styled(content, style, EPS)
            heads = [f"{kind}_{name.lower()}" for kind in ("mean", "sd") for name in CHANNELS]
            return csv_text(
                ["strength", *heads, "share_outside", "share_of_pixels_outside"],
                [again.strengths, *again.means.T, *again.stds.T, again.outside, again.pixels_outside],
            )

        explain(
            "sy_tabs",
            {
                "Numbers": lambda: numbers(shown, at),
                "How it is computed": lambda: computed(shown),
                "Code": lambda: st.code(code(shown, at), language="python"),
            },
            Download("style.csv", text),
        )


lab("style", "Drag the strength, then swap content and style.", CONTROLS, body)
what_next("Between one channel and all of them lie groups of channels.", "group-norm")
