import numpy as np
import pytest

from normlib import CONVENTIONS, convention
from normlib.batch_noise import batch_noise
from normlib.figures.running_history import EDGES, history_figure, representatives
from normlib.population import population
from normlib.running_history import running_history
from tests.figures.drawn import check_figure, check_frames

STEPS = np.arange(0, 31, 3)
UNIT = population("dense").channel("unit 0")


def draw(at=2, like="keras", x=UNIT):
    history = running_history(batch_noise(x, [4], draws=30), convention(like))
    return history, history_figure(history, x, STEPS, at)


@pytest.mark.parametrize("like", CONVENTIONS)
@pytest.mark.parametrize("x", [UNIT, population("digits").channel("spot")], ids=["dense", "maps"])
def test_the_figure_is_one_that_plotly_draws_at_every_step(like, x):
    drawn = draw(0, like, x)[1]
    check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})
    check_frames(lambda at: draw(at, like, x)[1].figure, drawn.moving, STEPS.size)


def test_curves_batches_and_marks_are_those_of_the_history():
    history, drawn = draw(4, "pytorch")
    running = [one for one in drawn.figure["data"] if one["name"] == "running"]
    np.testing.assert_array_equal(running[0]["y"], history.means)
    np.testing.assert_array_equal(running[1]["y"], history.variances)
    batches = [one for one in drawn.figure["data"] if one["name"] == "of each batch"]
    np.testing.assert_array_equal(batches[0]["y"], history.noise.means[0])
    np.testing.assert_allclose(batches[1]["y"], history.noise.variances[0] * 4 / 3)
    marks = [one for one in drawn.figure["data"] if one["name"].endswith("now")]
    assert [one["x"][0] for one in marks] == [12, 12]
    assert [one["y"][0] for one in marks] == [history.means[12], history.variances[12]]
    whole = [one["y"][0] for one in drawn.figure["data"] if one["name"] == "of all samples"]
    assert whole == pytest.approx([UNIT.mean(), UNIT.var()])


def test_the_histogram_is_that_of_inference():
    history, drawn = draw(4)
    bars = next(one for one in drawn.figure["data"] if one["name"] == "outputs")
    values = representatives(UNIT)
    outputs = (values - history.means[12]) / np.sqrt(history.variances[12] + 1e-3)
    np.testing.assert_array_equal(bars["y"], np.histogram(outputs.clip(-3.99, 3.99), EDGES)[0])
    assert bars["y"].sum() == values.size


def test_representatives_have_the_quantiles_of_all():
    x = population("photographs").channel("blur")
    some = representatives(x)
    assert some.size == 1500
    np.testing.assert_allclose(
        np.percentile(some, [0, 10, 50, 90, 100]), np.percentile(x, [0, 10, 50, 90, 100]), atol=0.01
    )
    np.testing.assert_array_equal(representatives(np.array([[3.0], [1.0]])), [1, 3])
