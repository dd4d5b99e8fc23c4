import numpy as np
import pytest

from normlib.batch_mates import with_mates
from normlib.figures.batch_mates import INK, KINDS, PICTURES, PITCH, batch_mates, ink
from normlib.population import population
from tests.figures.drawn import check_figure, check_frames

LAYER = population("dense")
NAMES = ("dense", "digits")


def draw(at=0, size=8, name="dense"):
    layer = population(name)
    found = with_mates(layer.x, 3, size, draws=6, position=0)
    return found, batch_mates(found, at, images=layer.images, mine=3, channels=layer.channels)


@pytest.mark.parametrize("size", [2, 8, 9, 64])
@pytest.mark.parametrize("name", NAMES)
def test_the_figure_is_one_that_plotly_draws_at_every_draw(name, size):
    drawn = draw(0, size, name)[1]
    check_figure(drawn.figure, {path: value for path, value in drawn.narrow.items() if path != "height"})
    check_frames(lambda at: draw(at, size, name)[1].figure, drawn.moving, 6)


def test_every_output_is_drawn_in_the_row_of_its_channel():
    found, drawn = draw(2)
    for kind, style in KINDS.items():
        points = next(one for one in drawn.figure["data"] if one["name"] == style.name)
        np.testing.assert_array_equal(points["x"], getattr(found, kind)[2])
        np.testing.assert_array_equal(np.round(points["y"]), np.arange(12))
        every = next(one for one in drawn.figure["data"] if one["name"] == f"{style.name}, all draws")
        np.testing.assert_array_equal(every["x"].reshape(6, 12), getattr(found, kind))
        np.testing.assert_array_equal(every["y"].reshape(6, 12), np.tile(points["y"], (6, 1)))
    low, high = drawn.figure["layout"]["xaxis2"]["range"]
    assert low < found.training.min()
    assert high > found.training.max()


def test_the_ink_is_that_of_the_pictures():
    points = int((LAYER.images >= INK).sum(axis=(1, 2)).max())
    chosen = LAYER.images[[4, 9, 100]]
    x, y = ink(chosen, points)
    for place, image in enumerate(chosen):
        drawn = np.zeros((8, 8), bool)
        part = slice(place * points, (place + 1) * points)
        drawn[y[part], x[part] - PITCH * place] = True
        np.testing.assert_array_equal(drawn, image >= INK)
    assert len(ink(np.zeros((1, 8, 8)), 3)[0]) == 3


@pytest.mark.parametrize(("size", "note"), [(2, ""), (8, ""), (9, "and 1 more"), (64, "and 56 more")])
def test_the_pictures_that_do_not_fit_are_counted(size, note):
    found, drawn = draw(1, size)
    assert drawn.figure["layout"]["annotations"][2]["text"] == note
    pictures = min(size, PICTURES) - 1
    own, mates = drawn.figure["data"][:2]
    assert len(mates["x"]) == pictures * len(own["x"])
    x, y = ink(LAYER.images[found.mates[1, :pictures]], len(own["x"]))
    np.testing.assert_array_equal(mates["x"], x + PITCH)
    np.testing.assert_array_equal(mates["y"], y)
