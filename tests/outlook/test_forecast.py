"""A forecast adds up, names who limits the quarter, and refuses what it cannot tell."""

from __future__ import annotations

from math import inf, isnan, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Scenario, TocError, load
from toc_sim.outlook.band import band
from toc_sim.outlook.forecast import Forecast, forecast
from toc_sim.outlook.futures import futures, today
from toc_sim.outlook.todays_items import OpenItem, TodaysItems

SALES: dict[str, Any] = {
    "format": 1,
    "name": "sales",
    "item": "deal",
    "period": "week",
    "currency": "EUR",
    "stages": {
        "leads": {"kind": "source", "arrivals": 3, "distribution": "exponential"},
        "qualify": {"kind": "team", "rate": 9, "cv": 1, "conversion": 0.5},
        "closing": {"kind": "team", "rate": 4, "cv": 1, "conversion": 0.5},
        "market": {"kind": "market"},
    },
    "flow": ["leads -> qualify -> closing -> market"],
    "economics": {"price": 1000},
    "run": {"horizon": 100, "replications": 5},
}


def _scenario(**changes: Any) -> Scenario:
    return load(SALES).changed(changes) if changes else load(SALES)


def _open(count: int, stage: str = "closing", **told: Any) -> TodaysItems:
    return TodaysItems(
        tuple(OpenItem(f"deal {n}", stage, age=1.0, **told) for n in range(count))
    )


def _forecast(scenario: Scenario, opened: TodaysItems, **asked: Any) -> Forecast:
    asked = {"until": 4.0, "replications": 100, "seed": 2} | asked
    return forecast(scenario, opened, **asked)


@pytest.fixture(name="crowded", scope="module")
def _crowded() -> Forecast:
    """Thirty deals wait to be closed, though leads limit sales in the long run."""
    return _forecast(
        _scenario(), _open(30), target=8, target_money=1e9, replications=200
    )


def test_in_the_bag_and_to_be_found_add_up(crowded: Forecast) -> None:
    """To the last bit, for closings and for money."""
    assert crowded.money is not None
    for split in (crowded.closings, crowded.money):
        assert split.whole.mean == split.in_the_bag.mean + split.to_be_found.mean
    assert crowded.closings.in_the_bag.mean == pytest.approx(
        sum(each.chance for each in crowded.items)
    )
    assert crowded.fan.whole[-1] == pytest.approx(crowded.closings.whole.mean)
    assert crowded.fan.in_the_bag[-1] == pytest.approx(crowded.closings.in_the_bag.mean)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.floats(0.5, 6))
def test_every_run_adds_up(waiting: int, early: int, until: float) -> None:
    """No item is closed twice, none that is not there, and none after the date."""
    items = (*_open(waiting).items, *_open(early, "qualify").items)

    for future in futures(today(_scenario(), items, until=until, seed=1), range(3)):
        known = future.items[future.items >= 0]

        assert len(set(known.tolist())) == len(known)
        assert all(each < len(items) for each in known)
        assert ((future.times > 0) & (future.times <= until)).all()
        assert (np.diff(future.times) >= 0).all()


def test_this_quarter_another_limits_than_in_the_long_run(crowded: Forecast) -> None:
    """Closing has its hands full until then; in the long run leads are too few."""
    assert crowded.gains.constraint == ("closing",)
    assert crowded.long_run is not None
    assert crowded.long_run.constraint == ("leads",)
    gains = {each.name: each.closings for each in crowded.gains.gains}
    assert gains["closing"].low > 0
    assert gains["leads"].mean == 0
    assert crowded.desk == "closing"


def test_an_empty_pipeline_is_limited_by_what_comes() -> None:
    """With nothing open, more leads are all that helps."""
    found = _forecast(_scenario(), _open(1, "qualify"), until=13)

    assert found.gains.constraint[0] == "leads"
    assert found.closings.to_be_found.mean > 5 * found.closings.in_the_bag.mean


def test_chances_of_targets(crowded: Forecast) -> None:
    """A target that some runs reach, and one that none does; neither is certain."""
    assert crowded.target is not None
    assert 0 < crowded.target.reached < 200
    assert crowded.target_money is not None
    assert crowded.target_money.told == "less than 2 in 100"


def test_first_in_line_brings_more_by_the_date() -> None:
    """All wait for one desk: the chance falls along the queue."""
    found = _forecast(_scenario(), _open(30))

    chances = {each.item.name: each.chance for each in found.items}
    assert chances["deal 0"] > chances["deal 29"]
    assert found.items[0].per_time >= found.items[-1].per_time
    assert all(each.amount == 1000 for each in found.items)


def test_money_is_that_of_the_items() -> None:
    """An amount that is told holds; others have the price; new ones differ as these."""
    amounts = [500.0, 1500.0] * 15
    items = tuple(
        OpenItem(str(n), "closing", 1.0, amount=amount)
        for n, amount in enumerate(amounts)
    )

    found = _forecast(
        _scenario(**{"closing.conversion": 1.0}),
        TodaysItems(items),
        until=30,
    )

    assert found.money is not None
    assert found.money.in_the_bag.p50 == sum(amounts)
    mean = found.money.to_be_found.mean / found.closings.to_be_found.mean
    assert mean == pytest.approx(1000, rel=0.05)
    assert {each.amount for each in found.items} == {500.0, 1500.0}


def test_what_is_past_the_desk_needs_none_of_its_time() -> None:
    """Its worth for that time has no end; what is before it needs a mean visit."""
    scenario = _scenario(**{"qualify.rate": 1.6, "qualify.conversion": 1.0})
    items = (*_open(30, "qualify").items, *_open(2, "closing").items)

    found = _forecast(scenario, TodaysItems(items))

    assert found.desk == "qualify"
    by_stage = {each.item.stage: each for each in found.items}
    assert by_stage["closing"].per_time == inf
    waiting = [each for each in found.items if each.item.stage == "qualify"]
    assert waiting[-1].work == pytest.approx(1 / 1.6, rel=0.05)


def test_without_prices_closings_are_told_alone() -> None:
    """Nothing is made up of money, and a target of money is refused."""
    plain = load({**SALES, "economics": {}})

    found = _forecast(plain, _open(5))

    assert found.money is None
    assert isnan(found.items[0].amount)
    with pytest.raises(TocError, match="nothing is known of money"):
        _forecast(plain, _open(5), target_money=5.0)


def test_uncertain_numbers_widen_the_band() -> None:
    """What is not known exactly is in the band."""
    sure = _scenario()
    unsure = sure.changed({}, uncertain={"closing.rate": "4 +- 2"})

    def width(scenario: Scenario) -> float:
        start = today(scenario, _open(60).items, until=8.0, seed=1)
        found = band([float(len(each.times)) for each in futures(start, range(250))])
        return found.p90 - found.p10

    assert width(unsure) > 1.5 * width(sure)


def test_it_is_told_whether_numbers_are_uncertain() -> None:
    """And a band of chance alone is called one."""
    unsure = _scenario().changed({}, uncertain={"closing.rate": "4 +- 2"})

    sure, wide = (_forecast(each, _open(5)) for each in (_scenario(), unsure))

    assert (sure.uncertain, wide.uncertain) == (0, 1)
    assert [each.kind for each in sure.notices] == ["numbers taken as exact"]
    assert wide.notices == ()


@pytest.mark.parametrize(
    ("uncertain", "told"),
    [
        ({"closing.conversion": {"won": 3, "of": 12}}, "have 12 outcomes"),
        ({"leads.arrivals": {"count": 7, "over": 2}}, "have 7 arrivals"),
        ({"closing.rate": {"observations": 5, "mean": 4}}, "have 5 times"),
    ],
)
def test_too_little_evidence_is_refused(uncertain: dict[str, Any], told: str) -> None:
    """A band on fewer than 20 observations of a kind would be made up."""
    scenario = _scenario().changed({}, uncertain=uncertain)

    with pytest.raises(TocError, match=told):
        _forecast(scenario, _open(3))


def test_thin_evidence_among_more_is_told() -> None:
    """One number that stands on few is a doubt, not a refusal."""
    scenario = _scenario().changed(
        {},
        uncertain={
            "closing.conversion": {"won": 6, "of": 12},
            "qualify.conversion": {"won": 20, "of": 40},
        },
    )

    found = _forecast(scenario, _open(3))

    assert [each.kind for each in found.notices] == ["thin evidence"]
    assert "closing.conversion stands on 12" in found.notices[0].sentence


def test_too_few_runs_are_refused() -> None:
    """A tenth of 99 runs is no band."""
    with pytest.raises(TocError, match="needs 100 runs"):
        _forecast(_scenario(), _open(3), replications=99)


def test_nothing_closed_in_any_run_is_refused() -> None:
    """There is nothing to tell of."""
    scenario = _scenario(**{"closing.conversion": 0.0001})

    with pytest.raises(TocError, match=r"nothing is closed within 0\.5 \(week\)"):
        _forecast(scenario, _open(3), until=0.5)


def test_what_the_scenario_cannot_hold_is_told() -> None:
    """More items than a buffer has places are no traceback."""
    scenario = _scenario(**{"closing.buffer": 2})

    with pytest.raises(TocError, match="'buffer' holds 2"):
        _forecast(scenario, _open(9))


def test_the_same_question_has_the_same_answer() -> None:
    """Even where items are placed by chance and numbers are drawn."""
    scenario = load(
        {
            **SALES,
            "flow": [
                "leads -> qualify",
                {"qualify -> closing": {"delay": {"mean": 2, "cv": 0.8}}},
                "closing -> market",
            ],
        }
    ).changed({}, uncertain={"closing.rate": "4 +- 1"})
    opened = TodaysItems(
        tuple(OpenItem("", "qualify", age) for age in (0.1, 1.0, 2.0, nan, 40.0))
    )

    first, second = (_forecast(scenario, opened) for _ in range(2))

    assert first.closings == second.closings
    assert first.gains.gains == second.gains.gains
    assert [each.kind for each in first.notices] == ["too old"]


def test_products_have_their_prices() -> None:
    """What is bought of each product brings its own price."""
    content = {
        **SALES,
        "economics": {},
        "products": {"A": {"price": 10}, "B": {"price": 1000}},
        "stages": {
            **SALES["stages"],
            "leads": {"kind": "source", "arrivals": {"A": 0.001, "B": 2}},
        },
    }
    items = tuple(OpenItem("", "closing", 1.0, product="A") for _ in range(8))

    found = _forecast(load(content), TodaysItems(items), until=30)

    assert found.money is not None
    bag, rest = found.money.in_the_bag, found.money.to_be_found
    assert bag.mean == pytest.approx(10 * found.closings.in_the_bag.mean)
    assert rest.mean / found.closings.to_be_found.mean == pytest.approx(1000, rel=0.02)
