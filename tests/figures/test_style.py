import numpy as np
import plotly.graph_objects as go
import pytest

from normlib.figures.pictures import color_scale
from normlib.figures.style import ROWS, result_colors, style_figure
from normlib.pictures import NAMES, palette_photograph
from normlib.style import style_sweep
from tests.pages.opened import attribute

STRENGTHS = [0.0, 0.4, 1.0]
TEMPLE, FLOWER = (palette_photograph(name) for name in NAMES)
SWEEP = style_sweep(TEMPLE.pixels, FLOWER.pixels, STRENGTHS)


def draw(at):
    return style_figure(TEMPLE, FLOWER, SWEEP, at, names=NAMES)


def levels(scale):
    return np.array([[int(color[i : i + 2], 16) for i in (1, 3, 5)] for _, color in scale])


@pytest.mark.parametrize("at", range(3))
def test_every_pixel_is_drawn_in_the_colour_that_the_exchange_gives_it(at):
    figure = draw(at).figure
    content, result, style = figure["data"][:3]
    assert result["coloraxis"] == "coloraxis"
    drawn = levels(figure["layout"]["coloraxis"]["colorscale"])[result["z"]]
    assert np.abs(drawn - 255 * SWEEP.result(at).clip(0, 1)).max() <= 0.5 + 1e-9
    for trace, palette in ((content, TEMPLE), (style, FLOWER)):
        assert np.abs(levels(trace["colorscale"])[trace["z"]] - 255 * palette.pixels).max() <= 0.5 + 1e-9


def test_the_colours_of_the_result_are_not_cut_off_before_they_are_measured():
    colors = result_colors(TEMPLE, SWEEP)
    np.testing.assert_allclose(colors[2][TEMPLE.index], SWEEP.full)
    assert colors.min() < 0


def test_frames_are_the_figures_and_plotly_accepts_them_in_wide_and_narrow():
    first = draw(0)
    for at in range(3):
        drawn = draw(at)
        made = go.Figure(drawn.figure)
        for path, value in drawn.narrow.items():
            if path != "height":
                made.layout[path] = value
        for (trace, path), rows in first.moving.items():
            np.testing.assert_array_equal(attribute(drawn.figure["data"][trace], path), rows[at])
        for path, entries in first.notes.items():
            assert attribute(drawn.figure["layout"], path) == entries[at]


@pytest.mark.parametrize("at", range(3))
def test_bars_span_the_statistics_and_lie_inside_the_axes(at):
    figure = draw(at).figure
    pixels = {"content": TEMPLE.pixels, "result": SWEEP.result(at), "style": FLOWER.pixels}
    for channel in range(3):
        low, high = figure["layout"][f"xaxis{channel + 4}"]["range"]
        seen = {row: [] for row in ROWS}
        for trace in figure["data"][3:]:
            if trace["xaxis"] == f"x{channel + 4}":
                for x, y in zip(trace["x"], trace["y"], strict=True):
                    if np.isfinite(x):
                        seen[ROWS[int(y)]].append(x)
                        assert low < x < high
        for row, picture in pixels.items():
            values = picture[..., channel]
            mean, std = values.mean(), values.std()
            expected = [values.min(), values.max(), mean - std, mean + std, mean]
            np.testing.assert_allclose(sorted(seen[row]), sorted(expected), atol=1e-9)


def test_a_colour_scale_meets_every_colour_at_its_place():
    scale = color_scale(np.array([[0.0, 0.5, 1.0], [-0.3, 1.7, 0.2], [1.0, 1.0, 1.0]]))
    assert [place for place, _ in scale] == [0, 0.5, 1]
    assert [color for _, color in scale] == ["#0080ff", "#00ff33", "#ffffff"]
