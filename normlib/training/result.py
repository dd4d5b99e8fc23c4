"""The records of one experiment as plain arrays, to be kept, sent or drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normlib.training.events import Event, Point, Stopped, Text
from normlib.training.experiment import SCHEMA, Experiment


@dataclass(frozen=True, eq=False)
class Result:
    """What was measured, for every seed and recorded step.

    Attributes:
        experiment: what was run.
        steps: (R,) updates before each record.
        values: arrays (S, R, ...) by the names in `normlib.training.measures`, S seeds in the order of
            `experiment.seeds`; NaN where a seed had stopped or nothing was measured yet. All float64, except
            "regions", which are large and need few digits: float32.
        stopped: seeds that could not go on.
        made_by: engine and versions.
        texts: what there is to read, by name; most engines write nothing.
    """

    experiment: Experiment
    steps: NDArray[np.int64]
    values: Mapping[str, NDArray[Any]]
    stopped: tuple[Stopped, ...] = ()
    made_by: str = f"numpy {np.__version__}"
    texts: Mapping[str, str] = field(default_factory=dict)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return arrays that `np.savez` writes: the values, "steps", and a JSON header as bytes."""
        header = {
            "schema": SCHEMA,
            "experiment": self.experiment.model_dump(mode="json"),
            "key": self.experiment.key,
            "stopped": [asdict(one) for one in self.stopped],
            "made_by": self.made_by,
            "texts": dict(self.texts),
        }
        text = np.frombuffer(json.dumps(header).encode(), np.uint8)
        return {"header": text, "steps": self.steps, **self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Result:
        """Return the result that `to_arrays` wrote.

        Raises: ValueError when it was written in another form.
        """
        header = json.loads(bytes(arrays["header"]))
        if header["schema"] != SCHEMA:
            raise ValueError(
                f"These records have schema {header['schema']}, and this version reads {SCHEMA}: "
                "run the experiment again."
            )
        return cls(
            Experiment.from_json(json.dumps(header["experiment"])),
            arrays["steps"],
            {name: arrays[name] for name in arrays if name not in {"header", "steps"}},
            tuple(Stopped(**one) for one in header["stopped"]),
            header["made_by"],
            header.get("texts", {}),  # older files have none
        )


class Collector:
    """Gathers the events of a run into results; `results` may be read at any time.

    >>> from normlib.training.engine import train
    >>> experiment = Experiment(data="wine", steps=20, points=3, seeds=2)
    >>> collected = Collector([experiment])
    >>> for event in train([experiment]):
    ...     collected.add(event)
    >>> collected.results()[0].values["loss"].shape
    (2, 3)
    """

    def __init__(self, experiments: Sequence[Experiment]) -> None:
        self._experiments = tuple(experiments)
        self._steps = [e.recorded for e in experiments]
        self._values: list[dict[str, NDArray[Any]]] = [{} for _ in experiments]
        self._stopped: list[list[Stopped]] = [[] for _ in experiments]
        self._texts: list[dict[str, str]] = [{} for _ in experiments]

    def add(self, event: Event) -> None:
        """Take in one event."""
        if isinstance(event, Stopped):
            self._stopped[event.arm].append(event)
        if isinstance(event, Text):
            self._texts[event.arm][event.name] = event.text
        if not isinstance(event, Point):
            return
        experiment, steps = self._experiments[event.arm], self._steps[event.arm]
        places = [experiment.seeds.index(seed) for seed in event.seeds]
        record = steps.index(event.step)
        for name, values in event.values.items():
            shape = (len(experiment.seeds), len(steps), *values.shape[1:])
            dtype = np.float32 if name == "regions" else np.float64
            own = self._values[event.arm].setdefault(name, np.full(shape, np.nan, dtype))
            own[places, record] = values

    def results(self) -> list[Result]:
        """Return the result of each experiment so far."""
        return [
            Result(e, np.array(steps), values, tuple(stopped), texts=dict(texts))
            for e, steps, values, stopped, texts in zip(
                self._experiments, self._steps, self._values, self._stopped, self._texts, strict=True
            )
        ]


def collect(experiments: Sequence[Experiment], events: Iterable[Event]) -> list[Result]:
    """Return the results of experiments from all events of their training."""
    collected = Collector(experiments)
    for event in events:
        collected.add(event)
    return collected.results()
