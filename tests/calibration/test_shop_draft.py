"""A scenario drawn from a shop's orders reproduces them, and says what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.shop_rows import CDNOW, ROLES, Returns, SelfMade, cdnow, orders

from toc_sim import load
from toc_sim.calibration.commented_scenario import scenario_text
from toc_sim.calibration.estimates import Draft, Estimate
from toc_sim.calibration.order_history import order_history
from toc_sim.calibration.shop_beside import before, shop_beside
from toc_sim.calibration.shop_draft import shop_draft
from toc_sim.calibration.shop_edges import shop_edges
from toc_sim.errors import QuestionError
from toc_sim.records.shapes.transactions import purchases_from

FIRST, LATER = Returns(0.5, 40, 1.2), Returns(0.8, 25, 1.2)

SHOPS = {
    "from the start": SelfMade(366, 2, FIRST, LATER),
    "one cohort": SelfMade(400, 10, FIRST, LATER, until=60),
    "already running": SelfMade(500, 3, FIRST, LATER, before=500),
}


def estimates(draft: Draft) -> dict[str, Estimate]:
    """Return what each parameter is, by its path."""
    return {each.path: each for each in draft.estimates}


@pytest.mark.parametrize("kind", SHOPS)
def test_the_model_makes_as_many_orders_as_the_records_have(kind: str) -> None:
    """Orders, first ones, those again and revenue: each within 10 %; kinds are told."""
    purchases = SHOPS[kind].purchases(3)
    draft = shop_draft(purchases)
    found = shop_beside(purchases, draft, replications=4)

    assert draft.facts["records"] == kind
    assert found is not None
    assert found.is_usable
    assert [row.figure for row in found.rows[:4]] == [
        *("orders", "first orders", "orders again", "revenue")
    ]
    for row in found.rows[:4]:
        assert abs(row.error) < 0.1


@pytest.mark.parametrize("kind", SHOPS)
def test_what_it_was_made_with_is_inside_its_intervals(kind: str) -> None:
    """Shares after the first order and later ones; the pace of new customers."""
    made = SHOPS[kind]
    found = estimates(shop_draft(made.purchases(4), period="day"))

    for path, value in (
        ("flow.new:market->desk", made.first.share),
        ("flow.regular:market->desk", made.later.share),
        ("newcomers.arrivals.new", made.per_day),
    ):
        each = found[path]
        assert each.low is not None
        assert each.high is not None
        # 1.5 times as wide as 95 % is 99.7 %; a regular whose delay was longer than
        # the memory is taken for a new customer.
        wide = 0.75 if kind != "already running" else 1.0
        half = wide * (each.high - each.low)
        assert abs((each.low + each.high) / 2 - value) < half, path


def test_the_file_of_a_shop_is_a_scenario() -> None:
    """Its text is what its content is, with where each number came from."""
    draft = shop_draft(SHOPS["from the start"].purchases(5), name="A shop")
    text = scenario_text(draft)

    assert load(draft.content).name == "A shop"
    assert text.count("# ") >= 6
    assert "at least: " in text
    assert "days were" not in text
    for each in draft.estimates:
        assert each.origin


def test_capacity_is_only_bounded_below() -> None:
    """By the busiest day; and nothing is said of waits."""
    purchases = SHOPS["from the start"].purchases(5)
    draft = shop_draft(purchases, period="day")
    found = estimates(draft)["desk.capacity"]
    busiest = np.bincount(purchases.day.astype(int)).max()

    assert (found.value, found.at_least) == (busiest, True)
    assert draft.stages[0].saturation == "cannot tell"
    assert "no capacity" in {n.kind for n in draft.notices if n.weight == "refused"}
    assert "Of capacity the records tell nothing" in draft.verdict


def test_a_cohort_brings_new_customers_only_while_they_came() -> None:
    """And the doubt is told, with the day of the last of them."""
    draft = shop_draft(SHOPS["one cohort"].purchases(3), period="day")
    arrivals = draft.content["stages"]["newcomers"]["arrivals"]["new"]
    [doubt] = [n for n in draft.notices if n.kind == "one cohort"]

    pace = arrivals["profile"][0][1]
    assert arrivals["profile"] == [[0, pace], [60.0, pace], [60.0, 0]]
    assert "none after it" in doubt.sentence
    assert doubt.evidence["last new"] == "2024-02-29"
    assert "retention" in draft.verdict


def test_regulars_are_there_at_the_start_where_the_shop_ran_before() -> None:
    """As many as bought within one delay; and who is new is counted from later on."""
    purchases = SHOPS["already running"].purchases(3)
    draft = shop_draft(purchases, period="day")
    ways = {
        key: line[key]["market -> desk"]
        for line in draft.content["flow"][1:]
        for key in line
    }
    edges = shop_edges(order_history(purchases))

    # In its steady state 3 new ones a day, each with 2.5 orders again, are there.
    assert ways["new"]["customers"] == pytest.approx(3 * 40, rel=0.2)
    assert ways["regular"]["customers"] == pytest.approx(7.5 * 25, rel=0.25)
    assert 30 < edges.begin <= 500 / 3
    assert "regulars at the begin" in {notice.kind for notice in draft.notices}


def test_where_nobody_comes_back_there_is_no_way_back() -> None:
    """It is told, and the scenario sells once to each."""
    once = Returns(0, 10)
    draft = shop_draft(SelfMade(100, 1, once, once).purchases(1))

    assert draft.content["flow"] == ["newcomers -> desk -> market"]
    assert "nobody comes back" in {notice.kind for notice in draft.notices}
    assert load(draft.content).period.unit == "week"


def test_too_few_customers_are_refused() -> None:
    """With how many there are; and there is nothing to lay beside."""
    purchases = orders([(0, 0, 1.0, 1.0), (1, 3, 1.0, 1.0)])
    draft = shop_draft(purchases)

    assert draft.content == {}
    assert draft.verdict.startswith("Only 2 customers bought")
    assert shop_beside(purchases, draft) is None
    with pytest.raises(QuestionError, match="must be one of"):
        shop_draft(purchases, period="fortnight")


def test_what_was_known_before_a_day_is_a_shop_of_its_own() -> None:
    """Without who came later, and with the words of those who are left."""
    purchases = orders(
        [(0, 5, 1.0, 1.0), (1, 0, 1.0, 2.0), (2, 9, 1.0, 4.0), (1, 8, 1.0, 8.0)],
        {"trade": ["inn", "bar", "pub"]},
    )
    found = before(purchases, 8)

    assert (found.customers, found.span) == (2, 8)
    assert found.amount.tolist() == [2, 1]
    assert found.customer.tolist() == [1, 0]
    assert found.attributes["trade"].codes.tolist() == [0, 1]


@pytest.mark.skipif(not CDNOW.exists(), reason="the data are not here")
def test_cdnow_is_reproduced_and_what_is_held_back_is_told() -> None:
    """Orders within 10 % in all and by quarter; the last part is missed, and told."""
    purchases = purchases_from(cdnow(), ROLES)
    draft = shop_draft(purchases)
    found = shop_beside(purchases, draft, replications=1)

    assert found is not None
    assert len(found.rows) == 10
    for row in found.rows:
        assert abs(row.error) < 0.1
    assert found.held_back is not None
    assert -0.3 < found.held_back.error < 0
    assert "Drawn from the records before 1998-02-15 alone" in found.sentence
    assert draft.verdict.startswith(
        "Revenue fell by 27 % from 1997Q3 to 1998Q2: the share of known customers who "
        "buy -22 %, price of an item -3 %, items of an order -2 % and orders of a "
        "buyer 0 %. What limited it was retention"
    )
    assert "one cohort" in {notice.kind for notice in draft.notices}
