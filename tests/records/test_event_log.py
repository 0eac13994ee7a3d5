"""Event logs become visits: sessions, requests, marks and endings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from helpers.record_tables import (
    days,
    kinds,
    notice,
    numbers,
    roles,
    table,
    words,
)
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.errors import TocError
from toc_sim.records.shapes.columns_asked import ColumnsAsked
from toc_sim.records.shapes.event_log import visits_of_log
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

NOTHING = ColumnsAsked()
ENDS = roles(case="case", activity="activity", time="time")
TWO = roles(case="case", activity="activity", time="time", start="start")
LIFE = roles(case="case", activity="activity", time="time", lifecycle="phase")


def ends(*rows: tuple[str, str, float], asked: ColumnsAsked = NOTHING) -> Visits:
    case, activity, time = zip(*rows, strict=True)
    made = table(case=words(case), activity=words(activity), time=days(time))
    return visits_of_log(made, ENDS, asked)


Two = tuple[str, str, float | None, float | None]


def two(*rows: Two, asked: ColumnsAsked = NOTHING) -> Visits:
    case, activity, start, time = zip(*rows, strict=True)
    made = table(
        case=words(case), activity=words(activity), start=days(start), time=days(time)
    )
    return visits_of_log(made, TWO, asked)


Life = tuple[str, str, str, float]


def life(*rows: Life, asked: ColumnsAsked = NOTHING) -> Visits:
    case, activity, phase, time = zip(*rows, strict=True)
    made = table(
        case=words(case), activity=words(activity), phase=words(phase), time=days(time)
    )
    return visits_of_log(made, LIFE, asked)


def rows_of(visits: Visits) -> list[tuple[str, str, float, float, float]]:
    """Return each visit as case, stage, arrival, start and end."""
    return [
        (
            visits.names[case],
            visits.stages[stage],
            *(round(float(each), 9) for each in moments),
        )
        for case, stage, *moments in zip(
            visits.case,
            visits.stage,
            visits.arrived,
            visits.started,
            visits.finished,
            strict=True,
        )
    ]


def check_order(visits: Visits) -> None:
    """Check what every consumer of visits relies on."""
    assert not (np.diff(visits.case) < 0).any()
    same = np.diff(visits.case) == 0
    assert not (np.diff(visits.arrived)[same] < 0).any()
    assert not (visits.started < visits.arrived).any()
    assert not (visits.finished < visits.arrived).any()
    assert not (visits.closed < visits.created).any()
    assert np.array_equal(np.isnan(visits.closed), visits.outcome == CASE_OPEN)


_moments = st.integers(0, 5_000).map(lambda each: each / 50)
_rows = st.lists(
    st.tuples(
        st.sampled_from(["k1", "k2", "k3"]),
        st.sampled_from(["cut", "drill", "won", "lost", "pack"]),
        st.sampled_from(["schedule", "start", "complete", "suspend", "ate_abort"]),
        _moments,
    ),
    min_size=1,
    max_size=30,
)


@given(rows=_rows)
def test_any_log_becomes_visits_in_order(rows: list[Life]) -> None:
    """Whatever rows a log has, visits never fall, and nothing ends before it comes."""
    if all(phase == "ate_abort" for _, _, phase, _ in rows):
        with pytest.raises(TocError, match="no row tells"):
            life(*rows)
        return

    visits = life(*rows)

    check_order(visits)
    phases = {phase for _, _, phase, _ in rows}
    assert visits.tells_starts == ("start" in phases)
    assert visits.tells_requests == ("schedule" in phases)


@given(rows=_rows)
def test_any_log_of_ends_keeps_every_row(rows: list[Life]) -> None:
    """Where ends alone are told, each row is a visit, in the order of its moments."""
    visits = ends(*((case, activity, time) for case, activity, _, time in rows))

    check_order(visits)
    assert len(visits.case) == len(rows)
    assert visits.sessions is None


_work = st.lists(
    st.tuples(
        st.sampled_from(["k1", "k2"]),
        st.sampled_from(["cut", "drill"]),
        _moments,
        st.integers(1, 100).map(lambda each: each / 64),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda row: row[2],
)


@given(rows=_work)
def test_the_work_of_visits_is_the_work_of_the_rows(
    rows: list[tuple[str, str, float, float]],
) -> None:
    """Sessions may be merged into visits: their time is neither lost nor doubled."""
    visits = two(*((c, a, at, at + length) for c, a, at, length in rows))

    assert np.nansum(visits.worked) == pytest.approx(sum(row[3] for row in rows))
    assert visits.sessions is not None
    assert len(visits.sessions.visit) == len(rows)
    assert not (np.diff(visits.sessions.visit) < 0).any()


@given(rows=_work, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[tuple[str, str, float, float]],
    order: st.Random,  # type: ignore[name-defined]
) -> None:
    """A log sorted otherwise tells the same visits."""
    told = [(c, a, at, at + length) for c, a, at, length in rows]
    other = list(told)
    order.shuffle(other)

    assert sorted(map(str, rows_of(two(*told)))) == sorted(
        map(str, rows_of(two(*other)))
    )


@given(
    lengths=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    gaps=st.lists(st.integers(1, 20), min_size=6, max_size=6),
)
def test_two_columns_and_two_rows_tell_the_same(
    lengths: list[int], gaps: list[int]
) -> None:
    """A begin and an end in one row, or in two rows, are the same session."""
    told, at = [], 0
    for step, length in enumerate(lengths):
        at += gaps[step]
        told.append(("k", f"step {step % 3}", float(at), float(at + length)))
        at += length
    rows = [
        (case, activity, phase, moment)
        for case, activity, start, end in told
        for phase, moment in (("start", start), ("complete", end))
    ]

    assert str(rows_of(life(*rows))) == str(rows_of(two(*told)))


def test_a_visit_comes_when_the_one_before_it_ended() -> None:
    """Where nothing else tells, arrival is the end before; the first is not told."""
    visits = two(("k", "cut", 0, 2), ("k", "drill", 5, 6))

    assert [each[1:] for each in rows_of(visits)][1] == ("drill", 2, 5, 6)
    assert np.isnan(visits.arrived[0])
    assert visits.created.tolist() == [0]


def test_a_case_that_a_column_says_was_created_came_then() -> None:
    """A column of creation tells when a case came to its first stage."""
    made = table(
        case=words(["k", "k", "late"]),
        activity=words(["cut", "drill", "cut"]),
        start=days([1, 5, 1]),
        time=days([2, 6, 2]),
        made=days([0.5, 0.5, 9]),
    )

    visits = visits_of_log(made, {**TWO, "created": ("made",)}, NOTHING)

    assert visits.created.tolist() == [0.5, 1]
    assert visits.arrived[0] == 0.5
    assert np.isnan(visits.arrived[2])
    assert notice(visits.notices, "created late").evidence == {"cases": 1}


def test_a_request_tells_when_a_visit_came() -> None:
    """Work that is scheduled comes then, though other work ended before."""
    visits = life(
        ("k", "cut", "start", 0),
        ("k", "cut", "complete", 1),
        ("k", "check", "schedule", 3),
        ("k", "check", "start", 4),
        ("k", "check", "complete", 6),
    )

    assert rows_of(visits)[1] == ("k", "check", 3, 4, 6)
    assert visits.tells_requests


def test_sessions_in_a_row_are_one_visit() -> None:
    """It starts with the first and ends with the last; who worked longest worked."""
    made = table(
        case=words(["k"] * 3),
        activity=words(["call", "call", "call"]),
        start=days([0, 4, 9]),
        time=days([2, 7, 10]),
        who=words(["ann", "bob", "ann"]),
    )

    visits = visits_of_log(made, {**TWO, "resource": ("who",)}, NOTHING)

    assert rows_of(visits)[0][3:] == (0, 10)
    assert visits.worked.tolist() == [6]
    assert visits.resources[visits.resource[0]] == "bob"
    assert notice(visits.notices, "sessions of one visit").evidence == {"sessions": 2}


def test_work_asked_for_anew_is_a_new_visit() -> None:
    """The same activity twice in a row is two visits if it was scheduled twice."""
    visits = life(
        ("k", "call", "schedule", 0),
        ("k", "call", "start", 1),
        ("k", "call", "complete", 2),
        ("k", "call", "schedule", 3),
        ("k", "call", "start", 8),
        ("k", "call", "complete", 9),
    )

    assert [each[2:] for each in rows_of(visits)] == [(0, 1, 2), (3, 8, 9)]


def test_requests_that_nothing_came_of_wait() -> None:
    """They wait until the case is over; of two in a row the later counts."""
    visits = life(
        ("k", "cut", "start", 0),
        ("k", "cut", "complete", 1),
        ("k", "check", "schedule", 2),
        ("k", "check", "schedule", 3),
        ("k", "Cancelled", "complete", 9),
        ("open", "cut", "start", 9),
        ("open", "cut", "complete", 9.5),
        ("open", "check", "schedule", 9.5),
    )
    waiting = [each for each in rows_of(visits) if each[1] == "check"]

    assert waiting[0][2] == 3
    assert waiting[0][4] == 9
    assert np.isnan(waiting[0][3])
    assert np.isnan(waiting[1][4])
    assert {"asked for and never begun", "asked for again"} <= kinds(visits.notices)


def test_activities_that_only_end_are_marks() -> None:
    """In a log with begins, what has none takes no time and is no work."""
    visits = life(
        ("k", "Submitted", "complete", 0),
        ("k", "check", "start", 2),
        ("k", "check", "complete", 3),
        ("k", "Approved", "complete", 3),
    )

    assert visits.marks.tolist() == [True, False, True]
    assert rows_of(visits)[1] == ("k", "check", 0, 2, 3)
    assert visits.arrived[0] == visits.finished[0] == 0


def test_begins_without_ends_and_ends_without_begins_are_told() -> None:
    """Their work is not known; where the case went on, the visit ends by then."""
    visits = life(
        ("k", "cut", "start", 0),
        ("k", "drill", "complete", 4),
        ("k", "pack", "start", 5),
        ("k", "pack", "complete", 6),
        ("x", "drill", "start", 1),
        ("x", "drill", "complete", 2),
    )

    assert rows_of(visits)[0][3:] == (0, 4)
    assert np.isnan(visits.worked[:2]).all()
    assert "row 1" in notice(visits.notices, "work without an end").sentence
    assert "row 2" in notice(visits.notices, "work without a begin").sentence
    assert "visits without an end" in kinds(visits.notices)


def test_instances_pair_work_that_goes_on_at_once() -> None:
    """Two sessions of one activity that overlap are paired by their instances."""
    made = table(
        case=words(["k"] * 4),
        activity=words(["cut"] * 4),
        phase=words(["start", "start", "complete", "complete"]),
        time=days([0, 1, 3, 9]),
        instance=words(["a", "b", "a", "b"]),
    )

    visits = visits_of_log(made, {**LIFE, "instance": ("instance",)}, NOTHING)

    assert visits.sessions is not None
    assert sorted(visits.sessions.finished - visits.sessions.started) == [3, 8]


def test_a_row_that_ends_before_it_begins_keeps_its_end() -> None:
    """Its begin is not believed, and the row is named."""
    visits = two(("k", "cut", 0, 1), ("k", "drill", 9, 4), ("k", "pack", 5, 5))

    assert rows_of(visits)[1][4] == 4
    assert np.isnan(visits.started[1])
    assert "log.csv: row 2" in notice(visits.notices, "ends before it begins").sentence
    assert "work without a begin" not in kinds(visits.notices)


def test_work_of_no_time_is_told() -> None:
    """A row that ends as it begins counts as 0 minutes, if others take time."""
    visits = two(("k", "cut", 0, 1), ("k", "cut", 2, 2))

    assert notice(visits.notices, "work of no time").evidence == {"sessions": 1}


def test_a_visit_that_overlaps_the_one_before_waited_for_nothing() -> None:
    """A lot that goes on before the last of it is done came when work on it began."""
    visits = two(("k", "cut", 0, 8), ("k", "drill", 5, 9), ("k", "pack", 9, 10))

    assert [each[2] for each in rows_of(visits)][1:] == [5, 9]
    assert notice(visits.notices, "overlapping visits").evidence["visits"] == 1


def test_rows_that_a_tool_put_around_each_case_are_left_out() -> None:
    """Start and End that take no time are no work; a start that takes time is."""
    visits = two(
        ("k", "Start", 0, 0),
        ("k", "cut", 0, 2),
        ("k", "Begin", 2, 3),
        ("k", "End", 3, 3),
    )

    assert visits.stages == ("cut", "Begin")
    assert sum(each.rows for each in visits.dropped) == 2


def test_rows_that_tell_too_little_are_left_out() -> None:
    """No case, no activity, no moment, another transition: each with its reason."""
    made = table(
        case=words(["", "k", "k", "k", "k"]),
        activity=words(["cut", "", "cut", "cut", "cut"]),
        phase=words(["start", "start", "start", "assign", "complete"]),
        time=days([0, 0, None, 0, 3]),
    )

    visits = visits_of_log(made, LIFE, NOTHING)

    assert len(visits.case) == 1
    assert [each.rows for each in visits.dropped] == [1, 1, 1, 1]
    assert "assign" in visits.dropped[3].why


def test_an_end_counts_if_little_follows_it() -> None:
    """A name that sounds like an end and is passed on the way is none."""
    rows: list[tuple[str, str, float]] = []
    for number in range(6):
        case = f"k{number}"
        rows += [(case, "Offer accepted", 1), (case, "check", 2)]
        rows += [(case, "Approved" if number % 2 else "Declined", 3)]
    rows += [("open", "Offer accepted", 1), ("open", "check", 3)]

    visits = ends(*rows)

    assert visits.outcome.tolist() == [CASE_LOST, CASE_WON] * 3 + [CASE_OPEN]
    assert visits.tells_losses
    assert "Offer accepted" in notice(visits.notices, "no end by its name").sentence


def test_what_somebody_says_of_endings_counts() -> None:
    """Names that are given decide, whatever follows them; unknown ones are refused."""
    rows = (("k", "Gate", 1.0), ("k", "more", 2.0), ("x", "Void", 1.0))
    visits = ends(*rows, asked=ColumnsAsked(won=("gate",), lost=("Void",)))

    assert visits.outcome.tolist() == [CASE_WON, CASE_LOST]
    assert "work after the end" in kinds(visits.notices)
    with pytest.raises(TocError, match=r"no stage is called 'Gat'\n.*'Gate'"):
        ends(*rows, asked=ColumnsAsked(won=("Gat",)))


def test_without_such_names_what_is_over_is_won() -> None:
    """Over is what came to the usual last step, or has been silent for long."""
    rows: list[tuple[str, str, float]] = []
    for number in range(8):
        rows += [(f"k{number}", "cut", number), (f"k{number}", "pack", number + 1)]
    rows += [("silent", "cut", 0), ("young", "cut", 8.5)]

    visits = ends(*rows)
    by_name = dict(zip(visits.names, visits.outcome.tolist(), strict=True))

    assert by_name["k1"] == by_name["silent"] == CASE_WON
    assert by_name["young"] == CASE_OPEN
    assert not visits.tells_losses
    assert notice(visits.notices, "endings").weight == "doubt"
    assert notice(visits.notices, "how cases are over").evidence["cases"] == 1


def test_with_losses_alone_what_is_over_and_not_lost_is_won() -> None:
    """The sentence says which of both is known by name."""
    rows: list[tuple[str, str, float]] = []
    for number in range(4):
        rows += [(f"k{number}", "cut", number), (f"k{number}", "pack", number + 1)]
    visits = ends(*rows, ("gone", "Cancelled", 3))

    assert visits.outcome.tolist() == [CASE_WON] * 4 + [CASE_LOST]
    assert "no name tells when one is won" in notice(visits.notices, "endings").sentence


def test_with_wins_alone_the_others_are_open() -> None:
    """Nothing tells when a case is lost, and so none is."""
    visits = ends(("k", "cut", 0), ("k", "Shipped", 1), ("x", "cut", 0))

    assert visits.outcome.tolist() == [CASE_WON, CASE_OPEN]
    assert not visits.tells_losses
    assert "given up" in notice(visits.notices, "endings").sentence


def test_facts_of_a_case_are_the_first_that_its_rows_tell() -> None:
    """Amount, owner, product and segments stand at cases."""
    made = table(
        case=words(["k", "k", "x"]),
        activity=words(["cut", "Done", "cut"]),
        time=days([0, 1, 0]),
        amount=numbers([None, 70, None]),
        owner=words(["", "ann", ""]),
        region=words(["north", "", ""]),
    )

    visits = visits_of_log(
        made,
        {**ENDS, "amount": ("amount",), "owner": ("owner",), "segment": ("region",)},
        NOTHING,
    )

    assert visits.amount[0] == 70
    assert np.isnan(visits.amount[1])
    assert visits.owner.tolist() == [0, -1]
    assert visits.owners == ("ann",)
    assert visits.attributes["region"].codes.tolist() == [0, -1]


def test_a_column_of_requests_tells_arrivals() -> None:
    """Logs with three moments in a row tell when work was asked for."""
    made = table(
        case=words(["k", "k"]),
        activity=words(["cut", "drill"]),
        asked=days([0, 2]),
        start=days([1, 4]),
        time=days([2, 5]),
    )

    visits = visits_of_log(made, {**TWO, "requested": ("asked",)}, NOTHING)

    assert visits.arrived.tolist() == [0, 2]
    assert visits.tells_requests


def test_work_that_was_asked_for_and_not_begun_waits() -> None:
    """A row that tells the moment of the request alone is a visit, still there."""
    made = table(
        case=words(["k", "k"]),
        activity=words(["cut", "drill"]),
        asked=days([0, 2]),
        start=days([1, np.nan]),
        time=days([2, np.nan]),
    )

    visits = visits_of_log(made, {**TWO, "requested": ("asked",)}, NOTHING)

    assert visits.arrived.tolist() == [0, 2]
    assert np.isnan(visits.started[1])
    assert np.isnan(visits.finished[1])
    assert not visits.dropped


def test_runs_of_blanks_in_names_are_one() -> None:
    """Names that differ in blanks alone are one stage."""
    visits = ends(("k", "SETUP     Turning", 0), ("k", "SETUP Turning", 1))

    assert visits.stages == ("SETUP Turning",)


def _twenty(order: Sequence[str], turned: int) -> list[tuple[str, str, float]]:
    """Return twenty cases of three steps, some with the last two the other way."""
    rows: list[tuple[str, str, float]] = []
    for number in range(20):
        first, second, third = order
        if number < turned:
            second, third = third, second
        rows += [
            (f"k{number}", step, number + place)
            for place, step in enumerate((first, second, third))
        ]
    return rows


def test_steps_against_their_usual_order_are_told() -> None:
    """With how many cases, and that they count as they happened."""
    visits = ends(*_twenty(("a", "b", "c"), 3))
    told = notice(visits.notices, "steps out of order")

    assert told.evidence == {
        "before": "b",
        "after": "c",
        "cases": 3,
        "of": 20,
        "any": 3,
    }


def test_steps_in_any_order_are_told() -> None:
    """Neither waits for the other."""
    visits = ends(*_twenty(("a", "b", "c"), 8))

    assert notice(visits.notices, "steps without order").evidence["cases"] == 8
    assert "steps out of order" not in kinds(visits.notices)
