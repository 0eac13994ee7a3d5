"""Simulated means meet exact values inside 99.9 % intervals that are narrow."""

from __future__ import annotations

import pytest

from validation.expressing import expressed
from validation.measuring import simulated_outcomes

SIMULATED = [
    each.case.id
    for each in expressed()
    if any(figure.kind != "share" for figure in each.simulated)
]


@pytest.mark.parametrize("name", SIMULATED)
def test_the_exact_value_lies_in_a_narrow_interval(name: str) -> None:
    """The mean over replications meets the exact value, narrowly (R9, R19, R20).

    So do the fractions of time that each station is busy, blocked or starved, where
    a Markov chain gives them.
    """
    outcomes = [each for each in simulated_outcomes(name) if each.kind != "share"]

    assert [each for each in outcomes if not each.is_sharp] == []
    assert [each for each in outcomes if not each.is_met] == []
