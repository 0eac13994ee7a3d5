"""Constraint shares meet exact elasticities of throughput, and rank stations right."""

from __future__ import annotations

import pytest

from validation.cases import CASES, elasticities
from validation.expressing import expressed
from validation.measuring import simulated_outcomes

WITH_SHARES = [name for name, case in CASES.items() if elasticities(case)]
TRUTH = [name for name in WITH_SHARES if name.startswith("truth-")]


@pytest.mark.parametrize("name", WITH_SHARES)
def test_exact_shares_add_up_to_one(name: str) -> None:
    """Throughput is homogeneous of degree one in the rates (Euler)."""
    assert sum(elasticities(CASES[name])) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", WITH_SHARES)
def test_shares_meet_exact_elasticities(name: str) -> None:
    """The critical path's share of every station is its exact elasticity."""
    shares = [each for each in simulated_outcomes(name) if each.kind == "share"]

    assert len(shares) == len(elasticities(CASES[name]))
    assert [each for each in shares if not each.is_sharp] == []
    assert [each for each in shares if not each.is_met] == []


@pytest.mark.parametrize("name", TRUTH)
def test_the_station_to_lift_is_named(name: str) -> None:
    """The largest dT/dmu is found where it is, though the slowest is elsewhere."""
    exact = CASES[name]["dTP_dmu"]
    best = {i for i, slope in enumerate(exact) if slope > max(exact) - 1e-6}
    got = [
        each.got for each in simulated_outcomes(name) if each.what.startswith("dT/dmu")
    ]

    assert len(got) == len(exact)
    assert got.index(max(got)) in best


def test_every_case_with_an_elasticity_is_run() -> None:
    """No exact share is left out."""
    run = {each.case.id for each in expressed() if each.simulated}

    assert set(WITH_SHARES) <= run
    assert len(WITH_SHARES) == 19
