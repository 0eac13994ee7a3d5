"""Customers at the start come back as those do who bought before it (R54)."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from toc_sim import Scenario
from toc_sim.engine.rules.timetable import returns
from toc_sim.experiment.purchase import purchase
from toc_sim.network import Network
from toc_sim.network.build import network as network_of
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.laws import conservation, littles_law, shares_add_up
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios

STANDARD_ERRORS = 4.5
"""Between a mean and what it is of, at most."""

NOBODY_NEW = 1e-9
"""Arrivals so seldom that none comes within a window [items/period]."""


def club(back: Any, *, arrivals: float = NOBODY_NEW, **run: Any) -> Scenario:
    """Return a shop that serves at once whoever comes, with a way back."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "club",
            "stages": {
                "leads": {
                    "kind": "source",
                    "arrivals": arrivals,
                    **({"cv": 1} if arrivals > NOBODY_NEW else {}),
                },
                "visit": {"kind": "team", "rate": 1e7},
                "market": {"kind": "market", "demand": 1e7},
            },
            "flow": ["leads -> visit -> market", {"market -> visit": back}],
            "run": {"horizon": 30, "warmup": 0, **run},
        }
    )


def test_they_return_evenly_within_one_delay() -> None:
    """The k-th of n after (k - 1/2) delays / n, if the share let it then (R54)."""
    before_only = {"profile": [[0, 1], [0, 0]]}
    scenario = club({"share": before_only, "delay": 4, "customers": 8})
    one, other = both_engines(scenario, 0, 0.0)

    assert one.departures == pytest.approx(0.25 + 0.5 * np.arange(8), abs=1e-5)
    assert other.departures.tolist() == one.departures.tolist()


def test_who_had_left_before_does_not_return() -> None:
    """A share of 0 until the start lets nobody come, whatever it is afterwards."""
    afterwards = {"profile": [[0, 0], [0, 0.5]]}

    assert not once(club({"share": afterwards, "delay": 4, "customers": 80})).bought


@given(scenarios(ANYTHING | Feature.REGULARS, largest=4))
def test_both_engines_let_them_return_alike(scenario: Scenario) -> None:
    """Every figure is the same to the last bit, in pipelines of any shape (R54)."""
    one, other = both_engines(scenario, 0, 0.0 if _regulars(scenario) else 2.0)

    assert list(unlike(one, other)) == []


@given(scenarios(ANYTHING | Feature.REGULARS, largest=4))
def test_the_books_hold_with_them(scenario: Scenario) -> None:
    """Nothing is lost on the way, stays add up to work inside, shares to 1 (R54)."""
    for law in (conservation, littles_law, shares_add_up):
        report = law(scenario)
        assert not report.broken, str(report)


def test_more_customers_at_the_start_than_any_table_has_rows() -> None:
    """Tables grow before the first event."""
    scenario = club({"share": 0.5, "delay": 3, "customers": 20_000}, horizon=6)
    one, other = both_engines(scenario, 0, 0.0)

    assert list(unlike(one, other)) == []
    assert one.bought > 14_000


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_base_decays_as_its_share_says(share: float) -> None:
    """Each purchase is followed by another with one chance: n, n s, n s^2, ...

    The purchases of delay k are binomial with the chance s^k (R54).
    """
    count, delay, runs = 500, 2.0, 12
    scenario = club(
        {"share": share, "delay": delay, "customers": count}, replications=runs
    )
    net = network_of(scenario)
    bought = np.zeros(8)
    for replication in range(runs):
        departures = once(scenario, net, replication=replication).departures
        bought += np.histogram(departures, bins=delay * np.arange(9))[0]
    chance = share ** np.arange(1, 9)
    expected = count * runs * chance

    assert np.all(
        np.abs(bought - expected)
        <= STANDARD_ERRORS * np.sqrt(expected * (1 - chance)) + 1
    )


def test_a_base_of_the_steady_state_is_steady_from_the_start() -> None:
    """With n = throughput x delay each half delay sells as much from 0 on (R54).

    Without a base nobody returns in the first delay.
    """
    share, delay, arrivals, runs = 0.75, 4.0, 25.0, 24
    pace = arrivals / (1 - share)
    back = {"share": share, "delay": delay}
    steady, empty = (
        np.array(
            [
                np.histogram(
                    once(scenario, replication=number).departures,
                    bins=np.arange(0, 21, delay / 2),
                )[0]
                for number in range(runs)
            ]
        )
        / (delay / 2)
        for scenario in (
            club({**back, "customers": round(pace * delay)}, arrivals=arrivals),
            club(back, arrivals=arrivals),
        )
    )
    error = steady.std(axis=0, ddof=1) / sqrt(runs)

    assert np.all(np.abs(steady.mean(axis=0) - pace) <= STANDARD_ERRORS * error)
    assert np.all(np.abs(empty.mean(axis=0)[:2] - arrivals) < arrivals / 4)


def test_what_is_bought_at_the_start_does_not_bring_back_who_had_left() -> None:
    """Loyalty bought at 0 is at work from 0: as a moment later (R54)."""
    back = {"share": 0.5, "delay": 5, "customers": 400}
    before = network_of(club(back))
    loyal = network_of(club({**back, "share": 0.8}))
    bought = purchase(before, loyal, 0.0).network

    def first(net: Network) -> list[float]:
        return list(returns(net.nodes[2], 0, 7, 0, start=0.0))

    later = network_of(club({**back, "share": {"profile": [[1e-3, 0.5], [1e-3, 0.8]]}}))
    found, delayed = (once(club(back), net).bought for net in (bought, later))

    assert first(bought) == first(before)
    assert len(first(loyal)) > 1.4 * len(first(before))
    assert found == pytest.approx(delayed, abs=2)
    assert found > 1.5 * once(club(back)).bought


def test_none_at_the_start_is_as_unsaid() -> None:
    """A file that says 0 gives the same bytes as one without the key."""
    back = {"share": 0.5, "delay": 5}
    zero, unsaid = (
        once(club(each, arrivals=9.0)) for each in ({**back, "customers": 0}, back)
    )

    assert list(unlike(zero, unsaid)) == []


def _regulars(scenario: Scenario) -> int:
    return sum(way.customers for way in scenario.flow)
