"""How long the commands take to start, beside Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

from speed.aims import Profile, at_most
from speed.parts import Part, Size, table
from speed.profiles import import_profile
from speed.turns import wall

CUPS = Path(__file__).parents[2] / "scenarios" / "paper_cups.yaml"
OURS = ("-m", "toc_sim")
NOTHING = ("-c", "pass")
COMMANDS = {
    "`python -c pass`": NOTHING,
    "`toc-sim --help`": (*OURS, "--help"),
    "`toc-sim --version`": (*OURS, "--version"),
    "`toc-sim run paper_cups.yaml`": (*OURS, "run", str(CUPS)),
}
LIMITS = (0.15, 0.15, 1.0)
"""What the commands may take more than Python that does nothing [s]."""


def measured(size: Size) -> Part:
    """Start every command in turn, in fresh processes."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(size.starts + 1):
        for name, arguments in COMMANDS.items():
            seconds = wall(partial(_start, arguments))
            if number:  # the first time fills the caches
                times[name].append(seconds)
    found = {name: median(each) for name, each in times.items()}
    nothing, *others = COMMANDS
    aims = tuple(
        at_most(
            f"start: {name} longer than `python -c pass`",
            found[name] - found[nothing],
            limit,
            " s",
            Profile(f"Imports of {name}", partial(import_profile, COMMANDS[name])),
        )
        for name, limit in zip(others, LIMITS, strict=True)
    )
    rows = [
        [name, f"{seconds:.3f}", f"{seconds - found[nothing]:.3f}"]
        for name, seconds in found.items()
    ]
    told = table(["command", "seconds", "longer than nothing"], rows)
    return Part("Start", f"{HEAD.format(size.starts)}\n{told}", aims)


def _start(arguments: Sequence[str]) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - ours


HEAD = """\
Seconds on the wall, medians of {} fresh processes in turn, caches warm.
"""
