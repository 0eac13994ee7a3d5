"""Time that no capacity answers for: answers that are awaited, clocks, terms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pytest

from toc_sim import load
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.mark_states import mark_states
from toc_sim.calibration.time_away import timer_in
from toc_sim.records.visits import CASE_LOST, CASE_WON, NOT_TOLD, Sessions, Visits

STAGES = ("offer", "sent", "answered", "check", "approved", "refused")
OFFER, SENT, ANSWERED, CHECK, APPROVED, REFUSED = range(6)

MINUTE = 1 / 1440


@dataclass(slots=True)
class Row:
    """One visit: where, and when it came, began and ended."""

    stage: int
    arrived: float
    started: float
    finished: float


def offers(cases: int = 400, *, by_mail: bool = True) -> Visits:
    """Return a log of offers that customers answer after ten days or so.

    An offer is written, and sent within that work. Checking is asked for as the answer
    comes, and begins two days later. ``by_mail``: the answer is noted as work on it
    begins; else at the end of long work, which brought it about.
    """
    chance = np.random.default_rng(8)
    rows: list[tuple[int, Row]] = []
    closed, outcome = np.empty(cases), np.empty(cases, np.int8)
    for case in range(cases):
        came = case * 0.4
        sent = came + 0.01
        answer = sent + chance.gamma(4, 2.5)
        began = answer + chance.exponential(2)
        done = began + 15 * MINUTE
        won = chance.random() < 0.6
        into = 0.0 if by_mail else 29 * MINUTE
        rows += [
            (case, Row(OFFER, came, came, came + 20 * MINUTE)),
            (case, Row(SENT, sent, np.nan, sent)),
            (case, Row(OFFER, sent, answer - into, answer - into + 30 * MINUTE)),
            (case, Row(ANSWERED, answer, np.nan, answer)),
            (case, Row(CHECK, answer, began, done)),
            (case, Row(APPROVED if won else REFUSED, done, np.nan, done)),
        ]
        closed[case], outcome[case] = done, CASE_WON if won else CASE_LOST
    order = sorted(
        range(len(rows)),
        key=lambda n: (rows[n][0], rows[n][1].arrived, rows[n][1].finished),
    )
    seen = [rows[n] for n in order]
    times = np.array([(r.arrived, r.started, r.finished) for _, r in seen])
    worked = np.isfinite(times[:, 1])
    nobody = np.full(cases, NOT_TOLD, np.int32)
    return Visits(
        case=np.array([case for case, _ in seen], np.int32),
        stage=np.array([row.stage for _, row in seen], np.int32),
        arrived=times[:, 0],
        started=times[:, 1],
        finished=times[:, 2],
        resource=np.where(worked, 0, NOT_TOLD).astype(np.int32),
        stages=STAGES,
        resources=("Ann",),
        created=np.array([case * 0.4 for case in range(cases)]),
        closed=closed,
        outcome=outcome,
        amount=np.full(cases, np.nan),
        owner=nobody,
        product=nobody,
        owners=(),
        products=(),
        names=(),
        begin=datetime.fromisoformat("2024-01-01"),
        span=float(closed.max()),
        shape="event log",
        tells_starts=True,
        tells_requests=True,
        tells_losses=True,
        tells_history=True,
        has_time=True,
        marks=np.array([False, True, True, False, True, True]),
        sessions=Sessions(
            np.flatnonzero(worked).astype(np.int32),
            np.zeros(worked.sum(), np.int32),
            times[worked, 1],
            times[worked, 2],
        ),
    )


def test_an_answer_that_is_awaited_is_a_delay_without_a_capacity() -> None:
    """Between sent and answered nobody works, and work begins as the answer comes."""
    draft = draft_of(offers(), period="day")
    delay = draft.delays[0]

    assert (delay.before, delay.after) == ("sent", "answered")
    assert delay.mean == pytest.approx(10, rel=0.1)
    assert "people worked on the case for" in delay.why
    assert "sent and answered" in draft.verdict
    assert "a delay without a capacity" in draft.verdict
    assert "check" in load(draft.content).stages


def test_the_wait_for_own_staff_is_told_from_it() -> None:
    """Checking waits for own staff; what lies while an answer is awaited does not."""
    findings = {each.stage: each for each in draft_of(offers(), period="day").stages}

    assert findings["check"].own_wait is True
    assert findings["check"].wait_mean == pytest.approx(2, rel=0.2)
    assert findings["offer"].own_wait is False
    outside = draft_of(replace(offers(), outside=("check",)), period="day")
    assert {e.stage: e.own_wait for e in outside.stages}["check"] is False


def test_what_work_brings_about_is_no_delay() -> None:
    """An answer noted at the end of long work was brought about by it."""
    draft = draft_of(offers(by_mail=False), period="day")

    assert all(delay.after != "answered" for delay in draft.delays)


def test_marks_and_the_work_between_them() -> None:
    """States lead from mark to mark, the last to how the case ended."""
    states = mark_states(offers(20))

    assert states is not None
    assert states.before[:3].tolist() == [SENT, ANSWERED, states.before[2]]
    assert states.after[0] == ANSWERED
    assert set(states.after[2::3].tolist()) <= {-1, -2}
    assert states.worked[:2] == pytest.approx([0, 45 * MINUTE])
    plain = replace(offers(20), marks=np.zeros(6, bool))
    assert mark_states(plain) is None


def test_without_sessions_visits_are_the_work() -> None:
    """Where stretches of work are not told apart, a visit is one."""
    states = mark_states(replace(offers(20), sessions=None))
    nothing = mark_states(
        replace(offers(20), sessions=None, started=np.full(120, np.nan))
    )

    assert states is not None
    assert states.worked[:2] == pytest.approx([0, 45 * MINUTE])
    assert nothing is not None
    assert np.isnan(nothing.into).all()


def test_a_clock_that_ends_times_is_found() -> None:
    """Times that many share, and hardly any nearby, end by a clock; others do not."""
    chance = np.random.default_rng(2)
    spread = chance.gamma(2, 6, 500)
    clock = np.concatenate([spread, chance.uniform(30, 30.9, 120)])

    assert timer_in(clock) == pytest.approx(30.4, abs=0.5)
    assert timer_in(spread) is None
    assert timer_in(np.zeros(50)) is None
    assert timer_in(spread[:5]) is None


def sent_again(log: Visits) -> Visits:
    """Return the log with every offer sent once more, a while before its answer."""
    at = np.flatnonzero(log.stage == SENT)
    answers = log.arrived[log.stage == ANSWERED]
    again = log.arrived[at] + 0.2 * (answers - log.arrived[at])
    order = np.argsort(np.append(np.arange(len(log.case)), at + 0.5), kind="stable")
    place = np.argsort(order)[: len(log.case)]
    assert log.sessions is not None
    return replace(
        log,
        case=np.append(log.case, log.case[at])[order],
        stage=np.append(log.stage, log.stage[at])[order],
        arrived=np.append(log.arrived, again)[order],
        started=np.append(log.started, log.started[at])[order],
        finished=np.append(log.finished, again)[order],
        resource=np.append(log.resource, log.resource[at])[order],
        sessions=replace(
            log.sessions, visit=place[log.sessions.visit].astype(np.int32)
        ),
    )


def test_the_answer_to_the_first_is_told_beside_that_to_the_last() -> None:
    """Where offers are sent again, both times until the answer are told."""
    once, twice = draft_of(offers()), draft_of(sent_again(offers()))
    first, last = (
        next(each for each in draft.delays if each.after == "answered")
        for draft in (once, twice)
    )

    assert first.of_first == pytest.approx(first.mean)
    assert last.of_first == pytest.approx(first.mean)
    assert last.mean == pytest.approx(0.8 * first.mean)
    assert "from the first sent of a case to its first answered" in twice.verdict
    assert "from the first" not in once.verdict
