"""Where experiments are made: tasks in, results out, nothing run twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from toc_sim.engine.result import RunResult
from toc_sim.errors import SimulationError
from toc_sim.experiment.store import Store
from toc_sim.experiment.task import Task, Work
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
    """

    place: Workplace = field(default_factory=workplace)
    store: Store | None = None
    progress: Progress | None = None
    _known: dict[str, RunResult] = field(default_factory=dict)
    _wanted: dict[str, None] = field(default_factory=dict)

    def results(
        self, works: Sequence[Work], counts: Sequence[int]
    ) -> tuple[tuple[RunResult, ...], ...]:
        """Return the first replications of some variants.

        Parameters
        ----------
        works
            The variants.
        counts
            How many replications of each; without chance there is one.
        """
        keys = []
        tasks: dict[str, Task] = {}
        for work, count in zip(works, counts, strict=True):
            each = [
                Task(work, number) for number in range(min(count, work.most or count))
            ]
            keys.append([task.key for task in each])
            tasks |= {task.key: task for task in each}
        self._perform(tasks)
        return tuple(tuple(self._known[key] for key in each) for each in keys)

    def _perform(self, tasks: Mapping[str, Task]) -> None:
        self._wanted |= dict.fromkeys(tasks)
        missing = [key for key in tasks if key not in self._known]
        if self.store is not None:
            self._known |= self.store.known(missing)
            missing = [key for key in missing if key not in self._known]
        self._tell()
        if not missing:
            return
        with closing(self.place([tasks[key] for key in missing])) as arrivals:
            for number, result in arrivals:
                kept = replace(result, active_periods=())
                if self.store is not None:
                    self.store.keep(missing[number], kept)
                self._known[missing[number]] = kept
                self._tell()

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(len(self._known), len(self._wanted))

    def how_to_go_on(self) -> str:
        """Return how far the work is, and how an interrupted one is continued."""
        done = f"{len(self._known)} of {len(self._wanted)} runs are done"
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
