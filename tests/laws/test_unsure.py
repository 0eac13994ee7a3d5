"""How surely a number is known changes no run, and every draw is a scenario."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, load, run
from toc_sim.experiment.variant import VariantModel
from toc_sim.scenario.uncertain_draws import drawn, uncertain_of
from toc_sim.testing.strategies import mixes, scenarios

NOTHING: dict[str, Any] = {"uncertain": {}, "measure": {}}


@given(scenarios() | mixes())
def test_no_doubt_changes_a_run(scenario: Scenario) -> None:
    """All that decides a run is the same: it is found in a store by the same key."""
    sure = scenario.changed(**NOTHING)
    keys = [VariantModel.of(each, 5.0).key(0) for each in (scenario, sure)]

    assert keys[0] == keys[1]


def test_a_run_is_the_same_with_doubts() -> None:
    """To the last digit, and to the last word."""
    sure = load("scenarios/paper_cups.yaml")
    unsure = sure.changed(
        uncertain={"machine_2.capacity": "8 +- 1"},
        measure={"machine_2.capacity": {"cost": 50}},
    )
    short = {"run.horizon": 50, "run.replications": 2}
    one, other = (run(each.changed(short), store=False) for each in (sure, unsure))

    assert unsure.changed(short).uncertain == unsure.uncertain
    assert one.text() == other.text()
    assert one.to_dict() == other.to_dict()


@given(scenarios() | mixes(), st.data())
def test_every_draw_is_a_scenario(scenario: Scenario, data: st.DataObject) -> None:
    """With the quantiles that were asked for, and nothing uncertain left."""
    of = uncertain_of(scenario)
    inside = st.floats(0, 1, exclude_min=True, exclude_max=True)
    chances = [data.draw(inside) for _ in of]
    new = drawn(scenario, chances)

    assert (new.uncertain, new.measure) == ({}, {})
    pairs = zip(of.items(), chances, strict=True)
    known = {path: one.quantile(chance) for (path, one), chance in pairs}
    assert scenario.changed(known, **NOTHING) == new


@given(scenarios() | mixes())
def test_what_a_file_says_is_not_unlikely(scenario: Scenario) -> None:
    """Means lie within their intervals, and quantiles rise."""
    for one in uncertain_of(scenario).values():
        low, high = one.interval

        assert low <= one.quantile(0.5) <= high
        assert low <= one.mean <= high
        assert one.quantile(0.0005) <= one.value or one.value in (0, 1)
        assert one.value <= one.quantile(0.9995) or one.value in (0, 1)
