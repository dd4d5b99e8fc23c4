"""Runs of the test's server: in this process, at full speed or slow enough to look at."""

import time
from collections.abc import Iterator, Sequence

from normlib.training import Event, Experiment, Point, train
from normlib.training.jobs import InlineJobs


def slowly(experiments: Sequence[Experiment]) -> Iterator[Event]:
    """Train as the NumPy engine does, with a moment after each record."""
    for event in train(experiments):
        yield event
        if isinstance(event, Point):
            time.sleep(0.06)


JOBS = InlineJobs(engines={"numpy": "normlib.training.engine:train", "slow": "tests.browser.run_app.runs:slowly"})


def experiments(seeds: int, steps: int, data: str, rate: float) -> list[Experiment]:
    """The arms that are compared: two methods, everything else the same."""
    base = Experiment(
        data=data, depth=2, width=16, seeds=seeds, steps=steps, points=12, learning_rate=rate,
        record=["gradients", "activations", "histograms", "regions"],
    )  # fmt: skip
    return [base.but(method=method) for method in ("batch", "none")]
