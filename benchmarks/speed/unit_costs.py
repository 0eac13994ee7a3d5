"""What one item, one run, one batch and one variant cost, wherever they are made."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from speed.apart import cost
from speed.lines import SHORT, W1, Line, document
from toc_sim.engine.simulate import run as run_once
from toc_sim.experiment.runner.laboratory import Laboratory, Results
from toc_sim.experiment.runner.workers import TaskRunner, task_runner
from toc_sim.experiment.store.store import Store
from toc_sim.experiment.variant import VariantModel
from toc_sim.network.build import network
from toc_sim.network.model import Network
from toc_sim.scenario.model import Scenario

LONG = 100.0
"""W1 this many times over, for what an item costs in a long run."""

RUNS = 4_000
VARIANTS, FEW = 3_000, 300
MOMENT = 0.01
"""Periods of a run that hardly takes time."""


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """What was measured on one machine.

    Attributes
    ----------
    item, other_item
        Seconds of a core for an item of five services: in a plain line, and where the
        calendar is needed.
    item_memory
        Bytes that an item of a long run leaves behind.
    run, run_items
        Seconds of a core for a run of 500 periods, and the items in it.
    received, stored
        Seconds of the process that asks, for a run made elsewhere: without a store, and
        what the store adds.
    record
        Bytes of a run on disk.
    variant_time, variant_memory
        Seconds and bytes of the process that asks, for a variant.
    task
        Seconds of the machine with Dask's scheduler, for a batch.
    """

    item: float
    other_item: float
    item_memory: float
    run: float
    run_items: float
    received: float
    stored: float
    record: float
    variant_time: float
    variant_memory: float
    task: float


def unit_costs() -> UnitCosts:
    """Measure everything; it takes a minute or two."""
    few, many = cost(W1, "compiled"), cost(W1.scaled(LONG), "compiled")
    items = many.items - few.items
    work = VariantModel(_net(SHORT), 0.0)
    run, run_items = _here(work.network)
    two = task_runner(2)
    received = _asked(two, None, [work], RUNS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        with Store(path) as store:
            kept = _asked(two, store, [work], RUNS)
        record = sum(file.stat().st_size for file in path.parent.iterdir()) / RUNS
    variant_time, variant_memory = _variants()
    return UnitCosts(
        item=(many.seconds - few.seconds) / items,
        other_item=_with_calendar(),
        item_memory=(many.growth - few.growth) * 1e6 / items,
        run=run,
        run_items=run_items,
        received=received / RUNS,
        stored=max(0.0, kept - received) / RUNS,
        record=record,
        variant_time=variant_time,
        variant_memory=variant_memory,
        task=_task(),
    )


def _net(line: Line, **stage: object) -> Network:
    told = document(line, engine="compiled")
    stages: dict[str, dict[str, object]] = told["stages"]  # type: ignore[assignment]
    stages["machine_2"].update(stage)
    return network(Scenario.model_validate(told))


def _here(net: Network) -> tuple[float, float]:
    """Return seconds and items of a run in this process."""
    run_once(net, seed=1, replication=0, horizon=SHORT.periods, warmup=0.0)
    begin, items = process_time(), 0
    for number in range(RUNS // 10):
        items += run_once(
            net, seed=1, replication=number, horizon=SHORT.periods, warmup=0.0
        ).bought
    return (process_time() - begin) * 10 / RUNS, items * 10 / RUNS


def _with_calendar() -> float:
    """Return seconds for an item of a line that is no plain one: two servers."""
    net = _net(W1, servers=2)
    run_once(net, seed=1, replication=0, horizon=10.0, warmup=0.0)
    begin = process_time()
    result = run_once(net, seed=1, replication=0, horizon=W1.periods, warmup=0.0)
    return (process_time() - begin) / result.bought


def _asked(
    place: TaskRunner, store: Store | None, works: list[VariantModel], count: int
) -> float:
    """Return seconds of this process for runs that are made elsewhere."""
    Laboratory(place, room=1).results(works, [20] * len(works))  # starts the processes
    begin = process_time()
    Laboratory(place, store).results(works, [count] * len(works))
    return process_time() - begin


def _variants() -> tuple[float, float]:
    """Return seconds and bytes of this process for a variant that hardly runs."""
    begin = process_time()
    _remembered(VARIANTS)
    spent = process_time() - begin
    tracemalloc.start()
    kept = _remembered(FEW)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept[1]) == FEW  # they are held until here
    return spent / VARIANTS, size / FEW


def _remembered(count: int) -> tuple[Laboratory, tuple[Results, ...]]:
    """Return a laboratory that has run so many variants, and all that it remembers."""
    short = SHORT.scaled(MOMENT / SHORT.periods)
    works = [
        VariantModel(_net(short, capacity=8 + each / count), 0) for each in range(count)
    ]
    laboratory = Laboratory(task_runner(1), room=1)
    return laboratory, laboratory.results(works, [1] * count)


def _task() -> float:
    """Return seconds of this process, Dask's scheduler in it, for a batch."""
    works = [
        VariantModel(
            _net(SHORT.scaled(MOMENT / SHORT.periods), capacity=8 + number / 500), 0
        )
        for number in range(500)
    ]
    with _cluster() as address:
        return _asked(task_runner(cluster=address), None, works, 1) / len(works)


@contextmanager
def _cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as cluster:
        yield cluster.scheduler_address
