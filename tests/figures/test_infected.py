import numpy as np
import pytest

from normlib.figures.infected import AWAY, infected
from normlib.infection import BAD_CHANNEL, BAD_SAMPLE, BAD_STEP, STEPS, course
from tests.figures.drawn import check_figure

RUNS = [("batch", "maps", "NaN"), ("rms", "dense", "infinity"), ("group", "maps", "NaN")]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("step", [0, BAD_STEP, STEPS])
def test_the_figure_is_one_that_plotly_draws(run, step):
    made = infected(course(*run), step)
    check_figure(made.figure, {path: value for path, value in made.narrow.items() if path != "height"})


@pytest.mark.parametrize("run", RUNS)
def test_every_frame_is_the_figure_of_its_step(run):
    found = course(*run)
    moving, notes = infected(found, 0).moving, infected(found, 0).notes
    for step in (0, BAD_STEP - 1, BAD_STEP, BAD_STEP + 1, STEPS):
        made = infected(found, step).figure
        for (trace, path), rows in moving.items():
            assert len(rows) == STEPS + 1
            np.testing.assert_array_equal(made["data"][trace][path], rows[step])
        assert [one["text"] for one in made["layout"]["annotations"]] == [texts[step] for texts in notes.values()]


def places(figure, grid, name):
    """Return where marks of one kind stand in one grid, as (sample, channel)."""
    axis = "x" if grid == 0 else f"x{grid + 1}"
    found = [one for one in figure["data"] if one.get("xaxis") == axis and one["name"] == name]
    assert len(found) <= 1
    return {(int(y), int(x)) for one in found for x, y in zip(one["x"], one["y"], strict=True) if y != AWAY}


def test_batch_norm_is_drawn_as_a_column_and_stays_one_in_inference():
    found = course("batch")
    at, later = infected(found, BAD_STEP).figure, infected(found, STEPS).figure
    column = {(sample, BAD_CHANNEL) for sample in range(6)}
    assert places(at, 0, "infected") == {(BAD_SAMPLE, BAD_CHANNEL)}
    assert places(at, 1, "infected") == places(at, 2, "infected") == places(later, 2, "infected") == column
    assert places(later, 0, "infected") == places(later, 1, "infected") == set()


def test_rms_norm_shows_what_turned_into_zero():
    made = infected(course("rms", bad="infinity"), BAD_STEP).figure
    assert places(made, 1, "infected") == {(BAD_SAMPLE, BAD_CHANNEL)}
    assert places(made, 1, "turned into 0") == {(BAD_SAMPLE, c) for c in range(6) if c != BAD_CHANNEL}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("step", [0, BAD_STEP, STEPS])
def test_every_channel_of_every_sample_has_one_mark_inside_the_picture(run, step):
    found = course(*run)
    samples, channels = found.given.shape[1:]
    made = infected(found, step).figure
    low, high = sorted(made["layout"]["yaxis"]["range"])
    assert AWAY < low < 0 < samples - 1 < high
    for grid in range(3):
        marks = [places(made, grid, name) for name in ("healthy", "infected", "turned into 0")]
        assert sum(len(one) for one in marks) == samples * channels == len(set.union(*marks))


def test_marks_differ_in_shape():
    made = infected(course("rms", bad="infinity"), 0).figure
    assert len({one["marker"]["symbol"] for one in made["data"] if one["mode"] == "markers"}) == 3


def test_the_curves_count_the_infected():
    found = course("batch")
    curves = {one["name"]: one for one in infected(found, 0).figure["data"]}
    for name, counts in (("training", found.trained), ("inference", found.served)):
        np.testing.assert_allclose(curves[f"infected in {name}"]["y"], counts.sum(axis=(1, 2)))
