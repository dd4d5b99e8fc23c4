"""Activations of many samples: shapes and names, and the same layers as in the small pictures."""

import numpy as np
import pytest

from normlib import data
from normlib.activations import activations
from normlib.population import population

NAMES = ("dense", "digits", "photographs")


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_a_label_and_every_channel_a_name(name):
    found = population(name)
    assert len(found.x) == len(found.labels) == len(found.images)
    assert found.x.shape[2] == len(found.channels)
    assert np.isfinite(found.x).all()
    assert not found.x.flags.writeable
    assert population(name) is found
    for index, channel in enumerate(found.channels):
        np.testing.assert_array_equal(found.channel(channel), found.x[:, :, index])
        assert found.channel(channel).std() > 0


def test_the_dense_layer_is_the_one_of_the_small_pictures():
    small = activations("dense").x[:, 0, 0]
    np.testing.assert_allclose(population("dense").x[: len(small), 0], small, rtol=1e-6)


def test_the_feature_maps_are_those_of_the_small_pictures_in_another_unit():
    small = activations("digits").x
    np.testing.assert_allclose(population("digits").x[:6].reshape(6, 8, 8, 6) * 16, small, atol=1e-4)


def test_a_crop_is_a_part_of_the_photograph_averaged_over_squares_of_four_pixels():
    found = population("photographs")
    photographs = data.load("photographs").x.mean(axis=-1) / 255
    assert len(found.images) == 2 * 13 * 20
    at = found.labels.index("flower 3,5")
    crop = photographs[1, 64:96, 128:160]
    np.testing.assert_allclose(found.images[at, 2, 7], crop[4:6, 14:16].mean())
    np.testing.assert_allclose(found.images[at].mean(), crop.mean())


def test_another_name_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"'words'.*dense, digits, photographs"):
        population("words")
