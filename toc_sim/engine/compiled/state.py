"""The arrays that the compiled engine works on, and where each number stands in them.

All whole numbers of a run stand in one array and all real ones in another: first those
of the run, then those of the nodes, one row after another, then tables whose places
and sizes stand among the numbers of the run. Four arrays are passed from function to
function; with sixteen, one for each table, runs take twice as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.compiled.jit import compiled
from toc_sim.engine.rules.wait_classes import WAIT_CLASSES

# What a node is (KIND).
SOURCE, STAGE, LOST_SALES, BACKLOG, ROUNDS, PART_QUEUE = range(6)

# How a node chooses a way (ROUTER).
NOWHERE, CERTAIN, BY_SHARE, SHORTEST = range(4)

# Which stage of a pool has the next turn (RULE).
FIFO, BY_PRIORITY, SHORTEST_FIRST, EARLIEST_DUE = range(4)

# Whole numbers of a node: what it is, and then what happens to it.
_whole = count()
KIND, RANK, BENCH, POOL, SERVERS, FIRST_SERVER, BUFFER = (
    next(_whole) for _ in range(7)
)
TIMED, SUPPLIED, PRIORITY, REFUSES, IS_DRUM = (next(_whole) for _ in range(5))
ROUTER, WAY, FIRST_LINK, LINKS = (next(_whole) for _ in range(4))
DRAWS, CONVERSIONS, ROUTES, FIRST_SLOT = (next(_whole) for _ in range(4))
PACE_PROFILE, CONVERSION_PROFILE = (next(_whole) for _ in range(2))
HEAD, TAIL, LENGTH, PEAK = (next(_whole) for _ in range(4))
WAITING_HEAD, WAITING_TAIL, WAITING = (next(_whole) for _ in range(3))
STARTED, LOST, PAUSES, OUT, CLAIMS = (next(_whole) for _ in range(5))
PATIENCES, ABANDONED, AGAIN = (next(_whole) for _ in range(3))
CLOCK_RECORD, ARRIVED_COUNT, ADMITTED, REFUSED = (next(_whole) for _ in range(4))
OUTSIDE, OUTSIDE_PEAK = (next(_whole) for _ in range(2))
RULE, FIRST_ALSO, ALSO, FIRST_MATE, MATES = (next(_whole) for _ in range(5))
RECIPE, TAKES, GIVES, COPIES, FIRST_PART_QUEUE, PART_QUEUES = (
    next(_whole) for _ in range(6)
)
JOIN, NEEDS, MERGED_HERE, MADE_HERE, ROUND, COULD = (next(_whole) for _ in range(6))
KEEPS_HOURS, HOURS_BENCH, HAD_ROOM, WITHIN_TARGET = (next(_whole) for _ in range(4))
NODE_WHOLE = next(_whole)

# Real numbers of a node.
_real = count()
PACE, CONVERSION, BETWEEN_FAILURES, REPAIR_TIME = (next(_real) for _ in range(4))
ACTIVE, DOWN, BLOCKED, WAITED = (next(_real) for _ in range(4))
SQUARES, FIRST_OUT, LAST_OUT = (next(_real) for _ in range(3))
SHORT, SHORT_SINCE, CAME_LESS_LEFT = (next(_real) for _ in range(3))
PATIENCE = next(_real)
DUE = next(_real)
EVERY, FIRST_ROUND, MOST, LEFT_OVER = (next(_real) for _ in range(4))
HELD_UP = next(_real)
GONE, LONGEST_WAIT, LIMIT = (next(_real) for _ in range(3))
NODE_REAL = next(_real)

# Tables: whole numbers (their places and rows stand among those of the run), and real
# numbers of the same things.
SERVER_WHOLE, SERVER_REAL = 8, 8
ITEM, RECORD, CAUSE, NUMBER, SPAN_NODE, BESIDE, HELD, COPIED = range(8)
FREED_AT, DONE_AT, DOWN_AFTER_START, DOWN_AFTER_END = range(4)
SPAN_START, SPAN_END = range(4, 6)
HOME_SINCE, HOME_TIME = range(6, 8)

# A bench of idle servers: how many sit there, where their stack begins, the stages of
# the resource that it belongs to, if any, and how often its servers paused.
BENCH_WHOLE = 15
SITTING, BASE, FIRST_MEMBER, MEMBERS, PAUSED = range(5)

# Of a bench with opening hours: where they begin and end in their table, the next of
# them, whether it is closed, how many are at home (on the first seats), whether work
# in hand waits at closing; a node where they work, and the turn of openings. The next
# bench keeps the same hours, which stand at the first of them; how many have come back.
HOURS, HOURS_END, NEXT_MOMENT, CLOSED, AT_HOME = range(5, 10)
PAUSES_AT_CLOSE, STAFF_NODE, OPENING_RANK, NEXT_BENCH, BACK = range(10, 15)

# A way between nodes.
LINK_WHOLE, LINK_REAL = 3, 2
TARGET, SHARE_PROFILE, TIMES_AWAY = range(3)
SHARE, DELAY = range(2)

# A stream of draws: where its numbers are, and the next of them.
STREAM_WHOLE = 3
OFFSET, POSITION, SIZE = range(3)

# A server that can fail: its streams, and the work left to the next failure.
SLOT_WHOLE, SLOT_REAL = 2, 1

# Of all that is made and made again the first column links those that are free, and,
# while they are not, those that wait in one line.
NEXT = 0
ITEM_WHOLE, ITEM_REAL = 7, 3
TOKEN, AHEAD, PATIENCE_TRIP, HAS_BOUGHT, READY, OPENED = range(1, 7)
ENTERED, ARRIVED, HAS_WAITED = range(3)

# A place in the line for room: its node, server and item, and its entries in the lines
# of its targets; since when it stands there, and when it came, if it waits outside.
WAITER_WHOLE, WAITER_REAL = 6, 2
SINCE, CAME = range(2)
ORDER, HOLDER, WAITING_SERVER, WAITING_ITEM, ENTRY = range(1, 6)
ENTRY_WHOLE = 5
WAITER, LINE, BEFORE, BEHIND = range(1, 5)

# A claim to a token, and when it came, and a trip; one without a way is the patience
# of an item.
CLAIM_WHOLE, CLAIM_REAL = 3, 1
CLAIMANT, CLAIM_WAY = range(1, 3)
TRIP_WHOLE = 5
TRIP_NODE, TRIP_WAY, TRIP_ITEM, TRIP_RECORD = range(1, 5)

# An event: what, and its key; and when.
EVENT_WHOLE, EVENT_REAL = 2, 1
WHAT, KEY = range(2)

# A record: its owner, and the record that it followed (`coded`); from when on.
RECORD_WHOLE, RECORD_REAL = 1, 1

# An active period that is over: of which node, which of its servers, from when to when.
SPAN_WHOLE, SPAN_REAL = 2, 2
SPAN_OWNER, SPAN_SERVER = range(2)
START, END = range(2)

# A purchase: when, after how long inside, at which node, after how long a wait, and
# which it was of the items open at the start.
SOLD = 5

# An offer of room: to whom, and because of what.
OFFER_WHOLE = 2

# Whole numbers of the run: what happens,
_run = count()
STATUS, TURN, ITEMS, ALL_LOST, BOUGHT = (next(_run) for _ in range(5))
EVENTS, RECORDS, OFFERS, LAST_CAUSE = (next(_run) for _ in range(4))
LIMITS_RELEASE, TOKENS, FIRST_CLOCK, FIRST_TRIP, AWAY = (next(_run) for _ in range(5))
BACK_HEAD, BACK_TAIL, NEW_HEAD, NEW_TAIL = (next(_run) for _ in range(4))
LOW, MARGIN, SPARE, NODES, SOLD_ROWS = (next(_run) for _ in range(5))
(LOWEST_CLASS,) = (next(_run) for _ in range(1))
KEEPS_SPANS, SPANS, TAKEN_AWAY, ALL_MERGED = (next(_run) for _ in range(4))
FIRST_STAFFING, SHUT, OPENING, WATCHES_ROOM = (next(_run) for _ in range(4))

# stocks of what is made and made again: which is free, how many were made, how many
# there are, and the width of a row,
FREE, MADE, LIVE, WIDTH = range(4)
ITEM_STOCK, WAITER_STOCK, ENTRY_STOCK, CLAIM_STOCK, TRIP_STOCK = (
    next(_run) + 3 * place for place in range(5)
)
_run = count(ITEM_STOCK + 20)

# and where tables begin, and how many rows they have: whole numbers, then real ones.
TABLES = (
    "server",
    "bench",
    "seat",
    "member",
    "link",
    "profile",
    "stream",
    "slot",
    "item",
    "waiter",
    "entry",
    "claim",
    "trip",
    "event",
    "record",
    "offer",
    "span",
    "hour",
    "tally",
)
SERVER_AT, BENCH_AT, SEAT_AT, MEMBER_AT, LINK_AT = (next(_run) for _ in range(5))
PROFILE_AT, STREAM_AT, SLOT_AT, ITEM_AT, WAITER_AT = (next(_run) for _ in range(5))
ENTRY_AT, CLAIM_AT, TRIP_AT, EVENT_AT, RECORD_AT = (next(_run) for _ in range(5))
OFFER_AT, SPAN_AT, _HOUR_WHOLE_AT, TALLY_AT = (next(_run) for _ in range(4))
SERVER_ROWS, BENCH_ROWS, SEAT_ROWS, MEMBER_ROWS, LINK_ROWS = (
    next(_run) for _ in range(5)
)
PROFILE_ROWS, STREAM_ROWS, SLOT_ROWS, ITEM_ROWS, WAITER_ROWS = (
    next(_run) for _ in range(5)
)
ENTRY_ROWS, CLAIM_ROWS, TRIP_ROWS, EVENT_ROWS, RECORD_ROWS = (
    next(_run) for _ in range(5)
)
OFFER_ROWS, SPAN_ROWS, HOUR_ROWS, TALLY_ROWS = (next(_run) for _ in range(4))
SERVER_REAL_AT, LINK_REAL_AT, POINT_AT, SLOT_REAL_AT, ITEM_REAL_AT = (
    next(_run) for _ in range(5)
)
WAITER_REAL_AT, EVENT_REAL_AT, RECORD_REAL_AT, SPAN_REAL_AT, HOUR_AT = (
    next(_run) for _ in range(5)
)
SEASON_AT, CLAIM_REAL_AT = (next(_run) for _ in range(2))
RUN_WHOLE = next(_run)

# Real numbers of the run.
ENTERED_SUM, LEFT_SUM, WINDOW_START, WINDOW_END = range(4)
RUN_REAL = 4

# What a pass of the kernel ends with (STATUS).
DONE, NEEDS_DRAWS, NEEDS_ROOM, OVERRUN = range(4)

NONE = -1
ALL_WAYS = -2
RELEASE = -3
CREW = -4
"""Offers: of a token, and from here down of the crew of a node."""
UNREADY = -2

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


class State(NamedTuple):
    """One run.

    Attributes
    ----------
    w, r
        Whole and real numbers; the names above say where each stands.
    draws
        What the streams give next.
    sold
        When each item was bought, how long it had been inside [periods], by which node
        it was sold, how long it had waited [periods], and its number among the items
        open at the start; shape (5 x items,).
    """

    w: Whole
    r: Real
    draws: Real
    sold: Real


@compiled
def node_at(node: int) -> int:
    """Return where the whole numbers of a node stand."""
    return RUN_WHOLE + node * NODE_WHOLE


@compiled
def node_real_at(node: int) -> int:
    """Return where the real numbers of a node stand."""
    return RUN_REAL + node * NODE_REAL


@compiled
def bench_at(s: State, node: int) -> int:
    """Return where the bench of a node stands."""
    return int(s.w[BENCH_AT] + s.w[node_at(node) + BENCH] * BENCH_WHOLE)


def _place(at: int, width: int) -> Callable[[State, int], int]:
    """Return what says where a row of a table stands, each so wide."""

    @compiled
    def place(s: State, row: int) -> int:
        return int(s.w[at] + row * width)

    return place


# Where the whole and the real numbers of a row of these tables stand.
server_at = _place(SERVER_AT, SERVER_WHOLE)
server_real_at = _place(SERVER_REAL_AT, SERVER_REAL)
link_at = _place(LINK_AT, LINK_WHOLE)
link_real_at = _place(LINK_REAL_AT, LINK_REAL)
item_at = _place(ITEM_AT, ITEM_WHOLE)
item_real_at = _place(ITEM_REAL_AT, ITEM_REAL)
waiter_at = _place(WAITER_AT, WAITER_WHOLE)
waiter_real_at = _place(WAITER_REAL_AT, WAITER_REAL)
claim_real_at = _place(CLAIM_REAL_AT, CLAIM_REAL)
tally_at = _place(TALLY_AT, WAIT_CLASSES)
entry_at = _place(ENTRY_AT, ENTRY_WHOLE)
record_at = _place(RECORD_AT, RECORD_WHOLE)
record_real_at = _place(RECORD_REAL_AT, RECORD_REAL)


Numbers = TypeVar("Numbers", Whole, Real)

WIDTHS: Mapping[str, int] = {
    "server": SERVER_WHOLE,
    "bench": BENCH_WHOLE,
    "seat": 1,
    "member": 1,
    "link": LINK_WHOLE,
    "profile": 1,
    "stream": STREAM_WHOLE,
    "slot": SLOT_WHOLE,
    "item": ITEM_WHOLE,
    "waiter": WAITER_WHOLE,
    "entry": ENTRY_WHOLE,
    "claim": CLAIM_WHOLE,
    "trip": TRIP_WHOLE,
    "event": EVENT_WHOLE,
    "record": RECORD_WHOLE,
    "offer": OFFER_WHOLE,
    "span": SPAN_WHOLE,
    "hour": 0,
    "tally": WAIT_CLASSES,
}
"""Whole numbers in a row of each table, in the order of `TABLES`."""

REALS: Mapping[str, tuple[int, int]] = {
    "server": (SERVER_REAL_AT, SERVER_REAL),
    "link": (LINK_REAL_AT, LINK_REAL),
    "point": (POINT_AT, 2),
    "slot": (SLOT_REAL_AT, SLOT_REAL),
    "item": (ITEM_REAL_AT, ITEM_REAL),
    "waiter": (WAITER_REAL_AT, WAITER_REAL),
    "event": (EVENT_REAL_AT, EVENT_REAL),
    "record": (RECORD_REAL_AT, RECORD_REAL),
    "span": (SPAN_REAL_AT, SPAN_REAL),
    "hour": (HOUR_AT, 1),
    "profile": (SEASON_AT, 1),
    "claim": (CLAIM_REAL_AT, CLAIM_REAL),
}
"""Where it is said where the real numbers of a table stand, and how many in a row."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The numbers of a run by table.

    Attributes
    ----------
    run, node, run_real, node_real
        Of the run, and of its nodes by row.
    whole, real
        Of the tables, by row.
    """

    run: Whole
    node: Whole
    run_real: Real
    node_real: Real
    whole: Mapping[str, Whole]
    real: Mapping[str, Real]


def laid_out(tables: Tables, draws: Real, sold: Real) -> State:
    """Return the arrays of a run, with the places of all tables written in them."""
    run = tables.run.copy()
    run[NODES], run[SOLD_ROWS] = len(tables.node), len(sold) // SOLD
    whole, place = [run, tables.node.ravel()], RUN_WHOLE + tables.node.size
    for number, name in enumerate(TABLES):
        table = tables.whole[name]
        run[SERVER_AT + number], run[SERVER_ROWS + number] = place, len(table)
        whole.append(table.ravel())
        place += table.size
    real = [tables.run_real, tables.node_real.ravel()]
    place = RUN_REAL + tables.node_real.size
    for name, (at, _) in REALS.items():
        run[at] = place
        real.append(tables.real[name].ravel())
        place += tables.real[name].size
    return State(np.concatenate(whole), np.concatenate(real), draws, sold)


class _Views(Mapping[str, Numbers]):
    """Tables by name, each looked up when it is first asked for."""

    def __init__(self, names: Iterable[str], view: Callable[[str], Numbers]) -> None:
        self._names = names
        self._view: Callable[[str], Numbers] = view
        self._known: dict[str, Numbers] = {}

    def __getitem__(self, name: str) -> Numbers:
        if name not in self._known:
            self._known[name] = self._view(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(list(self._names))


_NUMBERS = {name: number for number, name in enumerate(TABLES)}


def tables_of(s: State) -> Tables:
    """Return the tables of a run as views of its arrays."""
    run, nodes = s.w[:RUN_WHOLE], int(s.w[NODES])

    def whole_of(name: str) -> Whole:
        number, width = _NUMBERS[name], WIDTHS[name]
        at, rows = int(run[SERVER_AT + number]), int(run[SERVER_ROWS + number])
        return s.w[at : at + rows * width].reshape(rows, width)

    def real_of(name: str) -> Real:
        place, width = REALS[name]
        at = int(run[place])
        number = _NUMBERS.get(name)
        rows = _points(s) if number is None else int(run[SERVER_ROWS + number])
        return s.r[at : at + rows * width].reshape(rows, width)

    ints, floats = nodes * NODE_WHOLE, nodes * NODE_REAL
    return Tables(
        run=run,
        node=s.w[RUN_WHOLE : RUN_WHOLE + ints].reshape(nodes, NODE_WHOLE),
        run_real=s.r[:RUN_REAL],
        node_real=s.r[RUN_REAL : RUN_REAL + floats].reshape(nodes, NODE_REAL),
        whole=_Views(WIDTHS, whole_of),
        real=_Views(REALS, real_of),
    )


def grown(s: State, names: set[str]) -> State:
    """Return the same run with twice the rows in some of its tables."""
    old = tables_of(s)
    whole = {
        name: _longer(table) if name in names else table
        for name, table in old.whole.items()
    }
    real = {
        name: _longer(table) if name in names else table
        for name, table in old.real.items()
    }
    tables = Tables(old.run, old.node, old.run_real, old.node_real, whole, real)
    return laid_out(tables, s.draws, s.sold)


def _points(s: State) -> int:
    """Return how many points all profiles have together."""
    rows = int(s.w[PROFILE_ROWS])
    return int(s.w[s.w[PROFILE_AT] + rows - 1])


def _longer(table: Numbers) -> Numbers:
    return np.concatenate((table, np.zeros_like(table)))
