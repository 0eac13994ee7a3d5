"""Past forecasts know what was known then, and are scored by what came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import isnan
from typing import Any

import numpy as np
import pytest
from helpers.event_logs import visits_of

from toc_sim import TocError
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.known_by import known_by
from toc_sim.outlook.backtest import (
    FROM_STATE,
    RESAMPLED,
    WEIGHTED,
    Backtest,
    backtest,
    loses_to,
    scenario_of_draft,
)
from toc_sim.outlook.known_cases import open_cases
from toc_sim.records.visits import CASE_OPEN, CASE_WON, Visits
from toc_sim.report.text.past_forecasts import past_forecasts_sentence

SALES: dict[str, Any] = {
    "format": 1,
    "name": "sales",
    "stages": {
        "leads": {"kind": "source", "arrivals": 9, "distribution": "exponential"},
        "qualify": {"kind": "team", "rate": 14, "cv": 1, "conversion": 0.6},
        "closing": {"kind": "team", "rate": 2.2, "servers": 3, "cv": 1},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> qualify", {"qualify -> closing": 1}, "closing -> market"],
    "run": {"horizon": 60, "seed": 3},
}


@pytest.fixture(name="visits", scope="module")
def _visits() -> Visits:
    return visits_of(SALES)


@pytest.fixture(name="found", scope="module")
def _found(visits: Visits) -> Backtest:
    return backtest(visits, ahead=42.0, origins=(200.0, 270.0, 350.0), runs=99)


def test_what_came_later_is_not_known(visits: Visits) -> None:
    """No visit begins after the day, and what ended later is still open."""
    known = known_by(visits, 200.0)

    assert known.span == 200
    assert np.nanmax(known.arrived) <= 200
    assert not (known.finished > 200).any()
    assert not (known.closed > 200).any()
    later = visits.closed[: known.cases] > 200
    assert (known.outcome[later] == CASE_OPEN).all()


def test_open_cases_stand_where_they_are(visits: Visits) -> None:
    """As many as are open; in work if work has begun, and for as long."""
    known = known_by(visits, 200.0)
    draft = draft_of(known, period="week")

    found = open_cases(known, draft, scenario_of_draft(draft))

    assert len(found.items) == int((known.outcome == CASE_OPEN).sum())
    assert found.undated == 0
    working = [each for each in found.items if each.in_work]
    started = np.isfinite(known.started) & np.isnan(known.finished)
    assert len(working) == int(started.sum())
    assert all(0 <= each.worked <= each.age for each in working)


def test_cases_without_any_date_are_left_out(visits: Visits) -> None:
    """They may have come at any time; how many they are is told."""
    known = known_by(visits, 200.0)
    draft = draft_of(known, period="week")
    case = int(np.flatnonzero(known.outcome == CASE_OPEN)[0])
    created, arrived = known.created.copy(), known.arrived.copy()
    created[case] = np.nan
    arrived[known.case == case] = np.nan
    blurred = replace(known, created=created, arrived=arrived)

    found = open_cases(blurred, draft, scenario_of_draft(draft))

    assert found.undated == 1


def test_what_came_is_what_the_records_say(visits: Visits, found: Backtest) -> None:
    """Cases won after the day and up to the end of the time ahead."""
    closed = visits.closed[visits.outcome == CASE_WON]
    for each in found.forecasts:
        came = (closed > each.day) & (closed <= each.day + 42)

        assert each.came == came.sum()
        assert each.refused == ""
        assert each.ours is not None
        assert 0 < each.place < 1
    assert found.forecasts[0].date == date(2024, 7, 19)
    assert (found.period, found.periods) == ("week", 6.0)


def test_a_model_that_is_right_beats_both_simple_methods(found: Backtest) -> None:
    """And its bands hold here; the weighted pipeline knows nothing of what comes."""
    ours = found.score_of(FROM_STATE)

    assert found.best == FROM_STATE
    assert ours.within_90 >= 2
    assert ours.loss < found.score_of(WEIGHTED).loss
    assert loses_to(found) == ()
    told = past_forecasts_sentence(found)
    assert told.startswith("Of 3 past forecasts, 6 weeks ahead with what was known")


def test_it_tells_where_it_loses(visits: Visits) -> None:
    """A model with ten times the leads is seldom right, and says what was better."""

    def boastful(known: Visits, period: str) -> Draft:
        draft = draft_of(known, period=period)
        content = {**draft.content, "uncertain": {}}
        stages = {**content["stages"]}
        for name, stage in stages.items():
            if stage["kind"] == "source":
                arrivals = 10 * stage["arrivals"]
                stages[name] = {"kind": "source", "arrivals": arrivals}
            elif stage["kind"] == "team":
                servers = 10 * stage.get("servers", 1)
                stages[name] = {**stage, "servers": servers}
                if "capacity" in stage:
                    stages[name]["capacity"] = 10 * stage["capacity"]
        return replace(draft, content={**content, "stages": stages})

    found = backtest(visits, ahead=42.0, origins=(200.0,), runs=19, drawing=boastful)

    assert found.best != FROM_STATE
    assert any(
        "past weeks drawn again would have been better" in s for s in loses_to(found)
    )
    assert "Do not trust this band" in past_forecasts_sentence(found)


def test_a_day_with_too_little_before_it_is_told(visits: Visits) -> None:
    """There is no band, the reason is kept, and no score is made of it."""
    found = backtest(visits, ahead=42.0, origins=(3.0,), runs=19)

    [only] = found.forecasts
    assert only.ours is None
    assert isnan(only.place)
    assert only.refused
    assert found.best == ""
    assert past_forecasts_sentence(found).startswith("No past forecast")


def test_records_that_are_too_short_are_refused(visits: Visits) -> None:
    """It cannot be looked ahead further than the records go."""
    with pytest.raises(TocError, match="too short to look 400 days ahead"):
        backtest(visits, ahead=400.0)


def test_days_are_chosen_by_the_records(visits: Visits) -> None:
    """From a third of them on, as far as they go, twelve at most."""

    def none(known: Visits, period: str) -> Draft:
        del known, period
        return Draft({}, {}, (), (), (), (), "nothing is drawn")

    found = backtest(visits, ahead=42.0, drawing=none)

    days = [each.day for each in found.forecasts]
    assert (days[0], days[-1], len(days)) == (140.0, 378.0, 12)
    assert {each.refused for each in found.forecasts} == {"nothing is drawn"}
    weights = [each.weighted.mean for each in found.forecasts]
    assert weights == [0.0] * 12
    assert found.score_of(RESAMPLED).forecasts == 0
