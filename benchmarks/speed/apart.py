"""One run in a fresh process: what it takes of time and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time

from speed import ours
from speed.lines import W1, Line

ROOT = Path(__file__).parents[1]
STATUS = Path("/proc/self/status")
WARM = W1.scaled(0.2)
"""A line that is run before, so that everything is loaded and compiled."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took.

    Attributes
    ----------
    items
        That left the line.
    services
        That began at all stages.
    seconds
        Processor time of the run alone, everything loaded [s].
    memory
        The most that the whole process ever held [MB].
    growth
        What of it came with the run [MB].
    """

    items: int
    services: int
    seconds: float
    memory: float
    growth: float


def cost(line: Line, engine: str) -> Cost:
    """Return what a line costs on an engine, in a process of its own."""
    command = [sys.executable, "-m", "speed.apart", engine, json.dumps(asdict(line))]
    told = subprocess.check_output(command, cwd=ROOT, text=True)  # noqa: S603 - ours
    return Cost(**json.loads(told))


def cost_here(line: Line, engine: str) -> Cost:
    """Return what a line costs here and now; memory only ever grows."""
    ours.result(WARM, engine, seed=1)
    ours.prepared(line, engine)
    before = peak()
    begin = process_time()
    result = ours.result(line, engine, seed=7)
    seconds = process_time() - begin
    return Cost(
        items=result.bought,
        services=sum(node.started for node in result.nodes),
        seconds=seconds,
        memory=peak(),
        growth=peak() - before,
    )


def peak() -> float:
    """Return the most memory that this process ever held [MB]."""
    if STATUS.exists():  # what getrusage says may be the parent's, there
        for entry in STATUS.read_text(encoding="ascii").splitlines():
            if entry.startswith("VmHWM:"):
                return int(entry.split()[1]) * 1024 / 1e6
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / 1e6 if sys.platform == "darwin" else held * 1024 / 1e6


def main() -> None:
    engine, told = sys.argv[1:]
    given = json.loads(told)
    line = Line(**given | {"capacities": tuple(given["capacities"])})
    print(json.dumps(asdict(cost_here(line, engine))))


if __name__ == "__main__":
    main()
