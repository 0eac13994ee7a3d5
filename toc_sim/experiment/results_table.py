"""The table of results in a file: what is kept of every run, by the key of its task."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

from toc_sim.engine.result import RunResult
from toc_sim.experiment.record import DAMAGES, Record, recorded, restored

MANY = 500
"""Keys asked for at a time."""


def known(file: sqlite3.Connection, keys: Sequence[str]) -> dict[str, RunResult]:
    """Return the results that an open file has of some tasks; `Store.known`."""
    found: dict[str, RunResult] = {}
    for first in range(0, len(keys), MANY):
        part = keys[first : first + MANY]
        marks = ", ".join("?" * len(part))
        rows = file.execute(
            "SELECT key, CAST(figures AS BLOB), departures FROM results "  # noqa: S608
            f"WHERE key IN ({marks})",  # marks are question marks only
            part,
        )
        for key, figures, departures in rows:
            with suppress(*DAMAGES):
                found[key] = restored(Record(figures, departures))
    return found


def write(file: sqlite3.Connection, key: str, result: RunResult) -> None:
    """Record the result of a task in an open file; `Store.keep`."""
    record = recorded(result)
    file.execute(
        "INSERT OR REPLACE INTO results VALUES (?, ?, ?)",
        (key, record.figures.decode(), record.departures),
    )
