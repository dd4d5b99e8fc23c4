"""Why a member cannot go on: where the first value that is not finite is, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training.events import Stopped
from normlib.training.limits import plain
from normlib.training.network import Network
from normlib.training.parameters import initial_weights
from normlib.training.state import State

Array = NDArray[Any]


def explain(state: State, network: Network, place: int, step: int, arm: int) -> Stopped:
    """Return what to report about the member at `place`, whose loss at `step` is not finite."""
    e, seed = state.members[place]
    layer, where = _first(state, network, place)
    now = max(_largest(weight[place]) for weight in state.parameter_views.weights)
    start = max(_largest(weight) for weight in initial_weights(e, seed))
    name = "the last layer" if layer > e.depth else f"hidden layer {layer}"
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
        f"the {where} of {name} {verb} no longer finite. {cause}: {remedy}."
    )
    return Stopped(arm, seed, step, layer, where, message)


def _first(state: State, network: Network, place: int) -> tuple[int, str]:
    """Return the layer, from 1, and the name of the first value that is not finite, weights before what they give."""
    parameters = state.parameter_views
    last = len(network.hidden) + 1
    for layer in range(last):
        own: tuple[Array | None, ...] = (parameters.weights[layer], parameters.last_bias)
        if layer < last - 1:
            hidden_only = (parameters.biases, parameters.gammas, parameters.betas)
            own = (parameters.weights[layer], *(some[layer] for some in hidden_only))
        if any(values is not None and not np.isfinite(values[place]).all() for values in own):
            return layer + 1, "weights"
    e = state.members[place].experiment
    for layer, hidden in enumerate(network.hidden, 1):
        outputs = [("activation", hidden.activation.output)]
        if hidden.norm is not None:
            outputs.insert(1 if e.site == "after" else 0, ("norm output", hidden.norm.output))
        for where, values in (("linear output", hidden.linear), *outputs):
            if not np.isfinite(values[place]).all():
                return layer, where
    return last, "logits"


def _largest(values: Array) -> float:
    return float(np.abs(values).max())
