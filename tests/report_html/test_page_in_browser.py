"""Pages of reports as a browser shows them: nothing is loaded, nothing overflows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from helpers.reports import (
    hasty_page_of,
    page_about,
    page_of,
    read,
    record_of,
    wrong_figures,
)
from helpers.watched import faults, watched
from playwright.sync_api import Browser, Page

from toc_sim import Scenario, load

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").rglob("*.yaml")
)
WIDTHS = (360, 768, 1280)
LARGEST, MANY = 500_000, 30
"""Bytes that a page may have, and figures that it has at least."""

RIGHT_TO_LEFT = "\u202eabc \u05e9\u05dc\u05d5\u05dd"
EVIL = f"</script><img src=x onerror=alert(1)>\"'&amp;<!-- {RIGHT_TO_LEFT}"


@contextmanager
def opened(browser: Browser, html: str, folder: Path, **options: Any) -> Iterator[Page]:
    """Open a page from a file; fail if it asks for anything, or complains."""
    file = folder / "report.html"
    file.write_text(html, encoding="utf-8")
    with watched(browser, file.as_uri(), **options) as seen:
        yield seen.page
    assert seen.asked == [file.as_uri()]
    assert seen.said == []


def overflows(page: Page) -> list[str]:
    """Return at which widths, and on paper, the page is wider than its window."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{width} px")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("print")
    page.emulate_media(media="screen")
    return wrong


@pytest.mark.parametrize("source", SHIPPED)
def test_a_shipped_scenario_gives_a_page_that_anyone_can_read(
    browser: Browser, tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is small, figures are the record's, axe finds no fault, nothing overflows."""
    monkeypatch.chdir(ROOT)
    html = hasty_page_of(source)

    assert len(html.encode()) < LARGEST
    assert len(read(html).figures) > MANY
    assert list(wrong_figures(html)) == []
    with opened(browser, html, tmp_path) as page:
        assert faults(page) == []
        assert overflows(page) == []


def test_a_dark_page_has_contrast_enough(browser: Browser, tmp_path: Path) -> None:
    """Also where the system is dark; also where something has changed."""
    cups = load(str(ROOT / "scenarios" / "paper_cups_tools.yaml"))
    last = record_of(page_about(cups))["run"]
    html = page_about(cups.changed({"sales.capacity": 7}), last=last)

    with opened(browser, html, tmp_path, color_scheme="dark") as page:
        assert faults(page) == []
        assert overflows(page) == []


def evil(text: str) -> Scenario:
    """Return the paper cups with a text wherever a file may have one."""
    cups = load(str(ROOT / "scenarios" / "paper_cups_tools.yaml"))
    stages = {
        name: stage.changed(title=f"{name} {text}")
        for name, stage in cups.stages.items()
    }
    tools = {
        name: tool.changed(title=f"{name} {text}") for name, tool in cups.tools.items()
    }
    return cups.changed(
        name=text, description=text, currency=text, stages=stages, tools=tools
    )


@pytest.mark.parametrize("text", [EVIL, "x" * 10_000, "word " * 2_000])
def test_names_stay_text(browser: Browser, tmp_path: Path, text: str) -> None:
    """Whatever a file calls things, it runs nothing, ends nothing, widens nothing."""
    html = page_about(evil(text))

    with opened(browser, html, tmp_path) as page:
        assert page.evaluate("document.images.length") == 0
        assert page.evaluate("document.scripts.length") == 1
        record = page.evaluate("JSON.parse(document.scripts[0].textContent)")
        assert record["scenario"] == text
        assert overflows(page) == []
        assert page.title().startswith(record_of(html)["scenario"][:10])


def test_a_reader_with_a_keyboard_comes_to_every_part(
    browser: Browser, tmp_path: Path
) -> None:
    """The first stop leads past the head; links reach their parts; parts unfold."""
    html = page_of(str(ROOT / "scenarios" / "paper_cups_tools.yaml"))

    with opened(browser, html, tmp_path) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#summary"
        page.focus("nav a[href='#trust']")
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#trust"
        page.focus("#trust details summary")
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector('#trust details').open")
