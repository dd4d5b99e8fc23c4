"""Training keeps to one thread, so that it neither waits for cores nor depends on their number."""

import subprocess
import sys

import pytest

from normlib.training import threads

CODE = """
import numpy as np
from normlib.training import Experiment, train, threads
before = threads.count()
list(train([Experiment(data="wine", steps=1, seeds=1)]))
print(before, threads.count())
"""


def test_training_asks_for_one_thread():
    if threads.count() is None:
        pytest.skip("NumPy came without OpenBLAS")
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env={"OPENBLAS_NUM_THREADS": "2"}
    )
    assert done.stdout.split() == ["2", "1"]
