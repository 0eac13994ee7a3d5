"""The result of a comparison: one row a set of tools, and who hits the constraint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toc_sim.accounting.investment import Investment, Outlay
from toc_sim.accounting.statement import Statement
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import Runs
from toc_sim.experiment.compare.candidates import Criterion
from toc_sim.experiment.variant import VariantRuns
from toc_sim.scenario.model import Scenario

Judgement = Literal["hits", "harms", "misses", "unseparated"]
"""Hits: the interval of the difference lies above 0, and its mean above the margin.
Harms: it lies below 0. Misses: it lies inside the margin. Else: not separated."""

DIFFERENCE_MARGIN = 0.005
"""The part of the baseline's throughput below which a difference is none [1]."""


def judgement(
    difference: Interval, margin: float, resolution: float = 0.0
) -> Judgement:
    """Return the word for a difference of throughput.

    Parameters
    ----------
    difference
        Against the baseline, with its interval [items/period].
    margin
        The least difference that matters [items/period].
    resolution
        What a count within a window may be off by, without chance [items/period].
    """
    low, high = difference.low - resolution, difference.high + resolution
    if low > 0 and difference.mean > margin:
        return "hits"
    if high < 0:
        return "harms"
    if -margin <= low and high <= margin:
        return "misses"
    return "unseparated"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A set of tools against doing nothing.

    Attributes
    ----------
    tools
        Their names; empty: to do nothing.
    outlay
        What they cost.
    replications
        How many runs stand behind its figures.
    throughput
        [items/period], at the confidence of the file.
    difference
        Against doing nothing on the same chance [items/period]; the intervals of all
        candidates hold together at the confidence of the file.
    word
        Whether it hits the constraint.
    verdict
        The constraint once they are there.
    money
        Throughput accounting, without the tools' own costs; None without `economics`.
    investment
        Profit, payback and present value with them; None without `economics`.
    gain
        Against doing nothing, in the criterion's unit.
    probability
        The chance that it is the best of all by these runs (bootstrap) [1].
    """

    tools: tuple[str, ...]
    outlay: Outlay
    replications: int
    throughput: Interval
    difference: Interval
    word: Judgement
    verdict: Verdict
    money: Statement | None
    investment: Investment | None
    gain: Interval
    probability: float


@dataclass(frozen=True, slots=True)
class Best:
    """The best candidate, and how sure that is.

    Attributes
    ----------
    tools
        Its tools; empty: to do nothing.
    by
        In what.
    confidence
        The chance at least with which it was chosen rightly; None where the runs
        ended before that was reached.
    indifference
        The smallest gain that counts; the confidence holds up to it.
    unseparated
        Other candidates whose gain is not told apart from the best one's.
    """

    tools: tuple[str, ...]
    by: Criterion
    confidence: float | None
    indifference: float
    unseparated: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Comparison:
    """A whole comparison.

    Attributes
    ----------
    scenario
        With the tools that were compared.
    baseline
        The runs of doing nothing.
    verdict
        Its constraint.
    money
        What it earns.
    rows
        Candidates, the best first; doing nothing is not among them.
    best
        The best of all, doing nothing included.
    margin
        The least difference that matters [items/period].
    confidence
        Of every interval of a difference alone, so that all hold together.
    beyond
        Sets that the budget does not reach, or that the file forbids.
    pruned
        Sets not simulated, as even without chance they could not be the best.
    independent
        Replications that all candidates together would need without common random
        numbers (Rinott 1978), and those that were made; None without chance.
    trials
        All that was simulated, doing nothing first.
    """

    scenario: Scenario
    baseline: Runs
    verdict: Verdict
    money: Statement | None
    rows: tuple[ComparisonRow, ...]
    best: Best
    margin: float
    confidence: float
    beyond: tuple[tuple[str, ...], ...]
    pruned: int
    independent: tuple[int, int] | None
    trials: tuple[VariantRuns, ...]

    @property
    def is_free_of_chance(self) -> bool:
        """Whether one run of each candidate says all."""
        return all(trial.is_certain for trial in self.trials)
