"""A network as the arrays that the compiled engine begins with."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.layout import REALS, WIDTHS, Tables, laid_out
from toc_sim.engine.compiled.state import Real, State, Whole
from toc_sim.network.levels import is_a_chance
from toc_sim.network.model import Draw, NetNode, Network
from toc_sim.scenario.values import Profile
from toc_sim.streams import Purpose

ENDLESS = 2**62
"""Places of an unlimited buffer."""

PURCHASES = 1 << 14
"""Purchases that are collected before they are taken away."""


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
    """

    name: str
    purpose: Purpose
    part: int
    draw: Draw | None


@dataclass
class Blueprint:
    """Everything about a network that its runs have in common.

    Attributes
    ----------
    node, node_real, server, bench, member, link, link_real, profile, point, slot, run
        The beginnings of the tables of a run.
    streams
        What is drawn, by stream.
    """

    net: Network
    node: Whole = field(init=False)
    node_real: Real = field(init=False)
    server: Whole = field(init=False)
    bench: Whole = field(init=False)
    member: Whole = field(init=False)
    link: Whole = field(init=False)
    link_real: Real = field(init=False)
    profile: Whole = field(init=False)
    point: Real = field(init=False)
    slot: Whole = field(init=False)
    run: Whole = field(init=False)
    streams: list[StreamPlan] = field(default_factory=list)
    _profiles: list[Profile] = field(default_factory=list)
    _slots: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        net = self.net
        count = len(net.nodes)
        self.node = np.zeros((count, c.NODE_WHOLE), dtype=np.int64)
        self.node_real = np.zeros((count, c.NODE_REAL))
        self._lay_out_servers()
        self._lay_out_links()
        for node in net.nodes:
            self._describe(node)
            self._route(node)
        self.slot = np.array(self._slots, dtype=np.int64).reshape(-1, 2)
        self._lay_out_profiles()
        self._begin()

    def _lay_out_servers(self) -> None:
        """Give every server a number, and give those of a node or resource a bench."""
        net = self.net
        pools = [pool.servers for pool in net.resources]
        own = [node.servers if node.resource is None else 0 for node in net.nodes]
        counts = np.array(pools + own, dtype=np.int64)
        firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        shape = int(counts.sum()), c.SERVER_WHOLE
        self.server = np.full(shape, c.NONE, dtype=np.int64)
        self.bench = np.zeros((len(counts), c.BENCH_WHOLE), dtype=np.int64)
        self.bench[:, c.BASE] = firsts
        for first, servers in zip(firsts, counts, strict=True):
            self.server[first : first + servers, c.NUMBER] = np.arange(servers)
        members: list[int] = []
        for pool in net.resources:
            self.bench[pool.index, c.FIRST_MEMBER] = len(members)
            self.bench[pool.index, c.MEMBERS] = len(pool.stages)
            members += pool.stages
        self.member = np.array(members, dtype=np.int64)
        for node in net.nodes:
            row = self.node[node.index]
            place = len(pools) + node.index if node.resource is None else node.resource
            row[c.BENCH], row[c.FIRST_SERVER] = place, firsts[place]
            row[c.SERVERS] = counts[place]

    def _lay_out_links(self) -> None:
        links = [(node, link) for node in self.net.nodes for link in node.links]
        self.link = np.full((len(links), 2), c.NONE, dtype=np.int64)
        self.link_real = np.zeros((len(links), 2))
        for place, (node, link) in enumerate(links):
            self.link[place, c.TARGET] = link.target
            if isinstance(link.share, Profile):
                self.link[place, c.SHARE_PROFILE] = self._profile(link.share)
            else:
                self.link_real[place, c.SHARE] = link.share
            self.link_real[place, c.DELAY] = 0.0 if node.free else link.delay
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
        release = self.net.release
        row[c.IS_DRUM] = release.limit is not None and release.drum == node.index
        row[c.PACE_PROFILE], real[c.PACE] = self._number(node.pace)
        row[c.CONVERSION_PROFILE], real[c.CONVERSION] = self._number(node.conversion)
        row[c.DRAWS] = row[c.CONVERSIONS] = row[c.FIRST_SLOT] = c.NONE
        if node.draw.shape != "constant":
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
        row[c.HEAD] = row[c.TAIL] = c.NONE
        row[c.WAITING_HEAD] = row[c.WAITING_TAIL] = row[c.CLOCK_RECORD] = c.NONE

    def _route(self, node: NetNode) -> None:
        """Say how the items of a node choose their way."""
        row = self.node[node.index]
        shares = [link.share for link in node.links]
        row[c.ROUTES] = row[c.WAY] = c.NONE
        if node.free and node.links:
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

    def _begin(self) -> None:
        release, nodes = self.net.release, len(self.net.nodes)
        run = np.zeros(c.RUN_WHOLE, dtype=np.int64)
        run[c.LAST_CAUSE] = c.NONE
        run[[c.BACK_HEAD, c.BACK_TAIL, c.NEW_HEAD, c.NEW_TAIL]] = c.NONE
        run[c.HAS_GATE] = release.limit is not None
        run[c.TOKENS] = release.limit or 0
        run[c.FIRST_CLOCK] = len(self.server)
        run[c.FIRST_TRIP] = len(self.server) + nodes
        run[c.AWAY] = nodes
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
        self.streams.append(StreamPlan(node.stream, purpose, part, draw))
        return len(self.streams) - 1


def begun(
    plan: Blueprint, start: float, horizon: float, rows: int, *, timeline: bool
) -> State:
    """Return the state of a run before anything has happened.

    Parameters
    ----------
    plan
        The network.
    start
        When the clock begins [periods]; the window is [0, horizon].
    horizon
        When it ends [periods].
    rows
        How many rows tables that grow begin with.
    timeline
        Also keep when each server was active.
    """
    servers, slots = len(plan.server), len(plan.slot)
    fixed: dict[str, Whole] = {
        "server": plan.server,
        "bench": plan.bench,
        "seat": np.zeros((servers, 1), dtype=np.int64),
        "member": plan.member.reshape(-1, 1),
        "link": plan.link,
        "profile": plan.profile.reshape(-1, 1),
        "stream": np.zeros((len(plan.streams), c.STREAM_WHOLE), dtype=np.int64),
        "slot": plan.slot,
    }
    counts = dict.fromkeys(WIDTHS, rows)
    counts["span"] = rows if timeline else 0
    counts["event"] = servers + len(plan.node) + rows
    server_real = np.zeros((servers, c.SERVER_REAL))
    server_real[:, c.FREED_AT] = start
    known: dict[str, Real] = {
        "server": server_real,
        "link": plan.link_real,
        "point": plan.point,
        "slot": np.full((slots, c.SLOT_REAL), np.nan),
    }
    tables = Tables(
        run=plan.run,
        node=plan.node,
        run_real=np.array([0.0, 0.0, 0.0, horizon]),
        node_real=plan.node_real,
        whole={
            name: fixed.get(name, np.zeros((counts[name], width), dtype=np.int64))
            for name, width in WIDTHS.items()
        },
        real={
            name: known.get(name, np.zeros((counts.get(name, 0), width)))
            for name, (_, width) in REALS.items()
        },
    )
    return laid_out(tables, np.zeros(0), np.empty(2 * max(rows, PURCHASES)))
