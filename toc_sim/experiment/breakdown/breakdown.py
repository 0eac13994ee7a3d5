"""Breaks a result down to its parameters, and sets the formula beside the flow."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import WIDE_STEP, step_for
from toc_sim.constraint.verdict import Verdict
from toc_sim.experiment.breakdown.factors import Factor, factors, unlimited
from toc_sim.experiment.breakdown.parameters import (
    FAR,
    LEAST_STEP,
    UNIT,
    Value,
    largest,
    levers,
    moves,
    with_values,
)
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Contrast,
    Growth,
    ParameterRow,
    RowCriterion,
    parameter_row,
    response,
    run_variants,
    share_of,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns
from toc_sim.network import average, network
from toc_sim.scenario.fields.numbers import scaled
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import value_at
from toc_sim.theory import best_throughput

NO_EFFECT = 1e-9
"""A way that changes the throughput by less has no effect on it [1]."""

FIRST_SHARE = 0.1
"""A share tried where there was none, to learn what it does [1]."""


def larger_scenario(scenario: Scenario, factor: Factor, by: float) -> Scenario | None:
    """Return the scenario with one factor larger, or as large as it can be.

    Parameters
    ----------
    scenario
        As it stands.
    factor
        One of its factors.
    by
        How much larger [1]: 0.1 is 10 %.

    Returns
    -------
    None where the factor cannot grow: nothing stands behind it, or a chance is 1 or 0.
    """
    if not factor.paths:
        return None
    if factor.kind == "repeat":
        return _repeated(scenario, factor.paths[0], by)
    values: dict[str, Value] = {path: value_at(scenario, path) for path in factor.paths}
    most = _room(scenario, factor, values)
    if most < LEAST_STEP:
        return None
    size = min(by, most)
    return with_values(
        scenario,
        {path: _scaled(value, 1 + size, factor) for path, value in values.items()},
    )


def _room(scenario: Scenario, factor: Factor, values: dict[str, Value]) -> float:
    """Return how much larger the parameters behind a factor may become [1]."""
    if factor.kind == "conversion":
        chance = largest(values[factor.name])
        return 1 / chance - 1 if chance else 0.0
    if factor.kind == "passing":
        back = _others(scenario, factor.node, factor.paths)
        ahead = fsum(map(largest, values.values()))
        return (1 - back) / ahead - 1
    return float("inf")


def _scaled(value: Value, by: float, factor: Factor) -> Value:
    new = scaled(value, by)
    over = largest(new) > 1 and factor.kind in {"conversion", "passing"}
    return scaled(new, 1 / largest(new)) if over else new


def _others(scenario: Scenario, node: str, paths: tuple[str, ...]) -> float:
    """Return the largest share that takes the other ways out of a node [1]."""
    ways = (way.name for way in scenario.flow if way.source == node)
    others = (f"flow.{name}" for name in ways if f"flow.{name}" not in paths)
    return fsum(largest(value_at(scenario, path)) for path in others)


def _repeated(scenario: Scenario, path: str, by: float) -> Scenario | None:
    """Return the scenario in which a way brings so many more back.

    One over the throughput falls in a straight line as the share grows, so two points
    of it tell where it is as low as wanted.
    """
    share = average(value_at(scenario, path), scenario.run.horizon)
    node = path.removeprefix("flow.").partition("->")[0]
    room = 1 - _others(scenario, node, (path,))
    other = share / 2 if share else min(FIRST_SHARE, room / 2)
    beside = with_values(scenario, {path: other})
    if beside is None or other <= 0:
        return None
    here = 1 / unlimited(network(scenario))
    slope = (1 / unlimited(network(beside)) - here) / (other - share)
    if slope * other > -NO_EFFECT * here:
        return None
    wanted = min(share + (here / (1 + by) - here) / slope, room)
    if wanted < share + NO_EFFECT:
        return None
    return with_values(scenario, {path: wanted})


ALIKE_GAINS = 0.9
"""Gains that come up to this part of the largest are alike; so far a promise is
kept [1]."""

LEAST_NAMED_GAIN = 0.001
"""What brings less is not named as a first choice [1]."""

Larger = tuple[Factor, Scenario]


def larger_factors(scenario: Scenario) -> tuple[Larger, ...]:
    """Return each factor of the formula that can grow, with it 10 % larger."""
    found = (
        (factor, larger_scenario(scenario, factor, FAR)) for factor in factors(scenario)
    )
    return tuple((factor, larger) for factor, larger in found if larger is not None)


def growths(
    scenario: Scenario,
    larger: Sequence[Larger],
    trials: Sequence[VariantRuns],
    base: VariantRuns,
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
    trials: Sequence[VariantRuns],
    base: VariantRuns,
    verdict: Verdict,
    rows: Sequence[ParameterRow],
) -> Contrast | None:
    """Return what a calculator would push first, and what the flow says.

    Parameters are those of `growths`; `rows` is what every parameter brings. None
    where the formula has no answer.
    """
    found = growths(scenario, larger, trials, base, verdict)
    if not found:
        return None
    best = max(growth.formula for growth in found)
    first = tuple(growth for growth in found if growth.formula >= ALIKE_GAINS * best)
    return Contrast(
        growths=found,
        formula_first=first,
        flow_first=_first_of_all(found, rows),
        kept=tuple(growth for growth in first if is_kept(growth)),
    )


def is_kept(growth: Growth) -> bool:
    """Return whether the flow may well bring what the formula promises."""
    flow = growth.flow
    return max(flow.most, flow.mean) >= ALIKE_GAINS * growth.formula


def worth(scenario: Scenario) -> float:
    """Return the revenue by formula, or the throughput where there is no price."""
    economics = scenario.economics
    price = 0.0 if economics is None else average(economics.price, scenario.run.horizon)
    return unlimited(network(scenario)) * (price or 1.0)


def owner_of(base: VariantRuns, factor: Factor) -> str:
    """Return the owner of the time at the node of a factor; empty for a price."""
    net = base.network
    nodes = {node.name: node.index for node in net.nodes}
    return net.owner(nodes[factor.node]) if factor.node else ""


def _first_of_all(
    found: Sequence[Growth], rows: Sequence[ParameterRow]
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
    if most < LEAST_NAMED_GAIN:
        return ()
    first = [(path, gain) for path, gain in best if gain.mean >= ALIKE_GAINS * most]
    return tuple(sorted(first, key=lambda each: -each[1].mean))


GAIN_DIGITS = 9
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
    One row a parameter, those with a benchmark first, then those that bring most; and
    what a calculator would say beside what the flow says. What a row brings is a part
    of the throughput [1] and an amount of net profit [money/period].

    Raises
    ------
    SimulationError
        If nothing is bought within the horizon.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.experiment.breakdown.breakdown import breakdown
    >>> found = breakdown(load("scenarios/paper_cups.yaml", {"run.horizon": "50"}))
    >>> found.rows[0].lever.path
    'machine_2.capacity'
    """
    laboratory = laboratory or Laboratory()
    bare = scenario.changed(tools={}, variants={}, expect=None)
    net = network(bare)
    step = WIDE_STEP
    if net.is_deterministic:
        [alone] = run_variants(laboratory, bare, [("as it stands", bare)])
        alone.refuse_nothing_bought(scenario.name)
        step = step_for(alone.runs(), UNIT)
    tried = [
        moves(bare, lever, step, is_deterministic=net.is_deterministic)
        for lever in levers(bare)
    ]
    pushed = [(each.lever, move) for each in tried for move in each.all]
    larger = larger_factors(bare)
    variants = [
        ("as it stands", bare),
        *((_named(lever.path, move.value), move.scenario) for lever, move in pushed),
        *((f"{factor.name} +10 %", grown) for factor, grown in larger),
    ]
    trials = run_variants(laboratory, bare, variants)
    results = {
        id(move): trial for (_, move), trial in zip(pushed, trials[1:], strict=False)
    }
    base = trials[0]
    base.refuse_nothing_bought(scenario.name)
    runs = base.runs()
    verdict = laboratory.verdict(runs)
    limit = best_throughput(net)
    rows = [parameter_row(bare, each, results, base, verdict, limit) for each in tried]
    by: RowCriterion = "throughput" if bare.economics is None else "profit"
    return Breakdown(
        scenario=scenario,
        baseline=runs,
        verdict=verdict,
        throughput=over(runs.network, base.throughputs),
        profit=None if bare.economics is None else over(runs.network, base.profit),
        by=by,
        rows=_ranked(rows, by),
        contrast=contrast(bare, larger, trials[1 + len(pushed) :], base, verdict, rows),
        trials=trials,
    )


def _ranked(rows: list[ParameterRow], by: RowCriterion) -> tuple[ParameterRow, ...]:
    def weight(row: ParameterRow) -> tuple[int, bool, float]:
        money = row.lever.is_money
        if row.benchmark is not None:
            return 0, money, -round(row.benchmark.by(by).mean, GAIN_DIGITS)
        step = abs(row.per_step(by))
        return 1 + (row.gain is None), money, -round(step, GAIN_DIGITS)

    return tuple(sorted(rows, key=weight))


def _named(path: str, value: object) -> str:
    return (
        f"{path}={value:.6g}" if isinstance(value, int | float) else f"{path}=profile"
    )
