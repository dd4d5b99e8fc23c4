"""Who may import whom. The table is checked in the source, and in fresh interpreters by what got loaded."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "normlib"


@dataclass(frozen=True)
class Part:
    """A row of the table.

    Args:
        imports: packages it may import besides the standard library.
        own: parts of this project it may import besides itself.
        never: what must not be loaded when it is imported, whoever loads it.
    """

    imports: frozenset[str]
    own: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGINES = words("tensorflow keras torch jax onnxruntime")
HEAVY = ENGINES | words("sklearn scipy")
# In the source the core is a folder's files; everything below it is a folder of its own.
PARTS = {
    "core": Part(words("numpy")),
    "figures": Part(words("numpy plotly"), words("core"), HEAVY | words("streamlit pandas")),
    "training": Part(words("numpy pydantic"), words("core"), HEAVY | words("streamlit plotly")),
    # Loaded in worker processes only: the rows of all others say that they never load it.
    "training.keras_engine": Part(words("numpy keras tensorflow"), words("core training"), words("streamlit plotly")),
    # Writes programs; the engine that runs them loads Keras when it runs.
    "training.programs": Part(
        words("numpy"), words("core training training.keras_engine"), HEAVY | words("streamlit plotly")
    ),
    "training.jobs": Part(
        words("numpy dask distributed"), words("core training"), HEAVY | words("streamlit plotly pandas")
    ),
    "course": Part(
        words("markdown_it numpy pydantic yaml"),
        words("core training training.jobs"),
        HEAVY | words("streamlit plotly"),
    ),
    "components": Part(words("numpy plotly streamlit"), words("core"), HEAVY),
    "server": Part(
        words("anyio numpy plotly starlette streamlit"),
        words("core figures components training training.jobs store"),
        HEAVY | words("pandas"),
    ),
    "store": Part(words("sqlalchemy"), words("core"), HEAVY | words("streamlit plotly")),
    "pages": Part(
        words("numpy streamlit"),
        words("core figures training training.jobs training.programs course components store"),
        HEAVY,
    ),
    # Of the pages, the server takes only what to do once at its start.
    "app": Part(words("streamlit"), words("server pages"), HEAVY),
}
# Imports inside a function, which cost only who calls it.
LAZY = {"normlib/data.py": words("PIL sklearn"), "normlib/training/programs/engine.py": words("keras")}


def part_of(file: Path) -> str:
    """Name the row that a source file belongs to."""
    folders = file.relative_to(ROOT).parts
    if folders[0] != "normlib":
        return Path(folders[0]).stem
    return part_in(folders[1:-1])


def part_in(folders: Sequence[str]) -> str:
    """Name the row of a folder below the core's: its own if it has one, or else that of the folder around it."""
    own = ".".join(folders[:2])
    return own if own in PARTS else ".".join(folders[:1]) or "core"


def part_of_module(name: str) -> str | None:
    """Name the row that an imported module of this project belongs to, or None for any other module."""
    top, *rest = name.split(".")
    if top in {"pages", "app"}:
        return top
    if top != "normlib":
        return None
    return part_in([folder for folder in rest if (PACKAGE / rest[0]).is_dir()])


def sources() -> list[Path]:
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
    return sorted(files)


def imported(file: Path) -> Iterator[tuple[str, bool]]:
    """Yield every module that a file imports, and whether it does so inside a function."""
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    inside = {id(node) for function in ast.walk(tree) if isinstance(function, functions) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: write the import with the package's name."
            assert node.module is not None
            # `from normlib import figures` imports a folder, `from normlib import Axis` a name of the core.
            yield from (
                (f"{node.module}.{alias.name}" if node.module == "normlib" else node.module, id(node) in inside)
                for alias in node.names
            )


def packages() -> dict[str, list[str]]:
    """Return the modules of every part, found by walking the folders."""
    found: dict[str, list[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        names = file.relative_to(ROOT).with_suffix("").parts
        name = ".".join(names[:-1] if names[-1] == "__init__" else names)
        found.setdefault(part_of(file), []).append(name)
    return found


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter and return the top-level packages it loaded.

    The standard library, and what any interpreter of this environment loads by itself, are left out.
    """
    report = "import json, sys; print('LOADED', json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"

    def run(text: str) -> set[str]:
        done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return set(json.loads(done.stdout.rpartition("LOADED ")[2]))

    return run(f"{code}\n{report}") - run(report) - set(sys.stdlib_module_names)


@pytest.mark.parametrize("file", sources(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_what_its_part_may_import(file):
    name = part_of(file)
    assert name in PARTS, f"normlib/{name} has no row in the table of this test. Say what it may import."
    part = PARTS[name]
    lazy = LAZY.get(file.relative_to(ROOT).as_posix(), frozenset())
    for module, inside in imported(file):
        top = module.split(".")[0]
        if top in sys.stdlib_module_names:
            continue
        own = part_of_module(module)
        if own is not None:
            assert name != "app" or own != "pages" or module == "pages.warm", f"app.py imports {module}."
            assert own in part.own | {name}, f"{file.name} imports {module}; {name} may import {set(part.own)}."
        else:
            allowed = part.imports | (lazy if inside else frozenset())
            assert top in allowed, f"{file.name} imports {module}; {name} may import {set(allowed)}."


@pytest.mark.parametrize("module", packages()["core"])
def test_a_core_module_loads_numpy_and_nothing_else(module):
    assert loaded_by(f"import {module}") <= {"numpy", "normlib"}


@pytest.mark.parametrize("part", sorted(set(packages()) - {"core"}))
def test_a_part_never_loads_what_it_must_not(part):
    loaded = loaded_by("\n".join(f"import {module}" for module in packages()[part]))
    assert "normlib" in loaded
    assert not loaded & PARTS[part].never


def test_the_server_loads_no_engine_even_when_it_is_warm():
    loaded = loaded_by("import app; from normlib.server.lifespan import warm_up; warm_up()")
    assert {"streamlit", "starlette", "plotly"} <= loaded
    assert not loaded & PARTS["app"].never


VISIT = """
from streamlit.testing.v1 import AppTest
from pages.catalogue import PAGES
for page in PAGES:
    test = AppTest.from_file("pages/router.py", default_timeout=60).run()
    if page.slug:
        test.switch_page(str(page.path)).run()
    assert not test.exception, (page, test.exception)
    assert page.question in [title.value for title in test.title], page
"""


def test_visiting_every_page_loads_no_engine():
    loaded = loaded_by(VISIT)
    assert {"streamlit", "plotly", "pages"} <= loaded
    assert not loaded & PARTS["pages"].never
