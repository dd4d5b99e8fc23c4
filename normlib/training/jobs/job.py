"""One run as the board keeps it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from normlib.training import cost
from normlib.training.experiment import Experiment
from normlib.training.jobs.buffer import Buffer
from normlib.training.jobs.protocol import State
from normlib.training.result import Result


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
        return (1 - self.share) * sum(cost.seconds(e) for e in self.experiments)
