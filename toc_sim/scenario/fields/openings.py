"""How long a calendar is open in a cycle, and the shifts that are open for longer.

Shifts that meet are one opening; a night shift that ends with the cycle and goes on
with the next is one, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

OpenSpans = tuple[tuple[float, float], ...]
"""Stretches of time, from and to [periods]."""

_ROUNDING = 1e-12
"""What arithmetic may leave above the most that there can be, relative to it [1]."""


def open_time(spans: OpenSpans) -> float:
    """Return how long some shifts are open together [periods]."""
    return fsum(end - begin for begin, end in spans)


def most_open(spans: OpenSpans, cycle: float) -> float:
    """Return how long they can be open, each opening in proportion [periods].

    Then one of them reaches the beginning of the next, or a single one its own.

    Parameters
    ----------
    spans
        The shifts within a cycle, in order.
    cycle
        After how long they repeat [periods].
    """
    total = open_time(spans)
    return min(
        (following - begin) / (length / total)
        for begin, length, following in _openings(spans, cycle)
    )


def lasting(spans: OpenSpans, cycle: float, time: float) -> OpenSpans:
    """Return shifts that are open for so long together.

    Every opening is longer, or shorter, in the same proportion. It begins when it did
    and ends later, or sooner; what passes the end of the cycle goes on with the next.

    Parameters
    ----------
    spans
        The shifts within a cycle, in order.
    cycle
        After how long they repeat [periods].
    time
        How long they are open together in a cycle [periods], above 0 and at most
        `most_open`.

    Examples
    --------
    >>> from toc_sim.scenario.fields.openings import lasting
    >>> lasting(((8.0, 12.0), (13.0, 17.0)), 24.0, 10.0)
    ((8.0, 13.0), (13.0, 18.0))
    >>> lasting(((8.0, 16.0),), 24.0, 18.0)
    ((0.0, 2.0), (8.0, 24.0))
    """
    total = open_time(spans)
    if time == total:
        return spans
    found: list[tuple[float, float]] = []
    for begin, length, following in _openings(spans, cycle):
        end = min(begin + length / total * time, following)
        found.append((begin, min(end, cycle)))
        if end > cycle:
            found.append((0.0, end - cycle))
    return tuple(sorted(found))


def hours_refusal(spans: OpenSpans, cycle: float, time: object) -> str:
    """Return why shifts cannot be open for so long together; empty if they can.

    Parameters
    ----------
    spans, cycle
        As of `lasting`.
    time
        What was given; it may be no number.
    """
    if isinstance(time, bool) or not isinstance(time, int | float):
        return "must be a number"
    if not time > 0:
        return "must be greater than 0"
    most = most_open(spans, cycle)
    if time > most * (1 + _ROUNDING):
        where = "the cycle" if most >= cycle else "where one opening reaches the next"
        return f"must be at most {most:g}, {where}"
    return ""


def _openings(spans: OpenSpans, cycle: float) -> Iterator[tuple[float, float, float]]:
    """Yield when each opening begins, how long it is, and when the next one begins."""
    met = list(_met(spans))
    if len(met) > 1 and met[0][0] == 0 and met[-1][1] == cycle:
        (_, first), *middle, (last, _) = met
        met = [*middle, (last, cycle + first)]
    begins = [begin for begin, _ in met]
    for (begin, end), following in zip(
        met, (*begins[1:], begins[0] + cycle), strict=True
    ):
        yield begin, end - begin, following


def _met(spans: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield the shifts, those that meet as one."""
    begin, end = spans[0]
    for start, stop in spans[1:]:
        if start > end:
            yield begin, end
            begin = start
        end = stop
    yield begin, end
