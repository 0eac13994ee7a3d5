"""Release policies: what may be inside bounds what can come out."""

from __future__ import annotations

import pytest
from helpers.pipelines import (
    Fields,
    answer,
    lifts,
    line,
    loads,
    machine,
    market,
    shares,
)

CUPS = {
    "machine_1": machine(12),
    "machine_2": machine(8),
    "machine_3": machine(10),
    "sales": machine(9),
    "market": market(11),
}
FLOW = ["machine_1 -> machine_2 -> machine_3 -> sales -> market"]
WAY = 1 / 12 + 1 / 8 + 1 / 10 + 1 / 9 + 1 / 11
"""The time on the way if nothing waits [periods]."""


def rope(drum: str, buffer: int) -> Fields:
    """Return a drum-buffer-rope policy."""
    return {"drum_buffer_rope": {"drum": drum, "buffer": buffer}}


def test_too_few_items_inside_are_the_constraint() -> None:
    """3 items on a way of 0.51 periods: Little's law allows 5.88, not 8."""
    found = answer(CUPS, FLOW, release={"conwip": 3})

    assert found.throughput == pytest.approx(3 / WAY, rel=1e-9)
    assert (found.constraint, found.tie) == (("conwip",), False)
    assert (found.next_constraint, found.next_throughput) == (("machine_2",), 8)


def test_what_a_policy_costs_is_shared_by_time_on_the_way() -> None:
    """Each node answers for its part of the time that an item is inside."""
    found = answer(CUPS, FLOW, release={"conwip": 3})
    policy = found.owners[-1]

    assert shares(found) == pytest.approx(
        {
            "machine_1": 1 / 12 / WAY,
            "machine_2": 1 / 8 / WAY,
            "machine_3": 1 / 10 / WAY,
            "sales": 1 / 9 / WAY,
            "market": 1 / 11 / WAY,
            "conwip": 0,
        },
        abs=1e-6,
    )
    assert (policy.kind, policy.capacity, policy.share) == ("policy", 3, 0)
    assert policy.load == pytest.approx(1, abs=1e-9)


def test_a_policy_with_room_is_not_the_constraint() -> None:
    """5 items are more than 8 items per period need; its load says how much more."""
    found = answer(CUPS, FLOW, release={"conwip": 5})

    assert (found.constraint, found.throughput) == (("machine_2",), 8)
    assert loads(found)["conwip"] == pytest.approx(8 * WAY / 5, abs=1e-9)


def test_a_policy_that_one_more_item_helps_little_is_not_the_constraint() -> None:
    """Of 30 items one more brings 3 %; a tenth more speed of the slow desk, 9 %."""
    found = line(machine(10.0, servers=50), machine(1e6), release={"conwip": 30})

    assert found.throughput == pytest.approx(30 / (5 + 1e-6), rel=1e-9)
    assert found.constraint == ("a",)
    assert found.next_constraint == ("b",)


@pytest.mark.parametrize(("unmet", "throughput"), [("lost", 1.0), ("backlog", 2.0)])
def test_buyers_who_wait_hold_no_item(unmet: str, throughput: float) -> None:
    """A lost-sales market is a server too; where they wait, a sale takes no time."""
    stages = {"desk": machine(2), "market": market(2, unmet=unmet)}
    found = answer(stages, ["desk -> market"], release={"conwip": 1})

    assert found.throughput == pytest.approx(throughput, rel=1e-9)


def test_a_rope_counts_the_way_up_to_the_drum() -> None:
    """One item up to machine 2: 1 / (1/12 + 1/8) = 4.8, whatever comes after."""
    found = answer(CUPS, FLOW, release=rope("machine_2", 1))

    assert found.throughput == pytest.approx(4.8, rel=1e-9)
    assert found.constraint == ("drum_buffer_rope",)
    assert shares(found)["machine_2"] == pytest.approx(0.6, abs=1e-6)
    assert shares(found)["machine_3"] == 0


def test_a_drum_in_a_circle_is_not_bounded() -> None:
    """Where items pass the drum several times the rope's bound is left out."""
    stages = {"a": machine(8), "drum": machine(8), "z": machine(9)}
    flow = ["a -> drum -> z", {"drum -> a": 0.2}]
    found = answer(stages, flow, release=rope("drum", 1))

    assert found.throughput == pytest.approx(6.4, rel=1e-9)
    assert loads(found)["drum_buffer_rope"] == 0


def test_stages_that_stand_in_for_each_other_are_named_together() -> None:
    """One item, two equal desks to choose from: a faster one of them is enough."""
    stages = {"a": machine(1e6, routing="free"), "b": machine(4), "c": machine(4)}
    found = answer(stages, ["a -> b", "a -> c"], release={"conwip": 1})

    assert found.constraint == ("conwip",)
    assert shares(found)["b"] == pytest.approx(0.5, abs=1e-5)
    assert shares(found)["c"] == pytest.approx(0.5, abs=1e-5)
    assert lifts(found)["b"] == pytest.approx(1, abs=1e-5)
