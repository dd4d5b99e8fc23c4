"""Real activations: the right shapes and names, and a convolution that an independent one confirms."""

import numpy as np
import pytest
from scipy.signal import correlate2d

from normlib import data
from normlib.activations import FILTERS, activations, feature_maps, names


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("samples", [1, 6])
def test_every_kind_has_a_name_for_each_sample_and_channel(name, samples):
    found = activations(name, samples)
    assert found.x.shape[0] == samples == len(found.samples)
    assert found.x.shape[-1] == len(found.channels)
    assert found.x.dtype == np.float32
    assert np.isfinite(found.x).all()
    assert not found.x.flags.writeable
    np.testing.assert_array_equal(found.x, activations(name).x[:samples])


def test_a_feature_map_is_the_correlation_of_an_image_with_a_filter():
    images = data.load("digits").x[:3].reshape(-1, 8, 8)
    found = feature_maps(images)
    for n, image in enumerate(images):
        for c, kernel in enumerate(FILTERS.values()):
            np.testing.assert_allclose(found[n, :, :, c], correlate2d(image, kernel, mode="same"), atol=1e-5)


def test_the_channels_differ_in_their_mean_and_spread():
    x = activations("digits").x
    assert np.ptp(x.mean(axis=(0, 1, 2))) > 5
    assert x.std(axis=(0, 1, 2)).max() > 1.5 * x.std(axis=(0, 1, 2)).min()


def test_the_dense_layer_gives_one_value_per_unit():
    x = activations("dense").x
    assert x.shape[1:3] == (1, 1)
    assert 0.3 < x.std() < 3


def test_bad_requests_name_what_there_is():
    with pytest.raises(ValueError, match=r"'cats'.*digits, photographs, dense"):
        activations("cats")
    with pytest.raises(ValueError, match=r"samples=7.*1 to 6"):
        activations("digits", 7)
    with pytest.raises(ValueError, match=r"\(8, 8\).*\(N, H, W\)"):
        feature_maps(np.zeros((8, 8)))
