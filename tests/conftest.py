"""Settings that all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine and every run: a test that fails today fails tomorrow.
settings.register_profile("normlab", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("normlab")

# Looking for examples in them would import them: with TensorFlow in the process page tests take thrice as long.
collect_ignore_glob = ["training/*_peer.py", "training/keras_floats.py"]

# Here browsers, servers, workers and databases are other processes, whose pace on a busy machine is not ours. What
# fails there is tried once more, and said so at the end; what fails twice is wrong.
OTHER_PROCESSES = [Path(__file__).parent / name for name in ("abuse", "browser", "server", "store", "training/jobs")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that depend on other processes, and put the files into the order that takes the shortest."""
    with_keras = {item.path for item in items if item.get_closest_marker("keras")}
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in OTHER_PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=1))
    # The longest files first, so that no process is alone with one at the end. Those that load TensorFlow last: each
    # collection of garbage looks at its objects, and a page opened after it takes three to ten times as long.
    items.sort(key=lambda item: (item.path in with_keras, item.get_closest_marker("browser") is None))
