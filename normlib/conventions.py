"""What Keras, PyTorch, Flax and the paper mean by the same words: epsilon, momentum, running variance."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True)
class Convention:
    """How one library (or the paper) sets up normalization layers.

    Attributes:
        name: short name.
        title: name to show.
        channel_axis: default axis of the channels.
        eps: default epsilon of batch norm, added to the variance inside the root.
        eps_layer: the same for layer norm.
        eps_instance: the same for instance norm.
        eps_group: the same for group norm.
        eps_rms: the same for RMS norm.
        momentum: default momentum of the running statistics, in the library's own meaning.
        momentum_weighs: which side momentum weighs, the "old" value or the "new" batch.
        unbiased: whether the running variance divides by m - 1 instead of m. (The variance that
            normalizes a training batch divides by m everywhere.)
        note: what to know besides.
    """

    name: str
    title: str
    channel_axis: int
    eps: float
    eps_layer: float
    eps_instance: float
    eps_group: float
    eps_rms: float
    momentum: float
    momentum_weighs: Literal["old", "new"]
    unbiased: bool
    note: str

    def __post_init__(self) -> None:
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"momentum={self.momentum} is no weight: choose a value from 0 to 1.")

    @property
    def keep(self) -> float:
        """Weight of the old value in one update, whichever side momentum weighs.

        >>> convention("keras").keep, convention("pytorch").keep
        (0.99, 0.9)
        """
        return self.momentum if self.momentum_weighs == "old" else 1.0 - self.momentum


# Checked by running Keras 3.15 and PyTorch 2.13, and in the source of Flax 0.12.
CONVENTIONS = MappingProxyType(
    {
        "keras": Convention(
            name="keras",
            title="Keras",
            channel_axis=-1,
            eps=1e-3,
            eps_layer=1e-3,
            eps_instance=1e-3,
            eps_group=1e-3,
            eps_rms=1e-6,
            momentum=0.99,
            momentum_weighs="old",
            unbiased=False,
            note="Instance norm is GroupNormalization(groups=-1). A frozen layer uses running statistics.",
        ),
        "pytorch": Convention(
            name="pytorch",
            title="PyTorch",
            channel_axis=1,
            eps=1e-5,
            eps_layer=1e-5,
            eps_instance=1e-5,
            eps_group=1e-5,
            eps_rms=2.0**-23,
            momentum=0.1,
            momentum_weighs="new",
            unbiased=True,
            note="One value per channel is an error in training. RMS norm's epsilon is that of the dtype.",
        ),
        "flax": Convention(
            name="flax",
            title="Flax",
            channel_axis=-1,
            eps=1e-5,
            eps_layer=1e-6,
            eps_instance=1e-6,
            eps_group=1e-6,
            eps_rms=1e-6,
            momentum=0.99,
            momentum_weighs="old",
            unbiased=False,
            note="Variance is computed in one pass by default and cut off at 0.",
        ),
        "paper": Convention(
            name="paper",
            title="Ioffe and Szegedy 2015",
            channel_axis=1,
            eps=1e-5,
            eps_layer=1e-5,
            eps_instance=1e-5,
            eps_group=1e-5,
            eps_rms=1e-8,
            momentum=0.99,
            momentum_weighs="old",
            unbiased=True,
            note="The papers leave epsilon and momentum open; these values are customary, not theirs.",
        ),
    }
)


def convention(name: str) -> Convention:
    """Return a convention by its name.

    Args:
        name: "keras", "pytorch", "flax" or "paper".
    Raises: ValueError listing the names there are.

    >>> convention("pytorch").momentum_weighs
    'new'
    """
    if name not in CONVENTIONS:
        raise ValueError(f"There is no convention {name!r}: choose one of {', '.join(CONVENTIONS)}.")
    return CONVENTIONS[name]
