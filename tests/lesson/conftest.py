"""The lesson as a browser shows it: from a file, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import axe, chromium
from playwright.sync_api import Browser

from toc_sim import speaking, write_lesson


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    path = chromium.found()
    if path is None:
        pytest.fail(chromium.HOW)
    if not axe.SCRIPT.exists():
        pytest.fail(axe.HOW)
    with chromium.started(path) as browser:
        yield browser


@pytest.fixture(name="lessons", scope="session")
def _lessons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of each language."""
    folder = tmp_path_factory.mktemp("lesson")
    pages = {language: folder / f"{language}.html" for language in ("en", "ru")}
    for language, page in pages.items():
        with speaking(language):
            write_lesson(page)
    return pages
