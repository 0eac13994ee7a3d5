"""How many replications are sent away together, and how many are under way."""

from __future__ import annotations

from collections.abc import Generator

from toc_sim.engine.result import RunResult
from toc_sim.experiment.task import Batch, Task, performed_in_a_row

Arrivals = Generator[tuple[Task, RunResult], None, None]
"""Results with their tasks, in any order."""

BATCH = 10
"""Replications that are sent to another process together, at most: a variant's network
goes there with them, and is taken apart there, once for all of them."""

TURNS = 8
"""Batches that each process gets at least, where there are so many tasks: the last
ones end at nearly the same time."""

AHEAD = 3
"""Batches under way for each process: one at work, the others at hand. However many
tasks there are, no more than these and their results are in memory."""


def batch_size(tasks: int, processes: int) -> int:
    """Return how many tasks are sent at a time, so that all processes end together."""
    return max(1, min(BATCH, tasks // (TURNS * max(1, processes))))


def made(batch: Batch) -> tuple[RunResult, ...]:
    """Run a batch in another process."""
    return tuple(performed_in_a_row(batch))
