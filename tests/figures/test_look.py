import re

import pytest

from normlib.figures import look

LIGHT, NIGHT = "#FFFFFF", "#16181D"
ALL = sorted({style.color for style in (*look.METHODS.values(), *look.SCALERS.values())} | {look.GREY, look.ACCENT})

# Two colours of Okabe and Ito stay below 3:1 on white. They always come with a marker or a dash of their own and
# beside their name, and no text is written in them.
PALE_ON_WHITE = {look.SKY: 2.2, look.ORANGE: 2.1}


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("color", ALL)
def test_the_dark_twin_stands_out_on_the_dark_page(color):
    assert contrast(look.DARK.get(color, color), NIGHT) >= 3


@pytest.mark.parametrize("color", [color for color in ALL if color not in PALE_ON_WHITE])
def test_the_colour_stands_out_on_the_light_page(color):
    assert contrast(color, LIGHT) >= 3


@pytest.mark.parametrize("color", PALE_ON_WHITE)
def test_the_pale_colours_of_the_palette_are_no_paler_than_known(color):
    assert PALE_ON_WHITE[color] <= contrast(color, LIGHT) < 3


def test_the_accent_can_be_read_as_text():
    assert contrast(look.ACCENT, LIGHT) >= 4.5
    assert contrast(look.DARK[look.ACCENT], NIGHT) >= 4.5


def test_every_twin_is_lighter_than_its_colour():
    for color, twin in look.DARK.items():
        assert luminance(twin) > luminance(color)


@pytest.mark.parametrize("table", [look.METHODS, look.SCALERS])
def test_methods_can_be_told_apart_with_and_without_colour(table):
    for field in ("name", "color", "dash", "symbol"):
        assert len({getattr(style, field) for style in table.values()}) == len(table), field


def test_the_accent_belongs_to_no_method():
    assert look.ACCENT not in {style.color for style in (*look.METHODS.values(), *look.SCALERS.values())}


def test_colours_are_written_as_the_twins_are_looked_up():
    assert all(re.fullmatch(r"#[0-9A-F]{6}", color) for color in [*ALL, *look.DARK, *look.DARK.values()])


def test_what_a_figure_says_of_itself_goes_before_the_common_look():
    made = look.figure([], xaxis2={"zeroline": True}, margin={"l": 1}, showlegend=True)["layout"]
    assert made["xaxis2"] == {"zeroline": True, "ticks": "", "fixedrange": True}
    assert made["margin"] == {"l": 1}
    assert made["showlegend"] is True
    assert look.figure([])["layout"]["showlegend"] is False
