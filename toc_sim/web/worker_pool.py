"""Processes that simulate for pages: each can be ended when it takes too long."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue

from toc_sim.errors import ScenarioError, TocError
from toc_sim.interface.run import run_answer
from toc_sim.language import speaking, spoken
from toc_sim.report.document import encoded
from toc_sim.scenario.model import Scenario
from toc_sim.web.asked import BAD_REQUEST, BUSY, TOO_SLOW, Asked, Refusal, with_asked
from toc_sim.web.offer import Offer, refuse_much_work

TIME_LIMIT = 5.0
"""What one request may take; then its process is ended [s]."""

QUEUE_TIME = 8.0
"""How long a request waits until a process is free [s]."""

MOST_WAITING = 16
"""Requests that wait; more are told to come again."""

START_TIME = 300.0
"""How long a process may take to be ready: the first compiles the engine [s]."""

_OURS = 500

Reply = tuple[int, bytes]
"""A status of HTTP, and JSON."""


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    """A process, and the way to it."""

    process: BaseProcess
    way: Connection


class WorkerPool:
    """Some processes that simulate one scenario, and a bound to what waits for them.

    Parameters
    ----------
    allowed
        What may be asked.
    size
        How many processes.
    time_limit
        What one request may take [s].
    """

    def __init__(
        self, allowed: Offer, size: int = 2, *, time_limit: float = TIME_LIMIT
    ) -> None:
        self._scenario = allowed.scenario
        self._language = spoken()
        self._size, self._limit = size, time_limit
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: set[_Worker] = set()
        self._closed = False
        self._threads = ThreadPoolExecutor(size, "worker")
        self._free = asyncio.Semaphore(size)
        self._waiting = 0

    def start(self) -> None:
        """Start all processes, and wait until each is ready; one compiles for all."""
        self._restart()
        others = [self._threads.submit(self._restart) for _ in range(self._size - 1)]
        for begun in others:
            begun.result()

    async def answer(self, wanted: Asked) -> Reply:
        """Return what comes of a request.

        Parameters
        ----------
        wanted
            Checked before.

        Raises
        ------
        Refusal
            If too many wait already, or it takes too long.
        """
        if self._waiting >= MOST_WAITING:
            raise Refusal(BUSY, "busy", "too many ask at once: try again in a moment")
        self._waiting += 1
        try:
            async with asyncio.timeout(QUEUE_TIME):
                await self._free.acquire()
        except TimeoutError as error:
            raise Refusal(BUSY, "busy", "others are still being answered") from error
        finally:
            self._waiting -= 1
        try:
            loop = asyncio.get_running_loop()
            # what is begun is finished, also when nobody waits for it any more
            work = loop.run_in_executor(self._threads, self._ask, wanted)
            work.add_done_callback(self._released)
        except BaseException:
            self._free.release()
            raise
        return await asyncio.shield(work)

    def close(self) -> None:
        """End all processes, also those that are at work."""
        self._closed = True
        for worker in tuple(self._all):
            worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in tuple(self._all):
            self._end(worker)

    def _released(self, work: asyncio.Future[Reply]) -> None:
        self._free.release()
        if not work.cancelled():
            work.exception()  # seen, also where nobody waits for it any more

    def _ask(self, wanted: Asked) -> Reply:
        """Ask a process, in a thread of its own."""
        try:
            worker = self._idle.get(timeout=QUEUE_TIME)
        except Empty as error:
            raise Refusal(BUSY, "busy", "the engine is being started") from error
        try:
            worker.way.send(wanted)
            if worker.way.poll(self._limit):
                reply: Reply = worker.way.recv()
                self._idle.put(worker)
                return reply
        except (EOFError, OSError):  # it has run out of memory, or somebody ended it
            pass
        self._end(worker)
        with suppress(RuntimeError):  # the pool is being closed
            self._threads.submit(self._restart)
        raise Refusal(TOO_SLOW, "too_long", "that takes too long to simulate here")

    def _restart(self) -> None:
        """Start a process, and let it be asked when it is ready."""
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(
            target=work, args=(there, self._scenario, self._language), daemon=True
        )
        process.start()
        there.close()
        worker = _Worker(process, here)
        self._all.add(worker)
        try:
            is_ready = not self._closed and here.poll(START_TIME) and here.recv()
        except (EOFError, OSError):
            is_ready = False
        if not is_ready or self._closed:
            self._end(worker)
            raise TocError("the engine could not be started")
        self._idle.put(worker)

    def _end(self, worker: _Worker) -> None:
        """End a process, whatever it does."""
        worker.process.kill()
        worker.process.join()
        worker.way.close()
        self._all.discard(worker)


def work(way: Connection, scenario: Scenario, language: str) -> None:
    """Answer requests in a process of its own, until nobody is left who asks.

    Parameters
    ----------
    way
        Where requests come from, and replies go.
    scenario
        What they are about.
    language
        Of the sentences.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    with speaking(language), suppress(EOFError, OSError):
        for each in _first(scenario):
            reply_to(each, scenario)
        way.send(1)
        while True:
            way.send(reply_to(way.recv(), scenario))


def reply_to(wanted: Asked, scenario: Scenario) -> Reply:
    """Simulate what is asked, and return its status and JSON.

    Parameters
    ----------
    wanted
        Checked before.
    scenario
        As it is offered.
    """
    try:
        changed = with_asked(scenario, wanted)
        refuse_much_work(changed)
        return 200, run_document_of(changed)
    except ScenarioError as error:
        words = error.problems[0].what
        return BAD_REQUEST, Refusal(BAD_REQUEST, "impossible", words).body()
    except TocError as error:
        words = str(error).partition("\n")[0]
        return BAD_REQUEST, Refusal(BAD_REQUEST, "impossible", words).body()
    except MemoryError:
        return TOO_SLOW, Refusal(TOO_SLOW, "too_long", "too little memory").body()
    except Exception as error:  # noqa: BLE001 - whoever asks is told, and can go on
        fault = Refusal(_OURS, "ours", f"toc-sim failed: {type(error).__name__}")
        return _OURS, fault.body()


def run_document_of(scenario: Scenario) -> bytes:
    """Return what ``toc-sim run --quiet --json`` prints of a scenario.

    Parameters
    ----------
    scenario
        With all changes.
    """
    here = {"store": False, "workers": 1}
    return encoded(run_answer(scenario, here, rooms=False, closely=False).document())


def _first(scenario: Scenario) -> Iterator[Asked]:
    """Yield what makes the engine compile all that may be asked for."""
    yield Asked()
    yield Asked(release=(("release", "push"),))
    yield Asked(release=(("release.conwip", 10),))
    drum = next(iter(scenario.stages))
    rope = "release.drum_buffer_rope"
    yield Asked(release=((f"{rope}.drum", drum), (f"{rope}.buffer", 5)))
    for tool in list(scenario.tools)[:8]:
        yield Asked(tools=(tool,))
