"""Time away on a way, the same for all or drawn: who arrives when, and how many are."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest

from toc_sim import Scenario
from toc_sim.network.node import Draw
from toc_sim.streams import Purpose, block, generator
from toc_sim.testing.comparisons import both_engines, unlike
from toc_sim.testing.ledger import once

STANDARD_ERRORS = 4.5
"""Between a mean and what it is of, at most."""

THREE = (0.0, 1.0, 2.0)

SHAPES = [
    ({"cv": 0.66, "distribution": "lognormal"}, Draw("lognormal", 0.66)),
    ({"distribution": "exponential"}, Draw("gamma", 1.0)),
    ({"cv": 0.5, "distribution": "uniform"}, Draw("uniform", 0.5)),
    (
        {"distribution": {"empirical": [0, 1, 2]}},
        Draw("empirical", 0.8, (0.0, 1.0, 2.0)),
    ),
    ({}, Draw("constant", 0.0)),
]


def office(delay: Any, *, rate: float = 1e7, **run: Any) -> Scenario:
    """Return a desk after which everybody is away for a while, and then buys."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "office",
            "stages": {
                "calls": {"kind": "source", "arrivals": 6, "cv": 1},
                "desk": {"kind": "team", "rate": rate, "stream": "clerk"},
                "market": {"kind": "market"},
            },
            "flow": ["calls -> desk", {"desk -> market": {"delay": delay}}],
            "run": {"horizon": 200, "warmup": 0, "seed": 5} | run,
        }
    )


@pytest.mark.parametrize(("said", "shape"), SHAPES)
def test_the_kth_to_take_the_way_is_away_for_the_kth_draw(
    said: dict[str, Any], shape: Draw
) -> None:
    """By the stream of the way, which the streams of its ends name (R23, R44)."""
    scenario = office({"mean": 3, **said})
    one, other = both_engines(scenario, 0, 0.0)
    known = office(0)
    left = once(known, warmup=0.0).departures
    source = generator(5, 0, "clerk->market", Purpose.DELAY)
    back = np.sort(left + 3 * block(shape, source, len(left)))

    assert one.departures == pytest.approx(back[back <= 200], abs=1e-9)
    assert list(unlike(one, other)) == []


def test_a_delay_of_one_length_is_that_number() -> None:
    """A mean alone says the same as the number, to the last bit."""
    plain, shaped = (office(each) for each in (3, {"mean": 3}))

    assert list(unlike(once(plain), once(shaped))) == []


@pytest.mark.parametrize(("said", "_shape"), SHAPES)
def test_so_many_are_away_as_come_times_how_long_they_are(
    said: dict[str, Any], _shape: Draw
) -> None:
    """Rate x mean time away, whatever its shape: M/G/infinity (Khinchine 1932)."""
    scenario = office({"mean": 2, **said})
    seen = [once(scenario, warmup=40.0, replication=n).wip_mean for n in range(20)]
    error = float(np.std(seen, ddof=1)) / sqrt(len(seen))

    assert abs(float(np.mean(seen)) - 12) <= STANDARD_ERRORS * error


def test_who_is_lost_after_a_while_is_inside_until_then() -> None:
    """A last stage that hands nothing on loses what comes, when it comes (R20)."""
    content = office(0).model_dump(exclude_defaults=True, by_alias=True)
    gone = {"kind": "team", "rate": 1e7, "conversion": 0}
    flow = [
        "calls -> desk",
        {"desk -> market": 0.5},
        {"desk -> gone": {"share": 0.5, "delay": {"mean": 4, "cv": 1}}},
    ]
    scenario = Scenario.model_validate(
        content | {"stages": content["stages"] | {"gone": gone}, "flow": flow}
    )
    one, other = both_engines(scenario, 0, 40.0)
    seen = [once(scenario, warmup=40.0, replication=n).wip_mean for n in range(20)]
    error = float(np.std(seen, ddof=1)) / sqrt(len(seen))

    assert list(unlike(one, other)) == []
    assert abs(float(np.mean(seen)) - 6 * 0.5 * 4) <= STANDARD_ERRORS * error
