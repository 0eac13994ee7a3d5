"""From runs to a verdict: which node is the constraint, how binding, how we know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity import capacity
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.limits import why_not_the_path
from toc_sim.constraint.policy import PolicyGain, policy_gain
from toc_sim.constraint.sensitivity import STEP, elasticities, gain
from toc_sim.constraint.sentences import explanation, sentence
from toc_sim.constraint.verdict import Method, OwnerShare, Verdict, Word
from toc_sim.engine.simulate import Runs
from toc_sim.network.model import CALENDAR, OwnerKind

TIE = 0.5
"""The part of its share that lifting the top alone must bring, else it is a tie."""

PART_OF_TIE = 0.1
"""The part of the largest loss that slowing a member of a tie must bring."""


ROUNDED = 6
"""Digits of a share that tell owners apart; what is equal so far keeps the order."""


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares by replication, and where they come from."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    method: Method
    reason: str
    tied: tuple[str, ...] = ()


def diagnose(runs: Runs) -> Verdict:
    """Name the constraint of a network from its runs.

    The shares come from the critical path of each run, or from experiments where the
    path may not be trusted; intervals are Student-t over replications. A release
    policy is judged by relaxing it one step. The static answer stands beside.

    Parameters
    ----------
    runs
        All replications.

    Returns
    -------
    The verdict, with the sentence that tells it.
    """
    net = runs.network
    shares = _shares(runs)
    intervals = _intervals(runs, shares)
    owners = tuple(OwnerShare(name, kind, intervals[name]) for name, kind in net.owners)
    static = capacity(net)
    policy = policy_gain(runs, max(owners, key=lambda owner: owner.share.mean).name)
    names, word = _judge(owners, shares.tied, policy)
    hours = intervals.get(CALENDAR)
    if hours and names[0] in dict(net.owners) and hours.mean > intervals[names[0]].mean:
        names, word = (CALENDAR,), "sole" if hours.mean >= TIE else "leading"
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
        throughput=over(runs.network, [result.throughput for result in runs.results]),
        capacity=static,
        sentence="",
        explanation="",
    )
    return verdict.told(
        sentence=sentence(net, verdict), explanation=explanation(runs, verdict)
    )


def _shares(runs: Runs) -> _Shares:
    reason = why_not_the_path(runs)
    if reason:
        measured = elasticities(runs)
        return _Shares(measured.names, measured.normalised(), "experiment", reason)
    first = runs.results[0]
    names = tuple(share.name for share in first.shares + first.other_shares)
    values = np.array(
        [
            [share.value for share in result.shares + result.other_shares]
            for result in runs.results
        ]
    )
    path = _Shares(names, values, "path", "")
    return _tie(runs, path) if runs.network.is_deterministic else path


def _tie(runs: Runs, path: _Shares) -> _Shares:
    """Return the shares of a tie if there is one, else those of the path.

    Without chance derivatives are one-sided: of two equal stages the path keeps to
    one, but lifting it alone brings nothing, and slowing either costs as much.
    """
    top = path.names[int(path.values[0].argmax())]
    if top not in dict(runs.network.owners):
        return path
    lift = gain(runs, runs.network.lifted(top, 1 + STEP))[0] / STEP
    if lift >= TIE * path.values[0].max():
        return path
    losses = np.array(
        [-gain(runs, runs.network.lifted(name, 1 - STEP))[0] for name in path.names]
    ).clip(min=0.0)
    tied = tuple(
        name
        for name, loss in zip(path.names, losses, strict=True)
        if loss > PART_OF_TIE * losses.max()
    )
    reason = "without chance, lifting one of several equals alone brings nothing"
    values = losses[np.newaxis, :] / losses.sum()
    return _Shares(path.names, values, "experiment", reason, tied)


def _intervals(runs: Runs, shares: _Shares) -> dict[str, Interval]:
    columns = zip(shares.names, shares.values.T, strict=True)
    return {name: over(runs.network, column) for name, column in columns}


def _judge(
    owners: tuple[OwnerShare, ...], tied: tuple[str, ...], policy: PolicyGain | None
) -> tuple[tuple[str, ...], Word]:
    """Return the constraint and the word for how it binds."""
    if policy is not None and policy.is_constraint:
        return (policy.name,), "sole" if policy.share.mean >= TIE else "leading"
    ranked = sorted(owners, key=lambda owner: -round(owner.share.mean, ROUNDED))
    if len(tied) > 1:
        return tuple(owner.name for owner in ranked if owner.name in tied), "tie"
    top = ranked[0]
    rivals = [owner for owner in ranked[1:] if not owner.share.high < top.share.low]
    if rivals and top.share.is_known:
        return (top.name, *(rival.name for rival in rivals)), "shared"
    return (top.name,), "sole" if top.share.mean >= TIE else "leading"
