"""Debian's Chromium, driven by Playwright, without a network of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")

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
    named = os.environ.get("CHROMIUM")
    paths = (shutil.which(name) for name in NAMES)
    return named or next((path for path in paths if path), None)


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """Start it, and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
