"""Where tasks are run: in this process, on all cores, or on a Dask cluster.

The results are the same to the last bit wherever they come from; only the order in
which they arrive differs.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from time import perf_counter
from typing import Any

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.experiment.task import Task, performed

Arrivals = Generator[tuple[int, RunResult], None, None]
"""Results with the place of their task in the list, in any order."""

Workplace = Callable[[Sequence[Task]], Arrivals]

TRIAL = 0.5
"""Seconds of work after which it is known how much more there is."""

WORTHWHILE = 4.0
"""Seconds of work left that pay for starting other processes."""


def workplace(workers: int | None = None, cluster: str | None = None) -> Workplace:
    """Return where tasks are run.

    Parameters
    ----------
    workers
        Processes; 1 is this process alone, None as many as there are cores if there
        is enough to do.
    cluster
        The address of a Dask scheduler, ``tcp://host:8786``; the package must be
        installed on its workers too.
    """
    if cluster is not None:
        from toc_sim.experiment.cluster import on_cluster

        return lambda tasks: on_cluster(tasks, cluster)
    if workers is None:
        return _as_it_pays
    if workers == 1:
        return _here
    return lambda tasks: _on_cores(tasks, workers)


def _here(tasks: Sequence[Task]) -> Arrivals:
    for place, task in enumerate(tasks):
        yield place, performed(task)


def _as_it_pays(tasks: Sequence[Task]) -> Arrivals:
    """Begin here; go on in other processes if much is left to do."""
    begun = perf_counter()
    for place, task in enumerate(tasks):
        yield place, performed(task)
        spent, done = perf_counter() - begun, place + 1
        left = spent / done * (len(tasks) - done)
        if spent > TRIAL and left > WORTHWHILE and (os.cpu_count() or 1) > 1:
            for other, result in _on_cores(tasks[done:], -1):
                yield done + other, result
            return


def _on_cores(tasks: Sequence[Task], workers: int) -> Arrivals:
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=workers, return_as="generator_unordered")
    calls = (delayed(_placed)(place, task) for place, task in enumerate(tasks))
    with _deaf_children():
        arrivals: Any = parallel(calls)
    try:
        with closing(arrivals):
            yield from arrivals
    except BrokenProcessPool as error:
        raise TocError(
            "a process that simulated was killed, most likely for want of memory\n"
            "    hint: give the command again with fewer --workers; what a store has "
            "is not simulated again"
        ) from error


def _placed(place: int, task: Task) -> tuple[int, RunResult]:
    return place, performed(task)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is this one that ends them.

    A blocked signal is inherited; here it is only put off until they are started.
    """
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    if mask is None:
        yield
        return
    _start_trackers()
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def _start_trackers() -> None:
    """Start the processes that look after what others share, before anybody else.

    Python's own (below 3.12), and joblib's (below 1.6), let a blocked signal through
    again when they start, and whoever is started after them would hear it.
    """
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()
    with suppress(ImportError):
        from joblib.externals.loky.backend.resource_tracker import ensure_running

        ensure_running()
