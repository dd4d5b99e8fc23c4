"""What is drawn under the finger must be what Plotly draws of the same frame."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.serving import serving
from tests.browser.conftest import drawn

pytestmark = pytest.mark.browser

# Each: traces, layout, moved data ([trace, path, rows of 2 frames]), moved layout.
LINE = {"line": {"simplify": False}}
DIRECT = {
    "lines with gaps": (
        [{"type": "scatter", "mode": "lines", "x": [0, 1, 2, 3, 4], "y": [1, 2, None, 3, 1], **LINE}],
        {},
        [[0, "y", [[1, 2, None, 3, 1], [4, None, 2, 1, 0]]]],
        [],
    ),
    "steps and an area": (
        [
            {"type": "scatter", "mode": "lines", "y": [1, 3, 2], "line": {"shape": shape, "simplify": False}}
            for shape in ("hv", "vh", "hvh")
        ]
        + [{"type": "scatter", "mode": "lines", "y": [1, 2, 1], "fill": "tozeroy", **LINE}],
        {},
        [[trace, "y", [[1, 3, 2], [4, 0.5, trace]]] for trace in range(3)] + [[3, "y", [[1, 2, 1], [2, 4, 3]]]],
        [],
    ),
    "markers and lines, both coordinates": (
        [{"type": "scatter", "mode": "lines+markers", "x": [0, 1, 2], "y": [1, 2, 3], **LINE}],
        {},
        [[0, "x", [[0, 1, 2], [2, 3.5, 0.3]]], [0, "y", [[1, 2, 3], [4, 1.5, 2]]]],
        [],
    ),
    "markers that leave": (
        [{"type": "scatter", "mode": "markers", "y": [1, 2, 3]}],
        {},
        [[0, "y", [[1, 2, 3], [None, 2.5, 1]]]],
        [],
    ),
    "histograms over each other": (
        [{"type": "bar", "x": [0, 1, 2], "y": [1, 2, 3], "opacity": 0.5, "width": 1} for _ in range(2)],
        {"barmode": "overlay"},
        [[0, "y", [[1, 2, 3], [3, 0, 4]]], [1, "y", [[1, 2, 3], [0.5, -0.5, 2]]]],
        [],
    ),
    "bars that lie, side by side": (
        [{"type": "bar", "orientation": "h", "x": [1, 2, 3], "y": ["a", "b", "c"]} for _ in range(2)],
        {"barmode": "group", "yaxis": {"type": "category", "range": [-0.5, 2.5]}},
        [[0, "x", [[1, 2, 3], [3, 2, 4]]]],
        [],
    ),
    "logarithmic axes": (
        [{"type": "scatter", "mode": "lines+markers", "x": [1, 10, 100], "y": [0.1, 1, 10], **LINE}],
        {
            "width": 520,
            "height": 280,
            "xaxis": {"type": "log", "range": [-1, 3]},
            "yaxis": {"type": "log", "range": [-2, 2]},
            # On a logarithmic axis shapes take the value, and notes its logarithm.
            "shapes": [{"type": "line", "x0": 10, "x1": 10, "y0": 0, "y1": 1, "yref": "paper"}],
            "annotations": [{"x": 1, "y": 0, "text": "ten", "showarrow": False}],
        },
        [[0, "y", [[0.1, 1, 10], [5, 0.05, 30]]]],
        [
            ["shapes[0].x0", [10, 100]], ["shapes[0].x1", [10, 100]],
            ["annotations[0].x", [1, 2]], ["annotations[0].y", [0, 1]],
        ],
    ),
    "two panels": (
        [
            {"type": "scatter", "mode": "lines", "y": [1, 2, 3], **LINE},
            {"type": "scatter", "mode": "markers", "y": [1, 2, 3], "xaxis": "x2", "yaxis": "y2"},
        ],
        {
            "xaxis": {"domain": [0, 0.4], "range": [-1, 5]},
            "xaxis2": {"domain": [0.6, 1], "range": [-1, 5]},
            "yaxis2": {"anchor": "x2", "range": [5, -1]},
        },
        [[0, "y", [[1, 2, 3], [4, 1, 0]]], [1, "y", [[1, 2, 3], [4, 1, 0]]]],
        [],
    ),
    "shapes and notes": (
        [{"type": "scatter", "mode": "lines", "y": [1, 2, 3], **LINE}],
        {
            # 80 and 40 pixels per unit: a note in motion may be one pixel off where units are not whole pixels.
            "width": 520,
            "height": 280,
            "shapes": [
                {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper"},
                {"type": "rect", "x0": 0, "x1": 1, "y0": 1, "y1": 2, "fillcolor": "red", "opacity": 0.4},
                {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": 1, "y1": 1},
            ],
            "annotations": [
                {"x": 1, "y": 2, "text": "value 1.0", "showarrow": False},
                {"x": 1, "y": 0.5, "yref": "paper", "text": "arrow", "ax": 20, "ay": -30},
            ],
        },
        [],
        [
            ["shapes[0].x0", [1, 3]], ["shapes[0].x1", [1, 3]],
            ["shapes[1].x1", [1, 2.5]], ["shapes[1].y0", [1, 0.5]],
            ["shapes[2].y0", [1, 3]], ["shapes[2].y1", [1, 3]],
            ["annotations[0].text", ["value 1.0", "value 2.5"]], ["annotations[0].x", [1, 3]],
            ["annotations[0].y", [2, 3]], ["annotations[1].x", [1, 2]],
        ],
    ),
}  # fmt: skip
BY_PLOTLY = {
    "a heatmap": (
        [{"type": "heatmap", "z": [[1, 2], [3, 4]]}],
        {"xaxis": {}, "yaxis": {}},
        [[0, "z", [[[1, 2], [3, 4]], [[4, 1], [0, 9]]]]],
        [],
    ),
    "stacked bars": (
        [{"type": "bar", "x": [0, 1], "y": [1, 2]} for _ in range(2)],
        {"barmode": "stack"},
        [[0, "y", [[1, 2], [2, 1]]]],
        [],
    ),
    "an axis that grows": (
        [{"type": "scatter", "mode": "lines", "y": [1, 2, 3]}],
        {},
        [[0, "y", [[1, 2, 3], [2, 4, 8]]]],
        [["yaxis.range", [[0, 5], [0, 10]]]],
    ),
    "text": (
        [{"type": "scatter", "mode": "markers+text", "y": [1, 2], "text": ["a", "b"]}],
        {},
        [[0, "y", [[1, 2], [2, 3]]]],
        [],
    ),
    "marker sizes": (
        [{"type": "scatter", "mode": "markers", "y": [1, 2], "marker": {"size": [4, 8]}}],
        {},
        [[0, "marker.size", [[4, 8], [20, 10]]]],
        [],
    ),
}

PREPARE = """async ([data, layout, moved, movedLayout]) => {
  const { Player } = await import("/_stcore/bidi-components/normlib.chart/frames.js");
  const typed = node => Array.isArray(node) && node.every(n => n === null || typeof n === "number")
    ? Float32Array.from(node, n => n ?? NaN) : node;
  document.getElementById("trial")?.remove();
  const node = document.createElement("div");
  node.id = "trial";
  node.style = "position: fixed; left: 0; top: 0; width: 520px; height: 300px; background: white; z-index: 1000000";
  document.body.append(node);
  for (const trace of data) for (const name of ["x", "y"]) if (trace[name]) trace[name] = typed(trace[name]);
  const fixed = { range: [-1, 5] };
  const base = { width: 500, height: 300, margin: { l: 30, r: 10, t: 10, b: 30 }, showlegend: false };
  await Plotly.newPlot(node, data, { ...base, xaxis: fixed, yaxis: fixed, ...layout });
  const frames = { data: moved.map(([trace, path, rows]) => [trace, path, rows.map(typed)]), layout: movedLayout };
  window.player = new Player(Plotly, node, frames);
}"""


@pytest.fixture(scope="module")
def page(chromium):
    with serving(Path(__file__).parent / "chart_app" / "server.py") as server:
        page = chromium.new_page(viewport={"width": 600, "height": 400})
        page.goto(server.url)
        drawn(page, "wave")
        yield page
        page.close()


def picture(page):
    return np.asarray(Image.open(io.BytesIO(page.locator("#trial").screenshot())).convert("L"), dtype=float)


@pytest.mark.parametrize("name", DIRECT)
def test_marks_move_to_where_plotly_puts_them(page, name):
    page.evaluate(PREPARE, DIRECT[name])
    before = picture(page)
    page.evaluate("() => player.show(1)")
    assert page.evaluate("() => Boolean(player.plan)"), "Plotly drew this frame itself"
    moving = picture(page)
    page.evaluate("() => player.settle(1)")
    resting = picture(page)
    assert (np.abs(moving - before) > 32).sum() > 100
    assert (np.abs(moving - resting) > 32).sum() <= 10
    page.evaluate("() => player.show(0)")
    page.evaluate("() => player.settle(0)")
    np.testing.assert_array_equal(picture(page), before)


@pytest.mark.parametrize("name", DIRECT)
def test_plotly_gets_its_drawing_back_as_it_left_it(page, name):
    page.evaluate(PREPARE, DIRECT[name])
    drawing = "() => document.querySelector('#trial').innerHTML"
    before = page.evaluate(drawing)
    page.evaluate("() => { player.show(1); player.show(0); player.show(1); player.restore(); }")
    assert page.evaluate(drawing) == before


@pytest.mark.parametrize("name", BY_PLOTLY)
def test_what_is_not_only_a_move_is_drawn_by_plotly(page, name):
    page.evaluate(PREPARE, BY_PLOTLY[name])
    before = picture(page)
    page.evaluate("() => player.show(1)")
    assert not page.evaluate("() => Boolean(player.plan)")
    assert (np.abs(picture(page) - before) > 32).sum() > 100
