"""One pass against two: the known failures, the cure, and how the installed Keras computes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from normlib.moments import normalize
from normlib.precision import ORDERS, calculated, rounded
from normlib.variance import BATCH, USAGES, compare, constant, one_pass, two_pass

MEANS = (1.0, 100.0, 1000.0, 1e4, 1e5, 1e6)


def float32(order="one after another", **more):
    return compare(
        MEANS, **{"std": 0.1, "stored": "float32", "computed": "float32", "order": order, "channels": 1000} | more
    )


def test_one_pass_in_float32_loses_its_digits_as_was_measured():
    found = float32()
    assert found.one.error[1] == pytest.approx(0.19, abs=0.02)
    assert found.one.negative[2] == pytest.approx(0.42, abs=0.03)
    assert found.one.error[0] < 1e-4
    assert (np.diff(found.one.error) > 0).all()


def test_two_passes_in_float32_keep_seven_digits():
    found = float32()
    assert found.two.error[1] < 5e-7
    assert found.two.error[2] < 5e-7
    assert found.two.error.max() < 0.01
    assert (found.two.negative == 0).all()
    assert (found.two.failed == 0).all()


def test_numpys_own_means_along_the_first_axis_fail_in_the_same_way():
    x = (1000 + 0.1 * np.random.default_rng(0).standard_normal((BATCH, 1000))).astype(np.float32)
    theirs = (x * x).mean(axis=0) - x.mean(axis=0) ** 2
    np.testing.assert_array_equal(one_pass(x, "float32", "one after another"), theirs)


def test_the_order_of_the_sums_changes_the_result_but_not_the_disease():
    one, other = (float32(order) for order in ORDERS)
    assert (one.one.variance != other.one.variance).any()
    assert (other.one.negative[2:] > 0.2).all()


def test_a_constant_of_10000_depends_on_the_order():
    assert constant(10000.0, 64, "float32", "one after another") == (-80.0, 0.0)
    assert constant(10000.0, 64, "float32", "in pairs") == (0.0, 0.0)


def test_a_negative_variance_has_no_root_and_a_larger_epsilon_only_hides_it():
    found, hidden = float32(), float32(eps=1e6)
    np.testing.assert_array_equal(found.one.negative[2], found.one.failed[2])
    np.testing.assert_array_equal(np.isnan(found.one.roots), found.one.variance + np.float32(1e-3) < 0)
    assert (hidden.one.failed[:3] == 0).all()
    np.testing.assert_array_equal(hidden.one.variance, found.one.variance)


def test_float16_overflows_at_256_and_forgets_small_epsilons():
    found = compare((200.0, 256.0), std=0.1, stored="float16", computed="float16", order="in pairs", eps=1e-12)
    assert found.one.lost[1] == 1
    assert found.two.lost[1] == 0
    same = rounded(np.full((4, 1), 3.0), "float16")
    shifted = calculated(np.add, two_pass(same, "float16", "in pairs"), rounded(1e-12, "float16"), "float16")
    assert shifted == 0


def test_bfloat16_cancels_at_a_mean_of_five():
    found = compare((5.0,), std=0.1, stored="bfloat16", computed="bfloat16", order="one after another")
    assert found.one.error[0] > 1
    assert found.one.negative[0] > 0.1


@pytest.mark.parametrize("stored", ["float16", "bfloat16"])
def test_statistics_in_float32_are_the_cure(stored):
    means = (1.0, 10.0)
    own = compare(means, std=0.1, stored=stored, computed=stored, order="one after another")
    cured = compare(means, std=0.1, stored=stored, computed="float32", order="one after another")
    assert (cured.two.error < 1e-6).all()
    assert (cured.one.error < 0.02).all()
    assert (own.one.error > 0.1).all()


def test_a_spread_that_is_rounded_away_in_storage_cannot_be_computed():
    found = compare((1000.0, 2e5), std=0.1, stored="bfloat16", computed="float64", order="in pairs")
    np.testing.assert_array_equal(found.one.constant, [1, 1])
    assert np.isnan(found.two.error).all()
    too_large = compare((2e5,), std=0.1, stored="float16", computed="float64", order="in pairs")
    assert np.isnan(too_large.one.true).all()
    assert too_large.two.lost[0] == 1


@pytest.mark.parametrize("mean", 10.0 ** np.arange(7))
@pytest.mark.parametrize("std", [1e-3, 0.1, 1.0])
def test_the_core_has_the_variance_of_the_stored_values(mean, std):
    x = rounded(mean + std * np.random.default_rng(1).standard_normal((64, 30)), "float32")
    _, found = normalize(x, (0,), 1e-3)
    np.testing.assert_allclose(found.variance[0], x.astype(np.float64).var(axis=0), rtol=1e-9)


def test_both_formulas_are_the_same_on_paper():
    x = np.random.default_rng(3).normal(2, 3, (50, 20))
    for order in ORDERS:
        np.testing.assert_allclose(one_pass(x, "float64", order), x.var(axis=0), rtol=1e-13)
        np.testing.assert_allclose(two_pass(x, "float64", order), x.var(axis=0), rtol=1e-13)


KERAS = """
import numpy as np
import keras
assert keras.backend.backend() == "tensorflow"
x = np.full((64, 1000), 10000.0, np.float32)
layer = keras.layers.BatchNormalization()
assert np.isfinite(layer(x, training=True)).all()
assert (np.asarray(keras.ops.moments(x, axes=[0])[1]) == 0).all()
x = (1000 + 0.1 * np.random.default_rng(0).standard_normal((64, 1000))).astype(np.float32)
true = x.astype(float).var(axis=0)
found = np.asarray(keras.ops.moments(x, axes=[0])[1])
print(keras.__version__, np.median(np.abs(found - true) / true), found.min() > 0)
"""


@pytest.mark.keras
def test_keras_on_tensorflow_takes_two_passes():
    run = subprocess.run([sys.executable, "-c", KERAS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    version, error, positive = run.stdout.split()[-3:]
    assert float(error) < 1e-5
    assert positive == "True"
    assert all(one.library.startswith(f"Keras {version[:4]} ") for one in USAGES if "Keras" in one.library)


@pytest.mark.keras
def test_the_other_backends_of_the_installed_keras_are_written_as_the_table_says():
    keras = pytest.importorskip("keras")
    folder = Path(keras.__file__).parent / "src" / "backend"
    for usage in USAGES:
        if not usage.library.startswith("Keras"):
            continue
        backend = usage.source.split("/")[3]
        text = (folder / backend / "nn.py").read_text(encoding="utf-8")
        moments = text.partition("\ndef moments(")[2].partition("\ndef ")[0]
        squared = {"numpy": "- np.square(mean)", "torch": "- torch.square(mean)"}
        assert (
            squared.get(backend, "- no formula -") in " ".join(moments.split()).replace(") - torch", ") - torch")
        ) is (usage.one_pass), backend
        assert ("jnp.var(" in moments) is (backend == "jax")
        assert "maximum(" not in moments
        if backend == "tensorflow":
            assert "return tf.nn.moments(" in text
