"""Numbers about the inside of a network, against networks written out by hand and the arrays of the stored runs."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_digits

from normlib.course.values import ValueCallError, evaluate, inside
from normlib.course.values.stored import stored
from normlib.training import draws
from normlib.training.inside_shift import place
from pages.parts import first_gradients, placement_start


def number(call: str) -> float:
    return evaluate(call).number


# --- before the first update


def by_hand(activation: str, scale: float, seed: int, *, width=100, rows=60, depth=5):
    """Outputs of each hidden layer, and the gradient norms of their weights, without a norm, in plain NumPy."""
    digits = load_digits()
    x, y = (digits.data - 8) / 6, digits.target
    train, _ = draws.split(seed, y, 0.3)
    batch = train[draws.batch_order(seed, 0, len(train))[:rows]]
    sizes = [64, *[width] * depth, 10]
    init = "he" if activation == "relu" else "xavier"
    weights = [
        draws.standard_weights(seed, layer, (a, b)) * draws.weight_sd(init, a, b) * (scale if layer < depth else 1)
        for layer, (a, b) in enumerate(pairwise(sizes))
    ]
    values, entering = [x[batch]], []
    for one in weights[:-1]:
        entering.append(values[-1] @ one)
        values.append(np.maximum(entering[-1], 0) if activation == "relu" else 1 / (1 + np.exp(-entering[-1])))
    scores = np.exp(values[-1] @ weights[-1])
    error = scores / scores.sum(axis=1, keepdims=True)
    error[np.arange(rows), y[batch]] -= 1
    error /= rows
    norms = []
    for layer in reversed(range(depth)):
        slope = (values[layer + 1] > 0) if activation == "relu" else values[layer + 1] * (1 - values[layer + 1])
        error = (error @ weights[layer + 1].T) * slope
        norms.append(np.linalg.norm(values[layer].T @ error))
    return values[1:], entering, norms[::-1]


def test_saturation_is_that_of_a_network_written_out():
    for scale in (1.0, 10.0):
        outputs = np.array([by_hand("sigmoid", scale, seed)[0] for seed in range(10)])
        share = (outputs * (1 - outputs) < 0.01).mean()
        assert number(f"idle_share(activation=sigmoid, scale={scale:g})") == pytest.approx(share, abs=1e-12)


def test_gradients_are_those_of_a_network_written_out():
    norms = np.array([by_hand("sigmoid", 1.0, seed)[2] for seed in range(10)])
    for layer in (1, 5):
        found = number(f"first_gradient(activation=sigmoid, layer={layer})")
        assert found == pytest.approx(stats.gmean(norms[:, layer - 1]), rel=1e-9)


def test_the_change_of_a_gradient_is_that_of_a_network_written_out():
    first, doubled = (
        stats.gmean([by_hand("relu", scale, seed, width=64, rows=128)[2][0] for seed in range(10)]) for scale in (1, 2)
    )
    assert number("gradient_change(method=none, scale=2)") == pytest.approx(doubled / first, rel=1e-4)


def test_a_norm_before_the_activation_keeps_sigmoids_open():
    before, after = (number(f"idle_share(activation=sigmoid, scale=10, placement={p})") for p in ("before", "after"))
    assert before == 0
    assert after > 0.5


def test_growth_in_depth_is_near_theory_and_the_law_of_scale_holds():
    assert number("gradient_growth(method=batch, depth=30)") == pytest.approx(np.sqrt(np.pi / (np.pi - 1)), rel=0.01)
    assert number("gradient_growth(method=none, depth=30)") == pytest.approx(1, abs=0.03)
    assert number("gradient_span(method=batch, depth=30)") == pytest.approx(1.21**28, rel=0.25)
    assert number("gradient_change(method=batch, scale=10)") == pytest.approx(0.1, rel=0.01)


def test_the_networks_are_those_of_the_laboratories():
    shown = placement_start.experiments("Sigmoid", 5, 1e-3)
    at = placement_start.SCALES.index(10.0)
    for place_, arm in zip(("none", "before", "after"), shown, strict=True):
        found = placement_start.at_start([arm[at]])[0]
        assert number(f"idle_share(activation=sigmoid, scale=10, placement={place_})") == found.idle.mean()
    network = first_gradients.Setting(64, 128, 1e-3).network("batch", depth=30)
    assert inside._network("batch", 30, 1.0).tolist() == placement_start.at_start([network])[0].gradient_norm.tolist()


# --- while it learns


def test_the_watched_network_starts_like_one_written_out():
    spreads = [by_hand("relu", 1.0, seed, width=64, rows=32, depth=4)[1][3].std() for seed in range(3)]
    assert number("layer_spread(method=none)") == pytest.approx(np.median(spreads), rel=1e-4)


def test_the_watched_network_learns_like_one_written_out():
    spreads, right = [], []
    for seed in range(3):
        net, x, y, train, test = _trained_by_hand(seed)
        batch = train[draws.batch_order(seed, 500 // 40, len(train))[500 % 40 * 32 :][:32]]
        spreads.append(_scores(net[:4], x[batch]).std())
        right.append((_scores(net, x[test]).argmax(axis=1) == y[test]).mean())
    assert number("layer_spread(method=none, update=500)") == pytest.approx(np.median(spreads), rel=0.03)
    assert number("watched_accuracy(method=none)") == pytest.approx(np.median(right), abs=0.006)


def _scores(net, x):
    """What enters the activation behind the last of some layers."""
    for w, b in net[:-1]:
        x = np.maximum(x @ w + b, 0)
    return x @ net[-1][0] + net[-1][1]


def _trained_by_hand(seed: int):
    digits = load_digits()
    x, y = (digits.data - 8) / 6, digits.target
    train, test = draws.split(seed, y, 0.3)
    sizes = [64, 64, 64, 64, 64, 10]
    net = [
        [draws.standard_weights(seed, layer, (a, b)) * draws.weight_sd("he", a, b), np.zeros(b)]
        for layer, (a, b) in enumerate(pairwise(sizes))
    ]
    each = -(-len(train) // 32)
    for step in range(500):
        rows = train[draws.batch_order(seed, step // each, len(train))[step % each * 32 :][:32]]
        values = [x[rows]]
        for w, b in net:
            values.append(np.maximum(values[-1] @ w + b, 0))
        scores = np.exp(values[-2] @ net[-1][0] + net[-1][1])
        error = scores / scores.sum(axis=1, keepdims=True)
        error[np.arange(len(rows)), y[rows]] -= 1
        error /= len(rows)
        for layer in reversed(range(5)):
            w, b = net[layer]
            below = (error @ w.T) * (values[layer] > 0)
            net[layer] = [w - 0.1 * values[layer].T @ error, b - 0.1 * error.sum(axis=0)]
            error = below
    return net, x, y, train, test


# --- the stored runs


def drifts(arm: int, activation: str, rate: int):
    crossed, results = stored("shift-inside", activation=activation)
    return np.log(results[place(crossed, arm, rate)].values["input_drift"][:, 1:]).mean(axis=1)


@pytest.mark.parametrize(("arm", "name"), [(1, "batch"), (2, "noisy batch")])
@pytest.mark.parametrize(("activation", "rate", "where"), [("sigmoid", 0, "low"), ("relu", 1, "middle")])
def test_drift_is_read_off_the_stored_arrays(arm, name, activation, rate, where):
    apart = drifts(arm, activation, rate) - drifts(0, activation, rate)
    low, high = np.exp(stats.t.interval(0.95, len(apart) - 1, apart.mean(), stats.sem(apart)))
    asked = f"arm={name}, activation={activation}, rate={where}"
    assert number(f"drift_ratio({asked})") == pytest.approx(np.exp(apart.mean()))
    assert number(f"drift_interval({asked})") == pytest.approx(high)
    assert float(evaluate(f"drift_interval({asked})").text.split(" to ")[0]) == pytest.approx(low, rel=0.05)
    assert evaluate(f"drift_less({asked})").text == f"{(apart < 0).sum()} of 8"


def test_accuracies_are_read_off_the_stored_arrays():
    crossed, results = stored("shift-inside", activation="sigmoid")
    ends = [results[place(crossed, arm, 0)].values["test_accuracy"][:, -1] for arm in range(4)]
    for arm, name in enumerate(("none", "batch", "noisy batch", "noisy none")):
        assert number(f"shift_accuracy(arm={name})") == pytest.approx(np.median(ends[arm]))
    gain = number("shift_gain(arm=noisy batch, over=batch)")
    assert gain == pytest.approx(100 * (ends[2] - ends[1]).mean(), abs=1e-9)


def test_cosines_are_those_of_the_layers_from_the_second():
    crossed, results = stored("shift-inside", activation="relu")
    for arm, name in ((0, "none"), (1, "batch")):
        cosines = results[place(crossed, arm, 1)].values["ics_cosine"][:, :, 1:]
        assert np.isfinite(cosines).all()
        assert number(f"gradient_cosine(arm={name})") == pytest.approx(cosines.mean())


def test_settings_in_which_noise_does_no_harm_are_counted_in_the_stored_arrays():
    alike = 0
    for activation in ("sigmoid", "relu"):
        crossed, results = stored("shift-inside", activation=activation)
        for rate in range(3):
            ends = [results[place(crossed, arm, rate)].values["test_accuracy"][:, -1] for arm in (1, 2)]
            apart = ends[1] - ends[0]
            interval = stats.t.interval(0.95, len(apart) - 1, apart.mean(), stats.sem(apart))
            alike += max(abs(end) for end in interval) < 0.01
    assert evaluate("shaken_as_well()").text == f"{alike} of 6"


def test_what_cannot_be_asked_is_answered_in_a_sentence():
    with pytest.raises(ValueCallError, match="no layer 6: they go from 1 to 5"):
        evaluate("first_gradient(activation=sigmoid, layer=6)")
    with pytest.raises(ValueCallError, match="2 layers have no growth"):
        evaluate("gradient_growth(method=batch, depth=2)")
    with pytest.raises(ValueError, match="no run of shift-inside with dense networks and tanh is stored"):
        stored("shift-inside", activation="tanh")
