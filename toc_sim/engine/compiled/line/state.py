"""Plain lines: what the compiled engine can run item by item, without a calendar.

In a line of single servers every time follows from two earlier ones (a max-plus
recursion: Baccelli, Cohen, Olsder & Quadrat 1992, Synchronization and Linearity): an
item starts when it has come and the server has let the item before it go, and leaves
when it is done and the next stage has room.
"""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.engine.rules.wait_classes import WAIT_CLASSES
from toc_sim.network import Feature, NetNode, Network

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

# Whole numbers of a node of a line: what it is,
_whole = count()
STREAM, CONVERSIONS, BUFFER, REFUSES, STARTS_OVER = (next(_whole) for _ in range(5))
RING, MASK, CAUSES, CAUSE_MASK = (next(_whole) for _ in range(4))
# and what has happened: items that came, how often its server fell idle or held an
# item, items lost, the longest queue,
CAME, PAUSES, LOST, PEAK = (next(_whole) for _ in range(4))
# the record behind the last departure, how far its readings are, and where its waits
# count.
BEHIND, BEGUN, SNAPPED, ROW = (next(_whole) for _ in range(4))
WHOLE = next(_whole)

# Real numbers of a node: its pace, and sums of times [periods].
_real = count()
PACE, CONVERSION, ACTIVE, BLOCKED, WAITED = (next(_real) for _ in range(5))
SQUARES, FIRST, LAST, BOUND = (next(_real) for _ in range(4))
REAL = next(_real)

# What is read of a node at a moment; the last: items in its queue, how long they have
# waited, what rounding has taken from that sum, and the longest. Of a source the time
# waited is the sum of the moments at which arrivals began to wait outside, less those
# at which they got in; how long these have waited stands apart.
READ = 15
(
    R_ACTIVE,
    R_BLOCKED,
    R_WAITED,
    R_SQUARES,
    R_LAST,
    R_STARTED,
    R_FINISHED,
    R_OUT,
    R_LOST,
    R_PAUSES,
    R_QUEUED,
    R_QUEUE_TIME,
    R_ROUNDED_OFF,
    R_OLDEST,
    R_OUTSIDE,
) = range(READ)

# Whole and real numbers of the run: what it is, and what happened; the last: how many
# of those that came to the source need not, or no longer, wait outside; and the first
# class of waits.
(
    HAS_SOURCE,
    RECORDS,
    LEFT,
    LAST_CAUSE,
    CLOCK_RECORD,
    CLOSED,
    CRAMPED,
    LET_IN,
    LOWEST_CLASS,
) = range(9)
RUN_WHOLE = 9
HORIZON, CLOCK = range(2)
RUN_REAL = 2

# What is read of all of it at a moment: items that came in, and the sum of these times.
S_ENTERED, S_ENTERED_SUM = range(2)
SYSTEM = 2

LOST_ITEM = -1.0
"""The time inside of an item that was lost, where those of bought ones stand."""

# Of waits, row by row: how many by class, and above the target; and the target, the
# longest, the lesser of these, and their sum [periods]. After the rows of the nodes
# stands that of what was bought, of its waits in all, and one for waits that do not
# count.
ABOVE = WAIT_CLASSES
TALLY = WAIT_CLASSES + 1
LIMIT, LONGEST_WAIT, LEAST, TOTAL = range(4)
TALLY_REAL = 4
SOLD, NOT_COUNTED = range(2)
TALLIES = 2

NONE = -1
OVER = 2
ENDLESS = 2**62


class Line(NamedTuple):
    """A run of a line: all that the kernel works on.

    Attributes
    ----------
    run, run_real, node, node_real
        Numbers of the run, and by node. Behind those of the run stand those of waits:
        for each node, and for what was bought.
    draws, place
        What the streams give next, by stream; and the next of each.
    ring, causes
        When the last items left each node, and because of which record.
    begin, end
        What was read of each node at time 0 and at the horizon.
    system
        What was read of all at both; shape (2, 2).
    code, start
        The records of `toc_sim.engine.compiled.critical_path`.
    left, stays
        When items left, and how long they had been inside [periods].
    """

    run: Whole
    run_real: Real
    node: Whole
    node_real: Real
    draws: Real
    place: Whole
    ring: Real
    causes: Whole
    begin: Real
    end: Real
    system: Real
    code: Whole
    start: Real
    left: Real
    stays: Real


SUPPORTS = (
    Feature.TIMES
    | Feature.LIMITS
    | Feature.SCRAP
    | Feature.SOURCE
    | Feature.OVERFLOW
    | Feature.MARKET
    | Feature.EXIT
    | Feature.LOTS
    | Feature.STREAM
    | Feature.PRODUCTS
)
"""What a line may have besides single servers in a row, of a steady pace each."""


def order_of(net: Network) -> tuple[NetNode, ...] | None:
    """Return the nodes of a plain line, from first to last; None if it is none.

    It is one if it uses nothing else than `SUPPORTS`, and everything goes one way,
    from one first node through all others.
    """
    first = [node for node in net.nodes if node.brings]
    if net.features not in SUPPORTS or len(first) != 1:
        return None
    order = first
    while order[-1].links:
        link = order[-1].links[0]
        if link.share != 1.0:
            return None
        order = [*order, net.nodes[link.target]]
    if len(order) != len(net.nodes) or order[-1].kind == "source":
        return None
    return tuple(order)
