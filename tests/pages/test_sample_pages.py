"""What the pages on layer and instance norm say, computed again with plain NumPy."""

import numpy as np
import pytest

from normlib import data
from normlib.activations import FILTERS, activations, feature_maps
from normlib.pictures import grey_photographs, palette_photograph
from tests.pages.opened import charts, open_page, open_tab, plain
from tests.pages.test_numbers import says

DIGITS = data.load("digits").x.reshape(-1, 8, 8)


def told(slug, **link):
    chart = charts(open_page(slug, **link))[0]
    return chart["title"], chart["sentence"]


def batch_normalized(x, eps):
    axes = tuple(range(x.ndim - 1))
    return (x - x.mean(axis=axes)) / np.sqrt(x.var(axis=axes) + eps)


@pytest.mark.parametrize(
    ("size", "axes", "pairs"), [(1, "Channels", 64), (5, "Channels", 320), (40, "Whole image", 40)]
)
def test_layer_norm_counts_pairs_and_measures_what_company_changes(size, axes, pairs):
    title, sentence = told("layer-norm", ln_size=str(size), ln_axes=axes, ln_sample="Digit 3", ln_draw="2")
    mates = np.random.default_rng(2).permutation(len(DIGITS))
    x = feature_maps(DIGITS[np.concatenate([[3], mates[mates != 3]])[:64]]).astype(float)
    change = np.abs(batch_normalized(x[:size], 1e-3)[0] - batch_normalized(x, 1e-3)[0]).max()
    says(sentence, size, pairs, change, 0)
    says(title, *((len(FILTERS), 64) if axes == "Channels" else (384,)))
    assert "do not matter" in title


def test_layer_norm_names_both_calls_with_their_counts_and_shapes():
    tab = open_tab(open_page("layer-norm", ln_size="3"), "Numbers")
    text = plain(tab.markdown[0].value)
    for call in ("LayerNormalization(axis=-1)", "LayerNormalization(axis=[1, 2, 3])", "LayerNorm([C, H, W])"):
        assert call in text
    rows = [line for line in text.splitlines() if "Layer" in line]
    assert [row.split("|")[-4].strip() for row in rows] == ["192", "192", "3", "3"]
    assert [row.split("|")[-2].strip() for row in rows] == ["(6,)", "(6,)", "(8, 8, 6)", "(6, 8, 8)"]


@pytest.mark.parametrize(("features", "scale", "eps"), [(1, 1, 1e-3), (2, 0.1, 1e-5), (5, 0.01, 1e-6), (12, 1, 1e-3)])
def test_few_features_says_how_large_the_outputs_are(features, scale, eps):
    names = {1: "As they are", 0.1: "A tenth", 0.01: "A hundredth"}, {1e-3: "Keras", 1e-5: "PyTorch", 1e-6: "Flax"}
    title, sentence = told("few-features", ff_features=str(features), ff_scale=names[0][scale], ff_eps=names[1][eps])
    x = activations("dense").x[:, 0, 0, :features].astype(float) * scale
    y = np.abs((x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps))
    says(title, features)
    if features == 1:
        says(title, 0)
        says(sentence, 6)
    elif features == 2:
        says(title, y.min(), y.max())
        says(sentence, np.abs(np.diff(x, axis=1)).min(), y.min())
    else:
        says(title, np.sqrt(features - 1))
        says(sentence, y.size, y.max(), np.sqrt(features - 1))


@pytest.mark.parametrize(("steps", "value"), [(10, 0), (24, 0), (40, 5)])
def test_padding_says_how_far_a_real_step_is_moved(steps, value):
    title, sentence = told(
        "padding", pd_steps=str(steps), pd_value=str(value), pd_lengths="All 8 steps", pd_sample="Digit 2"
    )
    x = np.full((32, steps, 8), float(value))
    x[:, :8] = DIGITS[:32]
    plain, clean = batch_normalized(x, 1e-3), batch_normalized(DIGITS[:32], 1e-3)
    shift = np.abs(plain[2, :8, 3] - clean[2, :, 3])
    says(title, 1 - 8 / steps, shift.max())
    step = shift.argmax()
    column = DIGITS[:32, :, 3]
    says(
        sentence,
        *(column.mean(), x[..., 3].mean(), column.std(), x[..., 3].std()),
        *(step + 1, plain[2, step, 3], clean[2, step, 3]),
    )
    assert "layer norm does not move at all" in title


def test_padding_of_nothing_says_so():
    title, sentence = told("padding", pd_steps="8", pd_lengths="All 8 steps")
    assert "Without padding" in title
    says(sentence, 32, 8, DIGITS[:32, :, 3].mean(), DIGITS[:32, :, 3].std())
    assert "no spread" in told("padding", pd_feature="Column 1")[1]


def test_padding_gives_a_constant_feature_a_spread():
    _, sentence = told("padding", pd_feature="Column 1", pd_value="16", pd_steps="16", pd_lengths="All 8 steps")
    x = np.zeros((32, 16, 8))
    x[:, 8:] = 16
    says(sentence, 0, 16, x[..., 0].std(), np.abs(batch_normalized(x, 1e-3)[0, 0, 0]))


def changed_photograph(which, contrast, brightness):
    x = grey_photographs()
    given = x.copy()
    given[which] = contrast * x[which] + brightness
    return x, given


def instance_normalized(x, eps):
    return (x - x.mean(axis=(1, 2), keepdims=True)) / np.sqrt(x.var(axis=(1, 2), keepdims=True) + eps)


@pytest.mark.parametrize(("photo", "contrast", "brightness"), [("Temple", 30, 0.5), ("Flower", 80, -0.3)])
def test_instance_norm_says_what_is_changed(photo, contrast, brightness):
    title, sentence = told("instance-norm", in_photo=photo, in_contrast=str(contrast), in_brightness=str(brightness))
    which = ("Temple", "Flower").index(photo)
    x, given = changed_photograph(which, contrast / 100, brightness)
    by_instance, by_batch = instance_normalized(given, 1e-5), batch_normalized(given, 1e-5)
    change = np.abs(by_instance - instance_normalized(x, 1e-5)).max()
    moved = np.abs(by_batch - batch_normalized(x, 1e-5)).max(axis=(1, 2, 3))
    still = instance_normalized(x, 1e-5)[which]
    says(title, contrast / 100)
    says(sentence, still.min(), still.max(), change, moved[which], moved[1 - which])
    assert "the same picture" in title


def test_instance_norm_says_when_epsilon_takes_part_and_when_nothing_is_left():
    title, sentence = told("instance-norm", in_eps="Keras", in_contrast="4")
    _, given = changed_photograph(0, 0.04, 0.5)
    says(sentence, instance_normalized(given, 1e-3)[0].std())
    assert "epsilon takes part" in title
    assert "leaves nothing" in told("instance-norm", in_size="1 × 1")[0]
    assert "nothing to bring back" in told("instance-norm", in_contrast="0")[0]
    title, sentence = told("instance-norm", in_contrast="100", in_brightness="0")
    assert "Nothing is changed" in title
    assert "1 × 1" in plain(open_tab(open_page("instance-norm"), "Numbers").markdown[-1].value)


@pytest.mark.parametrize(("content", "style"), [("temple", "flower"), ("flower", "temple")])
def test_style_says_how_close_the_statistics_are_and_what_leaves_the_range(content, style):
    title, sentence = told("style", sy_content=content.capitalize(), sy_style=style.capitalize())
    x, y = (palette_photograph(name).pixels.reshape(-1, 3) for name in (content, style))
    z = y.std(axis=0) * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + y.mean(axis=0)
    cut, beyond = z.clip(0, 1), (z < 0) | (z > 1)

    def distance(values):
        return max(np.abs(values.mean(0) - y.mean(0)).max(), np.abs(values.std(0) - y.std(0)).max())

    says(sentence, distance(z), beyond.mean(), beyond.any(axis=1).mean(), distance(cut))
    assert f"The {content} in the colours of the {style}" in title


def test_style_with_ones_own_statistics_and_at_strength_0_changes_nothing():
    title, sentence = told("style", sy_content="Flower", sy_style="Flower")
    x = palette_photograph("flower").pixels.reshape(-1, 3)
    z = x.std(axis=0) * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + x.mean(axis=0)
    says(title, np.abs(z - x).max().round(4))
    assert "no value leaves" in sentence
    assert "is itself" in told("style", sy_strength="0")[0]
    says(told("style", sy_strength="0.4")[0], 0.4)
