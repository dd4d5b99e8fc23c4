"""Noise behind the norms: the same for every method, a constant to the gradient, off in inference."""

import numpy as np
import pytest

from normlib.training import Experiment, collect, draws, problems, train
from normlib.training.limits import InvalidSettingsError
from normlib.training.parameters import Member
from normlib.training.programs import exact
from normlib.training.state import State

SMALL = {"data": "wine", "depth": 3, "width": 6, "batch_size": 7, "dtype": "float64", "noise": 0.8, "groups": 2}
RUN = {"data": "wine", "depth": 2, "width": 8, "steps": 30, "points": 6, "seeds": 3}


def state_of(**settings):
    experiments = [
        Experiment(**{**SMALL, **settings, "scale": scale, "seeds": [seed]}) for scale, seed in ((0.7, 3), (1.3, 4))
    ]
    state = State.start([Member(e, e.seeds[0]) for e in experiments])
    state.parameters += np.random.default_rng(0).normal(0, 0.1, state.parameters.shape)
    return state


@pytest.mark.parametrize("method", ["none", "batch", "layer", "group", "rms"])
@pytest.mark.parametrize("placement", ["before", "after"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_gradients_are_those_of_the_noisy_loss(method, placement, activation):
    state = state_of(method=method, placement=placement, activation=activation)

    def losses():
        network = state.load(5)
        network.forward()
        return network.losses.copy()

    network = state.load(5)
    network.forward()
    network.backward()
    exactly = state.gradients.copy()
    numeric, step = np.empty_like(exactly), 1e-6
    for p in range(state.parameters.shape[1]):
        before = state.parameters[:, p].copy()
        state.parameters[:, p] = before + step
        above = losses()
        state.parameters[:, p] = before - step
        numeric[:, p] = (above - losses()) / (2 * step)
        state.parameters[:, p] = before
    assert np.abs(exactly - numeric).max() < 2e-8 * max(1.0, np.abs(exactly).max())
    assert (np.abs(exactly).max(axis=1) > 1e-3).all()


def test_what_leaves_is_what_the_docstring_says():
    state = state_of(method="batch")
    network = state.load(5)
    network.forward()
    for layer, (h, tap) in enumerate(zip(network.hidden, network.taps(), strict=True)):
        for m, member in enumerate(state.members):
            factor, offset = draws.noise(member.seed, layer, 5, 7, 6)
            x = h.norm.output[m]
            assert np.allclose(tap.outside[m], x + 0.8 * ((factor.astype(float) - 1) * x + offset), atol=1e-14)


def test_the_draws_have_the_spread_they_are_said_to_have():
    found = [draws.noise(0, 0, step, 50, 40) for step in range(200)]
    factors = np.array([factor for factor, _ in found])
    moves = np.array([offset.mean(axis=0) for _, offset in found])
    jitter = np.array([offset - offset.mean(axis=0) for _, offset in found])
    assert 1 <= factors.min() < 1.001
    assert 1.249 < factors.max() <= 1.25
    assert abs(moves.mean()) < 0.02
    assert moves.std() == pytest.approx(np.sqrt(1 / 12 + 0.01 / 50), rel=0.02)
    assert jitter.std() == pytest.approx(0.1 * np.sqrt(1 - 1 / 50), rel=0.01)
    # Units and steps do not move together.
    assert abs(np.corrcoef(moves[:, 0], moves[:, 1])[0, 1]) < 0.25
    assert abs(np.corrcoef(moves[:-1, 0], moves[1:, 0])[0, 1]) < 0.25


def test_there_is_none_in_inference():
    noisy, calm = state_of(method="batch"), state_of(method="batch", noise=0.0)
    values = []
    for state in (noisy, calm):
        network = state.load(5)
        network.forward(training=False)
        values.append(network.losses.copy())
    assert np.array_equal(*values)


@pytest.mark.parametrize("method", ["none", "batch", "layer"])
def test_noisy_arms_are_bit_equal_and_do_not_depend_on_company(method):
    e = Experiment(**RUN, method=method, noise=0.7, record=["drift", "shift", "gradients"])
    together = collect(
        [e, e.but(learning_rate=0.01), e.but(seeds=[1])], train([e, e.but(learning_rate=0.01), e.but(seeds=[1])])
    )
    alone = collect([e], train([e]))[0]
    for name, values in alone.values.items():
        assert np.array_equal(values, together[0].values[name], equal_nan=True), name
        assert np.array_equal(values[1:2], together[2].values[name], equal_nan=True), name


def test_without_noise_nothing_changes():
    e = Experiment(**RUN, method="batch")
    assert e.key == e.but(noise=0.0).key != e.but(noise=0.1).key
    assert '"noise"' not in e.canonical
    # Where it would stand is where a network without norm is made noisy.
    none = Experiment(**RUN, noise=0.5, record=[])
    assert none.key != none.but(placement="after").key
    assert none.but(noise=0.0).key == none.but(noise=0.0, placement="after").key


def test_engines_that_make_no_noise_refuse_it():
    e = Experiment(method="batch", noise=0.5)
    assert e.engines == ("numpy",)
    with pytest.raises(InvalidSettingsError) as caught:
        Experiment(kind="conv", noise=0.5)
    assert "noise=0.5" in problems(caught.value)[0].message
    assert "kind=conv" in problems(caught.value)[0].message
    with pytest.raises(ValueError, match=r"noise=0\.5.*choose noise=0"):
        exact(e, 0)


@pytest.mark.keras
def test_the_keras_engine_refuses_noise_and_leaves_drift_out():
    pytest.importorskip("tensorflow")
    from normlib.training.keras_engine import train as keras_train  # noqa: PLC0415 - TensorFlow takes seconds to load

    with pytest.raises(ValueError, match=r"noise=0\.5 asks for it: choose the NumPy engine"):
        next(keras_train([Experiment(method="batch", noise=0.5)]))
    e = Experiment(data="wine", depth=1, width=4, steps=1, seeds=1, record=["drift", "shift"])
    found = collect([e], keras_train([e]))[0].values
    assert "loss" in found
    assert not {"input_drift", "ics_cosine"} & found.keys()
