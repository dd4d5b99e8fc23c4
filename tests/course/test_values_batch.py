"""Numbers about one batch, against scikit-learn, plain NumPy, theory and the arrays of the stored runs."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

from normlib.course.values import ValueCallError, evaluate
from normlib.course.values.stored import stored
from pages.parts import affine, batches, ladders


def number(call: str) -> float:
    return evaluate(call).number


def dense():
    """All digits through the dense layer with random weights, (1797, 12), as its description says."""
    weights = np.random.default_rng(0).normal(0, np.sqrt(2 / 64), (64, 12))
    return (load_digits().data / 16 @ weights).astype(np.float32).astype(np.float64)


def test_four_digits_are_standardized_as_scikit_learn_does_up_to_epsilon():
    x = dense()[:4, [3]]
    scaler = StandardScaler().fit(x)
    normalized = scaler.transform(x) * np.sqrt(scaler.var_ / (scaler.var_ + 1e-3))
    for row in range(4):
        assert number(f"four_digits(row={row + 1})") == pytest.approx(x[row, 0])
        assert number(f"four_digits(row={row + 1}, stage=centred)") == pytest.approx(x[row, 0] - scaler.mean_[0])
        assert number(f"four_digits(row={row + 1}, stage=normalized)") == pytest.approx(normalized[row, 0])
    for of, found in (("mean", scaler.mean_), ("variance", scaler.var_), ("sd", scaler.scale_)):
        assert number(f"four_digits_statistic(of={of})") == pytest.approx(found[0])


def test_the_numbers_shown_add_up_for_one_who_calculates_along():
    mean, sd = (float(evaluate(f"four_digits_statistic(of={of})").text.replace("−", "-")) for of in ("mean", "sd"))
    for row in range(1, 5):
        shown = [
            float(evaluate(f"four_digits(row={row}, stage={stage})").text.replace("−", "-"))
            for stage in ("value", "centred", "normalized")
        ]
        assert shown[0] - mean == pytest.approx(shown[1], abs=0.011)
        assert shown[1] / sd == pytest.approx(shown[2], abs=0.025)


@pytest.mark.parametrize(("library", "eps"), [("keras", 1e-3), ("pytorch", 1e-5), ("flax", 1e-5)])
def test_epsilon_takes_its_part_of_a_small_spread(library, eps):
    found = number(f"spread_with_epsilon(sd=0.01, library={library})")
    assert found == pytest.approx(0.01 / np.sqrt(0.01**2 + eps))


def test_a_bias_changes_nothing_and_has_no_gradient():
    assert number("bias_effect(bias=100)") < 1e-12
    assert abs(number("loss_gradient(by=bias)")) < 1e-12
    x, target = dense()[:200, 0], (load_digits().target[:200] == 0).astype(float)
    root = np.sqrt(x.var() + 1e-3)
    error = (x - x.mean()) / root - target
    assert number("loss_gradient(by=beta)") == pytest.approx(error.mean())
    assert number("loss_gradient(by=gamma)") == pytest.approx((error * (x - x.mean()) / root).mean())
    assert number("giving_back(of=gamma)") == pytest.approx(root)
    assert number("giving_back(of=beta)") == pytest.approx(x.mean())
    assert (affine.BATCH, affine.EPS) == (200, 1e-3)


def test_mates_move_an_output_in_training_alone():
    x, three = dense(), int(np.flatnonzero(load_digits().target == 3)[0])
    rng = np.random.default_rng(0)
    others = np.delete(np.arange(len(x)), three)
    found = []
    for _ in range(41):
        batch = x[[three, *rng.choice(others, 7, replace=False)]]
        found.append((batch[0] - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-3))
    low, high = np.min(found, axis=0), np.max(found, axis=0)
    assert number("output_with_mates(end=lowest)") == pytest.approx(low[4], rel=1e-5)
    assert number("output_with_mates(end=highest)") == pytest.approx(high[4], rel=1e-5)
    assert number("mates_effect(on=training)") == pytest.approx((high - low).max(), rel=1e-5)
    assert int(np.argmax(high - low)) == 4, "the lesson names unit 4, whose outputs are the farthest apart"
    assert number("mates_effect(on=inference)") == 0
    assert number("mates_effect(on=layer norm)") == 0
    assert batches.MATE_DRAWS == 41


def test_means_of_batches_wander_as_one_over_the_root_of_their_size():
    for size in (8, 32, 128):
        # Without replacement, the last samples are no longer free to wander.
        expected = np.sqrt((1 - size / 1797) / size)
        assert number(f"mean_wander(size={size})") == pytest.approx(expected, rel=0.06)
        assert number(f"variance_kept(size={size})") == pytest.approx(1 - 1 / size, rel=0.02)
    assert (batches.SIZES[-1], batches.DRAWS) == (256, 400)


def test_pairs_become_signs_unless_epsilon_is_in_the_way():
    x, order = dense()[:, 0], batches.noise_of("dense", "unit 0").order[:, :2]
    half = np.abs(np.diff(x[order], axis=1)) / 2
    assert number("near_one()") == pytest.approx((half / np.sqrt(half**2 + 1e-3) > 0.95).mean())


def test_an_image_is_worth_as_many_values_as_its_mean_says():
    padded = np.pad(load_digits().images / 16, ((0, 0), (1, 1), (1, 1)))
    blurred = sum(padded[:, i : i + 8, j : j + 8] for i in range(3) for j in range(3)) / 9
    expected = blurred.var(ddof=1) / blurred.mean(axis=(1, 2)).var(ddof=1)
    assert number("image_worth(channel=blur)") == pytest.approx(expected, rel=1e-4)


def test_rates_that_work_are_read_off_the_stored_arrays():
    crossed, results = stored("learning-rate")
    right = np.array([np.nan_to_num(one.values["test_accuracy"][:, -1]) for one in results]).reshape(*crossed.shape, -1)
    works = np.median(right, axis=-1) >= 0.9
    rates = np.array(crossed.axes["learning_rate"])
    for at, method in enumerate(crossed.axes["method"]):
        usual = works[at, crossed.axes["scale"].index(1.0)]
        assert number(f"highest_rate(method={method})") == rates[usual].max()
        assert number(f"scales_that_train(method={method})") == works[at].any(axis=1).sum()
    assert evaluate("highest_rate(method=none, scale=100)").text == "none"
    assert ladders.LEVEL == 0.9


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("four_digits(row=5)", "no row 5: the batch has rows 1 to 4"),
        ("spread_with_epsilon(sd=0)", "sd=0.0 is no spread"),
        ("output_with_mates(end=lowest, unit=12)", "no unit 12: they go from 0 to 11"),
        ("mean_wander(size=5)", "batches of 5 were not drawn; there are 1, 2, 3"),
        ("mean_wander(size=8, layer=digits, channel=unit 0)", "digits has no channel “unit 0”; it has blur"),
        ("highest_rate(method=none, scale=7)", "were not scaled by 7; there are 0.01, 0.1"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_a_sentence(call, said):
    with pytest.raises(ValueCallError, match=said):
        evaluate(call)
