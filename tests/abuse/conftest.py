"""What the tests of this folder share: every failure says what it had tried, and how to try it again."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from pages.parts import runs
from tests.abuse.amount import again, drawn
from tests.abuse.some_runs import SomeRuns
from tests.pages.conftest import ada, installed_packages_are_read_once, store  # noqa: F401  fixtures


@pytest.fixture(autouse=True)
def no_run_of_a_page_takes_long(request, monkeypatch):
    """Whatever presses Run, nothing trains for long, and no process starts for it."""
    jobs = SomeRuns(drawn(request.node.name, 0))
    monkeypatch.setattr(runs, "shared_jobs", lambda: jobs)


@pytest.fixture
def told(request: pytest.FixtureRequest) -> list[str]:
    """Return a list: what a test writes into it stands in the report of its failure."""
    lines: list[str] = []
    request.node.told = lines
    return lines


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Add to the report of a failure what was tried."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        lines = [again(item.nodeid), *getattr(item, "told", [])]
        report.sections.append(("What was tried", "\n".join(lines)))
