"""The lesson for tests: opened in a browser, and driven as a pupil drives it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from helpers import axe

WIDTHS = (360, 1280, 1920)


@contextmanager
def opened(
    browser: Browser, file: Path, behind: str = "", **options: Any
) -> Iterator[Page]:
    """Open the lesson; fail if it asks for anything, or complains.

    `behind` stands in the address behind #.
    """
    context = browser.new_context(**options)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{file.as_uri()}#{behind}" if behind else file.as_uri())
    try:
        yield page
    finally:
        context.close()
    assert [url.partition("#")[0] for url in asked] == [file.as_uri()]
    assert said == []


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


def faults(page: Page) -> list[str]:
    """Return what axe finds that is serious or worse."""
    page.evaluate(axe.SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]


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
