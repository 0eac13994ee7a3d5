"""How many replications are sent away together, and how many are under way."""

from __future__ import annotations

from collections.abc import Generator

from toc_sim.engine.either import services
from toc_sim.engine.result import RunResult
from toc_sim.experiment.task import Batch, Task, Tasks, performed_in_a_row

Arrivals = Generator[tuple[Task, RunResult], None, None]
"""Results with their tasks, in any order."""

BATCH = 50
"""Replications that are sent to another process together, at most: a variant's network
goes there with them, and is taken apart there, once for all of them."""

TURNS = 4
"""Batches that each process gets at least, where there are so many tasks: the last
ones end at nearly the same time."""

AHEAD = 2
"""Batches under way for each process: one at work, one at hand. However many tasks
there are, no more than these and their results are in memory."""

MOST = 5_000_000
"""Services that are sent together at most, unless one run alone has more: for seconds,
and for as many megabytes of purchases on the way back."""


def batch_size(tasks: Tasks, left: int, processes: int) -> int:
    """Return how many tasks are sent at a time, so that all processes end together.

    Parameters
    ----------
    tasks
        All of them; the first tells how much work one is.
    left
        How many of them are left to do.
    processes
        How many work on them.
    """
    together = left // (TURNS * max(1, processes))
    one = next((services(task.work.network) for task in tasks), 1.0)
    return max(1, min(BATCH, together, int(MOST / max(1.0, one))))


def made(batch: Batch) -> tuple[RunResult, ...]:
    """Run a batch in another process."""
    return tuple(performed_in_a_row(batch))
