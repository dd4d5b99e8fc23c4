"""Group norm: a slider from one group, which has layer norm's statistics, to one channel per group, instance norm."""

from dataclasses import replace

from normlib.activations import Activations, activations
from normlib.checks import divisors
from normlib.components.tensor_view import Step
from normlib.methods import affine_shape, parameters
from normlib.normalized import Normalized
from normlib.words import count
from pages.parts.control_kinds import Place
from pages.parts.controls import Controls
from pages.parts.frame import what_next
from pages.parts.lab import Lab, lab
from pages.parts.one_tensor import draw_tensor, explain_tensor
from pages.parts.tensors import BETA, EPS, GAMMA, GROUPS, TENSOR, Layer, choose_tensor, eps_of

CONTROLS = Controls(
    "gn",
    {
        "tensor": TENSOR,
        "groups": GROUPS,
        "gamma": GAMMA,
        "beta": BETA,
        "eps": EPS,
        "at": Place("Value"),
    },
)


def title(result: Normalized, tensor: Activations, groups: int) -> str:
    """Say what to see with some groups."""
    channels = tensor.x.shape[-1]
    if result.count == 1:
        return "A group of one value leaves nothing"
    if groups == 1:
        return "One group: the statistics of layer norm"
    if groups == channels:
        return "A group per channel: this is instance norm"
    return f"{groups} groups of {channels // groups} channels"


def sentence(result: Normalized, tensor: Activations, groups: int) -> str:
    """Answer the page's question with some groups."""
    samples, channels = len(tensor.x), tensor.x.shape[-1]
    each = "value" if result.count == 1 else "values"
    counted = f"Each of the {samples} samples has {count(groups, 'mean')}, over {result.count:,} {each} each."
    if result.count == 1:
        return f"{counted} The mean of a single value is the value itself, so every output is beta. Take fewer groups."
    if result.count == 2:
        return f"{counted} Of two values one becomes −1 and the other 1, whatever they were: take fewer groups."
    if groups == 1:
        shape = tensor.x.shape[1:] if tensor.x.shape[1] > 1 else tensor.x.shape[3:]
        return f"{counted} These are layer norm's means over {'H, W and C' if len(shape) > 1 else 'C'}. " + (
            f"The difference is in gamma and beta: {affine_shape('group', tensor.x.shape)[0]} each here, one per "
            f"channel; {parameters('layer', tensor.x.shape, (1, 2, 3)) // 2} each there, one per value of a sample."
            if len(shape) > 1
            else "Gamma and beta have the same shape too: on a dense layer both are one layer."
        )
    if groups == channels:
        return (
            f"{counted} Channels no longer see each other: what one filter finds does not change the scale of another."
        )
    return (
        f"{counted} Neighbouring channels share it, so their sizes still compare within a group and no longer between "
        f"groups. Gamma and beta stay one per channel: {channels} each."
    )


def step(layer: Layer, tensor: Activations, groups: int) -> Step:
    """Return the view with some groups."""
    result = replace(layer, groups=groups).run(tensor)
    assert result is not None  # noqa: S101 - group norm is a method
    text = count(groups, "group")
    return Step(text, groups, result, title(result, tensor, groups), sentence(result, tensor, groups))


def body(page: Lab) -> None:
    """Draw the controls and, beside them, what they show."""
    panel = page.panel
    with page.controls:
        name = choose_tensor(panel)
        tensor = activations(name)
        options = divisors(tensor.x.shape[-1])
        groups = int(panel.choice("groups", [str(one) for one in options]))
        with panel.more():
            layer = Layer(
                "group", groups=groups, gamma=panel.number("gamma"), beta=panel.number("beta"), eps=eps_of(panel)
            )
    with page.figure:
        place = draw_tensor(
            panel,
            layer,
            name,
            [step(layer, tensor, one) for one in options],
            groups,
            dial="groups",
            label=GROUPS.label,
            shown=(
                "Activations unfolded: one row per sample, one column per channel, each cell a map; on the left before and "
                "on the right after group norm. Each group of neighbouring channels of a sample is framed."
            ),
        )
        explain_tensor(panel, layer, tensor, layer.run(tensor), place)


lab("group-norm", "Drag the number of groups and watch who shares a mean.", CONTROLS, body)
what_next("What if the mean is left in, or the statistics are dropped altogether?", "relatives")
