"""All replications of a scenario, as its file asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toc_sim.engine.either import run
from toc_sim.engine.floor import Trace
from toc_sim.engine.result import RunResult
from toc_sim.engine.warmup import warmup
from toc_sim.errors import SimulationError
from toc_sim.network.model import Network

Progress = Callable[[int, int], None]
"""Told how many runs are done, of how many."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The replications of one network.

    Attributes
    ----------
    network
        What was simulated.
    warmup
        The time before measuring began, the same in all [periods].
    results
        One for each replication; one alone if nothing is left to chance.
    """

    network: Network
    warmup: float
    results: tuple[RunResult, ...]


def simulate(
    net: Network,
    *,
    progress: Progress | None = None,
    trace: Trace | None = None,
    timeline: bool = False,
) -> Runs:
    """Run a network as often as its scenario asks for.

    Parameters
    ----------
    net
        What to simulate; horizon, warm-up, replications and seed are its scenario's.
    progress
        Told after each run.
    trace
        Told everything that happens in the first replication.
    timeline
        Whether to keep the active periods of every server.

    Returns
    -------
    All replications, measured over the same window.

    Raises
    ------
    SimulationError
        If nothing was bought in any of them: then there is nothing to conclude.
    """
    settled = warmup(net)
    results = replicate(net, settled, progress=progress, trace=trace, timeline=timeline)
    if not any(result.bought for result in results):
        raise SimulationError(_why_nothing_came(net, results))
    return Runs(net, settled, results)


def replicate(
    net: Network,
    settled: float,
    *,
    progress: Progress | None = None,
    trace: Trace | None = None,
    timeline: bool = False,
    most: int | None = None,
) -> tuple[RunResult, ...]:
    """Run a network with a warm-up that was fixed before [periods].

    Two networks that are replicated with the same warm-up meet the same chance in
    replications of the same number (common random numbers). There are as many as the
    scenario asks for, or at *most* so many.
    """
    settings = net.scenario.run
    count = 1 if net.is_deterministic else settings.replications
    count = min(count, most or count)
    results = []
    for number in range(count):
        results.append(
            run(
                net,
                seed=settings.seed,
                replication=number,
                horizon=settings.horizon,
                warmup=settled,
                trace=trace if number == 0 else None,
                timeline=timeline,
            )
        )
        if progress is not None:
            progress(number + 1, count)
    return tuple(results)


def _why_nothing_came(net: Network, results: tuple[RunResult, ...]) -> str:
    """Say where items were last seen, when none was bought."""
    scenario = net.scenario
    horizon = f"{scenario.run.horizon:g} ({scenario.period})"
    head = f"nothing was bought within the horizon of {horizon}: "
    result = results[0]
    stuck = [
        scenario.title(node.name)
        for node in result.nodes
        if node.blocked > 0.99  # noqa: PLR2004 - all but the time to fill up
    ]
    if stuck:
        return f"{head}{', '.join(stuck)} waited for room all the time (a deadlock)"
    if result.lost and not result.wip_end:
        return f"{head}all {result.lost} items were lost on the way"
    return (
        f"{head}{result.wip_end} items are still inside and {result.lost} were lost\n"
        "    hint: is the horizon shorter than the time an item takes to pass?"
    )
