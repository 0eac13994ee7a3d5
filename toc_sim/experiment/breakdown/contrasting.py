"""Formula against flow: what a calculator would push, and what the constraint says."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.experiment.breakdown.factors import Factor, factors
from toc_sim.experiment.breakdown.findings import Contrast, Growth, Pushed
from toc_sim.experiment.breakdown.formula import unlimited
from toc_sim.experiment.breakdown.growing import grown
from toc_sim.experiment.breakdown.measuring import Measured
from toc_sim.experiment.breakdown.moving import FAR
from toc_sim.experiment.breakdown.responding import response, share_of
from toc_sim.network.build import network
from toc_sim.network.levels import average
from toc_sim.scenario.model import Scenario

ALIKE = 0.9
"""Gains that come up to this part of the largest are alike; so far a promise is
kept [1]."""

SEEN = 0.001
"""What brings less is not named as a first choice [1]."""

Larger = tuple[Factor, Scenario]


def growing(scenario: Scenario) -> tuple[Larger, ...]:
    """Return each factor of the formula that can grow, with it 10 % larger."""
    found = ((factor, grown(scenario, factor, FAR)) for factor in factors(scenario))
    return tuple((factor, larger) for factor, larger in found if larger is not None)


def growths(
    scenario: Scenario,
    larger: Sequence[Larger],
    trials: Sequence[Measured],
    base: Measured,
    verdict: Verdict,
) -> tuple[Growth, ...]:
    """Return what each factor promises by formula, and what it brings in the flow.

    Parameters
    ----------
    scenario
        As it stands.
    larger, trials
        Factors, with the scenarios in which they are larger and their runs.
    base, verdict
        The scenario's own runs, and its constraint.
    """
    before = worth(scenario)
    return tuple(
        Growth(
            factor=factor,
            formula=worth(changed) / before - 1,
            flow=response(base, trial, base).sales,
            share=share_of(verdict, owner_of(base, factor)),
        )
        for (factor, changed), trial in zip(larger, trials, strict=True)
    )


def contrast(
    scenario: Scenario,
    larger: Sequence[Larger],
    trials: Sequence[Measured],
    base: Measured,
    verdict: Verdict,
    rows: Sequence[Pushed],
) -> Contrast | None:
    """Return what a calculator would push first, and what the flow says.

    Parameters are those of `growths`; `rows` is what every parameter brings. None
    where the formula has no answer.
    """
    found = growths(scenario, larger, trials, base, verdict)
    if not found:
        return None
    best = max(growth.formula for growth in found)
    first = tuple(growth for growth in found if growth.formula >= ALIKE * best)
    return Contrast(
        growths=found,
        formula_first=first,
        flow_first=_first_of_all(found, rows),
        kept=tuple(growth for growth in first if is_kept(growth)),
    )


def is_kept(growth: Growth) -> bool:
    """Return whether the flow may well bring what the formula promises."""
    flow = growth.flow
    most = flow.high if flow.is_known else flow.mean
    return max(most, flow.mean) >= ALIKE * growth.formula


def worth(scenario: Scenario) -> float:
    """Return the revenue by formula, or the throughput where there is no price."""
    economics = scenario.economics
    price = 0.0 if economics is None else average(economics.price, scenario.run.horizon)
    return unlimited(network(scenario)) * (price or 1.0)


def owner_of(base: Measured, factor: Factor) -> str:
    """Return who answers for the time at the node of a factor; nobody for a price."""
    net = base.work.network
    nodes = {node.name: node.index for node in net.nodes}
    return net.owner(nodes[factor.node]) if factor.node else ""


def _first_of_all(
    found: Sequence[Growth], rows: Sequence[Pushed]
) -> tuple[tuple[str, Interval], ...]:
    """Return what brings most, 10 % larger or, of other parameters, smaller.

    What is a factor counts as one: 10 % more of a share that comes back may bring
    many times more of them back.
    """
    best = [(growth.factor.name, growth.flow) for growth in found]
    known = {path for growth in found for path in growth.factor.paths}
    for row in rows:
        sides = (row.more, row.less)
        gains = [side.sales for side in sides if side is not None]
        if gains and not row.lever.is_count and row.lever.path not in known:
            best.append((row.lever.path, max(gains, key=lambda gain: gain.mean)))
    most = max((gain.mean for _, gain in best), default=0.0)
    if most < SEEN:
        return ()
    first = [(path, gain) for path, gain in best if gain.mean >= ALIKE * most]
    return tuple(sorted(first, key=lambda each: -each[1].mean))
