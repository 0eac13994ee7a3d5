"""How long a calendar is open, and the shifts that are open for longer."""

from __future__ import annotations

from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.scenario.fields.openings import (
    OpenSpans,
    hours_refusal,
    lasting,
    most_open,
    open_time,
)

CYCLE = 24.0

HOURS = [
    # shifts, hours wanted, shifts then
    (((8, 16),), 10, ((8, 18),)),
    (((8, 16),), 4, ((8, 12),)),
    (((8, 16),), 24, ((0, 8), (8, 24))),
    (((8, 12), (13, 17)), 10, ((8, 13), (13, 18))),
    (((6, 14), (14, 20)), 7, ((6, 13),)),  # shifts that meet are one opening
    (((0, 6), (22, 24)), 12, ((0, 10), (22, 24))),  # and so is a night
    (((0, 6), (22, 24)), 1, ((22, 23),)),
    (((20, 24),), 8, ((0, 4), (20, 24))),
]


@pytest.mark.parametrize(("shifts", "hours", "then"), HOURS)
def test_each_opening_ends_later_in_proportion(
    shifts: OpenSpans, hours: float, then: OpenSpans
) -> None:
    """It begins when it did; what passes midnight goes on in the next cycle."""
    assert lasting(shifts, CYCLE, hours) == then


@st.composite
def shifts_of_a_cycle(draw: st.DrawFn) -> OpenSpans:
    """Draw shifts in quarters of an hour, some of which meet."""
    count = draw(st.integers(1, 4))
    times = st.integers(0, 96)
    drawn = draw(st.lists(times, min_size=2 * count, max_size=2 * count))
    ends = sorted(drawn)
    spans = zip(ends[::2], ends[1::2], strict=True)
    found = tuple((begin / 4, end / 4) for begin, end in spans if begin < end)
    return found or ((8.0, 16.0),)


@given(shifts_of_a_cycle(), st.floats(0.01, 1))
def test_they_are_open_for_as_long_as_was_asked(shifts: OpenSpans, part: float) -> None:
    """In order, without overlap, within the cycle, and beginning where they did."""
    hours = part * most_open(shifts, CYCLE)

    found = lasting(shifts, CYCLE, hours)

    assert open_time(found) == pytest.approx(hours)
    assert all(0 <= begin < end <= CYCLE for begin, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert {begin for begin, _ in found} <= {begin for begin, _ in shifts} | {0.0}
    assert lasting(shifts, CYCLE, open_time(shifts)) == shifts


@given(shifts_of_a_cycle(), st.floats(0.01, 0.99), st.floats(0, 0.01))
def test_more_hours_take_none_away(shifts: OpenSpans, part: float, more: float) -> None:
    """Whatever was open stays open: at every quarter of an hour."""
    most = most_open(shifts, CYCLE)
    less, longer = (lasting(shifts, CYCLE, each * most) for each in (part, part + more))

    def is_open(spans: OpenSpans, time: float) -> bool:
        return any(begin <= time < end for begin, end in spans)

    rounded = 1e-9
    assert all(
        is_open(longer, quarter / 4)
        for quarter in range(96)
        if is_open(less, quarter / 4) and is_open(less, quarter / 4 + rounded)
    )


@pytest.mark.parametrize(
    ("shifts", "hours", "words"),
    [
        (((8, 16),), 24, ""),
        (((8, 16),), 24.001, "must be at most 24, the cycle"),
        (((8, 12), (13, 17)), 10, ""),
        (
            ((8, 12), (13, 17)),
            10.1,
            "must be at most 10, where one opening reaches the next",
        ),
        (((8, 16),), inf, "must be at most 24, the cycle"),
        (((8, 16),), 0, "must be greater than 0"),
        (((8, 16),), nan, "must be greater than 0"),
        (((8, 16),), "ten", "must be a number"),
        (((8, 16),), True, "must be a number"),
        (((8, 16),), None, "must be a number"),
    ],
)
def test_what_cannot_be_is_said(shifts: OpenSpans, hours: object, words: str) -> None:
    """Openings that would overlap are refused, with the most that there can be."""
    assert hours_refusal(shifts, CYCLE, hours) == words
