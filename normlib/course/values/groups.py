"""Numbers about instance and group norm: contrast, style, and who shares a mean."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from normlib.activations import activations
from normlib.checks import divisors
from normlib.contrast import ContrastSweep, contrast_sweep
from normlib.conventions import convention
from normlib.course.values.registry import Value, value
from normlib.identities import PAIRS, largest_difference
from normlib.layer_facts import layer_facts
from normlib.layers import group_norm, instance_norm
from normlib.pictures import NAMES, grey_photographs, palette_photograph
from normlib.quiet import without_warnings
from normlib.style import StyleSweep, style_sweep
from normlib.words import listed, number, percent

Photograph = Literal["temple", "flower"]
LayerName = Literal["batch", "layer", "instance", "group", "rms"]
Kind = Literal["digits", "photographs", "dense"]
_EPS: Final = convention("pytorch").eps_instance
_COLORS: Final = 128
"""Of the photographs in the laboratory on style."""


@value
def contrast_moved(
    layer: Literal["instance", "batch"],
    photograph: Photograph,
    contrast: float = 0.3,
    brightness: float = 0.5,
    eps: float = _EPS,
) -> Value:
    """By how much the output of a photograph changes at most when the temple is given with less contrast."""
    sweep = _faded(contrast, brightness, eps)
    moved = float((sweep.instance if layer == "instance" else sweep.batch).change[0, NAMES.index(photograph)])
    return Value(moved, number(moved, 2))


@value
def contrast_kept(contrast: float, eps: float = _EPS) -> Value:
    """Standard deviation of the temple after instance norm, when it is given with less contrast."""
    kept = float(_faded(contrast, 0.5, eps).kept[0])
    return Value(kept, number(kept, 2))


@value
def instance_end(end: Literal["lowest", "highest"]) -> Value:
    """The lowest or the highest output of instance norm for the temple as it is."""
    found = _faded(1.0, 0.0, _EPS).ends[0 if end == "lowest" else 1]
    return Value(found, number(found, 2))


@value
def style_apart(strength: float = 1.0) -> Value:
    """How far a channel's mean or standard deviation of the temple is at most from those of the flower."""
    apart = float(_styled(strength).missed[0])
    return Value(apart, number(apart, 2))


@value
def style_outside(strength: float = 1.0) -> Value:
    """Share of the temple's pixels that leave the range from black to white in the style of the flower."""
    share = float(_styled(strength).pixels_outside[0])
    return Value(share, percent(share))


@value
def layer_number(
    what: Literal["means", "values", "learned", "stored"],
    layer: LayerName,
    *,
    samples: int = 32,
    side: int = 14,
    channels: int = 64,
    groups: int = 32,
) -> Value:
    """How many means a layer takes, of how many values each, and how many numbers it learns or stores."""
    facts = layer_facts(layer, (samples, side, side, channels), groups=groups)
    found = {"means": facts.means, "values": facts.values, "learned": facts.parameters, "stored": facts.stored}[what]
    return Value(found, f"{found:,}")


@value
def group_choices(channels: int) -> Value:
    """The numbers of groups that divide a number of channels; as a number, how many there are."""
    found = divisors(channels)
    return Value(len(found), listed([str(one) for one in found]))


@value
def twins_apart(
    pair: Literal["group and layer", "group and instance", "batch and instance", "rms and layer"],
    at: float,
    activations: Kind = "digits",
) -> Value:
    """Largest difference between two layers on real activations: at so many groups, samples, or percent of the mean."""
    found = next(one for name, one in PAIRS.items() if name.lower() == pair)
    x = _activations(activations)
    places = found.positions(x)
    if at not in places:
        raise ValueError(
            f"{found.dial.lower()} can be {listed([f'{one:g}' for one in places])}, and {at:g} was asked for"
        )
    with without_warnings():
        apart = largest_difference(*found.run(x, at, 1e-3))
    return Value(apart, number(apart, 2))


@value
def lonely_output(layer: Literal["instance", "group"], groups: int = 12) -> Value:
    """Largest output of instance norm, or of group norm, on a dense layer of 12 units."""
    x = _activations("dense")
    with without_warnings():
        made = instance_norm(x) if layer == "instance" else group_norm(x, groups)
    largest = float(np.abs(made.output).max())
    return Value(largest, number(largest, 2))


@lru_cache(maxsize=32)
def _faded(contrast: float, brightness: float, eps: float) -> ContrastSweep:
    if not 0 <= contrast <= 1:
        raise ValueError(f"a contrast of {contrast:g} is more than the photograph has: give 0 to 1")
    return contrast_sweep(grey_photographs(), 0, [contrast], brightness, eps=eps)


@lru_cache(maxsize=8)
def _styled(strength: float) -> StyleSweep:
    temple, flower = (palette_photograph(name, _COLORS).pixels for name in ("temple", "flower"))
    return style_sweep(temple, flower, [strength], eps=_EPS)


def _activations(name: str) -> NDArray[np.float64]:
    return activations(name).x.astype(np.float64)
