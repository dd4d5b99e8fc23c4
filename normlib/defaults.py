"""What each library's normalization layers do unless told otherwise: class, axes, epsilon, momentum, groups, affine."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from normlib.conventions import CONVENTIONS

VERSIONS: Final = MappingProxyType({"keras": "3.15", "pytorch": "2.13", "flax": "0.12"})

_KERAS = "https://keras.io/api/layers/normalization_layers"
_PYTORCH = "https://docs.pytorch.org/docs/stable/generated/torch.nn"
_FLAX = "https://flax.readthedocs.io/en/latest/api_reference/flax.nnx/nn/normalization.html"


@dataclass(frozen=True)
class LayerDefault:
    """A layer of one library, or of the paper that proposed it, with nothing set.

    Attributes:
        method: "batch", "layer", "instance", "group" or "rms".
        library: "keras", "pytorch", "flax" or "paper".
        name: name of the class, or of the paper.
        over: what it averages over, in images stored as that library stores them.
        eps: epsilon inside the root; None where none is given.
        affine: which learned parameters it has, with their shape.
        source: where this stands.
        momentum: momentum of the running statistics, in the library's own meaning; None without them.
        groups: number of groups; None where there are none, or where the caller must say.
        note: what else to know.
    """

    method: str
    library: str
    name: str
    over: str
    eps: float | None
    affine: str
    source: str
    momentum: float | None = None
    groups: int | None = None
    note: str = ""

    @property
    def version(self) -> str:
        """Which version this was read in; "" for papers."""
        return VERSIONS.get(self.library, "")


def _table() -> tuple[LayerDefault, ...]:
    keras, pytorch, flax = (CONVENTIONS[name] for name in ("keras", "pytorch", "flax"))
    per_channel, per_axes = "gamma and beta, (C,)", "gamma and beta, shaped like the axes"
    # One row per layer and library reads as the table that it is.
    # fmt: off
    return (
        LayerDefault(
            "batch", "keras", "BatchNormalization", "N, H, W (axis=-1 is kept)", keras.eps, per_channel,
            f"{_KERAS}/batch_normalization/", momentum=keras.momentum, note="Momentum weighs the old value.",
        ),
        LayerDefault(
            "batch", "pytorch", "BatchNorm2d", "N, H, W (axis 1 is kept)", pytorch.eps, per_channel,
            f"{_PYTORCH}.BatchNorm2d.html", momentum=pytorch.momentum, note="Momentum weighs the new batch.",
        ),
        LayerDefault(
            "batch", "flax", "nnx.BatchNorm", "N, H, W (axis=-1 is kept)", flax.eps, per_channel,
            _FLAX, momentum=flax.momentum, note="Momentum weighs the old value.",
        ),
        LayerDefault(
            "batch", "paper", "Ioffe and Szegedy 2015", "N, H, W", None, per_channel, "https://arxiv.org/abs/1502.03167",
            note="Epsilon and momentum are left open.",
        ),
        LayerDefault(
            "layer", "keras", "LayerNormalization", "C (axis=-1)", keras.eps_layer, per_axes,
            f"{_KERAS}/layer_normalization/", note="Averages over exactly the axes named.",
        ),
        LayerDefault(
            "layer", "pytorch", "LayerNorm", "the last axes (normalized_shape)", pytorch.eps_layer,
            per_axes, f"{_PYTORCH}.LayerNorm.html", note="The axes must be given.",
        ),
        LayerDefault(
            "layer", "flax", "nnx.LayerNorm", "C (reduction_axes=-1)", flax.eps_layer, per_channel, _FLAX,
        ),
        LayerDefault(
            "layer", "paper", "Ba, Kiros and Hinton 2016", "all units of the layer", None,
            "gain and bias, one per unit", "https://arxiv.org/abs/1607.06450", note="No epsilon in the equations.",
        ),
        LayerDefault(
            "instance", "keras", "GroupNormalization(groups=-1)", "H, W", keras.eps_instance, per_channel,
            f"{_KERAS}/group_normalization/", groups=-1, note="There is no class of its own.",
        ),
        LayerDefault(
            "instance", "pytorch", "InstanceNorm2d", "H, W", pytorch.eps_instance, "none (affine=False)",
            f"{_PYTORCH}.InstanceNorm2d.html", note="No running statistics either, unless asked for.",
        ),
        LayerDefault(
            "instance", "flax", "nnx.InstanceNorm", "H, W", flax.eps_instance, per_channel, _FLAX,
        ),
        LayerDefault(
            "instance", "paper", "Ulyanov, Vedaldi and Lempitsky 2016", "H, W", None, "none in the equation",
            "https://arxiv.org/abs/1607.08022", note="The same in training and inference.",
        ),
        LayerDefault(
            "group", "keras", "GroupNormalization", "H, W, part of C (axis=-1)", keras.eps_group, per_channel,
            f"{_KERAS}/group_normalization/", groups=32,
        ),
        LayerDefault(
            "group", "pytorch", "GroupNorm", "H, W, part of C (axis 1)", pytorch.eps_group, per_channel,
            f"{_PYTORCH}.GroupNorm.html", note="The number of groups must be given.",
        ),
        LayerDefault(
            "group", "flax", "nnx.GroupNorm", "H, W, part of C (axis -1)", flax.eps_group, per_channel, _FLAX,
            groups=32,
        ),
        LayerDefault(
            "group", "paper", "Wu and He 2018", "H, W, part of C", None, per_channel,
            "https://arxiv.org/abs/1803.08494", groups=32, note="Epsilon is a small constant.",
        ),
        LayerDefault(
            "rms", "keras", "RMSNormalization", "C (axis=-1)", keras.eps_rms, "scale, (C,)",
            f"{_KERAS}/rms_normalization/",
        ),
        LayerDefault(
            "rms", "pytorch", "RMSNorm", "the last axes (normalized_shape)", pytorch.eps_rms,
            "weight, shaped like the axes", f"{_PYTORCH}.RMSNorm.html",
            note="eps=None means the smallest step of the dtype at 1, here that of float32.",
        ),
        LayerDefault("rms", "flax", "nnx.RMSNorm", "C (reduction_axes=-1)", flax.eps_rms, "scale, (C,)", _FLAX),
        LayerDefault(
            "rms", "paper", "Zhang and Sennrich 2019", "all units of the layer", None, "gain, one per unit",
            "https://arxiv.org/abs/1910.07467", note="Their code adds 1e-8 to the root, not inside it.",
        ),
    )
    # fmt: on


# Keras is compared with the installed one by the tests. PyTorch and Flax are not installed: their rows follow their
# documentation and source, of the version that each row names.
LAYER_DEFAULTS: Final = _table()


def layer_defaults(method: str) -> tuple[LayerDefault, ...]:
    """Return one layer's defaults in Keras, PyTorch, Flax and its paper.

    Args:
        method: "batch", "layer", "instance", "group" or "rms".
    Raises: ValueError listing the methods there are.

    >>> [one.eps for one in layer_defaults("layer")]
    [0.001, 1e-05, 1e-06, None]
    """
    found = tuple(one for one in LAYER_DEFAULTS if one.method == method)
    if not found:
        known = dict.fromkeys(one.method for one in LAYER_DEFAULTS)
        raise ValueError(f"There are no defaults of {method!r}: choose one of {', '.join(known)}.")
    return found
