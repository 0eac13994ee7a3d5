"""Tasks in threads of this process: compiled code lets several run at a time.

Unlike other processes, threads begin at once, and have loaded already what they need.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from toc_sim.engine.compiled.ahead import is_ready
from toc_sim.engine.simulate import engine_for, kernel_for, services
from toc_sim.experiment.runner.task import Completions, Tasks, batch_size, in_a_window
from toc_sim.network import Network

THREADED_SERVICES = 5_000
"""Services of a run from which nearly all of it is compiled code: of shorter ones
most is Python's, of which one thread runs at a time."""


def can_share(net: Network) -> bool:
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
