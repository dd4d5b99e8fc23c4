"""How well the members do on the test rows, in inference mode and with the statistics of test batches, and what
they make of the plane around a toy set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training import regions
from normlib.training.network import Network
from normlib.training.state import State

Array = NDArray[Any]
_ROWS = 256


def on_test_rows(state: State) -> dict[str, Array]:
    """Return test negative log-likelihood and accuracy of each member, (M,).

    In inference mode the result does not depend on how the rows are cut into batches. Under batch norm
    "test_accuracy_batch" is the accuracy when the test rows come in batches of the training size and are
    normalized by their own statistics, which is what the network was trained for.
    """
    e = state.members[0].experiment
    count = state.feed.test.shape[1]
    losses, right = np.zeros(len(state.members)), np.zeros(len(state.members))
    for network, labels in _batches(state, _ROWS):
        network.forward(training=False)
        losses += network.losses_by_row().sum(axis=1, dtype=np.float64)
        right += (network.predictions() == labels).sum(axis=1)
    found: dict[str, Array] = {"test_nll": losses / count, "test_accuracy": right / count}
    if e.method == "batch" and any(e.norms):
        right, tested = np.zeros(len(state.members)), 0
        for network, labels in _batches(state, min(e.batch_size, count), whole=True):
            network.forward()
            right += (network.predictions() == labels).sum(axis=1)
            tested += labels.shape[1]
        found["test_accuracy_batch"] = right / tested
    return found


def on_grid(state: State) -> dict[str, Array]:
    """Return the probability of class 1 at each point of the toy set's grid, (M, 1024) float32, in inference mode."""
    e = state.members[0].experiment
    x = regions.grid(e.data).points.astype(e.dtype)
    labels = np.zeros(len(x), np.int64)  # nobody asks for the loss
    found = np.empty((len(state.members), len(x)), np.float32)
    for start in range(0, len(x), _ROWS):
        part = np.arange(start, start + _ROWS)
        network = state.network(_ROWS, "test")
        network.fill(x, labels, np.tile(part, (len(found), 1)))
        network.forward(training=False)
        found[:, part] = network.probabilities(1)
    return {"regions": found}


def _batches(state: State, size: int, *, whole: bool = False) -> Iterator[tuple[Network, NDArray[np.int64]]]:
    """Yield a network with each batch of test rows in it, and their labels; `whole` leaves out the last few."""
    feed = state.feed
    count = feed.test.shape[1]
    for start in range(0, count - (size - 1 if whole else 0), size):
        rows = feed.test[:, start : start + size]
        network = state.network(rows.shape[1], "test")
        network.fill(feed.x, feed.y, rows)
        yield network, feed.y[rows]
