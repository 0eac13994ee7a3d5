"""What a set of tools could bring at the very best, without simulating it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from toc_sim.accounting.discounting import present
from toc_sim.accounting.statement import statement
from toc_sim.capacity import best_throughput
from toc_sim.experiment.candidates import Candidate, Trial
from toc_sim.experiment.criteria import By, throughputs
from toc_sim.network.levels import average
from toc_sim.network.model import Network
from toc_sim.scenario.sections import Economics
from toc_sim.scenario.values import Profile

ERRORS = 4.0
"""Standard errors by which chance may lift a mean above what capacity allows."""


@dataclass(frozen=True, slots=True)
class Slack:
    """What a simulated throughput may exceed the static one by [items/period]."""

    rate: float


def slack(base: Trial) -> Slack:
    """Return how far simulated means may lie above what capacity allows.

    What is inside when the measuring begins may be sold on top of what is made, and a
    finite run may be lucky: four standard errors of the mean are allowed for.
    """
    values = throughputs(base)
    spread = float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else 0.0
    inside = max(result.wip_start for result in base.results)
    horizon = base.results[0].horizon
    return Slack(ERRORS * spread + (inside + 1) / horizon)


def throughput_ceiling(own: Candidate, slack: Slack) -> float:
    """Return what the throughput of a candidate cannot exceed [items/period].

    Infinite where a parameter moves: the static answer is about constant rates, and
    what waits from a good time may be sold in a bad one.
    """
    if _moves(own.work.network):
        return inf
    return best_throughput(own.work.network) + slack.rate


def gain_ceiling(by: By, base: Trial, own: Candidate, slack: Slack) -> float:
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
    rate = throughput_ceiling(own, slack)
    if by == "throughput":
        return rate - float(throughputs(base).mean())
    network = own.work.network
    economics = network.scenario.economics
    earned = statement(base.candidate.work.network, base.results)
    if economics is None or earned is None:
        raise TypeError(by)
    profit = cash_ceiling(economics, rate, network.scenario.run.horizon)
    difference = profit - own.outlay.per_period - earned.net_profit.mean
    if by == "profit":
        return difference
    if by == "roi":
        return difference / own.outlay.upfront if own.outlay.upfront else inf
    horizon, discount = network.scenario.run.horizon, economics.discount_rate
    return present(difference, 0.0, horizon, discount) - own.outlay.upfront


def cash_ceiling(economics: Economics, rate: float, horizon: float) -> float:
    """Return T - OE that a throughput cannot exceed [money/period]; services are free.

    Infinite where money moves.
    """
    amounts = [economics.price, *economics.variable_cost.values()]
    if any(isinstance(each, Profile) for each in amounts):
        return inf
    unit = average(amounts[0], horizon) - sum(average(a, horizon) for a in amounts[1:])
    expense = sum(average(a, horizon) for a in economics.operating_expense.values())
    return max(0.0, unit) * rate - expense


def _moves(network: Network) -> bool:
    return any(
        isinstance(number, Profile)
        for node in network.nodes
        for number in (node.pace, node.conversion, *(way.share for way in node.links))
    )
