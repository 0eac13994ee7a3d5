"""Stage histories become visits: changes, stages come to, and dates of stages."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.record_tables import days, kinds, notice, roles, table, words
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.errors import TocError
from toc_sim.records.shapes.columns_asked import ColumnsAsked
from toc_sim.records.shapes.stage_history import (
    visits_of_changes,
    visits_of_dates,
    visits_of_stages,
)
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

NOTHING = ColumnsAsked()
CHANGES = roles(
    case="case", status_from="left", status_to="to", changed="at", created="made"
)

Change = tuple[str, str, str, float | None, float | None]


def changes(*rows: Change, asked: ColumnsAsked = NOTHING) -> Visits:
    case, left, to, at, made = zip(*rows, strict=True)
    told = table(
        case=words(case), left=words(left), to=words(to), at=days(at), made=days(made)
    )
    return visits_of_changes(told, CHANGES, asked)


def stays(visits: Visits) -> list[tuple[str, str, float, float]]:
    """Return each visit as case, stage, arrival and end."""
    return [
        (visits.names[case], visits.stages[stage], float(arrived), float(finished))
        for case, stage, arrived, finished in zip(
            visits.case, visits.stage, visits.arrived, visits.finished, strict=True
        )
    ]


def test_the_first_stage_begins_when_the_case_was_made() -> None:
    """It has no row of its own: the first change tells what it was."""
    visits = changes(
        ("k", "To do", "Doing", 3, 1), ("k", "Doing", "Done", 7, 1), ("x", "", "", 0, 0)
    )

    assert stays(visits)[:3] == [
        ("k", "To do", 1, 3),
        ("k", "Doing", 3, 7),
        ("k", "Done", 7, 7),
    ]
    assert visits.closed[0] == 7
    assert visits.outcome.tolist() == [CASE_WON, CASE_OPEN]
    assert visits.marks[visits.stages.index("Done")]


_walks = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 9)), max_size=6),
    ),
    min_size=1,
    max_size=5,
)


@given(walks=_walks)
def test_the_stays_of_a_case_fill_its_time(
    walks: list[tuple[int, list[tuple[str, int]]]],
) -> None:
    """From its creation on, a case is at one stage at a time, without a gap."""
    rows: list[Change] = []
    for number, (made, steps) in enumerate(walks):
        at, stage = float(made), "new"
        for following, length in steps:
            at += length
            rows.append((f"k{number}", stage, following, at, float(made)))
            stage = following
        if not steps:
            rows.append((f"k{number}", "", "", None, float(made)))
    moved = [number for number, (_, steps) in enumerate(walks) if steps]
    if not moved:
        return

    visits = changes(*rows, asked=ColumnsAsked(won=("new",), lost=("new",)))

    assert visits.cases == len(walks)
    same = np.diff(visits.case) == 0
    assert (
        np.array_equal(visits.finished[:-1][same], visits.arrived[1:][same])
        or visits.marks.any()
    )
    assert not (np.diff(visits.arrived)[same] < 0).any()


def test_cases_that_never_moved_are_where_the_others_began() -> None:
    """If nearly all others began at one stage; and it is said."""
    rows: list[Change] = [(f"k{n}", "To do", "Doing", 2, 0) for n in range(5)]

    visits = changes(*rows, ("still", "", "", None, 4))

    assert stays(visits)[-1][:3] == ("still", "To do", 4)
    assert "5 of the 5 others" in notice(visits.notices, "never moved").sentence


def test_cases_that_never_moved_are_left_out_if_they_may_be_anywhere() -> None:
    """Where the others began at several stages, nothing tells where these are."""
    visits = changes(
        ("k", "A", "C", 2, 1), ("x", "B", "C", 2, 1), ("still", "", "", None, 4)
    )

    assert visits.names == ("k", "x")
    assert notice(visits.notices, "never moved").weight == "refused"
    assert sum(each.rows for each in visits.dropped) == 1


def test_moves_back_and_missing_moves_are_counted() -> None:
    """A case may return, be reopened, or stand elsewhere than its row says."""
    visits = changes(
        ("k", "A", "B", 1, 0),
        ("k", "B", "A", 2, 0),
        ("k", "A", "Done", 3, 0),
        ("k", "Done", "B", 4, 0),
        ("k", "C", "Done", 6, 0),
        ("x", "A", "Done", 2, 0),
        ("y", "A", "Done", 2, 0),
    )

    assert notice(visits.notices, "moves back").evidence == {"moves": 3, "of": 7}
    assert notice(visits.notices, "moves that are missing").evidence == {"moves": 1}
    assert notice(visits.notices, "work after the end").evidence == {"times": 1}
    assert visits.outcome.tolist() == [CASE_WON] * 3


def test_a_move_to_where_the_case_was_is_none() -> None:
    """It is left out, with its row."""
    visits = changes(("k", "A", "A", 1, 0), ("k", "A", "Done", 2, 0))

    assert [each[1] for each in stays(visits)] == ["A", "Done"]
    assert visits.dropped[0].examples == ("log.csv: row 1",)


def test_a_case_that_moved_before_it_was_made_has_no_beginning() -> None:
    """When it was created is taken as not told, and the row is named."""
    visits = changes(("k", "A", "Done", 2, 5), ("x", "A", "Done", 2, 1))

    assert np.isnan(visits.created[0])
    assert np.isnan(visits.arrived[0])
    assert "row 1" in notice(visits.notices, "created late").sentence


def test_changes_of_other_fields_are_left_out() -> None:
    """Salesforce keeps all fields in one file; its row of creation tells the date."""
    told = table(
        OpportunityId=words(["k"] * 4),
        Field=words(["created", "Amount", "StageName", "StageName"]),
        OldValue=words(["", "1", "Prospecting", "Proposal"]),
        NewValue=words(["", "2", "Proposal", "Closed Won"]),
        CreatedDate=days([0, 1, 2, 6]),
        by=words(["ann", "ann", "ann", "bob"]),
    )
    columns = roles(
        case="OpportunityId",
        field="Field",
        status_from="OldValue",
        status_to="NewValue",
        changed="CreatedDate",
        resource="by",
    )

    visits = visits_of_changes(told, columns, NOTHING)

    assert stays(visits) == [
        ("k", "Prospecting", 0, 2),
        ("k", "Proposal", 2, 6),
        ("k", "Closed Won", 6, 6),
    ]
    assert [visits.resources[each] for each in visits.resource[:2]] == ["ann", "bob"]
    assert visits.dropped[0].rows == 1


def test_a_file_without_changes_of_stage_is_refused() -> None:
    """The message says how stages are called."""
    told = table(
        case=words(["k"]),
        Field=words(["Amount"]),
        to=words(["2"]),
        at=days([0]),
    )
    columns = roles(case="case", field="Field", status_to="to", changed="at")

    with pytest.raises(TocError, match=r"log.csv: no row tells of a change of stage"):
        visits_of_changes(told, columns, NOTHING)


def test_stages_that_are_come_to_are_stays_until_the_next() -> None:
    """A row that repeats the stage is no move; a row without one is left out."""
    told = table(
        case=words(["k", "k", "k", "k", "x", ""]),
        stage=words(["A", "A", "Closed lost", "", "A", "A"]),
        at=days([0, 1, 3, 4, 2, 2]),
        made=days([None, None, None, None, 9, None]),
    )
    columns = roles(case="case", stage="stage", changed="at", created="made")

    visits = visits_of_stages(told, columns, NOTHING)

    assert stays(visits)[:2] == [("k", "A", 0, 3), ("k", "Closed lost", 3, 3)]
    assert visits.outcome.tolist() == [CASE_LOST, CASE_OPEN]
    assert visits.created.tolist() == [0, 2]
    assert sum(each.rows for each in visits.dropped) == 2


def test_dates_of_stages_are_a_history() -> None:
    """HubSpot keeps a column for each stage; a deal without any date is left out."""
    told = table(
        deal=words(["k", "x", "none"]),
        first=days([0, 1, None]),
        second=days([4, None, None]),
        won=days([6, None, None]),
        made=days([0, 0.5, 0]),
    )
    dated = (("first", "Call"), ("second", "Offer"), ("won", "Closed won"))

    visits = visits_of_dates(told, roles(case="deal", created="made"), NOTHING, dated)

    assert [each[:3] for each in stays(visits)] == [
        ("k", "Call", 0),
        ("k", "Offer", 4),
        ("k", "Closed won", 6),
        ("x", "Call", 1),
    ]
    assert visits.created.tolist() == [0, 0.5]
    assert visits.dropped[0].rows == 1
    assert visits.tells_history


def test_without_a_name_what_stays_is_won() -> None:
    """A stage where most that came there still are counts as the good end."""
    rows: list[Change] = [(f"k{n}", "In", "Out", 2, 1) for n in range(5)]
    visits = changes(*rows, ("x", "In", "Mid", 2, 1), ("x", "Mid", "Rejected", 3, 1))

    assert visits.outcome.tolist() == [CASE_WON] * 5 + [CASE_LOST]
    assert "those at Out count so" in notice(visits.notices, "endings").sentence


def test_without_any_end_all_are_open() -> None:
    """No stage is made up as an end."""
    rows = [
        (f"k{n}", *step)
        for n in range(3)
        for step in (("A", "B", 2.0, 1.0), ("B", "A", 3.0, 1.0))
    ]
    visits = changes(*rows, ("x", "A", "B", 2.0, 1.0))

    assert visits.outcome.tolist() == [CASE_OPEN] * 4
    assert "no stage" not in kinds(visits.notices)
    assert "none is where they stay" in notice(visits.notices, "endings").sentence


def test_no_row_that_tells_anything_is_refused() -> None:
    """A file of blanks ends in a sentence."""
    told = table(case=words([""]), stage=words(["A"]), at=days([0]))

    with pytest.raises(TocError, match="no row tells a case, a stage and a moment"):
        visits_of_stages(told, roles(case="case", stage="stage", changed="at"), NOTHING)
