"""The lesson as a browser shows it: from a file, without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import speaking, write_lesson


@pytest.fixture(name="lessons", scope="session")
def _lessons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of each language."""
    folder = tmp_path_factory.mktemp("lesson")
    pages = {language: folder / f"{language}.html" for language in ("en", "ru")}
    for language, page in pages.items():
        with speaking(language):
            write_lesson(page)
    return pages
