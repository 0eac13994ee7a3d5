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
from toc_sim.constraint.intervals import over
from toc_sim.constraint.sensitivity import (
    STEP,
    Experiment,
    PolicyGain,
    elasticities,
    gains,
    policy_gain,
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
    NetResource,
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
    for feature, rule in _RULES.items():
        if feature & beyond:
            reason = rule(runs)
            if reason:
                return reason
        beyond &= ~feature
    return f"{str(beyond.name).lower()} may decide what is lost" if beyond else ""


def _hours(runs: Runs) -> str:
    """Whether a little more speed may bring work forward from one day to another."""
    net = runs.network
    title = net.scenario.title(net.owner(next(net.using(Feature.HOURS)).index))
    return f"the opening hours of {title} decide what is done when"


def _losses(runs: Runs) -> str:
    for node in runs.network.using(Feature.OVERFLOW):
        if any(result.nodes[node.index].lost for result in runs.results):
            return f"arrivals of {_title(runs, node)} that find no room are lost"
    return ""


def _patience(runs: Runs) -> str:
    for node in runs.network.using(Feature.PATIENCE):
        if any(result.nodes[node.index].abandoned for result in runs.results):
            return f"items that wait too long before {_title(runs, node)} are lost"
    return ""


def _rounds(runs: Runs) -> str:
    title = _title(runs, next(runs.network.using(Feature.ROUNDS)))
    return f"what {title} could have moved in a round and did not is lost"


def _turns(runs: Runs) -> str:
    """Return which pool does not simply take whoever has waited longest."""
    deciding: dict[str, tuple[str, Callable[[NetNode], object]]] = {
        "priority": ("priorities decide", lambda node: node.priority),
        "shortest": ("mean times decide", lambda node: node.pace),
        "earliest_due": ("due dates decide", lambda node: node.index),
    }
    for pool, stages in _pools(runs):
        if pool.dispatch == "fifo":
            continue
        what, of = deciding[pool.dispatch]
        if any(of(node) != of(stages[0]) for node in stages):
            return f"{what} whose turn it is with {_title(runs, pool)}"
    return ""


def _overtaking(runs: Runs) -> str:
    """Return which pool some of its stages need together with others, and some not."""
    for pool, stages in _pools(runs):
        if len({frozenset(node.pools) for node in stages}) > 1:
            title = _title(runs, pool)
            return (
                f"work for which {title} is enough may overtake what needs others too"
            )
    return ""


def _choices(runs: Runs) -> str:
    for node in runs.network.using(Feature.FREE):
        if len(node.links) > 1:
            return f"items of {_title(runs, node)} choose the shortest queue"
    return ""


def _products(_: Runs) -> str:
    return "several products come, each at a pace of its own"


def _pools(runs: Runs) -> Iterator[tuple[NetResource, list[NetNode]]]:
    """Yield the pools with their stages."""
    nodes = runs.network.nodes
    for pool in runs.network.resources:
        yield pool, [nodes[index] for index in pool.stages]


def _title(runs: Runs, place: NetNode | NetResource) -> str:
    return runs.network.scenario.title(place.name)


_RULES: dict[Feature, Callable[[Runs], str]] = {
    Feature.HOURS: _hours,
    Feature.OVERFLOW: _losses,
    Feature.PATIENCE: _patience,
    Feature.ROUNDS: _rounds,
    Feature.PRIORITY | Feature.DISPATCH: _turns,
    Feature.JOINT: _overtaking,
    Feature.FREE: _choices,
    Feature.PRODUCTS: _products,
}
"""Of what may stand in the way: whether it does, and where. The first counts."""


_TIE = 0.5
"""The part of its share that lifting the top alone must bring, else it is a tie."""

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
    policy = policy_gain(runs, best, experiment)
    names, word = _judge(owners, shares.tied, policy)
    hours = intervals.get(CALENDAR)
    if hours and names[0] in dict(net.owners) and hours.mean > intervals[names[0]].mean:
        names, word = (CALENDAR,), "sole" if hours.mean >= _TIE else "leading"
    kinds: dict[str, OwnerKind] = dict(net.owners)
    binds = policy is not None and policy.is_constraint
    verdict = Verdict(
        constraint=names,
        kind=kinds.get(names[0], "policy"),
        word=word,
        share=policy.share if policy and binds else intervals[names[0]],
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


def _judge(
    owners: tuple[OwnerShare, ...], tied: tuple[str, ...], policy: PolicyGain | None
) -> tuple[tuple[str, ...], Word]:
    """Return the constraint and the word for how it binds."""
    if policy is not None and policy.is_constraint:
        return (policy.name,), "sole" if policy.share.mean >= _TIE else "leading"
    ranked = sorted(owners, key=lambda owner: -round(owner.share.mean, _ROUNDED))
    if len(tied) > 1:
        return tuple(owner.name for owner in ranked if owner.name in tied), "tie"
    top = ranked[0]
    rivals = [owner for owner in ranked[1:] if not owner.share.high < top.share.low]
    if rivals and top.share.is_known:
        return (top.name, *(rival.name for rival in rivals)), "shared"
    return (top.name,), "sole" if top.share.mean >= _TIE else "leading"
