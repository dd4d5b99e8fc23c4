"""The name of a run: what its results depend on, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Final

import normlib
from normlib.training.events import Engine
from normlib.training.experiment import Experiment

ENGINES: Final = {
    "numpy": "normlib.training.engine:train",
    "keras": "normlib.training.keras_engine:train",
    "program": "normlib.training.programs.engine:train",
}
"""Where each engine is, as "module:function"; it is loaded where it runs, and nowhere else."""

NEED_KERAS: Final = frozenset({"keras", "program"})
"""Engines that run in the worker that loads TensorFlow, one run at a time."""

# Beside the core and the files of `training` itself; of the core, what only pages and lessons say decides nothing.
_ONLY_SAID: Final = "words.py"
_FOLDERS: Final = {"numpy": (), "program": ("keras_engine", "programs")}
_PACKAGES: Final = {"numpy": ("numpy",), "keras": ("numpy", "keras"), "program": ("numpy", "keras", "scikit-learn")}


def job_key(experiments: Sequence[Experiment], engine: str) -> str:
    """Return the key of a run.

    >>> job_key([Experiment()], "numpy") == job_key([Experiment(momentum=0.5)], "numpy")  # plain SGD has none
    True
    >>> job_key([Experiment()], "numpy") == job_key([Experiment()], "keras")
    False
    """
    text = json.dumps([engine, code_version(engine), *(e.key for e in experiments)])
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version(engine: str) -> str:
    """Return a hash of the files that decide what an engine computes, and of the versions of its packages."""
    root = Path(normlib.__file__).parent
    files = [file for file in (*root.glob("*.py"), *(root / "training").glob("*.py")) if file.name != _ONLY_SAID]
    for folder in _FOLDERS.get(engine, ("keras_engine",)):
        files += (root / "training" / folder).rglob("*.py")
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(root).as_posix().encode())
        digest.update(file.read_bytes())
    for name in _PACKAGES.get(engine, ("numpy",)):
        digest.update(f"{name} {_version(name)}".encode())
    return digest.hexdigest()


def _version(package: str) -> str:
    # Without it the run is still asked for: the worker says what it cannot load.
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def load_engine(path: str) -> tuple[Engine, str]:
    """Import the engine at "module:function" and return it with what its module says made the results, if anything."""
    name, _, function = path.partition(":")
    module = import_module(name)
    return getattr(module, function), getattr(module, "MADE_BY", "")
