"""When people were at work, and how busy they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.calibration.journeys import Stretches
from toc_sim.calibration.presence import Intervals, presence_of, union
from toc_sim.calibration.queue_watch import most_at_once

ENDS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 20)), min_size=1, max_size=20
)


def spans(drawn: list[tuple[int, int]]) -> Intervals:
    """Return the union of spans that begin somewhere and last somewhat."""
    begin = np.array([a for a, _ in drawn], float)
    return union(begin, begin + np.array([b for _, b in drawn], float))


@given(ENDS, ENDS)
def test_times_that_two_share_are_in_both(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    """What is in both is what is in each, point by point; overlaps count once."""
    first, second = spans(one), spans(other)
    shared = first.both(second)
    middles = np.arange(0.5, 80.5)
    held = first.holds(middles) & second.holds(middles)

    assert shared.days == pytest.approx(held.sum())
    assert (shared.holds(middles) == held).all()
    assert first.within(5, 25).days == pytest.approx(first.holds(middles[5:25]).sum())


def work(*rows: tuple[float, float]) -> Stretches:
    """Return stretches of work of one person at one stage."""
    ends = np.array(rows)
    none = np.zeros(len(rows), np.int64)
    return Stretches(none, none, none, ends[:, 0], ends[:, 1])


def test_a_day_is_from_the_first_trace_to_the_last() -> None:
    """Two pieces of work at nine and at five are a day at work, half an hour busy."""
    day = presence_of(work((0.375, 0.385), (0.70, 0.71)), 1)

    assert day.hours[0].days == pytest.approx(0.335)
    assert day.busy[0].days == pytest.approx(0.02)
    assert day.machine_users == ()


def test_work_left_open_overnight_is_no_time_at_work() -> None:
    """A piece of work that lasts till Monday tells nothing of the hours between."""
    left = presence_of(work((0.4, 0.5), (0.6, 3.4), (3.5, 3.6)), 1)

    assert left.hours[0].days == pytest.approx(0.2 + 0.2)
    assert left.busy[0].days == pytest.approx(0.2)
    assert most_at_once(np.array([0.4, 0.6, 0.61]), np.array([0.5, 3.4, 0.7])) == 1


def test_work_over_midnight_is_work() -> None:
    """A night shift goes on over midnight."""
    assert presence_of(work((0.9, 1.2)), 1).hours[0].days == pytest.approx(0.3)


def test_a_resource_of_all_hours_is_no_person() -> None:
    """Who works at every hour of the day is a machine, or several people."""
    hours = np.arange(0, 60, 1 / 24)
    rows = np.stack((hours, hours + 0.01), axis=1)

    assert presence_of(work(*map(tuple, rows)), 1).machine_users == (0,)


def test_who_did_little_does_not_belong_to_a_stage() -> None:
    """One piece of work in a hundred makes nobody one of its people."""
    ends = np.arange(0.0, 100)
    who = np.zeros(100, np.int64)
    who[50] = 1
    node = np.zeros(100, np.int64)
    stretches = Stretches(node, node, who, ends, ends + 0.1)
    presence = presence_of(stretches, 3)

    assert presence.people_at(stretches, 0) == (0,)
    assert presence.people_at(stretches, 1) == ()
    assert presence.hours[2].days == 0


def test_servers_are_counted_by_what_goes_on_at_once() -> None:
    """Where one ends as another begins there is one server, and one without work."""
    assert most_at_once(np.array([0.0, 1, 1.5]), np.array([1.0, 2, 3])) == 2
    assert most_at_once(np.array([1.0]), np.array([1.0])) == 1
