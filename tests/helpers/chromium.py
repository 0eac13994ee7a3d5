"""Debian's Chromium, driven by Playwright, without a network of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, sync_playwright

from toc_sim.errors import TocError
from toc_sim.report.html import pdf

HOW = (
    "no Chromium is installed: apt-get install chromium does it (or the environment "
    "variable CHROMIUM names one)"
)

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def found() -> str | None:
    """Return where it is; None if it is not installed."""
    with suppress(TocError):
        return os.environ.get("CHROMIUM") or pdf.browser()
    return None


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """Start it, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
