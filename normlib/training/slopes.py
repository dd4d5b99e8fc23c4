"""Activations of the hidden layers, in place, and how many units they leave idle."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.training.scratch import Scratch

Array = NDArray[Any]

SATURATED: Final = 0.01
"""A sigmoid or tanh with a smaller slope counts as saturated."""


class Activation:
    """One of relu, sigmoid, tanh and identity on arrays like `output`.

    Attributes:
        output: the activations, shaped and stored like the inputs.
    """

    def __init__(self, name: str, shared: Scratch) -> None:
        self._name = name
        self.output = np.empty_like(shared.spare)
        # NumPy compares two arrays four times faster than an array and a number.
        self._zeros, self._spare, self._positive = shared.zeros, shared.spare, shared.positive

    def forward(self, z: Array) -> Array:
        """Return the activations of `z`; `output` and the return value are one buffer."""
        out = self.output
        match self._name:
            case "relu":
                np.maximum(z, self._zeros, out=out)
            case "sigmoid":
                np.negative(z, out=out)
                np.exp(out, out=out)
                np.add(out, 1, out=out)
                np.reciprocal(out, out=out)
            case "tanh":
                np.tanh(z, out=out)
            case _:
                np.copyto(out, z)
        return out

    def backward(self, d: Array) -> None:
        """Replace the gradient by the activations by that by their inputs."""
        out, spare = self.output, self._spare
        match self._name:
            case "relu":
                np.greater(out, self._zeros, out=self._positive)
                np.multiply(d, self._positive, out=d)
            case "sigmoid":
                np.multiply(d, out, out=d)
                np.subtract(1, out, out=spare)
                np.multiply(d, spare, out=d)
            case "tanh":
                np.multiply(out, out, out=spare)
                np.subtract(1, spare, out=spare)
                np.multiply(d, spare, out=d)


def idle_share(name: str, output: Array) -> Array:
    """Return the share of what an activation passes no gradient through, per member.

    Sigmoid and tanh: the share of values whose slope is under 0.01 (saturated). ReLU: the share of units
    that are 0 for the whole batch (dead). Identity: 0.

    Args:
        name: of the activation.
        output: (M, B, C) its activations.
    Returns: (M,).

    >>> idle_share("relu", np.array([[[0.0, 1.0], [0.0, 0.0]]])).tolist()
    [0.5]
    """
    match name:
        case "sigmoid":
            return np.asarray((output * (1 - output) < SATURATED).mean(axis=(1, 2)))
        case "tanh":
            return np.asarray((1 - output * output < SATURATED).mean(axis=(1, 2)))
        case "relu":
            return np.asarray((output <= 0).all(axis=1).mean(axis=1))
        case _:
            return np.zeros(len(output))
