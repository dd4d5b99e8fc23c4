"""Finished runs as files, named by their key. A file that cannot be trusted is said and never used."""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from normlib.training.result import Result

_UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
_SUFFIX: Final = ".npz"
_LEFT_OVER: Final = 3600.0
_TIMED: Final = {"output", "seconds"}
"""Texts that tell how long something took, which is never the same twice."""


class Store:
    """A folder of results, bounded in size: the ones not used for longest go first.

    >>> from tempfile import TemporaryDirectory
    >>> from normlib.training import Experiment, collect, train
    >>> wine = Experiment(data="wine", steps=3, seeds=1)
    >>> with TemporaryDirectory() as folder:
    ...     store = Store(Path(folder))
    ...     problem = store.put("a1", collect([wine], train([wine])))
    ...     results, unreadable = store.get("a1")
    >>> problem, len(results), unreadable
    ('', 1, '')
    """

    def __init__(self, folder: Path, most_bytes: int = 1_000_000_000) -> None:
        self._folder = folder / "runs"
        self._most = most_bytes

    def has(self, key: str) -> bool:
        """Whether there is a file for this key, good or not."""
        return self._file(key).is_file()

    def get(self, key: str) -> tuple[tuple[Result, ...] | None, str]:
        """Return the results of a key, or None, and what is wrong with its file, if anything."""
        file = self._file(key)
        try:
            results = _read(file, key)
        except (FileNotFoundError, NotADirectoryError):
            return None, ""
        except _UNREADABLE as error:
            with suppress(OSError):
                file.unlink()
            return None, f"The stored result could not be used and was trained again: {_reason(error)}"
        with suppress(OSError):
            os.utime(file)
        return results, ""

    def put(self, key: str, results: Sequence[Result]) -> str:
        """Write the results of a key and read them back; return what went wrong, if anything.

        Until it is complete and checked, the file has another name: nobody ever reads half of one.
        """
        file, written = self._file(key), None
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=f"{key}.", suffix=".part", delete=False) as part:
                written = Path(part.name)
                np.savez(part, allow_pickle=False, **_arrays(key, results))
            if differences(results, _read(written, key)):
                raise OSError("What was read back is not what was written.")
            written.replace(file)
            self._trim(file)
        except _UNREADABLE as error:
            if written is not None:
                with suppress(OSError):
                    written.unlink(missing_ok=True)
            return f"The result could not be stored in {self._folder} and is kept in memory alone: {_reason(error)}"
        return ""

    def _file(self, key: str) -> Path:
        if not key.isalnum():
            raise ValueError(f"{key!r} is not a key of a run.")
        return self._folder / f"{key}{_SUFFIX}"

    def _trim(self, newest: Path) -> None:
        """Remove the oldest files beyond the bound, and what a process that was killed left behind."""
        for part in self._folder.glob("*.part"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > _LEFT_OVER:
                    part.unlink()
        files = []
        for file in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                files.append((file.stat().st_mtime_ns, file.stat().st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self._most:
                break
            if file != newest:
                with suppress(OSError):
                    file.unlink()
                total -= size


def differences(one: Sequence[Result], other: Sequence[Result]) -> tuple[str, ...]:
    """Return where two runs of the same experiments differ in a bit, in words; nothing when they agree."""
    if len(one) != len(other):
        return (f"{len(one)} experiments against {len(other)}",)
    found = []
    for arm, (a, b) in enumerate(zip(one, other, strict=True), 1):
        if a.experiment.key != b.experiment.key:
            found.append(f"the settings of arm {arm}")
        if a.steps.tolist() != b.steps.tolist() or a.values.keys() != b.values.keys():
            found.append(f"what arm {arm} recorded")
            continue
        same = {name: _same(values, b.values[name]) for name, values in a.values.items()}
        found += [f"{name} of arm {arm}" for name, equal in same.items() if not equal]
        if sorted(a.stopped, key=repr) != sorted(b.stopped, key=repr):
            found.append(f"the stopped seeds of arm {arm}")
        found += [f"the {name} of arm {arm}" for name in _other_texts(a.texts, b.texts)]
    return tuple(found)


def _other_texts(a: Mapping[str, str], b: Mapping[str, str]) -> list[str]:
    return [name for name in sorted((a.keys() | b.keys()) - _TIMED) if a.get(name) != b.get(name)]


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def _arrays(key: str, results: Sequence[Result]) -> dict[str, NDArray[Any]]:
    head = np.frombuffer(json.dumps({"key": key, "arms": len(results)}).encode(), np.uint8)
    arrays = {"run": head}
    for arm, result in enumerate(results):
        arrays |= {f"{arm}.{name}": values for name, values in result.to_arrays().items()}
    return arrays


def _read(file: Path, key: str) -> tuple[Result, ...]:
    """Return the results in a file. The sums in the file are checked by reading all of it."""
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
        head = json.loads(bytes(arrays["run"]))
        if head["key"] != key:
            raise ValueError(f"The file holds the run {head['key'][:12]}.")
        arms: list[dict[str, NDArray[Any]]] = [{} for _ in range(head["arms"])]
        for name in arrays.files:
            arm, dot, own = name.partition(".")
            if dot:
                arms[int(arm)][own] = arrays[name]
    return tuple(Result.from_arrays(arm) for arm in arms)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    text = str(error).strip().strip("'") or type(error).__name__
    return text if text.endswith(".") else f"{text}."
