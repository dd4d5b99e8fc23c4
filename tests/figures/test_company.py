import numpy as np
import plotly.graph_objects as go
import pytest

from normlib.figures.company import company_figure
from normlib.figures.look import DARK, METHODS
from normlib.layer_axes import LAYER_AXES, company

X = np.random.default_rng(1).normal(size=(6, 4, 5, 3))
SIZES = [1, 2, 4, 6]


def draw(at=1, axes="channels"):
    made = company(X, SIZES, LAYER_AXES[axes].axes)
    return made, company_figure(made, at, row=2, channel=1, headings=("means", "outputs"))


@pytest.mark.parametrize("axes", LAYER_AXES)
def test_plotly_accepts_the_figure_in_wide_and_narrow(axes):
    drawn = draw(axes=axes)[1]
    made = go.Figure(drawn.figure)
    for path, value in drawn.narrow.items():
        made.layout[path] = value


def test_the_map_shows_the_mean_of_every_pixel():
    heatmap = draw()[1].figure["data"][0]
    np.testing.assert_allclose(heatmap["z"], X[0].mean(axis=-1))
    whole = draw(axes="sample")[1].figure["data"][0]
    np.testing.assert_allclose(whole["z"], X[0].mean())
    assert whole["z"].shape == (4, 5)


def test_the_band_holds_batch_norm_in_every_batch_and_the_frames_are_the_figure():
    made, first = draw(0)
    band = first.figure["data"][1]["y"]
    high, low = band[:5], band[5:][::-1]
    for at in range(len(SIZES)):
        traces = draw(at)[1].figure["data"]
        np.testing.assert_array_equal(traces[2]["y"], made.batch[at, 2, :, 1])
        assert np.all(traces[2]["y"] <= high)
        assert np.all(traces[2]["y"] >= low)
        for (trace, path), rows in first.moving.items():
            np.testing.assert_array_equal(traces[trace][path], rows[at])


def test_lines_differ_by_colour_dash_and_marker():
    _, _, batch, layer = draw()[1].figure["data"]
    assert batch["line"]["color"] == METHODS["batch"].color in DARK
    assert layer["line"]["color"] == METHODS["layer"].color in DARK
    assert batch["line"]["dash"] != layer["line"]["dash"]
    assert batch["marker"]["symbol"] != layer["marker"]["symbol"]
