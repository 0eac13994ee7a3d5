"""Tasks: one replication of a variant each, and batches of them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import run, services
from toc_sim.experiment.variant import VariantModel


@dataclass(frozen=True)
class Task:
    """One replication of a variant: pure, so that it may run anywhere.

    Attributes
    ----------
    model, replication
        The variant, and the number of the replication.
    waits
        Whether it waits for the compiler, where it is worth that; see `run`.
    """

    model: VariantModel
    replication: int
    waits: bool = False

    @property
    def key(self) -> str:
        """Under which its result is stored: what is equal is run once."""
        return self.model.key(self.replication)


@dataclass(frozen=True, slots=True)
class TaskBatch:
    """Some replications of one variant, run in a row: they share its network.

    Attributes
    ----------
    model
        The variant.
    numbers
        Of the replications.
    waits
        As of a `Task`.
    """

    model: VariantModel
    numbers: tuple[int, ...]
    waits: bool = False

    def keyed(self, results: Iterable[RunResult]) -> Iterator[tuple[Task, RunResult]]:
        """Return results, in the order of the numbers, with their tasks."""
        for number, result in zip(self.numbers, results, strict=True):
            yield Task(self.model, number, self.waits), result


class Tasks:
    """Many tasks, listed only as they are needed.

    Parameters
    ----------
    batches
        One or more for each variant, of any size.
    """

    def __init__(self, batches: Iterable[TaskBatch]) -> None:
        self._batches = tuple(batches)
        self._count = sum(len(each.numbers) for each in self._batches)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Task]:
        """Yield them by variant and replication."""
        for batch in self._batches:
            for number in batch.numbers:
                yield Task(batch.model, number, batch.waits)

    def batches(self, size: int, *, after: int = 0) -> Iterator[TaskBatch]:
        """Yield them in batches of at most a size, without the first ones."""
        for batch in self._batches:
            left = batch.numbers[after:]
            after = max(0, after - len(batch.numbers))
            for first in range(0, len(left), size):
                yield replace(batch, numbers=left[first : first + size])


def run_task(task: Task) -> RunResult:
    """Run a task."""
    batch = TaskBatch(task.model, (task.replication,), task.waits)
    [result] = batch_results(batch)
    return result


def batch_results(batch: TaskBatch) -> Iterator[RunResult]:
    """Run replications of one variant; yield their results in order."""
    model = batch.model
    settings = model.network.scenario.run
    for number in batch.numbers:
        yield run(
            model.network,
            seed=settings.seed,
            replication=number,
            horizon=settings.horizon,
            warmup=model.warmup,
            timeline=model.timeline,
            waits=batch.waits,
        )


Completions = Generator[tuple[Task, RunResult], None, None]
"""Results with their tasks, in any order."""

LARGEST_BATCH = 50
"""Replications that are sent to another process together, at most: a variant's network
goes there with them, and is taken apart there, once for all of them."""

BATCHES_FOR_EACH = 4
"""Batches that each process gets at least, where there are so many tasks: the last
ones end at nearly the same time."""

BATCHES_UNDER_WAY = 2
"""Batches under way for each process: one at work, one at hand. However many tasks
there are, no more than these and their results are in memory."""

BATCH_SERVICES = 5_000_000
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
    together = left // (BATCHES_FOR_EACH * max(1, processes))
    one = next((services(task.model.network) for task in tasks), 1.0)
    return max(1, min(LARGEST_BATCH, together, int(BATCH_SERVICES / max(1.0, one))))


def run_batch(batch: TaskBatch) -> tuple[RunResult, ...]:
    """Run a batch in another process."""
    return tuple(batch_results(batch))


UnderWay = dict[Future[tuple[RunResult, ...]], TaskBatch]
"""Batches that were sent and have not come back, by what will."""


def in_a_window(
    batches: Iterator[TaskBatch],
    processes: int,
    submit: Callable[..., Any],
    under_way: UnderWay,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Completions:
    """Have a few batches under way at a time; a new one goes when one has come.

    Parameters
    ----------
    batches
        What to run.
    processes
        How many processes or threads work on them.
    submit
        Sends one to them, as that of an executor.
    under_way
        Filled with those that are, so that who stops halfway knows of them.
    around
        Stands around the sending.

    Yields
    ------
    Results with their tasks, in any order.
    """
    while True:
        with around():
            for batch in islice(
                batches, BATCHES_UNDER_WAY * processes - len(under_way)
            ):
                under_way[submit(run_batch, batch)] = batch
        if not under_way:
            return
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            yield from under_way.pop(future).keyed(future.result())
