"""The sentence that tells a verdict: what is the constraint, and how binding.

A sentence says what was measured, and names no cause that was not tried.
"""

from __future__ import annotations

from itertools import groupby
from math import floor, log10

from toc_sim.constraint.intervals import Interval
from toc_sim.constraint.over_time import moves, season_of
from toc_sim.constraint.verdict import ProductShare, Verdict
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.network import CALENDAR, Network
from toc_sim.scenario.fields.sections import OPEN_HOURS

WORTH_TELLING = 0.005
"""A difference to the static answer below this is not explained [1]."""

NARROWEST_TOLD = 0.0005
"""An interval of a share narrower than this is not told [1]."""

BEND = 0.1
"""What one side of a share must differ by from the other before both are told [1]."""


def sentence(net: Network, verdict: Verdict) -> str:
    """Say who the constraint is and how binding it is.

    Parameters
    ----------
    net
        The network that was run.
    verdict
        What its runs come to; its own words do not matter.
    """
    if verdict.constraint == (CALENDAR,):
        told = _of_hours(net, verdict)
    elif verdict.kind == "policy":
        told = _of_policy(net, verdict)
    elif moves(verdict.reigns):
        told = _of_reigns(net, verdict)
    elif verdict.products is not None and verdict.word != "tie":
        told = _of_products(net, verdict.products, verdict)
    else:
        told = _of_owners(net, verdict)
    market = the_market()
    return told[:1].upper() + told[1:] if told.startswith(market) else told


def _of_reigns(net: Network, verdict: Verdict) -> str:
    """Say when who binds, where that changes."""
    period = net.scenario.period
    known = (reign for reign in verdict.reigns if reign.name)
    # one who is told again after a gap has been it all the while
    told = [[*each][-1] for _, each in groupby(known, key=lambda reign: reign.name)]
    parts = [
        phrase(
            "{node} until {period} {end}",
            node=name_of(net, reign.name),
            period=period.unit,
            end=figure(f"{reign.end:.3g}"),
        )
        for reign in told[:-1]
    ]
    parts.append(phrase("then {node}", node=name_of(net, told[-1].name)))
    first = name_of(net, verdict.constraint[0])
    season = season_of(net)
    length = figure(f"{season:.3g}")
    facts = {
        "course": ", ".join(parts),
        "season": f"{length} {period.of(length)}",
        "node": first,
        "share": percent_of(verdict.share),
        "pace": pace_of(net, verdict.throughput.mean),
    }
    if season < net.scenario.run.horizon:
        return phrase_of(
            "The constraint moves with the season of {season}: {course}. Over the "
            "whole window {node} answers for {share} of the throughput of {pace}.",
            "The constraint moves with the season of {season}: {course}. Over the "
            "whole window {node} answer for {share} of the throughput of {pace}.",
            grammatical_number([first]),
            **facts,
        )
    return phrase_of(
        "The constraint moves: {course}. Over the whole window {node} answers for "
        "{share} of the throughput of {pace}.",
        "The constraint moves: {course}. Over the whole window {node} answer for "
        "{share} of the throughput of {pace}.",
        grammatical_number([first]),
        **facts,
    )


def _of_products(net: Network, products: ProductShare, verdict: Verdict) -> str:
    """Say of which node the products together are the constraint, and of which most."""
    shares = {owner.name: owner.share.mean for owner in verdict.shares}
    told = joined(
        [
            f"{name_of(net, name)} {spaced(f'{shares[name]:.0%}')}"
            for name in products.members
        ]
    )
    place = name_of(net, products.place)
    return phrase_of(
        "{node} is the constraint: its products together answer for {share} of the "
        "throughput of {pace} ({products}).",
        "{node} are the constraint: their products together answer for {share} of the "
        "throughput of {pace} ({products}).",
        grammatical_number([place]),
        node=place,
        share=percent_of(products.share),
        pace=pace_of(net, verdict.throughput.mean),
        products=told,
    )


def _of_owners(net: Network, verdict: Verdict) -> str:
    """Say who is the constraint, and how binding."""
    names = [name_of(net, name) for name in verdict.constraint]
    first = names[0]
    count = grammatical_number([first])
    facts = {
        "node": first,
        "share": percent_of(verdict.share),
        "pace": pace_of(net, verdict.throughput.mean),
    }
    if verdict.word == "tie":
        return _of_a_tie(joined(names), facts["pace"], verdict)
    if verdict.word == "shared":
        return _of_those_who_share(net, verdict)
    if verdict.share.mean > 1 + BEND:
        return phrase_of(
            "{node} is the constraint: it lifts the throughput of {pace} more than in "
            "proportion, {times} % for each 1 % of speed.",
            "{node} are the constraint: they lift the throughput of {pace} more than "
            "in proportion, {times} % for each 1 % of speed.",
            count,
            times=figure(f"{verdict.share.mean:.2f}"),
            **facts,
        )
    if verdict.word == "leading" and "lead" in first.lower():
        return phrase_of(
            "{node} is first among the constraints: it answers for {share} of the "
            "throughput of {pace}, the rest is spread over others.",
            "{node} are first among the constraints: they answer for {share} of the "
            "throughput of {pace}, the rest is spread over others.",
            count,
            **facts,
        )
    if verdict.word == "leading":
        return phrase_of(
            "{node} leads as the constraint: it answers for {share} of the throughput "
            "of {pace}, the rest is spread over others.",
            "{node} lead as the constraint: they answer for {share} of the throughput "
            "of {pace}, the rest is spread over others.",
            count,
            **facts,
        )
    return phrase_of(
        "{node} is the constraint: it answers for {share} of the throughput of {pace}.",
        "{node} are the constraint: they answer for {share} of the throughput of "
        "{pace}.",
        count,
        **facts,
    )


def _of_those_who_share(net: Network, verdict: Verdict) -> str:
    """Say who has the largest share; if another brought more when lifted, both."""
    first = verdict.constraint[0]
    shares = {owner.name: owner.share for owner in verdict.shares}
    seen = {name: each.gain for each in verdict.lifts for name in each.names}
    most = max(verdict.constraint, key=lambda name: shares[name].mean)
    refuted = most != first and {most, first} <= seen.keys()
    named = name_of(net, most if refuted else first)
    facts = {
        "nodes": joined([name_of(net, name) for name in verdict.constraint]),
        "pace": pace_of(net, verdict.throughput.mean),
        "node": named,
        "share": percent_of(shares[most] if refuted else verdict.share),
        "other": name_of(net, first),
    }
    if not refuted:
        return phrase_of(
            "{nodes} share the constraint at {pace}: {node} answers for {share}, but "
            "chance hides which is the largest.",
            "{nodes} share the constraint at {pace}: {node} answer for {share}, but "
            "chance hides which is the largest.",
            grammatical_number([named]),
            **facts,
        )
    if seen[first].low > seen[most].high:
        return phrase_of(
            "{nodes} share the constraint at {pace}: {node} answers for the most, "
            "{share}, but {other} brought more when lifted.",
            "{nodes} share the constraint at {pace}: {node} answer for the most, "
            "{share}, but {other} brought more when lifted.",
            grammatical_number([named]),
            **facts,
        )
    return phrase_of(
        "{nodes} share the constraint at {pace}: {node} answers for the most, {share}, "
        "but chance hides which brings most when lifted.",
        "{nodes} share the constraint at {pace}: {node} answer for the most, {share}, "
        "but chance hides which brings most when lifted.",
        grammatical_number([named]),
        **facts,
    )


def _of_a_tie(nodes: str, pace: str, verdict: Verdict) -> str:
    """Say what lifting a tie together brings, and one of it alone."""
    tie, *alone = verdict.lifts
    best = max(each.gain.mean for each in alone)
    if best <= BEND * tie.gain.mean:
        return phrase(
            "{nodes} tie as the constraint at {pace}: only lifting them together "
            "brings more.",
            nodes=nodes,
            pace=pace,
        )
    return phrase(
        "{nodes} tie as the constraint at {pace}: lifting them together brings most, "
        "one alone at most {part} of that.",
        nodes=nodes,
        pace=pace,
        part=spaced(f"{best / tie.gain.mean:.0%}"),
    )


def _of_hours(net: Network, verdict: Verdict) -> str:
    """Say that what no speed brings is the hours', where those are the most."""
    owners = (net.owner(node.index) for node in net.nodes if node.calendar)
    kept = (node.calendar.name for node in net.nodes if node.calendar)
    return phrase(
        "Opening hours are the constraint: those of {nodes} ({parameters}) answer for "
        "{share} of the throughput of {pace}, more than anybody's speed.",
        nodes=joined([name_of(net, name) for name in dict.fromkeys(owners)]),
        parameters=joined(
            [f"calendars.{name}.{OPEN_HOURS}" for name in dict.fromkeys(kept)]
        ),
        share=percent_of(verdict.share),
        pace=pace_of(net, verdict.throughput.mean),
    )


def _of_policy(net: Network, verdict: Verdict) -> str:
    """Say which policy is the constraint, and what one step of it was seen to bring."""
    policy = verdict.policies[0]
    place = net.scenario.title(policy.place) if policy.place else ""
    lifted = pace_of(net, verdict.throughput.mean * (1 + policy.gain.mean))
    facts = {
        "change": policy.change,
        "before": figure_of(verdict.throughput.mean),
        "after": lifted,
    }
    if policy.kind == "release":
        return phrase(
            "The release policy ({policy}) is the constraint: {change} lifts the "
            "throughput from {before} to {after}, further than 10 % more speed "
            "anywhere.",
            policy=name_of(net, policy.name),
            **facts,
        )
    if policy.kind == "hours":
        return phrase(
            "The opening hours of {place} are the constraint: {change} lifts the "
            "throughput from {before} to {after}, further than 10 % more speed "
            "anywhere.",
            place=policy.place,
            **facts,
        )
    if policy.kind == "order":
        return phrase_of(
            "The order in which {place} works is the constraint: {change} lifts the "
            "throughput from {before} to {after}, further than 10 % more speed "
            "anywhere.",
            "The order in which {place} work is the constraint: {change} lifts the "
            "throughput from {before} to {after}, further than 10 % more speed "
            "anywhere.",
            grammatical_number([place]),
            place=place,
            **facts,
        )
    if policy.kind == "buffer":
        return phrase(
            "The room before {place} is the constraint: {change} lifts the throughput "
            "from {before} to {after}, further than 10 % more speed anywhere.",
            place=place,
            **facts,
        )
    return phrase(
        "The size of the batches of {place} is the constraint: {change} lifts the "
        "throughput from {before} to {after}, further than 10 % more speed anywhere.",
        place=place,
        **facts,
    )


def the_market() -> str:
    """Return what the market is called that has no other name."""
    return phrase("the market")


def name_of(net: Network, name: str) -> str:
    """Return what a node, resource or policy is called in a sentence."""
    release = net.release
    if release.limit is not None and name == release.name:
        return f"{net.scenario.title(name)} {release.limit}"
    title = net.scenario.title(name)
    is_market = any(node.name == name and node.kind == "market" for node in net.nodes)
    return the_market() if is_market and title == "market" else title


def pace_of(net: Network, value: float) -> str:
    """Write a throughput with its unit."""
    return f"{figure_of(value)} {net.scenario.item.unit}/{net.scenario.period.unit}"


def figure_of(value: float) -> str:
    """Return a figure with two decimals, or three digits where it is below 1."""
    if not 0 < abs(value) < 1:
        return figure(f"{value:,.2f}")
    return figure(f"{value:.{2 - floor(log10(abs(value)))}f}")


def percent_of(share: Interval) -> str:
    """Return a share in words; what was measured a little above 1 is all there is."""
    is_all = round(share.mean, 2) > 1
    mean = f"{share.mean:.0%}".removesuffix("%")
    if not share.is_known or share.half_width <= NARROWEST_TOLD:
        return phrase("all") if is_all else phrase("{share} %", share=mean)
    ends = {
        "low": figure(f"{share.low * 100:.1f}"),
        "high": figure(f"{share.high:.1%}".removesuffix("%")),
    }
    if is_all:
        return phrase("all ({low} to {high} %)", **ends)
    return phrase("{share} % ({low} to {high} %)", share=mean, **ends)


def spaced(text: str) -> str:
    """Write a percentage as its language does: ``8.5 %``."""
    return figure(text).replace("%", " %")
