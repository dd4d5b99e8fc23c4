"""Numbers about instance and group norm, against plain NumPy and counting."""

import numpy as np
import pytest

from normlib.activations import activations
from normlib.course.values import ValueCallError, evaluate
from normlib.pictures import grey_photographs, palette_photograph

EPS = 1e-5


def number(call: str) -> float:
    return evaluate(call).number


def normalized(x, axes, eps):
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)


@pytest.mark.parametrize(("layer", "axes"), [("instance", (1, 2)), ("batch", (0, 1, 2))])
def test_a_faded_temple_moves_what_it_shares_a_mean_with(layer, axes):
    x = grey_photographs()
    faded = x.copy()
    faded[0] = 0.3 * x[0] + 0.5
    moved = np.abs(normalized(faded, axes, EPS) - normalized(x, axes, EPS)).max(axis=(1, 2, 3))
    for place, photograph in enumerate(("temple", "flower")):
        found = number(f"contrast_moved(layer={layer}, photograph={photograph})")
        assert found == pytest.approx(moved[place], abs=1e-12)
    assert (number(f"contrast_moved(layer={layer}, photograph=flower)") > 0.1) == (layer == "batch")


@pytest.mark.parametrize("eps", [1e-5, 1e-3])
def test_epsilon_decides_what_is_left_of_a_pale_picture(eps):
    variance = float(grey_photographs()[0].var())
    for contrast in (0.02, 0.3):
        kept = np.sqrt(contrast**2 * variance / (contrast**2 * variance + eps))
        assert number(f"contrast_kept(contrast={contrast}, eps={eps})") == pytest.approx(kept)
    ends = normalized(grey_photographs()[:1], (1, 2), EPS)
    assert number("instance_end(end=lowest)") == pytest.approx(ends.min())
    assert number("instance_end(end=highest)") == pytest.approx(ends.max())


def test_the_style_of_the_flower_is_its_statistics():
    temple, flower = (palette_photograph(name).pixels for name in ("temple", "flower"))
    made = normalized(temple, (0, 1), EPS) * flower.std(axis=(0, 1)) + flower.mean(axis=(0, 1))
    for strength, picture in ((0, temple), (1, made)):
        measures = [
            (picture.mean(axis=(0, 1)), flower.mean(axis=(0, 1))),
            (picture.std(axis=(0, 1)), flower.std(axis=(0, 1))),
        ]
        apart = max(float(np.abs(one - other).max()) for one, other in measures)
        assert number(f"style_apart(strength={strength})") == pytest.approx(apart, rel=1e-6)
        outside = ((picture < 0) | (picture > 1)).any(axis=2).mean()
        assert number(f"style_outside(strength={strength})") == pytest.approx(outside)
    assert number("style_apart(strength=1)") < 1e-4
    assert number("style_apart(strength=0)") > 0.1


def test_layers_are_counted():
    samples, side, channels, groups = 32, 14, 64, 32
    size = samples * side * side * channels
    means = {
        "batch": channels,
        "layer": samples,
        "instance": samples * channels,
        "group": samples * groups,
        "rms": samples,
    }
    learned = {
        "batch": 2 * channels,
        "layer": 2 * side * side * channels,
        "instance": 2 * channels,
        "group": 2 * channels,
        "rms": side * side * channels,
    }
    for layer, many in means.items():
        assert number(f"layer_number(what=means, layer={layer})") == many
        assert number(f"layer_number(what=values, layer={layer})") == size / many
        assert number(f"layer_number(what=learned, layer={layer})") == learned[layer]
        assert number(f"layer_number(what=stored, layer={layer})") == (2 * channels if layer == "batch" else 0)


def test_groups_divide_the_channels():
    assert evaluate("group_choices(channels=12)").text == "1, 2, 3, 4, 6 and 12"
    for channels in (1, 7, 64):
        many = sum(channels % groups == 0 for groups in range(1, channels + 1))
        assert number(f"group_choices(channels={channels})") == many


def test_twins_meet_where_they_should_and_nowhere_else():
    x = activations("digits").x.astype(np.float64)
    halves = np.concatenate([normalized(half, (1, 2, 3), 1e-3) for half in np.split(x, 2, axis=-1)], axis=-1)
    apart = np.abs(halves - normalized(x, (1, 2, 3), 1e-3)).max()
    assert number("twins_apart(pair=group and layer, at=2)") == pytest.approx(apart)
    assert apart > 0.1
    for pair, at in (("group and layer", 1), ("group and instance", 6), ("batch and instance", 1)):
        assert number(f"twins_apart(pair={pair}, at={at})") < 1e-12
    with pytest.raises(ValueCallError, match="groups can be 1, 2, 3 and 6, and 5 was asked for"):
        evaluate("twins_apart(pair=group and layer, at=5)")


def test_one_value_leaves_nothing_and_two_a_sign():
    assert number("lonely_output(layer=instance)") == 0
    assert number("lonely_output(layer=group, groups=12)") == 0
    half = np.abs(np.diff(activations("dense").x.reshape(6, 6, 2).astype(np.float64), axis=-1)) / 2
    assert number("lonely_output(layer=group, groups=6)") == pytest.approx((half / np.sqrt(half**2 + 1e-3)).max())


def test_more_contrast_than_there_is_cannot_be_kept():
    with pytest.raises(ValueCallError, match=r"contrast of 1\.5 is more than the photograph has: give 0 to 1"):
        evaluate("contrast_kept(contrast=1.5)")
