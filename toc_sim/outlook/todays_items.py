"""What is open today: where each item stands, for how long, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan, nan
from typing import Any

from toc_sim.network import Network
from toc_sim.network.node import NetNode
from toc_sim.outlook.onward import mean_work
from toc_sim.records.notices import Dropped, Notice
from toc_sim.scenario.fields.flow import ARROW


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One item that is under way.

    Attributes
    ----------
    name
        What people call it; empty: nothing.
    stage
        The node of the scenario where it stands; ``offer -> answer``: on that way.
    age
        For how long it has been there [periods]; nan: not told.
    amount
        What it is worth if it is won [money]; nan: not told.
    product
        Which product it is; empty where there are none.
    in_work
        Whether somebody works on it; None: not told.
    worked
        For how long somebody has [periods]; nan: not told.
    place
        Where it is written: ``open.csv:12``.
    done
        Whether the work there is known to be done, so that it is on a way out; `age` is
        then that of its being on the way.
    """

    name: str
    stage: str
    age: float = nan
    amount: float = nan
    product: str = ""
    in_work: bool | None = None
    worked: float = nan
    place: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class TodaysItems:
    """All that is open today, in the order of the file.

    Attributes
    ----------
    items
        Each of them.
    as_of
        Today, as far as the records tell; None: they tell ages.
    columns
        By role (``stage``, ``amount``), the header that was taken for it.
    notices, dropped
        What is to be known of how they were read.
    """

    items: tuple[OpenItem, ...]
    as_of: datetime | None = None
    columns: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """Open items as a scenario says them.

    Attributes
    ----------
    section
        The section ``state:`` of a scenario file.
    order
        Which item each entry of it is, by number among the items, in the order in which
        the engine counts: node by node those in work, then those that wait; then those
        on ways.
    """

    section: dict[str, Any]
    order: tuple[int, ...]
    places: tuple[str, ...]
    """Where each of these is."""

    worked: tuple[float, ...]
    """For how long each has been worked on [periods]; nan: it is not."""


@dataclass
class _Place:
    """Who is at a node, or on a way, of one product: numbers of items."""

    working: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    away: list[int] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        return self.working + self.waiting + self.away


def opening(net: Network, items: Sequence[OpenItem], places: Sequence[str]) -> Opening:
    """Return what is open as the section ``state:`` of a scenario.

    Whoever has been at a stage longest is in work, as far as there are servers; where
    the records say who is, that holds.

    Parameters
    ----------
    net
        The pipeline.
    items
        What is open; their products are those of the pipeline.
    places
        Where each is: a node, or a way; empty: nowhere any more.
    """
    found: dict[tuple[str, str], _Place] = {}
    at_nodes = []
    for number, (item, place) in enumerate(zip(items, places, strict=True)):
        if ARROW in place:
            key = place, item.product
            found.setdefault(key, _Place()).away.append(number)
        elif place:
            at_nodes.append(number)
    _put_to_work(net, items, places, at_nodes, found)
    return _written_down(net, items, found)


def node_of(net: Network, item: OpenItem, place: str | None = None) -> NetNode:
    """Return the node of the pipeline where an item stands, or its way leads to.

    Parameters
    ----------
    net, item
        The pipeline, and the item.
    place
        Where it is; None: where it is said to be.
    """
    told = item.stage if place is None else place
    begin, arrow, end = (part.strip() for part in told.partition(ARROW))
    own = (node for node in net.nodes if node.place == begin)
    node = next(each for each in own if each.product in (None, item.product))
    if not arrow:
        return node
    targets = (net.nodes[link.target] for link in node.links)
    return next(each for each in targets if each.place == end)


def _put_to_work(
    net: Network,
    items: Sequence[OpenItem],
    places: Sequence[str],
    numbers: list[int],
    found: dict[tuple[str, str], _Place],
) -> None:
    """Give servers to whoever has waited longest; let the others wait."""
    free = {pool.index: pool.servers for pool in net.resources}
    own = {node.index: node.servers for node in net.nodes if node.resource is None}
    for number in sorted(numbers, key=lambda each: _turn(items[each])):
        item, where = items[number], places[number]
        node = node_of(net, item, where)
        place = found.setdefault((where, item.product), _Place())
        pools = [(free, pool) for pool in node.pools] or [(own, node.index)]
        is_served = node.kind == "stage" and node.recipe is None and node.rounds is None
        if (
            item.in_work is not False
            and is_served
            and all(at[i] > 0 for at, i in pools)
        ):
            for at, index in pools:
                at[index] -= 1
            place.working.append(number)
        else:
            place.waiting.append(number)


def _turn(item: OpenItem) -> tuple[bool, float]:
    """Return who is served first: in work as it is told, then the oldest."""
    return item.in_work is not True, -(0.0 if isnan(item.age) else item.age)


def _written_down(
    net: Network, items: Sequence[OpenItem], places: dict[tuple[str, str], _Place]
) -> Opening:
    """Write the section in the order of the file: nodes, then ways."""
    section: dict[str, Any] = {}
    order: list[int] = []
    worked: list[float] = []
    where: list[str] = []
    turns = {(node.place, node.product or ""): node.index for node in net.nodes}

    def turn_of(key: tuple[str, str]) -> tuple[bool, int, str, str]:
        return ARROW in key[0], turns.get(key, len(turns)), *key

    for key in sorted(places, key=turn_of):
        stage, product = key
        entry = _entry(net, items, places[key], stage)
        order += places[key].numbers
        where += [stage] * len(places[key].numbers)
        ages = entry.get("working", ())
        worked += [*ages, *[nan] * (len(places[key].numbers) - len(ages))]
        if product:
            section.setdefault(stage, {})[product] = entry
        else:
            section[stage] = entry
    return Opening(section, tuple(order), tuple(where), tuple(worked))


def _entry(
    net: Network, items: Sequence[OpenItem], place: _Place, stage: str
) -> dict[str, Any]:
    """Return what the section says of one place."""
    found: dict[str, Any] = {}
    if place.working:
        crowded, horizon = bool(place.waiting), net.scenario.run.horizon
        found["working"] = [
            _worked(node_of(net, item, stage), item, horizon, crowded=crowded)
            for item in (items[number] for number in place.working)
        ]
    if place.waiting:
        found["waiting"] = len(place.waiting)
    if place.away:
        ages = (items[number].age for number in place.away)
        found["away"] = [0.0 if isnan(age) else age for age in ages]
    return found


def _worked(node: NetNode, item: OpenItem, horizon: float, *, crowded: bool) -> float:
    """Return for how long an item has been worked on, as far as can be told [periods].

    Where nobody waits it is taken to have been so from its coming on. Where others do,
    it has waited too: who has been there for longer than a piece of work in hand is
    old on average (in renewal theory half of 1 + cv² services) is taken for one of
    that age.
    """
    if not isnan(item.worked):
        return item.worked
    usual = mean_work(node, horizon) * (1 + node.draw.cv**2) / 2
    if isnan(item.age):
        return usual
    return min(item.age, usual) if crowded else item.age
