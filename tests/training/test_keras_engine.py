"""The Keras engine: the same events as the NumPy engine, from Keras' own layers and its own training loop."""

import time

import numpy as np
import pytest

from normlib.training import Beat, Experiment, Point, Stopped, collect
from normlib.training import train as numpy_train
from normlib.training.batches import batch_rows, batches_per_epoch
from normlib.training.sets import training_set

pytestmark = pytest.mark.keras

ALL = ("gradients", "activations", "histograms")
BASE = {"width": 24, "groups": 4, "depth": 3, "steps": 200, "points": 20, "seeds": [2, 5], "dtype": "float64"}
# Small enough that rounding errors do not grow from step to step.
RATES = {"sgd": 0.05, "momentum": 0.03, "adam": 0.003}
CASES = [
    {"method": "none", "optimizer": "adam", "activation": "tanh"},
    {"method": "batch", "optimizer": "sgd", "activation": "relu"},
    {"method": "batch", "placement": "after", "optimizer": "adam", "activation": "sigmoid"},
    {"method": "layer", "optimizer": "momentum", "activation": "tanh"},
    {"method": "layer", "placement": "after", "optimizer": "sgd", "activation": "relu"},
    {"method": "instance", "placement": "after", "optimizer": "momentum", "activation": "sigmoid"},
    {"method": "group", "optimizer": "sgd", "activation": "relu"},
    {"method": "rms", "optimizer": "momentum", "activation": "relu"},
    {"method": "rms", "optimizer": "sgd", "activation": "tanh", "gamma": False, "layers": [2]},
    {"method": "batch", "data": "wine", "layers": "first", "gamma": False, "keep": 0.9, "activation": "identity"},
    {"method": "group", "layers": [2, 3], "beta": False, "last_batch": "drop", "init": "xavier"},
    {"method": "batch", "data": "moons", "placement": "after", "eps": 1e-5, "batch_size": 50, "scale": 3.0},
]


@pytest.fixture(scope="module")
def engine():
    pytest.importorskip("tensorflow")
    from normlib.training.keras_engine import engine  # noqa: PLC0415 - TensorFlow takes seconds to load

    return engine


def agree(ours, theirs, tolerance):
    """Compare records; what is not far from zero by its nature, such as a mean, is compared on the scale of 1e-3."""
    assert ours.values.keys() == theirs.values.keys()
    for name, expected in theirs.values.items():
        found = ours.values[name]
        assert np.array_equal(np.isnan(found), np.isnan(expected)), name
        off = np.abs(found - expected) / np.maximum(np.abs(expected), 1e-3)
        assert np.nanmax(off, initial=0) <= tolerance, (name, np.nanmax(off))


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_the_engines_agree(engine, case):
    e = Experiment(**{**BASE, "learning_rate": RATES[case.get("optimizer", "sgd")], "record": ALL, **case})
    ours, theirs = (collect([e], train([e]))[0] for train in (engine.train, numpy_train))
    assert len(ours.steps) == 20
    if e.method != "instance":  # which leaves nothing of a row to learn from
        assert theirs.values["test_nll"][:, -1].max() < theirs.values["test_nll"][:, 0].min()
    agree(ours, theirs, 1e-8)


@pytest.mark.parametrize("method", ["none", "batch", "group"])
def test_the_engines_agree_in_float32(engine, method):
    e = Experiment(**{**BASE, "dtype": "float32"}, method=method, learning_rate=0.05, record=["gradients"])
    ours, theirs = (collect([e], train([e]))[0] for train in (engine.train, numpy_train))
    for name in ("loss", "loss_mean", "test_nll", "gradient_norm"):
        assert np.abs(ours.values[name] / theirs.values[name] - 1).max() < 1e-3, name


@pytest.mark.parametrize("method", ["none", "batch", "layer"])
def test_what_xla_compiles_is_the_same(engine, monkeypatch, method):
    e = Experiment(**BASE, method=method, optimizer="adam", learning_rate=0.003, record=ALL)
    plain = collect([e], engine.train([e]))[0]
    monkeypatch.setattr(engine, "WORTH_COMPILING", 0)
    agree(collect([e], engine.train([e]))[0], plain, 1e-8)


@pytest.mark.parametrize(
    ("method", "optimizer", "dtype", "tolerance"),
    [
        ("none", "sgd", "float64", 1e-9),
        ("rms", "momentum", "float64", 1e-9),
        ("batch", "adam", "float64", 1e-9),
        ("batch", "sgd", "float32", 2e-4),
        ("none", "adam", "float32", 2e-4),
    ],
)
def test_one_member_is_keras_fit(engine, method, optimizer, dtype, tolerance):
    import keras  # noqa: PLC0415

    from tests.training import keras_peer  # noqa: PLC0415
    from tests.training.keras_floats import default_floats  # noqa: PLC0415

    e = Experiment(
        **{**BASE, "data": "wine", "batch_size": 50, "steps": 45, "points": 46, "dtype": dtype, "seeds": [5]},
        method=method,
        optimizer=optimizer,
        learning_rate=RATES[optimizer],
        keep=0.9,
    )
    ours = collect([e], engine.train([e]))[0]
    before = batches_per_epoch(e)
    assert before == 3  # the last of 25 rows
    with default_floats(dtype):
        model, _ = keras_peer.build(e, 5)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype=dtype)
        model.compile(keras_peer.optimizer(e), loss, metrics=["accuracy"])
        rows = training_set(e, 5)
        x, y = rows.x.astype(dtype), rows.y
        for epoch in range(e.steps // before):
            order = np.concatenate([batch_rows(e, 5, epoch * before + batch) for batch in range(before)])
            model.fit(x[order], y[order], batch_size=50, epochs=1, shuffle=False, verbose=0)
            nll, accuracy = model.evaluate(x[rows.test], y[rows.test], batch_size=len(rows.test), verbose=0)
            record = ours.steps.tolist().index((epoch + 1) * before)
            assert abs(ours.values["test_nll"][0, record] / nll - 1) < tolerance
            assert abs(ours.values["test_accuracy"][0, record] - accuracy) < 1e-6


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_members_are_runs_of_their_own(engine, optimizer):
    base = Experiment(**BASE, method="batch", optimizer=optimizer, record=ALL)
    numbers = (
        {"learning_rate": 0.003, "scale": 2.0, "eps": 1e-2, "keep": 0.5, "momentum": 0.5},
        {"learning_rate": 0.01, "init": "xavier", "keep": 0.9},
    )
    ladder = [base.but(**changes) for changes in numbers]
    together = collect(ladder, engine.train(ladder))
    for e, own in zip(ladder, together, strict=True):
        for place, seed in enumerate(e.seeds):
            alone = collect([e.but(seeds=[seed])], engine.train([e.but(seeds=[seed])]))[0]
            for name, values in alone.values.items():
                assert np.abs(own.values[name][place] - values[0]).max() < 1e-9, name


def test_equal_settings_are_bit_equal(engine):
    e = Experiment(**{**BASE, "dtype": "float32"}, method="layer", record=ALL)
    one, other = (collect([e], engine.train([e]))[0] for _ in range(2))
    assert all(np.array_equal(one.values[name], other.values[name], equal_nan=True) for name in one.values)


@pytest.mark.parametrize("compiling", [0, 10**9])
def test_a_member_that_leaves_the_numbers_stops_and_the_others_go_on(engine, monkeypatch, compiling):
    monkeypatch.setattr(engine, "WORTH_COMPILING", compiling)
    base = Experiment(**{**BASE, "depth": 8, "data": "breast cancer", "record": ALL})
    ladder = [base.but(learning_rate=rate) for rate in (0.01, 1000.0, 0.02)]
    events = {train: list(train(ladder)) for train in (engine.train, numpy_train)}
    stopped = [[event for event in found if isinstance(event, Stopped)] for found in events.values()]
    assert [one.arm for one in stopped[0]] == [1, 1]
    assert stopped[0] == stopped[1]
    assert all(one.step > 0 and "learning_rate=300 instead of 1000" in one.message for one in stopped[0])
    ours, theirs = (collect(ladder, found) for found in events.values())
    for place in (0, 2):
        agree(ours[place], theirs[place], 1e-8)
    # Shortly before it stops a member's numbers are huge; their places say when it was measured.
    for name, values in theirs[1].values.items():
        assert np.array_equal(np.isnan(ours[1].values[name]), np.isnan(values)), name


def test_raw_inputs_times_a_huge_scale_stop_before_the_first_step(engine):
    e = Experiment(data="wine", inputs="raw", depth=20, width=64, scale=1000.0, seeds=1, steps=10)
    ours, theirs = (collect([e], train([e]))[0] for train in (engine.train, numpy_train))
    assert len(ours.stopped) == 1
    assert ours.stopped == theirs.stopped


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_the_steps_recorded_are_the_ones_announced(engine, steps):
    e = Experiment(**{**BASE, "steps": steps, "points": 4, "record": []}, method="batch")
    events = list(engine.train([e]))
    assert [event.step for event in events if isinstance(event, Point)] == collect([e], events)[0].steps.tolist()
    assert [event.done for event in events if isinstance(event, Beat)][-1] == 1


def test_a_caller_may_stop_at_any_time(engine):
    e = Experiment(depth=12, width=128, steps=3000, points=2, seeds=4, method="group", record=[])
    events = engine.train([e])
    longest, done = 0.0, 0.0
    while done < 0.01:
        before = time.perf_counter()
        event = next(events)
        longest = max(longest, time.perf_counter() - before)
        done = event.done if isinstance(event, Beat) else done
    events.close()
    assert done < 1
    assert longest < 20  # half a second, and room for a machine that does something else


def test_runs_take_turns(engine):
    arms = [Experiment(**{**BASE, "seeds": 1}, method=method, record=[]) for method in ("none", "batch")]
    events = list(engine.train(arms))
    order = [event.arm for event in events if isinstance(event, Point)]
    assert order[:4] != [0, 0, 0, 0]
    beats = [event.done for event in events if isinstance(event, Beat)]
    assert beats == sorted(beats)
    assert beats[-1] == 1
