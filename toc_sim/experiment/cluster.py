"""Tasks on a Dask cluster: other machines, the same figures."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Iterator
from concurrent.futures import CancelledError as Cancelled
from contextlib import contextmanager
from itertools import islice
from math import inf
from time import perf_counter
from typing import Any

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.experiment.batching import AHEAD, Arrivals, batch_size, made
from toc_sim.experiment.task import Batch, Tasks, engine_version

PATIENCE = "10s"
"""How long a scheduler may take to answer."""

ON_THE_WAY = "5s"
"""How long a finished result may take to come before the others are fetched first."""

FEWEST = 32
"""Batches under way at least: workers may join."""

OFTEN = 5.0
"""Seconds after which the scheduler is asked again how many workers there are."""


def on_cluster(tasks: Tasks, address: str) -> Arrivals:
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
        yield from _in_a_window(client, tasks)


def _in_a_window(client: Any, tasks: Tasks) -> Arrivals:
    """Have so many batches under way as keep all workers busy; no more, nor results.

    What a worker takes with it when it goes is fetched after the others.
    """
    from distributed import as_completed

    arrivals = as_completed(loop=client.loop)
    under_way: dict[str, Batch] = {}
    late: list[Any] = []
    batches = tasks.batches(batch_size(tasks, len(tasks), _threads(client)))
    version, room = engine_version(), Room(client)
    while True:
        for batch in islice(batches, max(0, room.now() - len(under_way))):
            future = client.submit(_made, batch, version, pure=False)
            under_way[future.key] = batch
            arrivals.add(future)
        if arrivals.is_empty():
            if not late:
                return
            arrivals.update(late)
            late = []
        future = next(arrivals)
        try:
            results = future.result(timeout=ON_THE_WAY)
        except TimeoutError:
            late.append(future)
            continue
        # What has come back is let go on the workers too; said so, as Python would
        # swallow a Ctrl-C that comes while it clears away.
        future.release()
        yield from under_way.pop(future.key).keyed(results)


class Room:
    """How many batches may be under way, as workers come and go."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._room, self._asked = 0, -inf

    def now(self) -> int:
        """Return it, asking the scheduler every few seconds."""
        if perf_counter() - self._asked > OFTEN:
            self._room = max(FEWEST, AHEAD * _threads(self._client))
            self._asked = perf_counter()
        return self._room


def _threads(client: Any) -> int:
    return int(sum(client.nthreads().values()))


def _made(batch: Batch, expected: str) -> tuple[RunResult, ...]:
    if engine_version() != expected:
        raise TocError(
            f"a worker has toc-sim {engine_version()}, this is {expected}\n"
            "    hint: install the same version on the scheduler and its workers"
        )
    return made(batch)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Say what is wrong with a cluster that gives no results."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise TocError(_said(address, "its workers die")) from error
    except (Cancelled, CancelledError, OSError) as error:
        raise TocError(_said(address, "the scheduler is gone")) from error
    except (ImportError, RuntimeError) as error:
        reason = f"its workers cannot run toc-sim ({error})"
        raise TocError(_said(address, reason)) from error


def _client(address: str) -> Any:
    from distributed import Client

    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise TocError(f"--cluster {address}: no scheduler answers there") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Let Dask not tell of every connection that it loses: what matters, we say."""
    try:
        import distributed
    except ImportError as error:
        raise TocError(
            "a cluster needs Dask, which is not installed\n"
            "    hint: pip install 'toc-sim[cluster]'"
        ) from error
    named = [distributed.__name__, f"{distributed.__name__}.client"]
    before = [(logger, logger.level) for logger in map(logging.getLogger, named)]
    for logger, _ in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)


def _said(address: str, what: str) -> str:
    return (
        f"--cluster {address}: {what}\n"
        "    hint: give the command again once it works; what a store has is not "
        "simulated again"
    )
