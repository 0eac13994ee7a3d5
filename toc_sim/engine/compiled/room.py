"""Room in the compiled engine: the line for it, and the ways that have some."""

from __future__ import annotations

from toc_sim.engine.compiled import state as c
from toc_sim.engine.compiled.floor import give_up, is_complete, make
from toc_sim.engine.compiled.jit import compiled, inlined
from toc_sim.engine.compiled.paces import level, load_of, pace_at
from toc_sim.engine.compiled.service import drawn
from toc_sim.engine.compiled.state import (
    State,
    bench_at,
    entry_at,
    link_at,
    link_real_at,
    node_at,
    waiter_at,
    waiter_real_at,
)


@inlined
def idle(s: State, node: int) -> int:
    """Return how many servers of a node, or buyers, are idle; of a crew, at most 1."""
    if s.w[node_at(node) + c.MATES] > 0:
        return int(s.w[node_at(node) + c.LENGTH] == 0 and is_complete(s, node))
    return int(s.w[bench_at(s, node) + c.SITTING])


@inlined
def has_place(s: State, node: int) -> bool:
    """Return whether there is room, the line for it aside (R15)."""
    at = node_at(node)
    return bool(idle(s, node) > 0 or s.w[at + c.LENGTH] < s.w[at + c.BUFFER])


@inlined
def has_room(s: State, node: int) -> bool:
    """Return whether an item may come in now; what waits already goes first (R15)."""
    return bool(s.w[node_at(node) + c.WAITING] == 0 and has_place(s, node))


@inlined
def choose(s: State, node: int, now: float) -> int:
    """Return the way that the next item takes from a node (R21, R22).

    NONE: it leaves; ALL_WAYS: none of those that are free to be chosen has room.
    """
    kind = s.w[node_at(node) + c.ROUTER]
    if kind == c.CERTAIN:
        return int(s.w[node_at(node) + c.WAY])
    if kind == c.NOWHERE:
        return c.NONE
    if kind == c.SHORTEST:
        return _shortest(s, node, now)
    return _by_share(s, node, now)


@compiled
def _by_share(s: State, node: int, now: float) -> int:
    first, count = s.w[node_at(node) + c.FIRST_LINK], s.w[node_at(node) + c.LINKS]
    number = drawn(s, s.w[node_at(node) + c.ROUTES])
    fixed = True
    for way in range(first, first + count):
        profile = s.w[link_at(s, way) + c.SHARE_PROFILE]
        share = s.r[link_real_at(s, way) + c.SHARE]
        if profile != c.NONE:
            fixed = False
            share = level(s, profile, now)
        if number < share:
            return int(way)
        number -= share
    # Rounding may leave a number just above shares that add up to 1.
    return int(first + count - 1) if fixed and number < 1e-12 else c.NONE  # noqa: PLR2004


@compiled
def _shortest(s: State, node: int, now: float) -> int:
    first, count = s.w[node_at(node) + c.FIRST_LINK], s.w[node_at(node) + c.LINKS]
    best, least = c.ALL_WAYS, 0.0
    for way in range(first, first + count):
        target = s.w[link_at(s, way) + c.TARGET]
        if has_room(s, target):
            its = _load(s, target, now)
            if best == c.ALL_WAYS or its < least:
                best, least = way, its
    return int(best)


@compiled
def _load(s: State, node: int, now: float) -> float:
    """Return how long the items of a node would take at full speed [periods] (R22)."""
    waiting, needs = s.w[node_at(node) + c.LENGTH], 1
    if s.w[node_at(node) + c.KIND] == c.PART_QUEUE:
        needs, node = s.w[node_at(node) + c.NEEDS], s.w[node_at(node) + c.JOIN]
    pace = pace_at(s, node, now)
    servers = s.w[node_at(node) + c.SERVERS]
    if s.w[node_at(node) + c.POOL] != c.NONE:
        return load_of(waiting, 1 / pace if s.w[node_at(node) + c.TIMED] else pace)
    return load_of(waiting / needs + (servers - idle(s, node)), pace * servers)


@compiled
def wait_for_room(
    s: State, holder: int, way: int, now: float, server: int, item: int, came: float
) -> None:
    """Join the line for room: longest waiting first, then by the file's order (R17).

    Parameters
    ----------
    holder
        The node that hands over.
    way
        Which of its ways; ALL_WAYS: the first of them that has room.
    server, item
        The server that holds the item, if any, and the item if it is inside.
    came
        When it came, if it waits outside [periods].
    """
    w = s.w
    waiter = make(s, c.WAITER_STOCK)
    at = waiter_at(s, waiter)
    s.r[waiter_real_at(s, waiter) + c.SINCE] = now
    s.r[waiter_real_at(s, waiter) + c.CAME] = came
    w[at + c.ORDER] = w[at + c.HOLDER] = holder
    w[at + c.WAITING_SERVER], w[at + c.WAITING_ITEM] = server, item
    w[at + c.ENTRY] = c.NONE
    if way != c.ALL_WAYS:
        _stand(s, waiter, w[link_at(s, way) + c.TARGET])
        return
    first = w[node_at(holder) + c.FIRST_LINK]
    for each in range(first, first + w[node_at(holder) + c.LINKS]):
        _stand(s, waiter, w[link_at(s, each) + c.TARGET])


@compiled
def _stand(s: State, waiter: int, line: int) -> None:
    """Give a waiter its place in one line."""
    w = s.w
    entry = make(s, c.ENTRY_STOCK)
    before, behind = w[node_at(line) + c.WAITING_TAIL], c.NONE
    while before != c.NONE and _goes_before(
        s, waiter, w[entry_at(s, before) + c.WAITER]
    ):
        behind = before
        before = w[entry_at(s, before) + c.BEFORE]
    at = entry_at(s, entry)
    w[at + c.WAITER], w[at + c.LINE] = waiter, line
    w[at + c.BEFORE], w[at + c.BEHIND] = before, behind
    w[at + c.NEXT] = w[waiter_at(s, waiter) + c.ENTRY]
    w[waiter_at(s, waiter) + c.ENTRY] = entry
    _join(s, line, before, entry)
    _join(s, line, entry, behind)
    w[node_at(line) + c.WAITING] += 1


@compiled
def _goes_before(s: State, one: int, other: int) -> bool:
    """Return whether a new waiter goes before one that stands already (R17)."""
    before, since = waiter_real_at(s, other), waiter_real_at(s, one)
    if s.r[before + c.SINCE] != s.r[since + c.SINCE]:
        return False
    return bool(s.w[waiter_at(s, other) + c.ORDER] >= s.w[waiter_at(s, one) + c.ORDER])


@compiled
def _join(s: State, line: int, before: int, behind: int) -> None:
    """Let two entries of a line stand one behind the other; NONE is its end."""
    if before == c.NONE:
        s.w[node_at(line) + c.WAITING_HEAD] = behind
    else:
        s.w[entry_at(s, before) + c.BEHIND] = behind
    if behind == c.NONE:
        s.w[node_at(line) + c.WAITING_TAIL] = before
    else:
        s.w[entry_at(s, behind) + c.BEFORE] = before


@compiled
def first_in_line(s: State, line: int) -> int:
    """Take the first waiter out of a line, and out of all others it stands in."""
    w = s.w
    waiter = int(w[entry_at(s, w[node_at(line) + c.WAITING_HEAD]) + c.WAITER])
    entry = w[waiter_at(s, waiter) + c.ENTRY]
    while entry != c.NONE:
        at = entry_at(s, entry)
        following = w[at + c.NEXT]
        _join(s, w[at + c.LINE], w[at + c.BEFORE], w[at + c.BEHIND])
        w[node_at(w[at + c.LINE]) + c.WAITING] -= 1
        give_up(s, c.ENTRY_STOCK, entry)
        entry = following
    return waiter
