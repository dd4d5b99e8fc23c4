"""Internal covariate shift by gradients: how a layer's gradient turns once the layers before it took their step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training.network import Network
from normlib.training.parameters import layout, views
from normlib.training.state import State

Array = NDArray[Any]
Floats = NDArray[np.float64]


def layer_shift(state: State, step: int) -> dict[str, Floats]:
    """Return cosine and distance between G_i and G'_i for each layer i = 1 .. L + 1.

        G_i  = dL/dW_i at the present weights
        G'_i = dL/dW_i after the layers 1 .. i - 1 have gone one step of gradient descent, on the same batch
        cosine = G_i . G'_i / (|G_i| |G'_i|),   distance = |G'_i - G_i| / |G_i|

    All parameters of a layer take the step, gamma, beta and bias included; each by the learning rate times its
    gradient at the present weights, whichever optimizer trains. Nothing is before layer 1: cosine 1 and distance 0.

    Args:
        state: with the gradients of the batch of that step, right after the backward pass. It is left as it is.
        step: updates so far.
    Returns: "ics_cosine" and "ics_distance", (M, L + 1) each; NaN where a gradient is 0.
    Source: Santurkar et al. 2018, arXiv:1805.11604, Definition 2.1.
    """
    members = state.members
    e = members[0].experiment
    places = layout(e)
    parameters, gradients = state.parameters.copy(), np.zeros_like(state.gradients)
    weights, found = views(parameters, places), views(gradients, places)
    rows = state.feed.rows(step)
    network = Network(members, rows.shape[1], weights, found, state.running)
    network.fill(state.feed.x, state.feed.y, rows)
    network.disturb(step)
    rates = np.array([member.experiment.learning_rate for member in members], e.dtype).reshape(-1, 1, 1)
    cosines, distances = [], []
    for layer, first in enumerate(state.gradient_views.weights):
        if layer:
            below = layer - 1
            for some in ("weights", "biases", "gammas", "betas"):
                own, gradient = (getattr(side, some)[below] for side in (weights, state.gradient_views))
                if own is not None:
                    np.subtract(own, rates * gradient, out=own)
            network.forward()
            network.backward()
        cosine, distance = compared(first, found.weights[layer] if layer else first)
        cosines.append(cosine)
        distances.append(distance)
    return {"ics_cosine": np.stack(cosines, axis=1), "ics_distance": np.stack(distances, axis=1)}


def compared(one: Array, other: Array) -> tuple[Floats, Floats]:
    """Return cosine of two gradients of each member, and their distance relative to the first.

    >>> cosine, distance = compared(np.array([[3.0, 4.0]]), np.array([[3.0, 0.0]]))
    >>> cosine.round(12).tolist(), distance.tolist()
    ([0.6], [0.8])
    """
    cosines, distances = [], []
    flat = (side.reshape(len(side), -1).astype(np.float64) for side in (one, other))
    for a, b in zip(*flat, strict=True):
        lengths = np.sqrt([a @ a, b @ b, (b - a) @ (b - a)])
        same = np.array_equal(a, b)
        with np.errstate(divide="ignore", invalid="ignore"):
            cosines.append(a @ b / (lengths[0] * lengths[1]) if not same or not lengths[0] else 1.0)
            distances.append(lengths[2] / lengths[0])
    return np.array(cosines), np.array(distances)
