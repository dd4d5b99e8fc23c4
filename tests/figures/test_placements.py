import numpy as np
import pytest

from normlib.figures.look import METHODS
from normlib.figures.placements import Placed, placements
from tests.figures.drawn import check_figure, check_frames

F, LAYERS, BINS = 3, 5, 8
STYLES = [METHODS[name] for name in ("none", "batch", "rms", "layer")]
EDGES = np.linspace(0, 1, BINS + 1)


def made(at, columns=3, **how):
    rng = np.random.default_rng(0)
    placed = []
    for k, style in enumerate(STYLES[:columns]):
        shares = rng.random((F, 3, BINS))
        shares /= shares.sum(axis=-1, keepdims=True)
        mean = 10.0 ** rng.normal(0, 2, (F, LAYERS + 1))
        placed.append(Placed(style, shares, mean, mean / 2, mean * 2, [f"{k} at {f}" for f in range(F)]))
    drawn = placements(placed, EDGES, ["one", "two", "three"], axis="values", position=at, limits=(0.2, 0.8), **how)
    return placed, drawn


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_the_figure_is_one_that_plotly_draws_at_every_position(columns):
    for at in range(F):
        drawn = made(at, columns)[1]
        check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})

    def without_headings(at):
        figure = made(at, columns)[1].figure
        return {**figure, "layout": {**figure["layout"], "annotations": []}}

    check_frames(without_headings, made(0, columns)[1].moving, F)


def domains(drawn, axis, *, narrow=False):
    """Return where each axis of a figure begins and ends, in a wide or in a narrow window."""
    layout = {name: one["domain"] for name, one in drawn.figure["layout"].items() if name.startswith(axis)}
    if narrow:
        layout |= {
            path.removesuffix(".domain"): value
            for path, value in drawn.narrow.items()
            if path.startswith(axis) and path.endswith(".domain")
        }
    return [layout[f"{axis}{place or ''}"] for place in (0, *range(2, len(layout) + 1))]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_columns_stand_side_by_side_and_nothing_lies_on_anything_else(columns, narrow):
    drawn = made(0, columns)[1]
    spans = list(zip(domains(drawn, "xaxis", narrow=narrow), domains(drawn, "yaxis", narrow=narrow), strict=True))
    assert len(spans) == 3 * columns + 1
    for at, (x, y) in enumerate(spans):
        assert 0 <= x[0] < x[1] <= 1
        for other_x, other_y in spans[at + 1 :]:
            beside = x[1] <= other_x[0] or other_x[1] <= x[0]
            assert beside or y[1] <= other_y[0] or other_y[1] <= y[0]
    wide = sum(x[1] - x[0] for x, _ in spans[:columns])
    assert wide > (0.85 if narrow else 0.3)
    title = drawn.figure["layout"]["annotations"][columns]
    x = drawn.narrow[f"annotations[{columns}].x"] if narrow else title["x"]
    assert x == pytest.approx((spans[0][0][0] + spans[columns - 1][0][1]) / 2, abs=1e-3)
    assert title["text"] == "values"


def test_one_placement_needs_no_legend():
    assert [made(0, columns)[1].figure["layout"]["showlegend"] for columns in (1, 2)] == [False, True]


@pytest.mark.parametrize("at", range(F))
def test_a_histogram_has_its_own_height_and_the_heading_its_words(at):
    placed, drawn = made(at)
    for row in range(3):
        for column, one in enumerate(placed):
            bars = drawn.figure["data"][3 * row + column]
            assert bars["name"] == f"{one.style.name}, {['one', 'two', 'three'][row]}"
            assert bars["y"].max() == 1
            np.testing.assert_allclose(bars["y"] / bars["y"].sum(), one.shares[at, row])
    for column, one in enumerate(placed):
        text = drawn.figure["layout"]["annotations"][column]["text"]
        assert text == drawn.notes[f"annotations[{column}].text"][at]
        assert one.notes[at] in text
        assert one.style.name in text


def test_all_gradients_of_all_positions_lie_on_the_axis():
    placed, drawn = made(0)
    low, high = drawn.figure["layout"]["yaxis10"]["range"]
    assert low < min(np.log10(one.low).min() for one in placed)
    assert high > max(np.log10(one.high).max() for one in placed)
    curves = [one for one in drawn.figure["data"] if one.get("mode") == "lines+markers"]
    for one, curve in zip(placed, curves, strict=True):
        np.testing.assert_array_equal(curve["y"], one.gradient[0])
        assert curve["x"].tolist() == list(range(1, LAYERS + 2))


def test_the_limits_stand_in_every_histogram():
    shapes = made(0)[1].figure["layout"]["shapes"]
    assert [shape["x0"] for shape in shapes] == [0.2, 0.8] * 9
    assert {shape["xref"] for shape in shapes} == {"x", *(f"x{k}" for k in range(2, 10))}


def test_the_ends_of_an_axis_say_whether_there_is_more_beyond():
    texts = {more: made(0, more=more)[1].figure["layout"]["xaxis7"]["ticktext"] for more in (False, True)}
    assert texts == {False: ["0", "0.5", "1"], True: ["0", "0.5", "≥ 1"]}
