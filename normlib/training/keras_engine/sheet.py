"""Puts what Keras computed into the arrays of the NumPy engine, whose measurements then read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from normlib.training import measures
from normlib.training.keras_engine.models import Model
from normlib.training.network import Network
from normlib.training.norms import BatchNorm
from normlib.training.parameters import Member, Views
from normlib.training.state import State

Array = NDArray[Any]


class Sheet:
    """Parameters, gradients and buffers of the members still training, filled from Keras and never computed here.

    Attributes:
        state: with the members' parameters, gradients and running statistics.
        network: with what the hidden layers computed.
    """

    def __init__(self, members: Sequence[Member], model: Model, rows: int) -> None:
        self.state = State.start(members)
        self.network: Network = self.state.network(rows)
        self._model = model

    def parameters(self, values: Sequence[Array]) -> None:
        """Take the trainable variables, (M, ...) each, in the model's order."""
        self._fill(self.state.parameter_views, values)

    def gradients(self, values: Sequence[Array]) -> None:
        """Take their gradients."""
        self._fill(self.state.gradient_views, values)

    def running(self, kept: Sequence[Array]) -> None:
        """Take the variables that are not trained, of which batch norm's are moving means and variances."""
        if self.state.members[0].experiment.method == "batch":
            layers = [layer for layer, norm in enumerate(self._model.norms) if norm is not None]
            for place, layer in enumerate(layers):
                self.state.running[:, layer, :, 0] = kept[2 * place : 2 * place + 2]

    def hidden(self, outputs: Sequence[Array]) -> None:
        """Take what the hidden layers computed, in the model's order, and the batch statistics of what entered."""
        values = iter(outputs)
        after = self.state.members[0].experiment.site == "after"
        for own in self.network.hidden:
            own.linear[...] = next(values)
            if own.norm is not None:
                own.norm.output[...] = next(values)
            own.activation.output[...] = next(values)
            if isinstance(own.norm, BatchNorm):
                inside = own.activation.output if after else own.linear
                own.norm.mean[...] = inside.mean(axis=1, keepdims=True)
                own.norm.variance[...] = inside.var(axis=1, keepdims=True)

    def measured(self) -> dict[str, Array]:
        """Return what the experiment records of gradients and activations."""
        e = self.state.members[0].experiment
        found: dict[str, Array] = {}
        if set(e.record) & {"activations", "histograms"}:
            found |= measures.of_activations(self.network, e)
        if "gradients" in e.record:
            found |= measures.of_gradients(self.state.gradient_views)
        return found

    def _fill(self, views: Views, values: Sequence[Array]) -> None:
        for view, value in zip(self.ordered(views), values, strict=True):
            view[...] = value.reshape(view.shape)

    def ordered(self, views: Views) -> list[Array]:
        """Return the views in the order of the model's trainable variables."""
        return [
            views.last_bias if kind == "last_bias" else getattr(views, kind)[layer]
            for kind, layer in self._model.places
        ]
