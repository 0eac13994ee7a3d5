"""Moments of one run in both engines: what goes first at one, and how they add up."""

from __future__ import annotations

from math import frexp, ldexp

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


def shift_of(horizon: float) -> float:
    """Return what is added to each moment of a path before moments are subtracted.

    It is the power of two above the horizon. A moment between 0 and the horizon that is
    shifted by it is a multiple of 2**-52 of it, all of these are exact, and so are
    their differences and all sums of them: whichever stretches are added up first, the
    time of each owner comes to the same, to the last bit (R52).

    Parameters
    ----------
    horizon
        The end of the window [periods].

    Returns
    -------
    The shift [periods].

    Examples
    --------
    >>> shift_of(500.0), shift_of(0.3)
    (512.0, 0.5)
    """
    return ldexp(1.0, frexp(horizon)[1])
