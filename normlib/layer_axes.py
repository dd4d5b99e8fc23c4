"""The axes that layer norm averages over, and what becomes of one sample in batches of different sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.checks import axes_tuple, numeric_array
from normlib.layers import batch_norm, layer_norm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LayerAxes:
    """One reading of "layer norm" on images, and the calls that mean it.

    Attributes:
        title: name to show.
        axes: axes averaged over, in images stored as (N, H, W, C).
        keras: the call in Keras, which averages over exactly the axes named.
        pytorch: the call in PyTorch, which averages over the last axes, with the images stored as it needs them.
        pytorch_layout: how PyTorch's images are stored for that call.
    """

    title: str
    axes: tuple[int, ...]
    keras: str
    pytorch: str
    pytorch_layout: str

    def pairs(self, shape: Sequence[int]) -> int:
        """Return how many pairs of mean and variance images of this shape have.

        >>> LAYER_AXES["channels"].pairs((32, 8, 8, 6)), LAYER_AXES["sample"].pairs((32, 8, 8, 6))
        (2048, 32)
        """
        return prod(n for axis, n in enumerate(shape) if axis not in self.axes)

    def values(self, shape: Sequence[int]) -> int:
        """Return how many values each mean is an average of."""
        return prod(shape[axis] for axis in self.axes)

    def parameters(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of gamma, and of beta, for images stored as (N, H, W, C).

        >>> LAYER_AXES["channels"].parameters((32, 8, 8, 6)), LAYER_AXES["sample"].parameters((32, 8, 8, 6))
        ((6,), (8, 8, 6))
        """
        return tuple(shape[axis] for axis in self.axes)


# Keras is checked by running it; PyTorch follows its documentation (torch.nn.LayerNorm, 2.13).
LAYER_AXES = MappingProxyType(
    {
        "channels": LayerAxes(
            title="Channels",
            axes=(3,),
            keras="LayerNormalization(axis=-1)",
            pytorch="LayerNorm(C)",
            pytorch_layout="(N, H, W, C)",
        ),
        "sample": LayerAxes(
            title="Whole image",
            axes=(1, 2, 3),
            keras="LayerNormalization(axis=[1, 2, 3])",
            pytorch="LayerNorm([C, H, W])",
            pytorch_layout="(N, C, H, W)",
        ),
    }
)


@dataclass(frozen=True, eq=False)
class Company:
    """The same sample in F batches.

    Attributes:
        sizes: samples in each batch, (F,).
        layer: the sample's output under layer norm in each batch, (F, ...).
        batch: the same under batch norm in training mode.
        mean: what layer norm subtracts from the sample, with length 1 in the averaged axes.
    """

    sizes: NDArray[np.int64]
    layer: Floats
    batch: Floats
    mean: Floats


def company(x: ArrayLike, sizes: Sequence[int], axes: Sequence[int] = (-1,), *, eps: float = 1e-3) -> Company:
    """Put the first sample into batches of different sizes, and normalize each batch by layer and by batch.

    Args:
        x: (N, ..., C): the sample first, then its batch mates in the order in which they join.
        sizes: how many samples each batch takes from the front of `x`, 1 to N.
        axes: axes that layer norm averages over, not 0.
        eps: of both layers.
    Returns: a `Company`.
    Raises: ValueError for a size that `x` cannot fill, or for axes that include the samples.

    >>> made = company([[[1.0], [3.0]], [[5.0], [5.0]]], sizes=[1, 2], axes=(1, 2), eps=0.0)
    >>> made.layer[..., 0]
    array([[-1.,  1.],
           [-1.,  1.]])
    >>> made.batch[..., 0].round(3)
    array([[-1.   ,  1.   ],
           [-1.508, -0.302]])
    """
    array = numeric_array(x).astype(np.float64)
    chosen = axes_tuple(tuple(axes), array.ndim)
    if 0 in chosen:
        raise ValueError(f"axes={tuple(axes)} include axis 0, the samples: layer norm averages within a sample.")
    for size in sizes:
        if not 1 <= size <= len(array):
            raise ValueError(f"sizes holds {size}, but x has {len(array)} samples: choose 1 to {len(array)}.")
    by_layer = [layer_norm(array[:size], axes=chosen, eps=eps) for size in sizes]
    by_batch = [batch_norm(array[:size], eps=eps).output[0] for size in sizes]
    return Company(
        np.asarray(sizes, dtype=np.int64),
        np.stack([one.output[0] for one in by_layer]),
        np.stack(by_batch),
        by_layer[0].mean[:1],
    )
