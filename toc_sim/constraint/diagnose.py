"""From runs to a verdict, and whether it is the one that the file expects.

The verdict rests on the critical path, or on experiments where the path may not be
trusted: the conditions are here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity import capacity
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.sensitivity import (
    STEP,
    PolicyGain,
    elasticities,
    gain,
    policy_gain,
)
from toc_sim.constraint.verdict import (
    Method,
    OwnerShare,
    Verdict,
    Word,
    explanation,
    sentence,
)
from toc_sim.engine.simulate import Progress, Runs, simulate
from toc_sim.network.build import network
from toc_sim.network.model import CALENDAR, Network, OwnerKind
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import place_of


def why_not_the_path(runs: Runs) -> str:
    """Return why the derivative of a path is not that of the mean here; or nothing.

    Timing must not decide *whether* an item is lost or *which* goes first: there a
    small change makes a jump that the path of a single run cannot see (Heidelberger
    et al. 1988; Glasserman 1991). Where several products come, it decides the mix: one
    that goes first in place of another changes all that is bought after it.
    """
    net = runs.network
    return (
        _hours(net)
        or _losses(runs)
        or _patience(runs)
        or _rounds(net)
        or _turns(net)
        or _overtaking(net)
        or _choices(net)
        or _products(net)
    )


def _hours(net: Network) -> str:
    """Whether a little more speed may bring work forward from one day to another."""
    for node in net.nodes:
        if node.calendar is not None:
            title = net.scenario.title(net.owner(node.index))
            return f"the opening hours of {title} decide what is done when"
    return ""


def _losses(runs: Runs) -> str:
    sources = [
        node for node in runs.network.nodes if node.kind == "source" and node.lost
    ]
    for node in sources:
        if any(result.nodes[node.index].lost for result in runs.results):
            title = runs.network.scenario.title(node.name)
            return f"arrivals of {title} that find no room are lost"
    return ""


def _patience(runs: Runs) -> str:
    for node in runs.network.nodes:
        if any(result.nodes[node.index].abandoned for result in runs.results):
            title = runs.network.scenario.title(node.name)
            return f"items that wait too long before {title} are lost"
    return ""


def _rounds(net: Network) -> str:
    for node in net.nodes:
        if node.rounds is not None:
            title = net.scenario.title(node.name)
            return f"what {title} could have moved in a round and did not is lost"
    return ""


def _turns(net: Network) -> str:
    """Return which pool does not simply take whoever has waited longest."""
    for pool in net.resources:
        stages = [net.nodes[index] for index in pool.stages]
        told = {
            "fifo": (),
            "priority": ("priorities decide", {node.priority for node in stages}),
            "shortest": ("mean times decide", {_said(node.pace) for node in stages}),
            "earliest_due": ("due dates decide", {node.index for node in stages}),
        }[pool.dispatch]
        if told and len(told[1]) > 1:
            return f"{told[0]} whose turn it is with {net.scenario.title(pool.name)}"
    return ""


def _said(pace: float | Profile) -> float | tuple[tuple[float, float], ...]:
    return pace.profile if isinstance(pace, Profile) else pace


def _overtaking(net: Network) -> str:
    """Return which pool some of its stages need together with others, and some not."""
    for pool in net.resources:
        needs = {frozenset(net.nodes[index].pools) for index in pool.stages}
        if len(needs) > 1:
            title = net.scenario.title(pool.name)
            return (
                f"work for which {title} is enough may overtake what needs others too"
            )
    return ""


def _choices(net: Network) -> str:
    for node in net.nodes:
        if node.free and len(node.links) > 1:
            title = net.scenario.title(node.name)
            return f"items of {title} choose the shortest queue"
    return ""


def _products(net: Network) -> str:
    if net.has_several_products:
        return "several products come, each at a pace of its own"
    return ""


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


def diagnose(runs: Runs, progress: Progress | None = None) -> Verdict:
    """Name the constraint of a network from its runs.

    The shares come from the critical path of each run, or from experiments where the
    path may not be trusted; intervals are Student-t over replications. A release
    policy is judged by relaxing it one step. The static answer stands beside.

    Parameters
    ----------
    runs
        All replications.
    progress
        Told how many owners' shares are measured, of how many, where that takes runs.

    Returns
    -------
    The verdict, with the sentence that tells it.
    """
    net = runs.network
    shares = _shares(runs, progress)
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


def _shares(runs: Runs, progress: Progress | None) -> _Shares:
    reason = why_not_the_path(runs)
    if reason:
        measured = elasticities(runs, progress)
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


MARGIN = 0.005
"""What throughput may differ by beyond its interval, relative to the expected [1]."""


def is_near(found: Interval, expected: float) -> bool:
    """Return whether a figure is what was expected, within its interval and 0.5 %."""
    half = found.half_width if found.is_known else 0.0
    return abs(found.mean - expected) <= half + MARGIN * abs(expected)


def unmet(scenario: Scenario) -> tuple[str, ...]:
    """Simulate a scenario and return what it was expected to do and does not.

    Parameters
    ----------
    scenario
        With an `expect` section; without one nothing is expected.
    """
    expected = scenario.expect
    if expected is None:
        return ()
    net = network(scenario)
    verdict = diagnose(simulate(net))
    problems = []
    wanted = expected.constraint
    names = (wanted,) if isinstance(wanted, str) else wanted or ()
    owners = {node.name: net.owner(node.index) for node in net.nodes}
    meant = {owners.get(name, name) for name in names}
    # Of a market that several products reach the file knows the name alone.
    found_at = {
        name if name in meant else place_of(name) for name in verdict.constraint
    }
    if names and meant != found_at:
        found = ", ".join(verdict.constraint)
        problems.append(f"expect.constraint: {', '.join(names)} (found {found})")
    throughput = verdict.throughput
    if expected.throughput is not None and not is_near(throughput, expected.throughput):
        problems.append(
            f"expect.throughput: {expected.throughput:g} (found {throughput.mean:.4g})"
        )
    return tuple(problems)
