"""Where tasks are run: in this process, on all cores, or on a Dask cluster.

The results are the same to the last bit wherever they come from; only the order in
which they arrive differs.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from threading import current_thread, main_thread
from time import perf_counter, sleep
from typing import Any

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.experiment.batching import AHEAD, BATCH, Arrivals, batch_size, made
from toc_sim.experiment.task import Batch, Tasks, performed_in_a_row

Workplace = Callable[[Tasks], Arrivals]

TRIAL = 0.5
"""Seconds of work after which it is known how much more there is."""

WORTHWHILE = 4.0
"""Seconds of work left that pay for starting other processes."""

TAKEN = 0.5
"""Seconds in which a pool has taken up what was sent to it."""

IDLE = 300
"""Seconds after which processes that have nothing to do end."""


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


def _here(tasks: Tasks) -> Arrivals:
    for batch in tasks.batches(BATCH):
        yield from batch.keyed(performed_in_a_row(batch))


def _as_it_pays(tasks: Tasks) -> Arrivals:
    """Begin here; go on in other processes if much is left to do."""
    arrivals = _here(tasks)
    yield from islice(arrivals, 1)  # an engine may be loaded for it
    begun = perf_counter()
    for done, arrival in enumerate(arrivals, start=2):
        yield arrival
        spent = perf_counter() - begun
        left = spent / (done - 1) * (len(tasks) - done)
        if spent > TRIAL and left > WORTHWHILE and (os.cpu_count() or 1) > 1:
            yield from _on_cores(tasks, None, after=done)
            return


def _on_cores(tasks: Tasks, workers: int | None, after: int = 0) -> Arrivals:
    """Run tasks, without the first ones, in so many processes, or on all cores."""
    from joblib import cpu_count

    processes = workers or cpu_count()
    batches = tasks.batches(
        batch_size(tasks, len(tasks) - after, processes), after=after
    )
    try:
        yield from _in_a_window(batches, processes)
    except BrokenProcessPool as error:
        raise TocError(
            "a process that simulated was killed, most likely for want of memory\n"
            "    hint: give the command again with fewer --workers; what a store has "
            "is not simulated again"
        ) from error


def _in_a_window(batches: Iterator[Batch], processes: int) -> Arrivals:
    """Have a few batches under way at a time; a new one goes when one has come."""
    from joblib.externals.loky import get_reusable_executor

    under_way: dict[Future[tuple[RunResult, ...]], Batch] = {}
    executor: Any = None
    try:
        while True:
            with _deaf_children():
                if executor is None:
                    executor = get_reusable_executor(processes, timeout=IDLE)
                for batch in islice(batches, AHEAD * processes - len(under_way)):
                    under_way[executor.submit(made, batch)] = batch
            if not under_way:
                return
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                yield from under_way.pop(future).keyed(future.result())
    finally:
        if under_way:  # stopped halfway: what is not done is not waited for
            try:
                _wait_until_taken(under_way)
            finally:
                executor.shutdown(kill_workers=True)


def _wait_until_taken(under_way: Iterable[Future[Any]]) -> None:
    """Let the pool take up what was just sent: killed before, its thread cries out.

    It has a place for each batch that is under way, so that this takes no time.
    """
    given_up = perf_counter() + TAKEN
    while perf_counter() < given_up:
        if all(future.running() or future.done() for future in under_way):
            return
        sleep(0.001)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is this one that ends them.

    A blocked signal is inherited; here it is only put off until they are started.
    """
    mask = getattr(signal, "pthread_sigmask", None)  # not on Windows
    if mask is None:
        yield
        return
    with _put_off():
        _start_trackers()
        before = mask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            mask(signal.SIG_SETMASK, before)


@contextmanager
def _put_off() -> Iterator[None]:
    """Let Ctrl-C wait: another thread takes what this one has blocked.

    The bar of progress is drawn by one. Broken off there, a process that was just
    being started has nobody to tell it what to do.
    """
    before = signal.getsignal(signal.SIGINT)
    if current_thread() is not main_thread() or before is None:
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


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
