"""Adaptive instance norm: the statistics of the style, the shapes of the content, and what leaves the range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normlib import data
from normlib.layers import instance_norm
from normlib.pictures import NAMES, palette_photograph
from normlib.style import adaptive_instance_norm, style_sweep

RNG = np.random.default_rng(0)
TEMPLE, FLOWER = (palette_photograph(name).pixels for name in NAMES)


@given(st.integers(0, 1000), st.floats(0.01, 10), st.floats(-5, 5))
def test_the_result_has_the_statistics_of_the_style(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 5, 6, 3)), rng.normal(size=(2, 4, 3, 3)) * scale + shift
    made = adaptive_instance_norm(x, y, eps=0.0)
    np.testing.assert_allclose(made.mean(axis=(1, 2)), y.mean(axis=(1, 2)), atol=1e-9)
    np.testing.assert_allclose(made.std(axis=(1, 2)), y.std(axis=(1, 2)), rtol=1e-9)
    for sample in range(2):
        for channel in range(3):
            correlation = np.corrcoef(made[sample, ..., channel].ravel(), x[sample, ..., channel].ravel())
            assert correlation[0, 1] == pytest.approx(1)


def test_it_is_instance_norm_with_gamma_and_beta_from_the_style():
    x, y = RNG.normal(size=(1, 6, 7, 3)), RNG.normal(size=(1, 3, 4, 3)) * 2 + 1
    expected = instance_norm(x, gamma=y.std(axis=(0, 1, 2)), beta=y.mean(axis=(0, 1, 2)), eps=1e-5).output
    np.testing.assert_allclose(adaptive_instance_norm(x, y, eps=1e-5), expected)


def test_a_picture_with_its_own_statistics_is_itself():
    for x in (TEMPLE, FLOWER):
        assert np.abs(adaptive_instance_norm(x[None], x[None], eps=0.0)[0] - x).max() < 1e-12
        change = np.abs(adaptive_instance_norm(x[None], x[None], eps=1e-5)[0] - x).max()
        assert 0 < change < 5e-4


def test_the_whole_photographs_agree_to_2e_5_and_12_percent_of_the_values_leave_the_range():
    temple, flower = data.load("photographs").x / 255
    made = style_sweep(temple, flower, [1.0])
    assert made.missed[0] == pytest.approx(1.8e-5, rel=0.05)
    assert made.outside[0] == pytest.approx(0.12, abs=0.005)
    assert made.pixels_outside[0] == pytest.approx(0.32, abs=0.01)


@pytest.mark.parametrize(("x", "y"), [(TEMPLE, FLOWER), (FLOWER, TEMPLE)])
def test_the_sweep_measures_its_mixtures(x, y):
    made = style_sweep(x, y, [0.0, 0.4, 1.0])
    full = adaptive_instance_norm(x[None], y[None])[0]
    for at, t in enumerate(made.strengths):
        result = (1 - t) * x + t * full
        np.testing.assert_allclose(made.result(at), result)
        np.testing.assert_allclose(made.means[at], result.reshape(-1, 3).mean(axis=0))
        np.testing.assert_allclose(made.stds[at], result.reshape(-1, 3).std(axis=0))
        cut = result.clip(0, 1).reshape(-1, 3)
        np.testing.assert_allclose(made.cut_means[at], cut.mean(axis=0))
        np.testing.assert_allclose(made.cut_stds[at], cut.std(axis=0))
        assert made.outside[at] == np.mean(result != result.clip(0, 1))
        wanted = y.reshape(-1, 3)
        missed = max(np.abs(cut.mean(0) - wanted.mean(0)).max(), np.abs(cut.std(0) - wanted.std(0)).max())
        assert made.cut_missed[at] == pytest.approx(missed)
    assert made.outside[0] == 0 < made.outside[2] < made.pixels_outside[2]
    assert made.missed[2] < 2e-4
    assert made.cut_missed[2] > 0.01


def test_bad_requests_say_what_is_possible():
    with pytest.raises(ValueError, match=r"\(1, 2, 3\).*\(1, 2, 4\)"):
        adaptive_instance_norm(np.ones((1, 2, 3)), np.ones((1, 2, 4)))
    with pytest.raises(ValueError, match="from 0 to 2"):
        style_sweep(TEMPLE, FLOWER, [0.0, 2.0])
