"""Compiles a whole kernel, in a process of its own that `ahead` starts."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

from toc_sim.engine.compiled.ahead import BEAT_SECONDS, Kernel, note_kept
from toc_sim.network import network
from toc_sim.scenario.model import Scenario

PLAIN_LINE: dict[str, Any] = {
    "format": 1,
    "name": "every function of the lane for plain lines",
    "stages": {
        "calls": {"kind": "source", "arrivals": 2, "cv": 1},
        "desk": {"kind": "team", "rate": 3, "cv": 1},
    },
    "flow": ["calls -> desk"],
    "run": {"horizon": 50_000, "warmup": 0},
}

OPEN_NETWORK: dict[str, Any] = {
    "format": 1,
    "name": "every function of the general kernel",
    "stages": {
        "calls": {"kind": "source", "arrivals": 2, "cv": 1},
        "desk": {"kind": "team", "rate": 3, "stock": 2, "calendar": "shift"},
        "shop": {"kind": "machine", "capacity": 3},
        "market": {"kind": "market", "demand": 9},
    },
    "calendars": {"shift": {"cycle": 1, "open": [[0, 0.5]]}},
    "flow": [
        "calls -> desk",
        "desk -> market",
        {"shop -> market": {"share": 0.5, "delay": 1}},
        {"market -> shop": {"share": 0.1, "delay": 1, "customers": 2}},
    ],
    "state": {"shop": {"working": [0.1]}, "shop -> market": {"away": [0.5]}},
    "run": {"horizon": 1000, "warmup": 0},
}


NICENESS = 8
"""How far it stands back: where every core is busy it gets about a seventh of one, so
that it neither slows others much nor waits for them for ever."""


def compile_all(kernel: Kernel) -> None:
    """Compile every function that Python calls of a kernel, by a run that needs them.

    Parameters
    ----------
    kernel
        Which kernel.
    """
    from toc_sim.engine.compiled.engine import run  # begins to load numba

    net = network(
        Scenario.model_validate(PLAIN_LINE if kernel == "line" else OPEN_NETWORK)
    )
    run(
        net,
        seed=1,
        replication=0,
        horizon=net.scenario.run.horizon,
        warmup=0.0,
        timeline=kernel == "general",
    )
    note_kept(kernel)


def main(kernel: Kernel, note: str) -> None:
    """Compile a kernel at low priority; end at once when the one who wants it is gone.

    Parameters
    ----------
    kernel
        Which kernel.
    note
        The file that says, while it is touched, that this is under way.
    """
    with suppress(OSError, AttributeError):  # not on Windows; there it began so
        os.nice(NICENESS)
    under_way, done = Path(note), Event()
    Thread(target=_watch, args=(under_way,), daemon=True).start()
    Thread(target=_beat, args=(under_way, done), daemon=True).start()
    try:
        compile_all(kernel)
    finally:
        done.set()
        under_way.unlink(missing_ok=True)


def _watch(note: Path) -> None:
    """End this process when the pipe from the one who started it breaks."""
    if not sys.stdin.buffer.read(1):
        note.unlink(missing_ok=True)
        os._exit(1)


def _beat(note: Path, done: Event) -> None:
    """Say again and again that this is under way."""
    while not done.wait(BEAT_SECONDS):
        with suppress(OSError):
            note.touch(exist_ok=True)
