"""What the runs that come with NormLab measured, for values that read it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from normlib.training.crossed import Crossed
from normlib.training.jobs import SHIPPED_RUNS, Shipped
from normlib.training.presets import PRESETS
from normlib.training.result import Result


@lru_cache(maxsize=16)
def stored(slug: str, kind: str = "dense", activation: str = "relu") -> tuple[Crossed, Sequence[Result]]:
    """Return the experiments of a preset, and what each of them recorded.

    Args:
        slug: of the page that shows it.
        kind: of its networks.
        activation: of its networks.

    Raises: ValueError where no such run is stored.

    >>> crossed, results = stored("shift-inside", activation="sigmoid")
    >>> len(results) == len(crossed.experiments), results[0].experiment.method
    (True, 'none')
    """
    for preset in PRESETS:
        base = preset.crossed.base
        if (preset.slug, base.kind, base.activation) == (slug, kind, activation):
            found = Shipped(SHIPPED_RUNS).get(preset.crossed.experiments, preset.engine)
            if found is not None:
                return preset.crossed, found.results
    raise ValueError(f"no run of {slug} with {kind} networks and {activation} is stored: make it with “make runs”")
