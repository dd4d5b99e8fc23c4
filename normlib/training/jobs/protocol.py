"""What a page can ask of the jobs, whichever way they run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from normlib.training.comparison import Comparison
from normlib.training.events import Point, Stopped, Text
from normlib.training.experiment import Experiment
from normlib.training.result import Result

State = Literal["queued", "running", "done", "failed", "stopped"]
Wanted = Comparison | Experiment | Sequence[Experiment]


class QueueFullError(Exception):
    """So many runs wait that no further one is taken; the message has the numbers."""


class UnknownJobError(LookupError):
    """No run has this key, here or in the store."""


class NotDoneError(Exception):
    """The results are not there yet, or never will be; the message says which."""


@dataclass(frozen=True)
class Status:
    """How a run is getting on.

    Attributes:
        key: of the run.
        state: "queued", "running", "done", "failed" or "stopped".
        place: in the queue, 1 is the next to start; 0 when it does not wait.
        share: of all steps, done.
        seconds: until the end, estimated; 0 when it has ended.
        message: what it waits for, why it failed or how far it came; empty when there is nothing to say.
        notes: what else should be known, each a sentence: a stored file that could not be read, a restart.
        learners: how many watch it.
        stored: whether the results were read from the store instead of trained.
        agrees: whether a run asked for again gave the same results to the last bit; None when there was no other.
    """

    key: str
    state: State
    place: int = 0
    share: float = 0.0
    seconds: float = 0.0
    message: str = ""
    notes: tuple[str, ...] = ()
    learners: int = 0
    stored: bool = False
    agrees: bool | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {"done", "failed", "stopped"}


@dataclass(frozen=True, eq=False)
class Update:
    """What happened since a cursor.

    Attributes:
        cursor: to ask with next time.
        results: everything so far, for who starts or has fallen behind; None when `events` are enough.
        events: points, stopped seeds and texts since the cursor, in the order they came.
        status: of the run at this moment.
        experiments: of the run.
    """

    cursor: int
    results: tuple[Result, ...] | None
    events: tuple[Point | Stopped | Text, ...]
    status: Status
    experiments: tuple[Experiment, ...]


class Jobs(Protocol):
    """Runs that are shared: the same experiments, engine and code are one run, whoever asks."""

    def submit(self, wanted: Wanted, *, engine: str = "numpy", learner: str, again: bool = False) -> str:
        """Ask for a run and return its key at once. The learner lets go of any other run.

        Args:
            wanted: a comparison, an experiment or several.
            engine: "numpy", "keras" or "program".
            learner: who asks; any text that tells learners apart.
            again: train even where results are stored, and compare.

        Raises: QueueFullError; ValueError for an unknown engine.
        """

    def status(self, key: str) -> Status:
        """Return how the run is getting on. Raises: UnknownJobError."""

    def events(self, key: str, cursor: int = 0, *, learner: str = "") -> Update:
        """Return what happened since a cursor, 0 for everything.

        A learner who asked here and then is silent for a minute and a half has gone, and lets go of the run.

        Raises: UnknownJobError.
        """

    def stop(self, key: str, learner: str) -> Status:
        """Let go of a run; it stops when no learner is left. Raises: UnknownJobError."""

    def result(self, key: str) -> tuple[Result, ...]:
        """Return a result per experiment; of a stopped run, what it recorded. Raises: NotDoneError, UnknownJobError."""

    def close(self) -> None:
        """Stop every run and leave no process, thread or folder behind."""
