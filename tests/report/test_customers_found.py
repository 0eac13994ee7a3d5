"""What a shop's records tell is printed in tables, and written as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.shop_rows import Returns, SelfMade, words
from rich.console import Console

from toc_sim.calibration.shop_beside import shop_beside
from toc_sim.calibration.shop_draft import shop_draft
from toc_sim.calibration.shop_findings import ShopFindings, shop_findings
from toc_sim.errors import QuestionError
from toc_sim.records.shop_orders import ShopOrders
from toc_sim.report.document import encoded
from toc_sim.report.documents.customers_found import customers_document
from toc_sim.report.text.customers_found import customers_blocks, shop_beside_blocks
from toc_sim.report.text.table import Blocks, print_report

SHOP = SelfMade(300, 1.5, Returns(0.6, 20), Returns(0.85, 10))


@pytest.fixture(name="purchases", scope="module")
def _purchases() -> ShopOrders:
    made = SHOP.purchases(1)
    trade = ["inn" if each % 2 else "[bold]bar" for each in range(made.customers)]
    # Of every inn half of the later orders are not there.
    is_inn = made.customer % 2 == 1
    luck = np.random.Generator(np.random.PCG64(1))
    lost = is_inn & (made.day >= 150) & (luck.random(len(made.day)) < 0.85)
    _, first = np.unique(made.customer, return_index=True)
    lost[first] = False
    town = luck.choice(["N", "S"], made.customers).tolist()
    return replace(
        made,
        customer=made.customer[~lost],
        day=made.day[~lost],
        items=made.items[~lost],
        amount=made.amount[~lost],
        attributes={"trade": words(trade), "town": words(town)},
    )


@pytest.fixture(name="found", scope="module")
def _found(purchases: ShopOrders) -> ShopFindings:
    return shop_findings(purchases)


def printed(sentence: str, blocks: Blocks, width: int) -> str:
    """Return a report as it stands in a window."""
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    with console.capture() as captured:
        print_report(console, sentence, blocks)
    return captured.get()


def test_everything_stands_in_a_table_of_its_own(found: ShopFindings) -> None:
    """By quarter, by cohort, by segment; what changed; which attribute goes with it."""
    text = printed(found.verdict, customers_blocks(found, 120), 120)

    for said in (
        *("By quarter:", "By first order:", "By trade:", "of revenue:", "in part"),
        *("trade separates those whose frequency halved", "as chance has it"),
        *("Frequency halved, by trade:", "[bold]bar", "what their shares and delays"),
    ):
        assert said in text
    assert found.verdict.split()[0] in text


def test_a_narrow_window_keeps_every_table(found: ShopFindings) -> None:
    """Columns go, and are named; no line is longer than the window."""
    text = printed(found.verdict, customers_blocks(found, 60), 60)

    assert "left out for want of width" in text
    assert max(map(len, text.splitlines())) <= 60


def test_the_document_says_the_same(found: ShopFindings, purchases: ShopOrders) -> None:
    """In figures, with the model beside the records; the same bytes every time."""
    beside = shop_beside(purchases, shop_draft(purchases), replications=1)
    assert beside is not None
    text = encoded(customers_document(found, beside))
    told = json.loads(text)

    assert told["sentence"] == found.verdict
    assert told["customers"]["orders"] == len(purchases.day)
    assert [each["attribute"] for each in told["frequency_halved"]["attributes"]] == [
        *("trade", "town")
    ]
    assert told["beside"]["rows"][0]["figure"] == "orders"
    assert text == encoded(customers_document(shop_findings(purchases), beside))
    table = printed(beside.sentence, shop_beside_blocks(beside, "week", 100), 100)
    assert "orders of those who came back" in table
    assert "held back, from" in table


def test_other_quarters_can_be_asked_for(purchases: ShopOrders) -> None:
    """One or both of them; one that is not there is told with those that are."""
    found = shop_findings(purchases, after="2024Q2")

    assert found.change is not None
    assert found.change.after.name == "2024Q2"
    with pytest.raises(QuestionError, match="there is no such quarter"):
        shop_findings(purchases, before="1999Q1")


def test_what_is_not_told_has_no_column(purchases: ShopOrders) -> None:
    """Without items there is a basket, and neither items nor a price."""
    unknown = replace(purchases, items=np.full(len(purchases.day), np.nan))
    found = shop_findings(unknown)
    text = printed(found.verdict, customers_blocks(found, 120), 120)

    assert "an item" not in text
    assert "amount of an order" in text
    told = json.loads(encoded(customers_document(found, None)))
    assert told["customers"]["price_per_item"]["mean"] is None
