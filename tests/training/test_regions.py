"""Decision regions: the grid lies where it says, and the probabilities on it are the network's."""

import io
from math import isclose

import numpy as np
import pytest

from normlib import RunningStatistics, batch_norm, convention, group_norm, layer_norm, rms_norm
from normlib.training import Experiment, Result, collect, toys, train
from normlib.training.cost import seconds
from normlib.training.parameters import Member
from normlib.training.regions import SIDE, grid
from normlib.training.sets import training_set
from normlib.training.state import State
from normlib.training.testing import on_grid

METHODS = ["none", "batch", "layer", "instance", "group", "rms"]
QUICK = {"depth": 2, "width": 16, "groups": 4, "steps": 12, "points": 3, "record": ["regions"], "seeds": 2}


def plain(e, state, m, x):
    """Return what a member makes of `x` when used, layer by layer with `normlib.layers`."""
    p = state.parameter_views
    for layer in range(e.depth):
        x = x @ p.weights[layer][m]
        x = x if p.biases[layer] is None else x + p.biases[layer][m]
        if e.norms[layer]:
            gamma, beta = (None if v[layer] is None else v[layer][m, 0] for v in (p.gammas, p.betas))
            match e.method:
                case "batch":
                    kept = RunningStatistics(*(state.running[i, layer, m, 0] for i in (0, 1)), convention("keras"))
                    norm = batch_norm(x, gamma=gamma, beta=beta, eps=e.epsilon, running=kept, training=False)
                case "rms":
                    norm = rms_norm(x, gamma=gamma, eps=e.epsilon)
                case _:
                    groups = {"instance": e.width, "group": e.groups}.get(e.method, 1)
                    norm = group_norm(x, groups, gamma=gamma, beta=beta, eps=e.epsilon)
                    if groups == 1:
                        same = layer_norm(x, gamma=gamma, beta=beta, eps=e.epsilon).output
                        assert np.abs(norm.output - same).max() < 1e-12
            x = norm.output
        x = np.maximum(x, 0)
    logits = x @ p.weights[-1][m] + p.last_bias[m, :, 0]
    return 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.filterwarnings("ignore:Each mean is that of 1 value")
def test_probabilities_are_those_of_the_network_on_the_grid(method):
    e = Experiment(**QUICK, data="moons", method=method, dtype="float64", learning_rate=0.3)
    state = State.start([Member(e, seed) for seed in e.seeds])
    for step in range(e.steps):
        network = state.load(step)
        network.forward()
        network.backward()
        state.update(network, step + 1)
    found = on_grid(state)["regions"]
    assert (found.shape, found.dtype) == ((2, SIDE**2), np.float32)
    for m in range(len(e.seeds)):
        assert np.abs(found[m] - plain(e, state, m, grid("moons").points)).max() < 1e-7
    recorded = collect([e], train([e]))[0].values["regions"]
    assert (recorded[:, -1] == found).all()


@pytest.mark.parametrize("data", toys.NAMES)
def test_at_a_point_the_grid_says_what_the_network_says_there(data):
    """Classes read off the cells do as well on the test rows as the network; a mirrored or turned grid would not."""
    e = Experiment(data=data, depth=3, method="batch", steps=300, points=2, seeds=2, record=["regions"], keep=0.9)
    result = collect([e], train([e]))[0]
    for place, seed in enumerate(e.seeds):
        rows = training_set(e, seed)
        said = result.values["regions"][place, -1][grid(data).cells(rows.x[rows.test])] > 0.5
        right = (said == rows.y[rows.test]).mean()
        assert abs(right - result.values["test_accuracy"][place, -1]) < 0.06
        assert right > 0.9


@pytest.mark.parametrize("data", toys.NAMES)
def test_the_grid_covers_the_points_with_a_margin(data):
    x, _ = toys.points(data)
    (left, right, bottom, top), points = grid(data)
    assert isclose(right - left, top - bottom)
    assert left < x[:, 0].min() < x[:, 0].max() < right
    assert bottom < x[:, 1].min() < x[:, 1].max() < top
    assert (right - left) < 1.2 * np.ptp(x, axis=0).max()
    square = points.reshape(SIDE, SIDE, 2)
    assert (np.diff(square[..., 0], axis=1) > 0).all()
    assert (np.diff(square[..., 1], axis=0) > 0).all()
    assert np.allclose(square[0, 0] - (left, bottom), (right - left) / SIDE / 2)
    # The cell of a point is the one whose middle is nearest.
    nearest = np.square(x[:, None] - points).sum(axis=-1).argmin(axis=1)
    assert (grid(data).cells(x) == nearest).all()


def test_regions_are_kept_in_single_precision_and_come_back_from_a_file():
    e = Experiment(**QUICK, data="circles")
    result = collect([e], train([e]))[0]
    regions = result.values["regions"]
    assert (regions.shape, regions.dtype) == ((2, 3, SIDE**2), np.float32)
    assert result.values["test_nll"].dtype == np.float64
    assert ((regions >= 0) & (regions <= 1)).all()
    file = io.BytesIO()
    np.savez(file, **result.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        back = Result.from_arrays(arrays).values["regions"]
    assert back.dtype == np.float32
    assert (back == regions).all()


def test_members_in_company_have_the_same_regions():
    ladder = [Experiment(**QUICK, data="spirals", method="batch", learning_rate=rate) for rate in (0.01, 0.1)]
    together = collect(ladder, train(ladder))
    alone = collect(ladder[1:], train(ladder[1:]))[0]
    assert (together[1].values["regions"] == alone.values["regions"]).all()


def test_other_data_has_no_plane_and_leaves_them_out():
    assert Experiment(record=["regions", "gradients"]).record == ("gradients",)
    toy = Experiment(data="moons", record=["regions", "gradients"])
    assert toy.record == ("gradients", "regions")
    assert toy.but(data="digits").record == ("gradients",)
    assert toy.key != toy.but(record=["gradients"]).key
    assert "regions" not in Experiment(data="moons").record
    assert seconds(toy) > seconds(toy.but(record=["gradients"]))
    with pytest.raises(ValueError, match="spirals, circles, moons"):
        grid("digits")
