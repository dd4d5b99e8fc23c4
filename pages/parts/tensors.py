"""A real tensor and a layer for it: the controls of the laboratories on axes, and what they choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from normlib import without_warnings
from normlib.activations import Activations, activations, names
from normlib.checks import divisors
from normlib.figures.look import METHODS, Style
from normlib.methods import normalize_by
from normlib.normalized import Normalized
from pages.parts.control_kinds import Choice, Number
from pages.parts.controls import Panel

_TITLES: Final = {activations(name, 1).title: name for name in names()}
_METHOD_OF: Final = {style.name: method for method, style in METHODS.items()}
_AXES: Final = {"C": (3,), "W, C": (2, 3), "H, W, C": (1, 2, 3)}

TENSOR: Final = Choice("Activations", tuple(_TITLES), next(iter(_TITLES)))
SAMPLES: Final = Number("Samples in the batch", 1, 6, 4)
METHOD: Final = Choice("Method", tuple(_METHOD_OF), METHODS["batch"].name, radio=True)
GROUPS: Final = Choice(
    "Groups", ("1", "2", "3", "6"), "2", help="Only divisors of the number of channels.", varies=True
)
OVER: Final = Choice(
    "Average over",
    tuple(_AXES),
    "H, W, C",
    help="Keras averages over C alone unless told otherwise; PyTorch's LayerNorm([C, H, W]) over all three.",
)
GAMMA: Final = Number("Gamma", -3, 3, 1, 0.25, field=True, help="The factor after normalizing, for all channels.")
BETA: Final = Number("Beta", -3, 3, 0, 0.25, field=True, help="The offset after normalizing, for all channels.")
EPS: Final = Choice("Epsilon", ("0.001", "0.00001", "0.000001"), "0.001", help="Keras 0.001, PyTorch 0.00001.")


@dataclass(frozen=True)
class Layer:
    """A method with its settings.

    Attributes:
        method: as in `normlib.methods.METHODS`.
        axes: axes averaged over by layer and RMS norm.
        groups: number of groups of group norm.
        eps: epsilon.
        gamma: value of all gammas.
        beta: value of all betas.
    """

    method: str
    axes: tuple[int, ...] = (1, 2, 3)
    groups: int = 1
    eps: float = 1e-3
    gamma: float = 1.0
    beta: float = 0.0

    @property
    def style(self) -> Style:
        """How the method is drawn."""
        return METHODS[self.method]

    def run(self, tensor: Activations) -> Normalized | None:
        """Normalize a tensor in float64; None without a method. What the layer warns of is for the page to say."""
        with without_warnings():
            return normalize_by(
                self.method,
                tensor.x.astype(np.float64),
                axes=self.axes,
                groups=self.groups,
                eps=self.eps,
                gamma=self.gamma,
                beta=self.beta,
            )

    def call(self, x: str = "x") -> str:
        """Write the call that does the same, but for gamma and beta, with the name of the input.

        >>> Layer("group", groups=2).call()
        'normlib.group_norm(x, 2, eps=0.001)'
        """
        axes = f"axes={self.axes}"
        given = {"layer": [axes], "rms": [axes], "group": [str(self.groups)]}.get(self.method, [])
        return f"normlib.{self.method}_norm({', '.join([x, *given, f'eps={self.eps}'])})"


def choose_tensor(panel: Panel) -> str:
    """Draw the choice of activations and return its name."""
    return _TITLES[panel.choice("tensor")]


def choose_layer(panel: Panel, tensor: Activations, method: str | None = None) -> Layer:
    """Draw the choice of a method, unless given, and what belongs to it."""
    if method is None:
        method = _METHOD_OF[panel.choice("method")]
    axes, groups = _AXES["H, W, C"], 1
    if method in {"layer", "rms"}:
        # Averages along axes of length 1 change nothing: a dense layer has one choice.
        flat = tensor.x.shape[1:3] == (1, 1)
        axes = _AXES["C"] if flat else _AXES[panel.choice("over")]
    if method == "group":
        options = tuple(str(one) for one in divisors(tensor.x.shape[-1]))
        groups = int(panel.choice("groups", options))
    return Layer(method, axes, groups)


def eps_of(panel: Panel) -> float:
    """Draw the choice of epsilon."""
    return float(panel.choice("eps"))


def shape_words(tensor: Activations) -> str:
    """Write the shape of a tensor.

    >>> shape_words(activations("digits"))
    'N 6, H 8, W 8, C 6'
    """
    return ", ".join(f"{axis} {length}" for axis, length in zip("NHWC", tensor.x.shape, strict=True))


def spoken(method: str) -> str:
    """Name a layer in a sentence.

    >>> spoken("rms"), spoken("batch")
    ('RMS norm', 'batch norm')
    """
    name = METHODS[method].name
    return f"{name if name.isupper() else name.lower()} norm"


def own_axes(layer: Layer, result: Normalized) -> tuple[int, ...]:
    """Return the axes of (N, H, W, C) that share a mean completely, those of length 1 left out.

    With 1 < G < C groups there are none: a mean then spans a part of C.
    """
    shape = result.output.shape
    whole = result.axes
    if layer.method == "group":
        whole = {1: (1, 2, 3), shape[-1]: (1, 2)}.get(layer.groups, ())
    return tuple(axis for axis in whole if shape[axis] > 1)


def stop_with(message: str) -> None:
    """Say why there is nothing to show, and end the page's body here."""
    st.info(message)
    st.stop()
