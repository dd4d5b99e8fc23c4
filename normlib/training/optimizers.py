"""Updates of the parameters of all members at once, by Keras' formulas.

sgd:       w -= lr * g
momentum:  v = momentum * v - lr * g;  w += v
adam:      m += (g - m) (1 - 0.9);  v += (g^2 - v) (1 - 0.999);  w -= lr_t * m / (sqrt(v) + 1e-7)
           lr_t = lr * sqrt(1 - 0.999^t) / (1 - 0.9^t)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.training.parameters import Member

Array = NDArray[Any]

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
SLOTS: Final = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many running averages each optimizer keeps of every parameter."""


class Optimizer:
    """The optimizer of some members.

    Attributes:
        slots: its averages, (slots, M, P), zero before the first step.
    """

    def __init__(self, members: Sequence[Member], slots: Array) -> None:
        e = members[0].experiment
        self._name = e.optimizer
        self._rate = np.array([[m.experiment.learning_rate] for m in members], e.dtype)
        self._momentum = np.array([[m.experiment.momentum] for m in members], e.dtype)
        self.slots = slots
        self._spare = np.empty(slots.shape[1:], e.dtype)

    def step(self, parameters: Array, gradients: Array, number: int) -> None:
        """Change `parameters` in place by the update of that number, from 1; `gradients` are spent."""
        match self._name:
            case "sgd":
                np.multiply(gradients, self._rate, out=gradients)
                np.subtract(parameters, gradients, out=parameters)
            case "momentum":
                velocity = self.slots[0]
                np.multiply(velocity, self._momentum, out=velocity)
                np.multiply(gradients, self._rate, out=gradients)
                np.subtract(velocity, gradients, out=velocity)
                np.add(parameters, velocity, out=parameters)
            case _:
                self._adam(parameters, gradients, number)

    def _adam(self, parameters: Array, gradients: Array, number: int) -> None:
        mean, square = self.slots
        spare = self._spare
        np.subtract(gradients, mean, out=spare)
        np.multiply(spare, 1 - _BETA_1, out=spare)
        np.add(mean, spare, out=mean)
        np.multiply(gradients, gradients, out=gradients)
        np.subtract(gradients, square, out=gradients)
        np.multiply(gradients, 1 - _BETA_2, out=gradients)
        np.add(square, gradients, out=square)
        np.sqrt(square, out=gradients)
        np.add(gradients, _EPSILON, out=gradients)
        np.divide(mean, gradients, out=gradients)
        corrected = self._rate * (sqrt(1 - _BETA_2**number) / (1 - _BETA_1**number))
        np.multiply(gradients, corrected, out=gradients)
        np.subtract(parameters, gradients, out=parameters)
