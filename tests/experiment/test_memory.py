"""However many runs are made, only so much of them is in memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect
from time import sleep

import numpy as np
import pytest
from helpers.questions import question

from toc_sim import load
from toc_sim.engine.result import RunResult
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.runner.result_cache import size
from toc_sim.experiment.runner.task import (
    BATCHES_UNDER_WAY,
    Completions,
    Task,
    TaskBatch,
    Tasks,
    run_task,
)
from toc_sim.experiment.runner.workers import FEWEST_UNDER_WAY, TaskRunner, task_runner
from toc_sim.experiment.store.database import recorded
from toc_sim.experiment.store.store import Store
from toc_sim.experiment.variant import VariantModel
from toc_sim.network.build import network as network_of

ROOM = 500_000
"""Bytes that a laboratory may fill here: some 25 of the results below."""

PURCHASES = 2_000

A_NUMBER = 100
"""Bytes: what a run that is to be made may take itself, beside its result."""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> VariantModel:
    file = tmp_path_factory.mktemp("file") / "line.yaml"
    return VariantModel(network_of(load(question(file, horizon=5))), 1.0)


def filled(result: RunResult, number: int) -> RunResult:
    """Return a result as if it were another one, of a long run."""
    times = np.random.default_rng(number).random(PURCHASES).cumsum()
    return replace(result, replication=number, bought=PURCHASES, departures=times)


def long_runs(work: VariantModel) -> TaskRunner:
    """Return a workplace whose results are large, and made at once."""
    model = run_task(Task(work, 0))

    def place(tasks: Tasks) -> Completions:
        for task in tasks:
            yield task, filled(model, task.replication)

    return place


@pytest.mark.parametrize("is_kept", [True, False])
def test_memory_does_not_grow_with_the_number_of_runs(
    work: VariantModel, tmp_path: Path, *, is_kept: bool
) -> None:
    """2,000 large results take the room they may take, with a store and without."""
    place, model = long_runs(work), run_task(Task(work, 0))
    peaks: list[int] = []
    for count in (2_000, 200, 2_000):  # at first Python itself takes more
        file = tmp_path / f"{len(peaks)}.sqlite"
        with Store(file) as store:
            laboratory = Laboratory(place, store if is_kept else None, room=ROOM)
            tracemalloc.start()
            [results] = laboratory.results([work], [count])
            total = sum(each.bought for each in results)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            last = results[-1]

        assert total == count * PURCHASES
        assert recorded(last) == recorded(filled(model, count - 1))
    assert peaks[2] < 4 * ROOM
    assert (peaks[2] - peaks[1]) / 1_800 < A_NUMBER


def test_the_memory_of_a_result_is_not_underestimated(work: VariantModel) -> None:
    """What is held takes no more than it is reckoned with, nor less than a third."""
    run_task(Task(work, 0))
    gc.collect()
    tracemalloc.start()
    held = [run_task(Task(work, number)) for number in range(50)]
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    reckoned = sum(size(each) for each in held)

    assert reckoned / 3 < taken < reckoned


def test_what_was_lost_in_the_meantime_is_made_again(
    work: VariantModel, tmp_path: Path
) -> None:
    """A result that its file no longer has is there all the same."""
    file = tmp_path / "runs.sqlite"
    with Store(file) as store:
        [results] = Laboratory(store=store, room=0).results([work], [3])
        with closing(connect(file, isolation_level=None)) as other:
            other.execute("DELETE FROM results")
        found = list(results)

    assert [recorded(each) for each in found] == [
        recorded(run_task(Task(work, number))) for number in range(3)
    ]


class Counted(Tasks):
    """Tasks that know how many of them have been asked for."""

    asked = 0

    def batches(self, size: int, *, after: int = 0) -> Iterator[TaskBatch]:
        """Yield them, and count."""
        for batch in super().batches(size, after=after):
            self.asked += 1
            yield batch


def asked_while_one_is_looked_at(
    place: TaskRunner, work: VariantModel, count: int
) -> int:
    """Return how many batches have gone, or come, when the first result is at hand."""
    tasks = Counted([TaskBatch(work, tuple(range(count)))])
    with closing(place(tasks)) as arrivals:
        next(arrivals)
        sleep(0.5)
        return tasks.asked


def test_only_a_few_runs_are_under_way(work: VariantModel) -> None:
    """Processes get no more work, and send no more results, than can be looked at."""
    assert (
        asked_while_one_is_looked_at(task_runner(2), work, 500) == 2 * BATCHES_UNDER_WAY
    )


def test_only_a_few_runs_are_under_way_on_a_cluster(
    work: VariantModel, tmp_path: Path
) -> None:
    """Nor does a cluster."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path),
    ) as cluster:
        place = task_runner(cluster=cluster.scheduler_address)

        assert asked_while_one_is_looked_at(place, work, 10_000) == FEWEST_UNDER_WAY
