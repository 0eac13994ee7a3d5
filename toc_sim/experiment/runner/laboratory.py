"""Where experiments are made: tasks in, results out, nothing run twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import PILOT, Progress, Runs, engine_for, prepare, warmup
from toc_sim.errors import TocError
from toc_sim.experiment.runner.result_cache import (
    CHUNK,
    RESULTS_MEMORY,
    ResultCache,
    Results,
)
from toc_sim.experiment.runner.task import Task, TaskBatch, Tasks, run_task
from toc_sim.experiment.runner.workers import TaskRunner, task_runner
from toc_sim.experiment.store.store import Member, Store
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.network import Network, network
from toc_sim.scenario.file.dump import dump, recordable
from toc_sim.scenario.model import Scenario

NAME_LETTERS = 12
"""Of a run's name: enough that no two questions share it."""


class Found(Protocol):
    """An answer that knows what was simulated for it."""

    @property
    def trials(self) -> tuple[VariantRuns, ...]:
        """All of it."""


_F = TypeVar("_F", bound=Found)


@dataclass
class Laboratory:
    """Runs tasks where it is told to, and remembers what came of them.

    One laboratory that is given to several questions simulates nothing twice.

    Attributes
    ----------
    place
        Where tasks are run: in this process, on all cores or on a cluster.
    store
        Where results are kept, or None.
    progress
        Called after each run.
    room
        The memory that results may take, however many there are [bytes]; those that
        have none are read again from the store, or from a file of their own.
    waits
        Whether to wait for the compiler, where nothing is compiled yet and it is worth
        that; else SimPy's engine begins, with the same figures.
    policies
        Whether every verdict tries every policy (`diagnose`).

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.runner.laboratory import Laboratory
    >>> from toc_sim.experiment.compare.comparison import Question
    >>> from toc_sim.experiment.compare.compare import compare
    >>> from toc_sim.experiment.roadmap.reach import reach
    >>> scenario = load("scenarios/paper_cups_tools.yaml", {"run.horizon": "20"})
    >>> laboratory = Laboratory()
    >>> asked = Question(tools=("new_machine_2",), by="throughput")
    >>> compare(scenario, asked, laboratory).best.tools
    ('new_machine_2',)
    >>> reach(scenario, 9.0, laboratory, tools=["new_machine_2"]).found.tools
    ('new_machine_2',)
    """

    place: TaskRunner = field(default_factory=task_runner)
    store: Store | None = None
    progress: Progress | None = None
    room: int = RESULTS_MEMORY
    waits: bool = False
    policies: bool = False
    _made: dict[str, int] = field(default_factory=dict)
    _wanted: dict[str, int] = field(default_factory=dict)
    _total: int = 0
    _before: int = 0
    _now: int = 0

    def __post_init__(self) -> None:
        self._shelf = ResultCache(self.store, self.room)

    def results(
        self, models: Sequence[VariantModel], counts: Sequence[int]
    ) -> tuple[Results, ...]:
        """Return the first replications of some variants.

        Parameters
        ----------
        models
            The variants.
        counts
            How many replications of each; without chance there is one.
        """
        asked: dict[str, tuple[VariantModel, int]] = {}
        found = []
        for model, most in zip(models, counts, strict=True):
            count = min(most, model.most or most)
            asked[model.digest] = (
                model,
                max(count, asked.get(model.digest, (0, 0))[1]),
            )
            found.append(Results(partial(self._read, model), count))
        self._perform(tuple(asked.values()))
        return tuple(found)

    def runs(
        self,
        models: Sequence[VariantModel],
        counts: Sequence[int],
        before: Sequence[VariantRuns] = (),
    ) -> tuple[VariantRuns, ...]:
        """Simulate so many replications of each variant, on common random numbers.

        Parameters
        ----------
        models, counts
            The variants, and the replications of each; without chance there is one.
        before
            Runs of the first variants: those that have as many as are wanted stay
            what they are, with all that has been worked out of them.
        """
        found = list(map(VariantRuns, models, self.results(models, counts)))
        for place, old in enumerate(before):
            if len(old.results) == len(found[place].results):
                found[place] = old
        return tuple(found)

    def verdict(self, runs: Runs) -> Verdict:
        """Name the constraint; the experiments behind the shares are made here."""
        return diagnose(runs, self.replicate, policies=self.policies)

    def replicate(
        self, networks: Sequence[Network], warmup: float, numbers: range
    ) -> tuple[Sequence[RunResult], ...]:
        """Return some replications of some networks: of experiments.

        Parameters
        ----------
        networks
            The variants.
        warmup
            The time before measuring begins [periods].
        numbers
            Which replications, as far as the scenario asks for them.
        """
        models = [VariantModel(net, warmup) for net in networks]
        counts = [min(numbers.stop, net.scenario.run.replications) for net in networks]
        found = self.results(models, counts)
        return tuple(each[numbers.start : numbers.stop] for each in found)

    def warmup(self, scenario: Scenario) -> float:
        """Return the time before measuring that a scenario needs [periods]."""
        return warmup(network(scenario), self._pilot)

    def _pilot(self, net: Network, horizon: float) -> RunResult:
        """Return a pilot, on the engine that is chosen for the whole question."""
        asked = net.asked(horizon=horizon, engine=engine_for(net))
        [result] = self._read(VariantModel(asked, 0.0), [PILOT])
        return result

    def _perform(self, asked: Sequence[tuple[VariantModel, int]]) -> None:
        """Run the first replications of some variants, but for those that are known."""
        self._now = 0
        for model, count in asked:
            more = count - self._wanted.get(model.digest, 0)
            if more > 0:
                self._wanted[model.digest] = count
                self._total += more
        missing = [batch for each in asked for batch in self._missing(*each)]
        self._tell()
        if missing:
            if not self.waits:
                prepare(missing[0].model.network)
            with closing(self.place(Tasks(missing))) as arrivals:
                for task, result in arrivals:
                    self._shelf.keep(task.key, result)
                    self._now += 1
                    self._tell()
        for model, count in asked:
            self._made[model.digest] = max(count, self._made.get(model.digest, 0))
        self._before += self._now
        self._now = 0

    def _missing(self, model: VariantModel, count: int) -> Iterator[TaskBatch]:
        """Yield the first replications, but for those known, which are counted."""
        made = self._made.get(model.digest, 0)
        numbers = []
        for first in range(made, count, CHUNK):
            part = range(first, min(first + CHUNK, count))
            keys = {Task(model, number).key: number for number in part}
            found = self._shelf.found(tuple(keys))
            self._now += len(found)
            numbers += [number for key, number in keys.items() if key not in found]
        if numbers:
            yield TaskBatch(model, tuple(numbers), self.waits)

    def _read(
        self, model: VariantModel, numbers: Sequence[int]
    ) -> tuple[RunResult, ...]:
        """Return results that were made; what has been lost since is made again."""
        tasks = [Task(model, number, self.waits) for number in numbers]
        found = self._shelf.found([task.key for task in tasks])
        for task in tasks:
            if task.key not in found:
                found[task.key] = run_task(task)
                self._shelf.keep(task.key, found[task.key])
        return tuple(found[task.key] for task in tasks)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(*self._so_far())

    def _so_far(self) -> tuple[int, int]:
        """Return how many runs are done, and how many are wanted."""
        return self._before + self._now, self._total

    def answer(
        self, command: str, scenario: Scenario, find: Callable[[Laboratory], _F]
    ) -> tuple[_F, str | None]:
        """Find an answer here, and record it with all that was simulated.

        Parameters
        ----------
        command
            What is asked, as on a command line, without where and how fast.
        scenario
            What it is asked of.
        find
            Finds the answer in this laboratory.

        Returns
        -------
        The answer, and the name under which it is kept: the same question always has
        the same. None without a store.
        """
        if self.store is None:
            return find(self), None
        text = f"{command}\n{dump(scenario)}"
        name = sha256(text.encode()).hexdigest()[:NAME_LETTERS]
        self.store.begin(name, command, scenario)
        try:
            found = find(self)
        except TocError:  # refused: asked again it would be refused again
            self.store.forget(name)
            raise
        self.store.finish(name, _members(found.trials))
        return found, name

    def how_to_go_on(self) -> str:
        """Return how far the work is, and how an interrupted one is continued."""
        done = "{} of {} runs are done".format(*self._so_far())
        if self.store is None:
            return f"{done}; without a store they are lost"
        return (
            f"{done} and kept in {self.store.path}; "
            "the same command, given again, goes on from there"
        )


def _members(variants: Iterable[VariantRuns]) -> Iterator[tuple[str, Member]]:
    """Yield every replication of every variant, with the key of its result."""
    for place, variant in enumerate(variants):
        model = variant.model
        inputs = {name: recordable(value) for name, value in model.inputs.items()}
        for number, result in enumerate(variant.results):
            yield (
                model.key(number),
                Member(place, model.name, inputs, number, variant.earned(result)),
            )


@dataclass(frozen=True, slots=True)
class Facilities:
    """Where to simulate, and where to keep what came of it.

    Attributes
    ----------
    workers
        Processes; None: all cores, if there is enough to do.
    cluster
        The address of a Dask scheduler, or None.
    store
        The file that keeps results; None: none is kept.
    policies
        Whether every verdict tries every policy (`diagnose`).
    """

    workers: int | None = None
    cluster: str | None = None
    store: Path | None = None
    policies: bool = False


@contextmanager
def open_laboratory(
    facilities: Facilities, progress: Progress | None = None, *, waits: bool = False
) -> Iterator[Laboratory]:
    """Yield a laboratory; its store is closed at the end.

    Parameters
    ----------
    facilities
        Where to simulate, and where to keep it.
    progress
        Called after each run.
    waits
        Whether to wait for the compiler; see `Laboratory`.

    Raises
    ------
    KeyboardInterrupt
        With how to go on, if the work is interrupted.
    """
    place = task_runner(facilities.workers, facilities.cluster)
    kept = facilities.store
    with nullcontext() if kept is None else Store(kept) as store:
        laboratory = Laboratory(
            place, store, progress, waits=waits, policies=facilities.policies
        )
        try:
            yield laboratory
        except KeyboardInterrupt:
            raise KeyboardInterrupt(laboratory.how_to_go_on()) from None


def default_store() -> Path:
    """Return the file in which results are kept if no other is named.

    It is what ``TOC_SIM_STORE`` says, or a file in the user's own state directory.
    """
    named = os.environ.get("TOC_SIM_STORE")
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("toc-sim", appauthor=False) / "runs.sqlite"
