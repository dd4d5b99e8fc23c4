"""What Keras computed at a step, as arrays of the members alive: for measurements, and to say what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from normlib.training import measures
from normlib.training.experiment import Experiment
from normlib.training.keras_engine.models import Model
from normlib.training.measures import Running, Tap
from normlib.training.stopping import Found

Array = NDArray[Any]


class Seen(NamedTuple):
    """Arrays (M, ...), in the order of the model's variables and outputs.

    Attributes:
        model: whose they are.
        trained: variables.
        kept: variables that are not trained.
        gradients: of the trained ones.
        outputs: of the hidden layers.
    """

    model: Model
    trained: Sequence[Array]
    kept: Sequence[Array]
    gradients: Sequence[Array]
    outputs: Sequence[Array]

    def measured(self, e: Experiment) -> dict[str, Array]:
        """Return what an experiment records of gradients and activations."""
        found: dict[str, Array] = {}
        if set(e.record) & {"activations", "histograms"}:
            found |= measures.of_activations(self._taps(), e)
        if "gradients" in e.record:
            found |= measures.of_gradients([self._weights(layer) for layer in range(1, e.hidden + 2)])
        return found

    def inside(self, place: int) -> Iterator[Found]:
        """Yield the weights of a member, then what its layers computed, in order."""
        variables = zip(self.model.variables, self.trained, strict=True)
        for (layer, kernel), values in sorted(variables, key=lambda one: one[0].layer):
            yield Found(layer, "weights", values[place], drawn=kernel is not None)
        for layer, site in enumerate(self.model.sites, 1):
            yield from (Found(layer, where, self.outputs[number][place]) for where, number in site.made)

    def _taps(self) -> list[Tap]:
        taps = []
        for site, running in zip(self.model.sites, self.model.running, strict=True):
            inside, outside = self._rows(site.inside), self._rows(site.outside)
            statistics = None
            if running is not None:
                mean, variance = (inside.mean(axis=1, keepdims=True), inside.var(axis=1, keepdims=True))
                statistics = Running(mean, variance, *(self.kept[place][:, None] for place in running))
            activation = None if site.activation is None else self._rows(site.activation)
            taps.append(Tap(inside, outside, activation, statistics))
        return taps

    def _rows(self, number: int) -> Array:
        """Return an output with its positions as further rows, (M, n, C)."""
        values = self.outputs[number]
        return values.reshape(len(values), -1, values.shape[-1])

    def _weights(self, layer: int) -> list[Array]:
        drawn = zip(self.model.variables, self.gradients, strict=True)
        return [values for (own, kernel), values in drawn if own == layer and kernel is not None]
