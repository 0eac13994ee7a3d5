"""The page as a browser prints it: `report --pdf`."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import chromium
from helpers.command import Command

from toc_sim import TocError, load, write_report

CUPS = str(Path(__file__).parents[2] / "scenarios" / "paper_cups.yaml")
report = Command("report")


@pytest.fixture(name="browser")
def _browser(monkeypatch: pytest.MonkeyPatch) -> str:
    path = chromium.found()
    if path is None:
        pytest.fail(chromium.HOW)
    monkeypatch.setenv("TOC_SIM_BROWSER", path)
    return path


@pytest.mark.usefixtures("browser")
def test_the_same_page_is_printed_in_the_same_bytes(tmp_path: Path) -> None:
    """It stands beside the page, and says nothing of when it was printed."""
    pages = [tmp_path / "first" / "cups.html", tmp_path / "again" / "cups.html"]
    for page in pages:
        page.parent.mkdir()
        told = report(CUPS, "-o", str(page), "--pdf")
        assert told.exit_code == 0, told.stderr
        assert "cups.pdf: " in told.stderr
    first, again = (page.with_suffix(".pdf").read_bytes() for page in pages)

    assert first == again
    assert first.startswith(b"%PDF-")
    assert first.rstrip().endswith(b"%%EOF")
    assert b"Date" not in first
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
        *("cups.html", "cups.html", "cups.pdf", "cups.pdf")
    ]


@pytest.mark.usefixtures("browser")
def test_python_prints_it_too(tmp_path: Path) -> None:
    """By the argument that is called as the option."""
    write_report(load(CUPS), tmp_path / "cups.html", pdf=True, store=False)

    assert (tmp_path / "cups.pdf").read_bytes().startswith(b"%PDF-")


def test_without_a_browser_it_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install; nothing is written."""
    monkeypatch.setenv("TOC_SIM_BROWSER", str(tmp_path / "none"))
    told = report(CUPS, "-o", str(tmp_path / "cups.html"), "--pdf")

    assert told.exit_code == 1
    assert told.stderr.startswith("no browser is found that prints a page to a PDF\n")
    assert "hint: install Chromium" in told.stderr
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TocError, match="no browser is found"):
        write_report(load(CUPS), tmp_path / "cups.html", pdf=True)


def test_a_browser_that_fails_is_told_with_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page itself is there."""
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 3\n", "utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("TOC_SIM_BROWSER", str(broken))
    told = report(CUPS, "-o", str(tmp_path / "cups.html"), "--pdf")

    page = tmp_path / "cups.html"
    assert told.exit_code == 1
    assert f"{page} is written, but {broken} printed no PDF of it: no display" in (
        told.stderr
    )
    assert page.exists()
    assert not page.with_suffix(".pdf").exists()


def test_a_page_is_no_pdf(tmp_path: Path) -> None:
    """Whoever asks for one by its name learns how to get it."""
    told = report(CUPS, "-o", str(tmp_path / "cups.pdf"))

    assert told.exit_code == 2
    assert "cups.html --pdf" in told.stderr
