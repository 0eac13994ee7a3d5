"""The page on paper: a browser that is installed prints it to a PDF."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from toc_sim.errors import TocError

NAMED = "TOC_SIM_BROWSER"
"""The environment variable that names another browser."""

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
"""What a browser that can print without a window is called where programs are."""

_PLACES = {
    "darwin": (
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
}
"""Where it lies on systems that do not list it among programs, by `sys.platform`."""

_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
)

_PATIENCE = 180
"""How long a browser may take for a page [s]."""

_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
"""What differs between two prints of one page."""


def browser() -> str:
    """Return the program that prints pages.

    Returns
    -------
    What `TOC_SIM_BROWSER` names, or the first Chromium, Chrome or Edge that is found.

    Raises
    ------
    TocError
        If there is none, with what to do.
    """
    for path in _candidates():
        if found := shutil.which(path):
            return found
    raise TocError(
        "no browser is found that prints a page to a PDF\n"
        "    hint: install Chromium (Debian: apt-get install chromium), Chrome or Edge,"
        f" or let {NAMED} name one; the page itself prints from any browser"
    )


def _candidates() -> Iterator[str]:
    """Yield what a browser may be called; whoever names one gets no other."""
    if named := os.environ.get(NAMED):
        yield named
        return
    yield from _NAMES
    yield from _PLACES.get(sys.platform, ())


def print_page(page: Path, pdf: Path, program: str) -> None:
    """Print a page to a PDF; the same page gives the same bytes.

    Parameters
    ----------
    page
        A file of HTML that needs no network.
    pdf
        The file to write.
    program
        A browser, of `browser`.

    Raises
    ------
    OSError
        If the file cannot be written.
    TocError
        If the browser fails.
    """
    with TemporaryDirectory(prefix="toc_sim_") as profile:
        command = [program, *_FLAGS, f"--user-data-dir={profile}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # it does not start as root else
        command += [f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()]
        said = _run(command)
    try:
        printed = pdf.read_bytes()
    except FileNotFoundError:
        raise TocError(
            f"{page} is written, but {program} printed no PDF of it: {said}"
        ) from None
    pdf.write_bytes(_DATES.sub(lambda found: b" " * len(found[0]), printed))


def _run(command: list[str]) -> str:
    """Run a browser; return the last line that it says."""
    try:
        done = subprocess.run(  # noqa: S603 - a browser, and words of ours
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except OSError as error:
        raise TocError(f"{command[0]}: cannot be started: {error}") from None
    except subprocess.TimeoutExpired:
        raise TocError(f"{command[0]} printed no PDF in {_PATIENCE} seconds") from None
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {done.returncode}"
