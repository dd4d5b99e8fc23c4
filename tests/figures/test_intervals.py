import numpy as np
import pytest

from normlib.figures.intervals import Group, interval_dots
from normlib.figures.look import SCALERS
from normlib.intervals import Interval
from tests.figures.drawn import check_figure

MEANS = {"wine": (0.71, 0.96), "digits": (0.986, 0.977)}
GROUPS = [
    Group(
        name,
        [
            (SCALERS[kind], Interval(mean, mean - 0.02, mean + 0.01, 0.95))
            for kind, mean in zip(("none", "standard"), means, strict=True)
        ],
    )
    for name, means in MEANS.items()
]


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("suffix", [" %", " points"])
def test_dots_stand_at_the_means_and_lines_reach_to_both_ends(suffix, zero):
    made, narrow, height = interval_dots(GROUPS, "accuracy", suffix=suffix, zero=zero)
    check_figure(made, {path: value for path, value in narrow.items() if path != "height"})
    given = [(group, style, interval) for group in GROUPS for style, interval in group.rows]
    for trace, (_, style, interval) in zip(made["data"], given, strict=True):
        error = trace["error_x"]
        assert trace["x"][0] == pytest.approx(100 * interval.mean)
        assert trace["x"][0] + error["array"][0] == pytest.approx(100 * interval.high)
        assert trace["x"][0] - error["arrayminus"][0] == pytest.approx(100 * interval.low)
        assert {trace["marker"]["color"], error["color"]} == {style.color}
        assert suffix in trace["hovertemplate"]
        low, high = made["layout"]["xaxis" + trace["xaxis"][1:]]["range"]
        assert low < 100 * interval.low
        assert 100 * interval.high < high
        if zero:
            assert low <= 0 <= high
    assert len(made["layout"]["shapes"]) == (len(GROUPS) if zero else 0)
    assert narrow["height"] > height


def test_panels_do_not_overlap_wide_or_narrow():
    made, narrow, _ = interval_dots(GROUPS, "accuracy")
    assert made["layout"]["xaxis"]["domain"][1] < made["layout"]["xaxis2"]["domain"][0]
    assert narrow["yaxis.domain"][0] > narrow["yaxis2.domain"][1]


def test_an_interval_without_width_still_has_an_axis():
    made, _, _ = interval_dots([Group("one", [(SCALERS["none"], Interval(1.0, 1.0, 1.0, 0.95))])], "accuracy")
    check_figure(made)
    low, high = made["layout"]["xaxis"]["range"]
    assert low < 100 < high
    assert np.isfinite([low, high]).all()
