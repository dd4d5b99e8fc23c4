"""The gradients of whole networks, against central differences of the loss."""

import numpy as np
import pytest

from normlib import RunningStatistics, batch_norm
from normlib.training import Experiment
from normlib.training.parameters import Member, layout
from normlib.training.state import State

METHODS = ["none", "batch", "layer", "instance", "group", "rms"]
SMALL = {"data": "wine", "depth": 3, "width": 6, "groups": 2, "batch_size": 7, "dtype": "float64", "scale": 0.7}


def state_of(**settings):
    experiments = [
        Experiment(**{**SMALL, **settings, "scale": scale, "seeds": [seed]}) for scale, seed in ((0.7, 3), (1.3, 4))
    ]
    state = State.start([Member(e, e.seeds[0]) for e in experiments])
    # Away from gamma 1 and beta 0, whose gradients hide mistakes.
    state.parameters += np.random.default_rng(0).normal(0, 0.1, state.parameters.shape)
    return state


def losses(state, *, training=True):
    network = state.load(0)
    network.forward(training=training)
    return network.losses.copy()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "identity"])
def test_gradients_are_those_of_the_loss(method, placement, activation):
    state = state_of(method=method, placement=placement, activation=activation)
    network = state.load(0)
    network.forward()
    network.backward()
    exact = state.gradients.copy()
    numeric = np.empty_like(exact)
    step = 1e-6
    for p in range(state.parameters.shape[1]):
        before = state.parameters[:, p].copy()
        state.parameters[:, p] = before + step
        above = losses(state)
        state.parameters[:, p] = before - step
        numeric[:, p] = (above - losses(state)) / (2 * step)
        state.parameters[:, p] = before
    assert np.abs(exact - numeric).max() < 2e-8 * max(1.0, np.abs(exact).max())
    assert (np.abs(exact).max(axis=1) > 1e-3).all()


def test_parameters_are_counted_once():
    for method in METHODS:
        e = Experiment(**SMALL, method=method)
        places = layout(e)
        every = [*places.weights, *places.biases, *places.gammas, *places.betas, places.last_bias]
        spans = sorted((one.start, one.start + one.rows * one.columns) for one in every if one is not None)
        assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
        assert spans[-1][1] == places.total


def test_a_bias_that_batch_norm_would_cancel_is_left_out():
    assert Experiment(method="batch", depth=3, layers="first").biases == (False, True, True)
    assert Experiment(method="batch", depth=2, placement="after").biases == (True, True)
    assert Experiment(method="layer", depth=2).biases == (True, True)


def test_inference_does_not_depend_on_batch_mates():
    state = state_of(method="batch")
    network = state.load(0)
    network.forward(training=False)
    together = network.losses_by_row().copy()
    rows = state.feed.rows(0)
    alone = state.network(1)
    for b in range(rows.shape[1]):
        alone.fill(state.feed.x, state.feed.y, rows[:, b : b + 1])
        alone.forward(training=False)
        assert np.abs(alone.losses - together[:, b]).max() < 1e-12


def test_running_statistics_follow_the_batches_like_the_core():
    e = Experiment(**{**SMALL, "method": "batch", "depth": 1}, seeds=1)
    state = State.start([Member(e.but(keep=keep), 0) for keep in (0.9, 0.5)])
    core = [RunningStatistics.start(6, "keras", momentum=keep) for keep in (0.9, 0.5)]
    for step in range(4):
        network = state.load(step)
        network.forward()
        linear = network.hidden[0].linear.copy()
        network.backward()
        state.update(network, step + 1)
        core = [batch_norm(linear[m], running=core[m]).running for m in range(2)]
    for m in range(2):
        assert np.abs(state.running[0, 0, m, 0] - core[m].mean).max() < 1e-14
        assert np.abs(state.running[1, 0, m, 0] - core[m].variance).max() < 1e-14
