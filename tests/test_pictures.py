"""Small photographs: means of blocks, and few colours that stand for many."""

import numpy as np
import pytest

from normlib import data
from normlib.pictures import NAMES, SIZES, color_photographs, few_colors, grey_photographs, palette_photograph


def test_a_small_pixel_is_the_mean_of_a_block():
    small, full = color_photographs(), data.load("photographs").x
    top, left = (427 - 400) // 2, (640 - 600) // 2
    for photo, row, column in ((0, 0, 0), (1, 79, 119), (0, 40, 7)):
        block = full[photo, top + 5 * row : top + 5 * row + 5, left + 5 * column : left + 5 * column + 5]
        assert np.abs(small[photo, row, column] - block.mean(axis=(0, 1))).max() <= 0.5


@pytest.mark.parametrize("size", SIZES)
def test_a_reduced_map_keeps_the_mean(size):
    maps = grey_photographs(*size)
    assert maps.shape == (2, *size, 1)
    np.testing.assert_allclose(maps.mean(axis=(1, 2, 3)), grey_photographs().mean(axis=(1, 2, 3)))
    assert not maps.flags.writeable


def test_grey_is_whole_levels():
    levels = grey_photographs() * 255
    np.testing.assert_allclose(levels, np.round(levels), atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_each_colour_is_the_mean_of_its_pixels_so_the_picture_keeps_its_mean(name):
    made, picture = palette_photograph(name), color_photographs()[NAMES.index(name)] / 255
    assert len(made.colors) == 128
    assert made.counts.sum() == picture.shape[0] * picture.shape[1]
    assert made.counts.min() > 0
    np.testing.assert_allclose(made.pixels.mean(axis=(0, 1)), picture.mean(axis=(0, 1)))
    for color in (0, 64, 127):
        np.testing.assert_allclose(made.colors[color], picture[made.index == color].mean(axis=0))
    assert np.abs(made.pixels - picture).mean() < 0.02


def test_more_colours_come_closer_and_enough_colours_are_exact():
    picture = color_photographs()[1]
    errors = [((few_colors(picture, most).pixels - picture / 255) ** 2).mean() for most in (1, 8, 64, 256)]
    assert errors == sorted(errors, reverse=True)
    tiny = picture[:4, :4]
    np.testing.assert_allclose(few_colors(tiny, 16).pixels, tiny / 255)


def test_bad_requests_say_what_is_possible():
    with pytest.raises(ValueError, match="7 x 120"):
        grey_photographs(7, 120)
    with pytest.raises(ValueError, match=r"\(4, 4\)"):
        few_colors(np.zeros((4, 4), dtype=np.uint8), 4)
    with pytest.raises(ValueError, match="most=300"):
        few_colors(color_photographs()[0], 300)
    with pytest.raises(ValueError, match=r"'cat'.*temple, flower"):
        palette_photograph("cat")
