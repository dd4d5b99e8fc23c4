"""Networks before their first update: gradients, idle units and histograms, without any training.

What `engine.train` measures at step 0 of a run with `steps=0`, but for the test rows, whose accuracy nobody asks
for here; that leaves time for hundreds of networks at once. Growth in depth and slopes in scale are read off these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from normlib.intervals import Interval, mean_interval
from normlib.training import measures
from normlib.training.engine import NAME
from normlib.training.experiment import Experiment
from normlib.training.plan import plan
from normlib.training.slopes import idle_share
from normlib.training.state import State
from normlib.training.threads import one_thread

Floats = NDArray[np.float64]

MEAN_FIELD_GROWTH: Final = sqrt(pi / (pi - 1))
"""Factor per layer, from the last to the first, by which gradients grow under batch norm before ReLU at the start.

For wide networks without shortcuts and with large batches. Source: Yang et al. 2019, arXiv:1902.08129, where
pi / (pi - 1) is the factor on squared norms.
"""


@dataclass(frozen=True, eq=False)
class Bins:
    """Which histograms to take.

    Attributes:
        layers: hidden layers, from 1.
        entering: edges of evenly wide bins for what goes into the activation.
        leaving: likewise for what it puts out. In both, the outer bins are open.
    """

    layers: tuple[int, ...]
    entering: Floats
    leaving: Floats


@dataclass(frozen=True, eq=False)
class AtStart:
    """One experiment before its first update, on the first batch of each of its S seeds, with L hidden layers.

    Attributes:
        gradient_norm: (S, L + 1) Frobenius norm of the gradient of each layer's weights.
        idle: (S, L) share of saturated values or dead units, see `normlib.training.slopes.idle_share`.
        entering: (S, layers, bins) share of the values that go into the activation; empty without `Bins`.
        leaving: (S, layers, bins) share of the values that it puts out.
    """

    gradient_norm: Floats
    idle: Floats
    entering: Floats
    leaving: Floats


def at_start(experiments: Sequence[Experiment], bins: Bins | None = None) -> list[AtStart]:
    """Measure networks before their first update.

    Args:
        experiments: of dense networks; `steps` and `record` have no effect.
        bins: for histograms around the activation, or None for none.
    Returns: one measurement per experiment, seeds in the order of `experiment.seeds`. Where float32 is too small,
        gradients are infinite or not a number.
    Raises: ValueError for another kind of network.

    >>> found = at_start([Experiment(method="batch", scale=scale, eps=1e-8, seeds=2) for scale in (1.0, 10.0)])
    >>> (found[0].gradient_norm[:, 0] / found[1].gradient_norm[:, 0]).round(3).tolist()
    [10.0, 10.0]
    """
    for e in experiments:
        if NAME not in e.engines:
            raise ValueError(f"Only dense networks are measured at the start, and kind={e.kind} is another kind.")
    one_thread()
    # Seed by seed, so that networks with the same draws behind their weights stand together and share them.
    places = [(arm, s) for s in range(max(len(e.seeds) for e in experiments)) for arm, e in enumerate(experiments)]
    places = [(arm, s) for arm, s in places if s < len(experiments[arm].seeds)]
    alone = [experiments[arm].model_copy(update={"seeds": (experiments[arm].seeds[s],)}) for arm, s in places]
    found = [_empty(e, bins) for e in experiments]
    for run in plan(alone):
        with np.errstate(all="ignore"):
            measured = measure(State.start(run.members), bins)
        for place, own in enumerate(run.arms):
            arm, s = places[own]
            for name, values in measured.items():
                getattr(found[arm], name)[s] = values[place]
    return found


def measure(state: State, bins: Bins | None = None) -> dict[str, NDArray[Any]]:
    """Return the fields of `AtStart` for the M members of a state, on the batch of step 0; the first axis is M."""
    e = state.members[0].experiment
    network = state.load(0)
    network.forward()
    found: dict[str, NDArray[Any]] = {
        "idle": np.stack([idle_share(e.activation, layer.activation.output) for layer in network.hidden], axis=1)
    }
    if bins is not None:
        layers = [network.hidden[layer - 1] for layer in bins.layers]
        before = [one.norm.output if one.norm is not None and e.site == "before" else one.linear for one in layers]
        found["entering"] = np.stack([histograms(one, bins.entering) for one in before], axis=1)
        found["leaving"] = np.stack([histograms(one.activation.output, bins.leaving) for one in layers], axis=1)
    network.backward()
    return found | measures.of_gradients([(weights,) for weights in state.gradient_views.weights])


def histograms(values: NDArray[Any], edges: Floats) -> Floats:
    """Return the share of each member's values in evenly wide bins, the outer ones open.

    Args:
        values: (M, ...), none of them NaN.
        edges: (B + 1,).
    Returns: (M, B).

    >>> histograms(np.array([[-9.0, 0.1, 0.2, 9.0]]), np.linspace(-1, 1, 5)).tolist()
    [[0.25, 0.0, 0.5, 0.25]]
    """
    members, count = len(values), len(edges) - 1
    place = (values.reshape(members, -1) - edges[0]) * (count / (edges[-1] - edges[0]))
    place = np.clip(place, 0, count - 1).astype(np.int64) + count * np.arange(members)[:, None]
    counts = np.bincount(place.ravel(), minlength=members * count).reshape(members, count)
    found: Floats = counts / counts.sum(axis=1, keepdims=True)
    return found


def growth(gradient_norm: ArrayLike, first: int = 2) -> Floats:
    """Return the factor per layer by which gradients grow from the last hidden layer towards the first.

        ln g_l = c - l ln(growth)    fitted by least squares over l = first .. L

    Args:
        gradient_norm: (S, L + 1) as in `AtStart`; the last layer is left out.
        first: layer to begin with; the first one has other inputs than all others.
    Returns: (S,).
    Raises: ValueError for fewer than two layers.

    >>> growth([[9.0, 4.0, 2.0, 1.0, 5.0]]).round(6).tolist()
    [2.0]
    """
    norms = np.asarray(gradient_norm, dtype=np.float64)[:, first - 1 : -1]
    if norms.shape[1] < 2:
        raise ValueError(f"A growth per layer needs two layers from layer {first} on, and there are {norms.shape[1]}.")
    found: Floats = np.exp(-_slope(np.arange(norms.shape[1], dtype=np.float64), np.log(norms)))
    return found


def power(x: ArrayLike, y: ArrayLike) -> Floats:
    """Return the power p of the law y = c x^p that fits best, by least squares on both logarithms.

    Args:
        x: (F,) positive.
        y: (S, F) positive.
    Returns: (S,).

    >>> power([1, 10, 100], [[5, 0.5, 0.05]]).round(6).tolist()
    [-1.0]
    """
    return _slope(np.log(np.asarray(x, dtype=np.float64)), np.log(np.asarray(y, dtype=np.float64)))


def geometric_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the geometric mean of positive values, and the t interval of their mean logarithm.

    Gradients differ by factors from seed to seed, and the logarithm makes differences of factors.

    Args:
        values: at least two, positive.
        confidence: between 0 and 1.
    Raises: ValueError for a value that is not positive and finite.

    >>> found = geometric_interval([1.0, 4.0])
    >>> round(found.mean, 6), found.low < 1, found.high > 4
    (2.0, True, True)
    """
    given = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(given) & (given > 0)).all():
        raise ValueError(f"A geometric mean needs positive numbers, and the smallest of these is {given.min():g}.")
    found = mean_interval(np.log(given), confidence=confidence)
    mean, low, high = (float(np.exp(one)) for one in (found.mean, found.low, found.high))
    return Interval(mean, low, high, confidence)


def _slope(x: Floats, y: Floats) -> Floats:
    centred = x - x.mean()
    found: Floats = y @ centred / (centred @ centred)
    return found


def _empty(e: Experiment, bins: Bins | None) -> AtStart:
    seeds, layers = len(e.seeds), len(bins.layers) if bins else 0
    sizes = [len(edges) - 1 for edges in (bins.entering, bins.leaving)] if bins else [0, 0]
    entering, leaving = (np.zeros((seeds, layers, size)) for size in sizes)
    return AtStart(np.zeros((seeds, e.depth + 1)), np.zeros((seeds, e.depth)), entering, leaving)
