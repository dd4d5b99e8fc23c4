import numpy as np
import plotly.graph_objects as go
import pytest

from normlib.contrast import contrast_sweep
from normlib.figures.contrast import REACH, contrast_figure
from normlib.figures.pictures import SMOOTH_FROM, grey_ends, picture, picture_axes
from normlib.layers import batch_norm, instance_norm
from normlib.pictures import NAMES, grey_photographs

CONTRASTS = [0.0, 0.3, 1.0]


def shade(trace):
    """Return how light each cell is drawn, from 0 to 1."""
    z = np.asarray(trace["z"], dtype=float)
    return np.clip((z - trace["zmin"]) / (trace["zmax"] - trace["zmin"]), 0, 1)


def draw(at, size=(80, 120), which=0, eps=1e-5):
    maps = grey_photographs(*size)
    sweep = contrast_sweep(maps, which, CONTRASTS, 0.5, eps=eps)
    return maps, contrast_figure(maps, sweep, at, which=which, names=NAMES)


@pytest.mark.parametrize("size", [(80, 120), (4, 6), (1, 1)])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_is_drawn_is_what_the_layers_give(size, at):
    maps, drawn = draw(at, size)
    given = maps.copy()
    given[0] = CONTRASTS[at] * maps[0] + 0.5
    if size == (1, 1):
        with pytest.warns(UserWarning, match="1 value"):
            by_instance = instance_norm(given, eps=1e-5).output
    else:
        by_instance = instance_norm(given, eps=1e-5).output
    outputs = [(given, 0, 1), (batch_norm(given, eps=1e-5).output, -REACH, REACH), (by_instance, -REACH, REACH)]
    expected = [np.clip((y[n, :, :, 0] - low) / (high - low), 0, 1) for y, low, high in outputs for n in range(2)]
    for trace, shades in zip(drawn.figure["data"], expected, strict=True):
        np.testing.assert_allclose(shade(trace), shades, atol=1e-5, err_msg=trace["name"])


@pytest.mark.parametrize("size", [(80, 120), (2, 3)])
def test_frames_are_the_figures_and_plotly_accepts_them(size):
    first = draw(0, size)[1]
    for at in range(len(CONTRASTS)):
        drawn = draw(at, size)[1]
        go.Figure(drawn.figure)
        for (trace, path), rows in first.moving.items():
            assert drawn.figure["data"][trace][path] == rows[at] == np.float32(rows[at])
        assert drawn.figure["layout"] == first.figure["layout"]


def test_full_pictures_travel_as_bytes():
    assert all(trace["z"].dtype == np.uint8 for trace in draw(1)[1].figure["data"])


def test_the_frame_marks_the_changed_picture():
    for which in (0, 1):
        (mark,) = draw(1, which=which)[1].figure["layout"]["shapes"]
        assert mark["xref"] == ("x domain", "x2 domain")[which]


def test_ends_shade_a_cell_by_gain_and_offset():
    zmin, zmax = grey_ends([0.5, 2.0, 0.0], [0.1, -0.3, 0.4], 0.0, 1.0)
    for x in (0.0, 0.2, 0.9):
        np.testing.assert_allclose((x - zmin) / (zmax - zmin), [0.5 * x + 0.1, 2 * x - 0.3, 0.4], atol=2e-6)


def test_few_cells_keep_their_edges_and_rows_run_down():
    assert picture("few", np.zeros((2, 3)), 1)["zsmooth"] is False
    assert picture("many", np.zeros((SMOOTH_FROM, 1)), 2)["zsmooth"] == "fast"
    low, high = picture_axes(2, (4, 6), (0, 1), (0, 1))["yaxis2"]["range"]
    assert low > high
