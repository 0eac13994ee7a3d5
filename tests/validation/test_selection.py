"""The published constants and budgets of the choice among variants are met."""

from __future__ import annotations

import pytest

from toc_sim.experiment.selection import ocba, rinott
from toc_sim.experiment.selection.kim_nelson import constants
from validation.cases import CASES, Case

OF_FAMILY = tuple(
    case for case in CASES.values() if case.family == "simulation_statistics"
)


def _named(start: str) -> list[Case]:
    return [case for case in OF_FAMILY if case.id.startswith(start)]


@pytest.mark.parametrize("case", _named("kn-eta-"), ids=lambda case: case.id)
def test_the_constants_of_kim_and_nelson(case: Case) -> None:
    """Both constants follow from the published formula."""
    eta, h2 = constants(case["k"], case["n0"], 1 - case["alpha"])

    assert eta == pytest.approx(case.value, rel=1e-12)
    assert h2 == pytest.approx(case["h2"], rel=1e-12)


@pytest.mark.parametrize("case", _named("rinott-"), ids=lambda case: case.id)
def test_the_constant_of_rinott(case: Case) -> None:
    """It solves the defining double integral."""
    found = rinott.constant(case["k"], case["n0"], case["Pstar"])

    assert found == pytest.approx(case.value, abs=1e-8)


@pytest.mark.parametrize("case", _named("ocba-"), ids=lambda case: case.id)
def test_the_budget_of_chen_and_lee(case: Case) -> None:
    """Shares are met to all digits, replications exactly."""
    # the smallest is looked for there, which is the largest of the opposite
    mean, variance = [-each for each in case["mean"]], case["var"]
    shares = ocba.shares(mean, variance)
    found = ocba.allocation(mean, variance, case["n"], case["add"])

    assert shares == pytest.approx(case["asymptotic_share"], rel=1e-12)
    assert list(found) == case.value


def test_every_case_of_the_family_is_compared() -> None:
    """Three kinds of case, and no other."""
    compared = _named("kn-eta-") + _named("rinott-") + _named("ocba-")

    assert sorted(case.id for case in compared) == sorted(case.id for case in OF_FAMILY)
    assert len(compared) == 6
