"""An engine that trains nothing: numbers that follow a rule, so that a page can be held against them."""

from collections.abc import Iterator, Sequence

import numpy as np

from normlib.training import Beat, Event, Experiment, Point, Stopped

MADE_BY = "made up"
WORSE = {"none": 0.08, "batch": 0.05, "layer": 0.06, "group": 0.04}

HIGHEST = 20.0
"""Beyond this learning rate every seed stops after the first record."""


def error(e: Experiment, seed: int, step: int) -> float:
    """Return a test error: that of batch norm rises towards small batches."""
    rise = 0.4 / e.batch_size if e.method == "batch" else 0.0
    return WORSE[e.method] + rise + 0.001 * seed + 0.5 * (1 - step / e.steps)


def in_batches(e: Experiment, seed: int, step: int) -> float:
    """Return the test error in training mode."""
    return error(e, seed, step) + 0.2 / e.batch_size + 0.0005 * seed


def train(experiments: Sequence[Experiment]) -> Iterator[Event]:
    """Yield points as an engine does."""
    for arm, e in enumerate(experiments):
        for step in e.recorded:
            errors = np.array([error(e, seed, step) for seed in e.seeds])
            values = dict.fromkeys(("loss", "loss_mean", "test_nll"), errors)
            values |= {"accuracy": 1 - errors, "test_accuracy": 1 - errors}
            if e.method == "batch":
                values["test_accuracy_batch"] = 1 - np.array([in_batches(e, seed, step) for seed in e.seeds])
            yield Point(arm, e.seeds, step, values)
            if e.learning_rate > HIGHEST:
                yield from (Stopped(arm, seed, step + 1, 1, "weights", "It grew too large.") for seed in e.seeds)
                break
        yield Beat((arm + 1) / len(experiments))
