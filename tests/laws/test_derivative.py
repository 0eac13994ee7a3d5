"""A constraint share is a derivative: what one per cent more speed would bring.

The time of the K-th departure is a sum of service times on one path through the run.
Where no two events change places, lifting an owner's rates by a small step shortens it
by the step times the owner's part of that path (infinitesimal perturbation analysis:
Ho & Cao 1983, Glasserman 1991). So the shares, counted along the path, must equal
central differences of the K-th departure on common random numbers.

This is a law about a path, so it holds wherever times are continuous, even where the
derivative of the path is not that of the mean: with losses, priorities or free ways.
Only where a clock starts over on the path alone (R53) is it another run, of the same
law, whose derivative the path is: there `test_losses` holds it against exact figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.engine.result import RunResult
from toc_sim.network.build import network as network_of
from toc_sim.testing.comparisons import share_gaps
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import CONTINUOUS, Feature, lines, scenarios

Document = dict[str, Any]

SMOOTH = CONTINUOUS & ~Feature.PROFILE & ~Feature.CALENDAR
UNDECIDED = (
    Feature.OVERFLOW
    | Feature.PRIORITY
    | Feature.JOINT
    | Feature.DISPATCH
    | Feature.FREE
    | Feature.PATIENCE
)
"""What makes timing decide which item is lost, or which goes first."""


TWO_STAGES: Document = {
    "make": {"kind": "machine", "capacity": 4, "distribution": "exponential"},
    "sell": {"kind": "team", "capacity": 5, "cv": 0.5, "buffer": 1},
}
SLOW_SOURCE: Document = {"kind": "source", "arrivals": 1, "distribution": "exponential"}
SLOW_BUYERS: Document = {"kind": "market", "demand": 1, "distribution": "exponential"}
FAILING: Document = {"mean_time_between_failures": 0.5, "mean_time_to_repair": 1.0}

WAITED_FOR: dict[str, tuple[str, Document]] = {
    "time away under a limit": (
        "delay",
        {
            "stages": {**TWO_STAGES, "sell": {**TWO_STAGES["sell"], "buffer": 9}},
            "flow": ["make -> sell", {"make -> make": {"share": 0.4, "delay": 2.0}}],
            "release": {"conwip": 1},
        },
    ),
    "time away that varies": (
        "delay",
        {
            "stages": TWO_STAGES | {"sell": {**TWO_STAGES["sell"], "buffer": 9}},
            "flow": [{"make -> sell": {"delay": {"mean": 2.0, "cv": 0.6}}}],
            "release": {"conwip": 1},
        },
    ),
    "customers who come back": (
        "delay",
        {
            "stages": {
                "leads": {**SLOW_SOURCE, "arrivals": 0.1},
                **TWO_STAGES,
                "market": {**SLOW_BUYERS, "demand": 9},
            },
            "flow": [
                "leads -> make -> sell -> market",
                {"market -> sell": {"share": 0.95, "delay": 3.0}},
            ],
        },
    ),
    "arrivals": (
        "leads",
        {
            "stages": {"leads": SLOW_SOURCE, **TWO_STAGES},
            "flow": ["leads -> make -> sell"],
        },
    ),
    "buyers, with the line blocked before them": (
        "market",
        {
            "stages": {**TWO_STAGES, "market": {**SLOW_BUYERS, "buffer": 0}},
            "flow": ["make -> sell -> market"],
        },
    ),
    "buyers on a backlog": (
        "market",
        {
            "stages": {**TWO_STAGES, "market": {**SLOW_BUYERS, "unmet": "backlog"}},
            "flow": ["make -> sell -> market"],
        },
    ),
    "repairs": (
        "sell",
        {
            "stages": {
                **TWO_STAGES,
                "sell": {**TWO_STAGES["sell"], "availability": FAILING},
            },
            "flow": ["make -> sell"],
        },
    ),
    "the rope of a drum": (
        "sell",
        {
            "stages": {**TWO_STAGES, "sell": {**TWO_STAGES["sell"], "capacity": 2}},
            "flow": ["make -> sell"],
            "release": {"drum_buffer_rope": {"drum": "sell", "buffer": 2}},
        },
    ),
    "people who do two things": (
        "people",
        {
            "stages": {
                "make": TWO_STAGES["make"],
                "meet": {"kind": "team", "resource": "people", "time": 0.5, "cv": 1},
                "sell": {"kind": "team", "resource": "people", "time": 0.4, "cv": 1},
            },
            "resources": {"people": {"servers": 1}},
            "flow": ["make -> meet -> sell"],
        },
    ),
    "people who need each other": (
        "doctors",
        {
            "stages": {
                "make": TWO_STAGES["make"],
                "exam": {
                    "kind": "team",
                    "resource": ["chairs", "doctors"],
                    "time": 0.6,
                    "cv": 1,
                },
            },
            "resources": {"chairs": {"servers": 3}, "doctors": {"servers": 2}},
            "flow": ["make -> exam"],
        },
    ),
}
"""What a departure waits for, who answers for it, and a pipeline where it does."""


def _shares_are_differences(
    scenario: Scenario, choose: Callable[[int], int]
) -> RunResult:
    """Assert that shares are central differences, at a departure of one's choice."""
    net = network_of(scenario)
    assume(not any(map(net.clock_starts_over, net.nodes)))
    bought = once(scenario, net, warmup=0.0).departures
    assume(len(bought))
    count = choose(len(bought))
    time = float(bought[count - 1])
    run = once(scenario, net, warmup=0.0, horizon=time)

    assert run.departures[-1] == time
    for gap in share_gaps(scenario, net, run):
        assume(gap.is_smooth)  # else two events changed places
        assert gap.is_closed, gap
    return run


def _any_of(data: st.DataObject) -> Callable[[int], int]:
    return lambda count: data.draw(st.integers(1, count))


@pytest.mark.parametrize("case", WAITED_FOR)
@given(seed=st.integers(0, 9999))
@settings(max_examples=10)
def test_whatever_a_departure_waits_for_is_on_its_path(case: str, seed: int) -> None:
    """Each kind of cause has a share where it counts, and the right one (R23, R48)."""
    owner, document = WAITED_FOR[case]
    run = {"horizon": 60.0, "warmup": 0.0, "seed": seed}
    scenario = Scenario.model_validate(
        {"format": 1, "name": case, "run": run, **document}
    )

    measured = _shares_are_differences(scenario, lambda count: count)

    shares = {s.name: s.value for s in (*measured.shares, *measured.other_shares)}
    assume(shares[owner] > 0.1)  # in most runs; if it were in none, the test would fail


@given(lines(SMOOTH & ~UNDECIDED), st.data())
def test_shares_of_a_line_are_derivatives(
    scenario: Scenario, data: st.DataObject
) -> None:
    """On a line, each share is the elasticity of the K-th departure's time."""
    _shares_are_differences(scenario, _any_of(data))


@given(scenarios(SMOOTH & ~UNDECIDED), st.data())
def test_shares_of_a_network_are_derivatives(
    scenario: Scenario, data: st.DataObject
) -> None:
    """On any network, a share is the elasticity of the K-th departure's time (R49)."""
    _shares_are_differences(scenario, _any_of(data))


@given(scenarios(SMOOTH), st.data())
def test_shares_are_derivatives_of_the_path_even_with_losses(
    scenario: Scenario, data: st.DataObject
) -> None:
    """Where timing decides who is lost or goes first, shares still fit the path."""
    _shares_are_differences(scenario, _any_of(data))


RECIPES_ON_PATH = Feature.JOIN | Feature.BATCH | Feature.FORK


@given(scenarios((SMOOTH | RECIPES_ON_PATH) & ~UNDECIDED), st.data())
def test_shares_of_joins_and_batches_are_derivatives(
    scenario: Scenario, data: st.DataObject
) -> None:
    """A joint service waits for the part that comes last: that one is on the path."""
    _shares_are_differences(scenario, _any_of(data))
