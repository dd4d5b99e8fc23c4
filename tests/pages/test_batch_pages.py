"""What the pages on batch normalization say, computed again with plain NumPy."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tests.pages.opened import charts, open_page, open_tab, plain
from tests.pages.test_numbers import found, says

DIGITS = load_digits()
WEIGHTS = np.random.default_rng(0).normal(0, np.sqrt(2 / 64), (64, 12))
UNITS = DIGITS.data / 16 @ WEIGHTS


def cloud(chart):
    return next(trace for trace in chart["figure"]["data"] if trace["name"] == "one batch")


@pytest.mark.parametrize("size", [3, 8, 64, 256])
@pytest.mark.parametrize("unit", [0, 7])
def test_batch_size_says_how_far_the_mean_wanders(size, unit):
    app = open_page("batch-size", bs_size=str(size), bs_channel=f"unit {unit}")
    said, x = charts(app)[0], UNITS[:, unit]
    theory = x.std(ddof=1) / np.sqrt(size) * np.sqrt(1 - size / x.size)
    says(said["sentence"], theory / x.std(), 400, size)
    says(said["sentence"], 1 - theory**2 / x.var())
    says(said["title"], cloud(said)["x"].std())
    # 400 batches: the spread they show is within a tenth of the true one.
    assert cloud(said)["x"].std() == pytest.approx(theory / x.std(), rel=0.1)


def test_batch_size_of_one_and_of_two():
    app = open_page("batch-size", bs_size="1")
    assert np.all(cloud(charts(app)[0])["y"] == 0)
    assert "every output is 0" in charts(app)[0]["title"]
    assert "(1, 12)" in plain(app.info[0].value)
    app = open_page("batch-size", bs_size="2")
    assert not app.info
    said = charts(app)[0]
    bars = next(trace for trace in said["figure"]["data"] if trace["name"] == "outputs")
    assert bars["y"][np.abs(np.abs(bars["x"]) - 1) < 0.3].sum() > 85
    assert bars["y"][np.abs(bars["x"]) > 1.2].sum() == 0


@pytest.mark.parametrize(
    ("rows", "size", "said"),
    [
        (1257, 8, "157 full batches of 8 and a last one of 1. In it every output is beta"),
        (129, 32, "4 full batches of 32 and a last one of 1. In it every output is beta"),
        (128, 32, "4 batches of 32; none is short"),
        (1257, 32, "39 full batches of 32 and a last one of 9. Its mean wanders by ±0.33"),
        (5, 32, "a single batch of 5. Its mean wanders"),
    ],
)
def test_batch_size_says_what_the_last_batch_holds(rows, size, said):
    app = open_page("batch-size", bs_size=str(size), bs_rows=str(rows))
    (text,) = [plain(one.value) for one in app.main.markdown if "The last batch" in one.value]
    assert said in text


def test_a_last_batch_of_one_image_has_pixels_to_average():
    app = open_page("batch-size", bs_size="8", bs_layer="Feature maps of digits")
    (text,) = [plain(one.value) for one in app.main.markdown if "The last batch" in one.value]
    assert "last one of 1. Its mean wanders" in text


def test_batch_size_says_how_much_the_pixels_of_a_crop_count():
    app = open_page("batch-size", bs_layer="Feature maps of photographs")
    less = found(charts(app)[0]["sentence"])[-1]
    assert less < 2
    app = open_page("batch-size", bs_layer="Feature maps of photographs", bs_channel="edge down")
    assert found(charts(app)[0]["sentence"])[-1] > 256
    app = open_page("batch-size", bs_layer="Feature maps of digits")
    images = DIGITS.images / 16
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    blurred = sum(padded[:, i : i + 8, j : j + 8] for i in range(3) for j in range(3)) / 9
    worth = blurred.var(ddof=1) / blurred.mean(axis=(1, 2)).var(ddof=1)
    says(
        charts(app)[0]["sentence"], worth, np.sqrt(blurred.mean(axis=(1, 2)).var() / 8 * (1 - 8 / 1797)) / blurred.std()
    )


@pytest.mark.parametrize("digit", [0, 3, 8])
@pytest.mark.parametrize("size", [4, 32])
def test_batch_mates_says_the_range_over_all_draws(digit, size):
    app = open_page("batch-mates", bm_mine=str(digit), bm_size=str(size), bm_draw="40")
    said = charts(app)[0]
    mine = int(np.argmax(DIGITS.target == digit))
    moving = next(rows for trace, path, rows in said["frames"]["data"] if trace == 3 and path == "x")
    widest = np.ptp(moving, axis=0).argmax()
    assert f"unit {widest} " in said["title"]
    says(said["sentence"], 41, size - 1, moving[:, widest].min(), moving[:, widest].max())
    assert said["sentence"].count("exactly 0") == 2
    says(said["title"], moving[40, widest])
    inference = next(one for one in said["figure"]["data"] if one["name"] == "Batch norm, inference")
    expected = (UNITS[mine] - UNITS.mean(axis=0)) / np.sqrt(UNITS.var(axis=0) + 1e-3)
    np.testing.assert_allclose(inference["x"], expected, rtol=1e-4, atol=1e-5)
    layer = next(one for one in said["figure"]["data"] if one["name"] == "Layer norm")
    own = UNITS[mine]
    np.testing.assert_allclose(layer["x"], (own - own.mean()) / np.sqrt(own.var() + 1e-3), rtol=1e-4, atol=1e-5)


def test_in_a_batch_of_two_a_mate_decides_about_the_sign():
    app = open_page("batch-mates", bm_size="2")
    assert "around −1 and +1 only" in charts(app)[0]["sentence"]


@pytest.mark.parametrize(
    ("like", "momentum", "keep", "factor", "eps"),
    [
        ("Keras", 0.99, 0.99, 1, 1e-3),
        ("PyTorch", 0.1, 0.9, 2, 1e-5),
        ("Flax", 0.99, 0.99, 1, 1e-5),
        ("Ioffe and Szegedy 2015", 0.99, 0.99, 2, 1e-5),
    ],
)
def test_running_statistics_says_what_is_left_and_where_it_settles(like, momentum, keep, factor, eps):
    app = open_page("running-statistics", ru_like=like, ru_size="2", ru_step="42", ru_channel="unit 5")
    said, x = charts(app)[0], UNITS[:, 5]
    says(said["title"], keep**42, 42)
    settled = x.std() / np.sqrt(factor * x.var(ddof=1) / 2 + eps)
    says(said["sentence"], momentum, x.mean(), x.var(), settled)
    running = [trace["y"][42] for trace in said["figure"]["data"] if trace["name"] == "running"]
    says(said["sentence"], *running, x.std() / np.sqrt(running[1] + eps))
    table = plain(open_tab(app, "Numbers").markdown[0].value)
    for cell in ("459", "44", "0.99 of the old", "0.1 of the new"):
        assert cell in table


@pytest.mark.parametrize(("size", "wide"), [("2", 1.41), ("4", 1.15), ("8", 1.07), ("32", 1.02)])
def test_running_statistics_settle_where_the_small_batches_lead(size, wide):
    app = open_page("running-statistics", ru_like="Flax", ru_size=size)
    assert found(charts(app)[0]["sentence"])[-1] == pytest.approx(wide, abs=0.0101)


@pytest.mark.parametrize(("keep", "like", "own"), [("0.9", "Keras", "0.9"), ("0.999", "PyTorch", "0.001")])
def test_the_weight_of_the_old_value_is_told_in_the_words_of_the_library(keep, like, own):
    app = open_page("running-statistics", ru_like=like, ru_keep=keep)
    assert f"{like} (momentum {own})" in charts(app)[0]["sentence"]


@pytest.mark.parametrize("bias", ["-100", "4", "100"])
def test_a_bias_is_said_to_change_nothing_but_rounding(bias):
    app = open_page("gamma-beta-bias", gb_bias=bias)
    said = charts(app)[0]
    numbers = found(said["sentence"])
    assert abs(numbers[0]) < 1e-11
    assert abs(numbers[1]) < 1e-11
    x, target = UNITS[:200, 0], DIGITS.target[:200] == 0
    x_hat = (x - x.mean()) / np.sqrt(x.var() + 1e-3)
    says(said["sentence"], np.mean(x_hat - target), np.mean((x_hat - target) * x_hat))


def test_gamma_and_beta_give_the_input_back():
    app = open_page("gamma-beta-bias", gb_restore="true", gb_bias="100", gb_unit="unit 2")
    said, x = charts(app)[0], UNITS[:200, 2]
    says(said["sentence"], np.sqrt(x.var() + 1e-3), x.mean())
    assert abs(found(said["sentence"])[-1]) < 1e-11
    marks = [trace["x"][0] for trace in said["figure"]["data"] if trace["name"].startswith("mean")]
    np.testing.assert_allclose(marks, [x.mean() + 100, 0, x.mean()], atol=1e-4)


def test_gamma_zero_wipes_the_input_out():
    app = open_page("gamma-beta-bias", gb_drag="Gamma", gb_gamma="0", gb_beta="2")
    said = charts(app)[0]
    assert said["title"] == "Gamma 0 wipes the input out: every output is 2"
    bars = said["figure"]["data"][4]
    assert np.count_nonzero(bars["y"]) == 1
