"""A purchase at time 0: before it the business runs as it is, from then on as bought.

What is bought cannot earn from what it would have done before. So the warm-up is the
business as it stands, and at time 0 every pace, conversion and share that the purchase
changes jumps to its new value, in the middle of the work. A place that kept opening
hours keeps the new ones from time 0 on.

What is counted (servers, places, tokens) cannot change within a run. More servers are
there in the warm-up too, and each works so much slower then that together they do what
the old ones did. All else, such as places and priorities, stands from the beginning;
the names of who is changed so are kept, so that it can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil, floor

from toc_sim.network import CALENDAR, Feature, NetCalendar, NetNode, NetStage, Network
from toc_sim.scenario.fields.numbers import Level, Profile, level, level_before, scaled

_MOST_POINTS = 100_000
"""Points of a profile that is written out season by season."""


@dataclass(frozen=True, slots=True)
class BoughtNetwork:
    """A network in which something is bought at time 0.

    Attributes
    ----------
    network
        It runs as the business is until time 0, and as bought from then on.
    always
        Nodes, pools and policies of which something other than `servers` cannot change
        within a run, so that it is there in the warm-up, too; by name.
    """

    network: Network
    always: tuple[str, ...]


def purchase(before: Network, after: Network, warmup: float) -> BoughtNetwork:
    """Return what becomes of a business that buys something at time 0.

    Parameters
    ----------
    before, after
        The business as it is and as bought; the same nodes and ways, in one order.
    warmup
        The time before measuring begins [periods].
    """
    if not warmup:
        return BoughtNetwork(_with_regulars(before, after), ())
    if before.nodes == after.nodes and before.resources == after.resources:
        always = ("release",) if before.release != after.release else ()
        return BoughtNetwork(after, always)
    span = -warmup, after.scenario.run.horizon
    hands = _hands(before, after)
    hours = _pool_hours(before, after)
    nodes = tuple(
        replace(_jumping(old, new, hand, span), calendar=_node_hours(old, new, hours))
        for old, new, hand in zip(before.nodes, after.nodes, hands, strict=True)
    )
    pools = tuple(replace(pool, calendar=hours[pool.index]) for pool in after.resources)
    bought = replace(after, nodes=nodes, resources=pools)
    return BoughtNetwork(bought, tuple(dict.fromkeys(_always(before, bought))))


def _with_regulars(before: Network, after: Network) -> Network:
    """Return the network as bought, with customers at the start who chose before it.

    What they bought last they bought before time 0, and came back, or not, by the
    share of that moment (R54).
    """
    end = after.scenario.run.horizon
    nodes = list(after.nodes)
    for node in after.using(Feature.REGULARS):
        links = tuple(
            replace(now, share=jump(then.share, now.share, -now.delay, end))
            if now.customers
            else now
            for then, now in zip(
                before.nodes[node.index].links, node.links, strict=True
            )
        )
        nodes[node.index] = replace(node, links=links)
    return after if after.nodes == tuple(nodes) else replace(after, nodes=tuple(nodes))


def _hands(before: Network, after: Network) -> Iterator[float]:
    """Yield for each node by which factor its servers are more than they were."""
    for old, new in zip(before.nodes, after.nodes, strict=True):
        if new.resource is None or old.resource is None:
            yield new.servers / old.servers if old.servers else 1.0
        else:
            mine = after.resources[new.resource].servers
            yield mine / before.resources[old.resource].servers


def _jumping(
    old: NetNode, new: NetNode, hands: float, span: tuple[float, float]
) -> NetNode:
    """Return a node that is the old one before time 0, and the new one after it."""
    begin, end = span
    at_once = old.takes_all or new.takes_all  # an exit has no pace to come from
    if old.timed == new.timed and new.rounds is None and not at_once:
        slow = scaled(old.pace, hands if new.timed else 1 / hands)
        new = replace(new, pace=jump(slow, new.pace, begin, end))
    links = tuple(
        replace(
            after,
            share=jump(before.share, after.share, begin, end),
            opened=before.opened,
        )
        for before, after in zip(old.links, new.links, strict=True)
    )
    new = replace(new, links=links, opened=old.opened)  # what was done was done so
    if not isinstance(new, NetStage):
        return new
    return replace(new, conversion=jump(old.conversion, new.conversion, begin, end))


def _pool_hours(before: Network, after: Network) -> list[NetCalendar | None]:
    """Return the opening hours of each pool, other ones before time 0 than after it.

    Pools that are needed together open and close as one: if some of them kept no hours
    before, all keep the new ones from the beginning.
    """
    hours = [
        _from_now(old.calendar, new.calendar)
        for old, new in zip(before.resources, after.resources, strict=True)
    ]
    for group in after.shifts:
        if len({hours[index] for index in group}) > 1:
            for index in group:
                hours[index] = after.resources[index].calendar
    return hours


def _node_hours(
    old: NetNode, new: NetNode, pools: list[NetCalendar | None]
) -> NetCalendar | None:
    """Return the opening hours of a node, or of its pools."""
    if new.pools:
        kept = (pools[index] for index in new.pools)
        return next((each for each in kept if each is not None), None)
    return _from_now(old.calendar, new.calendar)


def _from_now(
    before: NetCalendar | None, after: NetCalendar | None
) -> NetCalendar | None:
    """Return opening hours that are others before time 0, if there were any.

    What happens at closing to work in hand is one from the beginning.
    """
    if before is None or after is None or before == after:
        return after
    return replace(after, past=before)


def _as_before(
    hours: NetCalendar | None, before: NetCalendar | None
) -> NetCalendar | None:
    """Return opening hours as they were, if they are others from time 0 on only."""
    if hours is None or before is None or hours.past != before:
        return hours
    return before if hours.pauses == before.pauses else hours


def jump(before: Level, after: Level, begin: float, end: float) -> Level:
    """Return a number that is one before time 0, and another from then on.

    Parameters
    ----------
    before, after
        Numbers or profiles, with seasons or without.
    begin, end
        From when until when it is asked for [periods], begin <= 0 <= end.

    Examples
    --------
    >>> from toc_sim.experiment.purchase import jump
    >>> jump(8.0, 15.0, -50.0, 100.0).profile
    ((0.0, 8.0), (0.0, 15.0))
    """
    if before == after:
        return after
    now = level(after, 0.0)
    if not isinstance(before, Profile) and not isinstance(after, Profile):
        return Profile.model_construct(profile=((0.0, before), (0.0, now)), every=None)
    past = [point for point in _points(before, begin, 0.0) if point[0] < 0]
    future = [point for point in _points(after, 0.0, end) if point[0] > 0]
    if len(past) + len(future) > _MOST_POINTS:
        return after
    at_once = ((0.0, level_before(before, 0.0)), (0.0, now))
    points = (*past, *at_once, *future)
    return Profile.model_construct(profile=points, every=None)


def _points(value: Level, begin: float, end: float) -> Iterator[tuple[float, float]]:
    """Yield the points of a profile that matter between two times."""
    if not isinstance(value, Profile):
        return
    if value.every is None:
        yield from value.profile
        return
    first, last = floor(begin / value.every) - 1, ceil(end / value.every) + 1
    for season in range(first, last + 1):
        for time, what in value.profile:
            yield season * value.every + time, what


def touches(before: Network, after: Network, names: Iterable[str]) -> bool:
    """Return whether what is bought changes one of some nodes, pools or policies.

    The ways out of a node are not its own: who comes back to it, or goes elsewhere, is
    no matter of what it can do.

    Parameters
    ----------
    before, after
        The business as it is and as bought.
    names
        As a verdict has them: of a constraint.
    """
    changed = set(_other_hours(before, after))
    if before.release != after.release:
        changed |= {before.release.name, after.release.name}
    for old, new in zip(before.nodes, after.nodes, strict=True):
        if replace(new, links=old.links) != old:
            changed |= {new.name, after.owner(new.index)}
    for pool, bought in zip(before.resources, after.resources, strict=True):
        if pool != bought:
            changed.add(bought.name)
    return any({name, name.rpartition(".")[0]} & changed for name in names)


def _other_hours(before: Network, after: Network) -> Iterator[str]:
    """Yield, as a verdict names them, opening hours that are others."""
    for was, now in zip(_kept(before), _kept(after), strict=True):
        if was != now:
            yield CALENDAR
            yield from (f"calendars.{each.name}" for each in (was, now) if each)


def _kept(net: Network) -> tuple[NetCalendar | None, ...]:
    """Return which opening hours each node and each pool keeps."""
    nodes = tuple(node.calendar for node in net.nodes)
    return nodes + tuple(pool.calendar for pool in net.resources)


def _always(before: Network, bought: Network) -> Iterator[str]:
    """Yield who has something new in the warm-up already."""
    for old, new in zip(before.nodes, bought.nodes, strict=True):
        links = tuple(
            replace(then, share=now.share)
            for then, now in zip(new.links, old.links, strict=True)
        )
        hours = _as_before(new.calendar, old.calendar)
        same = replace(new, pace=old.pace, links=links, calendar=hours)
        if isinstance(old, NetStage) and isinstance(same, NetStage):
            same = replace(same, conversion=old.conversion, servers=old.servers)
        if same != old:
            yield new.name
    for pool, now in zip(before.resources, bought.resources, strict=True):
        hours = _as_before(now.calendar, pool.calendar)
        if replace(now, servers=pool.servers, calendar=hours) != pool:
            yield now.name
    if before.release != bought.release:
        yield "release"
