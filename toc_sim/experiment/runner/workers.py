"""Where tasks run: in this process, in its threads, on all cores, or on a Dask cluster.

The results are the same to the last bit wherever they come from; only the order in
which they arrive differs.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError as Cancelled
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib.metadata import version
from itertools import islice
from math import inf
from threading import Thread, current_thread, main_thread
from time import perf_counter, sleep
from typing import Any

from toc_sim.engine.compiled.ahead import is_ready
from toc_sim.engine.result import ENGINE_VERSION, RunResult
from toc_sim.engine.simulate import engine_for, kernel_for, services
from toc_sim.errors import Argument, QuestionError, TocError, needs
from toc_sim.experiment.runner.task import (
    BATCHES_UNDER_WAY,
    LARGEST_BATCH,
    Completions,
    TaskBatch,
    Tasks,
    UnderWay,
    batch_results,
    batch_size,
    in_a_window,
    run_batch,
)
from toc_sim.network import Network

CONNECT_TIMEOUT = "10s"
"""How long a scheduler may take to answer."""

FETCH_TIMEOUT = "5s"
"""How long a finished result may take to come before the others are fetched first."""

FEWEST_UNDER_WAY = 32
"""Batches under way at least: workers may join."""

THREADS_SECONDS = 5.0
"""Seconds after which the scheduler is asked again how many workers there are."""


def run_on_cluster(tasks: Tasks, address: str) -> Completions:
    """Run tasks on the workers of a Dask scheduler, which may come and go.

    Parameters
    ----------
    tasks
        What to run.
    address
        Of the scheduler, ``tcp://host:8786``. It and its workers must have the same
        toc-sim installed.

    Yields
    ------
    Results with their tasks, in any order.

    Raises
    ------
    TocError
        If no scheduler answers, or it is lost, or its workers have other code.
    """
    with _quiet(), _client(address) as client, _explained(address):
        yield from _in_a_window_of_the_cluster(client, tasks)


def _in_a_window_of_the_cluster(client: Any, tasks: Tasks) -> Completions:
    """Have so many batches under way as keep all workers busy; no more, nor results.

    Results that are lost with a worker are fetched after the others.
    """
    from distributed import as_completed

    arrivals = as_completed(loop=client.loop)
    under_way: dict[str, TaskBatch] = {}
    late: list[Any] = []
    batches = tasks.batches(batch_size(tasks, len(tasks), _threads(client)))
    own, room = _version(), Window(client)
    while True:
        for batch in islice(batches, max(0, room.now() - len(under_way))):
            future = client.submit(_made, batch, own, pure=False)
            under_way[future.key] = batch
            arrivals.add(future)
        if arrivals.is_empty():
            if not late:
                return
            arrivals.update(late)
            late = []
        future = next(arrivals)
        try:
            results = future.result(timeout=FETCH_TIMEOUT)
        except TimeoutError:
            late.append(future)
            continue
        # What has come back is let go on the workers too; said so, as Python would
        # swallow a Ctrl-C that comes while it clears away.
        future.release()
        yield from under_way.pop(future.key).keyed(results)


class Window:
    """How many batches may be under way, as workers come and go."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._room, self._asked = 0, -inf

    def now(self) -> int:
        """Return it, asking the scheduler every few seconds."""
        if perf_counter() - self._asked > THREADS_SECONDS:
            self._room = max(
                FEWEST_UNDER_WAY, BATCHES_UNDER_WAY * _threads(self._client)
            )
            self._asked = perf_counter()
        return self._room


def _threads(client: Any) -> int:
    return int(sum(client.nthreads().values()))


def _version() -> str:
    """Return which code runs here: networks are sent to code of the same release."""
    return f"{version('toc-sim')}+engine.{ENGINE_VERSION}"


def _made(batch: TaskBatch, expected: str) -> tuple[RunResult, ...]:
    if _version() != expected:
        raise TocError(
            f"a worker has toc-sim {_version()}, this is {expected}\n"
            "    hint: install the same version on the scheduler and its workers"
        )
    return run_batch(batch)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Say what is wrong with a cluster that gives no results."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise _refusal(address, "its workers die") from error
    except (Cancelled, CancelledError, OSError) as error:
        raise _refusal(address, "the scheduler is gone") from error
    except (ImportError, RuntimeError) as error:
        reason = f"its workers cannot run toc-sim ({error})"
        raise _refusal(address, reason) from error


def _client(address: str) -> Any:
    from distributed import Client

    try:
        return Client(address, timeout=CONNECT_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        asked = Argument("cluster", address)
        raise QuestionError(asked, "no scheduler answers there") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence Dask on connections that it loses: what matters is told as an error."""
    with needs("Dask", "cluster", "a cluster"):
        import distributed
    named = [distributed.__name__, f"{distributed.__name__}.client"]
    before = [(logger, logger.level) for logger in map(logging.getLogger, named)]
    for logger, _ in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)


def _refusal(address: str, what: str) -> QuestionError:
    hint = "ask again once it works; what a store has is not simulated again"
    return QuestionError(Argument("cluster", address), what, hint)


TaskRunner = Callable[[Tasks], Completions]

TRIAL_SECONDS = 0.5
"""Seconds of work after which it is known how much more there is."""

POOL_SECONDS = 4.0
"""Seconds of work left that pay for starting other processes."""

THREADS_PAY_SECONDS = 10.0
"""Seconds of work left that threads have done before other processes are at work."""

TAKE_UP_SECONDS = 0.5
"""Seconds in which a pool takes up what was sent to it."""

IDLE_SECONDS = 300
"""Seconds after which processes that have nothing to do end."""


def task_runner(workers: int | None = None, cluster: str | None = None) -> TaskRunner:
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
        return lambda tasks: run_on_cluster(tasks, cluster)
    if workers is None:
        return _as_it_pays
    if workers == 1:
        return _here
    return lambda tasks: _on_cores(tasks, workers)


def _here(tasks: Tasks) -> Completions:
    for batch in tasks.batches(LARGEST_BATCH):
        yield from batch.keyed(batch_results(batch))


def _as_it_pays(tasks: Tasks) -> Completions:
    """Begin here; go on in threads, or in other processes if much is left to do."""
    arrivals = _here(tasks)
    yield from islice(arrivals, 1)  # an engine may be loaded for it
    begun, cores = perf_counter(), os.cpu_count() or 1
    for done, (task, result) in enumerate(arrivals, start=2):
        yield task, result
        spent = perf_counter() - begun
        left = spent / (done - 1) * (len(tasks) - done)
        if cores > 1 and left < THREADS_PAY_SECONDS and _can_share(task.model.network):
            yield from run_in_threads(tasks, cores, after=done)
            return
        if spent > TRIAL_SECONDS and left > POOL_SECONDS and cores > 1:
            yield from _on_cores(tasks, None, after=done)
            return


THREADED_SERVICES = 5_000
"""Services of a run from which nearly all of it is compiled code: of shorter ones
most is Python's, of which one thread runs at a time."""


def _can_share(net: Network) -> bool:
    """Return whether runs of a network are sooner done side by side in threads."""
    return (
        services(net) > THREADED_SERVICES
        and engine_for(net) == "compiled"
        and is_ready(kernel_for(net))
    )


def run_in_threads(tasks: Tasks, threads: int, after: int) -> Completions:
    """Run tasks, without the first ones, in so many threads of this process.

    Parameters
    ----------
    tasks
        All of them.
    threads
        How many run at a time.
    after
        How many of the tasks are done already.

    Yields
    ------
    Results with their tasks, in any order; if they are not asked for to the end, what
    is under way is waited for.
    """
    size = batch_size(tasks, len(tasks) - after, threads)
    batches = tasks.batches(size, after=after)
    pool = ThreadPoolExecutor(threads)
    try:
        yield from in_a_window(batches, threads, pool.submit, {})
    finally:
        pool.shutdown(cancel_futures=True)


def _on_cores(tasks: Tasks, workers: int | None, after: int = 0) -> Completions:
    """Run tasks, without the first ones, in so many processes, or on all cores."""
    from joblib import cpu_count

    processes = workers or cpu_count()
    batches = tasks.batches(
        batch_size(tasks, len(tasks) - after, processes), after=after
    )
    try:
        yield from _in_processes(batches, processes)
    except BrokenProcessPool as error:
        raise TocError(
            "a process that simulated was killed, most likely for want of memory\n"
            "    hint: give the command again with fewer --workers; what a store has "
            "is not simulated again"
        ) from error


def _in_processes(batches: Iterator[TaskBatch], processes: int) -> Completions:
    """Run batches in the processes of joblib's pool, a few under way at a time.

    joblib's own generator would send all batches at once, and hold their results,
    while its first result is being looked at.
    """
    from joblib.externals.loky import get_reusable_executor

    with _interrupts_blocked():
        executor = get_reusable_executor(
            processes,
            timeout=IDLE_SECONDS,
            initializer=end_with,
            initargs=(os.getpid(),),
        )
    under_way: UnderWay = {}
    try:
        yield from in_a_window(
            batches, processes, executor.submit, under_way, _interrupts_blocked
        )
    finally:
        if under_way:  # stopped halfway: what is not done is not waited for
            try:
                _wait_until_taken(under_way)
            finally:
                executor.shutdown(kill_workers=True)


WATCH_SECONDS = 0.5
"""How often a process looks whether the one that started it is still there [s]."""

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG, of Linux' prctl."""


def end_with(parent: int) -> None:
    """Let this process end when the one that started it does, even if it was killed.

    Linux sees to it itself, also while compiled code keeps Python from running;
    elsewhere a thread looks now and then.

    Parameters
    ----------
    parent
        The id of the process that started this one.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            sleep(WATCH_SECONDS)
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _wait_until_taken(under_way: Iterable[Future[Any]]) -> None:
    """Let the pool take up what was just sent: killed before, its thread fails loudly.

    It has a place for each batch that is under way, so that this takes no time.
    """
    given_up = perf_counter() + TAKE_UP_SECONDS
    while perf_counter() < given_up:
        if all(future.running() or future.done() for future in under_way):
            return
        sleep(0.001)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: this one ends them.

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
    being started would never be told what to do.
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
    """Start the processes that track shared resources before all others.

    Python's own (below 3.12), and joblib's (below 1.6), unblock the signal when they
    start, and all processes that are started after them would get it.
    """
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()
    with suppress(ImportError):
        from joblib.externals.loky.backend.resource_tracker import ensure_running

        ensure_running()
