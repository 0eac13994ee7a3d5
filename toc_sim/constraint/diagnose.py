"""From runs to a verdict on the constraint.

The verdict rests on the critical path where that may be trusted, and on experiments
elsewhere: the conditions are in `toc_sim.constraint.path_trust`. Whom the path names,
and whom the averages name, is lifted once and seen to lift: where they disagree, all
is measured by experiment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity import Capacity, capacity
from toc_sim.constraint.growth import growth
from toc_sim.constraint.intervals import Interval, over
from toc_sim.constraint.moves import reigns
from toc_sim.constraint.path_trust import why_not_the_path
from toc_sim.constraint.policy_gains import PolicyGain, policy_gains
from toc_sim.constraint.sensitivity import (
    SHARP,
    Elasticities,
    Experiment,
    Lift,
    doubling,
    elasticities,
    has_shares,
    lifts,
    replicate_all,
)
from toc_sim.constraint.sentences import WORTH_TELLING, explanation, sentence
from toc_sim.constraint.verdict import Method, OwnerShare, ProductShare, Verdict, Word
from toc_sim.engine.simulate import Runs
from toc_sim.network import (
    CALENDAR,
    REST,
    OwnerKind,
    hours_steps,
    policy_steps,
    release_steps,
)

WASTE = 0.03
"""What a run without chance must make less than capacity allows before every policy is
tried [1]."""

SOLE = 0.5
"""The share from which a constraint is the sole one [1]."""

TIED = 0.5
"""The part of what slowing it costs that lifting a member of a tie brings at most."""

PART_OF_TIE = 0.1
"""The part of the largest loss that slowing a member of a tie must bring."""

WORTH_A_REST = 0.03
"""What the shares may lack to 1 before it is told as a share of its own [1]."""

HOPELESS = 0.5
"""A sum of elasticities below this is not the error of a finite step [1]."""

_ROUNDED = 6
"""Digits of a share that tell owners apart; what is equal so far keeps the order."""


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares by replication, and where they come from."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    method: Method
    reason: str = ""
    tied: tuple[str, ...] = ()
    lifts: tuple[Lift, ...] = ()
    measured: Elasticities | None = None


def diagnose(
    runs: Runs, experiment: Experiment = replicate_all, *, policies: bool = False
) -> Verdict:
    """Name the constraint of a network from its runs.

    The shares come from the critical path of each run, or from experiments where the
    path may not be trusted, or where lifting whom it names does not lift as it says.
    Intervals are Student-t over replications. Policies are tried one step each: a
    release policy and opening hours always; the others where the run without chance
    makes clearly less than capacity allows.

    Parameters
    ----------
    runs
        All replications.
    experiment
        Runs the changed networks behind the shares: by default in this process.
    policies
        Whether to try every policy, whatever the run without chance makes.

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
    static = capacity(net)
    shares = _shares(runs, static, experiment)
    intervals = _intervals(runs, shares)
    owners = tuple(OwnerShare(name, kind, intervals[name]) for name, kind in net.owners)
    best = max(owners, key=lambda owner: owner.share.mean).name
    throughput = over(net, [result.throughput for result in runs.results])
    without = _without_chance(runs, static, throughput, experiment)
    steps = [*release_steps(net), *hours_steps(net)]
    if policies or without < (1 - WASTE) * static.throughput:
        steps = list(policy_steps(net))
    tried = policy_gains(runs, shares.tied or (best,), steps, experiment)
    policy = tried[0] if tried and tried[0].is_constraint else None
    products = None if policy else _products(runs, shares)
    names, word = _judge(owners, shares.tied, policy, products)
    kinds: dict[str, OwnerKind] = dict(net.owners)
    verdict = Verdict(
        constraint=names,
        kind=kinds.get(names[0], "policy"),
        word=word,
        share=policy.share
        if policy
        else products.share
        if products and word != "tie"
        else intervals[names[0]],
        products=products,
        method=shares.method,
        reason=shares.reason,
        shares=owners,
        other_shares=tuple(
            (name, value) for name, value in intervals.items() if name not in kinds
        ),
        throughput=throughput,
        capacity=static,
        lifts=shares.lifts,
        measured=shares.measured,
        policies=tried,
        without_chance=without,
        reigns=reigns(runs, tuple(kinds), experiment),
        growth=growth(runs),
    )
    return replace(
        verdict,
        sentence=sentence(net, verdict),
        explanation=explanation(runs, verdict),
    )


def _without_chance(
    runs: Runs, static: Capacity, throughput: Interval, experiment: Experiment
) -> float:
    """Return what the same file makes in the same window when times never vary.

    It is run where the throughput is not what averages allow; else nothing is lost.
    """
    net = runs.network
    gap = abs(1 - throughput.mean / static.throughput) if static.throughput else 0.0
    if net.is_deterministic or gap < WORTH_TELLING:
        return throughput.mean
    numbers = next(doubling(len(runs.results)))
    [results] = experiment([net.without_chance()], runs.warmup, numbers)
    return float(np.mean([result.throughput for result in results]))


def _shares(runs: Runs, static: Capacity, experiment: Experiment) -> _Shares:
    """Return the shares of the path if it is trusted and keeps its word, or measure."""
    reason = why_not_the_path(runs)
    if reason:
        return _by_experiment(runs, reason, experiment)
    path = _by_path(runs)
    seen = _tried(runs, path, static, experiment)
    reason = _broken_word(runs, path, seen)
    if reason:
        return _by_experiment(runs, reason, experiment)
    return replace(path, lifts=seen)


def _by_path(runs: Runs) -> _Shares:
    first = runs.results[0]
    names = tuple(share.name for share in first.shares + first.other_shares)
    values = np.array(
        [
            [share.value for share in result.shares + result.other_shares]
            for result in runs.results
        ]
    )
    return _Shares(names, values, "path")


def _tried(
    runs: Runs, path: _Shares, static: Capacity, experiment: Experiment
) -> tuple[Lift, ...]:
    """Lift whom the path names, and whom the averages name, each alone."""
    owners = len(runs.network.owners)
    top = path.names[int(path.values[:, :owners].mean(axis=0).argmax())]
    others = [name for name in static.constraint if name != top and name in path.names]
    return lifts(runs, [(name,) for name in (top, *others)], experiment)


def _broken_word(runs: Runs, path: _Shares, seen: tuple[Lift, ...]) -> str:
    """Return what of the path's word was seen not to hold; or nothing."""
    net = runs.network
    first, *others = seen
    [top] = first.names
    share = over(net, path.values[:, path.names.index(top)])
    slack = SHARP + _counted(runs, first.step)
    slack += sum(each.half_width for each in (share, first.gain) if each.is_known)
    title = net.scenario.title(top)
    told = f"{100 * first.step:.3g} %"
    if abs(first.gain.mean - share.mean) > slack:
        return (
            f"lifting {title} by {told} brought {100 * first.gain.mean:.0f} % of that, "
            f"and its critical path says {100 * share.mean:.0f} %"
        )
    for other in others:
        if other.gain.mean > first.gain.mean + slack:
            rival = net.scenario.title(other.names[0])
            return f"lifting {rival} by {told} brings more than lifting {title}"
    return ""


def _counted(runs: Runs, step: float) -> float:
    """Return by how much whole items may hide what a step brings, over the step [1].

    With chance that averages out, and is in the interval.
    """
    return 1 / (step * runs.results[0].bought) if runs.network.is_deterministic else 0.0


def _by_experiment(runs: Runs, reason: str, experiment: Experiment) -> _Shares:
    """Measure all shares, and whether several are tied."""
    found = elasticities(runs, has_shares(runs.network), experiment)
    tied, seen = _tie(runs, found, experiment)
    if tied:
        losses = found.less.clip(min=0.0)
        values = losses / losses.mean(axis=0).sum()
        return _Shares(found.names, values, "experiment", reason, tied, seen, found)
    return replace(_completed(runs, found), reason=reason, lifts=seen, measured=found)


def _completed(runs: Runs, found: Elasticities) -> _Shares:
    """Return the elasticities with what they lack to 1.

    All rates together, and all hours and times away, scale time and nothing else: what
    their elasticities lack to 1 is that of the window, which stays as long as it is
    (Euler's theorem for functions that are homogeneous of degree one). Where it is no
    more than the finite step explains, it is shared out among all. Where somebody keeps
    opening hours it is theirs too.
    """
    values = found.values
    rest = 1 - values.sum(axis=1)
    told = over(runs.network, rest)
    surely = not told.is_known or not told.low <= 0 <= told.high
    total = float(values.mean(axis=0).sum())
    if (abs(told.mean) > WORTH_A_REST and surely) or total < HOPELESS:
        values = np.column_stack((values, rest))
        rest_of = CALENDAR if runs.network.has_calendar else REST
        return _Shares((*found.names, rest_of), values, "experiment")
    return _Shares(found.names, values / total, "experiment")


def _tie(
    runs: Runs, found: Elasticities, experiment: Experiment
) -> tuple[tuple[str, ...], tuple[Lift, ...]]:
    """Return who is tied: lifting one alone brings little, slowing any one costs.

    They are lifted together, and are a tie only where that is seen to bring more.
    """
    net = runs.network
    owners = [name for name, _ in net.owners]
    more = dict(zip(found.names, found.more.T, strict=True))
    less = dict(zip(found.names, found.less.T, strict=True))
    largest = max(float(less[name].mean()) for name in owners)
    members = tuple(
        name
        for name in owners
        if less[name].mean() > PART_OF_TIE * largest
        and more[name].mean() <= TIED * less[name].mean()
        and _is_above(over(net, less[name] - more[name]), SHARP)
    )
    top = max(owners, key=lambda name: float(less[name].mean() + more[name].mean()))
    if len(members) < 2 or top not in members:  # noqa: PLR2004 - a tie is of two
        return (), lifts(runs, [(top,)], experiment)
    together, *alone = lifts(
        runs, [members, *((name,) for name in members)], experiment
    )
    best = max(each.gain.mean for each in alone)
    if together.gain.mean <= best + max(SHARP, PART_OF_TIE * largest):
        return (), tuple(alone)
    return members, (together, *alone)


def _products(runs: Runs, shares: _Shares) -> ProductShare | None:
    """Return the node whose products together answer for most, where there is one."""
    net = runs.network
    columns = dict(zip(shares.names, shares.values.T, strict=True))
    places: dict[str, list[str]] = {}
    for node in net.nodes:
        if node.product is not None and node.name in columns:
            places.setdefault(node.place, []).append(node.name)
    together = {
        place: np.asarray(sum(columns[name] for name in names))
        for place, names in places.items()
        if len(names) > 1
    }
    if not together:
        return None
    best = max(together, key=lambda place: float(together[place].mean()))
    most = max(float(columns[name].mean()) for name, _ in net.owners)
    if together[best].mean() < most:
        return None
    members = sorted(places[best], key=lambda name: -float(columns[name].mean()))
    worth = tuple(name for name in members if columns[name].mean() > WORTH_A_REST)
    if len(worth) < 2:  # noqa: PLR2004 - one product alone is its own node
        return None
    return ProductShare(best, worth, over(net, together[best]))


def _is_above(value: Interval, least: float) -> bool:
    """Return whether a value is surely above another; one run is taken at its word."""
    return (value.low if value.is_known else value.mean) > least


def _intervals(runs: Runs, shares: _Shares) -> dict[str, Interval]:
    columns = zip(shares.names, shares.values.T, strict=True)
    found = {name: over(runs.network, column) for name, column in columns}
    if shares.measured is None or not runs.network.is_deterministic:
        return found
    coarse = _counted(runs, shares.measured.step)
    if coarse <= SHARP:
        return found
    return {
        name: Interval(share.mean, share.mean - coarse, share.mean + coarse)
        for name, share in found.items()
    }


def _judge(
    owners: tuple[OwnerShare, ...],
    tied: tuple[str, ...],
    policy: PolicyGain | None,
    products: ProductShare | None,
) -> tuple[tuple[str, ...], Word]:
    """Return the constraint and the word for how it binds."""
    if policy is not None:
        return (policy.name,), "sole" if policy.share.mean >= SOLE else "leading"
    if products is not None and len(tied) < 2:  # noqa: PLR2004 - a tie is of two
        return products.members, "sole" if products.share.mean >= SOLE else "leading"
    ranked = sorted(owners, key=lambda owner: -round(owner.share.mean, _ROUNDED))
    if len(tied) > 1:
        return tuple(owner.name for owner in ranked if owner.name in tied), "tie"
    top = ranked[0]
    rivals = [owner for owner in ranked[1:] if not owner.share.high < top.share.low]
    if rivals and top.share.is_known:
        return (top.name, *(rival.name for rival in rivals)), "shared"
    return (top.name,), "sole" if top.share.mean >= SOLE else "leading"
