"""Hours of work by all stamps together, and hands that are full while work waits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.event_logs import visits_of
from helpers.office_logs import in_office_hours, slow_pipeline, with_people

from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.open_hours import OpenHours, open_hours
from toc_sim.calibration.presence import Intervals
from toc_sim.calibration.reconcile import reconciled
from toc_sim.calibration.work_in_hand import (
    PiecesInHand,
    lasts_over_night,
    work_in_hand,
)
from toc_sim.interface.columns_file import columns_asked
from toc_sim.records.shapes.any_shape import records_from
from toc_sim.records.visits import Visits

DEALS = Path(__file__).parents[2] / "scenarios" / "records" / "deals.csv"

ALWAYS = OpenHours(np.array([0.0, 100.0]), np.array([0.0, 100.0]))


def spans(*pairs: tuple[float, float]) -> Intervals:
    """Return stretches of time."""
    return Intervals(np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]))


def test_hours_of_an_office_are_found() -> None:
    """Moments from nine to five on five days make eight hours of five days."""
    days = np.arange(70)
    days = days[days % 7 < 5]
    moments = (days[:, None] + np.array([9.2, 11.5, 12.1, 16.9]) / 24).ravel()
    hours = open_hours(moments, 0.0, 70.0)

    assert hours.passed[-1] == pytest.approx(50 * 8 / 24)
    assert hours.until(np.array([0.0, 0.5, 6.5])) == pytest.approx([0, 3 / 24, 40 / 24])
    assert hours.moment(4 / 24) == pytest.approx(13 / 24)


@pytest.mark.parametrize("count", [20, 2000])
def test_around_the_clock_every_hour_counts(count: int) -> None:
    """Moments at all hours, or too few, leave every hour open."""
    hours = open_hours(np.linspace(0.0, 70.0, count), 0.0, 70.0)

    assert hours.passed[-1] == pytest.approx(70)


def test_dates_alone_tell_no_hours() -> None:
    """Where every moment is a midnight, whole days are open; weekends are not."""
    days = np.repeat(np.arange(70.0), 5)
    hours = open_hours(days[days % 7 < 5], 0.0, 70.0)

    assert hours.passed[-1] == pytest.approx(50)


def test_work_of_a_night_shift_does_not_last_over_night() -> None:
    """What lasts over midnight is over night only if it is longer than a shift."""
    begin = np.arange(20.0) + 0.9

    assert not lasts_over_night(begin, begin + 0.3)
    assert lasts_over_night(begin, begin + 0.7)
    assert not lasts_over_night(begin[:0], begin[:0])


def test_a_queue_that_built_up_is_seen() -> None:
    """Work that waited from day 30 on, while hands were full, is a stretch."""
    pieces = PiecesInHand(np.array([0.0, 20.0]), np.array([10.0, 100.0]), 0.0, 100.0)
    found = work_in_hand(spans((5, 8), (30, 60), (61, 100)), [pieces], ALWAYS)

    assert found.waited == pytest.approx(0.72)
    assert found.held == pytest.approx(0.9)
    assert found.while_waiting == 1
    assert found.stretch is not None
    assert (found.stretch.begin, found.stretch.end) == (30, 100)
    assert found.stretch.waited == pytest.approx(69 / 70)
    assert found.stretch.held == 1


def test_a_short_queue_is_no_stretch() -> None:
    """Work that waited for less than two thirds of the time did not always wait."""
    pieces = PiecesInHand(np.array([0.0]), np.array([100.0]), 0.0, 100.0)

    assert work_in_hand(spans((0, 60)), [pieces], ALWAYS).stretch is None
    assert work_in_hand(spans(), [pieces], ALWAYS).stretch is None


def test_who_has_two_in_hand_is_half_full_with_one() -> None:
    """A piece fills a part of what somebody usually holds; a peak is not usual."""
    begin, end = np.array([0.0, 50.0, 60.0]), np.array([100.0, 100.0, 61.0])
    found = work_in_hand(spans(), [PiecesInHand(begin, end, 0.0, 100.0)], ALWAYS)
    none = PiecesInHand(begin[:0], end[:0], 0.0, 100.0)

    assert found.held == pytest.approx(0.75)
    assert work_in_hand(spans(), [none], ALWAYS).held == 0


@pytest.fixture(scope="module")
def deals() -> Visits:
    """Return a year of a small sales team, of which it is known what is true."""
    visits = records_from([DEALS], columns_asked({})).visits
    assert visits is not None
    return visits


@pytest.fixture(scope="module")
def deals_draft(deals: Visits) -> Draft:
    """Return what is drawn from it."""
    return draft_of(deals)


def test_sellers_who_take_days_are_told_to_be_full(deals_draft: Draft) -> None:
    """Three sellers who close a deal a week each, with 40 that wait, are the limit."""
    capacity = next(e for e in deals_draft.estimates if e.path == "closing.capacity")

    assert deals_draft.verdict.startswith("Closing limited the output")
    assert not capacity.at_least
    assert capacity.low is not None
    assert capacity.high is not None
    assert capacity.low < 3 < capacity.high
    words = {each.node: each.saturation for each in deals_draft.stages}
    assert words["first_call"] == words["offer"] == "not saturated"


def test_the_model_of_the_sellers_reproduces_them(
    deals: Visits, deals_draft: Draft
) -> None:
    """Throughput and conversion of the sales team come out within a tenth."""
    rows = {
        row.name: row for row in reconciled(deals, deals_draft).rows if not row.node
    }

    assert abs(rows["throughput"].error) < 0.1
    assert abs(rows["conversion"].error) < 0.1
    assert rows["flow_time"].agreement in ("within", "by chance")


def test_work_that_waits_for_something_else_is_not_told() -> None:
    """Work of days that waits while those who do it have nothing in hand: not told."""
    log = with_people(in_office_hours(visits_of(slow_pipeline(0.5, 2, 0.5, 1))))
    log.arrived[:] = np.maximum(log.arrived - 20, 0)
    draft = draft_of(log, period="week")

    assert draft.stages[0].saturation == "cannot tell"
    assert "waited for something else" in draft.stages[0].evidence


def test_booked_days_say_nothing_of_how_busy_anybody_is() -> None:
    """Work that always takes two days is booked, and its stage is not called full."""
    log = with_people(in_office_hours(visits_of(slow_pipeline(1.6, 2, 0.5, 1))))
    whole = np.isfinite(log.finished)
    log.finished[whole] = log.started[whole] + 2
    draft = draft_of(log, period="week")

    assert draft.stages[0].saturation == "cannot tell"
    assert "booked" in draft.stages[0].evidence


def test_who_is_nearly_full_is_not_told() -> None:
    """Where work waited for half of the time and hands were nearly full, who knows."""
    log = with_people(in_office_hours(visits_of(slow_pipeline(0.93, 1, 1.0, 4))))
    draft = draft_of(log, period="week")

    assert draft.stages[0].saturation in ("cannot tell", "saturated")
