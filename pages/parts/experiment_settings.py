"""The controls of a training page: every setting of an experiment, and which one the arms differ in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from normlib.components.run_view import Toy
from normlib.figures.look import ACCENT, BLUE, GREEN, GREY, METHODS, ORANGE, PURPLE, SKY, VERMILION, Style
from normlib.training import Comparison, Experiment, InvalidSettingsError, problems
from normlib.training.regions import grid
from normlib.training.sets import SIZES
from normlib.training.toys import points
from pages.parts.controls import Choice, Control, Number, Panel, Several, Switch


@dataclass(frozen=True)
class Setting:
    """A setting of an experiment that arms may differ in.

    Attributes:
        label: its name on the page.
        values: what each option means to an experiment.
        default: option of the experiment when the arms differ in something else.
        arms: options of the arms when they differ in this.
        help: shown with the control.
    """

    label: str
    values: Mapping[str, Any]
    default: str
    arms: tuple[str, ...]
    help: str | None = None


def _numbers(*values: float) -> dict[str, float]:
    return {f"{value:g}": value for value in values}


SETTINGS: Final[Mapping[str, Setting]] = {
    "method": Setting(
        "Method", {style.name: name for name, style in METHODS.items()}, "Batch", ("None", "Batch", "Layer")
    ),
    "placement": Setting(
        "Placement",
        {"No norm": "none", "Before": "before", "After": "after"},
        "Before",
        ("No norm", "Before", "After"),
        "Before or after the activation. In a transformer block: before the sublayer (pre-LN) or after the sum (post-LN).",
    ),
    "batch_size": Setting(
        "Batch size", {f"{n}": n for n in (2, 4, 8, 16, 32, 64, 128, 256, 512)}, "32", ("8", "32", "64")
    ),
    "learning_rate": Setting(
        "Learning rate",
        _numbers(0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        "0.5",
        ("0.01", "0.1", "0.5"),
    ),
    "depth": Setting("Hidden layers", {f"{n}": n for n in (1, 2, 4, 8, 16, 32, 50)}, "8", ("2", "8", "32")),
    "activation": Setting(
        "Activation",
        {"ReLU": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "Identity": "identity"},
        "ReLU",
        ("ReLU", "Sigmoid", "Tanh"),
    ),
    "init": Setting(
        "First weights",
        {"He": "he", "Xavier": "xavier", "Normal 0.1": "normal"},
        "He",
        ("He", "Xavier", "Normal 0.1"),
        "The rule for the spread of the weights at the start.",
    ),
    "scale": Setting(
        "Scale of the first weights",
        _numbers(0.01, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10),
        "1",
        ("0.1", "1", "10"),
        "Every weight of the hidden layers is multiplied by this before training.",
    ),
    "optimizer": Setting(
        "Optimizer",
        {"SGD": "sgd", "Momentum": "momentum", "Adam": "adam"},
        "SGD",
        ("SGD", "Momentum", "Adam"),
    ),
    "keep": Setting(
        "Memory of the running mean",
        _numbers(0, 0.5, 0.9, 0.99, 0.999),
        "0.99",
        ("0.5", "0.9", "0.99"),
        "Share of the old running mean and variance that batch norm keeps at every update. Keras calls it momentum.",
    ),
    "eps": Setting(
        "Epsilon",
        {"Keras default": None, "0.00001": 1e-5, "0.001": 1e-3, "0.1": 0.1, "1": 1.0},
        "Keras default",
        ("0.00001", "0.001", "1"),
        "Added to the variance before the root is taken.",
    ),
}

DATA: Final = {
    "Digits": "digits",
    "Wine": "wine",
    "Breast cancer": "breast cancer",
    "Spirals": "spirals",
    "Circles": "circles",
    "Moons": "moons",
}
KINDS: Final = {"Dense": "dense", "Convolutional": "conv", "Transformer": "transformer"}
STEPS: Final = ("100", "200", "500", "1000", "2000", "5000")
SEEDS: Final = ("1", "3", "5", "8", "16")
LAYERS: Final = {"All": "all", "First": "first", "Last": "last"}
# What an arm looks like when arms do not differ in the method, whose colours are its own.
_ARMS: Final = (
    Style("", BLUE, "solid", "circle"),
    Style("", VERMILION, "dash", "square"),
    Style("", GREEN, "dashdot", "diamond"),
    Style("", PURPLE, "longdash", "triangle-up"),
    Style("", ORANGE, "longdashdot", "cross"),
    Style("", SKY, "dot", "triangle-down"),
    Style("", GREY, "solid", "x"),
    Style("", ACCENT, "dash", "star"),
)


def _controls() -> dict[str, Control]:
    table: dict[str, Control] = {
        "compare": Choice("Compare", tuple(setting.label for setting in SETTINGS.values()), "Method"),
        "data": Choice("Data", tuple(DATA), "Digits"),
        "network": Choice(
            "Network",
            tuple(KINDS),
            "Dense",
            help="Dense networks train in NumPy, the other two in Keras, which takes a few seconds to begin. "
            "They need images: digits.",
        ),
        "width": Choice(
            "Width",
            ("8", "16", "32", "64", "128"),
            "64",
            help="Units of each hidden layer, channels, or numbers per token.",
        ),
        "groups": Choice("Groups", ("1", "2", "4", "8", "16"), "8", help="Of group norm."),
        "gamma": Switch("Learned gamma", True),
        "beta": Switch("Learned beta", True),
        "layers": Choice("Layers with a norm", tuple(LAYERS), "All", segments=True),
        "inputs": Choice("Inputs", ("Scaled", "Raw"), "Scaled", segments=True),
        "last": Choice(
            "Last, smaller batch",
            ("Keep", "Drop"),
            "Keep",
            segments=True,
            help="Of the rows left at the end of an epoch.",
        ),
        "steps": Choice("Updates", STEPS, "500"),
        "seeds": Choice(
            "Seeds", SEEDS, "8", help="Each seed is another split, another batch order and other first weights."
        ),
        "first": Number("First seed", 0, 9999, 0, field=True, help="The same start again, or another one."),
    }
    for name, setting in SETTINGS.items():
        table[name] = Choice(setting.label, tuple(setting.values), setting.default, help=setting.help)
        table[f"{name}_arms"] = Several("Between", tuple(setting.values), setting.arms, fewest=2, help=setting.help)
    return table


CONTROLS: Final[Mapping[str, Control]] = _controls()
"""The controls of a training page."""


@dataclass(frozen=True)
class Wanted:
    """What the controls ask for.

    Attributes:
        comparison: None where the settings do not go together.
        labels: of the arms.
        factor: the setting that the arms differ in.
        problems: why there is no comparison, in sentences.
    """

    comparison: Comparison | None
    labels: tuple[str, ...]
    factor: str
    problems: tuple[str, ...]

    @property
    def differs(self) -> str:
        """Say what differs between the arms, and what they share."""
        assert self.comparison is not None  # noqa: S101 - asked for after a look at it
        names = {"split": "rows", "batches": "batch order", "draws": "random first weights"}
        same = [names[what] for what, shared in self.comparison.shared.items() if shared]
        listed = ", ".join(same[:-1]) + f" and {same[-1]}" if len(same) > 1 else "".join(same)
        name = SETTINGS[self.factor].label
        return f"Only “{name[0].lower()}{name[1:]}” differs. Same {listed} for all."


Chosen = Mapping[str, str | float | bool]
"""What the controls show, by their names."""


def draw_settings(panel: Panel, first: DeltaGenerator) -> Wanted:
    """Draw the controls: what differs into a place of its own, the rest here by subject."""
    by_label = {setting.label: name for name, setting in SETTINGS.items()}
    with first:
        factor = by_label[panel.choice("compare")]
        labels = panel.several(f"{factor}_arms")
    chosen: dict[str, str | float | bool] = {}

    def draw(*names: str) -> None:
        chosen.update({name: panel.choice(name) for name in names if name != factor})

    with st.expander("All settings"):
        draw("data")
        network, norm, training = st.tabs(["Network", "Norm", "Training"])
        with network:
            draw("network", "depth", "width", "activation", "init", "scale", "inputs")
        with norm:
            draw("method", "placement", "layers", "groups", "keep", "eps")
            chosen |= {name: panel.switch(name) for name in ("gamma", "beta")}
        with training:
            draw("learning_rate", "batch_size", "optimizer", "steps", "seeds", "last")
            chosen["first"] = panel.number("first")
    return wanted(factor, labels, chosen)


def wanted(factor: str, labels: tuple[str, ...], chosen: Chosen) -> Wanted:
    """Return the comparison that the controls ask for, or why there is none.

    Args:
        factor: the setting that differs.
        labels: its options, one per arm.
        chosen: what the other controls show; those left out show their defaults.

    >>> wanted("method", ("Batch", "Layer"), {"batch_size": "4"}).comparison.base.batch_size
    4
    >>> wanted("method", ("Batch",), {}).problems
    ('Choose two or more to compare.',)
    """
    if len(labels) < 2:
        return Wanted(None, labels, factor, ("Choose two or more to compare.",))
    shown = {name: chosen.get(name, control.default) for name, control in CONTROLS.items()}
    first, many = int(shown["first"]), int(shown["seeds"])
    data = DATA[str(shown["data"])]
    record = ["gradients", "activations", "histograms", *(["regions"] if SIZES[data].features == 2 else [])]
    try:
        values = [SETTINGS[factor].values[label] for label in labels]
        base: dict[str, Any] = {name: setting.values[str(shown[name])] for name, setting in SETTINGS.items()}
        base |= {
            # The first arm's value also stands in the base, so that the base by itself is an experiment that can run.
            factor: values[0],
            "data": data,
            "kind": KINDS[str(shown["network"])],
            "width": int(shown["width"]),
            "layers": LAYERS[str(shown["layers"])],
            "groups": int(shown["groups"]),
            "gamma": shown["gamma"],
            "beta": shown["beta"],
            "last_batch": str(shown["last"]).lower(),
            "inputs": str(shown["inputs"]).lower(),
            "steps": int(shown["steps"]),
            "seeds": tuple(range(first, first + many)),
            "record": record,
        }
        comparison = Comparison(base=Experiment(**base), factor=factor, values=values)
    except InvalidSettingsError as error:
        said = tuple(in_words(problem.message) for problem in problems(error, Experiment.model_fields))
        return Wanted(None, labels, factor, said)
    return Wanted(comparison, labels, factor, ())


def in_words(message: str) -> str:
    """Return a message of an experiment with the names that its settings have on the page.

    >>> in_words("batch_size=512 is more than the 125 rows: set last_batch to drop.")
    'Batch size 512 is more than the 125 rows: set “last, smaller batch” to drop.'
    """
    labels = {name: setting.label for name, setting in SETTINGS.items()}
    labels |= {"last_batch": CONTROLS["last"].label, "steps": CONTROLS["steps"].label, "width": CONTROLS["width"].label}
    labels |= {"groups": CONTROLS["groups"].label, "data": "Data", "kind": CONTROLS["network"].label}
    said = re.sub(
        r"\b(\w+)=", lambda found: f"{labels[found[1]].lower()} " if found[1] in labels else found[0], message
    )
    names = "|".join(name for name in labels if "_" in name)
    said = re.sub(rf"\b({names})\b", lambda found: f"“{labels[found[1]].lower()}”", said)
    said = said.replace("or lower keep", "or lower this memory")
    return said[:1].upper() + said[1:]


def summary(comparison: Comparison) -> str:
    """Say in one line what is trained, besides what differs.

    >>> summary(wanted("method", ("None", "Batch"), {}).comparison)
    'Digits, dense 8 × 64 ReLU, He, SGD at 0.5, batches of 32'
    """
    e, differs = comparison.base, comparison.factor

    def name(setting: str) -> str:
        return next(label for label, value in SETTINGS[setting].values.items() if value == getattr(e, setting))

    kind = next(label for label, value in KINDS.items() if value == e.kind)
    size = [str(getattr(e, field)) for field in ("depth", "width") if field != differs]
    activation = [name("activation")] if differs != "activation" else []
    parts = [
        next(label for label, value in DATA.items() if value == e.data),
        " ".join([kind.lower(), " × ".join(size), *activation]),
        "" if differs == "init" else name("init"),
        " at ".join(
            [name("optimizer")] * (differs != "optimizer") + [name("learning_rate")] * (differs != "learning_rate")
        ),
        "" if differs == "batch_size" else f"batches of {e.batch_size}",
        "" if differs == "method" else f"{spoken('method', name('method'))}",
    ]
    return ", ".join(part for part in parts if part)


def styles(factor: str, labels: tuple[str, ...]) -> list[Style]:
    """Return what each arm looks like: its method's own look, or one by its place.

    >>> [style.color for style in styles("method", ("None", "Batch"))] == [GREY, BLUE]
    True
    """
    if factor == "method":
        return [METHODS[SETTINGS["method"].values[label]] for label in labels]
    offered = tuple(SETTINGS[factor].values)
    looks = [_ARMS[offered.index(label) % len(_ARMS)] for label in labels]
    return [METHODS["none"] if label == "No norm" else look for label, look in zip(labels, looks, strict=True)]


def spoken(factor: str, label: str) -> str:
    """Name an arm in the middle of a sentence.

    >>> spoken("method", "None"), spoken("method", "RMS"), spoken("batch_size", "4"), spoken("placement", "Before")
    ('no norm', 'RMS norm', 'batch size 4', 'norm before')
    """
    if label in {"None", "No norm"}:
        return "no norm"
    if factor == "method":
        return f"{label if label == 'RMS' else label.lower()} norm"
    if factor == "placement":
        return f"norm {label.lower()}"
    if factor == "depth":
        return "1 hidden layer" if label == "1" else f"{label} hidden layers"
    if factor in {"activation", "optimizer", "init"}:
        return label
    name = SETTINGS[factor].label
    return f"{name[0].lower()}{name[1:]} {label}"


def layer_names(comparison: Comparison) -> list[str]:
    """Name the layers that are looked into, those of the deepest arm."""
    deepest = max(comparison.arms, key=lambda arm: arm.hidden)
    names = [deepest.layer_name(place) for place in range(1, deepest.hidden + 1)]
    return [name.removeprefix("hidden layer ").removeprefix("the ") for name in names]


def toy_points(experiment: Experiment) -> Toy | None:
    """Return the points of a set in the plane, or None for any other data."""
    if experiment.size.features != 2:
        return None
    x, y = points(experiment.data)
    return Toy(x, y, grid(experiment.data).extent)
