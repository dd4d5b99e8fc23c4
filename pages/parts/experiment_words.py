"""How the arms of a comparison are spoken of, and what they look like."""

from __future__ import annotations

from typing import Final

from normlib.components.run_view import Toy
from normlib.figures.look import ACCENT, BLUE, GREEN, GREY, METHODS, ORANGE, PURPLE, SKY, VERMILION, Style
from normlib.training import Comparison, Experiment
from normlib.training.regions import grid
from normlib.training.toys import points
from pages.parts.experiment_settings import DATA, KINDS, SETTINGS

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


def summary(comparison: Comparison) -> str:
    """Say in one line what is trained, besides what differs.

    >>> from pages.parts.experiment_wanted import wanted
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
    looks: list[Style] = []
    for label in labels:
        own = offered.index(label)
        # There are fewer looks than options: the next one that is free, where another arm has its own already.
        turns = [METHODS["none"]] * (label == "No norm") + [_ARMS[(own + by) % len(_ARMS)] for by in range(len(_ARMS))]
        looks.append(next((look for look in turns if look not in looks), turns[0]))
    return looks


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
