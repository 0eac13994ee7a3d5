"""Tasks on a Dask cluster: other machines, the same figures."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError as Cancelled
from contextlib import contextmanager
from typing import Any

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.experiment.task import Task, engine_version, performed

PATIENCE = "10s"
"""How long a scheduler may take to answer."""

ON_THE_WAY = "5s"
"""How long a finished result may take to come before the others are fetched first."""


def on_cluster(
    tasks: Sequence[Task], address: str
) -> Generator[tuple[int, RunResult], None, None]:
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
    Results with the place of their task in the list, in any order.

    Raises
    ------
    TocError
        If no scheduler answers, or it is lost, or its workers have other code.
    """
    with _quiet(), _client(address) as client:
        futures = client.map(
            _placed,
            range(len(tasks)),
            tasks,
            expected=engine_version(),
            pure=False,
        )
        yield from _arrivals(client, futures, address)


def _arrivals(
    client: Any, futures: list[Any], address: str
) -> Generator[tuple[int, RunResult], None, None]:
    """Yield what comes back; what a worker takes with it is waited for at the end."""
    from distributed import KilledWorker, as_completed

    while futures:
        late = []
        arrivals = as_completed(futures, loop=client.loop)
        futures = []  # what has come back is let go on the workers too
        for future in arrivals:
            try:
                yield future.result(timeout=ON_THE_WAY)
            except TimeoutError:
                late.append(future)
            except KilledWorker as error:
                raise TocError(_said(address, "its workers die")) from error
            except (Cancelled, CancelledError, OSError) as error:
                raise TocError(_said(address, "the scheduler is gone")) from error
            except (ImportError, RuntimeError) as error:
                reason = f"its workers cannot run toc-sim ({error})"
                raise TocError(_said(address, reason)) from error
        futures = late


def _placed(place: int, task: Task, expected: str) -> tuple[int, RunResult]:
    if engine_version() != expected:
        raise TocError(
            f"a worker has toc-sim {engine_version()}, this is {expected}\n"
            "    hint: install the same version on the scheduler and its workers"
        )
    return place, performed(task)


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
