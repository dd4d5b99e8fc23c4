"""The runs that come with NormLab, trained anew as a learner may ask for it."""

# ruff: noqa: PLC0415
# What measures is loaded where it measures: the table is printed without it.

from __future__ import annotations

from benchmarks.rows import Budget, Measured, Row, Section, Spread
from normlib.training.presets import PRESETS, Preset

LIMIT = Budget(90)


def name(preset: Preset) -> str:
    """Name a preset.

    >>> name(PRESETS[0])
    'small-batches, conv relu'
    """
    e = preset.crossed.base
    return f"{preset.slug}, {e.kind} {e.activation}"


def measure(repeats: int) -> dict[str, Measured]:
    """Train each, and its peers for as many updates as tell how long all would take."""
    from benchmarks import presets

    found = {}
    for number, preset in enumerate(PRESETS):
        # The NumPy engine meets `fit` in a section of its own; building it for every structure would take minutes.
        taken = [presets.take(number, fit_too=preset.engine == "keras") for _ in range(repeats)]
        peers = {
            "Keras `fit`": [one.processor / one.fit for one in taken if one.fit],
            "its matrix products": [one.processor / one.bare for one in taken if one.bare],
        }
        ratios = {peer: Spread.of(several) for peer, several in peers.items() if several}
        found[name(preset)] = Measured(Spread.of(one.seconds for one in taken), peers=ratios)
    slowest = max(found.values(), key=lambda one: one.value.median)
    return {"slowest default": slowest, **found}


SECTION = Section(
    name="defaults",
    what="default runs of the measured pages; ratios are of processor time",
    rows=(
        Row("slowest default", f"default runs of the measured pages, the slowest of {len(PRESETS)}", "s", (LIMIT,)),
        *(Row(name(preset), f"default run {name(preset)}", "s", (LIMIT,)) for preset in PRESETS),
    ),
    measure=measure,
    repeats=1,
    takes=340,
    limit=3600,
)
