"""What settings must fit together, and what fits but will surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from normlib.checks import divisors
from normlib.running import share_left
from normlib.training.cost import MOST_SECONDS, MOST_WORK_PER_STEP, seconds, work_per_step
from normlib.training.kernels import HEADS
from normlib.training.limits import Problem
from normlib.training.schedule import recorded_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from normlib.training.experiment import Experiment

MOST_DEPTH: Final = 8
"""Convolutions, or blocks of a transformer."""
_NORM: Final = ("eps", "keep", "groups", "gamma", "beta", "placement")


def problems(experiment: Experiment) -> Iterator[Problem]:
    """Yield what cannot run, the simplest first."""
    e = experiment
    if e.kind != "dense":
        yield from _of_kind(e)
    if e.noise > 0 and e.kind != "dense":
        yield Problem(
            ("noise", "kind"),
            f"noise={e.noise:g} is made by the NumPy engine, which trains dense networks alone, and kind={e.kind} is "
            "another: choose noise=0, or kind=dense.",
        )
    if isinstance(e.layers, tuple) and e.layers[-1] > e.hidden:
        two = f" gives {e.hidden} of them, an attention and an MLP in each block" if e.kind == "transformer" else ""
        yield Problem(
            ("layers", "depth"),
            f"layers names hidden layer {e.layers[-1]}, but depth={e.depth}{two}: "
            f"choose among 1 to {e.hidden}, or a deeper network.",
        )
    if e.method == "group" and any(e.norms) and e.width % e.groups:
        units = "channels" if e.kind == "conv" else "units"
        yield Problem(
            ("groups", "width"),
            f"groups={e.groups} does not divide the {e.width} {units} of a layer: "
            f"choose one of {', '.join(map(str, divisors(e.width)))}, or another width.",
        )
    if e.batch_size > e.train_rows:
        yield Problem(
            ("batch_size", "test_share"),
            f"batch_size={e.batch_size} is more than the {e.train_rows} training rows of {e.data}: "
            f"use at most {e.train_rows}.",
        )
        return
    if e.method == "batch" and any(e.norms) and e.kind == "dense":
        left = e.train_rows % e.batch_size
        if e.batch_size == 1:
            yield Problem(
                ("batch_size",),
                "batch_size=1 gives batch norm one value per unit, whose variance is 0, so every output would be "
                "beta: use 2 rows or more, or layer norm.",
            )
        elif left == 1 and e.last_batch == "keep" and e.steps >= e.train_rows // e.batch_size:
            yield Problem(
                ("batch_size", "last_batch"),
                f"batch_size={e.batch_size} splits {e.train_rows} training rows so that the last batch has 1 row, "
                f"which batch norm cannot normalize: set last_batch to drop, or use {_other_batch(e)} rows per batch.",
            )
    if work_per_step(e) > MOST_WORK_PER_STEP:
        yield Problem(
            ("width", "depth", "batch_size"),
            f"A step of depth={e.depth}, width={e.width}, batch_size={e.batch_size} takes "
            f"{work_per_step(e) / MOST_WORK_PER_STEP:.1f} times what is allowed, so that a run can be stopped at any "
            "time: halve the width or the batch.",
        )
    elif seconds(e) > MOST_SECONDS:
        yield Problem(
            ("steps", "seeds", "depth", "width", "batch_size", "points"),
            f"depth={e.depth}, width={e.width}, batch_size={e.batch_size}, steps={e.steps} and {len(e.seeds)} "
            f"{'seed' if len(e.seeds) == 1 else 'seeds'} would take about {seconds(e):.0f} s, and {MOST_SECONDS} s "
            f"are allowed: use about {max(1, int(e.steps * MOST_SECONDS / seconds(e)))} steps, fewer seeds or a "
            "smaller network.",
        )


def _of_kind(e: Experiment) -> Iterator[Problem]:
    """Yield what cannot run of convolutional networks and transformers."""
    name = "convolutional network" if e.kind == "conv" else "transformer"
    if e.data != "digits":
        yield Problem(
            ("kind", "data"),
            f"kind={e.kind} trains on the images of data=digits, and {e.data} has none: "
            "choose data=digits, or kind=dense.",
        )
    if e.depth > MOST_DEPTH:
        what = "convolutions" if e.kind == "conv" else "blocks"
        yield Problem(
            ("depth", "kind"),
            f"depth={e.depth} is too much for a {name}: give 1 to {MOST_DEPTH} {what}, or choose kind=dense.",
        )
    if e.kind == "transformer" and e.width % HEADS:
        near = [other for other in (e.width // HEADS * HEADS, (e.width // HEADS + 1) * HEADS) if other > 0]
        yield Problem(
            ("width", "kind"),
            f"width={e.width} cannot be shared equally among the {HEADS} heads of a transformer: "
            f"use a multiple of {HEADS}, such as {' or '.join(map(str, near))}.",
        )
    if e.kind == "transformer" and e.method in {"instance", "group"} and any(e.norms):
        yield Problem(
            ("method", "kind"),
            f"method={e.method} is made for images, and the tokens of a transformer have one value per channel: "
            "choose layer, rms or batch, or kind=conv.",
        )


def warnings(experiment: Experiment) -> tuple[str, ...]:
    """Return what runs but will surprise."""
    e = experiment
    if not any(e.norms):
        return ()
    found = []
    # Convolutions and tokens always have more values to average over than these.
    dense = e.kind == "dense"
    values = {"instance": 1, "group": e.width // e.groups, "layer": e.width}.get(e.method) if dense else None
    if dense and e.method == "instance":
        found.append(
            "Instance norm on a dense layer averages over 1 value per sample and unit, so every output is beta and "
            "the network cannot see its input: use it on images, or choose layer or group norm here."
        )
    elif e.kind == "conv" and e.method == "instance" and e.site == "after" and e.norms[-1]:
        found.append(
            "Instance norm after the last activation gives every channel of every sample the mean beta, and the last "
            "layer sees that mean alone: let it stand before the activation, or choose layer or group norm."
        )
    elif values == 1:
        cause = f"groups={e.groups} of {e.width} units" if e.method == "group" else f"width={e.width}"
        found.append(
            f"{e.method.capitalize()} norm with {cause} averages over 1 value, so every output is beta: "
            f"use {'fewer groups' if e.method == 'group' and e.width > 1 else 'more units'}."
        )
    elif values == 2:
        found.append(
            f"{e.method.capitalize()} norm here averages over 2 values, so every normalized value is about −1 or 1: "
            f"use {'fewer groups' if e.method == 'group' else 'more units'}."
        )
    if e.method == "batch":
        if dense and e.batch_size == 2:
            found.append(
                "With 2 rows per batch every normalized value is about −1 or 1 in training: use 8 rows or more."
            )
        left = share_left(e.keep, e.steps)
        if e.steps and left > 0.05:
            found.append(
                f"After {e.steps} steps at keep={e.keep:g}, {100 * left:.0f} % of the running statistics are still "
                "their starting values 0 and 1, which spoils the test loss: train longer, or lower keep."
            )
    return tuple(found)


def without_effect(experiment: Experiment) -> tuple[str, ...]:
    """Name the settings that change nothing in this experiment's records, given the others."""
    e = experiment
    idle: list[str] = []
    if not any(e.norms):
        # The placement still says where activations are measured.
        idle += ["method", *(name for name in _NORM if name != "placement")]
    else:
        idle += ["groups"] * (e.method != "group") + ["keep"] * (e.method != "batch")
        idle += ["beta"] * (e.method == "rms")
    # What is measured, or made noisy, where a norm would stand.
    if not any(e.norms) and not e.noise and not {"activations", "histograms", "drift"} & set(e.record):
        idle += ["placement"]
    idle += ["noise"] * (not e.noise)
    if e.recorded == recorded_steps(e.steps, e.points):
        idle += ["spacing"]
    return (*idle, *(["momentum"] * (e.optimizer != "momentum")))


def _other_batch(experiment: Experiment) -> str:
    rows, size = experiment.train_rows, experiment.batch_size
    fits = [other for other in (size - 1, size + 1) if 2 <= other <= rows and rows % other != 1]
    return " or ".join(map(str, fits)) or "another number of"
