"""What is open is read from a file, a row an item; what cannot be is told."""

from __future__ import annotations

from datetime import datetime
from math import isnan
from pathlib import Path

import pytest

from toc_sim import Scenario, TocError, load
from toc_sim.outlook.open_file import todays_items_from

SALES = {
    "format": 1,
    "name": "sales",
    "item": "deal",
    "period": "week",
    "stages": {
        "leads": {"kind": "source", "arrivals": 5},
        "offer": {"kind": "team", "rate": 6, "title": "Offer sent"},
        "closing": {"kind": "team", "rate": 6},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> offer", {"offer -> closing": {"delay": 2}}, "closing -> market"],
}
PRODUCTS = {
    **SALES,
    "products": {"A": {"price": 10}, "B": {"price": 20, "title": "Bold"}},
    "stages": {
        **SALES["stages"],  # type: ignore[dict-item] # a table
        "leads": {"kind": "source", "arrivals": {"A": 1, "B": 1}},
    },
}


@pytest.fixture(name="sales")
def _sales() -> Scenario:
    return load(SALES)


def _file(folder: Path, text: str) -> Path:
    path = folder / "open.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_dates_become_ages(tmp_path: Path, sales: Scenario) -> None:
    """The newest day in the file is today, told aloud; ages are in periods."""
    path = _file(
        tmp_path,
        "Deal;Stage;Entered;Amount\nA-1;offer sent;2026-03-02;12 000,50\n"
        "A-2;closing;2026-03-23;9000\nA-3;closing;;7000\n",
    )

    found = todays_items_from(path, sales)

    first, second, third = found.items
    assert (first.name, first.stage, first.age, first.amount) == (
        *("A-1", "offer"),
        *(3.0, 12000.5),
    )
    assert second.age == 0
    assert isnan(third.age)
    assert found.as_of == datetime(2026, 3, 23)  # noqa: DTZ001 - a wall clock
    assert dict(found.columns) == {
        "name": "Deal",
        "stage": "Stage",
        "entered": "Entered",
        "amount": "Amount",
    }
    assert [each.sentence for each in found.notices if each.kind == "today"] == [
        "Today is taken to be 2026-03-23, the newest day in the file."
    ]


def test_today_may_be_told(tmp_path: Path, sales: Scenario) -> None:
    """Then ages count from there, and nothing is said of it."""
    path = _file(tmp_path, "stage,since\noffer,2026-03-02\nclosing,2026-03-09\n")
    now = datetime(2026, 3, 16)  # noqa: DTZ001 - a wall clock

    found = todays_items_from(path, sales, as_of=now)

    assert [each.age for each in found.items] == [2.0, 1.0]
    assert not any(each.kind == "today" for each in found.notices)


@pytest.mark.parametrize(
    ("header", "age"),
    [("age", 14.0), ("days in stage", 2.0), ("Age (weeks)", 14.0)],
)
def test_ages_are_periods_unless_the_header_names_a_unit(
    tmp_path: Path, sales: Scenario, header: str, age: float
) -> None:
    """14 days are two of its weeks."""
    found = todays_items_from(
        _file(tmp_path, f"stage,{header}\noffer,14\nclosing,7\n"), sales
    )

    assert found.items[0].age == age


def test_a_way_is_a_place(tmp_path: Path, sales: Scenario) -> None:
    """By names or titles, with blanks round the arrow or not."""
    path = _file(tmp_path, "stage,age\noffer->closing,1\nOffer sent -> closing,2\n")

    found = todays_items_from(path, sales)

    assert {each.stage for each in found.items} == {"offer -> closing"}


def test_work_may_be_told(tmp_path: Path, sales: Scenario) -> None:
    """When it began, or whether it has: the others wait."""
    began = _file(
        tmp_path, "stage,started\noffer,2026-03-09\noffer,\nclosing,2026-03-16\n"
    )

    found = todays_items_from(began, sales).items

    assert [each.in_work for each in found] == [True, False, True]
    assert found[0].worked == 1.0
    told = _file(tmp_path, "stage,age,in work\noffer,1,yes\noffer,1,no\n")
    assert [each.in_work for each in todays_items_from(told, sales).items] == [
        *(True, False),
    ]


def test_columns_can_be_named(tmp_path: Path, sales: Scenario) -> None:
    """What is guessed otherwise, or not at all, is said by the user."""
    path = _file(tmp_path, "Where,Weeks,Stage\noffer,3,north\nclosing,1,south\n")

    found = todays_items_from(path, sales, columns={"stage": "Where", "age": "Weeks"})

    assert [(each.stage, each.age) for each in found.items] == [
        *(("offer", 3.0), ("closing", 1.0)),
    ]


def test_what_is_closed_already_is_left_out(tmp_path: Path, sales: Scenario) -> None:
    """An export of all deals may be given: won and lost ones are dropped, and told."""
    path = _file(tmp_path, "stage,age\noffer,3\nWon,1\nClosed Lost,1\n")

    found = todays_items_from(path, sales)

    assert len(found.items) == 1
    assert [(each.rows, each.examples) for each in found.dropped] == [
        (2, (f"{path}:3", f"{path}:4")),
    ]


def test_every_wrong_row_is_told(tmp_path: Path, sales: Scenario) -> None:
    """With file and line, and what may have been meant."""
    path = _file(tmp_path, "stage,age\nofer sent,3\nclosing,-4\nleads,1\n,2\n")

    with pytest.raises(TocError) as caught:
        todays_items_from(path, sales)

    assert str(caught.value).splitlines() == [
        f"{path}:2: the scenario has no stage 'ofer sent'",
        "    hint: did you mean 'offer sent'?",
        f"{path}:3: it is there for less than no time (found -4)",
        "    hint: is today's date right (--as-of)?",
        f"{path}:4: the scenario has no stage 'leads'",
        f"{path}:5: there is no stage",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deal,age\nA,3\n", "open.csv: no column says the stage: deal, age"),
        ("stage,age\nWon,3\n", "open.csv: has no open item"),
    ],
)
def test_a_file_without_open_items_is_refused(
    tmp_path: Path, sales: Scenario, text: str, told: str
) -> None:
    """There is nothing to look ahead from."""
    with pytest.raises(TocError) as caught:
        todays_items_from(_file(tmp_path, text), sales)

    assert told in str(caught.value)


@pytest.mark.parametrize("named", [{"stagee": "stage"}, {"stage": "stagee"}])
def test_what_is_named_must_be_there(
    tmp_path: Path, sales: Scenario, named: dict[str, str]
) -> None:
    """A role or a header that there is not."""
    path = _file(tmp_path, "stage,age\noffer,3\n")

    with pytest.raises(TocError, match="stagee"):
        todays_items_from(path, sales, columns=named)


def test_dates_need_a_period_of_known_length(tmp_path: Path) -> None:
    """A sprint may be a week or three."""
    path = _file(tmp_path, "stage,since\noffer,2026-03-02\nclosing,2026-03-09\n")

    with pytest.raises(TocError, match="cannot be counted in periods"):
        todays_items_from(path, load({**SALES, "period": "sprint"}))


def test_products_are_told_by_name_or_title(tmp_path: Path) -> None:
    """Where there are products, an item is one of them."""
    path = _file(tmp_path, "stage,age,product\noffer,3,Bold\nclosing,1,A\n")

    found = todays_items_from(path, load(PRODUCTS))

    assert [each.product for each in found.items] == ["B", "A"]


def test_an_unknown_product_is_told(tmp_path: Path) -> None:
    """And so is one that is not told at all."""
    path = _file(tmp_path, "stage,age,product\noffer,3,Boldd\nclosing,1,\n")

    with pytest.raises(TocError) as caught:
        todays_items_from(path, load(PRODUCTS))

    assert "did you mean 'bold'?" in str(caught.value)
    assert "it is not told which product that is" in str(caught.value)
