"""The controls of a training page: every setting of an experiment, and which one the arms differ in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from normlib.figures.look import METHODS
from pages.parts.control_kinds import Choice, Control, Number, Several, Switch


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
