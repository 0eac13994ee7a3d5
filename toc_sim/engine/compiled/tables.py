"""A network as the arrays that the compiled engine begins with.

Each queue before a stage that gathers items has a row of its own after those of the
nodes: ways lead there, and what comes waits there. Pools and stages that belong
together are lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.state import WIDTHS, Real, State, Whole
from toc_sim.engine.rules.wait_classes import limit_of
from toc_sim.network import Draw, NetNode, Network, is_a_chance
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.streams import Purpose


class PartQueue(NamedTuple):
    """One queue before a stage that gathers items.

    Attributes
    ----------
    node, source
        That stage, and where the items come from; None: from anywhere.
    needs
        How many of them a service takes.
    """

    node: int
    source: int | None
    needs: int


def part_queues(net: Network) -> tuple[PartQueue, ...]:
    """Return the queues before the stages that gather, in the order of their rows."""
    found = []
    for node in net.nodes:
        recipe = node.recipe
        if recipe is None or not recipe.gathers:
            continue
        parts = recipe.parts or ((None, recipe.takes),)
        found += [PartQueue(node.index, source, needs) for source, needs in parts]
    return tuple(found)


def part_queue_of(net: Network, target: int, source: int) -> int:
    """Return the row at which items from one node come in at another."""
    recipe = net.nodes[target].recipe
    if recipe is None or not recipe.gathers:
        return target
    known = source if recipe.parts else None
    places = [(each.node, each.source) for each in part_queues(net)]
    return len(net.nodes) + places.index((target, known))


def describe(net: Network, node: NetNode, row: Whole, real: Real) -> None:
    """Fill in what a stage takes and gives, and its rounds."""
    recipe, rounds = node.recipe, node.rounds
    if recipe is not None:
        row[c.RECIPE], row[c.GIVES], row[c.COPIES] = 1, recipe.gives, recipe.copies
        if recipe.gathers:
            owners = [each.node for each in part_queues(net)]
            row[c.TAKES] = recipe.takes
            row[c.FIRST_PART_QUEUE] = len(net.nodes) + owners.index(node.index)
            row[c.PART_QUEUES] = owners.count(node.index)
    if rounds is not None:
        row[c.KIND] = c.ROUNDS
        real[c.EVERY], real[c.FIRST_ROUND] = rounds.every, rounds.first
        real[c.MOST] = rounds.mean


def describe_part_queue(each: PartQueue, place: int, table: Whole) -> None:
    """Fill in the row of a queue, after that of its stage has been."""
    row, stage = table[place], table[each.node]
    row[c.KIND], row[c.RANK] = c.PART_QUEUE, stage[c.RANK]
    row[c.JOIN], row[c.NEEDS], row[c.BUFFER] = each.node, each.needs, stage[c.BUFFER]
    row[c.POOL] = row[c.PATIENCES] = row[c.CLOCK_RECORD] = c.NONE
    row[c.HEAD] = row[c.TAIL] = row[c.WAITING_HEAD] = row[c.WAITING_TAIL] = c.NONE
    row[c.PACE_PROFILE] = row[c.CONVERSION_PROFILE] = row[c.FIRST_SLOT] = c.NONE
    row[c.DRAWS] = row[c.CONVERSIONS] = row[c.ROUTES] = row[c.WAY] = c.NONE


RULES: Final = {
    "fifo": c.FIFO,
    "priority": c.BY_PRIORITY,
    "shortest": c.SHORTEST_FIRST,
    "earliest_due": c.EARLIEST_DUE,
}


def rule_of(net: Network, node: NetNode) -> int:
    """Return the number of the rule by which a node's pool works."""
    if node.resource is None:
        return c.FIFO
    return RULES[net.resources[node.resource].dispatch]


def crew_lists(net: Network, rows: Whole, first: int) -> list[int]:
    """Return, for stages of pools that are needed together, two lists one by one.

    The benches that each service needs besides the lead's, and the stages of all its
    pools, which may begin when it ends. Where they stand is written into the rows.

    Parameters
    ----------
    net
        The network.
    rows
        The whole numbers of its nodes, by row.
    first
        Where the first list will stand.
    """
    joint = {pool for node in net.nodes if node.also for pool in node.pools}
    lists: list[int] = []
    for node in net.nodes:
        if not joint.intersection(node.pools):
            continue
        row = rows[node.index]
        row[c.FIRST_ALSO], row[c.ALSO] = first + len(lists), len(node.also)
        lists += node.also
        stages = {stage for pool in node.pools for stage in net.resources[pool].stages}
        row[c.FIRST_MATE], row[c.MATES] = first + len(lists), len(stages)
        lists += sorted(stages)
    return lists


ENDLESS = 2**62
"""Places of an unlimited buffer."""


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """Which chance a stream gives: for whom, for what, and of what shape.

    Attributes
    ----------
    name, purpose, part
        As in `toc_sim.streams.generator`.
    draw
        The shape of times; None: numbers between 0 and 1, or of failures and repairs
        exponential times.
    node
        Whose services under way at the start come first; None: there are none.
    """

    name: str
    purpose: Purpose
    part: int
    draw: Draw | None
    node: NetNode | None = None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much room a run took: so much at once suits the next one like it.

    Attributes
    ----------
    rows
        By table that grows, its rows.
    draws
        By stream, the numbers that it needs, about; empty: not known.
    sold
        Numbers in the table of purchases.
    """

    rows: dict[str, int] = field(default_factory=dict)
    draws: list[int] = field(default_factory=list)
    sold: int = 0


@dataclass
class Blueprint:
    """Everything about a network that its runs have in common.

    Attributes
    ----------
    sizes
        How much room its last run took, or that of a network like it.
    blank
        The state that its last run began with, and what was asked for it.
    node, node_real, server, bench, member, link, link_real, profile, point, season,
    slot, run
        The beginnings of the tables of a run.
    streams
        What is drawn, by stream.
    """

    net: Network
    sizes: Sizes = field(default_factory=Sizes)
    blank: tuple[object, State] | None = None
    node: Whole = field(init=False)
    node_real: Real = field(init=False)
    server: Whole = field(init=False)
    bench: Whole = field(init=False)
    member: Whole = field(init=False)
    link: Whole = field(init=False)
    link_real: Real = field(init=False)
    profile: Whole = field(init=False)
    point: Real = field(init=False)
    season: Real = field(init=False)
    slot: Whole = field(init=False)
    run: Whole = field(init=False)
    streams: list[StreamPlan] = field(default_factory=list)
    _profiles: list[Profile] = field(default_factory=list)
    _slots: list[tuple[int, int]] = field(default_factory=list)
    _part_queues: tuple[PartQueue, ...] = ()

    def __post_init__(self) -> None:
        net = self.net
        self._entrances = part_queues(net)
        count = len(net.nodes) + len(self._entrances)
        self.node = np.zeros((count, c.NODE_WHOLE), dtype=np.int64)
        self.node_real = np.zeros((count, c.NODE_REAL))
        self._lay_out_servers()
        self._lay_out_links()
        for node in net.nodes:
            self._describe(node)
            self._route(node)
        for place, each in enumerate(self._entrances, len(net.nodes)):
            describe_part_queue(each, place, self.node)
        if len(self.sizes.draws) != len(self.streams):
            self.sizes = Sizes()  # of a network that is not like this one
        self.slot = np.array(self._slots, dtype=np.int64).reshape(-1, 2)
        self._lay_out_profiles()
        self._begin()

    def _lay_out_servers(self) -> None:
        """Give every server a number, and give those of a node or resource a bench."""
        net = self.net
        pools = [pool.servers for pool in net.resources]
        own = [node.servers if node.resource is None else 0 for node in net.nodes]
        counts = np.array(pools + own + [0] * len(self._entrances), dtype=np.int64)
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        shape = int(counts.sum()), c.SERVER_WHOLE
        self.server = np.full(shape, c.NONE, dtype=np.int64)
        self.server[:, [c.HELD, c.COPIED]] = 0
        self.bench = np.zeros((len(counts), c.BENCH_WHOLE), dtype=np.int64)
        self.bench[:, c.BASE], self.bench[:, c.NEXT_BENCH] = firsts, c.NONE
        for first, servers in zip(firsts, counts, strict=True):
            self.server[first : first + servers, c.NUMBER] = np.arange(servers)
        members: list[int] = []
        for pool in net.resources:
            self.bench[pool.index, c.FIRST_MEMBER] = len(members)
            self.bench[pool.index, c.MEMBERS] = len(pool.stages)
            members += pool.stages
        members += crew_lists(net, self.node, len(members))
        self.member = np.array(members, dtype=np.int64)
        hours = {
            index: group[0]
            for group in net.shifts
            for pool in group
            for index in net.resources[pool].stages
        }
        for node in net.nodes:
            row = self.node[node.index]
            place = len(pools) + node.index if node.resource is None else node.resource
            row[c.BENCH], row[c.FIRST_SERVER] = place, firsts[place]
            row[c.HOURS_BENCH] = hours.get(node.index, place)
            row[c.SERVERS] = counts[place]
        for place in range(len(net.nodes), len(self.node)):
            self.node[place, c.BENCH] = len(pools) + place

    def _lay_out_links(self) -> None:
        links = [(node, link) for node in self.net.nodes for link in node.links]
        self.link = np.full((len(links), c.LINK_WHOLE), c.NONE, dtype=np.int64)
        self.link_real = np.zeros((len(links), c.LINK_REAL))
        for place, (node, link) in enumerate(links):
            target = part_queue_of(self.net, link.target, node.index)
            self.link[place, c.TARGET] = target
            if isinstance(link.share, Profile):
                self.link[place, c.SHARE_PROFILE] = self._profile(link.share)
            else:
                self.link_real[place, c.SHARE] = link.share
            self.link_real[place, c.DELAY] = 0.0 if node.free else link.delay
            if link.varies:
                plan = StreamPlan(link.stream, Purpose.DELAY, 0, link.draw)
                self.link[place, c.TIMES_AWAY] = self._planned(plan)
        place = 0
        for node in self.net.nodes:
            self.node[node.index, c.FIRST_LINK] = place
            self.node[node.index, c.LINKS] = len(node.links)
            place += len(node.links)

    def _describe(self, node: NetNode) -> None:
        row, real = self.node[node.index], self.node_real[node.index]
        kinds = {"source": c.SOURCE, "stage": c.STAGE}
        market = c.LOST_SALES if node.lost else c.BACKLOG
        row[c.KIND] = kinds.get(node.kind, market)
        row[c.RANK], row[c.PRIORITY] = node.rank, node.priority
        row[c.POOL] = c.NONE if node.resource is None else node.resource
        row[c.BUFFER] = ENDLESS if node.buffer is None else node.buffer
        row[c.TIMED], row[c.SUPPLIED] = node.timed, node.supplied
        row[c.REFUSES] = node.lost
        row[c.HAD_ROOM] = 1 if self.net.clock_starts_over(node) else c.NONE
        release = self.net.release
        row[c.IS_DRUM] = release.limit is not None and release.drum == node.index
        row[c.PACE_PROFILE], real[c.PACE] = self._number(node.pace)
        row[c.CONVERSION_PROFILE], real[c.CONVERSION] = self._number(node.conversion)
        row[c.DRAWS] = row[c.CONVERSIONS] = row[c.FIRST_SLOT] = c.NONE
        if node.opened is not None and node.opened.done:
            plan = StreamPlan(node.stream, Purpose.TIME, 0, node.draw, node)
            row[c.DRAWS] = self._planned(plan)
        elif node.draw.shape != "constant":
            row[c.DRAWS] = self._stream(node, Purpose.TIME, 0, node.draw)
        if node.conversion != 1.0:
            row[c.CONVERSIONS] = self._stream(node, Purpose.CONVERSION)
        if node.availability is not None:
            real[c.BETWEEN_FAILURES] = node.availability.mean_time_between_failures
            real[c.REPAIR_TIME] = node.availability.mean_time_to_repair
            row[c.FIRST_SLOT] = len(self._slots)
            for number in range(int(row[c.SERVERS])):
                failures = self._stream(node, Purpose.FAILURE, number)
                repairs = self._stream(node, Purpose.REPAIR, number)
                self._slots.append((failures, repairs))
        row[c.RULE], real[c.DUE] = rule_of(self.net, node), node.due
        describe(self.net, node, row, real)
        row[c.KEEPS_HOURS] = node.calendar is not None
        real[c.LIMIT] = limit_of(node.target)
        self._wait(node)
        row[c.HEAD] = row[c.TAIL] = c.NONE
        row[c.WAITING_HEAD] = row[c.WAITING_TAIL] = row[c.CLOCK_RECORD] = c.NONE

    def _wait(self, node: NetNode) -> None:
        """Say how long items wait before a node."""
        self.node[node.index, c.PATIENCES] = c.NONE
        if node.patience is None:
            return
        self.node_real[node.index, c.PATIENCE] = node.patience.mean
        draw = node.patience.draw
        if draw.shape != "constant":
            stream = self._stream(node, Purpose.PATIENCE, 0, draw)
            self.node[node.index, c.PATIENCES] = stream

    def _route(self, node: NetNode) -> None:
        """Say how the items of a node choose their way."""
        row = self.node[node.index]
        shares = [link.share for link in node.links]
        row[c.ROUTES] = row[c.WAY] = c.NONE
        if node.copies:
            row[c.ROUTER] = c.NOWHERE
        elif node.free and node.links:
            row[c.ROUTER] = c.SHORTEST
        elif any(map(is_a_chance, shares)):
            row[c.ROUTER] = c.BY_SHARE
            row[c.ROUTES] = self._stream(node, Purpose.ROUTING)
        elif 1.0 in shares:
            row[c.ROUTER] = c.CERTAIN
            row[c.WAY] = row[c.FIRST_LINK] + shares.index(1.0)
        else:
            row[c.ROUTER] = c.NOWHERE

    def _lay_out_profiles(self) -> None:
        counts = [len(each.profile) for each in self._profiles]
        self.profile = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        points = [point for each in self._profiles for point in each.profile]
        self.point = np.array(points, dtype=float).reshape(-1, 2)
        seasons = [each.every or 0.0 for each in self._profiles]
        self.season = np.array([*seasons, 0.0]).reshape(-1, 1)

    def _begin(self) -> None:
        release, nodes = self.net.release, len(self.net.nodes)
        run = np.zeros(c.RUN_WHOLE, dtype=np.int64)
        run[c.LAST_CAUSE] = c.NONE
        run[[c.BACK_HEAD, c.BACK_TAIL, c.NEW_HEAD, c.NEW_TAIL]] = c.NONE
        run[c.LIMITS_RELEASE] = release.limit is not None
        run[c.TOKENS] = release.limit or 0
        run[c.FIRST_CLOCK] = len(self.server)
        run[c.FIRST_STAFFING] = len(self.server) + nodes
        run[c.FIRST_TRIP] = run[c.FIRST_STAFFING] + len(self.bench)
        run[c.AWAY], run[c.SHUT], run[c.OPENING] = nodes, nodes + 1, c.NONE
        run[c.WATCHES_ROOM] = np.any(self.node[:nodes, c.HAD_ROOM] != c.NONE)
        for number, name in enumerate(("item", "waiter", "entry", "claim", "trip")):
            stock = c.ITEM_STOCK + 4 * number
            run[stock + c.FREE], run[stock + c.WIDTH] = c.NONE, WIDTHS[name]
        self.run = run

    def _number(self, value: float | Profile) -> tuple[int, float]:
        if isinstance(value, Profile):
            return self._profile(value), 0.0
        return c.NONE, value

    def _profile(self, value: Profile) -> int:
        self._profiles.append(value)
        return len(self._profiles) - 1

    def _stream(
        self, node: NetNode, purpose: Purpose, part: int = 0, draw: Draw | None = None
    ) -> int:
        return self._planned(StreamPlan(node.stream, purpose, part, draw))

    def _planned(self, plan: StreamPlan) -> int:
        self.streams.append(plan)
        return len(self.streams) - 1
