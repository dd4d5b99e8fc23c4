"""The lines that build a model of layers one after the other, and what every kind of model shares."""

from __future__ import annotations

from typing import Final

from normlib.conventions import convention
from normlib.training.experiment import Experiment
from normlib.training.kernels import pool_after
from normlib.training.limits import plain
from normlib.training.programs.data import input_shape
from normlib.training.programs.sections import Section, comment, indented

_RULES: Final = {
    "he": ("he_normal", "fan_in", 2),
    "xavier": ("glorot_normal", "fan_avg", 1),
}
_LAYER: Final = "keras.layers"
_LONGEST: Final = 62
"""Letters of a layer that fit into a line beside the others."""


def sequential(e: Experiment) -> Section:
    """Return the section that makes `model`, of dense layers or convolutions."""
    body = [f"model = keras.Sequential([keras.Input({input_shape(e)})])", *([helper(e)] if helper(e) else [])]
    numbered = mixed(e) or pool_after(e) > 0
    inside = "\n".join(_hidden(e, numbered=numbered))
    if mixed(e):
        body.append(f"{normed(e)}  # hidden layers with a norm, counted from 1")
    if e.depth > 1 or numbered:
        head = f"for layer in range(1, {e.depth + 1}):" if numbered else f"for _ in range({e.depth}):"
        body += [head, indented(inside)]
    else:
        body.append(inside)
    if e.kind == "conv":
        body += [comment("The mean over H and W: one number per channel."), add("GlobalAveragePooling2D()")]
    body += output(e)
    return Section("Model", _why(e), "\n".join(body))


def output(e: Experiment, call: str = "") -> list[str]:
    """Return the lines of the last layer; `call` is what it is applied to in a functional model."""
    dense = f"Dense({e.size.classes}{initializer(e, scaled=False)})"
    return [
        comment("Logits: the softmax is part of the loss, where it cannot overflow."),
        f"outputs = {_LAYER}.{dense}({call})" if call else add(dense),
    ]


def add(layer: str) -> str:
    """Return the lines that add a layer."""
    if len(layer) <= _LONGEST:
        return f"model.add({_LAYER}.{layer})"
    name, _, arguments = layer.partition("(")
    return f"model.add({_LAYER}.{name}(\n    {arguments.removesuffix(')')},\n))"


def initializer(e: Experiment, *, scaled: bool = True) -> str:
    """Return the argument that chooses the initial weights, with a comma before it; empty for Keras' default."""
    scale = e.scale if scaled else 1.0
    if e.init == "normal":
        return f", kernel_initializer=keras.initializers.RandomNormal(stddev={short(0.1 * scale)})"
    name, mode, factor = _RULES[e.init]
    if scale == 1:
        return f', kernel_initializer="{name}"'
    rule = f'keras.initializers.VarianceScaling({short(factor * scale**2)}, "{mode}", "untruncated_normal")'
    return f", kernel_initializer={rule}"


def norm(e: Experiment) -> str:
    """Return the call that makes a normalization layer."""
    return "norm()" if _untrained(e) else f"{_LAYER}.{_norm(e)}"


def norm_why(e: Experiment) -> str:
    """Return why the normalization layer is written as it is; empty when there is nothing to say."""
    found = []
    if e.method == "batch":
        found.append(
            "momentum is the weight of the old running mean and variance, which inference uses; PyTorch's is the "
            "weight of the new ones, 1 - this."
        )
        if e.keep != convention("keras").keep:
            found.append(
                f"Keras' default {plain(convention('keras').keep)} needs hundreds of batches to forget its start."
            )
    if e.method == "layer" and e.kind == "conv":
        found.append(
            "One group of all channels averages over H, W and C of a sample; LayerNormalization would average over "
            "the channels at each position."
        )
    if e.method == "instance":
        found.append("As many groups as channels: instance norm.")
    if e.method == "rms":
        found.append("Divides by the root mean square over the channels: no mean, no beta.")
    if not e.gamma and e.method != "rms":
        found.append("scale=False: no gamma.")
    if not e.beta and e.method != "rms":
        found.append("center=False: no beta.")
    return " ".join(found)


def normed(e: Experiment) -> str:
    """Return the line that names the hidden layers with a norm."""
    return f"normed = {{{', '.join(str(layer) for layer, norm_there in enumerate(e.norms, 1) if norm_there)}}}"


def mixed(e: Experiment) -> bool:
    """Whether some hidden layers have a norm and others have none."""
    return any(e.norms) and not all(e.norms)


def short(value: float, digits: int = 12) -> str:
    """Write a number without the digits that rounding left behind."""
    return plain(float(f"{value:.{digits}g}"))


def _hidden(e: Experiment, *, numbered: bool) -> list[str]:
    """Return the lines of one hidden layer."""
    lines = []
    cancelled = not all(e.biases)
    if cancelled:
        lines.append(comment("Batch norm subtracts the mean, and a bias with it: leave the bias out."))
    bias = ("" if all(e.biases) else ", use_bias=layer not in normed") if mixed(e) else _bias(e)
    inner = f'{e.width}, 3, padding="same"' if e.kind == "conv" else str(e.width)
    kind = "Conv2D" if e.kind == "conv" else "Dense"
    start = initializer(e)
    if "(" in start:
        # Inside the loop: one object for all layers would give equal layers equal weights.
        lines.append(f"start = {start.removeprefix(', kernel_initializer=')}")
        start = ", kernel_initializer=start"
    lines.append(add(f"{kind}({inner}{bias}{start})"))
    normalize = _normalize(e)
    activate = [] if e.activation == "identity" else [add(f'Activation("{e.activation}")')]
    lines += normalize + activate if e.site == "before" else activate + normalize
    if numbered and pool_after(e):
        lines += [f"if layer == {pool_after(e)}:", f"    {add('MaxPooling2D(2)')}  # 8 x 8 becomes 4 x 4"]
    return lines


def _normalize(e: Experiment) -> list[str]:
    if not any(e.norms):
        return []
    why = [comment(norm_why(e))] if norm_why(e) else []
    lines = [*why, f"model.add({norm(e)})"]
    return ["if layer in normed:", indented("\n".join(lines))] if mixed(e) else lines


def helper(e: Experiment) -> str:
    """Return the function `norm` of a program whose norm takes more than a call to make; empty for the others."""
    if not (_untrained(e) and any(e.norms)):
        return ""
    return f"""

def norm():
    layer = {_LAYER}.{_norm(e)}
    layer.trainable = False  # Keras has no RMS norm without gamma: untrained, it stays 1
    return layer

"""


def _norm(e: Experiment) -> str:
    keras = convention("keras")
    given = []
    if e.method == "batch":
        given.append(f"momentum={plain(e.keep)}")
    groups = {"instance": "-1", "group": str(e.groups)}.get(e.method, "1" if _one_group(e) else "")
    given += [f"groups={groups}"] * bool(groups)
    if e.epsilon != (keras.eps_rms if e.method == "rms" else keras.eps):
        given.append(f"epsilon={plain(e.epsilon)}")
    if e.method != "rms":
        given += ["scale=False"] * (not e.gamma) + ["center=False"] * (not e.beta)
    name = {"batch": "Batch", "rms": "RMS"}.get(e.method, "Group" if groups else "Layer")
    return f"{name}Normalization({', '.join(given)})"


def _one_group(e: Experiment) -> bool:
    return e.method == "layer" and e.kind == "conv"


def _untrained(e: Experiment) -> bool:
    return e.method == "rms" and not e.gamma


def _bias(e: Experiment) -> str:
    return "" if e.biases[0] else ", use_bias=False"


def _why(e: Experiment) -> str:
    many = "One hidden layer" if e.depth == 1 else f"{e.depth} hidden layers"
    what = f"{e.width} channels, 3 x 3" if e.kind == "conv" else f"{e.width} units"
    if not any(e.norms):
        return f"{many} of {what}, without normalization."
    where = "before the activation, as in the paper" if e.site == "before" else "after the activation"
    if e.method != "batch" and e.site == "before":
        where = "before the activation"
    return f"{many} of {what}; the norm stands {where}."
