"""Numbers about layer norm, against scikit-learn and plain NumPy."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.preprocessing import StandardScaler

from normlib.activations import activations
from normlib.course.values import ValueCallError, evaluate
from pages.parts import sample as laboratory


def number(call: str) -> float:
    return evaluate(call).number


def units():
    return activations("dense").x.reshape(6, 12).astype(np.float64)


def test_a_sample_is_standardized_over_its_own_units():
    x = units()
    scaler = StandardScaler().fit(x.T)
    found = scaler.transform(x.T).T * np.sqrt(scaler.var_ / (scaler.var_ + 1e-3))[:, None]
    for sample in (1, 4):
        assert number(f"sample_statistic(of=mean, sample={sample})") == pytest.approx(x[sample - 1].mean())
        assert number(f"sample_statistic(of=sd, sample={sample})") == pytest.approx(x[sample - 1].std())
        for unit in (0, 11):
            asked = f"unit={unit}, sample={sample}"
            assert number(f"sample_unit({asked})") == pytest.approx(x[sample - 1, unit])
            assert number(f"sample_unit({asked}, stage=normalized)") == pytest.approx(found[sample - 1, unit])


def test_company_changes_batch_norm_alone():
    made, _ = laboratory.in_batches(0, 1, "channels", 1e-3)
    for size in (1, 2, 32):
        assert number(f"company_effect(method=layer, size={size})") == 0
        assert number(f"company_effect(method=layer, size={size}, axes=sample)") == 0
        moved = np.abs(made.batch[size - 1] - made.batch[-1]).max()
        assert number(f"company_effect(method=batch, size={size})") == moved > 0.05
    assert number("company_effect(method=batch, size=64)") == 0


def test_two_features_are_a_sign_and_more_have_a_bound():
    half = np.abs(np.diff(units()[:, :2], axis=1)) / 2
    sizes = half / np.sqrt(half**2 + 1e-3)
    assert number("few_feature_output(features=1)") == 0
    assert number("few_feature_output(features=2, end=smallest)") == pytest.approx(sizes.min())
    assert number("few_feature_output(features=2)") == pytest.approx(sizes.max())
    for features in range(3, 13):
        assert number(f"few_feature_output(features={features})") < np.sqrt(features - 1)


def sequences():
    images = load_digits().images[:32]
    lengths = np.random.default_rng(0).integers(3, 8, 32, endpoint=True)
    return images, lengths


def test_padding_mixes_zeros_into_the_statistics():
    images, lengths = sequences()
    real = np.concatenate([image[:length] for image, length in zip(images, lengths, strict=True)])
    for steps in (8, 20, 40):
        share = 1 - len(real) / (32 * steps)
        every = np.concatenate([real, np.zeros((32 * steps - len(real), 8))])[:, 3]
        assert number(f"padding_share(steps={steps})") == pytest.approx(share)
        assert number(f"padded_statistic(of=mean, steps={steps})") == pytest.approx(every.mean())
        assert number(f"padded_statistic(of=sd, steps={steps})") == pytest.approx(every.std())
        assert number(f"padded_statistic(of=sd, steps={steps}, real=true)") == pytest.approx(real[:, 3].std())


def test_padding_moves_batch_norm_without_a_mask_alone():
    images, lengths = sequences()
    real = np.concatenate([image[:length] for image, length in zip(images, lengths, strict=True)])
    first = images[0, : lengths[0]]
    outputs = []
    for steps in (8, 20):
        every = np.concatenate([real, np.zeros((32 * steps - len(real), 8))])
        outputs.append((first - every.mean(axis=0)) / np.sqrt(every.var(axis=0) + 1e-3))
    assert number("padding_effect(method=batch, steps=20)") == pytest.approx(np.abs(outputs[1] - outputs[0]).max())
    assert number("padding_effect(method=masked batch, steps=20)") == 0
    assert number("padding_effect(method=layer, steps=20)") == 0
    assert (laboratory.SEQUENCES, laboratory.PADDED_TO[0]) == (32, 8)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("sample_statistic(of=mean, sample=7)", "no sample 7: they go from 1 to 6"),
        ("sample_unit(unit=12)", "no unit 12: they go from 0 to 11"),
        ("company_effect(method=layer, size=65)", "size=65: the batches go from 1 to 64 images"),
        ("few_feature_output(features=13)", "features=13: there are 1 to 12"),
        ("padding_share(steps=7)", "steps=7: sequences are padded to 8 to 40 steps"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_a_sentence(call, said):
    with pytest.raises(ValueCallError, match=said):
        evaluate(call)
