"""How often customers buy, how much, at what price; and why revenue changed."""

from __future__ import annotations

from datetime import datetime
from math import fsum, isnan, nan

import numpy as np
import pytest
from helpers.shop_rows import CDNOW, ROLES, Returns, SelfMade, cdnow, orders
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.calibration.buying_figures import (
    buying_figures,
    by_cohort,
    by_segment,
    orders_of_one,
)
from toc_sim.calibration.order_history import order_history
from toc_sim.calibration.ratios import mean_of, ratio
from toc_sim.calibration.revenue_by_quarter import (
    change_to_tell,
    quarters,
    revenue_change,
)
from toc_sim.calibration.shop_verdict import is_beyond_chance
from toc_sim.records.shapes.transactions import purchases_from

ORDERS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 400).map(float),
        st.one_of(st.integers(1, 4).map(float), st.just(nan)),
        st.integers(0, 50).map(float),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda row: (row[0], row[1]),
).map(lambda rows: [(sorted({r[0] for r in rows}).index(r[0]), *r[1:]) for r in rows])


@given(ORDERS)
def test_parts_of_a_change_add_up_to_it(
    rows: list[tuple[int, float, float, float]],
) -> None:
    """Whoever is new or came back, whatever is 0: no money is left unexplained."""
    purchases = orders(rows)
    history = order_history(purchases)
    every = [each for each in quarters(purchases, history) if each.revenue > 0]

    for before in every:
        for after in every:
            found = revenue_change(history, before, after)
            change = after.revenue - before.revenue
            parts = fsum(part.amount for part in found.parts)
            assert parts == pytest.approx(change, abs=1e-6 * (1 + abs(before.revenue)))


@given(ORDERS)
def test_quarters_and_groups_hold_every_order_once(
    rows: list[tuple[int, float, float, float]],
) -> None:
    """By quarter of the calendar, and by cohort of the first order."""
    purchases = orders(rows)
    history = order_history(purchases)
    every = quarters(purchases, history)

    assert sum(each.orders for each in every) == len(rows)
    assert sum(each.new for each in every) == purchases.customers
    cohorts = by_cohort(purchases, history)
    assert sum(each.orders for each in cohorts) == len(rows)
    assert sum(each.customers for each in cohorts) == purchases.customers


def test_figures_of_a_shop_small_enough_to_count() -> None:
    """Two customers, three orders, one of them again; each watched for 100 days."""
    rows = [(0, 0, 1.0, 10.0), (0, 50, 3.0, 50.0), (1, 0, 2.0, 30.0)]
    history = order_history(orders(rows, span=101))
    found = buying_figures(history)

    assert (found.customers, found.orders, found.revenue) == (2, 3, 90)
    assert found.orders_each.mean == 1.5
    assert found.basket.mean == 30
    assert found.items.mean == 2
    assert found.price.mean == 15
    assert found.share_back.mean == 0.5
    assert found.frequency.mean == pytest.approx(1 / (2 * 100 / 91.3125))
    spread = orders_of_one(history)
    assert (spread.median, spread.once, spread.most_of_them) == (1.5, 0.5, 2)


def test_an_interval_counts_customers_and_not_orders() -> None:
    """A hundred orders of two customers are two; of one there is no interval."""
    amount = np.array([*[10.0] * 50, *[20.0] * 50])
    one = np.ones(100)
    two = ratio(amount, one, np.repeat([0, 1], 50))
    many = ratio(amount, one, np.arange(100))

    assert two.mean == many.mean == 15
    assert two.half_width > 20 * many.half_width
    assert isnan(ratio(amount, one, np.zeros(100, dtype=int)).low)
    assert isnan(mean_of(np.array([])).mean)


def test_ninety_five_of_a_hundred_intervals_cover_the_basket() -> None:
    """Baskets of a customer resemble each other, and the interval knows it."""
    luck = np.random.Generator(np.random.PCG64(1))
    covered = 0
    for _ in range(400):
        count = luck.geometric(0.4, 80)
        whose = np.repeat(np.arange(80), count)
        basket = (luck.normal(30, 10, 80))[whose] + luck.normal(0, 5, len(whose))
        found = ratio(basket, np.ones(len(whose)), whose)
        covered += found.low <= 30 <= found.high

    assert 365 <= covered <= 393


def test_a_quarter_is_whole_if_the_records_cover_it() -> None:
    """To the longest time without an order in them."""
    daily = [(0, float(day), 1.0, 1.0) for day in range(100)]
    purchases = orders(daily)
    names = [
        (e.name, e.is_whole) for e in quarters(purchases, order_history(purchases))
    ]

    assert names == [("2024Q1", True), ("2024Q2", False)]


def test_segments_are_groups_of_a_value_the_largest_first() -> None:
    """Those of whom it is not told are one; a value of one customer is none."""
    rows = [(each, 0, 1.0, float(each)) for each in range(6)]
    told = {"trade": ["inn", "inn", "inn", "bar", "", ""]}
    purchases = orders(rows, told)
    [(attribute, groups)] = by_segment(purchases, order_history(purchases))

    assert attribute == "trade"
    assert [(g.name, g.customers) for g in groups] == [("inn", 3), ("(not told)", 2)]
    assert groups[0].basket.mean == 1


def test_the_last_quarter_is_held_against_that_of_the_year_before() -> None:
    """Where new customers still come; else the first one after they stopped."""
    running = SelfMade(820, 2, Returns(0.5, 30), Returns(0.5, 30)).purchases(1)
    history = order_history(running)
    told = change_to_tell(history, quarters(running, history))

    assert told is not None
    assert [each.name for each in told] == ["2025Q1", "2026Q1"]
    short = orders([(0, 0, 1.0, 1.0), (1, 3, 1.0, 1.0)])
    history = order_history(short)
    assert change_to_tell(history, quarters(short, history)) is None


def test_many_years_of_cohorts_are_told_by_quarter() -> None:
    """Months would be too many to read."""
    purchases = orders([(0, 0, 1.0, 1.0), (1, 800, 1.0, 1.0)])
    names = [each.name for each in by_cohort(purchases, order_history(purchases))]

    assert purchases.begin == datetime(2024, 1, 1)  # noqa: DTZ001 - the wall clock
    assert names == ["2024Q1", "2026Q1"]


@pytest.mark.skipif(not CDNOW.exists(), reason="the data are not here")
def test_cdnow_has_the_figures_of_its_readme() -> None:
    """Orders of a customer, basket, items; by quarter; and that retention fell."""
    purchases = purchases_from(cdnow(), ROLES)
    history = order_history(purchases)
    whole, spread = buying_figures(history), orders_of_one(history)

    assert round(whole.orders_each.mean, 2) == 2.87
    assert round(whole.basket.mean, 2) == 36.99
    assert round(whole.items.mean, 2) == 2.48
    assert round(1 - spread.once, 3) == 0.489
    assert (round(spread.cv, 2), spread.median, spread.most_of_them) == (1.46, 1, 9)
    every = {each.name: each for each in quarters(purchases, history)}
    for name, active, often, items, price, revenue in (
        ("1997Q1", 1.0, 1.32, 2.26, 15.20, 1_071_805),
        ("1997Q3", 0.181, 1.71, 2.70, 14.83, 292_395),
        ("1998Q2", 0.141, 1.71, 2.63, 14.33, 213_330),
    ):
        quarter = every[name]
        assert quarter.is_whole
        assert round(quarter.active_share.mean, 3) == active
        assert round(quarter.frequency.mean, 2) == often
        assert round(quarter.items.mean, 2) == items
        assert round(quarter.price.mean, 2) == price
        assert round(quarter.revenue) == revenue
    told = change_to_tell(history, list(every.values()))
    assert told is not None
    change = revenue_change(history, *told)
    parts = {p.name: p.amount / told[0].revenue for p in change.parts}
    assert (told[0].name, told[1].name) == ("1997Q3", "1998Q2")
    assert round(change.change, 2) == -0.27
    assert round(parts["active share"], 2) == -0.22
    assert round(parts["price per item"], 2) == -0.03
    assert round(parts["items per order"], 2) == -0.02
    assert round(parts["orders per buyer"], 2) == 0
    assert is_beyond_chance(change, "active share")
    assert not is_beyond_chance(change, "orders per buyer")
