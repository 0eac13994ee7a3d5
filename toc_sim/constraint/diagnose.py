"""From runs to a verdict on the constraint.

The verdict rests on the critical path where that may be trusted, and on experiments
elsewhere: the conditions are in `toc_sim.constraint.path_trust`. Whom the path names,
and whom the averages name, is lifted once and seen to lift: where they disagree, all
is measured by experiment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from toc_sim.constraint.control_variates import freed
from toc_sim.constraint.explanation import explanation
from toc_sim.constraint.intervals import Interval, over, skewed_interval
from toc_sim.constraint.over_time import growth, reigns
from toc_sim.constraint.path_trust import why_not_the_path
from toc_sim.constraint.policy_gains import policy_gains
from toc_sim.constraint.rivals import LIFTED, MOST_RIVALS, Rivalry, rivalry
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
from toc_sim.constraint.sentences import WORTH_TELLING, sentence
from toc_sim.constraint.verdict import Method, OwnerShare, ProductShare, Verdict, Word
from toc_sim.engine.simulate import Runs
from toc_sim.network import (
    CALENDAR,
    REST,
    Network,
    OwnerKind,
    hours_steps,
    policy_steps,
    release_steps,
)
from toc_sim.theory import Capacity, capacity

WASTE = 0.03
"""What a run must make less than capacity allows before every policy is tried [1]."""

SOLE = 0.5
"""The share from which a constraint is the sole one [1]."""

TIED = 0.5
"""The part of what slowing it costs that lifting a member of a tie brings at most."""

PART_OF_TIE = 0.1
"""The part of the largest loss that slowing a member of a tie must bring."""

RIVAL = 0.4
"""The part of the leader's share from which another may bring more when lifted [1]."""

WORTH_A_REST = 0.03
"""What the shares may lack to 1 before it is told as a share of its own [1]."""

HOPELESS = 0.5
"""A sum of elasticities below this is not the error of a finite step [1]."""

FEWEST_SKEWED = 20
"""Replications that show how skewed the values of a share are."""

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
    Those who share the constraint, and whoever comes near to one that leads, are
    lifted until it is seen who brings most. Intervals are Student-t over replications;
    the throughput is freed from the luck of the draw, and what it was as counted is
    kept beside it. Policies are tried one step each: a release policy and
    opening hours always; all others where the runs, or the run without chance, make
    clearly less than capacity allows.

    Parameters
    ----------
    runs
        All replications.
    experiment
        Runs the changed networks behind the shares: by default in this process.
    policies
        Whether to try every policy, whatever the runs make.

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
    >>> from toc_sim import diagnose, load
    >>> from toc_sim.network.build import network as network_of
    >>> from toc_sim.engine.simulate import simulate
    >>> net = network_of(load("scenarios/paper_cups.yaml", {"run.horizon": "50"}))
    >>> verdict = diagnose(simulate(net))
    >>> verdict.constraint, verdict.word, verdict.throughput.mean
    (('machine_2',), 'sole', 8.0)
    """
    net = runs.network
    static = capacity(net)
    shares = _shares(runs, static, experiment)
    intervals = _intervals(runs, shares)
    owners = tuple(
        OwnerShare(name, kind, intervals[name]) for name, kind in net.lifted_alone
    )
    counted = over(net, [result.throughput for result in runs.results])
    throughput = freed(runs, by_path=shares.method == "path", static=static)
    products = _products(runs, shares)
    names, word = _judge(owners, shares.tied, products)
    if products is not None and word != "tie":
        names, word, seen = _contested_products(
            runs, owners, products, word, experiment
        )
        products = products if names == products.members else None
    else:
        names, word, seen = _contested(runs, owners, names, word, experiment)
    without = _without_chance(runs, static, throughput, experiment)
    enough = (1 - WASTE) * static.throughput
    steps = [*release_steps(net), *hours_steps(net)]
    if policies or min(without, throughput.mean) < enough:
        steps = list(policy_steps(net))
    best = shares.tied or (names if products else names[:1])
    tried = policy_gains(runs, best, steps, experiment)
    policy = tried[0] if tried and tried[0].is_constraint else None
    share = products.share if products and word != "tie" else intervals[names[0]]
    hours = intervals.get(CALENDAR)
    if policy is not None:
        products, names, share = None, (policy.name,), policy.share
        word = _binding(share)
    elif hours and hours.mean > intervals[names[0]].mean:
        products, names, share = None, (CALENDAR,), hours
        word = _binding(share)
    kinds: dict[str, OwnerKind] = dict(net.lifted_alone)
    verdict = Verdict(
        constraint=names,
        kind=kinds.get(names[0], "policy"),
        word=word,
        share=share,
        products=products,
        method=shares.method,
        reason=shares.reason,
        shares=owners,
        other_shares=tuple(
            (name, value) for name, value in intervals.items() if name not in kinds
        ),
        throughput=throughput,
        counted=counted,
        capacity=static,
        lifts=seen or shares.lifts,
        measured=shares.measured,
        policies=tried,
        without_chance=without,
        reigns=reigns(runs, tuple(kinds), experiment),
        growth=growth(runs, static),
    )
    return replace(
        verdict, sentence=sentence(net, verdict), explanation=explanation(runs, verdict)
    )


def _contested(
    runs: Runs,
    owners: tuple[OwnerShare, ...],
    names: tuple[str, ...],
    word: Word,
    experiment: Experiment,
) -> tuple[tuple[str, ...], Word, tuple[Lift, ...]]:
    """Lift all who may bring most, where no share says it alone.

    Whose share is nearly all is lifted as far as a purchase would: where that brings
    much less than the share says, others may be worth more, and are tried too.
    """
    shares = {owner.name: owner.share for owner in owners}
    rivals = _rivals(runs, owners, names, word, experiment)
    if word == "tie" or len(rivals) < 2 or rivals[0] != names[0]:  # noqa: PLR2004 - nobody to beat
        return names, word, ()
    found = rivalry(runs, [(name,) for name in rivals], experiment)
    first = found.groups[0][0]
    if word != "shared":
        if first == names[0]:
            return names, word, ()
        return _refuted(names, found), "shared", found.lifts
    if found.is_told:
        return (first,), _binding(shares[first]), found.lifts
    if len(rivals) > len(names):
        return _refuted(names, found), word, found.lifts
    return tuple(name for [name] in found.groups), word, found.lifts


def _rivals(
    runs: Runs,
    owners: tuple[OwnerShare, ...],
    names: tuple[str, ...],
    word: Word,
    experiment: Experiment,
) -> tuple[str, ...]:
    """Return who may bring most: those named, and whose shares come near."""
    shares = {owner.name: owner.share for owner in owners}
    ranked = sorted(shares, key=lambda name: -shares[name].mean)
    least = RIVAL * shares[names[0]].mean
    near = tuple(name for name in ranked if shares[name].mean > least)
    if word == "shared" and not runs.network.is_deterministic:
        return tuple(dict.fromkeys((*names, *near)))
    if word not in {"leading", "sole"} or len(names) > 1 or names[0] != ranked[0]:
        return names
    if word == "leading":
        return near
    falls_short = _falls_short(runs, names[0], least, experiment)
    return tuple(ranked[:MOST_RIVALS]) if falls_short else ()


def _contested_products(
    runs: Runs,
    owners: tuple[OwnerShare, ...],
    products: ProductShare,
    word: Word,
    experiment: Experiment,
) -> tuple[tuple[str, ...], Word, tuple[Lift, ...]]:
    """Lift the products of a node together, and each owner that comes near to them."""
    least = RIVAL * products.share.mean
    ranked = sorted(owners, key=lambda owner: -owner.share.mean)
    others = [
        (owner.name,)
        for owner in ranked
        if owner.name not in products.members and owner.share.mean > least
    ]
    if others:
        found = rivalry(runs, [products.members, *others], experiment)
        if found.groups[0] != products.members:
            return _refuted(products.members, found), "shared", found.lifts
    return products.members, word, ()


def _refuted(names: tuple[str, ...], found: Rivalry) -> tuple[str, ...]:
    """Return those who bring about as much as the first, then whom it refutes."""
    worth = TIED * found.lifts[0].gain.mean
    told = [each.names for each in found.lifts if each.gain.mean >= worth]
    return tuple(dict.fromkeys((*chain.from_iterable(told), *names)))


def _falls_short(runs: Runs, name: str, least: float, experiment: Experiment) -> bool:
    """Return whether a purchase for an owner brings surely less than so much of it."""
    if runs.network.is_deterministic:
        return False  # one run: what bends there is told from both sides
    [far] = lifts(runs, [(name,)], experiment, LIFTED)
    return far.gain.is_known and far.gain.high < least


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
    reason = why_not_the_path(runs, lambda: static)
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
    owners = len(runs.network.lifted_alone)
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

    They are lifted together, and are a tie only where that is seen to bring more: by as
    much as a purchase brings, where there is chance, which would hide a small step.
    """
    net = runs.network
    owners = [name for name, _ in net.lifted_alone]
    more = dict(zip(found.names, found.more.T, strict=True))
    less = dict(zip(found.names, found.less.T, strict=True))
    largest = max(float(less[name].mean()) for name in owners)
    members = tuple(
        name
        for name in owners
        if less[name].mean() > PART_OF_TIE * largest
        and more[name].mean() <= TIED * less[name].mean()
        and over(net, less[name] - more[name]).least > SHARP
    )
    top = max(owners, key=lambda name: float(less[name].mean() + more[name].mean()))
    if len(members) < 2 or top not in members:  # noqa: PLR2004 - a tie is of two
        return (), lifts(runs, [(top,)], experiment)
    groups = [members, *((name,) for name in members)]
    size = None if net.is_deterministic else LIFTED
    together, *alone = lifts(runs, groups, experiment, size)
    best = max(each.gain.mean for each in alone)
    if not together.gain.least > best + max(SHARP, PART_OF_TIE * largest):
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
    most = max(float(columns[name].mean()) for name, _ in net.lifted_alone)
    if together[best].mean() < most:
        return None
    members = sorted(places[best], key=lambda name: -float(columns[name].mean()))
    worth = tuple(name for name in members if columns[name].mean() > WORTH_A_REST)
    if len(worth) < 2:  # noqa: PLR2004 - one product alone is its own node
        return None
    return ProductShare(best, worth, _straight(net, together[best]))


def _intervals(runs: Runs, shares: _Shares) -> dict[str, Interval]:
    columns = zip(shares.names, shares.values.T, strict=True)
    found = {name: _straight(runs.network, column) for name, column in columns}
    if shares.measured is None or not runs.network.is_deterministic:
        return found
    coarse = _counted(runs, shares.measured.step)
    if coarse <= SHARP:
        return found
    return {
        name: Interval(share.mean, share.mean - coarse, share.mean + coarse)
        for name, share in found.items()
    }


def _straight(net: Network, values: NDArray[np.float64]) -> Interval:
    """Return the interval of a share: near 0 and 1 its values are skewed.

    By how much, a few of them cannot tell.
    """
    if len(values) < FEWEST_SKEWED:
        return over(net, values)
    confidence = net.scenario.run.confidence
    return skewed_interval(values, confidence, is_certain=net.is_deterministic)


def _judge(
    owners: tuple[OwnerShare, ...], tied: tuple[str, ...], products: ProductShare | None
) -> tuple[tuple[str, ...], Word]:
    """Return the constraint and the word for how it binds."""
    if products is not None and len(tied) < 2:  # noqa: PLR2004 - a tie is of two
        return products.members, _binding(products.share)
    ranked = sorted(owners, key=lambda owner: -round(owner.share.mean, _ROUNDED))
    if len(tied) > 1:
        return tuple(owner.name for owner in ranked if owner.name in tied), "tie"
    top = ranked[0]
    rivals = [owner for owner in ranked[1:] if not owner.share.high < top.share.low]
    if rivals and top.share.is_known:
        return (top.name, *(rival.name for rival in rivals)), "shared"
    return (top.name,), _binding(top.share)


def _binding(share: Interval) -> Word:
    """Return the word for how one constraint binds."""
    return "sole" if share.mean >= SOLE else "leading"
