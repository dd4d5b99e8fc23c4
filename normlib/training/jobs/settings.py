"""Where runs happen and where their results are kept, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from normlib.folders import data_folder

SCHEDULER: Final = "NORMLAB_SCHEDULER"
WORKERS: Final = "NORMLAB_WORKERS"
_MOST_WORKERS: Final = 64


@dataclass(frozen=True)
class JobSettings:
    """Settings of the jobs.

    Attributes:
        scheduler: address of a dask scheduler such as "tcp://10.0.0.5:8786"; None starts workers of our own.
        data: folder of the results.
        workers: processes of our own that train dense networks.

    >>> JobSettings.from_environment({"NORMLAB_SCHEDULER": "10.0.0.5:8786", "HOME": "/home/ada"}).scheduler
    'tcp://10.0.0.5:8786'
    """

    scheduler: str | None
    data: Path
    workers: int = 1

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> JobSettings:
        """Return the settings that the environment asks for.

        Raises: SystemExit with a sentence when one of them cannot be meant.
        """
        given = os.environ if environment is None else environment
        return cls(
            _address(given.get(SCHEDULER, "").strip()),
            data_folder(given),
            _workers(given.get(WORKERS, "").strip()),
        )


def _address(text: str) -> str | None:
    if not text:
        return None
    protocol, mark, rest = text.rpartition("://")
    host, _, port = rest.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536 or (mark and protocol not in {"tcp", "tls"}):
        raise SystemExit(
            f"{SCHEDULER}={text!r} is not the address of a dask scheduler: write it as tcp://host:8786 or tls://host:8786."
        )
    return f"{protocol or 'tcp'}://{rest}"


def _workers(text: str) -> int:
    if not text:
        return 1
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_WORKERS:
        raise SystemExit(f"{WORKERS}={text!r}: a number of processes from 1 to {_MOST_WORKERS} is needed.")
    return int(text)
