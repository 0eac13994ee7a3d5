"""What goes first at one time, in both engines."""

from __future__ import annotations

CLOSING = -1
"""The rank of closing: before all nodes, so that all else at that time finds it closed.

Nodes have their own ranks, from 0 furthest downstream; the end of time away comes after
all of them.
"""


def goes_before(since: float, order: int, other_since: float, other_order: int) -> bool:
    """Return whether a newcomer goes before one that stands in the line for room.

    The longest waiting goes first, at one time the lower order, of equals the newcomer
    (R17).

    Parameters
    ----------
    since, order
        When the newcomer began to wait [periods], and the index of its node.
    other_since, other_order
        The same of the one that stands there.
    """
    return since == other_since and order <= other_order
