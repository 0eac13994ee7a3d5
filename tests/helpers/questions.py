"""A small question about tools, asked by the installed program; and how it is kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-m", "toc_sim"]

LINE = """\
format: 1
name: A line with chance
item: cup
period: hour
currency: EUR
stages:
  first: {{kind: machine, capacity: 12, distribution: exponential}}
  second: {{kind: machine, capacity: 8, distribution: exponential}}
  market: {{kind: market, demand: 11}}
flow: [first -> second -> market]
economics: {{price: 100, operating_expense: {{wages: 100}}}}
tools:
{tools}
run: {{horizon: {horizon}, warmup: 5, replications: {replications}}}
"""

TOOL = """\
  tool_{number}:
    cost: {{upfront: {cost}}}
    effects: {{{stage}.capacity: {{scale: {factor:.2f}}}}}"""


def question(
    path: Path, tools: int = 24, replications: int = 20, horizon: int = 25
) -> Path:
    """Write a scenario whose comparison takes (tools + 1) x replications tasks."""
    every = "\n".join(
        TOOL.format(
            number=number,
            cost=100 + 10 * number,
            stage=("first", "second")[number % 2],
            factor=1 + 0.01 * (number + 1),
        )
        for number in range(tools)
    )
    text = LINE.format(tools=every, horizon=horizon, replications=replications)
    path.write_text(text, encoding="utf-8")
    return path


def asked(file: Path, store: Path, *options: str) -> list[str]:
    """Return the command that asks which tool is best, and keeps what it found."""
    most = ["--most", "20", "--quiet"]
    return [*PROGRAM, "compare", str(file), *most, "--store", str(store), *options]


def answered(file: Path, store: Path, *options: str) -> str:
    """Ask, and return the answer."""
    done = subprocess.run(
        asked(file, store, *options),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported(store: Path) -> bytes:
    """Return all figures of the last question as the program writes them."""
    done = subprocess.run(
        [*PROGRAM, "export", "last", "--store", str(store)],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def kept(store: Path) -> int:
    """Return how many results are in a store that another process may be writing."""
    if not store.exists() or not store.stat().st_size:
        return 0
    file = sqlite3.connect(store)
    try:
        [[count]] = file.execute("SELECT count(*) FROM results")
    except sqlite3.OperationalError:  # not there yet
        return 0
    finally:
        file.close()
    return int(count)
