"""What happens in a run, written event by event as JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.interface.answer import writing

_NOBODY = -1
"""The item of a refused arrival in the engine; null in the file."""


def tracer(file: TextIO) -> Callable[[TraceEvent], None]:
    """Return what writes each event that it is told to a file.

    A line is ``{"time": 0.125, "event": "start", "node": "sales", "item": 3}``: the
    time in periods, negative during the warm-up; the item's number in the order of
    entering, null for an arrival that was turned away.

    Parameters
    ----------
    file
        Open for writing text in UTF-8; closing it stays the caller's business.
    """
    quoted: dict[str, str] = {}

    def write(happened: TraceEvent) -> None:
        time, event, node, item = happened
        name = quoted.get(node)
        if name is None:
            name = quoted[node] = json.dumps(node, ensure_ascii=False)
        number = "null" if item == _NOBODY else item
        file.write(
            f'{{"time": {float(time)!r}, "event": "{event}", "node": {name}, '
            f'"item": {number}}}\n'
        )

    return write


@contextmanager
def replaced_at_end(path: Path) -> Iterator[Path]:
    """Yield a file beside another, which it replaces once it is whole.

    What is stopped halfway leaves nothing, and what was there before stays.

    Parameters
    ----------
    path
        The file that is wanted; a device or a pipe is written to as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        yield path
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def trace_into(path: Path) -> Iterator[Callable[[TraceEvent], None]]:
    """Yield what is told each event; it writes a file that is whole or not there.

    Parameters
    ----------
    path
        Of the file.

    Raises
    ------
    TocError
        If it cannot be written.
    """
    with (
        writing(path),
        replaced_at_end(path) as beside,
        beside.open("w", encoding="utf-8", newline="\n") as to,
    ):
        yield tracer(to)
