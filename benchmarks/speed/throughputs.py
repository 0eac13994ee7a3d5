"""Do all programs simulate the same line? Their throughputs must agree."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, stdev

from speed.lines import Line
from speed.programs import Program

FEW = 5.0
"""Standard errors that two throughputs may differ by."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a program says that a line makes.

    Attributes
    ----------
    mean
        Over its runs [items/period].
    error
        The standard error of the mean [items/period].
    """

    mean: float
    error: float

    def agrees(self, other: Throughput) -> bool:
        """Whether the difference may be chance."""
        apart = math.hypot(self.error, other.error)
        return abs(self.mean - other.mean) <= FEW * apart


def throughput(program: Program, line: Line, runs: int) -> Throughput:
    """Run a line some times with a program; all programs run it equally long."""
    run = program.runner()
    each = [run(line, seed) / line.periods for seed in range(runs)]
    return Throughput(fmean(each), stdev(each) / math.sqrt(runs))


def throughputs(
    programs: Iterable[Program], line: Line, runs: int
) -> dict[str, Throughput]:
    """Return what each program says that a line makes, by its key."""
    return {program.key: throughput(program, line, runs) for program in programs}
