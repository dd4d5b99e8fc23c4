"""Noise behind the norms of several members, the same for every method, to put back what a norm takes away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training import draws
from normlib.training.parameters import Member

Array = NDArray[Any]


class Noise:
    """y = x + noise * ((s - 1) x + m + e) at one hidden layer, see `normlib.training.draws.noise`.

    The draws are constants to the gradient: dx = (1 + noise * (s - 1)) dy.

    Args:
        members: whose noise may be drawn for other seeds, but is equally strong.
        layer: hidden layer from 0.
        like: an array (M, B, C) in the memory order of the layer.

    Attributes:
        output: y, shaped and stored like x.
        drawn: whether there is noise; before the first `draw` y is x.
    """

    def __init__(self, members: Sequence[Member], layer: int, like: Array) -> None:
        self._seeds = [member.seed for member in members]
        self._strength, self._layer = members[0].experiment.noise, layer
        self.output = np.empty_like(like)
        self._offset = np.empty_like(like)
        self._factor = np.empty((len(members), 1, like.shape[2]), like.dtype)
        self.drawn = False

    def draw(self, step: int) -> None:
        """Take the draws of a training step."""
        _, rows, units = self.output.shape
        for m, seed in enumerate(self._seeds):
            factor, offset = draws.noise(seed, self._layer, step, rows, units)
            self._factor[m, 0], self._offset[m] = factor, offset
        np.subtract(self._factor, 1, out=self._factor)
        np.multiply(self._factor, self._strength, out=self._factor)
        np.add(self._factor, 1, out=self._factor)
        np.multiply(self._offset, self._strength, out=self._offset)
        self.drawn = True

    def forward(self, x: Array) -> Array:
        """Return y; x stays as it is."""
        if not self.drawn:
            return x
        np.multiply(x, self._factor, out=self.output)
        return np.add(self.output, self._offset, out=self.output)

    def backward(self, dy: Array) -> None:
        """Replace dL/dy by dL/dx."""
        if self.drawn:
            np.multiply(dy, self._factor, out=dy)
