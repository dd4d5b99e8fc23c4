"""An experiment: every setting of a training run, checked, in one value that cannot be changed."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from normlib.conventions import convention
from normlib.methods import METHODS
from normlib.training import draws, kernels, rules
from normlib.training.limits import SettingError, choice, real, switch, whole
from normlib.training.lists import RECORDS, layer_choice, record_list, seed_list
from normlib.training.schedule import recorded_steps
from normlib.training.sets import SIZES, Size

SCHEMA: Final = 1
"""Number of this form of an experiment; a change of meaning is a new number, and so a new key."""


class Experiment(BaseModel):
    """What to train, how, and what to record. Equal experiments give bit-equal records.

    A network of `depth` hidden layers ends in a softmax over the classes. In each hidden layer that `layers`
    names, a normalization layer stands before or after the activation:

        before: activation(norm(x W + b))        after: norm(activation(x W + b))

    Directly before batch norm there is no b, because subtracting the mean would cancel it. In "conv" networks
    the product is a 3 x 3 convolution of the digits' 8 x 8 pixels with `width` channels, height and width are
    halved once half of the layers are through, and the last layer takes the mean of each channel.

    A "transformer" takes the 8 rows of a digit as 8 tokens, and has `depth` blocks of two hidden layers f, the
    attention (4 heads) and an MLP of 2 `width` hidden units with the activation, around each of which x goes on:

        before: x + f(norm(x))        after: norm(x + f(x))

    With "before" (pre-LN) one more norm follows the last block. The last layer takes the mean over the tokens.
    "layer" averages over the channels of a token there, and over all of a sample in "conv" networks.

    Attributes:
        data: one of `SIZES`. Two-dimensional toy sets are spirals, circles and moons.
        inputs: "scaled" (digits to about -1..1, tables standardized by the training rows) or "raw".
        test_share: share of the rows to test on, 0.05 to 0.9.
        kind: of network; "dense", or, of digits, "conv" or "transformer".
        depth: hidden layers, 1 to 50, or 1 to 8 convolutions or blocks.
        width: units or channels of each, 1 to 512; of a transformer a multiple of 4.
        activation: "relu", "sigmoid", "tanh" or "identity", of the hidden layers.
        method: what normalizes, one of `normlib.methods.METHODS`.
        eps: added to the variance, 1e-8 to 1; None for what Keras does (1e-3, RMS norm 1e-6).
        keep: weight of the old running statistics of batch norm, 0 to 1, which Keras calls momentum.
        groups: number of groups of group norm, a divisor of `width`.
        gamma: whether the norm has a learned factor.
        beta: whether it has a learned offset; RMS norm never does.
        placement: "before" or "after" the activation, or "none".
        layers: hidden layers with a norm: "all", "first", "last", or their numbers, from 1.
        init: standard deviation of the initial weights: "he", "xavier" or "normal" (0.1).
        scale: factor on the initial weights of the hidden layers, 0.001 to 1000; the last layer's stay.
        optimizer: "sgd", "momentum" or "adam", with Keras' formulas.
        learning_rate: 1e-6 to 1000.
        momentum: of the optimizer "momentum", 0 to 0.999.
        batch_size: 1 to 1024, and at most the training rows.
        last_batch: "keep" the incomplete batch at the end of an epoch, or "drop" it.
        steps: updates of the weights, 0 to 20000; with 0 the network is measured as it starts.
        seeds: a number of seeds (8 means 0..7) or the seeds themselves, at most 32.
        points: how many steps are recorded, 1 to 200.
        spacing: of the recorded steps: "early" is closer together at the start, "even" is not.
        record: what besides loss and accuracy: "gradients", "activations", "histograms", of toy sets "regions",
            and, of dense networks in NumPy, "drift" and "shift".
        dtype: "float32" or "float64".
        noise: 0 to 1, how far each unit behind a norm (or where one would stand) is moved at every training step, in
            dense networks: `normlib.training.draws.noise` says how. It is off in inference mode.

    Raises: pydantic.ValidationError; `problems` turns it into sentences.

    >>> base = Experiment(method="batch", seeds=2)
    >>> base.seeds, base.but(learning_rate=1).learning_rate, base.key == Experiment(method="batch", seeds=2).key
    ((0, 1), 1.0, True)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    data: Annotated[str, choice(*SIZES)] = "digits"
    inputs: Annotated[str, choice("scaled", "raw")] = "scaled"
    test_share: Annotated[float, real(0.05, 0.9)] = 0.3
    kind: Annotated[Literal["dense", "conv", "transformer"], choice("dense", "conv", "transformer")] = "dense"
    depth: Annotated[int, whole(1, 50, "hidden layers")] = 4
    width: Annotated[int, whole(1, 512, "units per layer")] = 64
    activation: Annotated[str, choice("relu", "sigmoid", "tanh", "identity")] = "relu"
    method: Annotated[str, choice(*METHODS)] = "none"
    eps: Annotated[float | None, real(1e-8, 1.0, or_none=True)] = None
    keep: Annotated[float, real(0.0, 1.0)] = convention("keras").keep
    groups: Annotated[int, whole(1, 512, "groups")] = 8
    gamma: Annotated[bool, switch()] = True
    beta: Annotated[bool, switch()] = True
    placement: Annotated[str, choice("none", "before", "after")] = "before"
    layers: Annotated[str | tuple[int, ...], BeforeValidator(layer_choice)] = "all"
    init: Annotated[str, choice("he", "xavier", "normal")] = "he"
    scale: Annotated[float, real(1e-3, 1e3)] = 1.0
    optimizer: Annotated[str, choice("sgd", "momentum", "adam")] = "sgd"
    learning_rate: Annotated[float, real(1e-6, 1e3)] = 0.1
    momentum: Annotated[float, real(0.0, 0.999)] = 0.9
    batch_size: Annotated[int, whole(1, 1024, "rows per batch")] = 32
    last_batch: Annotated[str, choice("keep", "drop")] = "keep"
    steps: Annotated[int, whole(0, 20_000, "steps")] = 500
    seeds: Annotated[tuple[int, ...], BeforeValidator(seed_list)] = (0, 1, 2)
    points: Annotated[int, whole(1, 200, "recorded steps")] = 40
    spacing: Annotated[str, choice("early", "even")] = "early"
    record: Annotated[tuple[str, ...], BeforeValidator(record_list)] = RECORDS[:2]
    dtype: Annotated[Literal["float32", "float64"], choice("float32", "float64")] = "float32"
    noise: Annotated[float, real(0.0, 1.0)] = 0.0

    @model_validator(mode="after")
    def _fits(self) -> Experiment:
        for problem in rules.problems(self):
            raise SettingError(problem.message, *problem.fields)
        return self

    @property
    def size(self) -> Size:
        """Rows, features and classes of the data."""
        return SIZES[self.data]

    @property
    def train_rows(self) -> int:
        """Rows to train on."""
        return draws.train_rows(self.size.rows, self.test_share)

    @property
    def recorded(self) -> tuple[int, ...]:
        """The steps at which something is recorded.

        >>> Experiment(steps=100, points=6).recorded
        (0, 4, 16, 36, 64, 100)
        """
        return recorded_steps(self.steps, self.points, self.spacing)

    @property
    def widths(self) -> tuple[int, ...]:
        """Inputs of the network (of a position or token), units of each hidden layer, classes.

        >>> Experiment(data="moons", depth=2, width=5).widths
        (2, 5, 5, 2)
        >>> Experiment(kind="conv", depth=2, width=16).widths
        (1, 16, 16, 10)
        """
        inputs = {"conv": 1, "transformer": kernels.SIDE}.get(self.kind, self.size.features)
        return (inputs, *[self.width] * self.hidden, self.size.classes)

    @property
    def hidden(self) -> int:
        """How many hidden layers there are: a block of a transformer has two."""
        return 2 * self.depth if self.kind == "transformer" else self.depth

    @property
    def engines(self) -> tuple[str, ...]:
        """Which engines can train this: "numpy" dense networks alone, "keras" all without noise."""
        if self.noise > 0:
            return ("numpy",)
        return ("numpy", "keras") if self.kind == "dense" else ("keras",)

    def layer_name(self, layer: int) -> str:
        """Name a layer in the middle of a sentence.

        Args:
            layer: hidden layer from 1, 0 for what is before them, `hidden + 1` for the last layer.

        >>> Experiment().layer_name(2), Experiment(kind="transformer").layer_name(3)
        ('hidden layer 2', 'the attention of block 2')
        """
        if layer > self.hidden:
            return "the last layer"
        if layer == 0:
            return "the embedding"
        if self.kind == "transformer":
            return f"the {'attention' if layer % 2 else 'MLP'} of block {(layer + 1) // 2}"
        return f"hidden layer {layer}"

    @property
    def norms(self) -> tuple[bool, ...]:
        """Whether each hidden layer is normalized."""
        if self.method == "none" or self.placement == "none":
            return (False,) * self.hidden
        match self.layers:
            case "all":
                return (True,) * self.hidden
            case "first" | "last" as which:
                place = 0 if which == "first" else self.hidden - 1
                return tuple(layer == place for layer in range(self.hidden))
            case chosen:
                return tuple(layer + 1 in chosen for layer in range(self.hidden))

    @property
    def biases(self) -> tuple[bool, ...]:
        """Whether each hidden layer adds a bias: not where batch norm would directly subtract it again."""
        cancelled = self.method == "batch" and self.placement == "before" and self.kind != "transformer"
        return tuple(not (norm and cancelled) for norm in self.norms)

    @property
    def site(self) -> str:
        """Where a norm stands or would stand: "before" or "after" the activation."""
        return "after" if self.placement == "after" else "before"

    @property
    def epsilon(self) -> float:
        """What is added to the variance: `eps`, or what Keras adds for this method."""
        if self.eps is not None:
            return self.eps
        keras = convention("keras")
        return keras.eps_rms if self.method == "rms" else keras.eps

    @property
    def warnings(self) -> tuple[str, ...]:
        """What runs but will surprise, each in a sentence with the next move."""
        return rules.warnings(self)

    def but(self, **changes: Any) -> Experiment:
        """Return this experiment with other settings, checked again."""
        return Experiment(**{**self.model_dump(), **changes})

    @property
    def key(self) -> str:
        """A name made of what the records depend on: SHA-256 of the settings that have an effect."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def canonical(self) -> str:
        """The settings as one line of JSON, sorted; those without effect here are left out."""
        settings = self.model_dump(mode="json", exclude=set(rules.without_effect(self)))
        settings |= {"schema": SCHEMA, "layers": self.norms}
        if any(self.norms):
            settings["eps"] = self.epsilon
        if "placement" in settings:
            settings["placement"] = self.site
        return json.dumps(settings, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Experiment:
        """Return the experiment that `model_dump_json` wrote.

        Raises: pydantic.ValidationError.

        >>> Experiment.from_json(Experiment(seeds=[4, 7]).model_dump_json()).seeds
        (4, 7)
        """
        return cls.model_validate_json(text)
