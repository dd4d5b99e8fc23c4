"""The table of invariances against the layers themselves and against the published one."""

import numpy as np
import pytest

from normlib import batch_norm, data, group_norm, layer_norm, rms_norm
from normlib.invariance import CHANGES, METHODS, PUBLISHED, SHIFTS, UNCHANGED, change, invariance, output
from normlib.relatives import weight_norm, weight_standardization

RNG = np.random.default_rng(0)
X = data.load("digits").x[:32] / 16
W = RNG.normal(size=(64, 12)) / 8
FACTORS = (0.1, 0.7, 1.0, 3.0, 10.0)

# Which changes leave the output alone, worked out by hand; * marks what holds for a shift by one number only.
EXPECTED = {
    "none": "- - - - - -",
    "batch": "+ - + + + -",
    "layer": "+ + - + - +",
    "group": "+ + - + - +",
    "rms": "+ - - + - +",
    "weight norm": "+ - + - - -",
    "weight standardization": "+ * + - * -",
}


def table(**more):
    return invariance(X, W, FACTORS, groups=3, **more)


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("method", METHODS)
def test_the_table_is_the_one_worked_out_by_hand(method, shift):
    still = table(shift=shift)[:, METHODS.index(method)] < UNCHANGED
    signs = EXPECTED[method].split()
    for at in (0, 1, 3, 4):
        assert still[at].tolist() == [s == "+" or (s == "*" and shift == "number") for s in signs], FACTORS[at]


def test_it_agrees_with_every_entry_of_the_published_table():
    still = table(shift="pattern")[3] < UNCHANGED
    agree = [
        still[METHODS.index(method), CHANGES.index(name)] == invariant
        for method, row in PUBLISHED.items()
        for name, invariant in row.items()
    ]
    assert len(agree) == 18
    assert all(agree)


def test_a_factor_of_one_changes_nothing():
    assert (table()[2] == 0).all()


@pytest.mark.parametrize("eps", [0.0, 1e-3])
@pytest.mark.parametrize("name", CHANGES)
def test_every_entry_is_what_the_layers_give_one_by_one(name, eps):
    one_by_one = {
        "none": lambda x, w: x @ w,
        "batch": lambda x, w: batch_norm(x @ w, eps=eps).output,
        "layer": lambda x, w: layer_norm(x @ w, eps=eps).output,
        "group": lambda x, w: group_norm(x @ w, 3, eps=eps).output,
        "rms": lambda x, w: rms_norm(x @ w, eps=eps).output,
        "weight norm": lambda x, w: x @ weight_norm(w),
        "weight standardization": lambda x, w: x @ weight_standardization(w, eps=eps),
    }
    found = table(eps=eps)
    for at, factor in enumerate(FACTORS):
        x, w = change(name, X, W, factor)
        for m, method in enumerate(METHODS):
            before, after = one_by_one[method](X, W), one_by_one[method](x, w)
            np.testing.assert_allclose(output(method, x, w, eps=eps, groups=3), after, atol=1e-12)
            relative = np.linalg.norm(after - before) / np.linalg.norm(before)
            np.testing.assert_allclose(found[at, m, CHANGES.index(name)], relative, atol=1e-12)


def test_eps_makes_an_invariance_nearly_one_and_the_less_the_smaller_the_values():
    batch, scale = METHODS.index("batch"), CHANGES.index("scale all weights")
    small, smaller = (table(eps=eps)[:, batch, scale] for eps in (1e-5, 1e-3))
    assert (small[[0, 1, 3, 4]] > UNCHANGED).all()
    assert (smaller[[0, 1, 3, 4]] > small[[0, 1, 3, 4]]).all()
    assert smaller[0] > smaller[1] > smaller[2] == 0


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_changes_what_it_says(name):
    x, w = change(name, X, W, 3.0)
    if "weights" in name or "neuron" in name:
        assert x is X or (x == X).all()
        touched = np.flatnonzero((w != W).any(axis=0))
        assert touched.tolist() == ([0] if name == "scale one neuron" else list(range(12)))
    else:
        assert (w == W).all()
        touched = np.flatnonzero((x != X).any(axis=1))
        assert touched.tolist() == ([0] if name == "scale one sample" else list(range(32)))


def test_two_samples_under_batch_norm_are_plus_and_minus_one_whatever_one_does():
    made = output("batch", X[:2], W)
    np.testing.assert_allclose(np.abs(made), 1)
    np.testing.assert_allclose(np.abs(output("batch", *change("shift all weights", X[:2], W, 5.0))), 1)


def test_messages_name_the_values():
    with pytest.raises(ValueError, match="no change 'turn': choose one of scale all weights"):
        change("turn", X, W, 1.0)
    with pytest.raises(ValueError, match="no shift 'wave'"):
        change("shift the data", X, W, 1.0, shift="wave")
    with pytest.raises(ValueError, match="no method 'spectral'"):
        output("spectral", X, W)
    with pytest.raises(ValueError, match="groups=5 does not divide 12 neurons: choose one of 1, 2, 3, 4, 6, 12"):
        output("group", X, W, groups=5)
    with pytest.raises(ValueError, match="1 samples and w 12 neurons"):
        invariance(X[:1], W, [2.0])
    with pytest.raises(ValueError, match=r"x has shape \(32, 64\) and w \(12, 64\)"):
        invariance(X, W.T, [2.0])
