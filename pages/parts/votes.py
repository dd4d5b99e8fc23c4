"""The neighbour votes on the built-in data: measured once, stored with their settings, and measured again on request."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from normlib import data
from normlib.intervals import mean_interval
from normlib.neighbours import Accuracy, neighbour_accuracy
from pages.parts.kinds import SCALER_KINDS

STORE: Final = Path(__file__).parents[2] / "assets" / "neighbour-votes.json"
SETTINGS: Final = {"neighbours": 5, "folds": 5, "repeats": 10, "seed": 0}
VOTE_DATA: Final = ("wine", "breast cancer", "digits")

Votes = dict[tuple[str, str], Accuracy]


@dataclass(frozen=True, eq=False)
class Stored:
    """Votes as they were measured.

    Attributes:
        votes: accuracy by data set and scaler.
        versions: of what computed them.
        settings: as given to `neighbour_accuracy`.
    """

    votes: Votes
    versions: dict[str, str]
    settings: dict[str, int]


def measure(name: str, kind: str) -> Accuracy:
    """Measure the vote on one data set under one scaler: 0.01 s for the wines, 0.4 s for the digits."""
    known = data.load(name)
    return neighbour_accuracy(known.x, known.y, SCALER_KINDS[kind], **SETTINGS)


@lru_cache(maxsize=1)
def stored() -> Stored:
    """Return the stored votes.

    Raises: ValueError when they were stored for other settings than the present ones.
    """
    record = json.loads(STORE.read_text())
    if record["settings"] != SETTINGS:
        raise ValueError(
            f"{STORE.name} was made with {record['settings']}, but the settings are {SETTINGS}: "
            "run python -m pages.parts.votes."
        )
    votes: Votes = {}
    for name, kinds in record["accuracies"].items():
        for kind, rows in kinds.items():
            accuracies = np.array(rows)
            ratio = 1 / (SETTINGS["folds"] - 1)
            votes[name, kind] = Accuracy(accuracies, mean_interval(accuracies, test_to_train=ratio), ratio)
    return Stored(votes, record["versions"], record["settings"])


def differences(again: Votes) -> int:
    """Count the fold accuracies that differ from the stored ones."""
    kept = stored().votes
    return sum(int(np.sum(np.abs(kept[key].accuracies - fresh.accuracies) > 1e-12)) for key, fresh in again.items())


def store() -> None:
    """Measure everything and write it down."""
    accuracies = {name: {kind: measure(name, kind).accuracies.tolist() for kind in SCALER_KINDS} for name in VOTE_DATA}
    versions = {"python": platform.python_version(), "numpy": np.__version__}
    STORE.write_text(json.dumps({"settings": SETTINGS, "versions": versions, "accuracies": accuracies}) + "\n")


if __name__ == "__main__":
    store()
