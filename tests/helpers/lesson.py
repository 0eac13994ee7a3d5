"""The lesson for tests: opened in a browser, and driven as a pupil drives it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from helpers import chromium
from helpers.watched import watched
from toc_sim import write_lesson

WIDTHS = (360, 1280, 1920)


@contextmanager
def opened(
    browser: Browser, file: Path, behind: str = "", **options: Any
) -> Iterator[Page]:
    """Open the lesson; fail if it asks for anything, or complains.

    `behind` stands in the address behind #.
    """
    address = f"{file.as_uri()}#{behind}" if behind else file.as_uri()
    with watched(browser, address, **options) as seen:
        yield seen.page
    assert [url.partition("#")[0] for url in seen.asked] == [file.as_uri()]
    assert seen.said == []


@contextmanager
def lesson_at(act: str, **options: Any) -> Iterator[Page]:
    """Write the lesson and open one of its acts in a browser, for what is no test."""
    path = chromium.found()
    if path is None:
        raise SystemExit(chromium.HOW)
    with TemporaryDirectory() as folder, chromium.started(path) as browser:
        file = Path(folder, "lesson.html")
        write_lesson(file)
        with opened(browser, file, f"act={act}", **options) as page:
            yield page


def given(page: Page) -> dict[str, Any]:
    """Return what the page was given: words, stages, tools and prices."""
    text = page.evaluate("document.getElementById('lesson-data').textContent")
    found: dict[str, Any] = json.loads(text)
    return found


def numbers(text: str, language: str) -> list[float]:
    """Return the figures in a text of a language."""
    between, point = {"en": (",", "."), "ru": ("\u00a0", ",")}[language]
    found = re.findall(rf"-?\d[\d{between}]*(?:\{point}\d+)?", text)
    return [float(each.replace(between, "").replace(point, ".")) for each in found]


def too_wide(page: Page) -> list[int]:
    """Return the widths at which the page is wider than its window."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(50)  # the picture arranges itself anew
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(width)
    return wrong


def driven(page: Page, act: str, press: Callable[[Locator], None]) -> None:
    """Bet on something in an act, and see the answer, by whatever presses.

    A slider is moved as keys move it, whoever presses: a hand would drag it.
    """
    if act == "make":
        for _stage in range(6):
            press(page.locator(".go"))
    else:
        for group in page.locator("fieldset:has(input[name^=bet])").all():
            press(group.locator("input").first)
        if page.locator("[role=radio]").count():
            press(page.locator("[role=radio]").first)
        slider = page.locator("input[type=range]:visible")
        if slider.count():
            slider.focus()
            page.keyboard.press("ArrowRight")
        press(page.locator(".go"))
    if page.locator(".player").count():
        press(page.locator(".player button").nth(2))
