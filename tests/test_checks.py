"""What comes in is refused with the values at hand and the next move."""

import numpy as np
import pytest

from normlib.checks import axes_tuple, divisors, epsilon, numeric_array


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_dtypes_stay_and_are_not_copied(dtype):
    x = np.zeros(3, dtype)
    assert numeric_array(x) is x


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
def test_whole_numbers_become_float64(dtype):
    assert numeric_array(np.ones(3, dtype)).dtype == np.float64


@pytest.mark.parametrize(
    ("x", "dtype"),
    [
        (np.array(["a"]), "<U1"),
        (np.array([None]), "object"),
        (np.array([1j]), "complex128"),
        (np.array(["2024-01-01"], dtype="datetime64[D]"), r"datetime64\[D\]"),
    ],
)
def test_other_dtypes_are_named(x, dtype):
    with pytest.raises(TypeError, match=f"weights has dtype {dtype}, which is not numeric"):
        numeric_array(x, "weights")


def test_ragged_lists_are_refused():
    with pytest.raises(TypeError, match="x is not a rectangular array"):
        numeric_array([[1.0], [1.0, 2.0]])


@pytest.mark.parametrize(
    ("axes", "expected"), [(-1, (3,)), ((3, 1), (1, 3)), ([-4], (0,)), (np.int64(2), (2,)), ((0, -2), (0, 2))]
)
def test_axes_are_counted_from_the_front_and_sorted(axes, expected):
    assert axes_tuple(axes, 4) == expected


@pytest.mark.parametrize(
    ("axes", "error", "message"),
    [
        (4, ValueError, r"axes=4 does not fit an array with 4 axes: axis 4 is out of range, use -4 to 3"),
        ((1, -5), ValueError, r"axes=\(1, -5\) .* axis -5 is out of range"),
        ((1, -3), ValueError, r"axes=\(1, -3\) names axis 1 .* more than once \(axis 1 is also axis -3\)"),
        ((), ValueError, r"axes=\(\) names no axis .* 0 to 3"),
        (1.0, TypeError, "1.0 is float"),
        ((True,), TypeError, "True is bool"),
    ],
)
def test_axes_that_do_not_fit(axes, error, message):
    with pytest.raises(error, match=message):
        axes_tuple(axes, 4)


def test_divisors_divide():
    for number in range(1, 100):
        assert divisors(number) == tuple(d for d in range(1, 101) if (number / d).is_integer())


@pytest.mark.parametrize("eps", [0.0, 1e-300, 1e-12, 1.0])
def test_epsilon_that_works(eps):
    assert epsilon(eps) == eps


@pytest.mark.parametrize(
    ("eps", "message"),
    [(-1e-5, "eps=-1e-05"), (float("nan"), "eps=nan"), (float("inf"), "eps=inf"), (1e-320, "eps=1e-320 vanishes")],
)
def test_epsilon_that_cannot_work(eps, message):
    with pytest.raises(ValueError, match=message):
        epsilon(eps)
