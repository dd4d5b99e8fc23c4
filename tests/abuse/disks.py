"""A disk of a few hundred kilobytes, where the system lets one be made."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Put a disk into a folder for as long as the block lasts; skip the test where that is not permitted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("making a small disk takes rights that this user does not have")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Write into the folder until nothing more fits, and return the file that takes all the room."""
    file = folder / "filling"
    with file.open("wb", buffering=0) as opened:
        for size in (65_536, 4_096, 512, 1):
            try:
                while True:
                    opened.write(os.urandom(size))
            except OSError:
                continue
    return file
