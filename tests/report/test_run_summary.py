"""What reports say of each node."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given, settings

from toc_sim import Scenario, diagnose, network_of, simulate
from toc_sim.errors import SimulationError
from toc_sim.network.model import CALENDAR
from toc_sim.report.run_summary import Findings, NodeRow, rows
from toc_sim.testing.strategies import ANYTHING, scenarios


def by_name(found: Findings) -> dict[str, NodeRow]:
    """Return the rows by the name of their node."""
    return {row.name: row for row in found.rows}


def test_rows_stand_in_the_order_of_the_file(company: Findings) -> None:
    """Nodes first, resources after them."""
    assert [row.name for row in company.rows] == [
        *("leads", "qualify", "meet", "closing", "market"),
        "sellers",
    ]
    assert by_name(company)["qualify"].title == "First call"


def test_a_market_has_unserved_demand_instead_of_starvation(cups: Findings) -> None:
    """Of 11 cups an hour that buyers want, the line brings 8."""
    market = by_name(cups)["market"]

    assert isnan(market.starved)
    assert market.unserved == pytest.approx(3, abs=0.01)


def test_buyers_who_wait_are_unserved_as_far_as_demand_is_ahead() -> None:
    """Of 5 a period, 2 find their item; the busy part is the demand that is met."""
    document = {
        "format": 1,
        "name": "backlog",
        "stages": {
            "team": {"kind": "team", "capacity": 2},
            "market": {"kind": "market", "demand": 5, "unmet": "backlog"},
        },
        "flow": ["team -> market"],
        "run": {"horizon": 100, "warmup": 5},
    }
    runs = simulate(network_of(Scenario.model_validate(document)))

    market = rows(runs, diagnose(runs))[1]

    assert market.unserved == pytest.approx(3, abs=0.02)
    assert market.busy == pytest.approx(0.4, abs=0.01)


def test_the_work_of_a_resource_is_the_resources(company: Findings) -> None:
    """Its stages have neither capacity nor share of their own."""
    meet, sellers = by_name(company)["meet"], by_name(company)["sellers"]

    assert meet.worker == "sellers"
    assert meet.share is None
    assert isnan(meet.capacity)
    assert sellers.capacity == 4
    assert sellers.busy == pytest.approx(meet.busy + by_name(company)["closing"].busy)


def test_a_policy_is_told_apart_from_nodes(limited: Findings) -> None:
    """It stands last, with its limit, and is marked if it is the constraint."""
    policy = limited.rows[-1]

    assert (policy.name, policy.kind, policy.capacity) == ("conwip", "policy", 2)
    assert policy.is_constraint
    assert not any(row.is_constraint for row in limited.rows[:-1])


@settings(max_examples=20)
@given(scenarios(ANYTHING))
def test_every_pipeline_has_its_rows(scenario: Scenario) -> None:
    """Times add up, the constraint is marked, and what flows in is kept apart."""
    try:
        runs = simulate(network_of(scenario))
    except SimulationError:
        return
    verdict = diagnose(runs)

    found = rows(runs, verdict)

    marked = {row.name for row in found if row.is_constraint}
    assert marked == set(verdict.constraint) - {CALENDAR}
    for row in found:
        if row.kind == "stage" and not row.worker:
            times = row.busy + row.blocked + row.starved + row.down + row.off
            assert times == pytest.approx(1)
        if row.kind == "market":
            assert 0 <= row.unserved <= row.capacity
