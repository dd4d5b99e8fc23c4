"""Numbers about practice and what lies beyond: epsilon, NaN, rounding, few rows, relatives, pre-LN and post-LN."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from normlib import data
from normlib.activations import activations
from normlib.conventions import convention
from normlib.course.values.choosing import points
from normlib.course.values.registry import Value, value
from normlib.course.values.stored import stored
from normlib.epsilon import defaults, measure
from normlib.infection import BAD_STEP, STEPS, Course, course
from normlib.layers import batch_norm, layer_norm, rms_norm
from normlib.relatives import dynamic_tanh, weight_standardization
from normlib.training.few_rows import METHODS, at_best, gain
from normlib.training.placement_trained import PLACES, Placements, placed
from normlib.variance import Comparison, compare
from normlib.words import number, percent

Floats = NDArray[np.float64]
LayerName = Literal["batch", "layer", "instance", "group", "rms"]
Kind = Literal["digits", "photographs", "dense"]
FewRows = Literal["none", "batch", "layer"]
_ROWS, _RELATIVE_EPS = 40, 1e-6


# --- practice: epsilon, NaN, rounding


@value
def library_epsilon(layer: LayerName, library: Literal["keras", "pytorch", "flax"]) -> Value:
    """The epsilon that a library takes when nothing is said."""
    title = convention(library).title
    found = next(one.eps for one in defaults(layer) if title in one.titles)
    return Value(found, f"{found:.6f}".rstrip("0") if found >= 1e-6 else number(found))


@value
def epsilon_leaves(layer: LayerName, library: Literal["keras", "pytorch", "flax"], spread: float = 0.01) -> Value:
    """Standard deviation that a layer makes of a small one with the epsilon that a library takes by itself."""
    eps = library_epsilon(layer, library).number
    left = float(measure(layer, eps, (spread,)).std[0])
    return Value(left, number(left))


@value
def nan_outputs(layer: LayerName, when: Literal["training", "inference"] = "training", guarded: bool = False) -> Value:
    """How many outputs one NaN spoils in its own training batch, or of clean samples 80 steps later in inference."""
    run = _infected(layer, guarded)
    found = int(run.trained[BAD_STEP].sum() if when == "training" else run.served[STEPS].sum())
    return Value(found, f"{found:,}")


@value
def nan_batch() -> Value:
    """How many values a batch of the laboratory on NaN has."""
    found = _infected("batch", False).total
    return Value(found, f"{found:,}")


@value
def one_pass_error(mean: float, spread: float = 0.1) -> Value:
    """Relative error of the variance in one pass in float32, median of 500 channels of 64 values."""
    found = float(_variances(mean, spread).one.error[0])
    return Value(found, percent(found) if found < 1 else f"{number(found, 2)} times the variance")


@value
def one_pass_negative(mean: float, spread: float = 0.1) -> Value:
    """Share of 500 channels of 64 values whose variance comes out negative in one pass in float32."""
    found = float(_variances(mean, spread).one.negative[0])
    return Value(found, percent(found))


@value
def two_pass_error(mean: float, spread: float = 0.1) -> Value:
    """Relative error of the same variance in two passes."""
    found = float(_variances(mean, spread).two.error[0])
    return Value(found, number(found, 1))


@value
def both_norms_apart() -> Value:
    """How far layer norm moves the output of batch norm, relative to its size, on a dense layer's activations."""
    x = activations("dense").x[:, 0, 0].astype(np.float64)
    one = batch_norm(x).output
    apart = _apart(np.asarray(layer_norm(one).output), np.asarray(one))
    return Value(apart, percent(apart))


@lru_cache(maxsize=16)
def _infected(layer: str, guarded: bool) -> Course:
    return course(layer, guard=guarded and layer == "batch")


def _variances(mean: float, spread: float) -> Comparison:
    return compare((mean,), std=spread, stored="float32", computed="float32", order="one after another")


# --- practice: the stored run on few training rows


@value
def few_rows_right(method: FewRows, rows: Literal["training", "test"] = "test") -> Value:
    """Share of rows right with 180 training rows, each method at its own best learning rate, mean of the seeds."""
    measure_of = {"training": "accuracy", "test": "test_accuracy"}[rows]
    return _share(at_best(*stored("practice"), measure_of)[METHODS.index(method)])


@value
def few_rows_gain(method: Literal["batch", "layer"]) -> Value:
    """Test accuracy of a method minus that without a norm, in points, with its 95 % interval."""
    return points(gain(*stored("practice"), method, "test_accuracy"))


@value
def few_rows_loss(method: FewRows) -> Value:
    """Test loss with 180 training rows, at the method's own best learning rate, mean of the seeds."""
    found = float(at_best(*stored("practice"), "test_nll")[METHODS.index(method)].mean())
    return Value(found, number(found))


@value
def few_rows_seeds() -> Value:
    """How many seeds were trained."""
    seeds = len(stored("practice")[0].base.seeds)
    return Value(seeds, f"{seeds}")


# --- relatives, as the laboratory of that name shows them


@value
def rms_apart(mean_added: float, activations: Kind = "digits") -> Value:
    """How far RMS norm is from layer norm, relative to it, with a mean added in standard deviations."""
    x = _rows(activations)
    moved = x - x.mean(axis=1, keepdims=True) + mean_added * x.std()
    apart = _apart(rms_norm(moved, eps=_RELATIVE_EPS).output, layer_norm(moved, eps=_RELATIVE_EPS).output)
    return Value(apart, "0" if apart < 1e-9 else percent(apart))


@value
def rms_own_means(activations: Kind = "digits") -> Value:
    """How far RMS norm is from layer norm when each sample keeps the mean that it has."""
    x = _rows(activations)
    apart = _apart(rms_norm(x, eps=_RELATIVE_EPS).output, layer_norm(x, eps=_RELATIVE_EPS).output)
    return Value(apart, percent(apart))


@value
def tanh_apart(alpha: float = 0.5, activations: Kind = "digits") -> Value:
    """How far dynamic tanh is from layer norm, relative to it, with the gamma that suits it best."""
    x = _rows(activations)
    y = np.asarray(layer_norm(x, eps=_RELATIVE_EPS).output)
    bent = dynamic_tanh(x, alpha=alpha)
    apart = _apart(float((bent * y).sum() / (bent * bent).sum()) * bent, y)
    return Value(apart, percent(apart))


@value
def filter_moved(method: Literal["none", "layer", "weights"], which: Literal["first", "others"], times: float) -> Value:
    """How many times its former spread a filter's output has when the first of 8 filters is multiplied."""
    ratio = _filters(method, times) / _filters(method, 1.0)
    moved = float(ratio[0]) if which == "first" else float(ratio[1:].min())
    return Value(moved, number(moved, 3))


@lru_cache(maxsize=4)
def _rows(name: str) -> Floats:
    x = activations(name).x
    flat = x.reshape(-1, x.shape[-1]).astype(np.float64)
    return np.asarray(flat[np.unique(np.linspace(0, len(flat) - 1, min(_ROWS, len(flat))).round().astype(int))])


def _apart(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    return float(np.sqrt(((one - other) ** 2).mean() / (other**2).mean()))


@lru_cache(maxsize=16)
def _filters(method: str, times: float) -> Floats:
    images = data.load("digits").x[:20].reshape(-1, 8, 8) / 16
    patches = sliding_window_view(images, (3, 3), axis=(1, 2)).reshape(-1, 9)
    w = np.random.default_rng(0).normal(0, np.sqrt(2 / 9), (3, 3, 1, 8))
    w[..., 0] *= times
    if method == "weights":
        w = np.asarray(weight_standardization(w))
    found = patches @ w.reshape(9, 8)
    if method == "layer":
        found = np.asarray(layer_norm(found, eps=_RELATIVE_EPS).output)
    return np.asarray(found.std(axis=0))


# --- pre-LN and post-LN: the stored run of the laboratory placement-trained


@value
def transformer_right(placement: Literal["none", "pre", "post"], blocks: int) -> Value:
    """Share of test rows right of a small transformer at the placement's own best learning rate, mean of the seeds."""
    found = _transformers()
    return _share(found.at_best(_place(placement), _blocks(found, blocks)))


@value
def transformer_right_at(placement: Literal["none", "pre", "post"], blocks: int, rate: float) -> Value:
    """The same at one learning rate for all."""
    found = _transformers()
    if rate not in found.rates:
        raise ValueError(f"the learning rates are {', '.join(f'{one:g}' for one in found.rates)}, and not {rate:g}")
    return _share(found.right[_place(placement), _blocks(found, blocks), found.rates.index(rate)])


@value
def transformer_rates(placement: Literal["none", "pre", "post"], blocks: int) -> Value:
    """The learning rates at which a small transformer gets 80 % of the test rows right; as a number, the highest."""
    found = _transformers()
    works = found.works(_place(placement), _blocks(found, blocks)).works
    rates = [rate for rate, ok in zip(found.rates, works, strict=True) if ok]
    return Value(rates[-1], f"{rates[0]:g} to {rates[-1]:g}") if rates else Value(0.0, "none")


@value
def transformer_wider(blocks: int) -> Value:
    """By how many decades the working range of learning rates is wider under pre-LN, with its 95 % interval."""
    found = _transformers()
    wider = found.wider(_blocks(found, blocks))
    assert wider is not None  # noqa: S101 - five seeds each
    mean, low, high = (number(round(one, 2), 2) for one in (wider.mean, wider.low, wider.high))
    return Value(wider.mean, f"{mean} decades (95\u00a0% interval {low} to {high})")


@value
def transformer_first_gradient(placement: Literal["none", "pre", "post"], blocks: int) -> Value:
    """Gradient norm of the last block's MLP before the first update, mean of the seeds."""
    found = _transformers()
    norms = found.first_gradients(_place(placement), _blocks(found, blocks))
    if norms is None:
        raise ValueError("the stored run has no gradients: make it again with “make runs placement-trained”")
    return Value(float(norms.mean()), number(float(norms.mean()), 2))


@lru_cache(maxsize=1)
def _transformers() -> Placements:
    return placed(*stored("placement-trained", kind="transformer"))


def _place(placement: str) -> int:
    return PLACES.index({"none": "none", "pre": "before", "post": "after"}[placement])


def _blocks(found: Placements, blocks: int) -> int:
    if blocks not in found.panels:
        raise ValueError(f"there are transformers of {', '.join(map(str, found.panels))} blocks, and not of {blocks}")
    return found.panels.index(blocks)


def _share(right: Floats) -> Value:
    share = float(right.mean())
    return Value(share, f"{100 * share:.1f}".removesuffix(".0") + "\u00a0%")
