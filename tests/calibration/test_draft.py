"""From visits to a scenario: what is drawn, what is refused, what is only bounded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from helpers.event_logs import BEGIN, as_stage_history, visits_of, without_starts
from helpers.self_made_records import cases_of, clean_log

from toc_sim import QuestionError, load, simulate
from toc_sim.calibration.commented_scenario import scenario_text
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft, Estimate, uncertain_block
from toc_sim.calibration.known_by import known_by
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits
from toc_sim.scenario.load import read

FUNNEL: dict[str, Any] = {
    "format": 1,
    "name": "funnel",
    "stages": {
        "leads": {"kind": "source", "arrivals": 20, "cv": 1},
        "talk": {"kind": "team", "capacity": 40, "servers": 2, "cv": 0.8},
        "offer": {"kind": "team", "capacity": 10, "cv": 1},
        "won": {"kind": "market"},
    },
    "flow": [
        "leads -> talk",
        {"talk -> offer": {"share": 0.7, "delay": 1}},
        {"offer -> won": 0.5, "offer -> talk": 0.1},
    ],
    "run": {"horizon": 60, "seed": 5},
}
"""Its offers are more than one person can write."""


@pytest.fixture(name="log", scope="module")
def _log() -> Visits:
    return visits_of(FUNNEL, price=400)


@pytest.fixture(name="draft", scope="module")
def _draft(log: Visits) -> Draft:
    return draft_of(log, name="Again", period="week")


def by_path(draft: Draft) -> dict[str, Estimate]:
    """Return estimates by their paths."""
    return {each.path: each for each in draft.estimates}


def test_the_text_is_the_scenario(draft: Draft) -> None:
    """The commented file reads as the content of the draft."""
    text = scenario_text(draft)

    assert read(text, "again.yaml") == load(draft.content)
    assert "servers: 2  # at least; at most 2 at work on it at once" in text
    assert "# mean of " in text
    assert max(map(len, text.splitlines())) <= 100


def test_it_does_what_the_records_did(log: Visits, draft: Draft) -> None:
    """Run for as long from empty, it sells as much as what was recorded."""
    again = load(draft.content).changed(
        {"run.horizon": 60, "run.warmup": 0, "run.replications": 5}
    )
    bought = np.mean([each.bought for each in simulate(again).results])

    assert bought == pytest.approx((log.outcome == CASE_WON).sum(), rel=0.1)


def test_a_full_stage_is_named(draft: Draft) -> None:
    """The stage that had more work than it could do limited the output."""
    words = {each.node: each.saturation for each in draft.stages}

    assert words == {"talk": "not saturated", "offer": "saturated"}
    assert draft.verdict.startswith("offer limited the output")
    assert not by_path(draft)["offer.servers"].at_least


def test_time_before_work_is_asked_for_is_no_wait(draft: Draft) -> None:
    """A week between two stages is a delay without a capacity, told and written."""
    delay = draft.delays[0]

    assert (delay.before, delay.after) == ("talk", "offer")
    assert delay.mean == pytest.approx(1)
    assert delay.timer == pytest.approx(1)
    assert by_path(draft)["flow.talk->offer.delay"].value == pytest.approx(1)


def test_money_is_there_if_it_is_told(log: Visits, draft: Draft) -> None:
    """The price is the mean of what was won; without amounts there is no money."""
    poor = draft_of(replace(log, amount=np.full(log.cases, np.nan)), period="week")

    assert draft.content["economics"] == {"price": 400.0}
    assert "economics" not in poor.content
    assert "no money" in {each.kind for each in poor.notices}


def test_how_surely_numbers_are_known(draft: Draft) -> None:
    """Numbers that chance leaves open stand in the block, those at least do not."""
    block = uncertain_block(draft.estimates)

    assert block["arrivals.arrivals"]["count"] > 0
    assert set(block["flow.offer->won"]) == {"won", "of"}
    assert "talk.servers" not in block
    assert "offer.time" in block


@pytest.mark.parametrize("told", [without_starts, as_stage_history])
def test_without_starts_no_time_of_work_is_told(log: Visits, told: Any) -> None:
    """Stages have a capacity, at least, and what is not told is said."""
    draft = draft_of(told(log), period="week")

    assert "time" not in draft.content["stages"]["talk"]
    assert by_path(draft)["talk.capacity"].at_least
    assert "time of work not told" in {each.kind for each in draft.notices}
    assert all(np.isnan(each.work_mean) for each in draft.stages)


def test_periods_are_chosen_by_the_span(log: Visits) -> None:
    """A year of records is told in weeks, and in months if that is asked for."""
    week, month = draft_of(log), draft_of(log, period="month")

    assert week.content["period"] == "week"
    pace = by_path(month)["arrivals.arrivals"].value
    assert pace == pytest.approx(20 * 365.25 / 12 / 7, rel=0.1)
    with pytest.raises(QuestionError, match="fortnight"):
        draft_of(log, period="fortnight")


def test_short_records_are_told_in_hours_or_days() -> None:
    """Three days are told in hours, a month in days, many years in months."""
    moments = np.linspace(0.01, 1, 60)
    periods = [
        draft_of(cases_of(days * moments * 0.9, days * moments)).content["period"]
        for days in (3, 30, 2000)
    ]

    assert periods == ["hour", "day", "month"]


def test_too_little_is_refused() -> None:
    """A handful of cases draws nothing and says why; so does what was never won."""
    few = draft_of(cases_of([1.0, 2.0], [2.0, 3.0]))
    ends = np.linspace(1, 50, 40)
    lost = draft_of(cases_of(ends - 1, ends, np.full(40, CASE_LOST)))

    for draft in (few, lost):
        assert not draft.content
        assert [each.weight for each in draft.notices] == ["refused"]
        assert draft.verdict == draft.notices[0].sentence


def test_only_what_was_known_is_used(log: Visits) -> None:
    """What came after a day does not change the draft of what was known by then."""
    day = 200.0
    cut = known_by(log, day)
    again = known_by(replace(cut, span=log.span), None)

    assert cut.span == day
    assert np.nanmax(cut.closed) <= day
    assert (cut.outcome[np.isnan(cut.closed)] == CASE_OPEN).all()
    assert draft_of(log, until=day).estimates == draft_of(cut).estimates
    assert again.cases == cut.cases < log.cases


def test_a_day_may_be_a_date(log: Visits) -> None:
    """A date means its end, a moment itself, a number days since the records begin."""
    by_date = known_by(log, date(2024, 1, 10))
    by_moment = known_by(log, datetime(2024, 1, 11))  # noqa: DTZ001 - a wall clock

    assert BEGIN.date() == date(2024, 1, 1)
    assert by_date.span == by_moment.span == known_by(log, 10.0).span == 10


def test_amounts_of_open_cases_are_kept_if_they_are_told(log: Visits) -> None:
    """What a case is worth is cut with its end, unless open cases tell it as well."""
    told = replace(log, amount=np.full(log.cases, 5.0))
    names = tuple(map(str, range(log.cases)))

    assert np.isfinite(known_by(told, 200.0).amount).all()
    cut = known_by(replace(log, names=names), 200.0)
    assert np.isnan(cut.amount[cut.outcome == CASE_OPEN]).all()
    assert len(cut.names) == cut.cases


def test_a_log_of_people_has_their_hours() -> None:
    """Who worked, when they are at work and how busy they are is told."""
    log = clean_log(3, load=0.5)
    draft = draft_of(log)

    assert draft.facts["people"] == 4
    assert draft.facts["work on"] == "Monday, Tuesday, Wednesday, Thursday, Friday"
    assert all(each.saturation != "saturated" for each in draft.stages)
    assert all(each.people == 2 for each in draft.stages)
    assert set(load(draft.content).stages) == {"arrivals", "talk", "offer", "won"}


def test_losses_that_nobody_tells_are_told_of() -> None:
    """Where old cases stand open and none is lost, wins are held against arrivals."""
    chance = np.random.default_rng(1)
    came = np.sort(500 * np.sqrt(chance.random(4000)))
    closed = came + chance.exponential(15, 4000)
    closed[chance.random(4000) > 0.1] = np.nan
    closed[closed > 600] = np.nan
    leads = replace(cases_of(came, closed), tells_losses=False, span=600.0)
    draft = draft_of(leads)

    assert "losses not recorded" in {each.kind for each in draft.notices}
    assert draft.verdict.startswith("What comes in limited the output")
    assert draft.facts["conversion"] == pytest.approx(0.1, abs=0.02)
    steady = draft_of(replace(leads, tells_losses=True))
    assert "losses not recorded" not in {each.kind for each in steady.notices}


def test_unseen_losses_leave_open_what_limited() -> None:
    """Wins that do not follow arrivals, where losses are not told, decide nothing."""
    chance = np.random.default_rng(1)
    came = np.sort(500 * np.sqrt(chance.random(3000)))
    closed = np.full(3000, np.nan)
    taken = np.flatnonzero(chance.random(3000) < 0.2)
    free = 0.0
    for each in taken:
        free = max(free, came[each]) + 1.5
        closed[each] = free
    closed[closed > 500] = np.nan
    leads = replace(cases_of(came, closed), tells_losses=False, span=500.0)
    draft = draft_of(leads)

    assert draft.stages[0].saturation == "cannot tell"
    assert draft.verdict.startswith("What limited the output cannot be told")


def test_who_never_moves_stays() -> None:
    """Cases that are open for longer than any took are neither won nor lost."""
    chance = np.random.default_rng(1)
    came = np.sort(chance.uniform(0, 300, 1500))
    closed = np.where(
        chance.random(1500) < 0.7, came + chance.uniform(0, 10, 1500), np.nan
    )
    closed[closed > 300] = np.nan
    outcome = np.where(
        np.isnan(closed),
        CASE_OPEN,
        np.where(chance.random(1500) < 0.5, CASE_WON, CASE_LOST),
    )
    draft = draft_of(cases_of(came, closed, outcome, span=300.0), period="week")
    away = by_path(draft)["flow.deal->deal"]

    assert away.value == pytest.approx(0.3, abs=0.05)
    assert "cases that go nowhere" in {each.kind for each in draft.notices}
    assert set(load(draft.content).stages) == {"arrivals", "deal", "lost", "won"}


def test_records_that_begin_to_tell_ends_late() -> None:
    """Where no ends are told for months, times and shares are those of later cases."""
    chance = np.random.default_rng(1)
    came = np.sort(chance.uniform(0, 400, 4000))
    closed = came + chance.exponential(20, 4000)
    here = (closed > 120) & (closed <= 400)
    closed[closed > 400] = np.nan
    kept = here | np.isnan(closed)
    draft = draft_of(cases_of(came[kept], closed[kept], span=400.0), period="day")

    assert draft.facts["window_begin"] == pytest.approx(120, abs=30)
    assert by_path(draft)["flow.deal->won.delay.mean"].value == pytest.approx(
        20, rel=0.15
    )


def test_stages_of_no_weight_are_left_out_and_told() -> None:
    """What is rare is folded into its neighbours; what leads to no win is told."""
    content = {
        **FUNNEL,
        "stages": {
            **FUNNEL["stages"],
            "rare": {"kind": "team", "capacity": 50},
            "vain": {"kind": "team", "capacity": 50, "conversion": 0.0001},
        },
        "flow": [
            "leads -> talk",
            {"talk -> offer": 0.3, "talk -> vain": 0.3, "talk -> rare": 0.01},
            "rare -> offer",
            "vain -> offer",
            {"offer -> won": 0.5},
        ],
    }
    draft = draft_of(visits_of(content), period="week")
    kinds = {each.kind: each.sentence for each in draft.notices}

    assert set(draft.content["stages"]) == {"arrivals", "talk", "offer", "won"}
    assert "rare" in kinds["rare stages left out"]
    assert "vain" in kinds["stages that lead to no win"]
    assert {each.stage: each.node for each in draft.stages}["vain"] == ""


def test_names_of_any_kind_become_words() -> None:
    """Stages in any language, alike, or without a letter have names of their own."""
    log = visits_of(FUNNEL)
    named = replace(log, stages=("Оценка / заявки", "42"))
    draft = draft_of(named, period="week")

    assert set(draft.content["stages"]) >= {"оценка_заявки", "stage_42"}
    assert draft.content["stages"]["оценка_заявки"]["title"] == "Оценка / заявки"
    assert read(scenario_text(draft), "again.yaml") == load(draft.content)


def test_work_left_open_overnight_is_cut_and_told() -> None:
    """A session that was open until morning counts for the hours at work alone."""
    log = clean_log(3, load=0.5)
    finished = log.finished.copy()
    last = np.flatnonzero((log.stage == 1) & np.isfinite(finished))[10:30:5]
    finished[last] += 3
    closed = log.closed.copy()
    closed[log.case[last]] = finished[last]
    draft = draft_of(replace(log, finished=finished, closed=closed), period="day")
    plain = draft_of(log, period="day")
    notes = {each.kind: each.evidence for each in draft.notices}
    means = [{e.stage: e.work_mean for e in d.stages}["offer"] for d in (draft, plain)]

    assert notes["work left open"] == {"pieces": 4}
    assert means[0] == pytest.approx(means[1], rel=0.1)


def test_booked_hours_say_nothing_of_how_busy_anybody_is() -> None:
    """Work that always takes an hour is booked, which is told, and decides nothing."""
    log = clean_log(3, load=0.5)
    finished = np.where(log.stage == 1, log.started + 1 / 24, log.finished)
    draft = draft_of(replace(log, finished=finished), period="day")

    assert "booked times" in {each.kind for each in draft.notices}
    offer = {each.stage: each for each in draft.stages}["offer"]
    assert offer.saturation == "cannot tell"
    assert "is booked and not measured" in offer.evidence


def begun_anew(log: Visits, started: Any, length: Any) -> Visits:
    """Return a log in which second stages begin at other times, and last otherwise."""
    later = log.stage == 1
    began = np.where(later, started, log.started)
    finished = np.where(later, began + length, log.finished)
    shown = finished <= log.span
    closed = np.where(log.outcome == CASE_WON, np.nan, log.closed)
    closed[log.case[later & shown]] = finished[later & shown]
    outcome = np.where(np.isnan(closed), CASE_OPEN, log.outcome).astype(np.int8)
    return replace(
        log,
        started=np.where(began <= log.span, began, np.nan),
        finished=np.where(shown, finished, np.nan),
        closed=closed,
        outcome=outcome,
    )


def test_batch_days_and_machine_users_are_told() -> None:
    """Work on Fridays alone is done in batches; who works all night is no person."""
    log = clean_log(3, load=0.5)
    friday = np.ceil((log.arrived - 4) / 7) * 7 + 4
    draft = draft_of(begun_anew(log, friday + log.case % 24 / 24, 0.01), period="day")
    notes = {each.kind: each.sentence for each in draft.notices}

    assert "Friday" in notes["batch days"]
    assert "Eva and Tom" in notes["machine users"]


def test_two_criteria_may_disagree() -> None:
    """Busy people at one stage and long waits at another decide nothing."""
    log = replace(clean_log(3, load=0.85), tells_requests=False)
    draft = draft_of(begun_anew(log, log.started + 5, 0.002), period="day")

    assert "two criteria disagree" in draft.verdict
    assert "those at talk were the busiest" in draft.verdict
    assert "by waiting it is offer" in draft.verdict
    assert all(each.own_wait is None for each in draft.stages)


def test_the_wait_before_the_first_stage_is_inside() -> None:
    """What passes from coming to the first stage stands on the ways out of it."""
    log = visits_of(FUNNEL)
    early = draft_of(replace(log, created=log.created - 3.5), period="week")
    ways = {path: each.value for path, each in by_path(early).items()}

    assert "flow.arrivals->talk.delay" not in ways
    assert ways["flow.talk->offer.delay"] == pytest.approx(1.5, abs=0.1)


def test_owners_are_told_of() -> None:
    """Where owners are told, the evidence says what each did with more on the desk."""
    chance = np.random.default_rng(1)
    came = np.sort(chance.uniform(0, 300, 4000)) ** 2 / 300
    closed = came + chance.exponential(20, 4000)
    closed[closed > 300] = np.nan
    owner = chance.integers(0, 8, 4000).astype(np.int32)
    owners = tuple("ABCDEFGH")
    deals = cases_of(came, closed, owner=owner, owners=owners, span=300.0)
    finding = draft_of(deals).stages[0]

    assert "One owner's output changed by" in finding.evidence
    assert finding.saturation == "not saturated"
