import numpy as np
import pytest

from normlib.figures.padding import padding_figure
from normlib.sequences import digit_sequences, padding_sweep
from tests.figures.drawn import check_figure, check_frames

X, LENGTHS = digit_sequences(16, shortest=3)
STEPS = [8, 12, 40]
REAL = X[np.arange(8) < LENGTHS[:, None]]


def draw(at=1, feature=3, value=0.0):
    sweep = padding_sweep(X, LENGTHS, STEPS, value=value)
    return padding_figure(sweep, REAL[:, feature], at, feature=feature, value=value, axis_title="column 4")


@pytest.mark.parametrize("feature", [0, 3])
@pytest.mark.parametrize("value", [0.0, 16.0])
def test_the_figure_is_valid_and_its_frames_are_its_positions(feature, value):
    drawn = draw(feature=feature, value=value)
    check_figure(drawn.figure, drawn.narrow)
    check_frames(lambda at: draw(at, feature, value).figure, drawn.moving, len(STEPS))


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_the_bars_are_all_steps_and_their_mean_is_the_mean_drawn(value):
    for at, steps in enumerate(STEPS):
        real, padding, _, whisker = draw(at, value=value).figure["data"][:4]
        shares = real["y"] + padding["y"]
        assert shares.sum() == pytest.approx(1)
        assert padding["y"].sum() == pytest.approx(1 - LENGTHS.sum() / (16 * steps))
        mean = (shares * real["x"]).sum()
        assert mean == pytest.approx(whisker["x"][1])
        spread = np.sqrt((shares * (real["x"] - mean) ** 2).sum())
        assert spread == pytest.approx(whisker["x"][2] - mean)


def test_everything_drawn_is_inside_the_axes():
    for at in range(len(STEPS)):
        made = draw(at).figure
        for trace in made["data"]:
            for letter in "xy":
                low, high = made["layout"][f"{letter}axis{trace.get(letter + 'axis', letter)[1:]}"]["range"]
                values = np.asarray(trace[letter])
                assert np.nanmin(values) >= low
                assert np.nanmax(values) <= high
