"""The static answer is exact: capacities, yields, rework, branches, sets of tools."""

from __future__ import annotations

import pytest

from validation.cases import CASES
from validation.expressing import express, expressed
from validation.measuring import static_outcomes

STATIC = [each.case.id for each in expressed() if each.static]


@pytest.mark.parametrize("name", STATIC)
def test_the_static_answer_is_exact(name: str) -> None:
    """Every figure that follows from capacities alone is met within 1e-9."""
    outcomes = static_outcomes(name)

    assert [each for each in outcomes if not each.is_met] == []


@pytest.mark.parametrize("name", CASES)
def test_no_case_is_dropped_in_silence(name: str) -> None:
    """Every case is run, or says why it is not."""
    case = express(CASES[name])

    if hasattr(case, "reason"):
        assert len(case.reason) > 20
    else:
        assert case.static or case.simulated
