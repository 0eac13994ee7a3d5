"""Which pipelines a critical path proves something of, and what it proves."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest
from helpers.pipelines import Fields, machine, market, pipeline, source

from toc_sim.constraint.path_bound import PathBound, most_bought, proof_obstacles

HOURS = {"day": {"cycle": 24.0, "open": [[8.0, 16.0]]}}
STAFF = {"people": {"servers": 1}}
FAILING = {"mean_time_between_failures": 5.0, "mean_time_to_repair": 1.0}
PROFILE = {"profile": [[0.0, 1.0], [5.0, 2.0]]}
LEARNING = {"profile": [[0.0, 0.5], [5.0, 0.8]]}
POOLED = {"kind": "team", "resource": "people", "time": 0.5}
CONWIP = {"release": {"conwip": 3}}
WORKERS: list[tuple[Fields, dict[str, Any], str]] = [
    (machine(1, servers=2), {}, "b has several servers"),
    (machine(1, availability=FAILING), {}, "b fails after so much time at work"),
    ({"kind": "machine", "capacity": PROFILE}, {}, "b changes over time"),
    (machine(1, conversion=LEARNING), {}, "b changes over time"),
    (machine(1, patience=2.0), {}, "b loses items that wait too long"),
    (machine(1, calendar="day"), {"calendars": HOURS}, "b keeps opening hours"),
    (
        machine(1),
        {"state": {"b": {"working": [0.5]}}, "run": {"warmup": 0}},
        "b has items open at the start",
    ),
    (POOLED, {"resources": STAFF}, "stages share the work of people"),
    (
        {"kind": "team", "rounds": {"every": 1.0, "items": 2}},
        {},
        "b works in rounds",
    ),
    (
        machine(1, conversion=0.5),
        CONWIP,
        "conwip hands out tokens, and items that are lost give theirs back early",
    ),
]


@pytest.mark.parametrize(("worker", "sections", "reason"), WORKERS, ids=str)
def test_what_hangs_on_time_is_refused_by_name(
    worker: Fields, sections: dict[str, Any], reason: str
) -> None:
    """Each reason stands alone where nothing else is in the way."""
    stages = {"a": machine(2), "b": worker, "c": machine(3)}

    assert proof_obstacles(pipeline(stages, ["a -> b -> c"], **sections)) == (reason,)


@pytest.mark.parametrize(
    ("stages", "flow", "sections", "reasons"),
    [
        (
            {"a": source(2, overflow="lost"), "b": machine(1)},
            ["a -> b"],
            {},
            ("a turns away arrivals without room",),
        ),
        (
            {"a": machine(2), "b": market(3)},
            ["a -> b", {"b -> a": {"share": 0.5, "delay": 1.0}}],
            {},
            ("b has customers who come back",),
        ),
        (
            {"a": machine(2), "b": machine(3)},
            ["a -> b", {"a -> a": 0.5}],
            {},
            ("items go in a circle",),
        ),
        (
            {"a": machine(2), "b": machine(3), "c": machine(3)},
            ["a -> c", "b -> c"],
            {},
            ("c takes items of several others as they come",),
        ),
        (
            {"a": machine(2), "b": machine(3), "c": machine(3)},
            ["a -> c", "b -> c"],
            CONWIP,
            (
                "c takes items of several others as they come",
                "a and b take turns at conwip",
            ),
        ),
        (
            {"a": machine(2), "b": machine(3), "c": machine(3)},
            [{"a -> b": 0.5}, "a -> c"],
            {},
            ("items are bought at b and c",),
        ),
        (
            {"a": machine(2), "b": machine(3), "c": machine(3, takes={"a": 1, "b": 2})},
            ["a -> c", "b -> c"],
            {},
            (),
        ),
    ],
    ids=("lost", "again", "circle", "merge", "turns", "sellers", "join"),
)
def test_ways_are_refused_where_who_is_first_counts(
    stages: dict[str, Fields],
    flow: list[Any],
    sections: dict[str, Any],
    reasons: tuple[str, ...],
) -> None:
    """A join is none of them: it takes so many of each, whoever comes first."""
    assert proof_obstacles(pipeline(stages, flow, **sections)) == reasons


def test_a_path_with_nothing_of_a_node_is_not_moved_by_it() -> None:
    """Half of the path at twice the speed takes a quarter less."""
    path = PathBound(count=4, moment=9.0, since=1.0, times=(0.0, 4.0, 4.0))

    assert path.not_before((inf, 1.0, 1.0)) == 9.0
    assert path.not_before((1.0, 2.0, 1.0)) == 7.0
    assert path.not_before((1.0, 0.5, 1.0)) == 13.0


def test_a_run_too_short_to_tell_says_nothing() -> None:
    """No purchase lies beyond the horizon for certain."""
    times = np.array([[1.0], [2.0]])

    assert most_bought(np.zeros(2), times, (1.0,), 1.5) == 1
    assert most_bought(np.zeros(2), times, (1.0,), 2.0) is None
