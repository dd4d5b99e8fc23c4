"""What the page on one bad value says at each step of the run."""

from __future__ import annotations

from typing import Final, NamedTuple

from normlib.figures.look import METHODS
from normlib.infection import BAD_CHANNEL, BAD_STEP, Course
from normlib.words import count, number

REACH: Final = {
    "batch": "its channel in every sample",
    "layer": "its own sample, and no other",
    "instance": "its own channel of its own sample",
    "group": "its own group of channels in its own sample",
    "rms": "its own sample, and no other",
}


class Totals(NamedTuple):
    """How many values of a batch are infected or wiped at one step."""

    trained: int
    wiped: int
    served: int


def totals(run: Course, step: int) -> Totals:
    """Count what is infected in training, what turned into 0, and what is infected in inference."""
    return Totals(*(int(part[step].sum()) for part in (run.trained, run.wiped, run.served)))


def title(method: str, bad: str, run: Course, step: int) -> str:
    """Say what to see at one step."""
    if step < BAD_STEP:
        return f"Before the bad value comes at step {BAD_STEP}, all outputs are finite"
    now = totals(run, step)
    if step > BAD_STEP:
        return _title_after(method, run, step)
    if now.wiped:
        return f"One {bad} stays alone, but turns {count(now.wiped, 'other output')} of its sample into 0"
    if now.trained == 1:
        return f"One {bad} stays alone here"
    return f"One {bad} infects {number(now.trained)} of {run.total:,} outputs: {REACH[method]}"


def _title_after(method: str, run: Course, step: int) -> str:
    served = totals(run, step).served
    if served:
        later = count(step - BAD_STEP, "clean batch", "clean batches")
        return f"{later} later, {number(served)} outputs in inference are still NaN"
    if run.skipped[step]:
        return "The bad batch was skipped: nothing is left of it"
    return f"{METHODS[method].name} norm remembers nothing: the next batch is clean"


def sentence(method: str, bad: str, run: Course, step: int) -> str:
    """Answer the page's question for one step."""
    name = f"{METHODS[method].name} norm"
    if step < BAD_STEP:
        batches = count(step + 1, "clean batch", "clean batches")
        return f"{name} has seen {batches} of {run.total:,} values each. Drag on to step {BAD_STEP}."
    if method == "instance" and run.values == 1:
        return (
            "On a dense layer instance norm averages 1 value: each value minus itself is 0, so all healthy outputs are 0. "
            "Choose feature maps, or another layer."
        )
    return _at(method, name, run) if step == BAD_STEP else _after(name, bad, run, step)


def _at(method: str, name: str, run: Course) -> str:
    now = totals(run, BAD_STEP)
    if now.wiped:
        text = (
            f"{name} subtracts no mean, but divides the whole sample by infinity: {number(now.wiped)} outputs become 0 "
            f"without a warning, and {number(now.trained)} is NaN"
        )
    else:
        text = (
            f"In training {number(now.trained)} of {run.total:,} outputs are NaN. {name} averages over them together, so the "
            f"bad value reaches {REACH[method]}"
        )
    if method != "batch":
        return f"{text}. In inference clean samples stay clean."
    if now.served:
        return (
            f"{text}. The running mean of the channel takes it in: in inference {number(now.served)} outputs for clean "
            "samples are NaN too."
        )
    return f"{text}. The running statistics leave this batch out, so inference stays clean."


def _after(name: str, bad: str, run: Course, step: int) -> str:
    now = totals(run, step)
    if now.served:
        return (
            f"The running statistics of channel {BAD_CHANNEL} took the bad value in at step {BAD_STEP}. No clean batch can "
            f"wash it out: a share of {bad} is {bad}, whatever the momentum. In training "
            f"{number(now.trained)} outputs are infected now; in inference {number(now.served)} of {run.total:,} are NaN."
        )
    if run.skipped[step]:
        return (
            f"{number(int(run.skipped[step]))} of {step + 1} batches was left out of the running statistics and counted. The "
            f"running mean of channel {BAD_CHANNEL} is {number(float(run.mean[step, BAD_CHANNEL]))}, as if the batch had "
            "never come."
        )
    return (
        f"{name} computes its statistics from each sample anew, in training and in inference. "
        f"{count(step - BAD_STEP, 'step')} after the bad value, {number(now.trained)} of {run.total:,} outputs are infected."
    )
