"""Exact results on how a change is split: revenue factors, joint lifts of tools."""

from __future__ import annotations

import pytest

from toc_sim.accounting.decomposition import shapley
from toc_sim.network.build import network as network_of
from toc_sim.theory.static import capacity as capacity_of
from validation.cases import CASES
from validation.deterministic import cups
from validation.expressing import express
from validation.figures import Expressed
from validation.measuring import static_outcomes


def test_the_published_split_of_a_revenue() -> None:
    """Leads gave 71.9 of the 160 that revenue grew by, and conversion the rest."""
    outcomes = {each.what: each for each in static_outcomes("lmdi-leads")}

    assert all(each.is_met for each in outcomes.values())
    assert outcomes["contribution of leads"].expected == pytest.approx(71.945645886)
    assert outcomes["all contributions"].expected == 160


def test_the_shares_of_three_tools_in_what_they_bring_together() -> None:
    """Alone two of three bring nothing; together they bring 3, and each its part."""
    case = CASES["cup-shapley"]
    tools = case["investments"]

    def throughput(bought: frozenset[str]) -> float:
        rates = case["capacities"] | dict(tools[tool] for tool in bought)
        line = cups(case, list(rates.values()), list(rates))
        return capacity_of(network_of(line)).throughput

    found = shapley(throughput, list(tools))

    assert dict(found) == pytest.approx(case["shares"], rel=1e-9)


@pytest.mark.parametrize("name", ["sales-velocity", "sales-velocity-2"])
def test_sales_velocity_is_a_pipeline(name: str) -> None:
    """What a pipeline earns a day follows from its capacity, and from its run."""
    found = express(CASES[name])

    assert isinstance(found, Expressed)
    assert [each.what for each in found.static] == ["revenue per day"]
    assert [each.what for each in found.simulated] == ["revenue per day"]
