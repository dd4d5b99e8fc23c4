"""Why a member cannot go on: where the first value that is not finite is, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from normlib.training.events import Stopped
from normlib.training.kernels import initial_weights
from normlib.training.limits import plain
from normlib.training.network import Network
from normlib.training.parameters import Member
from normlib.training.state import State

Array = NDArray[Any]


class Found(NamedTuple):
    """One array of one member.

    Attributes:
        layer: hidden layer from 1, 0 for what is before them, one more than there are for the last layer.
        where: "weights", "linear output", "norm output", "activation" or "logits".
        values: the array.
        drawn: whether its initial values were drawn, which the others' (biases, factors, offsets, outputs) were not.
    """

    layer: int
    where: str
    values: Array
    drawn: bool = False


def explain(member: Member, found: Iterator[Found], step: int, arm: int) -> Stopped:
    """Return what to report about a member whose loss at a step is not finite.

    Args:
        member: experiment and seed.
        found: its weights, each before what it gives as far as that matters, then what the layers gave, in order.
        step: updates so far.
        arm: number of the experiment.
    """
    (e, seed), everything = member, list(found)
    last = len(e.norms) + 1
    first = next((one for one in everything if not np.isfinite(one.values).all()), None)
    layer, where = (last, "logits") if first is None else (first.layer, first.where)
    now = max(_largest(one.values) for one in everything if one.drawn)
    start = max(_largest(weight) for weight in initial_weights(e, seed))
    verb = "are" if where in {"weights", "logits"} else "is"
    if step == 0:
        cause = f"The largest initial weight is {start:.2g}"
        remedy = f"try a smaller scale than {plain(e.scale)}, or inputs=scaled"
    else:
        grown = f"has grown from {start:.2g} to {now:.2g}" if np.isfinite(now) else f"was {start:.2g} at the start"
        cause = f"The largest weight {grown}"
        remedy = f"try learning_rate={plain(float(f'{e.learning_rate / 3:.1g}'))} instead of {plain(e.learning_rate)}"
    message = (
        f"Seed {seed} stopped after {step} {'update' if step == 1 else 'updates'}: "
        f"the {where} of {e.layer_name(layer)} {verb} no longer finite. {cause}: {remedy}."
    )
    return Stopped(arm, seed, step, layer, where, message)


def inside(state: State, network: Network, place: int) -> Iterator[Found]:
    """Yield what `explain` looks at, of the member at `place` of a dense network."""
    p, last = state.parameter_views, len(network.hidden) + 1
    for layer, weight in enumerate(p.weights, 1):
        others: list[Array | None] = [p.last_bias]
        if layer < last:
            others = [some[layer - 1] for some in (p.biases, p.gammas, p.betas)]
        yield Found(layer, "weights", weight[place], drawn=True)
        yield from (Found(layer, "weights", values[place]) for values in others if values is not None)
    after = state.members[place].experiment.site == "after"
    for layer, hidden in enumerate(network.hidden, 1):
        outputs = [("activation", hidden.activation.output)]
        if hidden.norm is not None:
            outputs.insert(1 if after else 0, ("norm output", hidden.norm.output))
        for where, values in (("linear output", hidden.linear), *outputs):
            yield Found(layer, where, values[place])


def _largest(values: Array) -> float:
    return float(np.abs(values).max())
