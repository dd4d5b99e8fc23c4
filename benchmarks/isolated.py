"""A program that gets a time limit, and leaves nothing running when it ends, however it ends."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.processes import end, family, marked

MARK = "NORMLAB_BENCHMARK"
"""The variable by which processes of a program are found whose parent has ended."""
ERROR = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Interrupt)\b")
"""How the line begins that ends a traceback."""
LAST_WORDS = 300
"""Characters of what a program printed that are told when it fails."""


def end_with_parent(seconds: float = 1.0) -> None:
    """End this process and all that it has started when its parent ends, even where that is killed."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(seconds)
        here = os.getpid()
        end([process for process in family(here) if process.pid != here])
        os._exit(1)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()


class FailedError(RuntimeError):
    """A program did not end well; the message says how."""


def run(command: Sequence[str], *, limit: float, environment: Mapping[str, str], folder: Path) -> None:
    """Run a program to its end.

    Args:
        command: the program and its arguments.
        limit: seconds that it may take.
        environment: all its variables.
        folder: where it works.

    Raises: FailedError when it takes too long, ends with another code than 0, or is killed.
    """
    mark = uuid.uuid4().hex
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=printed, cwd=folder, env={**environment, MARK: mark})
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            raise FailedError(f"It took more than {limit:.0f} s and was ended.") from None
        finally:
            end([*family(process.pid), *marked(MARK, mark)])
            process.wait()
        if code:
            printed.seek(0)
            words = last_words(printed.read().decode(errors="replace"))
            how = f"It was killed by signal {-code}" if code < 0 else f"It ended with code {code}"
            raise FailedError(f"{how}: {words}" if words else f"{how} and said nothing.")


def last_words(printed: str) -> str:
    """Return the error that a program printed at its end, or its last line where there is none.

    >>> last_words("Traceback (most recent call last):\\n  ...\\nOSError: no port\\n  in any range\\n")
    'OSError: no port in any range'
    >>> last_words("starting\\ngiving up\\n\\n")
    'giving up'
    """
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    errors = [number for number, line in enumerate(lines) if ERROR.match(line)]
    words = " ".join(lines[errors[-1] if errors else -1 :])
    return words if len(words) <= LAST_WORDS else words[: LAST_WORDS - 1] + "…"
