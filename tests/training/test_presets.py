"""The runs that come with NormLab: what they keep the same, and a sample of them trained again."""

import json
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from normlib.training import Experiment, collect, train
from normlib.training.jobs import SHIPPED_RUNS, Shipped
from normlib.training.jobs.make_runs import main, make
from normlib.training.placement_trained import dense_placements
from normlib.training.presets import BATCHES, MEMORY_ROWS, PRESETS, WU_HE, Preset, small_batches

CONV, DENSE = (one for one in PRESETS if one.slug == "small-batches")


@pytest.mark.parametrize("kind", ["conv", "dense"])
def test_every_batch_size_sees_the_same_rows_and_remembers_as_many(kind):
    crossed = small_batches(kind, rate=0.32, epochs=3, seeds=2)
    for one in crossed.experiments:
        assert one.steps * one.batch_size == pytest.approx(3 * one.train_rows, abs=one.batch_size / 2)
        assert one.learning_rate == pytest.approx(0.01 * one.batch_size)
        assert one.batch_size / (1 - one.keep) == pytest.approx(MEMORY_ROWS)
        assert one.last_batch == "drop"
    assert len({(one.method, one.batch_size) for one in crossed.experiments}) == 4 * len(BATCHES)


def test_published_errors_are_complete():
    assert WU_HE.batches == (2, 4, 8, 16, 32)
    # The differences of batch and group norm that the paper prints below its table, in points.
    apart = [100 * (group - batch) for batch, group in zip(WU_HE.errors["batch"], WU_HE.errors["group"], strict=True)]
    np.testing.assert_allclose(apart[::-1], [0.5, 0.5, -0.8, -3.1, -10.6], atol=1e-9)


def test_a_preset_is_made_and_found_again(tmp_path):
    tiny = small_batches("dense", epochs=1, seeds=1)
    preset = Preset("tiny", "?", "", "", "", "numpy", tiny)
    assert make(preset, tmp_path) < 100_000
    found = Shipped(tmp_path).get(tiny.experiments, "numpy")
    np.testing.assert_allclose(
        found.results[-1].values["loss"],
        collect([tiny.experiments[-1]], train([tiny.experiments[-1]]))[0].values["loss"],
        rtol=1e-6,
    )


def test_an_unknown_page_is_named(capsys):
    assert main(["small-batch"]) == 2
    assert "There is no preset small-batch" in capsys.readouterr().out


def shipped(preset, size):
    """Return what came with NormLab of batch norm with one batch size."""
    found = Shipped(SHIPPED_RUNS).get(preset.crossed.experiments, preset.engine)
    assert found is not None, f"{preset.slug} by {preset.engine} is missing: make runs"
    return next(one for one in found.results if (one.experiment.method, one.experiment.batch_size) == ("batch", size))


def check(kept, values):
    """Compare one seed, trained again: the first record tightly, the end loosely, as rounding grows on the way."""
    for name in ("loss", "test_nll"):
        np.testing.assert_allclose(values[name][0][0], kept.values[name][0][0], rtol=1e-3)
        np.testing.assert_allclose(values[name][0][-1], kept.values[name][0][-1], rtol=0.5, atol=0.1)
    assert values["test_accuracy"][0][-1] == pytest.approx(kept.values["test_accuracy"][0][-1], abs=0.05)


@pytest.mark.parametrize("size", [32, 128])
def test_a_sample_of_the_dense_run_comes_out_again(size):
    kept = shipped(DENSE, size)
    (result,) = collect([kept.experiment.but(seeds=1)], train([kept.experiment.but(seeds=1)]))
    check(kept, result.values)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: f"{one.slug}, {one.crossed.base.activation}")
def test_every_preset_comes_with_its_results_and_says_what_would_refute_it(preset):
    found = Shipped(SHIPPED_RUNS).get(preset.crossed.experiments, preset.engine)
    assert found is not None, f"{preset.slug} by {preset.engine} is missing: make runs"
    assert preset.crossed.ended(found.results)
    assert all((preset.question, preset.expected, preset.refuted, preset.source))


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_a_sample_of_the_placements_comes_out_again(activation):
    crossed = dense_placements(activation)
    found = Shipped(SHIPPED_RUNS).get(crossed.experiments, "numpy")
    kept = next(
        one
        for one in found.results
        if (one.experiment.placement, one.experiment.scale, one.experiment.learning_rate) == ("after", 1.0, 0.1)
    )
    (result,) = collect([kept.experiment.but(seeds=1)], train([kept.experiment.but(seeds=1)]))
    check(kept, result.values)


PROGRAM = """
import json, sys
from normlib.training import Experiment, collect
from normlib.training.keras_engine.engine import train
arms = [Experiment.from_json(text) for text in json.load(sys.stdin)]
found = [{name: values.tolist() for name, values in one.values.items()} for one in collect(arms, train(arms))]
print("FOUND" + json.dumps(found))
"""


def test_a_sample_of_the_convolutional_run_comes_out_again():
    kept = [shipped(CONV, size) for size in (32, 128)]
    arms: list[Experiment] = [one.experiment.but(seeds=1) for one in kept]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        input=json.dumps([arm.model_dump_json() for arm in arms]),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.rpartition("FOUND")[2])
    for one, values in zip(kept, found, strict=True):
        check(one, values)
