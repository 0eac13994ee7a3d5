"""How much less the throughput varies once the luck of the draw is taken off.

    python benchmarks/control_variates.py --repeats 1000 --horizon 200

Each random scenario that goes by its critical path is run in many repeats of its
replications, each repeat with a seed of its own. Told are by how much smaller the
variance of the adjusted throughput is, how far its mean lies from that of the counted
one, and how often the interval of a repeat holds the mean of all repeats, of its kind:
the counted mean of all is itself less sure than one adjusted interval.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toc_sim import load, network_of
from toc_sim.capacity import capacity
from toc_sim.constraint.control_variates import adjusted
from toc_sim.constraint.intervals import over
from toc_sim.constraint.path_trust import why_not_the_path
from toc_sim.engine.simulate import Runs, run, warmup
from toc_sim.network import Network

SCENARIOS = Path(__file__).parents[1] / "scenarios"

_Repeats = NDArray[np.float64]
"""Throughputs, shape (repeats, replications) [items/period]."""

REPLICATIONS = 20
"""Of each repeat, as where a file says nothing."""


@dataclass(frozen=True, slots=True)
class Gained:
    """What taking the luck off brings for one scenario.

    Attributes
    ----------
    name
        Its file.
    ratio
        The variance of the counted throughput over that of the adjusted one [1].
    bias, error
        How far the adjusted mean lies from the counted one, relative, and the standard
        error of that [1].
    coverage, counted
        How often the interval of a repeat holds the mean of all repeats, adjusted and
        as counted [1].
    """

    name: str
    ratio: float
    bias: float
    error: float
    coverage: float
    counted: float


def gained(file: Path, repeats: int, horizon: float | None) -> Gained | None:
    """Return what it brings for a scenario; None where its path is not trusted.

    Parameters
    ----------
    file
        Of the scenario.
    repeats
        How often all replications are run.
    horizon
        The longest window [periods]; None: as the file has it.
    """
    net = _network(file, horizon)
    if net.is_deterministic:
        return None
    settled = warmup(net)
    plain, less = [], []
    for seed in range(repeats):
        runs = _runs(net, settled, seed)
        if seed == 0 and why_not_the_path(runs, capacity(net)):
            return None
        shares = np.array([[each.value for each in r.shares] for r in runs.results])
        names = [name for name, _ in net.owners]
        means = dict(zip(names, shares.mean(axis=0), strict=True))
        plain.append([result.throughput for result in runs.results])
        less.append(adjusted(runs, means))
    return _told(net, str(file.relative_to(SCENARIOS)), np.array(plain), np.array(less))


def _told(net: Network, name: str, plain: _Repeats, less: _Repeats) -> Gained:
    truth = plain.mean()
    difference = less.mean(axis=1) - plain.mean(axis=1)
    return Gained(
        name,
        ratio=float(plain.var() / less.var()),
        bias=float(difference.mean() / truth),
        error=float(difference.std(ddof=1) / sqrt(len(difference)) / truth),
        coverage=_held(net, less, less.mean()),
        counted=_held(net, plain, truth),
    )


def _network(file: Path, horizon: float | None) -> Network:
    net = network_of(load(str(file)))
    changes = {
        "run.engine": "compiled",
        "run.replications": str(REPLICATIONS),
        "run.horizon": str(min(horizon or np.inf, net.scenario.run.horizon)),
    }
    return network_of(load(str(file), changes))


def _runs(net: Network, settled: float, seed: int) -> Runs:
    horizon = net.scenario.run.horizon
    results = tuple(
        run(net, seed=seed, replication=number, horizon=horizon, warmup=settled)
        for number in range(REPLICATIONS)
    )
    return Runs(net, settled, results)


def _held(net: Network, values: _Repeats, truth: float) -> float:
    told = [over(net, each) for each in values]
    return float(np.mean([each.low <= truth <= each.high for each in told]))


def table(found: Iterator[Gained]) -> Iterator[str]:
    """Yield the lines of a table, one a scenario as soon as it is known."""
    yield "| scenario | less variance | bias, % | coverage | as counted |"
    yield "|---|---|---|---|---|"
    for each in found:
        yield (
            f"| {each.name} | {each.ratio:.1f} | "
            f"{100 * each.bias:+.3f} ± {196 * each.error:.3f} | "
            f"{each.coverage:.1%} | {each.counted:.1%} |"
        )


def main() -> None:
    """Run all scenarios and print the table."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--repeats", type=int, default=1000)
    told.add_argument("--horizon", type=float, default=None)
    told.add_argument("files", nargs="*", type=Path)
    asked = told.parse_args()
    files = [file.resolve() for file in asked.files] or sorted(
        SCENARIOS.rglob("*.yaml")
    )
    found = (gained(file, asked.repeats, asked.horizon) for file in files)
    for line in table(each for each in found if each is not None):
        print(line, flush=True)


if __name__ == "__main__":
    main()
