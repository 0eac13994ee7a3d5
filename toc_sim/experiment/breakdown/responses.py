"""What each push of a parameter brings: the rows of a breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from toc_sim.capacity import best_throughput
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS, Runs, for_many
from toc_sim.experiment.breakdown.factors import Factor
from toc_sim.experiment.breakdown.parameters import (
    UNIT,
    Lever,
    Moves,
    is_chance,
    largest,
    one_more,
)
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantModel, VariantRuns, difference
from toc_sim.network import network
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import replaced

RowCriterion = Literal["profit", "throughput"]
"""Net profit [money/period], or items per period where no money is spoken of."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a change brings.

    Attributes
    ----------
    throughput
        Relative to the throughput as it stands [1].
    sales
        The revenue relative to that; where there is no price, the throughput [1].
    profit
        Net profit [money/period]; None without `economics`.
    """

    throughput: Interval
    sales: Interval
    profit: Interval | None

    def by(self, by: RowCriterion) -> Interval:
        """Return what it brings in the unit that parameters are ranked by."""
        return self.profit if by == "profit" and self.profit else self.throughput


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter, and what pushing it brings.

    Attributes
    ----------
    lever
        The parameter.
    share
        The constraint share of its owner [1]; None for money, and for a
        release policy that is not the constraint.
    gain
        What 1 % more brings, or one more of a count; None where it cannot grow.
    static
        The same without any chance, by capacity alone [1]; None where it cannot grow,
        and for money.
    more, less
        What 10 % more and less bring, or one more and one less; None where it cannot
        be. More may stop at a limit before.
    benchmark
        What reaching its benchmark brings; None without one.
    reach
        The benchmark over what it is, less 1; of a count, how many more; of what is
        0, the benchmark itself. None without one.
    note
        Why it cannot grow; else empty.
    """

    lever: Lever
    share: Interval | None
    gain: Response | None
    static: float | None
    more: Response | None
    less: Response | None
    benchmark: Response | None
    reach: float | None
    note: str = ""

    def per_cent(self, by: RowCriterion) -> float:
        """Return what 1 % more brings, of a count too: what rows are ranked by."""
        if self.gain is None:
            return 0.0
        gain = self.gain.by(by).mean
        if not self.lever.is_count:
            return gain
        return gain * max(1.0, largest(self.lever.value)) / 100


@dataclass(frozen=True, slots=True)
class Growth:
    """A factor of the formula, 10 % larger.

    Attributes
    ----------
    factor
        Which one.
    formula
        What a calculator promises, in revenue or, without a price, in items [1].
    flow
        What the simulation brings [1].
    share
        The constraint share of its owner [1]; None for a price.
    """

    factor: Factor
    formula: float
    flow: Interval
    share: Interval | None

    @property
    def through(self) -> float:
        """The part of the promise that the flow keeps [1]."""
        return self.flow.mean / self.formula if self.formula else 0.0


@dataclass(frozen=True, slots=True)
class Contrast:
    """Formula against flow.

    Attributes
    ----------
    growths
        Every factor that can grow, as the formula multiplies them.
    formula_first
        What a calculator would push first; several are alike.
    flow_first
        What the flow names first, of all parameters, with what 10 % brings [1].
    kept
        Of `formula_first`, those of which the flow keeps the promise.
    """

    growths: tuple[Growth, ...]
    formula_first: tuple[Growth, ...]
    flow_first: tuple[tuple[str, Interval], ...]
    kept: tuple[Growth, ...]

    @property
    def agrees(self) -> bool:
        """Whether the flow keeps all that the formula promises first."""
        return len(self.kept) == len(self.formula_first)


@dataclass(frozen=True)
class Breakdown:
    """Every parameter of a scenario, and what pushing it brings.

    Attributes
    ----------
    scenario
        As it stands.
    baseline, verdict
        Its runs, and its constraint.
    throughput, profit
        What it sells [items/period] and earns [money/period]; None without money.
    by
        What the rows are ranked by.
    rows
        Those with a benchmark first, by what reaching it brings; then by what 1 %
        brings, in whichever direction.
    contrast
        Formula against flow; None where the formula has no answer.
    trials
        All that was simulated, for the records.
    """

    scenario: Scenario
    baseline: Runs
    verdict: Verdict
    throughput: Interval
    profit: Interval | None
    by: RowCriterion
    rows: tuple[ParameterRow, ...]
    contrast: Contrast | None
    trials: tuple[VariantRuns, ...]

    @property
    def has_benchmarks(self) -> bool:
        """Whether any parameter says how far it could go."""
        return any(row.benchmark is not None for row in self.rows)


def run_variants(
    laboratory: Laboratory, scenario: Scenario, variants: Sequence[tuple[str, Scenario]]
) -> tuple[VariantRuns, ...]:
    """Simulate a scenario and variants of it, all at a time, on common random numbers.

    As they meet the same chance, few replications of a variant are enough.

    Parameters
    ----------
    laboratory
        Where to simulate.
    scenario
        As it stands; its warm-up is that of all.
    variants
        Names and scenarios, the scenario itself first.
    """
    warmup, most = laboratory.warmup(scenario), scenario.run.replications
    chosen = for_many(scenario, len(variants)).run.engine
    models = [
        VariantModel.of(
            replaced(each, {"run.engine": chosen}),
            warmup,
            name=name,
            inputs={"change": name},
        )
        for name, each in variants
    ]
    few = min(EXPERIMENT_REPLICATIONS, most)
    return laboratory.runs(models, [most, *(few for _ in variants[1:])])


def response(
    before: VariantRuns, after: VariantRuns, base: VariantRuns, scale: float = 1.0
) -> Response:
    """Return what a change brings, paired by replication.

    Parameters
    ----------
    before, after
        Which are compared.
    base
        The scenario as it stands, by whose means relative figures are told.
    scale
        The differences are divided by it.
    """
    has_price = bool(base.revenue.any())
    sold = (
        (before.revenue, after.revenue)
        if has_price
        else (before.throughputs, after.throughputs)
    )
    worth = base.revenue if has_price else base.throughputs
    count = min(len(each.results) for each in (before, after, base))
    has_money = base.network.scenario.economics is not None
    return Response(
        throughput=difference(
            before,
            after,
            (before.throughputs, after.throughputs),
            scale=scale * float(base.throughputs[:count].mean()),
        ),
        sales=difference(
            before, after, sold, scale=scale * float(worth[:count].mean())
        ),
        profit=difference(before, after, (before.profit, after.profit), scale=scale)
        if has_money
        else None,
    )


def parameter_row(
    scenario: Scenario,
    moves: Moves,
    runs: dict[int, VariantRuns],
    base: VariantRuns,
    verdict: Verdict,
    limit: float,
) -> ParameterRow:
    """Return what pushing one parameter brings.

    Parameters
    ----------
    scenario
        As it stands, and as its file has it: what is simulated has a node for each
        product, under names that no file can give.
    moves
        What was tried.
    runs
        What came of it, by the identity of each move.
    base
        The scenario as it stands.
    verdict
        Its constraint.
    limit
        Its throughput by capacity alone [items/period].
    """
    lever = moves.lever
    reach = moves.benchmark

    def brought(move: object) -> Response | None:
        return None if move is None else response(base, runs[id(move)], base)

    return ParameterRow(
        lever=lever,
        share=share_of(verdict, lever.owner),
        gain=_gain(moves, runs, base),
        static=None if moves.up is None else _static(scenario, lever, limit),
        more=brought(moves.more),
        less=brought(moves.less),
        benchmark=brought(reach),
        reach=None if reach is None else reach.size,
        note="" if moves.up is not None else _why_not(lever),
    )


def share_of(verdict: Verdict, owner: str) -> Interval | None:
    """Return the constraint share of a node, a resource, delays or a policy."""
    shares = {each.name: each.share for each in verdict.shares}
    shares |= dict(verdict.other_shares)
    if verdict.kind == "policy":
        shares[verdict.constraint[0]] = verdict.share
    return shares.get(owner)


def _gain(
    moves: Moves, runs: dict[int, VariantRuns], base: VariantRuns
) -> Response | None:
    """Return what 1 % more brings, from a small step; or one more of a count."""
    if moves.up is None:
        return None
    after = runs[id(moves.up)]
    if moves.lever.is_count:
        return response(base, after, base)
    before = base if moves.down is None else runs[id(moves.down)]
    size = moves.up.size - (0.0 if moves.down is None else moves.down.size)
    return response(before, after, base, size / UNIT)


def _static(scenario: Scenario, lever: Lever, limit: float) -> float | None:
    """Return what 1 % more, or one more, brings by capacity alone [1]."""
    move = one_more(scenario, lever)
    if move is None or lever.is_money or not 0 < limit < inf:
        return None
    return best_throughput(network(move.scenario)) / limit - 1


def _why_not(lever: Lever) -> str:
    if not lever.is_count and lever.value == 0:
        return "0, of which there is no per cent"
    if lever.path.endswith(".conversion"):
        return "1 already, cannot grow" if lever.value == 1 else "near 1, cannot grow"
    if is_chance(lever):
        return "cannot grow, the ways out take everything already"
    return "cannot grow"
