"""Where tasks are run makes no difference; what was run is not run again."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from time import sleep

import pytest
from helpers.questions import question
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim.engine.result import ENGINE_VERSION, RunResult
from toc_sim.errors import SimulationError, TocError
from toc_sim.experiment.runner.laboratory import (
    Facilities,
    Laboratory,
    default_store,
    open_laboratory,
)
from toc_sim.experiment.runner.task import Completions, Task, TaskBatch, Tasks, run_task
from toc_sim.experiment.runner.workers import (
    _interrupts_blocked,
    run_in_threads,
    task_runner,
)
from toc_sim.experiment.store.database import StoredResult, recorded
from toc_sim.experiment.store.store import Store
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.network.build import network
from toc_sim.scenario.load import load

TESTS = Path(__file__).parents[1]


def work(tmp: Path, **changes: float | str) -> VariantModel:
    """Return a short line with chance, changed as said."""
    scenario = load(question(tmp / "line.yaml", horizon=5))
    return VariantModel(network(scenario.changed(changes)), 1.0)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> VariantModel:
    return work(tmp_path_factory.mktemp("file"))


class Counting:
    """A workplace in this process that remembers what was asked of it."""

    def __init__(self) -> None:
        self.tasks: list[str] = []

    def __call__(self, tasks: Tasks) -> Completions:
        """Run tasks, the last one first."""
        for task in reversed(list(tasks)):
            self.tasks.append(task.key)
            yield task, run_task(task)


def replications(work: VariantModel, count: int) -> Tasks:
    """Return the first replications as tasks."""
    return Tasks([TaskBatch(work, tuple(range(count)))])


def by_number(arrivals: Completions) -> list[RunResult]:
    """Return results by the numbers of their tasks."""
    found = {task.replication: result for task, result in arrivals}
    return [found[number] for number in sorted(found)]


def records(results: Sequence[RunResult]) -> list[StoredResult]:
    """Return runs in a form that is equal if every bit is."""
    return [recorded(result) for result in results]


@pytest.mark.parametrize("workers", [None, 1, 2])
def test_the_place_makes_no_difference(
    short: VariantModel, workers: int | None
) -> None:
    """In this process, on two, or as it pays: the same figures to the last bit."""
    tasks = replications(short, 6)
    found = by_number(task_runner(workers)(tasks))

    assert [each.replication for each in found] == list(range(6))
    assert records(found) == records([run_task(task) for task in tasks])


def test_much_work_is_handed_to_other_processes(
    short: VariantModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default work begins here, and goes on elsewhere once that pays."""
    monkeypatch.setattr("toc_sim.experiment.runner.workers.TRIAL_SECONDS", 0.0)
    monkeypatch.setattr("toc_sim.experiment.runner.workers.POOL_SECONDS", 0.0)
    tasks = replications(short, 40)
    found = by_number(task_runner()(tasks))

    assert records(found) == records([run_task(task) for task in tasks])


def test_an_address_where_nobody_answers_is_said_so(short: VariantModel) -> None:
    """An address that is none is refused at once."""
    with pytest.raises(TocError) as error:
        list(task_runner(cluster="nonsense://x")(replications(short, 1)))

    assert str(error.value) == "cluster=nonsense://x: no scheduler answers there"


def test_nothing_is_run_twice(short: VariantModel, tmp_path: Path) -> None:
    """Neither in one laboratory, nor in the next one with the same store."""
    first, second = Counting(), Counting()
    with Store(tmp_path / "runs.sqlite") as store:
        laboratory = Laboratory(first, store)
        [three] = laboratory.results([short], [3])
        five, again = laboratory.results([short, short], [5, 2])
        [kept] = Laboratory(second, store).results([short], [5])

    assert first.tasks == [f"{short.digest}-{number}" for number in (2, 1, 0, 4, 3)]
    assert second.tasks == []
    assert records(kept) == records(five)
    assert records(three) == records(five[:3])
    assert records(again) == records(five[:2])


def test_who_sold_what_is_the_same_everywhere(tmp_path: Path) -> None:
    """Of products too: on two processes, and out of the store."""
    shop = VariantModel(
        network(load(TESTS / "scenario" / "valid" / "products.yaml")), 2.0
    )
    here = [run_task(task) for task in replications(shop, 3)]
    there = by_number(task_runner(2)(replications(shop, 3)))
    with Store(tmp_path / "runs.sqlite") as store:
        Laboratory(Counting(), store).results([shop], [3])
        [kept] = Laboratory(Counting(), store).results([shop], [3])

    assert all(len(each.sellers) == len(each.departures) > 0 for each in here)
    assert records(there) == records(here)
    assert records(kept) == records(here)
    assert [each.sellers.tolist() for each in kept] == [
        each.sellers.tolist() for each in here
    ]


def test_a_model_without_chance_is_run_once(tmp_path: Path) -> None:
    """However many replications are asked for."""
    certain = tmp_path / "certain.yaml"
    text = question(tmp_path / "line.yaml").read_text(encoding="utf-8")
    certain.write_text(
        text.replace(", distribution: exponential", ""), encoding="utf-8"
    )
    sole = VariantModel(network(load(certain)), 1.0)

    assert [len(each) for each in Laboratory().results([sole], [20])] == [1]


def test_progress_is_told_of_what_is_needed(short: VariantModel) -> None:
    """What is known counts as done; a second wish adds to the first."""
    said: list[tuple[int, int]] = []
    laboratory = Laboratory(
        Counting(), progress=lambda done, total: said.append((done, total))
    )
    laboratory.results([short], [2])
    laboratory.results([short], [3])

    assert said == [(0, 2), (1, 2), (2, 2), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"economics.price": 5.0}, True),
        ({"run.replications": 5}, True),
        ({"run.seed": 8}, False),
        ({"run.horizon": 6}, False),
        ({"first.capacity": 12.000001}, False),
    ],
)
def test_the_key_is_what_decides_the_figures(
    short: VariantModel, tmp_path: Path, change: dict[str, float], *, same: bool
) -> None:
    """Money and plans share runs; anything that is simulated does not."""
    changed = work(tmp_path, **change)

    assert (changed.digest == short.digest) == same
    if same:
        assert records([run_task(Task(changed, 0))]) == records(
            [run_task(Task(short, 0))]
        )


def test_the_key_knows_the_warmup(short: VariantModel) -> None:
    """Figures measured later are others."""
    assert replace(short, warmup=2.0).digest != short.digest


def test_the_key_names_the_version_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures of an engine that comes to others are never met in a store."""
    before = work(tmp_path).digest
    named = "toc_sim.experiment.variant.ENGINE_VERSION"
    monkeypatch.setattr(named, ENGINE_VERSION + 1)

    assert work(tmp_path).digest != before


def test_an_interruption_says_how_to_go_on(short: VariantModel, tmp_path: Path) -> None:
    """With a store the same command goes on; without one the work is lost."""
    path = tmp_path / "runs.sqlite"

    assert stopped(short, path) == (
        f"2 of 2 runs are done and kept in {path}; the same command, given again, "
        "goes on from there"
    )
    assert stopped(short, None) == "2 of 2 runs are done; without a store they are lost"


def stopped(work: VariantModel, store: Path | None) -> str:
    """Return what an interruption after two runs says."""
    try:
        with open_laboratory(Facilities(workers=1, store=store)) as laboratory:
            laboratory.results([work], [2])
            signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as error:
        return str(error)
    pytest.fail("it was not interrupted")


def test_the_default_store_is_in_the_users_own_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the system keeps the state of programs."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("TOC_SIM_STORE")

    assert default_store().name == "runs.sqlite"
    assert default_store().parent.name == "toc-sim"
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert default_store().is_relative_to(tmp_path)


def test_nothing_bought_is_nothing_to_say(short: VariantModel) -> None:
    """A variant in which nothing was bought is refused by its name."""
    with pytest.raises(SimulationError) as error:
        VariantRuns(
            short, [replace(run_task(Task(short, 0)), bought=0)]
        ).refuse_nothing_bought("a name")

    assert str(error.value) == "a name: nothing was bought within the horizon"


@settings(max_examples=20)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_results_come_in_the_order_of_the_wish(
    short: VariantModel, counts: list[int]
) -> None:
    """In whatever order they arrive, and however often the same is wished."""
    found = Laboratory(Counting()).results([short] * len(counts), counts)

    assert [[each.replication for each in one] for one in found] == [
        list(range(count)) for count in counts
    ]


def test_ctrl_c_waits_until_workers_are_started_whoever_hears_it() -> None:
    """A thread that does not block it, as that of a progress bar, takes the signal."""
    done, started = Event(), []

    def start() -> None:
        with _interrupts_blocked():
            os.kill(os.getpid(), signal.SIGINT)
            sleep(0.1)
            started.append(True)

    hearer = Thread(target=done.wait)
    hearer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            start()
    finally:
        done.set()
        hearer.join()

    assert started == [True]


def test_threads_make_no_difference(tmp_path: Path) -> None:
    """Long compiled runs, of two variants, side by side: the same to the last bit."""
    fast: dict[str, float | str] = {"run.horizon": 400, "run.engine": "compiled"}
    variants = work(tmp_path, **fast), work(tmp_path, **fast | {"run.seed": 5})
    tasks = Tasks([TaskBatch(each, tuple(range(6))) for each in variants])
    found = {task.key: result for task, result in run_in_threads(tasks, 2, after=1)}
    every = list(tasks)

    assert set(found) == {task.key for task in every[1:]}
    assert records([found[task.key] for task in every[1:]]) == records(
        [run_task(task) for task in every[1:]]
    )


def test_threads_that_are_not_listened_to_end(short: VariantModel) -> None:
    """Whoever asks for results may stop at any of them; nothing goes on after that."""
    arrivals = run_in_threads(replications(short, 40), 2, after=0)
    next(arrivals)
    arrivals.close()

    assert not [each for each in enumerate_threads() if "ThreadPool" in each.name]
