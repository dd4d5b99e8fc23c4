"""The engine: equal settings give equal bits, company changes nothing, and one member's end is not the others'."""

import time

import numpy as np
import pytest

from normlib.training import Beat, Comparison, Experiment, Point, Stopped, collect, train
from normlib.training.measures import EDGES

METHODS = ["none", "batch", "layer", "instance", "group", "rms"]
QUICK = {"data": "breast cancer", "depth": 2, "width": 24, "groups": 4, "steps": 40, "points": 6}
ALL = ("gradients", "activations", "histograms")


def result(e):
    return collect([e], train([e]))[0]


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equal_settings_are_bit_equal(method, dtype):
    e = Experiment(**QUICK, method=method, dtype=dtype, seeds=2, record=ALL)
    one, other = result(e), result(e.but())
    assert same(one.values, other.values)
    assert np.isfinite(one.values["test_nll"]).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_members_are_bit_equal_to_runs_of_their_own(method, activation, optimizer):
    base = Experiment(**QUICK, method=method, activation=activation, optimizer=optimizer, seeds=[0, 3, 9], record=ALL)
    ladder = [base.but(learning_rate=rate, scale=scale) for rate, scale in ((0.01, 1.0), (0.1, 2.0), (1.0, 0.5))]
    together = collect(ladder, train(ladder))
    for e, own in zip(ladder, together, strict=True):
        for place, seed in enumerate(e.seeds):
            alone = result(e.but(seeds=[seed]))
            assert same({name: values[place : place + 1] for name, values in own.values.items()}, alone.values)


def test_a_key_covers_everything_that_has_an_effect():
    e = Experiment(**QUICK, method="layer", seeds=2)
    twin = e.but(keep=0.5, groups=3, momentum=0.1, layers=[1, 2], eps=1e-3)
    assert e.key == twin.key
    assert same(result(e).values, result(twin).values)


def test_arms_are_paired():
    """Before the first step, arms whose method differs have the same weights, split and batch."""
    compared = Comparison(base=Experiment(**QUICK, seeds=2), factor="placement", values=["none", "before", "after"])
    found = collect(compared.arms, train(compared.arms))
    assert [own.experiment.placement for own in found] == ["none", "before", "after"]
    scaled = Comparison(base=Experiment(**QUICK, activation="identity", seeds=2), factor="scale", values=[1, 2])
    one, two = collect(scaled.arms, train(scaled.arms))
    ratio = two.values["input_sd"][:, 0] / one.values["input_sd"][:, 0]
    assert np.abs(ratio - [2.0, 4.0]).max() < 1e-5


def test_a_member_that_leaves_the_numbers_stops_and_the_others_go_on():
    rates = (0.1, 1000.0, 0.05)
    ladder = [Experiment(**{**QUICK, "depth": 8}, learning_rate=rate, seeds=2) for rate in rates]
    found = collect(ladder, train(ladder))
    assert [len(own.stopped) for own in found] == [0, 2, 0]
    for one in found[1].stopped:
        assert f"Seed {one.seed} stopped after {one.step} update" in one.message
        assert "learning_rate=300 instead of 1000" in one.message
        assert 1 <= one.layer <= 9
        assert "nan" not in one.message
        assert "inf" not in one.message
        assert np.isnan(found[1].values["loss"][one.seed, found[1].steps > one.step]).all()
        assert np.isfinite(found[1].values["loss"][one.seed, found[1].steps < one.step]).all()
    for place in (0, 2):
        assert same(found[place].values, result(ladder[place]).values)


def test_raw_inputs_times_a_huge_scale_stop_before_the_first_step():
    e = Experiment(data="wine", inputs="raw", depth=20, width=64, scale=1000.0, seeds=1, steps=10)
    stopped = result(e).stopped[0]
    assert stopped.step == 0
    assert 5 < stopped.layer < 15
    assert stopped.where == "linear output"
    assert "smaller scale than 1000" in stopped.message


def test_a_caller_may_stop_at_any_time():
    e = Experiment(depth=20, width=128, steps=3000, points=2, seeds=4, record=[])
    events = train([e])
    longest, start = 0.0, time.perf_counter()
    kinds = set()
    while time.perf_counter() - start < 1.5:
        before = time.perf_counter()
        event = next(events)
        kinds.add(type(event))
        longest = max(longest, time.perf_counter() - before)
    events.close()
    assert Beat in kinds
    assert longest < 5  # half a second, and room for a machine that does something else


def test_runs_take_turns():
    arms = [Experiment(**QUICK, method=method, seeds=1) for method in ("none", "batch")]
    steps = {0: [], 1: []}
    order = [event for event in train(arms) if isinstance(event, Point)]
    for event in order:
        steps[event.arm].append(event.step)
    assert steps[0] == steps[1] == sorted(steps[0])
    assert [event.arm for event in order[:4]] != [0, 0, 0, 0]
    beats = [event.done for event in train(arms) if isinstance(event, Beat)]
    assert beats == sorted(beats)
    assert beats[-1] == 1


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_the_steps_recorded_are_the_ones_announced(steps):
    e = Experiment(**{**QUICK, "steps": steps, "points": 4}, seeds=1)
    points = [event.step for event in train([e]) if isinstance(event, Point)]
    assert points == result(e).steps.tolist()
    assert points[-1] == steps


def test_what_is_measured():
    e = Experiment(**QUICK, method="batch", layers="first", activation="sigmoid", seeds=2, record=ALL, keep=0.5)
    found = result(e).values
    assert np.abs(found["output_mean"][..., 0, 0]).max() < 1e-5  # gamma 1 and beta 0 at the start
    assert (found["test_accuracy_batch"][:, -1] > 0.7).all()
    assert np.abs(found["output_sd"][:, 0, 0] - 1).max() < 0.01
    assert same({"a": found["input_mean"][..., 1]}, {"a": found["output_mean"][..., 1]})  # no norm there
    assert np.abs(found["input_histogram"].sum(axis=-1) - 1).max() < 1e-12
    assert found["input_histogram"].shape == (2, 6, 2, len(EDGES) - 1)
    assert (np.diff(found["input_percentiles"], axis=-1) > 0).all()
    assert np.isnan(found["running_sd_ratio"][..., 1]).all()
    # The running variance starts at 1; that of standardized inputs under He's weights is about 2.
    ratio = found["running_sd_ratio"][:, :, 0]
    assert np.abs(ratio[:, 0] - np.sqrt(2)).max() < 0.2
    assert np.abs(ratio[:, 3:] - 1).max() < 0.3
    assert (found["running_mean_gap"][..., 0] < 1).all()
    assert found["gradient_norm"].shape == (2, 6, 3)


def test_incomplete_batches_are_kept_or_dropped():
    base = Experiment(data="wine", batch_size=50, steps=6, points=7, seeds=1, dtype="float64", method="batch")
    kept, dropped = result(base), result(base.but(last_batch="drop"))
    assert kept.values["loss"][0, 2] != dropped.values["loss"][0, 2]
    assert np.array_equal(kept.values["loss"][0, :2], dropped.values["loss"][0, :2])


def test_stopped_events_name_their_arm():
    ladder = [Experiment(**{**QUICK, "depth": 8}, learning_rate=rate, seeds=1) for rate in (0.1, 1000.0)]
    assert {event.arm for event in train(ladder) if isinstance(event, Stopped)} == {1}


def test_many_runs_go_on_in_turns_and_give_what_each_gives_alone():
    arms = [
        Experiment(data="wine", depth=1, width=width, steps=3, points=2, seeds=1, record=[]) for width in range(1, 41)
    ]
    going: set[int] = set()
    most = 0
    events = []
    for event in train(arms):
        events.append(event)
        if isinstance(event, Point):
            (going.discard if event.step == 3 else going.add)(event.arm)
            most = max(most, len(going))
    assert 1 < most <= 24
    together, (alone,) = collect(arms, events), collect(arms[-1:], train(arms[-1:]))
    np.testing.assert_array_equal(together[-1].values["loss"], alone.values["loss"])
