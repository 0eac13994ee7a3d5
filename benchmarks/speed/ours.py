"""The line in toc_sim, on one engine or the other, with everything measured."""

from __future__ import annotations

from speed.lines import Line, document
from toc_sim.engine.either import run as run_once
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import replicate as run_all
from toc_sim.network.build import network
from toc_sim.network.model import Network
from toc_sim.scenario.model import Scenario

SEED = 7


def simpy(line: Line, seed: int) -> int:
    """Run a line once on SimPy and return how many items left it."""
    return result(line, "simpy", seed).bought


def compiled(line: Line, seed: int) -> int:
    """Run a line once, compiled, and return how many items left it."""
    return result(line, "compiled", seed).bought


def result(line: Line, engine: str, seed: int) -> RunResult:
    """Run a line once and return all that was measured."""
    net = built(line, engine=engine)
    return run_once(net, seed=seed, replication=0, horizon=line.periods, warmup=0.0)


def replicate(line: Line, replications: int, seed: int) -> int:
    """Run a line some times, compiled, and return how many items left it."""
    net = built(line, engine="compiled", replications=replications, seed=seed)
    return sum(each.bought for each in run_all(net, 0.0))


def built(line: Line, **run: object) -> Network:
    """Return the network of a line; `run`: more of its file's section `run`."""
    return network(Scenario.model_validate(document(line, **run)))
