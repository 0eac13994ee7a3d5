"""Rows of a shop become orders, and what becomes of each row is told."""

from __future__ import annotations

from math import fsum, isnan

import numpy as np
import pytest
from helpers.shop_rows import CDNOW, ROLES, Row, a_table, cdnow, listed, numbers, sold
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import TocError
from toc_sim.records.shapes.transactions import purchases_from
from toc_sim.records.shop_orders import ShopOrders

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "eve"]),
        st.integers(0, 9).map(float),
        st.integers(1, 3).map(float),
        st.integers(-5, 9).map(float),
    ),
    min_size=1,
    max_size=20,
).filter(lambda rows: any(row[3] >= 0 for row in rows))


def told(purchases: ShopOrders) -> list[tuple[float, ...]]:
    """Return the orders as plain rows."""
    columns = (purchases.customer, purchases.day, purchases.items, purchases.amount)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def kinds(purchases: ShopOrders) -> dict[str, str]:
    """Return what is to be known, by kind."""
    return {notice.kind: notice.sentence for notice in purchases.notices}


@given(ROWS)
def test_no_money_appears_or_is_lost(rows: list[Row]) -> None:
    """What the orders bring is what the rows bring, less what was left out and told."""
    found = purchases_from(sold(rows), ROLES)
    dropped = sum(each.rows for each in found.dropped)
    kept = [row[3] or 0.0 for row in rows]

    if not dropped:
        assert fsum(found.amount) == pytest.approx(fsum(kept))
    else:
        assert fsum(found.amount) > fsum(kept)


@given(ROWS)
def test_an_order_is_a_customer_on_a_day(rows: list[Row]) -> None:
    """No two orders share both, and each is in the rows."""
    found = purchases_from(sold(rows), ROLES)
    pairs = list(zip(found.customer.tolist(), found.day.tolist(), strict=True))

    assert len(set(pairs)) == len(pairs)
    assert len(pairs) == len({row[:2] for row in rows if (row[3] or 0) >= 0})
    assert pairs == sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    assert found.day.min() >= 0
    assert found.day.max() < found.span


@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Row], luck: object) -> None:
    """A file that is sorted in another way says the same."""
    shuffled = list(rows)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]

    assert told(purchases_from(sold(shuffled), ROLES)) == told(
        purchases_from(sold(rows), ROLES)
    )


def test_rows_are_added_up_by_day_and_customer() -> None:
    """Customers are numbered by their first day; `begin` is that of the first order."""
    rows: list[Row] = [
        ("bob", 5, 1, 10),
        ("ann", 3, 2, 20),
        ("bob", 5, 1, 7),
        ("ann", 9, 1, 5),
    ]
    found = purchases_from(sold(rows), ROLES)

    assert told(found) == [(0, 0, 2, 20), (1, 2, 2, 17), (0, 6, 1, 5)]
    assert (found.customers, found.begin.day, found.span) == (2, 4, 7)
    assert "4 rows are 3 orders" in kinds(found)["rows of one order"]


def test_odd_rows_are_kept_counted_and_told() -> None:
    """A gift, a row written twice, and one without items count as they stand."""
    rows: list[Row] = [
        ("ann", 0, 1, 0),
        ("ann", 1, 1, 9),
        ("ann", 1, 1, 9),
        ("bob", 1, 0, 4),
    ]
    found = purchases_from(sold(rows), ROLES)
    said = kinds(found)

    assert told(found) == [(0, 0, 1, 0), (0, 1, 2, 18), (1, 1, 0, 4)]
    assert "1 row has an amount of 0" in said["amount of 0"]
    assert "It makes 9 of the sum" in said["rows that stand twice"]
    assert "1 row has an amount, and 0 items" in said["no items"]


def test_a_return_is_taken_off_the_latest_order() -> None:
    """Up to its day, of its customer; without one, it is left out and told."""
    rows: list[Row] = [
        ("ann", 0, 2, 20),
        ("ann", 4, 3, 30),
        ("ann", 6, 1, -10),
        ("bob", 4, 1, 5),
        ("bob", 3, 1, -5),
        ("eve", 3, 1, -5),
    ]
    found = purchases_from(sold(rows), ROLES)

    assert told(found) == [(0, 0, 2, 20), (0, 4, 2, 20), (1, 4, 1, 5)]
    assert found.span == 7
    assert "(-10)" in kinds(found)["returns"]
    assert found.dropped[0].rows == 2
    assert found.dropped[0].examples == ("sold.csv: row 5", "sold.csv: row 6")


def test_rows_that_do_not_tell_are_left_out() -> None:
    """Each for the first reason, with where it stands."""
    rows: list[Row] = [
        ("", 0, 1, 1),
        ("ann", None, 1, 1),
        ("ann", 1, 1, None),
        ("ann", 2, None, 3),
    ]
    found = purchases_from(sold(rows), ROLES)

    assert [(each.rows, each.why) for each in found.dropped] == [
        (1, "no customer is told"),
        (1, "no day is told"),
        (1, "no amount is told"),
    ]
    assert found.dropped[2].examples == ("sold.csv: row 3",)
    assert isnan(found.items[0])


def test_items_need_not_be_told() -> None:
    """Without them every order has an unknown number; keys may be numbers."""
    table = sold([("ann", 0, 1, 1), ("bob", 0, 1, 1)])
    columns = {**table.columns, "client": numbers([7, None])}
    table = a_table("sold.csv", columns, 2)
    roles = {role: header for role, header in ROLES.items() if role != "items"}
    found = purchases_from(
        table, roles, listed({"id": ["7"], "x": ["y"]}), {"customer": "id"}
    )

    assert np.isnan(found.items).all()
    assert found.customers == 1


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ({}, "no column is named as the customer"),
        ({**ROLES, "date": "when"}, "there is no column 'when'"),
        ({**ROLES, "amount": "client"}, "'client': the amount must be numbers"),
    ],
)
def test_what_is_not_there_is_said(roles: dict[str, str], said: str) -> None:
    """In a sentence with the file."""
    with pytest.raises(TocError, match=r"^sold.csv: ") as failure:
        purchases_from(sold([("ann", 0, 1, 1)]), roles)

    assert said in str(failure.value)


def test_returns_alone_are_no_shop() -> None:
    """Where nobody bought there is nothing to tell."""
    with pytest.raises(TocError, match="no row tells a customer"):
        purchases_from(sold([("ann", 0, 1, -1)]), ROLES)


def test_attributes_are_joined_by_the_key() -> None:
    """Who is not in the list has none; who is in it and never bought is told."""
    rows: list[Row] = [("ann", 0, 1, 1), ("bob", 1, 1, 1), ("eve", 2, 1, 1)]
    clients = listed(
        {
            "id": ["bob", "ann", "kim", "ann"],
            "trade": ["inn", "", "bar", "shop"],
            "name": ["B", "A", "K", "A"],
        }
    )
    roles = {"customer": "id", "name": "name"}
    found = purchases_from(sold(rows), ROLES, clients, roles)
    said = kinds(found)

    assert list(found.attributes) == ["trade"]
    assert found.attributes["trade"].codes.tolist() == [-1, 0, -1]
    assert "1 customer of 3 bought and is not in clients.csv: eve" in " ".join(
        said.values()
    )
    assert "(ann); the first row counts" in said["clients listed twice"]
    assert "1 client in clients.csv has bought nothing" in " ".join(said.values())


def test_keys_are_read_alike_only_where_that_joins_more() -> None:
    """``007`` joins ``7``, and it is told; what joins as it is stays as it is."""
    rows: list[Row] = [("007", 0, 1, 1), ("ANN", 1, 1, 1)]
    clients = listed({"id": ["7", "ann"], "trade": ["spy", "inn"]})
    found = purchases_from(sold(rows), ROLES, clients, {"customer": "id"})

    assert found.attributes["trade"].codes.tolist() == [0, 1]
    assert "2 customers join only if" in kinds(found)["keys read alike"]


def test_numbers_of_clients_are_words_and_dates_are_none() -> None:
    """Each different number is a word; a moment is no attribute."""
    clients = a_table(
        "clients.csv",
        {
            "id": listed({"id": ["ann"]}).columns["id"],
            "staff": numbers([12]),
            "since": sold([("", 0, 0, 0)]).columns["day"],
        },
        1,
    )
    found = purchases_from(sold([("ann", 0, 1, 1)]), ROLES, clients, {"customer": "id"})

    assert {name: each.words for name, each in found.attributes.items()} == {
        "staff": ("12",)
    }


@pytest.mark.parametrize("roles", [{}, {"customer": "key"}])
def test_a_list_without_customers_is_refused(roles: dict[str, str]) -> None:
    """It could be joined to nothing."""
    clients = listed({"id": ["ann"], "trade": ["inn"]})
    with pytest.raises(TocError, match="no column holds the customer"):
        purchases_from(sold([("ann", 0, 1, 1)]), ROLES, clients, roles)


@pytest.mark.skipif(not CDNOW.exists(), reason="the data are not here")
def test_cdnow_is_what_it_is_said_to_be() -> None:
    """Sum, orders, customers, rows of 0 and twice, as its README has them."""
    found = purchases_from(cdnow(), ROLES)
    evidence = {notice.kind: notice.evidence for notice in found.notices}

    assert fsum(found.amount) == pytest.approx(2_500_315.63)
    assert (len(found.day), found.customers, found.span) == (67_591, 23_570, 546)
    assert evidence["amount of 0"]["rows"] == 80
    assert evidence["rows that stand twice"]["rows"] == 255
