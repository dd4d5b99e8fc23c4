"""The arrays of a network whose initial values are drawn, of every kind of network, and these values.

Everything else starts at 0 (biases, offsets) or 1 (factors of norms). An engine fills its network from here, so
that all of them start from the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from math import ceil, prod
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib.training import draws

if TYPE_CHECKING:
    from normlib.training.experiment import Experiment

HEADS: Final = 4
"""Heads of the attention of a transformer; its width is a multiple."""
SIDE: Final = 8
"""Rows and columns of a digit; the rows are the tokens of a transformer."""
_KERNEL: Final = 3
_POSITION_SD: Final = 0.02


class Kernel(NamedTuple):
    """An array of weights.

    Attributes:
        name: what it is, such as "kernel" or "query".
        layer: hidden layer it belongs to, from 1; 0 for what is before them, one more than there are for the last.
        shape: as Keras has it.
        inputs: values that each output is a sum over, the fan-in.
        outputs: values that each input goes into, the fan-out.
        uses: how often it is applied to a sample.
        stream: of its random numbers: `layer` and `part` of `draws.standard_weights`.
        sd: standard deviation, where it is neither by the rule of the experiment nor scaled.
    """

    name: str
    layer: int
    shape: tuple[int, ...]
    inputs: int
    outputs: int
    uses: int
    stream: tuple[int, int]
    sd: float | None = None


def kernels(experiment: Experiment) -> tuple[Kernel, ...]:
    """Return the arrays that are drawn, in the order in which a sample meets them.

    >>> from normlib.training import Experiment
    >>> [(one.name, one.shape) for one in kernels(Experiment(kind="conv", depth=2, width=16))]
    [('kernel', (3, 3, 1, 16)), ('kernel', (3, 3, 16, 16)), ('last', (16, 10))]
    """
    match experiment.kind:
        case "conv":
            return tuple(_conv(experiment))
        case "transformer":
            return tuple(_transformer(experiment))
        case _:
            return tuple(_dense(experiment))


def initial_weights(
    experiment: Experiment, seed: int, standard: Callable[..., NDArray[np.float64]] = draws.standard_weights
) -> list[NDArray[np.float64]]:
    """Return the values of `kernels` before the first step.

        weights = scale * sd(inputs, outputs) * standard normal draws of the seed

    The last layer has scale 1 whatever the experiment's is, and the positions of a transformer 0.02 for both.
    `standard` makes the draws; who asks for many networks of one seed passes a function that remembers them.

    >>> from normlib.training import Experiment
    >>> [w.shape for w in initial_weights(Experiment(data="moons", depth=1, width=3), seed=0)]
    [(2, 3), (3, 2)]
    """
    e = experiment
    found = []
    for kernel in kernels(e):
        sd = kernel.sd
        if sd is None:
            scale = e.scale if kernel.layer <= len(e.norms) else 1.0
            sd = scale * draws.weight_sd(e.init, kernel.inputs, kernel.outputs)
        layer, part = kernel.stream
        found.append(sd * standard(seed, layer, kernel.shape, part))
    return found


def pool_after(experiment: Experiment) -> int:
    """Return the convolution after which height and width are halved, from 1, and 0 for none.

    >>> from normlib.training import Experiment
    >>> [pool_after(Experiment(kind="conv", width=8, depth=depth)) for depth in (1, 2, 3)]
    [0, 1, 2]
    """
    e = experiment
    return ceil(e.depth / 2) if e.kind == "conv" and e.depth > 1 else 0


def positions(experiment: Experiment) -> tuple[int, ...]:
    """Return at how many places each hidden layer works on a sample: pixels of an image, tokens, else 1.

    >>> from normlib.training import Experiment
    >>> positions(Experiment(kind="conv", width=8, depth=3))
    (64, 64, 16)
    """
    e, pooled = experiment, pool_after(experiment)
    if e.kind == "conv":
        return tuple((SIDE // 2 if 0 < pooled < layer else SIDE) ** 2 for layer in range(1, e.depth + 1))
    return (SIDE if e.kind == "transformer" else 1,) * len(e.norms)


def _dense(e: Experiment) -> Iterator[Kernel]:
    for layer, shape in enumerate(pairwise(e.widths)):
        yield _matrix("kernel" if layer < e.depth else "last", layer + 1, shape, 1, (layer, 0))


def _conv(e: Experiment) -> Iterator[Kernel]:
    area = _KERNEL**2
    for layer, ((inputs, outputs), uses) in enumerate(zip(pairwise(e.widths[:-1]), positions(e), strict=True)):
        shape = (_KERNEL, _KERNEL, inputs, outputs)
        yield Kernel("kernel", layer + 1, shape, area * inputs, area * outputs, uses, (layer, 0))
    yield _matrix("last", e.depth + 1, (e.width, e.size.classes), 1, (e.depth, 0))


def _transformer(e: Experiment) -> Iterator[Kernel]:
    each = (HEADS, e.width // HEADS)
    yield _matrix("embedding", 0, (SIDE, e.width), SIDE, (0, 1))
    yield Kernel("position", 0, (SIDE, e.width), 0, 0, 0, (0, 2), _POSITION_SD)
    for block in range(1, e.depth + 1):
        attention, mlp = 2 * block - 1, 2 * block
        for part, name in enumerate(("query", "key", "value"), 1):
            yield Kernel(name, attention, (e.width, *each), e.width, e.width, SIDE, (block, part))
        yield Kernel("output", attention, (*each, e.width), e.width, e.width, SIDE, (block, 4))
        yield _matrix("up", mlp, (e.width, 2 * e.width), SIDE, (block, 5))
        yield _matrix("down", mlp, (2 * e.width, e.width), SIDE, (block, 6))
    yield _matrix("last", 2 * e.depth + 1, (e.width, e.size.classes), 1, (0, 3))


def _matrix(name: str, layer: int, shape: tuple[int, int], uses: int, stream: tuple[int, int]) -> Kernel:
    return Kernel(name, layer, shape, *shape, uses, stream)


def products(experiment: Experiment) -> int:
    """Return the multiplications of one sample's way through the network, forward.

    >>> from normlib.training import Experiment
    >>> products(Experiment(depth=1, width=10, data="moons"))
    40
    """
    e = experiment
    found = sum(prod(one.shape) * one.uses for one in kernels(e))
    if e.kind == "transformer":
        # Of each token with each, twice: for the scores and for the sum that they weigh.
        found += 2 * SIDE**2 * e.width * e.depth
    return found
