"""What a run carries from step to step, for all of its members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training.batches import Feed
from normlib.training.network import Network
from normlib.training.optimizers import SLOTS, Optimizer
from normlib.training.parameters import Member, initial, layout, views

Array = NDArray[Any]


class State:
    """Parameters, running statistics and buffers of the members that are still training.

    Attributes:
        members: M of them.
        parameters: (M, P).
        gradients: (M, P), as the last backward pass left them.
        running: (2, L, M, 1, C) running means and variances, C = 0 without batch norm.
    """

    def __init__(self, members: Sequence[Member], parameters: Array, slots: Array, running: Array) -> None:
        e = members[0].experiment
        self.members = tuple(members)
        self.parameters, self.running = parameters, running
        self.gradients = np.zeros_like(parameters)
        places = layout(e)
        self.parameter_views, self.gradient_views = views(parameters, places), views(self.gradients, places)
        self.feed = Feed(members)
        self._optimizer = Optimizer(members, slots)
        self._networks: dict[tuple[str, int], Network] = {}
        keep = np.array([member.experiment.keep for member in members]).reshape(-1, 1, 1)
        self._keep, self._take = keep.astype(e.dtype), (1 - keep).astype(e.dtype)

    @classmethod
    def start(cls, members: Sequence[Member]) -> State:
        """Return the state before the first step."""
        e = members[0].experiment
        parameters = initial(members)
        running = np.zeros((2, e.depth, len(members), 1, e.width if e.method == "batch" else 0), e.dtype)
        running[1] = 1
        return cls(members, parameters, np.zeros((SLOTS[e.optimizer], *parameters.shape), e.dtype), running)

    def only(self, places: Sequence[int]) -> State:
        """Return the state of some of the members; what they compute stays the same to the last bit."""
        return State(
            [self.members[place] for place in places],
            self.parameters[places],
            self._optimizer.slots[:, places],
            self.running[:, :, places],
        )

    def network(self, rows: int, purpose: str = "train") -> Network:
        """Return the network for batches of some rows; its buffers belong to one purpose."""
        if (purpose, rows) not in self._networks:
            self._networks[purpose, rows] = Network(
                self.members, rows, self.parameter_views, self.gradient_views, self.running
            )
        return self._networks[purpose, rows]

    def load(self, step: int) -> Network:
        """Return the network with the batch of a step in it."""
        rows = self.feed.rows(step)
        network = self.network(rows.shape[1])
        network.fill(self.feed.x, self.feed.y, rows)
        network.disturb(step)
        return network

    def update(self, network: Network, number: int) -> None:
        """Move the weights by `gradients` and the running statistics by the network's batch."""
        self._optimizer.step(self.parameters, self.gradients, number)
        network.follow(self._keep, self._take)
