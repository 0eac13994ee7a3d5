"""How hard the properties are tried, and which tests are laws."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
LAWS = {"laws", "validation", "benchmarks", "golden", "test_lessons.py"}
"""Where every test is a law; elsewhere those are that draw whole scenarios."""

# any examples at a desk; in CI always the same, so that what fails there fails again
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    parent=settings.get_profile("dev"),
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # a busy runner is not a failure
)
settings.load_profile(
    "ci" if os.environ.get("CI", "").lower() in {"1", "true"} else "dev"
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the laws: what simulates so much that it is run without coverage."""
    for item in items:
        top = item.path.relative_to(HERE).parts[0]
        if top in LAWS or is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.law)


@pytest.fixture(autouse=True)
def _own_store(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep what tests simulate out of the store of whoever runs them."""
    path: Path = tmp_path_factory.getbasetemp() / "runs.sqlite"
    monkeypatch.setenv("TOC_SIM_STORE", str(path))


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    """Return Chromium: one at a time, which ends with the file of its tests."""
    from helpers import axe, chromium  # Playwright takes its time

    path = chromium.found()
    if path is None:
        pytest.fail(chromium.HOW)
    if not axe.SCRIPT.exists():
        pytest.fail(axe.HOW)
    with chromium.started(path) as browser:
        yield browser
