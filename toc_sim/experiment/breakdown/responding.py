"""From the runs of a changed scenario to what the change brings."""

from __future__ import annotations

from toc_sim.capacity import best_throughput
from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.verdict import Verdict
from toc_sim.experiment.breakdown.findings import Pushed, Response
from toc_sim.experiment.breakdown.levers import Lever, scaled_value
from toc_sim.experiment.breakdown.measuring import Measured, difference
from toc_sim.experiment.breakdown.moving import (
    UNIT,
    Moves,
    is_chance,
    with_values,
)
from toc_sim.network.build import network
from toc_sim.scenario.model import Scenario

INFINITE = float("inf")


def response(
    before: Measured, after: Measured, base: Measured, scale: float = 1.0
) -> Response:
    """Return what a change brings, paired by replication.

    Parameters
    ----------
    before, after
        Who is compared.
    base
        The scenario as it stands, by whose means relative figures are told.
    scale
        The differences are divided by it.
    """
    has_price = bool(base.revenue.any())
    sold = (
        (before.revenue, after.revenue)
        if has_price
        else (before.throughput, after.throughput)
    )
    worth = base.revenue if has_price else base.throughput
    count = min(len(each.results) for each in (before, after, base))
    has_money = base.work.network.scenario.economics is not None
    return Response(
        throughput=difference(
            before,
            after,
            (before.throughput, after.throughput),
            scale * float(base.throughput[:count].mean()),
        ),
        sales=difference(before, after, sold, scale * float(worth[:count].mean())),
        profit=difference(before, after, (before.profit, after.profit), scale)
        if has_money
        else None,
    )


def pushed(
    moves: Moves,
    runs: dict[int, Measured],
    base: Measured,
    verdict: Verdict,
    limit: float,
) -> Pushed:
    """Return what pushing one parameter brings.

    Parameters
    ----------
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

    return Pushed(
        lever=lever,
        share=share_of(verdict, lever.owner),
        gain=_gain(moves, runs, base),
        static=None
        if moves.up is None
        else _static(base.work.network.scenario, lever, limit),
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


def _gain(moves: Moves, runs: dict[int, Measured], base: Measured) -> Response | None:
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
    if lever.is_money or not 0 < limit < INFINITE:
        return None
    if not lever.is_count:
        value = scaled_value(lever.value, 1 + UNIT)
    elif isinstance(lever.value, int | float):
        value = lever.value + 1
    else:
        return None
    changed = with_values(scenario, {lever.path: value})
    if changed is None:
        return None
    return best_throughput(network(changed)) / limit - 1


def _why_not(lever: Lever) -> str:
    if not lever.is_count and lever.value == 0:
        return "0, of which there is no per cent"
    if lever.path.endswith(".conversion"):
        return "1 already, cannot grow" if lever.value == 1 else "near 1, cannot grow"
    if is_chance(lever):
        return "cannot grow, the ways out take everything already"
    return "cannot grow"
