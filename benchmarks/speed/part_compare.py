"""W5: the whole command that compares twenty tools, its store on, end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from speed.lines import SHORT
from speed.parts import Part, Size, table
from speed.turns import wall
from speed.variants import scenario

EACH = 50
"""Replications of every variant."""
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """How long the command took: the first time, and from a full store [s]."""

    what: str
    runs: int
    first: float
    again: float


def measured(size: Size) -> Part:
    """Measure the command with each engine; it uses all cores if that pays."""
    each = max(5, round(EACH * size.part))
    with TemporaryDirectory() as folder:
        rows = [
            _timed(Path(folder), engine, each, rounds)
            for engine, rounds in (("simpy", 1), ("compiled", ROUNDS))
        ]
    title = f"W5: `compare` of 20 variants x {each} replications, store on"
    return Part(title, f"{HEAD}\n{_table(rows)}", ())


def _timed(folder: Path, engine: str, each: int, rounds: int) -> Timed:
    told = scenario(SHORT, engine, each)
    file = folder / f"{engine}.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    first, again = [], []
    for number in range(rounds):
        store = folder / f"{engine}-{number}.sqlite"
        first.append(wall(lambda store=store: _compare(file, store, each)))
        again.append(wall(lambda store=store: _compare(file, store, each)))
    found = json.loads(_compare(file, store, each, "--json"))
    runs = found["baseline"]["replications"]
    runs += sum(variant["replications"] for variant in found["variants"])
    return Timed(engine, runs, median(first), median(again))


def _compare(file: Path, store: Path, each: int, *more: str) -> str:
    command = [sys.executable, "-m", "toc_sim", "compare", str(file), "--quiet"]
    command += ["--store", str(store), "--most", str(each), *more]
    return subprocess.check_output(command, text=True)  # noqa: S603 - ours


def _table(rows: Iterable[Timed]) -> str:
    head = ["engine", "runs", "seconds", "runs/s", "again, from the store, s"]
    return table(
        head,
        (
            [
                row.what,
                f"{row.runs:,}",
                f"{row.first:.2f}",
                f"{row.runs / row.first:,.0f}",
                f"{row.again:.2f}",
            ]
            for row in rows
        ),
    )


HEAD = """\
Seconds on the wall from typing the command to its answer, in a fresh process with a
fresh store, Python's start and everything that is loaded included; then once more, when
all runs are known. Each run is 500 periods of W1.
"""
