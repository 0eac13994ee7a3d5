"""Formula against flow: the product is exact, and where nothing is full it is right."""

from __future__ import annotations

from math import isfinite, prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings

from toc_sim import Scenario, load, network_of
from toc_sim.errors import TocError
from toc_sim.experiment.breakdown.attribute import Attribution, attribute
from toc_sim.experiment.breakdown.breakdown import breakdown, larger_scenario
from toc_sim.experiment.breakdown.factors import Factor, factors, unlimited
from toc_sim.experiment.breakdown.responses import Breakdown
from toc_sim.scenario.overrides import value_at
from toc_sim.testing.strategies import Feature, scenarios

Document = dict[str, Any]

SHOPS = Path(__file__).parents[2] / "scenarios" / "two_shops"
SHORT = {"run.horizon": "10", "run.warmup": "3", "run.replications": "4"}


def shop(number: int, **changes: str) -> Scenario:
    """Return one of the two shops, for a short time."""
    overrides = {path.replace("__", "."): value for path, value in changes.items()}
    return load(str(SHOPS / f"shop_{number}.yaml"), {**SHORT, **overrides})


def funnel(capacity: float, **more: Any) -> Scenario:
    """Return leads that are talked to and closed, with so many closings a period."""
    document: Document = {
        "format": 1,
        "name": "funnel",
        "stages": {
            "leads": {"kind": "source", "arrivals": 20, "cv": 0.5},
            "talk": {"kind": "team", "capacity": 100, "conversion": 0.5},
            "closing": {
                "kind": "team",
                "capacity": capacity,
                "cv": 0.5,
                "conversion": 0.4,
            },
            "market": {"kind": "market", "demand": 100},
        },
        "flow": ["leads -> talk -> closing -> market"],
        "run": {"horizon": 60, "warmup": 20, "replications": 4},
    }
    return Scenario.model_validate(document | more)


@pytest.fixture(name="full", scope="module")
def _full() -> Breakdown:
    return breakdown(funnel(5))


@pytest.fixture(name="free", scope="module")
def _free() -> Breakdown:
    return breakdown(funnel(100))


@pytest.fixture(name="shops", scope="module")
def _shops() -> Attribution:
    return attribute(shop(2), shop(1))


def test_the_two_shops_have_the_factors_of_the_published_table() -> None:
    """Leads, conversion, positions, visits and price; 320 each."""
    first = [factor.value for factor in factors(shop(1))]
    second = [factor.value for factor in factors(shop(2))]

    assert first == pytest.approx([100, 0.4, 2, 2, 2])
    assert second == pytest.approx([50, 0.8, 1, 1, 8])


SPLIT = Feature.SOURCE | Feature.SCRAP | Feature.BRANCH | Feature.MERGE
COMING = SPLIT | Feature.FEEDBACK | Feature.DELAY | Feature.MARKET | Feature.REPEAT


@given(scenarios(COMING))
@settings(max_examples=30)
def test_the_factors_multiply_to_the_throughput_of_the_formula(
    scenario: Scenario,
) -> None:
    """Whatever the ways: losses, splits, rework and buyers who come back."""
    throughput = unlimited(network_of(scenario))
    assume(isfinite(throughput) and throughput > 0)

    found = factors(scenario)

    assert prod(factor.value for factor in found) == pytest.approx(throughput)


@pytest.mark.parametrize("number", [1, 2])
def test_a_factor_10_per_cent_larger_is_just_that(number: int) -> None:
    """Even a way on which nobody comes back yet is found a share that does it."""
    scenario = shop(number).changed(tools={}, expect=None)
    before = prod(factor.value for factor in factors(scenario))
    for factor in factors(scenario):
        larger = larger_scenario(scenario, factor, 0.1)

        assert larger is not None
        after = prod(each.value for each in factors(larger))
        assert after / before == pytest.approx(1.1)


def test_a_factor_grows_as_far_as_there_is_room() -> None:
    """A chance to 1; a way as far as others leave it; what is lost for good not."""
    flow = [
        "leads -> talk",
        {"talk -> closing": 0.6},
        {"talk -> talk": 0.36},
        "closing -> market",
    ]
    scenario = funnel(5, flow=flow)
    named = {factor.name: factor for factor in factors(scenario)}
    way = larger_scenario(scenario, named["flow.talk->closing"], 0.1)
    whole = larger_scenario(scenario, named["talk.conversion"], 1.5)

    assert way is not None
    assert value_at(way, "flow.talk->closing") == pytest.approx(0.64)
    assert whole is not None
    assert value_at(whole, "talk.conversion") == 1
    assert larger_scenario(scenario, Factor("mix", "mix", 0.5), 0.1) is None


def test_where_closing_is_full_the_flow_breaks_the_promise(full: Breakdown) -> None:
    """10 % more leads or better talks bring nothing; only what follows closing does."""
    contrast = full.contrast
    assert contrast is not None
    flows = {growth.factor.name: growth.flow.mean for growth in contrast.growths}

    assert [growth.factor.name for growth in contrast.formula_first] == list(flows)
    assert not contrast.agrees
    assert [growth.factor.name for growth in contrast.kept] == ["closing.conversion"]
    assert flows["leads.arrivals"] == pytest.approx(0, abs=0.01)
    assert flows["closing.conversion"] == pytest.approx(0.1, abs=0.04)
    names = [path for path, _ in contrast.flow_first]
    assert set(names) <= {"closing.conversion", "closing.capacity"}


def test_where_nothing_is_full_formula_and_flow_agree(free: Breakdown) -> None:
    """Then every factor brings its 10 %."""
    contrast = free.contrast
    assert contrast is not None

    assert contrast.agrees
    for growth in contrast.growths:
        assert growth.formula == pytest.approx(0.1)
        assert growth.flow.mean == pytest.approx(0.1, abs=0.06)


def test_without_a_source_the_formula_begins_with_the_demand() -> None:
    """A calculator of the paper cups knows the buyers only."""
    stages = {
        "machine": {"kind": "machine", "capacity": 8},
        "market": {"kind": "market", "demand": 11},
    }
    scenario = funnel(5, stages=stages, flow=["machine -> market"])
    found = breakdown(scenario)

    assert [factor.name for factor in factors(scenario)] == ["market.demand"]
    assert found.contrast is not None
    assert found.contrast.growths[0].flow.mean == pytest.approx(0, abs=1e-9)
    assert [path for path, _ in found.contrast.flow_first] == ["machine.capacity"]


def test_the_change_between_the_shops_is_attributed_exactly(shops: Attribution) -> None:
    """What leads, positions and visits add, conversion and price take away: LMDI."""
    amounts = [share.amount for share in shops.shares]

    assert shops.formula == pytest.approx((320, 320))
    assert amounts == pytest.approx([221.807, -221.807, 221.807, 221.807, -443.614])
    assert shops.promised == pytest.approx(0, abs=1e-9)
    assert shops.explained + shops.remainder == pytest.approx(shops.change.mean)
    assert shops.others == ()


def test_a_price_is_let_through_whole(shops: Attribution) -> None:
    """It multiplies whatever is bought, full or not."""
    price = shops.shares[-1]

    assert price.factor.name == "economics.price"
    assert price.through == pytest.approx(1)


def test_behind_a_full_stage_more_leads_explain_nothing() -> None:
    """The formula promises half as much again; what closing can do stays."""
    more = funnel(5).stages | {
        "leads": funnel(5).stages["leads"].changed(arrivals=30.0)
    }
    found = attribute(funnel(5), funnel(5).changed(stages=more))
    leads = found.shares[0]

    assert leads.amount == pytest.approx(found.promised)
    assert found.formula[1] / found.formula[0] == pytest.approx(1.5)
    assert leads.flow == pytest.approx(0, abs=0.05)
    assert found.change.mean == pytest.approx(0, abs=0.05)


def test_what_is_no_factor_is_named_in_the_rest() -> None:
    """A larger closing team explains what the factors do not."""
    found = attribute(funnel(5), funnel(6))

    assert found.promised == 0
    assert found.remainder == pytest.approx(found.change.mean)
    assert found.change.mean == pytest.approx(0.4, abs=0.1)
    assert found.others == ("closing.capacity",)


def test_other_periods_are_refused() -> None:
    """A week is not held against a month."""
    with pytest.raises(TocError) as caught:
        attribute(funnel(5, period="week"), funnel(5, period="month"))

    assert str(caught.value) == (
        "--against: the files do not have the same period: 'week' before, "
        "'month' after\n    hint: bring both to one period"
    )


def test_a_source_is_not_held_against_a_market() -> None:
    """Leads and demand are not the same factor."""
    stages = {
        "machine": {"kind": "machine", "capacity": 8},
        "market": {"kind": "market", "demand": 11},
    }
    served = funnel(5, stages=stages, flow=["machine -> market"])

    with pytest.raises(TocError, match="begins with a source, the other"):
        attribute(funnel(5), served)
    with pytest.raises(TocError, match="has no formula: nothing comes, or nothing"):
        attribute(served, funnel(5, stages={"machine": stages["machine"]}, flow=[]))


def test_sources_with_other_names_are_one_factor() -> None:
    """Leads here are visitors there: what they contribute is one amount."""
    stages = dict(funnel(5).stages)
    visitors = {"visitors": stages.pop("leads").changed(arrivals=30.0), **stages}
    flow = ["visitors -> talk -> closing -> market"]
    found = attribute(funnel(100), funnel(100, stages=visitors, flow=flow))

    assert found.shares[0].after == 30
    assert found.shares[0].before == 20
    assert found.shares[0].amount == pytest.approx(found.promised)


def test_a_price_on_one_side_only_is_refused() -> None:
    """Money is not held against items."""
    with pytest.raises(TocError, match="only one of the files has a price"):
        attribute(funnel(5), funnel(5, economics={"price": 3}))
