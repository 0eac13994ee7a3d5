"""What a breakdown tells: one row a parameter, and the formula beside the flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs
from toc_sim.experiment.breakdown.factors import Factor
from toc_sim.experiment.breakdown.levers import Lever, largest
from toc_sim.experiment.breakdown.measuring import Measured
from toc_sim.scenario.model import Scenario

By = Literal["profit", "throughput"]
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

    def by(self, by: By) -> Interval:
        """Return what it brings in the unit that parameters are ranked by."""
        return self.profit if by == "profit" and self.profit else self.throughput


@dataclass(frozen=True, slots=True)
class Pushed:
    """One parameter, and what pushing it brings.

    Attributes
    ----------
    lever
        The parameter.
    share
        The constraint share of who answers for it [1]; None for money, and for a
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

    def per_cent(self, by: By) -> float:
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
        The constraint share of who answers for it [1]; None for a price.
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
    by: By
    rows: tuple[Pushed, ...]
    contrast: Contrast | None
    trials: tuple[Measured, ...]

    @property
    def has_benchmarks(self) -> bool:
        """Whether any parameter says how far it could go."""
        return any(row.benchmark is not None for row in self.rows)
