"""What the key of a run depends on."""

import shutil
from pathlib import Path

import pytest

import normlib
from normlib.training.jobs.keys import code_version


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the package, whose files can be changed."""
    root = tmp_path / "normlib"
    shutil.copytree(Path(normlib.__file__).parent, root, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(normlib, "__file__", str(root / "__init__.py"))

    def changed(name):
        before = code_version.__wrapped__("numpy"), code_version.__wrapped__("keras")
        with (root / name).open("a") as file:
            file.write("\n# another line\n")
        after = code_version.__wrapped__("numpy"), code_version.__wrapped__("keras")
        return [old != new for old, new in zip(before, after, strict=True)]

    return changed


@pytest.mark.parametrize(
    ("name", "numpy", "keras"),
    [
        ("layers.py", True, True),
        ("training/engine.py", True, True),
        ("training/keras_engine/models.py", False, True),
        ("training/jobs/keys.py", False, False),
        ("figures/look.py", False, False),
        ("words.py", False, False),
    ],
)
def test_only_files_that_decide_results_make_a_run_another_one(copy, name, numpy, keras):
    assert copy(name) == [numpy, keras]
