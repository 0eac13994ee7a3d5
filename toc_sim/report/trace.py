"""The trace of a run: everything that happens, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TextIO

from toc_sim.engine.floor import TraceEvent

NOBODY = -1
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
        number = "null" if item == NOBODY else item
        file.write(
            f'{{"time": {float(time)!r}, "event": "{event}", "node": {name}, '
            f'"item": {number}}}\n'
        )

    return write
