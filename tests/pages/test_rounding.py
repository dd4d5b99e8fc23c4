"""What the page on rounding says, computed again with NumPy's own sums."""

import numpy as np
import pytest

from tests.pages.opened import charts, open_page, open_tab, plain
from tests.pages.test_numbers import says

Z = np.random.default_rng(0).standard_normal((64, 500))


@pytest.mark.parametrize(("label", "mean"), [("1,000", 1e3), ("500", 500.0), ("10,000", 1e4)])
@pytest.mark.parametrize("std", ["0.1", "0.01"])
def test_the_share_of_negative_variances_is_that_of_numpy(label, mean, std):
    x = (mean + float(std) * Z).astype(np.float32)
    one = (x * x).mean(axis=0) - x.mean(axis=0) ** 2
    true = x.astype(float).var(axis=0)
    said = charts(open_page("rounding", ro_mean=label, ro_std=std))[0]
    says(said["title"], mean, (one < 0).mean())
    says(said["sentence"], np.median(np.abs(one - true) / true), (one < 0).sum(), 500)


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ({"ro_stored": "float16", "ro_mean": "100,000"}, "too large for float16"),
        ({"ro_stored": "float16", "ro_mean": "500"}, "float16 cannot hold the sum of the squares"),
        ({"ro_stored": "bfloat16", "ro_mean": "1,000"}, "64 equal values"),
        ({"ro_mean": "100"}, "off by 19"),
        ({"ro_mean": "10"}, "still right"),
        ({"ro_computed": "float64"}, "still right"),
    ],
)
def test_every_way_to_fail_has_its_title(link, word):
    assert word in plain(charts(open_page("rounding", **link))[0]["title"])


def test_bfloat16_tells_how_far_apart_its_numbers_are():
    says(charts(open_page("rounding", ro_stored="bfloat16", ro_mean="1,000"))[0]["sentence"], 4.0, 0.1)


def test_a_constant_is_shown_with_both_orders():
    text = plain(open_tab(open_page("rounding"), "A constant").markdown[0].value)
    assert "| 64 values, one after another | −80 | 0 |" in text
    assert "| 64 values, in pairs | 0 | 0 |" in text


def test_the_libraries_are_named_with_version_and_source():
    text = plain(open_tab(open_page("rounding"), "Who computes how").markdown[0].value)
    assert "| Keras 3.15 on NumPy | one pass | none |" in text
    assert "| Flax 0.12 | one pass | cut off at 0 |" in text
