"""Results that come with NormLab: made once by `make runs`, small, and shown until somebody runs them again.

They are named by their settings alone, so that they outlive changes of the code; what made them stands inside.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.training.experiment import Experiment
from normlib.training.jobs.keys import code_version
from normlib.training.result import Result

_UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
_READABLE: Final[dict[tuple[Path, int], bool]] = {}
_HISTOGRAM: Final = "_histogram"
_HIGHEST: Final = "_highest"


@dataclass(frozen=True)
class Found:
    """Results from the folder.

    Attributes:
        results: one per experiment.
        made_on: day on which they were made.
        same_code: whether the code that made them is the present one.
    """

    results: tuple[Result, ...]
    made_on: str
    same_code: bool


class Shipped:
    """A folder of results that is only read, except by `put`.

    >>> from tempfile import TemporaryDirectory
    >>> from normlib.training import collect, train
    >>> wine = Experiment(data="wine", steps=3, seeds=1)
    >>> with TemporaryDirectory() as folder:
    ...     shipped = Shipped(Path(folder))
    ...     size = shipped.put([wine], "numpy", collect([wine], train([wine])))
    ...     found = shipped.get([wine], "numpy")
    >>> found.same_code, found.results[0].values["loss"].shape, shipped.get([wine], "keras") is None
    (True, (1, 4), True)
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, experiments: Sequence[Experiment], engine: str) -> Found | None:
        """Return the results of experiments, or None where there are none that can be read."""
        try:
            with np.load(self._file(experiments, engine), allow_pickle=False) as arrays:
                head = json.loads(bytes(arrays["run"]))
                arms: list[dict[str, NDArray[Any]]] = [{} for _ in range(head["arms"])]
                for name in arrays.files:
                    arm, dot, own = name.partition(".")
                    if dot:
                        arms[int(arm)][own] = arrays[name]
            results = tuple(Result.from_arrays(_full(arm)) for arm in arms)
        except _UNREADABLE:
            return None
        if [one.experiment.key for one in results] != [one.key for one in experiments]:
            return None
        return Found(results, head["made_on"], head["code"] == code_version(engine))

    def holds(self, experiments: Sequence[Experiment], engine: str) -> bool:
        """Say whether `get` has an answer; a file is read for that once, whoever asks."""
        file = self._file(experiments, engine)
        try:
            read = (file, file.stat().st_mtime_ns)
        except OSError:
            return False
        if read not in _READABLE:
            _READABLE[read] = self.get(experiments, engine) is not None
        return _READABLE[read]

    def put(self, experiments: Sequence[Experiment], engine: str, results: Sequence[Result]) -> int:
        """Write results in their small form; return the bytes of the file."""
        head = {"arms": len(results), "code": code_version(engine), "made_on": date.today().isoformat()}
        arrays = {"run": np.frombuffer(json.dumps(head).encode(), np.uint8)}
        for arm, result in enumerate(results):
            arrays |= {f"{arm}.{name}": values for name, values in _small(result.to_arrays()).items()}
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(experiments, engine)
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.stat().st_size

    def _file(self, experiments: Sequence[Experiment], engine: str) -> Path:
        text = json.dumps([engine, *(one.key for one in experiments)])
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.npz"


def _small(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return arrays of a result in single precision, and histograms as bytes beside their highest bars."""
    small: dict[str, NDArray[Any]] = {}
    for name, values in arrays.items():
        if name.endswith(_HISTOGRAM):
            highest = np.nan_to_num(values).max(axis=-1, keepdims=True)
            bars = np.divide(values, highest, out=np.zeros_like(values), where=highest > 0)
            small[name] = np.rint(255 * np.nan_to_num(bars)).astype(np.uint8)
            small[name + _HIGHEST] = highest.astype(np.float32)
        elif values.dtype.kind == "f":
            small[name] = values.astype(np.float32)
        else:
            small[name] = values
    return small


def _full(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    full: dict[str, NDArray[Any]] = {}
    for name, values in arrays.items():
        if name.endswith(_HIGHEST):
            continue
        if name.endswith(_HISTOGRAM):
            full[name] = values / 255 * arrays[name + _HIGHEST].astype(np.float64)
        else:
            full[name] = values.astype(np.float64) if values.dtype == np.float32 else values
    return full
