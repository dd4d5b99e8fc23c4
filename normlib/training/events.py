"""What an engine reports while it trains. Every engine takes experiments and yields these.

A caller may stop listening at any time: an engine reports something, a `Beat` at least, several times a second
(except within one step, which `normlib.training.cost` keeps short).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from normlib.training.experiment import Experiment


@dataclass(frozen=True, eq=False)
class Point:
    """Measurements at a recorded step, after that many updates of the weights.

    Attributes:
        arm: number of the experiment among those given to the engine.
        seeds: the seeds measured, those that are still training.
        step: updates so far.
        values: an array (seeds, ...) per name; `normlib.training.measures` says what they are.
    """

    arm: int
    seeds: tuple[int, ...]
    step: int
    values: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Stopped:
    """A seed that cannot go on, because its loss is no longer a number. The others do.

    Attributes:
        arm: number of the experiment.
        seed: which of its seeds.
        step: updates before the first loss that is not finite.
        layer: hidden layer from 1, or `hidden + 1` for the last layer, of the first value that is not finite;
            0 for the embedding of a transformer.
        where: "weights", "linear output", "norm output", "activation" or "logits".
        message: what happened and what to change, in a sentence or two.
    """

    arm: int
    seed: int
    step: int
    layer: int
    where: str
    message: str


@dataclass(frozen=True)
class Beat:
    """A sign of life, with the share of all steps that are done."""

    done: float


@dataclass(frozen=True)
class Text:
    """Something to read that belongs to an experiment; a later one of the same name takes its place.

    Attributes:
        arm: number of the experiment.
        name: what it is: "summary" of a model, the "program" that ran, its "output".
        text: as it is to be shown.
    """

    arm: int
    name: str
    text: str


Event = Point | Stopped | Text | Beat
Engine = Callable[[Sequence[Experiment]], Iterator[Event]]
