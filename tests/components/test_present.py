"""What a browser that presents a lesson may ask for."""

import pytest

from normlib.components.present import wanted_step


@pytest.mark.parametrize("step", [1, 3, 7])
def test_a_step_of_the_lesson_is_taken(step):
    assert wanted_step(step, 7) == step


@pytest.mark.parametrize("message", [0, 8, -1, 2.0, "3", None, True, [3], {"step": 3}, float("nan")])
def test_anything_else_is_not(message):
    assert wanted_step(message, 7) is None
