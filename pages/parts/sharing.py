"""What to say about a layer on a tensor: who shares a mean, who has a say in it, and where that ends badly."""

from __future__ import annotations

from normlib.activations import Activations
from normlib.normalized import Normalized
from normlib.regions import Regions, regions
from normlib.words import count
from pages.parts.tensors import Layer, spoken


def measure(layer: Layer) -> str:
    """Name what is shared.

    >>> measure(Layer("rms")), measure(Layer("batch"))
    ('mean square', 'mean')
    """
    return "mean square" if layer.method == "rms" else "mean"


def members(found: Regions) -> str:
    """Say in words which values share a mean, for an input (N, H, W, C).

    >>> import numpy as np, normlib
    >>> members(regions(normlib.group_norm(np.zeros((2, 8, 8, 6)), 2)))
    '3 neighbouring channels of one sample'
    >>> members(regions(normlib.layer_norm(np.zeros((2, 8, 8, 6)))))
    'the 6 channels at one position of one sample'
    """
    (samples, rows, columns, channels), (n, h, w, c) = found.spans, found.shape
    if samples == n > 1:
        return "one channel in all samples"
    if (rows, columns) == (h, w):
        if channels == c:
            return "one sample"
        where = "of one sample"
        return f"one channel {where}" if channels == 1 else f"{channels} neighbouring channels {where}"
    place = "position" if columns == 1 else "row"
    return (
        f"the {c} channels at one {place} of one sample"
        if columns == 1
        else f"one {place} of pixels, in all {c} channels"
    )


def title(layer: Layer, result: Normalized | None) -> str:
    """Say which values share a mean."""
    if result is None:
        return "Without a layer no values share anything"
    found = regions(result)
    if found.size == 1:
        return f"Every value has a {measure(layer)} of its own"
    return f"{count(found.size, 'value')} share a {measure(layer)}: {members(found)}"


def sentence(layer: Layer, tensor: Activations, result: Normalized | None) -> str:
    """Say how many means there are, who has a say in them, and what that means for training and inference."""
    if result is None:
        return f"{tensor.layer} Choose a method to see which of these values are averaged together."
    found = regions(result)
    many, samples = result.mean.size, len(result.output)
    own = f"There {'is' if many == 1 else 'are'} {count(many, measure(layer))}, one per {_owner(found)}."
    if found.size == 1 and layer.method != "rms":
        return (
            f"{own} The mean of a single value is the value itself, so every output is 0, whatever the input: "
            f"{spoken(layer.method)} needs more values to average over."
        )
    if found.size == 1:
        return f"{own} Each value is divided by its own size, so only its sign is left."
    if layer.method == "batch":
        return f"{own} {_company(found, samples)}"
    others = "No other sample has a say in it" if many == 1 else "No other sample has a say in them"
    pair = (
        " Of two values one becomes −1 and the other 1, or less where their difference is small."
        if found.size == 2 and found.center
        else ""
    )
    return f"{own} {others}, so a sample comes out the same in any batch, in training and in inference.{pair}"


def _owner(found: Regions) -> str:
    """Say what there is one mean for.

    >>> import numpy as np, normlib
    >>> _owner(regions(normlib.layer_norm(np.zeros((2, 8, 8, 6)), axes=(1, 2, 3))))
    'sample'
    """
    (samples, rows, columns, channels), (n, h, w, c) = found.spans, found.shape
    if samples == n and channels == 1 and (rows, columns) == (h, w):
        return "channel"
    if (rows, columns) != (h, w):
        return "position of each sample" if columns == 1 else "row of each sample"
    if channels == c:
        return "sample"
    return "channel of each sample" if channels == 1 else "group of each sample"


def _company(found: Regions, samples: int) -> str:
    if samples == 1:
        return (
            "With one sample in the batch this is instance norm. In inference the layer would use running averages "
            "instead, and give another output."
        )
    inference = "in inference the layer uses running averages of earlier batches instead"
    if found.size == 2:
        return (
            "Two values share each, so one becomes −1 and the other 1, whatever they were, or less where their difference "
            f"is small beside epsilon; {inference}."
        )
    return f"All {samples} samples have a say in each, so a value comes out differently in another batch; {inference}."


def lonely(tensor: Activations) -> str:
    """Say why batch norm cannot work on one sample of a dense layer.

    >>> from normlib.activations import activations
    >>> print(lonely(activations("dense")))
    One sample gives each of the 12 units a single value. Its mean is the value itself and its variance is 0, so nothing \
would be left: Keras returns zeros plus beta, PyTorch refuses. Take 2 samples or more, or feature maps.
    """
    return (
        f"One sample gives each of the {tensor.x.shape[-1]} units a single value. Its mean is the value itself and its "
        "variance is 0, so nothing would be left: Keras returns zeros plus beta, PyTorch refuses. Take 2 samples or more, "
        "or feature maps."
    )
