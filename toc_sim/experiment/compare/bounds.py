"""Upper bounds for sets of tools: what they could bring by capacity alone, at best."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum, inf, sqrt

from toc_sim.accounting.cash_flow import weights
from toc_sim.accounting.prices import in_bins, largest_margin, widths
from toc_sim.experiment.compare.comparison import Criterion
from toc_sim.experiment.compare.wait_criteria import is_of_waits
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.network import Feature, Network, average
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.theory import best_throughput

FEWEST_REPLICATIONS = 5
"""Replications from which variances can be told at all."""

STANDARD_ERRORS = 4.0
"""Standard errors by which chance may lift a mean above what capacity allows."""


@dataclass(frozen=True, slots=True)
class Slack:
    """What a simulated throughput may exceed the static one by.

    Attributes
    ----------
    rate
        Whatever is simulated [items/period].
    periods
        Over which the mean of a set with chance is taken: its luck is that of as many
        purchases at random, at least. None without chance; 0 for too few runs to tell.
    """

    rate: float
    periods: float | None = None

    def above(self, rate: float) -> float:
        """Return how far a mean may lie above a rate [items/period]."""
        if self.periods is None:
            return self.rate
        return (
            self.rate + STANDARD_ERRORS * sqrt(rate / self.periods)
            if self.periods
            else inf
        )

    def over(self, base: VariantModel, own: VariantModel) -> Slack:
        """Return the slack of a set that begins as doing nothing: it may be worse.

        Parameters
        ----------
        base, own
            Doing nothing, and the set as it settles.
        """
        lower = steady_throughput(base) - steady_throughput(own)
        return replace(self, rate=self.rate + lower) if 0 < lower < inf else self


def slack(base: VariantRuns) -> Slack:
    """Return how far simulated means may lie above what capacity allows.

    What is inside when the measuring begins may be sold on top of what is made, and a
    finite run may be lucky: four standard errors of the mean are allowed for, of the
    runs of doing nothing or of purchases at random (Poisson), whichever is more. With
    too few runs nothing is known of luck.

    Parameters
    ----------
    base
        The runs of doing nothing.
    """
    values = base.throughputs
    inside = max(result.wip_start for result in base.results)
    horizon = base.results[0].horizon
    stock = (inside + 1) / horizon
    asked = base.network.scenario.run.replications
    if base.network.is_deterministic:
        # A tool can bring chance in, with as many runs as the file asks for.
        return Slack(stock, asked * horizon if asked >= FEWEST_REPLICATIONS else 0.0)
    if len(values) < FEWEST_REPLICATIONS:
        return Slack(stock, 0.0)
    spread = float(values.std(ddof=1)) / sqrt(len(values))
    return Slack(stock + STANDARD_ERRORS * spread, len(values) * horizon)


def steady_throughput(own: VariantModel) -> float:
    """Return what capacity allows in the long run [items/period].

    Infinite where a parameter moves: the static answer is about constant rates, and
    what waits from a good time may be sold in a bad one. Infinite too where customers
    are there at the start (R54), or items are open (R56): what comes of them comes on
    top of the long run.
    """
    network = own.network
    open_at_start = Feature.REGULARS | Feature.STATE
    on_top = network.has_calendar or bool(open_at_start & network.features)
    moves = on_top or any(
        isinstance(number, Profile)
        for node in network.nodes
        for number in (node.pace, node.conversion, *(way.share for way in node.links))
    )
    return inf if moves else best_throughput(network)


def throughput_ceiling(own: VariantModel, slack: Slack) -> float:
    """Return what the throughput of a candidate cannot exceed [items/period].

    Infinite where a parameter moves.
    """
    return steady_throughput(own) + _above(own, slack)


def gain_ceiling(
    by: Criterion, base: VariantRuns, own: VariantModel, slack: Slack
) -> float:
    """Return what a candidate cannot gain more than, in the criterion's unit.

    Parameters
    ----------
    by
        What is wanted.
    base
        Doing nothing, simulated.
    own
        The candidate; it need not be simulated.
    slack
        Of the simulated throughput.
    """
    if by == "throughput":
        return throughput_ceiling(own, slack) - float(base.throughputs.mean())
    if is_of_waits(by):
        return inf  # capacity does not tell how long anything waits
    if by == "npv":
        return _present_ceiling(base, own, slack)
    earned = base.money
    if earned is None:
        raise TypeError(by)
    rate = throughput_ceiling(own, slack)
    profit = cash_ceiling(own.network, rate)
    difference = profit - own.outlay.per_period - earned.net_profit.mean
    if by == "profit":
        return difference
    return difference / own.outlay.upfront if own.outlay.upfront else inf


def _present_ceiling(base: VariantRuns, own: VariantModel, slack: Slack) -> float:
    """Return what a candidate cannot gain more than, as a present value [money].

    What is sold on top of what capacity allows may be sold at once, undiscounted.
    """
    economics = own.network.scenario.economics
    earned = base.cash
    if economics is None or earned is None:
        raise TypeError(own.name)
    horizon = own.network.scenario.run.horizon
    unit = largest_margin(own.network)
    worth = weights(earned.ends, earned.discount_rate)
    steady = _sold(unit, steady_throughput(own)) * float(widths(earned.ends) @ worth)
    at_once = _sold(unit, _above(own, slack)) * horizon
    spent = earned.net.mean(axis=0) + own.outlay.per_period * widths(earned.ends)
    for amount in economics.operating_expense.values():
        spent = spent + in_bins(amount, earned.ends)
    return steady + at_once - own.outlay.upfront - float(spent @ worth)


def cash_ceiling(net: Network, rate: float) -> float:
    """Return T - OE that a throughput cannot exceed [money/period]; services are free.

    Infinite where money moves.
    """
    unit = largest_margin(net)
    if unit == inf:
        return inf
    economics, horizon = net.scenario.economics, net.scenario.run.horizon
    if economics is None:
        return 0.0
    expense = fsum(average(a, horizon) for a in economics.operating_expense.values())
    return _sold(unit, rate) - expense


def _sold(unit: float, rate: float) -> float:
    """Return what sales bring at most: what is sold at a loss need not be sold."""
    return unit * rate if unit > 0 else 0.0


def _above(own: VariantModel, slack: Slack) -> float:
    rate = steady_throughput(own)
    return slack.rate if own.network.is_deterministic else slack.above(rate)
