"""Breaks a result down to its parameters: which to push, and how far that goes."""

from __future__ import annotations

from toc_sim.capacity import best_throughput
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.intervals import over
from toc_sim.constraint.sensitivity import ENOUGH
from toc_sim.engine.warmup import warmup
from toc_sim.experiment.breakdown.contrasting import contrast, growing
from toc_sim.experiment.breakdown.findings import Breakdown, By, Pushed
from toc_sim.experiment.breakdown.levers import levers
from toc_sim.experiment.breakdown.measuring import measured
from toc_sim.experiment.breakdown.moving import moves
from toc_sim.experiment.breakdown.responding import pushed
from toc_sim.experiment.laboratory import Laboratory, at_all
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario

ROUNDED = 9
"""Digits that tell gains apart; what is equal so far keeps the order of the file."""


def breakdown(scenario: Scenario, laboratory: Laboratory | None = None) -> Breakdown:
    """Break throughput and profit down to every parameter of a scenario.

    Each is made a little larger and a little smaller in turn, on the same random
    numbers, then ten per cent, then as large as its benchmark. As common random
    numbers need few replications, eight are made of each, or as many as the file
    says if that is fewer.

    Parameters
    ----------
    scenario
        The pipeline; its tools and variants do not work.
    laboratory
        Where to simulate; by default here, or on all cores if that pays.

    Returns
    -------
    One row a parameter, and what a calculator would say beside what the flow says.
    """
    laboratory = laboratory or Laboratory()
    bare = scenario.changed(tools={}, variants={}, expect=None)
    net = network(bare)
    settled = warmup(net)
    tried = [
        moves(bare, lever, is_deterministic=net.is_deterministic)
        for lever in levers(bare)
    ]
    grown = growing(bare)
    variants = [("as it stands", bare)]
    places = {}
    for each in tried:
        for move in each.all:
            places[id(move)] = len(variants)
            variants.append((_named(each.lever.path, move.value), move.scenario))
    first = len(variants)
    variants += ((f"{factor.name} +10 %", larger) for factor, larger in grown)
    most = bare.run.replications
    counts = [most, *(min(ENOUGH, most) for _ in variants[1:])]
    trials = measured(laboratory, settled, variants, counts)
    base = trials[0]
    at_all(base.results, scenario.name)
    runs = base.runs()
    verdict = diagnose(runs)
    limit = best_throughput(net)
    results = {key: trials[place] for key, place in places.items()}
    rows = [pushed(each, results, base, verdict, limit) for each in tried]
    by: By = "throughput" if bare.economics is None else "profit"
    return Breakdown(
        scenario=scenario,
        baseline=runs,
        verdict=verdict,
        throughput=over(runs.network, base.throughput),
        profit=None if bare.economics is None else over(runs.network, base.profit),
        by=by,
        rows=_ranked(rows, by),
        contrast=contrast(bare, grown, trials[first:], base, verdict, rows),
        trials=trials,
    )


def _ranked(rows: list[Pushed], by: By) -> tuple[Pushed, ...]:
    def weight(row: Pushed) -> tuple[int, float]:
        if row.benchmark is not None:
            return 0, -round(row.benchmark.by(by).mean, ROUNDED)
        return 1 + (row.gain is None), -round(abs(row.per_cent(by)), ROUNDED)

    return tuple(sorted(rows, key=weight))


def _named(path: str, value: object) -> str:
    return (
        f"{path}={value:.6g}" if isinstance(value, int | float) else f"{path}=profile"
    )
