"""Programs as they run: an exact one repeats the engine's curve, a recipe learns, and what is watched is what is shown.

TensorFlow lives in processes of its own, several programs in each, because it takes seconds to load.
"""

import json
import subprocess
import sys
import time

import numpy as np
import pytest

from normlib.training import Collector, Experiment, Result, collect, train
from normlib.training.jobs import DaskJobs
from normlib.training.programs import counted, exact, in_epochs, recipe
from tests.training.jobs.runs import ended, until

RUNNER = """
import contextlib, io, json, sys
import numpy as np
asked = json.load(sys.stdin)
if asked["engine"]:
    from normlib.training import Experiment, collect
    from normlib.training.keras_engine import train
answers = []
for program in asked["programs"]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "program.py", "exec"), {"__name__": "__main__"})
    answers.append(out.getvalue())
curves = []
for text in asked["engine"]:
    e = Experiment.from_json(text)
    values = collect([e], train([e]))[0].values
    curves.append({name: values[name].tolist() for name in ("loss", "test_nll", "test_accuracy")})
print(json.dumps([answers, curves]))
"""

DENSE = {"width": 24, "groups": 4, "depth": 3, "steps": 120, "points": 12, "seeds": [2, 5], "dtype": "float64"}
CASES = [
    {"optimizer": "adam", "learning_rate": 0.003, "activation": "tanh"},
    {"method": "batch", "placement": "after", "optimizer": "adam", "learning_rate": 0.003, "activation": "sigmoid"},
    {"method": "batch", "layers": "first", "gamma": False, "keep": 0.9, "data": "wine", "activation": "identity"},
    {"method": "batch", "data": "moons", "placement": "after", "eps": 1e-5, "batch_size": 50, "scale": 3.0},
    {"method": "layer", "optimizer": "momentum", "learning_rate": 0.03, "init": "normal", "spacing": "even"},
    {"method": "instance", "placement": "after", "learning_rate": 0.03, "data": "breast cancer"},
    {"method": "group", "layers": [2, 3], "beta": False, "last_batch": "drop", "init": "xavier", "data": "spirals"},
    {"method": "rms", "gamma": False, "layers": [2], "data": "circles"},
    {"method": "batch", "dtype": "float32", "steps": 60},
    {"method": "rms", "dtype": "float32", "steps": 60, "inputs": "raw", "data": "wine", "learning_rate": 0.01},
]
# Digits to which two programs agree that round differently: training multiplies differences from step to step.
TOLERANCE = {"float64": 1e-7, "float32": 1e-3}
OTHER_KINDS = [
    {"kind": "conv", "method": "batch", "width": 8, "depth": 2},
    {"kind": "conv", "method": "layer", "width": 8, "depth": 3, "placement": "after", "layers": [1, 3], "scale": 2.0},
    {"kind": "transformer", "method": "layer", "width": 8, "depth": 2, "init": "xavier"},
    {"kind": "transformer", "method": "rms", "width": 8, "depth": 1, "placement": "after", "init": "normal"},
    # Not with Adam: it makes whole steps of the rounding in the gradient of a bias that batch norm cancels, and in
    # inference the running mean is one step behind such a bias.
    {"kind": "transformer", "method": "batch", "width": 8, "layers": [1, 4], "depth": 2, "optimizer": "momentum"},
]
SHORT = {"steps": 24, "points": 5, "spacing": "even", "seeds": [3], "optimizer": "adam", "learning_rate": 0.003}


def ran(programs, engine=()):
    """Run programs, and experiments by the Keras engine, in a process of their own."""
    asked = {"programs": programs, "engine": [e.model_dump_json() for e in engine]}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def agree(e, printed, values, seed):
    """Compare what an exact program printed with an engine's records."""
    heads, *lines = printed.splitlines()
    assert "test accuracy" in heads
    steps, losses, nlls, accuracies = np.array([[float(cell) for cell in line.split()] for line in lines]).T
    assert tuple(steps.astype(int)) == e.recorded
    place, tolerance = e.seeds.index(seed), TOLERANCE[e.dtype]
    np.testing.assert_allclose(losses, np.asarray(values["loss"])[place], rtol=tolerance, atol=1e-9, err_msg=repr(e))
    np.testing.assert_allclose(nlls, np.asarray(values["test_nll"])[place], rtol=tolerance, atol=1e-9, err_msg=repr(e))
    rows = e.size.rows - e.train_rows
    off = np.abs(accuracies - np.asarray(values["test_accuracy"])[place])
    assert off.max() < (6e-5 if e.dtype == "float64" else 1.5 / rows), repr(e)


def test_an_exact_program_repeats_the_curve_of_the_numpy_engine():
    experiments = [Experiment(**{**DENSE, **case}) for case in CASES]
    printed, _ = ran([exact(e, 5) for e in experiments])
    for e, text in zip(experiments, printed, strict=True):
        agree(e, text, collect([e], train([e]))[0].values, 5)


def test_an_exact_program_repeats_the_curve_of_the_keras_engine():
    experiments = [Experiment(**{**SHORT, "dtype": "float64", **case}) for case in OTHER_KINDS]
    printed, curves = ran([exact(e, 3) for e in experiments], experiments)
    for e, text, values in zip(experiments, printed, curves, strict=True):
        agree(e, text, values, 3)


RECIPES = [
    {"method": "batch", "depth": 2, "width": 32, "keep": 0.9},
    {"method": "rms", "gamma": False, "placement": "after", "data": "wine", "layers": "first", "dtype": "float64"},
    {"method": "group", "groups": 4, "width": 16, "data": "moons", "last_batch": "drop", "scale": 0.5},
    {"kind": "conv", "method": "instance", "width": 16, "depth": 2, "init": "normal"},
    {"kind": "transformer", "method": "layer", "width": 16, "depth": 1},
]


def test_a_recipe_runs_by_itself_and_learns():
    experiments = [in_epochs(Experiment(**{"optimizer": "adam", "learning_rate": 0.01, **case}), 6) for case in RECIPES]
    printed, _ = ran([recipe(e) for e in experiments])
    for e, text in zip(experiments, printed, strict=True):
        assert "Trainable params" in text
        assert "Epoch 6/6" in text
        reached = float(text.split("Test accuracy: ")[1].split("%")[0]) / 100
        guessing = 1 / e.size.classes
        assert reached > guessing + 0.4 * (1 - guessing), (e, reached)


@pytest.fixture(scope="module")
def jobs():
    made = DaskJobs(keras_idle=120)
    yield made
    made.close()


def test_what_is_shown_is_what_runs(jobs):
    e = in_epochs(Experiment(method="batch", depth=2, width=16, optimizer="adam", learning_rate=0.003, keep=0.9), 3)
    key = jobs.submit(e, engine="program", learner="ada")
    seen = []
    until(lambda: seen.append(int(np.isfinite(losses(jobs, key)).sum())) or jobs.status(key).ended, 120)
    assert jobs.status(key).state == "done", jobs.status(key).message
    assert seen == sorted(seen)
    (result,) = jobs.result(key)
    assert result.texts["program"] == recipe(e)
    assert result.steps.tolist() == [0, 40, 80, 120]
    assert all(np.isfinite(values).all() for values in result.values.values())
    # The same text in a process where nothing watches it: the same numbers, and the same words but for the seconds.
    ((alone,), _) = ran([recipe(e)])
    assert alone.splitlines()[-2:] == result.texts["output"].splitlines()[-2:]
    assert alone.splitlines()[0] == result.texts["output"].splitlines()[0]
    assert f"Test accuracy: {result.values['test_accuracy'][0, -1]:.1%}" in alone
    assert f"{result.values['loss'][0, -1]:.4f}" in alone
    # 64 x 16 + 16 x 16 + 16 x 10 weights, 10 biases, 2 x 2 x 16 gammas and betas; 2 x 2 x 16 running statistics.
    assert counted(result.texts["summary"]) == (1024 + 256 + 160 + 10 + 64, 64)
    assert float(result.texts["seconds"]) > 0
    there_and_back = Result.from_arrays(result.to_arrays())
    assert there_and_back.texts == result.texts


def losses(jobs, key):
    results = jobs.events(key, 0).results
    return results[0].values.get("loss", np.zeros(0)) if results else np.zeros(0)


CROWDED = """
import random, threading, time
from normlib.training import Experiment, Text
from normlib.training.programs import in_epochs
from normlib.training.programs.engine import train
e = in_epochs(Experiment(data="wine", depth=1, width=8, learning_rate=0.01), 2)
ended = []
def others():
    while not ended:
        random.random()
        time.sleep(1e-4)
for crowd in (0, 1):
    threading.Thread(target=others, daemon=True).start() if crowd else None
    (text,) = [one.text for one in train([e]) if isinstance(one, Text) and one.name == "output"]
    print(text.splitlines()[-1])
ended.append(True)
"""


def test_what_others_draw_in_the_same_process_changes_nothing():
    done = subprocess.run([sys.executable, "-c", CROWDED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    quiet, crowded = done.stdout.splitlines()
    assert quiet == crowded
    assert quiet.startswith("Test accuracy: ")


def test_a_program_stops_when_nobody_wants_it(jobs):
    e = in_epochs(Experiment(method="layer", depth=2, width=16, learning_rate=0.01), 150)
    key = jobs.submit(e, engine="program", learner="ada")
    until(lambda: jobs.status(key).share > 0.02, 120)
    jobs.stop(key, "ada")
    began = time.monotonic()
    short = jobs.submit(in_epochs(e, 1), engine="program", learner="bob")
    assert ended(jobs, short).state == "done", jobs.status(short).message
    # Much less than what was left, on a machine that does something else too.
    assert time.monotonic() - began < 15
    assert jobs.status(key).state == "stopped"


def test_a_loss_that_leaves_the_numbers_is_said(jobs):
    e = in_epochs(Experiment(depth=8, learning_rate=1000.0, inputs="raw", data="wine"), 3)
    key = jobs.submit(e, engine="program", learner="eve")
    assert ended(jobs, key).state == "done"
    (result,) = jobs.result(key)
    (stopped,) = result.stopped
    assert "no longer finite" in stopped.message
    assert "learning_rate=300 instead of 1000" in stopped.message


def test_an_experiment_that_is_not_in_whole_epochs_is_refused(jobs):
    key = jobs.submit(Experiment(steps=90, seeds=1), engine="program", learner="eve")
    status = ended(jobs, key)
    assert status.state == "failed"
    assert "steps=90 is 2.25 epochs of 40 batches: use steps=80" in status.message
    key = jobs.submit(in_epochs(Experiment(), 1).but(seeds=2), engine="program", learner="eve")
    assert "one seed, and the experiment has 2" in ended(jobs, key).message


def test_records_without_texts_can_still_be_read():
    e = Experiment(data="wine", steps=4, points=2, seeds=1)
    arrays = Collector([e]).results()[0].to_arrays()
    header = json.loads(bytes(arrays["header"]))
    del header["texts"]
    older = {**arrays, "header": np.frombuffer(json.dumps(header).encode(), np.uint8)}
    assert Result.from_arrays(older).texts == {}
