"""Where experiments are made: tasks in, results out, nothing run twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from toc_sim.engine.result import RunResult
from toc_sim.errors import SimulationError
from toc_sim.experiment.results import CHUNK, Results
from toc_sim.experiment.shelf import ROOM, Shelf
from toc_sim.experiment.store import Store
from toc_sim.experiment.task import Batch, Task, Tasks, Work, performed
from toc_sim.experiment.workplaces import Workplace, workplace

Progress = Callable[[int, int], None]
"""Told how many runs are done, of how many that are known to be needed."""


@dataclass
class Laboratory:
    """Runs tasks where it is told to, and remembers what came of them.

    Attributes
    ----------
    place
        Where tasks are run.
    store
        Where results are kept, or None.
    progress
        Told after each run.
    room
        The memory that results may take, however many there are [bytes]; those that
        have none are read again from the store, or from a file of their own.
    """

    place: Workplace = field(default_factory=workplace)
    store: Store | None = None
    progress: Progress | None = None
    room: int = ROOM
    _made: dict[str, int] = field(default_factory=dict)
    _wanted: dict[str, int] = field(default_factory=dict)
    _total: int = 0
    _before: int = 0
    _now: int = 0

    def __post_init__(self) -> None:
        self._shelf = Shelf(self.store, self.room)

    def results(
        self, works: Sequence[Work], counts: Sequence[int]
    ) -> tuple[Results, ...]:
        """Return the first replications of some variants.

        Parameters
        ----------
        works
            The variants.
        counts
            How many replications of each; without chance there is one.
        """
        asked: dict[str, tuple[Work, int]] = {}
        found = []
        for work, most in zip(works, counts, strict=True):
            count = min(most, work.most or most)
            asked[work.digest] = (work, max(count, asked.get(work.digest, (0, 0))[1]))
            found.append(Results(partial(self._read, work), count))
        self._perform(tuple(asked.values()))
        return tuple(found)

    def _perform(self, asked: Sequence[tuple[Work, int]]) -> None:
        """Run the first replications of some variants, but for those that are known."""
        self._now = 0
        for work, count in asked:
            more = count - self._wanted.get(work.digest, 0)
            if more > 0:
                self._wanted[work.digest] = count
                self._total += more
        missing = [batch for each in asked for batch in self._missing(*each)]
        self._tell()
        if missing:
            with closing(self.place(Tasks(missing))) as arrivals:
                for task, result in arrivals:
                    self._shelf.keep(task.key, result)
                    self._now += 1
                    self._tell()
        for work, count in asked:
            self._made[work.digest] = max(count, self._made.get(work.digest, 0))
        self._before += self._now
        self._now = 0

    def _missing(self, work: Work, count: int) -> Iterator[Batch]:
        """Yield the first replications, but for those known, which are counted."""
        made = self._made.get(work.digest, 0)
        numbers = []
        for first in range(made, count, CHUNK):
            part = range(first, min(first + CHUNK, count))
            keys = {Task(work, number).key: number for number in part}
            found = self._shelf.found(tuple(keys))
            self._now += len(found)
            numbers += [number for key, number in keys.items() if key not in found]
        if numbers:
            yield Batch(work, tuple(numbers))

    def _read(self, work: Work, numbers: Sequence[int]) -> tuple[RunResult, ...]:
        """Return results that were made; what has been lost since is made again."""
        tasks = [Task(work, number) for number in numbers]
        found = self._shelf.found([task.key for task in tasks])
        for task in tasks:
            if task.key not in found:
                found[task.key] = performed(task)
                self._shelf.keep(task.key, found[task.key])
        return tuple(found[task.key] for task in tasks)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(*self._so_far())

    def _so_far(self) -> tuple[int, int]:
        """Return how many runs are done, and how many are wanted."""
        return self._before + self._now, self._total

    def how_to_go_on(self) -> str:
        """Return how far the work is, and how an interrupted one is continued."""
        done = "{} of {} runs are done".format(*self._so_far())
        if self.store is None:
            return f"{done}; without a store they are lost"
        return (
            f"{done} and kept in {self.store.path}; "
            "the same command, given again, goes on from there"
        )


def at_all(results: Sequence[RunResult], name: str) -> None:
    """Refuse a variant in which nothing was bought at all: there is nothing to say.

    Raises
    ------
    SimulationError
        With the variant's name.
    """
    if not any(result.bought for result in results):
        raise SimulationError(f"{name}: nothing was bought within the horizon")
