"""Pages in a browser, watched: what they ask for, and what they complain of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from helpers import axe


@dataclass(frozen=True)
class Watched:
    """A page, the addresses it has asked for, and what it has said on its console."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Iterator[Watched]:
    """Open a page in a window of its own, with options of Playwright, and close it."""
    context = browser.new_context(**options)
    seen = Watched(context.new_page())
    seen.page.on("request", lambda request: seen.asked.append(request.url))
    seen.page.on("console", lambda message: seen.said.append(message.text))
    seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
    seen.page.goto(address)
    try:
        yield seen
    finally:
        context.close()


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
