"""Numbers about layer norm, which takes its mean from one sample."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib import data as sets
from normlib.activations import activations, feature_maps
from normlib.conventions import convention
from normlib.course.values.registry import Value, value
from normlib.few_features import FewFeatures, few_features
from normlib.layer_axes import LAYER_AXES, Company, company
from normlib.layers import layer_norm
from normlib.sequences import STEPS, PaddingSweep, digit_sequences, padding_sweep
from normlib.words import number, percent

Floats = NDArray[np.float64]
Library = Literal["keras", "pytorch", "flax"]
Column = Literal[1, 2, 3, 4, 5, 6, 7, 8]
_SIZES: Final = tuple(range(1, 65))
_PADDED: Final = tuple(range(STEPS, 41))
_SEQUENCES: Final = 32
_EPS: Final = convention("keras").eps_layer


@value
def sample_statistic(of: Literal["mean", "sd"], sample: int = 1) -> Value:
    """Mean or standard deviation of the 12 units of a dense layer for one of the first six digits."""
    x = _units()[_place(sample)]
    found = float(x.mean() if of == "mean" else x.std())
    return Value(found, _two_decimals(found))


@value
def sample_unit(unit: int, stage: Literal["value", "normalized"] = "value", sample: int = 1) -> Value:
    """One unit of a dense layer for one of the first six digits, before or after layer norm."""
    rows = _units()
    if not 0 <= unit < rows.shape[1]:
        raise ValueError(f"there is no unit {unit}: they go from 0 to {rows.shape[1] - 1}")
    found = rows if stage == "value" else layer_norm(rows, eps=_EPS).output
    one = float(found[_place(sample), unit])
    return Value(one, _two_decimals(one))


@value
def company_effect(
    method: Literal["layer", "batch"], size: int = 1, axes: Literal["channels", "sample"] = "channels"
) -> Value:
    """Largest change of an output of one image between a batch of 64 and a smaller one, down to the image alone."""
    if size not in _SIZES:
        raise ValueError(f"size={size}: the batches go from 1 to {_SIZES[-1]} images")
    outputs = getattr(_company(axes), method)
    change = float(np.abs(outputs[size - 1] - outputs[-1]).max())
    return Value(change, "exactly 0" if change == 0 else number(change, 2))


@value
def few_feature_output(
    features: int, end: Literal["smallest", "largest"] = "largest", library: Library = "keras"
) -> Value:
    """Size of the smallest or the largest output of layer norm over the first features of six digits."""
    found = _few(convention(library).eps_layer).outputs
    if not 1 <= features <= len(found):
        raise ValueError(f"features={features}: there are 1 to {len(found)}")
    sizes = np.abs(found[features - 1, :, :features])
    one = float(sizes.min() if end == "smallest" else sizes.max())
    return Value(one, number(one))


@value
def padding_share(steps: int) -> Value:
    """Share of padding among the steps of 32 sequences, padded to a length."""
    share = float(_padded().share[_length(steps)])
    return Value(share, percent(share))


@value
def padded_statistic(of: Literal["mean", "sd"], steps: int, column: Column = 4, real: bool = False) -> Value:
    """Mean or standard deviation of a feature over all steps of padded sequences, or over the real steps alone."""
    made, at = _padded(), _length(steps)
    everywhere = made.mean[at] if of == "mean" else made.std[at]
    found = float(((made.real_mean if of == "mean" else made.real_std) if real else everywhere)[column - 1])
    return Value(found, number(found))


@value
def padding_effect(method: Literal["batch", "masked batch", "layer"], steps: int) -> Value:
    """Largest change of an output of one sequence's real steps, against the same sequences without more padding."""
    made, at = _padded(), _length(steps)
    outputs = {"batch": made.batch, "masked batch": made.masked, "layer": made.layer}[method]
    change = float(np.abs(outputs[at] - outputs[0]).max())
    return Value(change, "exactly 0" if change == 0 else number(change, 2))


def _place(sample: int) -> int:
    if not 1 <= sample <= len(_units()):
        raise ValueError(f"there is no sample {sample}: they go from 1 to {len(_units())}")
    return sample - 1


def _length(steps: int) -> int:
    if steps not in _PADDED:
        raise ValueError(f"steps={steps}: sequences are padded to {_PADDED[0]} to {_PADDED[-1]} steps")
    return _PADDED.index(steps)


def _two_decimals(found: float) -> str:
    return f"{found:.2f}".replace("-", "−")


@lru_cache(maxsize=1)
def _units() -> Floats:
    return activations("dense").x[:, 0, 0].astype(np.float64)


@lru_cache(maxsize=4)
def _few(eps: float) -> FewFeatures:
    return few_features(_units(), eps=eps)


@lru_cache(maxsize=2)
def _company(axes: str) -> Company:
    images = sets.load("digits").x.reshape(-1, 8, 8)
    mates = np.random.default_rng(1).permutation(len(images))
    order = np.concatenate([[0], mates[mates != 0]])[: max(_SIZES)]
    return company(feature_maps(images[order]), _SIZES, LAYER_AXES[axes].axes, eps=_EPS)


@lru_cache(maxsize=1)
def _padded() -> PaddingSweep:
    x, lengths = digit_sequences(_SEQUENCES, 3)
    return padding_sweep(x, lengths, _PADDED, eps=convention("keras").eps)
