"""From runs to a verdict on the constraint.

The verdict rests on the critical path, or on experiments where the path may not be
trusted: the conditions are here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity import capacity
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import (
    STEP,
    Experiment,
    elasticities,
    gains,
    replicate_all,
)
from toc_sim.constraint.verdict import (
    Method,
    OwnerShare,
    Verdict,
    Word,
    explanation,
    sentence,
)
from toc_sim.engine.simulate import Runs
from toc_sim.network import (
    CALENDAR,
    PATH_SUPPORTS,
    Feature,
    NetNode,
    Network,
    OwnerKind,
)


def why_not_the_path(runs: Runs) -> str:
    """Return why the derivative of a path is not that of the mean here; or nothing.

    Timing must not decide *whether* an item is lost or *which* goes first: there a
    small change makes a jump that the path of a single run cannot see (Heidelberger
    et al. 1988; Glasserman 1991). Where several products come, it decides the mix: one
    that goes first in place of another changes all that is bought after it.
    """
    beyond = runs.network.features & ~PATH_SUPPORTS
    for features, reason in _reasons(runs):
        if features & beyond:
            return reason
    beyond &= ~_WITH_REASONS
    return f"{str(beyond.name).lower()} may decide what is lost" if beyond else ""


_WITH_REASONS = (
    Feature.HOURS
    | Feature.OVERFLOW
    | Feature.PATIENCE
    | Feature.ROUNDS
    | Feature.PRIORITY
    | Feature.DISPATCH
    | Feature.JOINT
    | Feature.FREE
    | Feature.PRODUCTS
)
"""What stands in the way only if there is a reason."""


def _reasons(runs: Runs) -> Iterator[tuple[Feature, str]]:
    """Yield what stands in the way, and where. The first counts."""
    net = runs.network
    title = net.scenario.title
    for node in net.using(Feature.HOURS):
        # A little more speed may bring work forward from one day to another.
        keeper = title(net.owner(node.index))
        yield Feature.HOURS, f"the opening hours of {keeper} decide what is done when"
    yield from _losses(runs)
    yield from _turns(net)
    yield from _overtaking(net)
    for node in net.using(Feature.FREE):
        if len(node.links) > 1:
            name = title(node.name)
            yield Feature.FREE, f"items of {name} choose the shortest queue"
    yield Feature.PRODUCTS, "several products come, each at a pace of its own"


def _losses(runs: Runs) -> Iterator[tuple[Feature, str]]:
    """Yield where items are lost, for want of room, patience or a place in a round."""
    net, title = runs.network, runs.network.scenario.title
    for node in net.using(Feature.OVERFLOW):
        if any(result.nodes[node.index].lost for result in runs.results):
            name = title(node.name)
            yield Feature.OVERFLOW, f"arrivals of {name} that find no room are lost"
    for node in net.using(Feature.PATIENCE):
        if any(result.nodes[node.index].abandoned for result in runs.results):
            name = title(node.name)
            yield Feature.PATIENCE, f"items that wait too long before {name} are lost"
    for node in net.using(Feature.ROUNDS):
        name = title(node.name)
        lost = f"what {name} could have moved in a round and did not is lost"
        yield Feature.ROUNDS, lost


def _turns(net: Network) -> Iterator[tuple[Feature, str]]:
    """Yield which pools do not simply take whoever has waited longest."""
    deciding: dict[str, tuple[str, Callable[[NetNode], object]]] = {
        "priority": ("priorities decide", lambda node: node.priority),
        "shortest": ("mean times decide", lambda node: node.pace),
        "earliest_due": ("due dates decide", lambda node: node.index),
    }
    for pool in net.resources:
        if pool.dispatch in deciding:
            what, of = deciding[pool.dispatch]
            first, *others = (of(net.nodes[index]) for index in pool.stages)
            if any(other != first for other in others):
                turn = f"{what} whose turn it is with {net.scenario.title(pool.name)}"
                yield Feature.PRIORITY | Feature.DISPATCH, turn


def _overtaking(net: Network) -> Iterator[tuple[Feature, str]]:
    """Yield which pools some of their stages need with others, and some alone."""
    for pool in net.resources:
        if len({frozenset(net.nodes[index].pools) for index in pool.stages}) > 1:
            work = f"work for which {net.scenario.title(pool.name)} is enough"
            yield Feature.JOINT, f"{work} may overtake what needs others too"


_TIE = 0.5
"""The part of its share that lifting the top alone must bring, else it is a tie."""

_BETTER_NODE = 0.10
"""What a step of the policy has to beat: so much more speed of the best node [1]."""

_PART_OF_TIE = 0.1
"""The part of the largest loss that slowing a member of a tie must bring."""


_ROUNDED = 6
"""Digits of a share that tell owners apart; what is equal so far keeps the order."""


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares by replication, and where they come from."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    method: Method
    reason: str
    tied: tuple[str, ...] = ()


def diagnose(runs: Runs, experiment: Experiment = replicate_all) -> Verdict:
    """Name the constraint of a network from its runs.

    The shares come from the critical path of each run, or from experiments where the
    path may not be trusted; intervals are Student-t over replications. A release
    policy is judged by relaxing it one step. The static answer stands beside.

    Parameters
    ----------
    runs
        All replications.
    experiment
        Runs the changed networks behind the shares: by default in this process.

    Returns
    -------
    The verdict, with the sentence that tells it. Shares are parts of the throughput
    [1], with an interval each; the throughput is in items/period.

    Raises
    ------
    SimulationError
        If the static answer that stands beside it cannot be computed.

    Examples
    --------
    >>> from toc_sim import diagnose, load, network_of, simulate
    >>> net = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "50"}))
    >>> verdict = diagnose(simulate(net))
    >>> verdict.constraint, verdict.word, verdict.throughput.mean
    (('machine_2',), 'sole', 8.0)
    """
    net = runs.network
    shares = _shares(runs, experiment)
    columns = zip(shares.names, shares.values.T, strict=True)
    intervals = {name: over(net, column) for name, column in columns}
    owners = tuple(OwnerShare(name, kind, intervals[name]) for name, kind in net.owners)
    static = capacity(net)
    best = max(owners, key=lambda owner: owner.share.mean).name
    policy = _binding_policy(runs, best, experiment)
    names, word = _judge(owners, shares.tied)
    hours = intervals.get(CALENDAR)
    if policy is not None:
        names, word = (net.release.name,), _word(policy)
    elif hours and hours.mean > intervals[names[0]].mean:
        names, word = (CALENDAR,), _word(hours)
    kinds: dict[str, OwnerKind] = dict(net.owners)
    verdict = Verdict(
        constraint=names,
        kind=kinds.get(names[0], "policy"),
        word=word,
        share=policy or intervals[names[0]],
        method=shares.method,
        reason=shares.reason,
        shares=owners,
        other_shares=tuple(
            (name, value) for name, value in intervals.items() if name not in kinds
        ),
        throughput=over(net, [result.throughput for result in runs.results]),
        capacity=static,
        sentence="",
        explanation="",
    )
    return replace(
        verdict,
        sentence=sentence(net, verdict),
        explanation=explanation(runs, verdict),
    )


def _shares(runs: Runs, experiment: Experiment) -> _Shares:
    reason = why_not_the_path(runs)
    if reason:
        names, values = elasticities(runs, experiment)
        return _Shares(names, values, "experiment", reason)
    first = runs.results[0]
    names = tuple(share.name for share in first.shares + first.other_shares)
    values = np.array(
        [
            [share.value for share in result.shares + result.other_shares]
            for result in runs.results
        ]
    )
    path = _Shares(names, values, "path", "")
    return _tie(runs, path, experiment) if runs.network.is_deterministic else path


def _tie(runs: Runs, path: _Shares, experiment: Experiment) -> _Shares:
    """Return the shares of a tie if there is one, else those of the path.

    Without chance derivatives are one-sided: of two equal stages the path keeps to
    one, but lifting it alone brings nothing, and slowing either costs as much.
    """
    top = path.names[int(path.values[0].argmax())]
    if top not in dict(runs.network.owners):
        return path
    net = runs.network
    [lift] = gains(runs, [net.lifted(top, 1 + STEP)], experiment)
    if lift[0] / STEP >= _TIE * path.values[0].max():
        return path
    slower = [net.lifted(name, 1 - STEP) for name in path.names]
    losses = np.array([-each[0] for each in gains(runs, slower, experiment)]).clip(
        min=0.0
    )
    tied = tuple(
        name
        for name, loss in zip(path.names, losses, strict=True)
        if loss > _PART_OF_TIE * losses.max()
    )
    reason = "without chance, lifting one of several equals alone brings nothing"
    values = losses[np.newaxis, :] / losses.sum()
    return _Shares(path.names, values, "experiment", reason, tied)


def _binding_policy(runs: Runs, best: str, experiment: Experiment) -> Interval | None:
    """Return the share of the release policy if it is the constraint.

    A policy has no rate and so no derivative: it is the constraint if relaxing it by
    one item surely brings more than 10 % more speed of the best node, on common random
    numbers. Its share is what that brings over the relative size of the step.
    """
    net = runs.network
    limit = net.release.limit
    if limit is None:
        return None
    relaxed, better = gains(
        runs, [net.relaxed(), net.lifted(best, 1 + _BETTER_NODE)], experiment
    )
    advantage = over(net, relaxed - better)
    surely = advantage.low if advantage.is_known else advantage.mean
    return over(net, relaxed * limit) if surely > 0 else None


def _word(share: Interval) -> Word:
    return "sole" if share.mean >= _TIE else "leading"


def _judge(
    owners: tuple[OwnerShare, ...], tied: tuple[str, ...]
) -> tuple[tuple[str, ...], Word]:
    """Return which owners are the constraint and the word for how they bind."""
    ranked = sorted(owners, key=lambda owner: -round(owner.share.mean, _ROUNDED))
    if len(tied) > 1:
        return tuple(owner.name for owner in ranked if owner.name in tied), "tie"
    top = ranked[0]
    rivals = [owner for owner in ranked[1:] if not owner.share.high < top.share.low]
    if rivals and top.share.is_known:
        return (top.name, *(rival.name for rival in rivals)), "shared"
    return (top.name,), _word(top.share)
