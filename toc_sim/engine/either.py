"""One door to both engines: which of them runs a network, and the run."""

from __future__ import annotations

from math import fsum
from typing import Literal

from toc_sim.engine import simpy_engine
from toc_sim.engine.floor import Trace
from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.network.build import network
from toc_sim.network.levels import average
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parameters import replaced

Engine = Literal["simpy", "compiled"]

WORTHWHILE = 2_000_000
"""Services, over all replications, that take SimPy longer than compiling takes."""


def engine_for(net: Network) -> Engine:
    """Return what runs a network: as its scenario says, or what is sooner done.

    The answer follows from the scenario alone, never from the machine, so that the
    same question gives the same bytes everywhere.
    """
    settings = net.scenario.run
    if settings.engine != "auto":
        return settings.engine
    return "compiled" if _all_services(net) > WORTHWHILE else "simpy"


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
    if scenario.run.engine != "auto" or _all_services(net) * variants <= WORTHWHILE:
        return scenario
    return replaced(scenario, {"run.engine": "compiled"})


def run(
    net: Network,
    *,
    seed: int,
    replication: int,
    horizon: float,
    warmup: float,
    trace: Trace | None = None,
    timeline: bool = False,
) -> RunResult:
    """Simulate a network once, on the engine that `engine_for` names.

    Parameters and results are those of `toc_sim.engine.simpy_engine.run`. A trace is
    SimPy's, whatever would be sooner done, unless the scenario insists.

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
    if trace is not None or engine_for(net) == "simpy":
        return simpy_engine.run(
            net,
            seed=seed,
            replication=replication,
            horizon=horizon,
            warmup=warmup,
            trace=trace,
            timeline=timeline,
        )
    from toc_sim.engine import compiled_engine  # slow to import

    return compiled_engine.run(
        net,
        seed=seed,
        replication=replication,
        horizon=horizon,
        warmup=warmup,
        timeline=timeline,
    )


def services(net: Network) -> float:
    """Return how many services one run of a network begins in its window, at most."""
    return fsum(_pace(net, node) for node in net.nodes) * net.scenario.run.horizon


def _all_services(net: Network) -> float:
    """Return how many services all replications of a network begin, at most."""
    return services(net) * (
        1 if net.is_deterministic else net.scenario.run.replications
    )


def _pace(net: Network, node: NetNode) -> float:
    """Return how many services a node could begin in a period, at most."""
    pace = average(node.pace, net.scenario.run.horizon)
    if node.resource is None:
        return pace * max(1, node.servers)
    return net.resources[node.resource].servers / pace
