"""One run as the board keeps it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from normlib.training import cost
from normlib.training.experiment import Experiment
from normlib.training.jobs.buffer import Buffer
from normlib.training.jobs.protocol import State
from normlib.training.result import Result

# Of a program: until TensorFlow is there and has compiled, and a step of `model.fit`, whatever the network.
_LOADING: Final = 6.0
_KERAS_STEP: Final = 0.004


@dataclass(eq=False)
class Job:
    """A run: who watches it, how far it is, what it has reported. Changed under the board's lock alone.

    Attributes:
        key: its name.
        experiments: what to train.
        engine: name of the engine.
        earlier: results to compare with.
        turn: how many runs of this key came before, in this process.
        complete: whether every event of it was heard; a backend that loses one says so.
        halted: whether nobody wants it any more; the backend ends it as soon as it can.
        shipped: whether the results came with NormLab, rounded, so that no other run can equal them to the last bit.
        heard_of: when a learner last asked how it is going, by the clock of `time.monotonic`.
    """

    key: str
    experiments: tuple[Experiment, ...]
    engine: str
    earlier: Sequence[Result] | None = None
    turn: int = 0
    state: State = "queued"
    share: float = 0.0
    message: str = ""
    notes: list[str] = field(default_factory=list)
    learners: set[str] = field(default_factory=set)
    stored: bool = False
    agrees: bool | None = None
    complete: bool = True
    halted: bool = False
    heard_first: float = 0.0
    shipped: bool = False
    heard_of: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.buffer = Buffer(self.experiments)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {"done", "failed", "stopped"}

    @property
    def seconds_left(self) -> float:
        """Estimate of its own time until the end: by its pace once there is one, before that by its size."""
        if self.ended:
            return 0.0
        if self.share >= 0.05:
            return (time.monotonic() - self.heard_first) * (1 - self.share) / self.share
        own = sum(cost.seconds(e) for e in self.experiments)
        if self.engine == "program":
            own += _LOADING + _KERAS_STEP * sum(e.steps for e in self.experiments)
        return (1 - self.share) * own
