"""Settings that the tests of pages share."""

from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy

from normlib.store.address import database_url
from normlib.store.errors import StoreError
from normlib.store.identity import COOKIE, new_id
from normlib.store.store import Store
from normlib.training import inside_shift, placement_trained, presets
from pages.parts import grids, progress

GRIDS = {
    "learning_rates": presets,
    "small_batches": presets,
    "inside_shift": inside_shift,
    "dense_placements": placement_trained,
    "transformer_placements": placement_trained,
}


@pytest.fixture(autouse=True, scope="session")
def installed_packages_are_read_once():
    """Streamlit looks for components in every installed package at each start of an app; here thousands start."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def grids_are_made_anew(monkeypatch):
    """A test may change how a grid of settings is made, or what is allowed; nothing is kept from the test before."""
    for name, module in GRIDS.items():
        monkeypatch.setattr(grids, name, lambda *given, m=module, n=name, **named: getattr(m, n)(*given, **named))


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store that can be broken, and counts what it is asked and how often it fails."""
    store = Store(database_url({"NORMLAB_DATA": str(tmp_path)}), pause=0.0)
    run = store.database.run

    def counted(work, *, write=False):
        if store.broken:
            store.failed += 1
            raise StoreError(store.broken)
        store.asked.append("write" if write else "read")
        return run(work, write=write)

    store.broken, store.failed, store.asked = "", 0, []
    monkeypatch.setattr(store.database, "run", counted)
    monkeypatch.setattr(progress, "shared_store", lambda names: store)
    yield store
    store.close()


@pytest.fixture
def ada(monkeypatch):
    """Every page that is opened comes from one browser."""
    learner = new_id()
    monkeypatch.setattr(ContextProxy, "cookies", {COOKIE: learner})
    return learner
