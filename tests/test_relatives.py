"""Weight standardization, weight normalization and dynamic tanh against their identities."""

import numpy as np
import pytest

from normlib import layer_norm, rms_norm
from normlib.relatives import dynamic_tanh, weight_norm, weight_standardization

RNG = np.random.default_rng(0)
KERNEL = RNG.normal(size=(3, 3, 4, 5)) * 0.3 + 0.1
PATCHES = RNG.normal(size=(20, 3 * 3 * 4)) + 1


def answers(kernel):
    return PATCHES @ weight_standardization(kernel, eps=0.0).reshape(-1, 5)


@pytest.mark.parametrize("unbiased", [False, True])
def test_each_filter_gets_mean_zero_and_standard_deviation_one(unbiased):
    made = weight_standardization(KERNEL, eps=0.0, unbiased=unbiased).reshape(-1, 5)
    np.testing.assert_allclose(made.mean(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(made.std(axis=0, ddof=int(unbiased)), 1)


def test_the_two_versions_of_the_authors_differ_by_the_root_of_n_over_n_minus_one():
    biased, unbiased = (weight_standardization(KERNEL, eps=0.0, unbiased=one) for one in (False, True))
    np.testing.assert_allclose(biased / unbiased, np.sqrt(36 / 35))
    for count, told in ((9 * 64, "1.0009"), (9, "1.06")):
        assert f"{np.sqrt(count / (count - 1)):.{len(told) - 2}f}" == told
        assert told in weight_standardization.__doc__


def test_eps_is_added_to_the_standard_deviation_and_not_to_the_variance():
    made = weight_standardization(KERNEL, eps=0.5).reshape(-1, 5)
    std = KERNEL.reshape(-1, 5).std(axis=0)
    np.testing.assert_allclose(made.std(axis=0), std / (std + 0.5))


def test_the_answer_of_a_filter_does_not_depend_on_its_scale_or_on_a_number_added_to_it():
    moved = KERNEL.copy()
    moved[..., 2] = 7 * moved[..., 2] - 3
    np.testing.assert_allclose(answers(moved), answers(KERNEL), atol=1e-12)
    assert np.abs(PATCHES @ (moved - KERNEL).reshape(-1, 5)).max() > 1
    np.testing.assert_allclose(answers(-KERNEL), -answers(KERNEL), atol=1e-12)


def test_a_pattern_added_to_the_weights_does_change_the_answer():
    assert np.abs(answers(KERNEL + RNG.normal(size=(3, 3, 4, 1))) - answers(KERNEL)).max() > 0.1


def test_the_filters_may_stand_on_the_first_axis_as_in_pytorch():
    made = weight_standardization(np.moveaxis(KERNEL, -1, 0), out_axis=0)
    np.testing.assert_allclose(np.moveaxis(made, 0, -1), weight_standardization(KERNEL))


def test_it_is_layer_norm_on_the_weights_turned_over():
    np.testing.assert_allclose(
        weight_standardization(KERNEL.reshape(-1, 5), eps=0.0), layer_norm(KERNEL.reshape(-1, 5).T, eps=0.0).output.T
    )


@pytest.mark.parametrize("value", [0.1, 0.0, 1e6])
@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_a_constant_filter_becomes_zeros(value, eps):
    kernel = KERNEL.copy()
    kernel[..., 0] = value
    made = weight_standardization(kernel, eps=eps)
    assert (made[..., 0] == 0).all()
    assert np.isfinite(made).all()


def test_weight_norm_sets_the_length_and_keeps_the_direction():
    gain = np.arange(1.0, 6.0)
    made = weight_norm(KERNEL, gain=gain).reshape(-1, 5)
    np.testing.assert_allclose(np.linalg.norm(made, axis=0), gain)
    cosine = (made * KERNEL.reshape(-1, 5)).sum(axis=0) / gain / np.linalg.norm(KERNEL.reshape(-1, 5), axis=0)
    np.testing.assert_allclose(cosine, 1)


def test_weight_norm_is_rms_norm_on_the_weights_up_to_the_root_of_their_number():
    flat = KERNEL.reshape(-1, 5)
    np.testing.assert_allclose(weight_norm(flat) * 6, rms_norm(flat.T, eps=0.0).output.T)


def test_weight_norm_keeps_a_neuron_of_zeros():
    assert (weight_norm([[0.0, 1.0], [0.0, 1.0]])[:, 0] == 0).all()


def test_dynamic_tanh_is_a_straight_line_near_zero_and_stops_far_out():
    x = np.linspace(-0.05, 0.05, 101)
    np.testing.assert_allclose(dynamic_tanh(x, alpha=0.8), 0.8 * x, rtol=6e-4)
    assert dynamic_tanh(1e4, gamma=2.0, beta=0.5) == 2.5
    assert dynamic_tanh(-1e4, gamma=2.0, beta=0.5) == -1.5


def test_dynamic_tanh_treats_every_value_alone():
    x = RNG.normal(size=(4, 3, 6))
    gamma, beta = RNG.normal(size=6), RNG.normal(size=6)
    made = dynamic_tanh(x, alpha=0.5, gamma=gamma, beta=beta)
    for index in np.ndindex(x.shape):
        assert made[index] == pytest.approx(gamma[index[-1]] * np.tanh(0.5 * x[index]) + beta[index[-1]])


@pytest.mark.parametrize("function", [weight_standardization, weight_norm, dynamic_tanh])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_floating_dtype_stays(function, dtype):
    assert function(KERNEL.astype(dtype)).dtype == dtype


def test_messages_name_the_values_and_the_next_move():
    with pytest.raises(ValueError, match=r"\(1, 5\) has 1 weight per filter"):
        weight_standardization(np.ones((1, 5)))
    with pytest.raises(ValueError, match=r"\(5,\) has no filters: give \(in, out\)"):
        weight_norm(np.ones(5))
    with pytest.raises(ValueError, match=r"\(0, 5\) holds no weights"):
        weight_norm(np.ones((0, 5)))
    with pytest.raises(ValueError, match=r"gain has shape \(2,\).*needs \(5,\)"):
        weight_norm(KERNEL, gain=[1.0, 2.0])
    with pytest.raises(ValueError, match="axis 4 is out of range"):
        weight_standardization(KERNEL, out_axis=4)
    with pytest.raises(ValueError, match=r"eps=-1\.0"):
        weight_standardization(KERNEL, eps=-1.0)
    with pytest.raises(ValueError, match="alpha=nan is no slope"):
        dynamic_tanh(1.0, alpha=float("nan"))
    with pytest.raises(ValueError, match=r"gamma has shape \(2,\).*\(3,\): one per channel"):
        dynamic_tanh(np.ones((4, 3)), gamma=[1.0, 2.0])
    with pytest.raises(TypeError, match="not numeric"):
        dynamic_tanh(["a"])
