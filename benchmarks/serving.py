"""Start a Streamlit server on a free port, wait until it answers, and stop it afterwards."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    pid: int
    start_seconds: float
    log_file: Path

    @property
    def url(self) -> str:
        """The address of the start page, without a final slash."""
        return f"http://localhost:{self.port}"

    def log(self) -> str:
        """Return what the server has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_for_log(self, text: str, timeout: float = 120.0) -> None:
        """Wait until the server has printed a text.

        Raises: TimeoutError with the log when the text does not come.
        """
        deadline = time.monotonic() + timeout
        while text not in self.log():
            if time.monotonic() > deadline:
                raise TimeoutError(f"The server did not print {text!r} in {timeout} s:\n{self.log()}")
            time.sleep(0.02)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    app: Path = ROOT / "app.py",
    *,
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    timeout: float = 120.0,
) -> Iterator[Server]:
    """Run `streamlit run` on a file until the block ends.

    Args:
        app: the file that contains the `st.App`.
        port: where to listen; a free port when left out.
        environment: variables to add to this process's own.
        options: Streamlit options by name, such as {"server.fileWatcherType": "none"}.
        timeout: seconds the server may take until its health check answers.

    Returns: a context manager that gives the running `Server`.

    Raises: RuntimeError with the server's log when it ends or does not answer.
    """
    port = port or free_port()
    flags = [f"--{name}={value}" for name, value in {"server.port": str(port), **(options or {})}.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(app), *flags]
    with tempfile.TemporaryDirectory(prefix="normlab-") as folder:
        log_file = Path(folder) / "server.log"
        started = time.perf_counter()
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=ROOT, env={**os.environ, **(environment or {})}
            )
        try:
            _wait_until_healthy(process, port, log_file, timeout)
            yield Server(port, process.pid, time.perf_counter() - started, log_file)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int, log_file: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with code {process.returncode}:\n{log_file.read_text()}")
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError(f"The server did not answer on port {port} in {timeout} s:\n{log_file.read_text()}")
