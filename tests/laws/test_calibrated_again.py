"""What is drawn from the log of a simulated pipeline is the pipeline itself."""

from __future__ import annotations

from math import log

import pytest
from helpers.drawn_pipelines import ARRIVALS, KnownPipeline, known_pipelines, stage
from helpers.event_logs import as_stage_history, visits_of, without_starts
from helpers.office_logs import in_office_hours, slow_pipeline, with_people
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import load
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft, Estimate

TRIED = 15
"""Pipelines of each kind: with some ten estimates each, 150 are tried in all."""

STANDARD_ERRORS = 6.2
"""Between an estimate and the truth: a normal one is farther off once in 10^9, so that
one of all that are tried is in less than 10^6 runs."""

OF_95 = 1.96
"""Standard errors that a 95 % interval has on each side."""

PRICE = 250.0


def standard_errors(estimate: Estimate, truth: float) -> float:
    """Return how far the truth is off, on the scale on which the interval is even."""
    assert estimate.low is not None
    assert estimate.high is not None
    low, value, high = (
        _even(x, share="->" in estimate.path)
        for x in (estimate.low, float(estimate.value), estimate.high)
    )
    off = _even(truth, share="->" in estimate.path) - value
    one = ((high - value) if off > 0 else (value - low)) / OF_95
    return abs(off) / one if one else (0.0 if abs(off) < 1e-6 else float("inf"))


def _even(value: float, *, share: bool) -> float:
    value = min(max(value, 1e-9), 1 - 1e-9) if share else max(value, 1e-9)
    return log(value / (1 - value)) if share else log(value)


def found(draft: Draft) -> dict[str, Estimate]:
    """Return the estimates of a draft by their paths."""
    return {estimate.path: estimate for estimate in draft.estimates}


def time_and_cv(known: KnownPipeline, name: str) -> tuple[float, float]:
    """Return the mean time of a service, and its coefficient of variation."""
    entry = known.content["stages"][name]
    return entry["servers"] / entry["capacity"], entry["cv"]


@settings(max_examples=TRIED)
@given(known_pipelines(most_load=0.6))
def test_what_can_be_told_comes_back(known: KnownPipeline) -> None:
    """Arrivals, shares, conversion, services and price are within their intervals."""
    draft = draft_of(visits_of(known.content, price=PRICE), period="week")
    estimates = found(draft)

    truths = {"arrivals.arrivals": ARRIVALS}
    truths |= {f"flow.{way}": share for way, share in known.shares.items()}
    for name in known.loads:
        truths[f"{name}.time"], truths[f"{name}.cv"] = time_and_cv(known, name)
    for path, truth in truths.items():
        assert standard_errors(estimates[path], truth) < STANDARD_ERRORS, path
    assert estimates["economics.price"].value == PRICE
    conversion = float(draft.facts["conversion"])
    won = visits_won(known)
    error = (known.conversion * (1 - known.conversion) / won) ** 0.5
    assert abs(conversion - known.conversion) < STANDARD_ERRORS * error


def visits_won(known: KnownPipeline) -> float:
    """Return how many cases such a log has, nearly: those behind a conversion."""
    return 0.9 * ARRIVALS * float(known.content["run"]["horizon"])


@settings(max_examples=TRIED)
@given(known_pipelines(most_load=0.6))
def test_who_was_never_full_is_told_so(known: KnownPipeline) -> None:
    """A stage that had time left is not saturated, and can do more than is claimed."""
    draft = draft_of(visits_of(known.content), period="week")
    estimates = found(draft)

    for finding in draft.stages:
        assert finding.saturation == "not saturated"
        servers = estimates[f"{finding.node}.servers"]
        assert servers.at_least
        assert servers.value <= known.content["stages"][finding.node]["servers"]


@settings(max_examples=TRIED)
@given(known_pipelines(most_load=0.6))
def test_without_starts_nobody_is_called_full(known: KnownPipeline) -> None:
    """Where the log tells less, a stage that had time left is not called saturated."""
    visits = visits_of(known.content)

    for told in (without_starts(visits), as_stage_history(visits)):
        draft = draft_of(told, period="week")
        assert all(each.saturation != "saturated" for each in draft.stages)
        capacities = [e for e in draft.estimates if e.path.endswith(".capacity")]
        assert capacities
        for capacity in capacities:
            name = capacity.path.partition(".")[0]
            assert capacity.at_least
            assert capacity.low is not None
            assert capacity.low <= known.content["stages"][name]["capacity"]


@settings(max_examples=TRIED)
@given(
    st.floats(1.3, 2.0),
    st.integers(1, 3),
    st.floats(0.3, 1.2),
    st.integers(0, 10_000),
)
def test_who_was_full_is_told_so(
    used: float, servers: int, cv: float, seed: int
) -> None:
    """A stage with more work than it can do is saturated, and its capacity is known."""
    entry = stage(used, 1.0, servers, cv=cv)
    content = {
        "format": 1,
        "name": "full",
        "period": "week",
        "stages": {
            "leads": {"kind": "source", "arrivals": ARRIVALS, "cv": 1},
            "a": entry,
            "won": {"kind": "market"},
        },
        "flow": ["leads -> a -> won"],
        "run": {"horizon": 80, "seed": seed},
    }
    visits = visits_of(content)
    draft = draft_of(visits, period="week")
    estimates = found(draft)

    assert draft.stages[0].saturation == "saturated"
    assert not estimates["a.servers"].at_least
    assert estimates["a.servers"].value == servers
    time = servers / entry["capacity"]
    assert standard_errors(estimates["a.time"], time) < STANDARD_ERRORS
    assert "a limited the output" in draft.verdict
    unseen = draft_of(as_stage_history(visits), period="week")
    if unseen.stages[0].saturation == "saturated":
        capacity = found(unseen)["a.capacity"]
        assert standard_errors(capacity, entry["capacity"]) < STANDARD_ERRORS


SLOW = {
    "servers": st.integers(1, 4),
    "cv": st.floats(0.3, 1.0),
    "seed": st.integers(0, 10_000),
}
"""Of a stage whose work takes days."""


@settings(max_examples=TRIED)
@given(used=st.floats(1.3, 2.0), **SLOW)
def test_who_was_full_for_days_is_told_so(
    used: float, servers: int, cv: float, seed: int
) -> None:
    """Work that lasts for days in office hours is at its end if always some waits."""
    content = slow_pipeline(used, servers, cv, seed)
    log = in_office_hours(visits_of(content))
    for told in (with_people(log), log):
        draft = draft_of(told, period="week")

        assert draft.stages[0].saturation == "saturated"
        assert "a limited the output" in draft.verdict
        capacity = found(draft)["a.capacity"]
        assert not capacity.at_least
        truth = content["stages"]["a"]["capacity"]
        assert standard_errors(capacity, truth) < STANDARD_ERRORS
        assert draft.content["stages"]["a"]["servers"] == servers


@settings(max_examples=TRIED)
@given(used=st.floats(0.1, 0.6), **SLOW)
def test_who_had_days_left_is_told_so(
    used: float, servers: int, cv: float, seed: int
) -> None:
    """Work that lasts for days in office hours is not at its end if there is time left.

    What such a stage can do at least is no more than it can do.
    """
    content = slow_pipeline(used, servers, cv, seed)
    log = in_office_hours(visits_of(content))
    for told in (with_people(log), log):
        draft = draft_of(told, period="week")

        assert draft.stages[0].saturation == "not saturated"
        assert "no stage was at the end of its capacity" in draft.verdict
        estimates = found(draft)
        assert all(each.at_least for each in estimates.values() if is_pace(each))


def is_pace(estimate: Estimate) -> bool:
    """Return whether an estimate is of how much a stage can do."""
    return estimate.path in ("a.capacity", "a.servers")


@settings(max_examples=5)
@given(known_pipelines(most_load=0.6))
def test_what_is_drawn_can_be_read(known: KnownPipeline) -> None:
    """The content of a draft is a scenario that can be loaded and that sells."""
    draft = draft_of(visits_of(known.content), period="week")
    scenario = load(draft.content)

    assert scenario.run.horizon == pytest.approx(80, abs=1)
    assert set(scenario.stages) - {"lost"} == {"arrivals", "won", *known.loads}
