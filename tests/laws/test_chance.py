"""Chance comes from the seed alone: watching or repeating a run adds none."""

from __future__ import annotations

from dataclasses import replace

from helpers.figures import figures
from hypothesis import assume, given

from toc_sim import Scenario, network_of
from toc_sim.testing.ledger import once, recorded
from toc_sim.testing.strategies import CONTINUOUS, NO_CHANCE, Feature, scenarios


@given(scenarios())
def test_a_trace_does_not_change_the_outcome(scenario: Scenario) -> None:
    """A run that is written down measures what the silent one does, to the last bit."""
    watched = recorded(scenario).result

    assert figures(watched) == figures(once(scenario))


@given(scenarios())
def test_a_timeline_does_not_change_the_outcome(scenario: Scenario) -> None:
    """Keeping the active periods changes no other figure."""
    kept = figures(once(scenario, timeline=True))
    silent = figures(once(scenario))

    assert {**kept, "active_periods": []} == silent


@given(scenarios())
def test_the_same_seed_gives_the_same_result(scenario: Scenario) -> None:
    """Two runs with one seed and replication are equal, to the last bit."""
    net = network_of(scenario)

    assert figures(once(scenario, net)) == figures(once(scenario, net))


@given(scenarios(CONTINUOUS))
def test_another_replication_meets_other_chance(scenario: Scenario) -> None:
    """Where times are left to chance, no two replications sell at the same times."""
    first = once(scenario, replication=0)
    second = once(scenario, replication=1)
    assume(first.bought and second.bought)

    assert not set(first.departures) & set(second.departures)


@given(scenarios(CONTINUOUS))
def test_another_seed_meets_other_chance(scenario: Scenario) -> None:
    """Where times are left to chance, no two seeds sell at the same times."""
    first = once(scenario, seed=1)
    second = once(scenario, seed=2)
    assume(first.bought and second.bought)

    assert not set(first.departures) & set(second.departures)


@given(scenarios(NO_CHANCE))
def test_a_model_without_chance_needs_no_seed(scenario: Scenario) -> None:
    """Where nothing is left to chance, every seed and replication gives one result."""
    net = network_of(scenario)
    first, second = once(scenario, net), once(scenario, net, seed=1001, replication=1)

    assert net.is_deterministic
    assert figures(first) == figures(replace(second, seed=first.seed, replication=0))


@given(scenarios())
def test_a_longer_run_begins_like_a_shorter_one(scenario: Scenario) -> None:
    """What happens does not depend on how long one watches."""
    longer = once(scenario, horizon=2 * scenario.run.horizon).departures
    shorter = once(scenario).departures

    assert longer[: len(shorter)].tolist() == shorter.tolist()
    assert all(longer[len(shorter) :] > scenario.run.horizon)


@given(scenarios(CONTINUOUS & ~Feature.PROFILE & ~Feature.CALENDAR))
def test_the_warm_up_only_moves_the_window(scenario: Scenario) -> None:
    """A warm-up shifts the clock and changes nothing that happens.

    Shifted times round differently, so this holds where nothing ties, and where no
    profile looks at the clock.
    """
    total = scenario.run.horizon + 3.0
    shifted = once(scenario, warmup=3.0).departures + 3.0
    plain = once(scenario, warmup=0.0, horizon=total).departures

    assert abs(len(shifted) - len(plain)) <= 1
    for early, late in zip(shifted, plain, strict=False):
        assert abs(early - late) < 1e-9
