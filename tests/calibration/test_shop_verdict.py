"""What limited revenue is said in sentences, and only what the records tell."""

from __future__ import annotations

import pytest
from helpers.shop_rows import orders

from toc_sim.calibration.shop_findings import shop_findings
from toc_sim.records.shop_orders import ShopOrders

Row = tuple[int, float, float, float]


def quarterly(
    first: list[Row], second: list[Row], before: list[Row] | None = None
) -> ShopOrders:
    """Return orders of two quarters, of the days 91 and 182 on; who bought before."""
    rows = [(c, d + 91, i, a) for c, d, i, a in first]
    rows += [(c, d + 182, i, a) for c, d, i, a in second]
    # A last order on the last day, which ends the records with the quarter.
    return orders([*(before or []), *rows], span=274)


def buying(
    count: int, begin: int = 0, items: float = 1.0, amount: float = 10.0
) -> list[Row]:
    """Return one order a day, each of another customer."""
    return [
        (begin + each, float(each % 91), items + each % 2, amount * (items + each % 2))
        for each in range(count)
    ]


def known(count: int) -> list[Row]:
    """Return customers who first bought in the quarter before."""
    return [(each, float(each % 90), 1.0, 10.0) for each in range(count)]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (buying(300), buying(150), "What limited it was retention"),
        (buying(300), buying(300, amount=5), "items sold were cheaper"),
        (buying(300, items=3), buying(300), "an order had fewer items"),
        (
            buying(200, begin=300),
            buying(90, begin=500),
            "What limited it was that fewer new customers came",
        ),
        (
            buying(150),
            [(c, float(90 - d), i, a) for c, d, i, a in buying(150)],
            "Revenue stayed within 0 %",
        ),
    ],
)
def test_the_factor_that_fell_most_is_named(
    first: list[Row], second: list[Row], said: str
) -> None:
    """Retention, price, basket, new customers; and nothing where nothing fell."""
    purchases = quarterly(first, second, known(300))
    found = shop_findings(purchases, before="2024Q2", after="2024Q3")

    assert said in found.verdict
    assert found.verdict.endswith("nothing but that the orders were handled.")
    assert "may be chance" not in found.verdict


def test_frequency_is_named_where_buyers_buy_less_often() -> None:
    """Two orders of a buyer in one quarter, one in the next."""
    twice = [
        (c, float(d), 1.0, 10.0) for c in range(100) for d in (c % 40, 50 + c % 40)
    ]
    once = [(c, float(c % 90), 1.0, 10.0) for c in range(100)]
    purchases = quarterly(twice, once, known(100))
    found = shop_findings(purchases, before="2024Q2", after="2024Q3")

    assert "those who bought did so less often" in found.verdict


def test_a_fall_of_a_few_customers_may_be_chance() -> None:
    """Six of ten, then four of ten."""
    purchases = quarterly(buying(6), buying(4), known(10))
    found = shop_findings(purchases, before="2024Q2", after="2024Q3")

    assert "That may be chance" in found.verdict


def test_what_held_a_rise_back_is_named() -> None:
    """More came back, at half the price."""
    purchases = quarterly(buying(50), buying(250, amount=5), known(300))
    found = shop_findings(purchases, before="2024Q2", after="2024Q3")

    assert "Revenue rose by" in found.verdict
    assert "What held it back most: price of an item." in found.verdict


def test_records_of_less_than_two_quarters_tell_no_change() -> None:
    """Only who came back, where there are enough of them to tell."""
    rows = [(each, 0.0, 1.0, 1.0) for each in range(10)]
    some = shop_findings(orders([*rows, (0, 9, 1.0, 1.0)], span=20))
    alone = shop_findings(orders([(0, 0, 1.0, 1.0), (0, 9, 1.0, 1.0)], span=20))

    assert some.change is None
    assert "10 % of new customers were seen to buy again" in some.verdict
    assert "again" not in alone.verdict
