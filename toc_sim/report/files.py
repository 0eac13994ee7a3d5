"""Files that a command writes: refused early, and excused when they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toc_sim.errors import TocError

PICTURES = (".png", ".svg", ".pdf")
"""The kinds of figure that can be drawn."""


def refuse_picture(path: Path) -> None:
    """Refuse a file whose name does not say how to draw.

    Raises
    ------
    TocError
        With the names that do.
    """
    if path.suffix.lower() not in PICTURES:
        raise TocError(f"{path}: a figure is {', '.join(PICTURES)}")


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Say which file cannot be written, and why."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error
