"""Snapshots become visits: where deals stand now, and when they were over."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.record_tables import days, kinds, notice, numbers, roles, table, words
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.errors import TocError
from toc_sim.records.shapes.columns_asked import ColumnsAsked
from toc_sim.records.shapes.snapshot import visits_of_snapshot
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

NOTHING = ColumnsAsked()
COLUMNS = roles(
    case="id", stage="stage", engaged="came", closed="over", amount="amount"
)

Deal = tuple[str, str, float | None, float | None]


def snapshot(*deals: Deal, asked: ColumnsAsked = NOTHING) -> Visits:
    name, stage, came, over = zip(*deals, strict=True)
    told = table(
        id=words(name),
        stage=words(stage),
        came=days(came, has_time=False),
        over=days(over, has_time=False),
        amount=numbers([100.0 * place for place in range(len(deals))]),
    )
    return visits_of_snapshot(told, COLUMNS, asked)


_day = st.one_of(st.none(), st.integers(0, 50).map(float))


@given(
    deals=st.lists(
        st.tuples(st.sampled_from(["A", "B", "Won", "Lost"]), _day, _day), min_size=1
    )
)
def test_every_deal_stands_somewhere(
    deals: list[tuple[str, float | None, float | None]],
) -> None:
    """An open deal is at its stage without an end; a closed one never after its end."""
    if all(came is None and over is None for _, came, over in deals):
        return
    visits = snapshot(*((f"k{n}", *deal) for n, deal in enumerate(deals)))

    assert visits.cases == len(deals)
    assert not (visits.closed < visits.created).any()
    assert not (visits.finished < visits.arrived).any()
    still = np.isnan(visits.finished)
    assert (
        sorted(visits.case[still])
        == np.flatnonzero(visits.outcome == CASE_OPEN).tolist()
    )


def test_the_only_dated_stage_is_where_deals_were() -> None:
    """What has a date of first contact is at that stage, and went through it."""
    visits = snapshot(
        ("k", "Won", 1, 5), ("x", "Lost", 0, 2), ("y", "Engaging", 3, None),
        ("z", "Prospecting", None, None),
    )  # fmt: skip
    stays = [
        (visits.names[case], visits.stages[stage], float(arrived), float(finished))
        for case, stage, arrived, finished in zip(
            visits.case, visits.stage, visits.arrived, visits.finished, strict=True
        )
    ]

    assert stays[:4] == [
        ("k", "Engaging", 1, 5),
        ("k", "Won", 5, 5),
        ("x", "Engaging", 0, 2),
        ("x", "Lost", 2, 2),
    ]
    assert str(stays[4:]) == (
        "[('y', 'Engaging', 3.0, nan), ('z', 'Prospecting', nan, nan)]"
    )
    assert visits.outcome.tolist() == [CASE_WON, CASE_LOST, CASE_OPEN, CASE_OPEN]
    assert not visits.tells_history
    assert not visits.has_time
    assert notice(visits.notices, "only the present stage").weight == "refused"


def test_several_dated_stages_tell_no_way() -> None:
    """Which stages a closed deal went through is not made up."""
    visits = snapshot(("k", "Won", 1, 5), ("x", "A", 1, None), ("y", "B", 2, None))

    assert [visits.stages[stage] for stage in visits.stage] == ["Won", "A", "B"]
    assert np.isnan(visits.arrived[1:]).all()


def test_dates_of_open_deals_are_expectations() -> None:
    """A deal that is not over has no end, whatever day is hoped for."""
    visits = snapshot(("k", "Won", 0, 5), ("x", "A", 1, 99))

    assert np.isnan(visits.closed[1])
    assert visits.span == 5
    assert notice(visits.notices, "expected closing dates").evidence == {"deals": 1}


def test_a_deal_that_was_over_before_it_came_keeps_its_end() -> None:
    """When it came is taken as not told, and the row is named."""
    visits = snapshot(("k", "Won", 5, 1), ("x", "Won", 0, 5), ("y", "A", 1, None))

    assert np.isnan(visits.created[0])
    assert visits.closed[0] == 1
    assert "row 1" in notice(visits.notices, "closed before it came").sentence


def test_of_a_deal_that_stands_twice_the_last_row_counts() -> None:
    """The others are left out, with the reason; so is a row without a stage."""
    visits = snapshot(
        ("k", "A", 1, None), ("x", "Won", 1, 2), ("k", "Won", 1, 3), ("y", "", 1, None)
    )

    assert visits.names == ("x", "k")
    assert [each.rows for each in visits.dropped] == [1, 1]
    assert visits.amount.tolist() == [100, 200]


def test_a_stage_that_sounds_like_an_end_needs_dates_of_ends() -> None:
    """``Accepted`` is no end if its deals have no closing date; it can be said."""
    deals: tuple[Deal, ...] = (
        ("k", "Accepted", 1, None),
        ("x", "Done", 1, 4),
        ("y", "Accepted", 2, None),
    )

    assert snapshot(*deals).outcome.tolist() == [CASE_OPEN, CASE_WON, CASE_OPEN]
    said = snapshot(*deals, asked=ColumnsAsked(won=("Accepted",)))
    assert said.outcome.tolist() == [CASE_WON, CASE_OPEN, CASE_WON]
    assert "closed without a date" in kinds(said.notices)


def test_what_says_won_outright_counts_alone() -> None:
    """``Contract signed`` is on the way where another stage is ``Closed won``."""
    visits = snapshot(("k", "Closed Won", 1, 2), ("x", "Contract signed", 1, 3))

    assert visits.outcome.tolist() == [CASE_WON, CASE_OPEN]


def test_russian_stages_are_understood() -> None:
    """``Закрыто и не реализовано`` is lost, ``Успешно реализовано`` is won."""
    visits = snapshot(
        ("k", "Успешно реализовано", 1, 2),
        ("x", "Закрыто и не реализовано", 1, 2),
        ("y", "Переговоры", 1, None),
    )

    assert visits.outcome.tolist() == [CASE_WON, CASE_LOST, CASE_OPEN]


def test_without_a_name_of_an_end_nothing_is_won() -> None:
    """The notice says which stages there are, and asks."""
    visits = snapshot(("k", "A", 1, None), ("x", "B", 1, None))

    assert visits.outcome.tolist() == [CASE_OPEN, CASE_OPEN]
    assert "There are A and B" in notice(visits.notices, "endings").sentence


def test_dates_of_wins_count_before_dates_of_ends() -> None:
    """A column of its own tells when a deal was won."""
    told = table(
        stage=words(["Won", "Lost"]),
        made=days([0, 0]),
        over=days([9, 9]),
        won=days([4, None]),
    )
    columns = roles(stage="stage", created="made", closed="over", won_date="won")

    visits = visits_of_snapshot(told, columns, NOTHING)

    assert visits.closed.tolist() == [4, 9]
    assert visits.names == ()


def test_no_row_that_tells_a_stage_is_refused() -> None:
    """A column of blanks ends in a sentence."""
    with pytest.raises(TocError, match=r"log.csv: no row tells a stage"):
        snapshot(("k", "", 1, None))


def test_no_date_at_all_is_refused() -> None:
    """Columns of dates that are empty tell nothing."""
    with pytest.raises(TocError, match="no moment is told"):
        snapshot(("k", "A", None, None))
