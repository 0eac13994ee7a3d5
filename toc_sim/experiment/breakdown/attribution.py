"""Why one scenario sells more than another: what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.experiment.breakdown.factors import Factor
from toc_sim.experiment.breakdown.measuring import Measured
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one factor in the change.

    Attributes
    ----------
    factor
        As it is after, or before where there is none after.
    before, after
        Its values; 1 where there is no such factor.
    amount
        What it contributes by formula; the amounts add up to the whole change.
    through
        The elasticity of the flow to it: what part of a change of it the constraint
        lets through, the mean of both files [1].
    flow
        The same part of what is really sold, times `through`: what is left of it
        behind the constraint. The formula's own level is no measure there, since it
        promises too much in both files.
    """

    factor: Factor
    before: float
    after: float
    amount: float
    through: float
    flow: float


@dataclass(frozen=True)
class Attribution:
    """Why one scenario sells more than another.

    Attributes
    ----------
    before, after
        The two scenarios.
    has_price
        Whether money is told of, or items.
    formula
        What the formula says of both [money/period or items/period].
    flow
        What both sell, simulated; likewise.
    change
        The simulated difference, after - before; likewise.
    shares
        One for each factor, in the order of the formula.
    verdicts
        The constraints of both.
    others
        Parameters outside of the formula that differ: part of the remainder.
    trials
        All that was simulated, for the records.
    """

    before: Scenario
    after: Scenario
    has_price: bool
    formula: tuple[float, float]
    flow: tuple[Interval, Interval]
    change: Interval
    shares: tuple[Share, ...]
    verdicts: tuple[Verdict, Verdict]
    others: tuple[str, ...]
    trials: tuple[Measured, ...]

    @property
    def promised(self) -> float:
        """The change by formula."""
        return fsum(share.amount for share in self.shares)

    @property
    def explained(self) -> float:
        """What the constraint lets through of it, factor by factor."""
        return fsum(share.flow for share in self.shares)

    @property
    def remainder(self) -> float:
        """What the factors do not explain: capacities, chance, large steps."""
        return self.change.mean - self.explained
