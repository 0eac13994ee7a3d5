"""Where time and memory go: what is told when an aim is missed."""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

TOP = 12
"""Lines that are told."""


def time_profile(run: Callable[[], object]) -> str:
    """Return the functions in which most time goes; compiled code is one function.

    It is run once before, so that what is compiled or loaded does not count.
    """
    run()
    profile = cProfile.Profile()
    profile.runcall(run)
    told = StringIO()
    stats = pstats.Stats(profile, stream=told)
    stats.sort_stats("tottime").print_stats(TOP)
    lines = told.getvalue().splitlines()
    start = next(place for place, line in enumerate(lines) if "tottime" in line)
    return "\n".join(_short(line) for line in lines[start : start + TOP + 1])


def memory_profile(run: Callable[[], object]) -> str:
    """Return the places that held most memory when the run was over."""
    tracemalloc.start()
    kept = run()
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.stop()
    del kept
    return "\n".join(
        f"{each.size / 1e6:8.1f} MB  {_short(str(each.traceback[0]))}"
        for each in snapshot.statistics("lineno")[:TOP]
    )


def import_profile(arguments: Sequence[str]) -> str:
    """Return what a command imports that takes longest: itself, and with all below."""
    command = [sys.executable, "-X", "importtime", *arguments]
    told = subprocess.run(  # noqa: S603 - this very program
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    rows = [
        line.split("|") for line in told.stderr.splitlines() if line.count("|") == 2
    ]
    rows.sort(key=lambda row: -_microseconds(row[1]))
    return "\n".join("".join(row[1:]) for row in rows[: TOP + 1])


def _microseconds(cell: str) -> int:
    return int(cell) if cell.strip().isdigit() else sys.maxsize


def _short(line: str) -> str:
    """Return a line without the way to this machine's libraries and this project."""
    for root in (*sys.path, str(Path(__file__).parents[2])):
        if root:
            line = line.replace(f"{root}/", "")
    return line
