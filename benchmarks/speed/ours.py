"""The line in toc_sim, on one engine or the other, with everything measured."""

from __future__ import annotations

from functools import cache

from speed.lines import Line, document
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import replicate as run_all
from toc_sim.engine.simulate import run as run_once
from toc_sim.network.build import network
from toc_sim.network.model import Network
from toc_sim.scenario.model import Scenario


def simpy(line: Line, seed: int) -> int:
    """Run a line once on SimPy and return how many items left it."""
    return result(line, "simpy", seed).bought


def compiled(line: Line, seed: int) -> int:
    """Run a line once, compiled, and return how many items left it."""
    return result(line, "compiled", seed).bought


def result(line: Line, engine: str, seed: int) -> RunResult:
    """Run a line once and return all that was measured."""
    net = prepared(line, engine)
    return run_once(net, seed=seed, replication=0, horizon=line.periods, warmup=0.0)


def replicate(line: Line, engine: str, replications: int, seed: int) -> int:
    """Run a line some times on one core and return how many items left it."""
    net = built(line, engine=engine, replications=replications, seed=seed)
    return sum(each.bought for each in run_all(net, 0.0))


def in_laboratory(line: Line, replications: int, workers: int, seed: int) -> int:
    """Run a line some times, compiled, where experiments are made."""
    from toc_sim.experiment.runner.laboratory import Laboratory
    from toc_sim.experiment.runner.workers import task_runner
    from toc_sim.experiment.variant import VariantModel

    work = VariantModel(built(line, engine="compiled", seed=seed), 0.0)
    (results,) = Laboratory(task_runner(workers)).results([work], [replications])
    return sum(each.bought for each in results)


@cache
def prepared(line: Line, engine: str) -> Network:
    """Return the network that all runs of a line share, as replications do."""
    return built(line, engine=engine)


def built(line: Line, **run: object) -> Network:
    """Return the network of a line; `run`: more of its file's section `run`."""
    return network(Scenario.model_validate(document(line, **run)))
