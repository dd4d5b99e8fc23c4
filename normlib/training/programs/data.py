"""The rows a program trains on: where they come from and how they are scaled, as lines of code."""

from __future__ import annotations

from typing import Final

from normlib.training import toys
from normlib.training.experiment import Experiment
from normlib.training.programs.sections import Section

TABLES: Final = {"wine": "load_wine", "breast cancer": "load_breast_cancer"}
NAMES: Final = {
    "digits": "handwritten digits",
    "wine": "three wines",
    "breast cancer": "breast cancer cells",
    "spirals": "two spirals",
    "circles": "two circles",
    "moons": "two moons",
}
"""What the data sets are called in a sentence."""

_HALF: Final = toys.ROWS // 2
_ARMS: Final = {
    "spirals": """turns = np.sqrt(along) * 3 * np.pi
    angle, radius = turns + label * np.pi, 0.2 + turns / (1.5 * np.pi)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])""",
    "circles": """angle, radius = along * 2 * np.pi, 1.8 - label
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])""",
    "moons": """half = np.column_stack([np.cos(along * np.pi), np.sin(along * np.pi)])
    return half - [0.5, 0.25] if label == 0 else [0.5, 0.25] - half""",
}
_SHAPES: Final = {"conv": "-1, 8, 8, 1", "transformer": "-1, 8, 8"}
_SHAPE_WORDS: Final = {
    "conv": "As images (N, H, W, C) with one channel.",
    "transformer": "The 8 rows of an image are 8 tokens of 8 pixels each.",
}


def loaded(e: Experiment) -> tuple[list[str], Section]:
    """Return imports, and the section that makes `x` and `y` of all rows."""
    size = e.size
    if e.data in _ARMS:
        code = f"""along = np.linspace(0, 1, {_HALF})


def arm(label):
    {_ARMS[e.data]}


noise = np.random.default_rng(0).normal(0, 0.1, ({size.rows}, 2))
x = np.concatenate([arm(0), arm(1)]) + noise
y = np.repeat([0, 1], {_HALF})"""
        why = f"{size.rows} points in the plane, half of them in each class, along {NAMES[e.data]} with noise."
        return ["import numpy as np"], Section("Data", why, code)
    load = TABLES.get(e.data, "load_digits")
    imports = [f"from sklearn.datasets import {load}"]
    code = f"x, y = {load}(return_X_y=True)"
    if e.data != "digits":
        why = f"{size.rows} rows of {size.features} features in {size.classes} classes."
        return imports, Section("Data", why, code)
    why = f"{size.rows} images of 8 x 8 pixels, intensities 0 to 16, in {size.classes} classes."
    if e.inputs == "scaled":
        why += " One shift and one factor bring all pixels to about -1 to 1: nothing is learned from the rows,"
        why += " so nothing can leak from the test rows."
        code += "\nx = (x - 8) / 6"
    if e.kind in _SHAPES:
        why += f" {_SHAPE_WORDS[e.kind]}"
        code += f"\nx = x.reshape({_SHAPES[e.kind]})"
    return imports, Section("Data", why, code)


def input_shape(e: Experiment) -> str:
    """Return the shape of one row as it is written."""
    return {"conv": "(8, 8, 1)", "transformer": "(8, 8)"}.get(e.kind, f"({e.size.features},)")


def standardized(e: Experiment) -> bool:
    """Whether the features are standardized by the training rows."""
    return e.inputs == "scaled" and e.data in TABLES
