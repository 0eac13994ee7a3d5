"""All replications of a scenario: the engine that runs them, the warm-up, the runs.

The warm-up is found on a pilot run by MSER-5, and is a few relaxation times of the
slowest queue at least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor, fsum, isfinite, log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled.ahead import Kernel, is_kept, is_ready
from toc_sim.engine.reference import engine as simpy_engine
from toc_sim.engine.reference.assembly import GaveWay
from toc_sim.engine.reference.floor import Trace
from toc_sim.engine.result import RunResult
from toc_sim.errors import SimulationError, TocError
from toc_sim.network import PATH_SUPPORTS, Network, average, network
from toc_sim.scenario.model import Scenario
from toc_sim.theory import capacity
from toc_sim.theory.relaxation import relaxations

Engine = Literal["simpy", "compiled"]

WORTHWHILE = 100_000
"""Services, over all runs, that take SimPy longer than loading what is compiled takes.

Compiling itself is waited for by nobody: SimPy stands in until it is done."""

EXPERIMENT_REPLICATIONS = 8
"""Replications of an experiment behind a share: with common random numbers few do."""


def engine_for(net: Network) -> Engine:
    """Return the engine of a network: as its scenario says, or the quicker one.

    The answer follows from the scenario alone, never from the machine, so that the
    same question gives the same bytes everywhere.

    Parameters
    ----------
    net
        The network; its scenario may name the engine (``run.engine``).

    Returns
    -------
    ``simpy`` or ``compiled``, never ``auto``.
    """
    settings = net.scenario.run
    if settings.engine != "auto":
        return settings.engine
    known, engine = _LAST[0]
    if known is not net:
        engine = "compiled" if _all_services(net, 1) > WORTHWHILE else "simpy"
        _LAST[0] = net, engine
    return engine


_LAST: list[tuple[Network | None, Engine]] = [(None, "simpy")]
"""The network that was asked for last: its replications come in a row."""


def must_compile(net: Network) -> bool:
    """Return whether running a network begins with compiling, and waits for that.

    Parameters
    ----------
    net
        The network; its scenario as the user gave it.
    """
    return waits_for_compiler(net.scenario) and not is_kept(kernel_for(net))


def kernel_for(net: Network, *, timeline: bool = False) -> Kernel:
    """Return which kernel of the compiled engine runs a network.

    Parameters
    ----------
    net
        The network.
    timeline
        Whether active periods are kept, which the lane for plain lines cannot.
    """
    from toc_sim.engine.compiled.line.state import order_of  # seldom needed

    return "general" if timeline or order_of(net) is None else "line"


def waits_for_compiler(scenario: Scenario) -> bool:
    """Return whether a scenario insists on the compiled engine, from the first run on.

    Parameters
    ----------
    scenario
        As the user gave it, before `for_many` said what is worth its while.
    """
    return scenario.run.engine == "compiled"


def prepare(net: Network) -> None:
    """Begin to compile what a network needs, in another process, if it is not kept.

    Parameters
    ----------
    net
        What will be simulated.
    """
    if engine_for(net) == "compiled":
        is_ready(kernel_for(net))


def for_many(scenario: Scenario, variants: int) -> Scenario:
    """Return a scenario that says which engine, if so many like it take long together.

    What they are asked for decides, as `engine_for` decides for one: so that the same
    question meets the same engine wherever, and however often, it is asked.

    Parameters
    ----------
    scenario
        The one that the others vary.
    variants
        How many will be simulated, itself included.
    """
    net = network(scenario)
    if scenario.run.engine != "auto" or _all_services(net, variants) <= WORTHWHILE:
        return scenario
    return scenario.changed({"run.engine": "compiled"})


def run(  # noqa: PLR0913 - all but the network is told by name
    net: Network,
    *,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    trace: Trace | None = None,
    timeline: bool = False,
    waits: bool | None = None,
) -> RunResult:
    """Simulate a network once, on the engine that `engine_for` names.

    Other parameters and results are those of `toc_sim.engine.reference.engine.run`. A
    trace is SimPy's, whatever would be sooner done, unless the scenario insists.

    While the compiled engine is being compiled in another process, SimPy's stands in
    for it, and gives way as soon as that is done. The figures are the same to the last
    bit; the result names the engine that the question is worth, on every machine.

    Parameters
    ----------
    waits
        Whether to wait for the compiler instead; None: if the scenario insists.

    Raises
    ------
    TocError
        If the scenario insists on the compiled engine for what it cannot do.
    """
    if trace is not None and net.scenario.run.engine == "compiled":
        raise TocError(
            "run.engine: the compiled engine keeps no trace\n"
            "    hint: leave it at auto, or say simpy"
        )
    by_simpy = partial(
        simpy_engine.run,
        net,
        seed=seed,
        replication=replication,
        horizon=horizon,
        warmup=warmup,
        timeline=timeline,
    )
    if trace is not None or engine_for(net) == "simpy":
        return by_simpy(trace=trace)
    if not (waits_for_compiler(net.scenario) if waits is None else waits):
        kernel = kernel_for(net, timeline=timeline)
        with suppress(GaveWay):
            if not is_ready(kernel):
                result = by_simpy(gives_way=lambda: is_ready(kernel))
                return replace(result, engine="compiled")
    from toc_sim.engine.compiled import engine as compiled_engine  # slow to import

    return compiled_engine.run(
        net,
        seed=seed,
        replication=replication,
        horizon=horizon,
        warmup=warmup,
        timeline=timeline,
    )


def services(net: Network) -> float:
    """Return how many services one run of a network begins in its window, at most.

    What leaves by an exit is no work, and does not count.
    """
    horizon, paces = net.scenario.run.horizon, []
    for node in net.nodes:
        if node.takes_all:
            continue
        pace = average(node.pace, horizon)
        if node.resource is None:
            paces.append(pace * max(1, node.servers))
        else:
            paces.append(net.resources[node.resource].servers / pace)
    return fsum(paces) * horizon


def _all_services(net: Network, variants: int) -> float:
    """Return how many services all runs for so many variants begin, at most.

    Whom the path and the averages name is also run a little faster; where the path may
    not be trusted, each owner a little faster and a little slower.
    """
    replications = 1 if net.is_deterministic else net.scenario.run.replications
    runs = variants * replications + 2 * min(replications, EXPERIMENT_REPLICATIONS)
    if net.features & ~PATH_SUPPORTS:
        runs += 2 * len(net.lifted_alone) * replications
    return services(net) * runs


MSER_BATCH = 5
"""Departures in a batch: the 5 of MSER-5."""

ENOUGH_DEPARTURES = 20 * MSER_BATCH
"""Departures that a pilot should have at least."""

PILOT = -1
"""The replication that pilots meet; those that are reported count from 0."""

RELAXED = 3.0
"""Relaxation times of the slowest queue after which its start is forgotten."""

MOST_DOUBLINGS = 4
"""How often a pilot may be doubled before its answer is taken as it is."""


def pilot(net: Network, horizon: float) -> RunResult:
    """Run the pilot of a network over some time from its start [periods]."""
    return run(
        net, seed=net.scenario.run.seed, replication=PILOT, horizon=horizon, warmup=0.0
    )


def warmup(net: Network, pilot: Callable[[Network, float], RunResult] = pilot) -> float:
    """Return the time before measuring that a network needs.

    The pilot starts empty and lasts as long as the scenario's horizon; it is doubled
    while the answer lies in the later half of its departures, or while there are too
    few of them. Departures are regular long before queues and times inside are, so the
    answer is no shorter than three relaxation times of the slowest queue, up to the
    length of the horizon: a run gets no longer than twice by that. It is rounded up to
    a hundredth of the horizon's magnitude.

    Parameters
    ----------
    net
        What is to be simulated.
    pilot
        Runs its pilot over some time [periods]; by default in this process.

    Returns
    -------
    Warm-up [periods].

    References
    ----------
    White 1997, *An effective truncation heuristic for bias reduction in simulation
    output*, Simulation 69(6); White, Cobb & Spratt 2000 (MSER-5).
    """
    settings = net.scenario.run
    if settings.warmup != "auto":
        return settings.warmup
    horizon = settings.horizon
    seen = pilot(net, horizon)
    settled = truncation(np.diff(seen.departures, prepend=0.0))
    for doubling in range(1, MOST_DOUBLINGS):
        count = len(seen.departures)
        if count >= ENOUGH_DEPARTURES and 2 * settled < count - MSER_BATCH:
            break
        seen = pilot(net, horizon * 2**doubling)
        settled = truncation(np.diff(seen.departures, prepend=0.0))
    regular = float(seen.departures[settled - 1]) if settled else 0.0
    found = max(regular, min(horizon, RELAXED * _relaxation(net, seen)))
    unit = 10.0 ** floor(log10(horizon)) / 100
    return ceil(found / unit) * unit


def _relaxation(net: Network, seen: RunResult) -> float:
    """Return the longest time in which a queue settles, of those that do [periods]."""
    if net.is_deterministic:
        return 0.0
    flows = [node.finished / seen.horizon for node in seen.nodes]
    found = relaxations(net, capacity(net), flows)
    return max((each.time for each in found if isfinite(each.time)), default=0.0)


def truncation(series: NDArray[np.float64]) -> int:
    """Return how many observations MSER-5 drops from the front of a series.

    Of all fronts up to half of the series, the one that leaves the smallest
    ``sum((Z - mean(Z))**2) / len(Z)**2`` over the batch means Z of the rest.
    Differences that are rounding only do not count, so that a regular series is cut
    where it becomes regular.
    """
    count = len(series) // MSER_BATCH
    if count < 2:  # noqa: PLR2004 - nothing to compare
        return 0
    batches = series[: count * MSER_BATCH].reshape(count, MSER_BATCH).mean(axis=1)
    left = np.arange(count, 0, -1)
    tail_sum = batches[::-1].cumsum()[::-1]
    tail_squares = (batches**2)[::-1].cumsum()[::-1]
    spread = np.maximum(tail_squares - tail_sum**2 / left, 0.0)
    scale = float(batches.mean()) ** 2 * count
    spread[spread < 1e-12 * scale] = 0.0
    statistic = (spread / left.astype(float) ** 2)[: count // 2 + 1]
    return int(statistic.argmin()) * MSER_BATCH


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

    @property
    def flows(self) -> NDArray[np.float64]:
        """What each node finishes in the mean [items/period]; shape (nodes,)."""
        horizon = self.network.scenario.run.horizon
        finished = [[node.finished for node in run.nodes] for run in self.results]
        flows: NDArray[np.float64] = (np.array(finished) / horizon).mean(axis=0)
        return flows


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
        Called after each replication.
    trace
        Called with everything that happens in the first replication.
    timeline
        Whether to keep the active periods of every server.

    Returns
    -------
    All replications, measured over the same window; their results have shape
    (replications,), which is (1,) where nothing is left to chance.

    Raises
    ------
    SimulationError
        If nothing was bought in any of them: then there is nothing to conclude.
    TocError
        If the scenario insists on the compiled engine for what it cannot do.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> net = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "50"}))
    >>> runs = simulate(net)
    >>> [(result.bought, result.throughput) for result in runs.results]
    [(400, 8.0)]
    """
    settled = warmup(net)
    results = replicate(net, settled, progress=progress, trace=trace, timeline=timeline)
    refuse_empty_runs(net, results)
    return Runs(net, settled, results)


def replicate(
    net: Network,
    settled: float,
    *,
    progress: Progress | None = None,
    trace: Trace | None = None,
    timeline: bool = False,
    numbers: range | None = None,
) -> tuple[RunResult, ...]:
    """Run a network with a warm-up that was fixed before [periods].

    Two networks that are replicated with the same warm-up meet the same chance in
    replications of the same number (common random numbers).

    Parameters
    ----------
    net
        What to simulate; horizon, replications and seed are its scenario's.
    settled
        The warm-up [periods].
    progress, trace, timeline
        As of `simulate`.
    numbers
        Which replications; None: all that the scenario asks for. Of those beyond, and
        of others than the first where nothing is left to chance, there is none.
    """
    settings = net.scenario.run
    count = 1 if net.is_deterministic else settings.replications
    every = range(count)
    chosen = every if numbers is None else every[numbers.start : numbers.stop]
    results = []
    for number in chosen:
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
            progress(len(results), len(chosen))
    return tuple(results)


def refuse_empty_runs(net: Network, results: Sequence[RunResult]) -> None:
    """Refuse runs in which nothing was bought: there is nothing to conclude.

    Parameters
    ----------
    net
        What was simulated.
    results
        Its replications.

    Raises
    ------
    SimulationError
        With where items were last seen.
    """
    if not any(result.bought for result in results):
        raise SimulationError(_why_nothing_came(net, results))


def _why_nothing_came(net: Network, results: Sequence[RunResult]) -> str:
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
