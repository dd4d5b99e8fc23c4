"""Time the runs that come with NormLab: python -m benchmarks.presets [--only placement-trained]

Each is trained whole, by the engine that makes it, in a process of its own, tracing and compiling included, loading
TensorFlow not. Beside it, per update of one network: Keras' `fit` with the same layers, its first call, which
compiles, left out, and for the NumPy engine the bare matrix products. Ratios are of processor time, which a busy
machine changes less than seconds on the clock.
"""

# ruff: noqa: PLC0415
# TensorFlow is loaded in the processes that need it.

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.sections.defaults import name
from benchmarks.training import products
from benchmarks.whole_runs import MEMBERS
from normlib.training import Experiment
from normlib.training.presets import PRESETS, Preset

FIT_UPDATES = 120
PRODUCT_CALLS = 200


@dataclass(frozen=True)
class Taken:
    """What a preset took.

    Attributes:
        seconds: on the clock.
        processor: seconds of the processor.
        fit: seconds of the processor that `fit` would take for as many updates; None where that was not asked for.
        bare: seconds that their matrix products alone would take; None for Keras' engine.
    """

    seconds: float
    processor: float
    fit: float | None
    bare: float | None


def updates(preset: Preset) -> int:
    """Return the updates of all networks of a preset together."""
    return sum(one.steps * len(one.seeds) for one in preset.crossed.experiments)


def networks(preset: Preset) -> int:
    """Return how many networks a preset trains."""
    return sum(len(one.seeds) for one in preset.crossed.experiments)


def structures(preset: Preset) -> list[tuple[Experiment, int]]:
    """Return one experiment for each network that Keras would have to build anew, and the updates it stands for.

    >>> sum(count for _, count in structures(PRESETS[0])) == updates(PRESETS[0])
    True
    """
    found: dict[object, tuple[Experiment, int]] = {}
    for one in preset.crossed.experiments:
        kind = (one.kind, one.depth, one.width, one.method, one.norms, one.site, one.activation, one.batch_size)
        first, count = found.get(kind, (one, 0))
        found[kind] = first, count + one.steps * len(one.seeds)
    return list(found.values())


def ours(number: int) -> tuple[float, float]:
    """Train a preset; return the seconds on the clock and of the processor."""
    from normlib.training.jobs.keys import ENGINES, load_engine

    preset = PRESETS[number]
    engine, _ = load_engine(ENGINES[preset.engine])
    began, worked = time.perf_counter(), time.process_time()
    for _ in engine(preset.crossed.experiments):
        pass
    return time.perf_counter() - began, time.process_time() - worked


def fit(number: int) -> float:
    """Return the seconds of the processor that Keras' own loop takes for all updates of a preset."""
    import keras

    from normlib.training.keras_engine.networks import build, shape
    from normlib.training.sets import training_set

    total = 0.0
    for e, count in structures(PRESETS[number]):
        network = build(e)
        model = keras.Model(network.inputs, network.logits)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        rule = keras.optimizers.Adam if e.optimizer == "adam" else keras.optimizers.SGD
        model.compile(rule(e.learning_rate), loss)
        rows = training_set(e, 0)
        own = np.resize(rows.train, FIT_UPDATES * e.batch_size)
        x, y = rows.x[own].astype(np.float32).reshape(-1, *shape(e)), rows.y[own]
        model.fit(x, y, batch_size=e.batch_size, shuffle=False, verbose=0)
        worked = time.process_time()
        model.fit(x, y, batch_size=e.batch_size, shuffle=False, verbose=0)
        total += (time.process_time() - worked) / FIT_UPDATES * count
    return total


def bare(number: int) -> float:
    """Return the seconds that the matrix products of a preset's updates take, eight networks at once."""
    total = 0.0
    for e, count in structures(PRESETS[number]):
        call = products(e)
        call()
        worked = time.process_time()
        for _ in range(PRODUCT_CALLS):
            call()
        total += (time.process_time() - worked) / (PRODUCT_CALLS * MEMBERS) * count
    return total


def take(number: int, *, fit_too: bool = True) -> Taken:
    """Return what a preset takes and what its peers would, each in a fresh process."""

    def alone(run: Callable[[int], Any]) -> Any:
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            return process.submit(run, number).result()

    seconds, processor = alone(ours)
    return Taken(
        seconds,
        processor,
        alone(fit) if fit_too else None,
        alone(bare) if PRESETS[number].engine == "numpy" else None,
    )


def line(number: int) -> str:
    """Train a preset and write what it took."""
    preset, found = PRESETS[number], take(number)
    per_update = 1e6 * found.processor / updates(preset)
    others = {"keras fit": found.fit, "its matrix products": found.bare}
    ratios = ", ".join(f"{found.processor / one:.3g} of {who}" for who, one in others.items() if one)
    return (
        f"{name(preset)}: {networks(preset):,} networks, {updates(preset):,} updates: {found.seconds:.0f} s "
        f"({found.processor:.0f} s of the processor), {per_update:.0f} us per update; {ratios}"
    )


def main() -> None:
    """Print a line per preset."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="presets whose name begins so")
    chosen = parser.parse_args()
    for number, preset in enumerate(PRESETS):
        if name(preset).startswith(chosen.only):
            print(line(number), flush=True)


if __name__ == "__main__":
    main()
