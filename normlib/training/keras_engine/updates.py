"""Updates of stacked variables by Keras' formulas, a learning rate and a momentum for each member.

sgd:       w -= lr * g
momentum:  v = momentum * v - lr * g;  w += v
adam:      m += (g - m) (1 - 0.9);  v += (g^2 - v) (1 - 0.999);  w -= lr_t * m / (sqrt(v) + 1e-7)
           lr_t = lr * sqrt(1 - 0.999^t) / (1 - 0.9^t)

Keras' optimizers have one learning rate, and none of them is stateless under TensorFlow; tests compare with
them. `corrections` are computed in float64: Keras' own, in float32, are wrong by some 1e-5 in the first steps.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Tensor = Any

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-7
SLOTS: Final = {"sgd": 0, "momentum": 1, "adam": 2}
"""How many running averages each optimizer keeps of every variable."""


def corrections(first: int, count: int) -> NDArray[np.float64]:
    """Return Adam's factor on the learning rate for updates number `first`, `first` + 1, ..., from 1.

    >>> corrections(1, 2).round(3).tolist()
    [0.316, 0.235]
    """
    number = np.arange(first, first + count)
    factors: NDArray[np.float64] = np.sqrt(1 - _BETA_2**number) / (1 - _BETA_1**number)
    return factors


def update(
    name: str, variable: Tensor, gradient: Tensor, slots: list[Tensor], numbers: tuple[Tensor, Tensor, Tensor]
) -> tuple[Tensor, list[Tensor]]:
    """Return a variable (M, ...) and its slots after an update.

    Args:
        name: "sgd", "momentum" or "adam".
        variable, gradient: (M, ...).
        slots: `SLOTS[name]` arrays (M, ...).
        numbers: learning rates and momenta, (M,), and the correction of this step.
    """
    shape = [-1] + [1] * (len(variable.shape) - 1)
    rate, momentum = (tf.reshape(each, shape) for each in numbers[:2])
    match name:
        case "sgd":
            return variable - gradient * rate, []
        case "momentum":
            velocity = slots[0] * momentum - gradient * rate
            return variable + velocity, [velocity]
        case _:
            mean, square = slots
            mean += (gradient - mean) * (1 - _BETA_1)
            square += (tf.square(gradient) - square) * (1 - _BETA_2)
            return variable - mean * (rate * numbers[2]) / (tf.sqrt(square) + _EPSILON), [mean, square]
