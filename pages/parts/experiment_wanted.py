"""What the controls of a training page ask for: a comparison, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from normlib.training import Comparison, Experiment, InvalidSettingsError, problems
from normlib.training.sets import SIZES
from pages.parts.controls import Panel
from pages.parts.experiment_settings import CONTROLS, DATA, KINDS, LAYERS, SETTINGS


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
        if self.comparison is None:
            return "These settings do not go together yet."
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

    others = [name for name in CONTROLS if name not in {"compare", factor} and not name.endswith("_arms")]
    with panel.more("All settings", among=others) as opens:
        draw("data")
        network, norm, training = st.tabs(["Network", "Norm", "Training"]) if opens else [nullcontext()] * 3
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


def _updates(most: int) -> str:
    """Name the largest number of updates that can be chosen and is not over `most`."""
    fit = [number for number in map(int, CONTROLS["steps"].options) if number <= most]
    return f"{max(fit)} updates" if fit else "fewer updates"


def in_words(message: str) -> str:
    """Return a message of an experiment with the names that its settings have on the page.

    >>> in_words("batch_size=512 is more than the 125 rows: set last_batch to drop.")
    'Batch size 512 is more than the 125 rows: set “last, smaller batch” to drop.'
    >>> in_words("It takes too long: use about 342 steps, or fewer seeds.")
    'It takes too long: use 200 updates, or fewer seeds.'
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
    said = re.sub(r"use about (\d+) steps", lambda found: f"use {_updates(int(found[1]))}", said)
    return said[:1].upper() + said[1:]
