"""Instance norm: a photograph loses contrast and brightness, and the layer does not notice, until epsilon does."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from normlib.contrast import ContrastSweep
from normlib.conventions import CONVENTIONS
from normlib.figures.contrast import contrast_figure
from normlib.pictures import NAMES, SIZES, grey_photographs
from normlib.words import number, percent, table, tex
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Controls
from pages.parts.dial import Dial, dial_chart
from pages.parts.frame import what_next
from pages.parts.lab import Download, Lab, explain, lab
from pages.parts.rows import csv_text
from pages.parts.sample import PERCENT, faded

SIZE_OF = {f"{height} × {width}": (height, width) for height, width in SIZES}
EPS_OF = {one.title: one.eps_instance for one in CONVENTIONS.values() if one.name != "paper"}
WHICH = {name.capitalize(): at for at, name in enumerate(NAMES)}
CONTROLS = Controls(
    "in",
    {
        "photo": Choice("Change", tuple(WHICH), "Temple", segments=True, help="The other photograph stays as it is."),
        "brightness": Number("Brightness", -1, 1, 0.5, 0.05, help="Added to every pixel. 0 is black, 1 is white."),
        "eps": Choice(
            "Epsilon of", tuple(EPS_OF), "PyTorch", segments=True, help="Each library's default for instance norm."
        ),
        "size": Choice(
            "Reduce the maps to",
            tuple(SIZE_OF),
            next(iter(SIZE_OF)),
            help="Rows × columns. Every value is the mean of a block.",
        ),
        "contrast": Number("Contrast", 0, 100, 30, 2, "%", field=True, help="Every pixel is multiplied by this."),
    },
)


@dataclass(frozen=True, eq=False)
class View:
    """What the page shows."""

    made: ContrastSweep
    which: int
    eps: float
    size: tuple[int, int]

    @property
    def name(self) -> str:
        """The changed photograph."""
        return NAMES[self.which]

    @property
    def other(self) -> int:
        """Index of the photograph that stays as it is."""
        return 1 - self.which


def title(shown: View, at: int) -> str:
    """Say what to see at one contrast."""
    made = shown.made
    if shown.size == (1, 1):
        return "With one value per map, instance norm leaves nothing"
    if made.contrasts[at] == 0:
        return "Without contrast there is nothing to bring back"
    change = float(made.instance.change[at, shown.which])
    if made.batch.change[at].max() < 1e-12:
        return "Nothing is changed yet: take the contrast away, or add brightness"
    if change < 0.05:
        told = "the same picture" + ("" if change < 1e-12 else f" to within {number(change, 1)}")
        return f"At {PERCENT[at]}\xa0% contrast instance norm gives {told}; batch norm does not"
    return f"At {PERCENT[at]}\xa0% contrast epsilon takes part, and instance norm gives a paler picture"


def sentence(shown: View, at: int) -> str:
    """Answer the page's question at one contrast."""
    made, which, other = shown.made, shown.which, shown.other
    if made.batch.change[at].max() < 1e-12:
        return (
            f"At full contrast and brightness {number(made.brightness)} both layers get the photographs as they are. Instance "
            f"norm makes the {shown.name} span {number(made.ends[0], 2)} to {number(made.ends[1], 2)}."
        )
    by_batch = (
        f"Batch norm's output of the {shown.name} changes by up to {number(float(made.batch.change[at, which]), 2)}, and that of "
        f"the {NAMES[other]}, which nobody touched, by up to {number(float(made.batch.change[at, other]), 2)}."
    )
    if shown.size == (1, 1):
        return (
            f"A map of 1 × 1 is its own mean, so every output is {number(float(made.ends[1]))}, at any contrast. The same goes "
            "for a dense layer, whose units have one value each: use layer norm there."
        )
    if made.contrasts[at] == 0:
        return f"Every pixel of the {shown.name} is {number(made.brightness)}: the variance is 0 and the output 0. {by_batch}"
    change, kept = float(made.instance.change[at, which]), float(made.kept[at])
    low, high = (number(end, 2) for end in made.ends)
    if change < 0.05:
        cause = "rounding" if change < 1e-12 else "the work of epsilon"
        return (
            f"Instance norm's outputs go from {low} to {high} and change by at most {number(change, 2)}, which is {cause}. "
            f"{by_batch}"
        )
    return (
        f"Instance norm's outputs should have standard deviation 1; beside epsilon {number(kept, 2)} is left, and outputs change "
        f"by up to {number(change, 2)}. {by_batch}"
    )


def numbers(shown: View, at: int, settings: tuple[int, float, float, tuple[int, int]]) -> None:
    """Show the statistics at the present contrast, and what smaller maps leave."""
    made, x = shown.made, grey_photographs(*shown.size)
    across = (slice(None), None, None, None)
    rows = []
    for layer, done in (("as given", made.seen), ("batch norm", made.batch), ("instance norm", made.instance)):
        values = done.gain[at][across] * x + done.offset[at][across]
        measures = {"mean": values.mean(axis=(1, 2, 3)), "sd": values.std(axis=(1, 2, 3))}
        if done is not made.seen:
            measures["largest change"] = done.change[at]
        for measure, pair in measures.items():
            rows.append([f"{layer}, {measure}", *(rounded(float(value)) for value in pair)])
    names = [name + (", changed" if index == shown.which else "") for index, name in enumerate(NAMES)]
    st.markdown(table(["", *names], rows))
    st.markdown("The changed photograph after instance norm, on smaller and smaller maps:")
    which, brightness, eps, _ = settings
    rows = []
    for title_, size in SIZE_OF.items():
        small = faded(which, brightness, eps, size)
        ends = small.instance.gain[at, which] * grey_photographs(*size)[which] + small.instance.offset[at, which]
        rows.append([title_, str(size[0] * size[1]), number(float(small.kept[at])), rounded(float(np.abs(ends).max()))])
    st.markdown(table(["map", "values per mean", "sd of the output", "largest size"], rows))


def rounded(value: float) -> str:
    """Write a number, and what rounding leaves of 0 as 0."""
    return number(0.0 if abs(value) < 1e-12 else value)


def computed(shown: View, at: int) -> None:
    """Show why contrast and brightness cancel, with the numbers of the changed photograph."""
    made, a = shown.made, float(shown.made.contrasts[at])
    x = grey_photographs(*shown.size)[shown.which]
    v, m = float(x.var()), float(x.mean())
    st.markdown("Instance norm averages over the positions of one channel of one image. What was added or multiplied:")
    st.latex(
        r"\frac{(a x + b) - (a \mu + b)}{\sqrt{a^2 \sigma^2 + \varepsilon}} = "
        r"\frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon / a^2}} \qquad (a > 0)"
    )
    st.markdown(
        "The brightness *b* is gone. The contrast *a* is left beside epsilon alone: the paler the picture, the larger epsilon "
        f"looks. For the {shown.name}, with mean {number(m)} and variance {number(v)}:"
    )
    if a > 0 and v > 0:
        st.latex(
            rf"\varepsilon / a^2 = {tex(shown.eps)} / {tex(a)}^2 = {tex(shown.eps / a**2)} \quad \text{{beside}} \quad "
            rf"\sigma^2 = {tex(v)}, \qquad \text{{sd of the output}} = {tex(float(made.kept[at]), 4)}"
        )
    st.markdown(
        "A negative *a* would turn the output into its negative. Batch norm averages over both photographs, so that the "
        "contrast of one is measured against the other. In a photograph with three channels each colour is treated by "
        "itself: a tint goes the same way as brightness."
    )
    st.markdown(
        "With one position per channel, a map of 1 × 1 or the output of a dense layer, the mean is the value. normlib "
        "gives zeros and warns; Keras's `GroupNormalization(groups=-1)` gives zeros and says nothing (checked with Keras 3.15); "
        "PyTorch's `InstanceNorm2d` raises an error in training."
        + (f" normlib says: “{made.warning}”" if made.warning else "")
    )
    st.markdown(
        "Ulyanov, Vedaldi and Lempitsky 2016 ([arXiv:1607.08022](https://arxiv.org/abs/1607.08022)) put instance norm into "
        "a network for style transfer so that the contrast of the content would not matter, in training and in use alike."
    )
    st.caption(
        "Photographs: china.jpg by danielbuechele and flower.jpg by vultilion on Flickr, CC BY 2.0; made grey and small. As "
        "given, 0 is drawn black and 1 white; outputs from −2.5 to 2.5. What lies beyond is drawn black or white but not cut "
        "in the computation."
    )


def code(shown: View, at: int) -> str:
    """Return a program that computes the same."""
    made = shown.made
    size = "" if shown.size == SIZES[0] else ", ".join(map(str, shown.size))
    sign = "-" if made.brightness < 0 else "+"
    return f"""import keras
import numpy as np
from normlib import batch_norm, instance_norm
from normlib.pictures import grey_photographs

x = grey_photographs({size})  # (2, H, W, 1): temple, flower
changed = x.copy()
changed[{shown.which}] = {made.contrasts[at]:g} * x[{shown.which}] {sign} {abs(made.brightness):g}

ours = instance_norm(changed, eps={shown.eps:g}).output
layer = keras.layers.GroupNormalization(groups=-1, epsilon={shown.eps:g})
theirs = np.asarray(layer(changed))
print(abs(ours - theirs).max())
print(abs(ours - instance_norm(x, eps={shown.eps:g}).output).max())  # instance norm: hardly changed
print(abs(batch_norm(changed).output - batch_norm(x).output).max(axis=(1, 2, 3)))  # batch norm: both changed
"""


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        which = WHICH[panel.choice("photo")]
        brightness = float(panel.number("brightness"))
        with panel.more():
            library = panel.choice("eps")
            size = panel.choice("size")
            contrast = panel.number("contrast")
    settings = which, brightness, EPS_OF[library], SIZE_OF[size]
    made = faded(*settings)
    shown = View(made, which, EPS_OF[library], SIZE_OF[size])
    at, positions = PERCENT.index(int(contrast)), range(len(PERCENT))
    drawn = contrast_figure(grey_photographs(*shown.size), made, at, which=which, names=NAMES)
    titles, sentences = [title(shown, k) for k in positions], [sentence(shown, k) for k in positions]
    with page.figure:
        dial_chart(
            panel,
            drawn,
            Dial("contrast", "Contrast", PERCENT, at, "%"),
            titles=titles,
            sentences=sentences,
            alt=f"Six grey pictures: the temple above, the flower below, as given, after batch norm and after instance norm. "
            f"The {shown.name} is given with {percent(float(made.contrasts[at]))} of its contrast and "
            f"{number(brightness)} added.",
            height=380,
            file_name="instance norm",
        )

        def text() -> str:
            again, other = faded(*settings), 1 - which
            return csv_text(
                [
                    "contrast",
                    "instance_norm_sd",
                    "instance_norm_change",
                    f"batch_norm_change_{NAMES[which]}",
                    f"batch_norm_change_{NAMES[other]}",
                ],
                [
                    again.contrasts,
                    again.kept,
                    again.instance.change[:, which],
                    again.batch.change[:, which],
                    again.batch.change[:, other],
                ],
            )

        explain(
            "in_tabs",
            {
                "Numbers": lambda: numbers(shown, at, settings),
                "How it is computed": lambda: computed(shown, at),
                "Code": lambda: st.code(code(shown, at), language="python"),
            },
            Download("instance-norm.csv", text),
        )


lab("instance-norm", "Take the contrast away and compare the two columns on the right.", CONTROLS, body)
what_next("If statistics can be taken away, others can be put in their place.", "style")
