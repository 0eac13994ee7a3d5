"""Losses, splits, feedback, shared work and customers who return, by arithmetic."""

from __future__ import annotations

from math import log

import pytest
from helpers.pipelines import (
    Fields,
    answer,
    free,
    line,
    loads,
    machine,
    market,
    shares,
    source,
)


def test_what_is_lost_after_the_constraint_costs_throughput() -> None:
    """Conversions .9, .8, 1 after 12, 8, 10 starts leave 6.4 good items."""
    found = line(machine(12, conversion=0.9), machine(8, conversion=0.8), machine(10))

    assert found.throughput == pytest.approx(6.4, abs=1e-9)
    assert found.constraint == ("b",)
    assert found.method == "lp"


def test_the_funnel_is_held_up_by_its_meetings() -> None:
    """1000 leads, 600 calls, 120 meetings, 60 contracts, 50 buyers: 43.2 sales."""
    stages = {
        "leads": source(1000),
        "calls": machine(600, conversion=0.25),
        "meetings": machine(120, conversion=0.4),
        "contracts": machine(60, conversion=0.9),
        "market": market(50),
    }
    found = answer(stages, ["leads -> calls -> meetings -> contracts -> market"])

    assert found.throughput == pytest.approx(43.2, abs=1e-9)
    assert found.constraint == ("meetings",)
    assert found.next_throughput == pytest.approx(50, abs=1e-9)
    assert found.next_constraint == ("market",)


def test_rework_takes_its_part_of_both_machines() -> None:
    """A quarter comes back to the first machine: 10 and 9 make 6.75."""
    stages = {"a": machine(10), "b": machine(9), "z": machine(99)}
    found = answer(stages, ["a -> b -> z", {"b -> a": 0.25}])

    assert found.throughput == pytest.approx(6.75, abs=1e-9)
    assert found.constraint == ("b",)


def test_scrap_and_rework_together() -> None:
    """70 % good, 20 % again, 10 % lost at a machine of 10: 7 good items."""
    stages = {"a": machine(10), "z": machine(99)}
    found = answer(stages, [{"a -> a": 0.2}, {"a -> z": 0.7}])

    assert found.throughput == pytest.approx(7, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "buffer", "throughput", "constraint"),
    [
        (machine(10), 3, 2, "small"),  # the full buffer holds up the other half too
        (machine(10), "unlimited", 6, "first"),  # the queue before it grows
        (free(10), 3, 10, "first"),  # whatever the small one cannot take goes round
        (source(10), 3, 6, "first"),  # those who wait outside hold nobody up
        (source(10, overflow="lost"), 3, 6, "first"),
    ],
)
def test_a_split_in_halves_is_no_max_flow(
    first: Fields, buffer: int | str, throughput: float, constraint: str
) -> None:
    """10 in halves to 1 and 100: 10 if free, 2 behind full buffers, else 6."""
    stages = {
        "first": first,
        "small": machine(1, buffer=buffer),
        "large": machine(100, buffer=buffer),
    }
    found = answer(stages, ["first -> small", "first -> large"])

    assert found.throughput == pytest.approx(throughput, abs=1e-9)
    assert found.constraint == (constraint,)


def test_who_loses_patience_holds_nobody_up() -> None:
    """10 in halves to 1 and 100, with patience behind full buffers: 6, not 2."""
    stages = {
        "first": machine(10),
        "small": machine(1, buffer=3, patience=9),
        "large": machine(100, buffer=3),
    }
    found = answer(stages, ["first -> small", "first -> large"])

    assert found.throughput == pytest.approx(6, abs=1e-9)
    assert found.constraint == ("first",)


def test_returns_after_a_delay_wait_outside_a_full_buffer() -> None:
    """Nobody can be held up by those who are away: the queue of them grows."""
    stages = {
        "a": machine(10),
        "small": machine(1, buffer=0),
        "large": machine(100, buffer=0),
    }
    ways = [{"a -> small": {"share": 0.5, "delay": 2.0}}, {"a -> large": 0.5}]

    assert answer(stages, ways).throughput == pytest.approx(6, abs=1e-9)


def test_shared_sellers_divide_their_time() -> None:
    """4 sellers at 0.5 a meeting and 1.5 a closing close 2 deals: all their time."""
    stages = {
        "meet": {"kind": "team", "resource": "sellers", "time": 0.5},
        "close": {"kind": "team", "resource": "sellers", "time": 1.5},
        "market": market(11),
    }
    found = answer(
        stages, ["meet -> close -> market"], resources={"sellers": {"servers": 4}}
    )

    assert found.throughput == pytest.approx(2, abs=1e-9)
    assert [(each.name, each.kind) for each in found.owners] == [
        ("market", "market"),
        ("sellers", "resource"),
    ]
    assert shares(found) == {"market": 0, "sellers": 1}
    assert found.owners[1].capacity == 4


def test_each_purchase_of_a_returning_customer_counts() -> None:
    """30 % come back and need no lead: 7 leads make 10 purchases."""
    stages = {"leads": source(7), "sales": machine(20), "market": market(15)}
    found = answer(
        stages, ["leads -> sales -> market", {"market -> sales": {"share": 0.3}}]
    )

    assert found.throughput == pytest.approx(10, abs=1e-9)
    assert found.constraint == ("leads",)
    assert found.next_constraint == ("market",)


def test_repairs_take_their_part_of_capacity() -> None:
    """A machine that works 3 of 4 periods makes 3/4 of what it could."""
    repairs = {"mean_time_between_failures": 30.0, "mean_time_to_repair": 10.0}
    found = line(machine(8, availability=repairs), machine(7))

    assert found.throughput == pytest.approx(6)
    assert found.owners[0].capacity == pytest.approx(6)


def test_profiles_count_with_their_mean_over_the_horizon() -> None:
    """A demand that falls from 10 to 0 over the run is one of 5."""
    falling = {"profile": [[0.0, 10.0], [100.0, 1e-9]]}
    stages = {"desk": machine(8), "market": {"kind": "market", "demand": falling}}
    found = answer(stages, ["desk -> market"], run={"horizon": 100.0})

    assert found.throughput == pytest.approx(5)
    assert found.constraint == ("market",)


def test_a_pace_that_rests_in_the_whole_window_lets_nothing_through() -> None:
    """A market that opens after the horizon: throughput 0, no shares, no crash."""
    late = {"profile": [[0.0, 0.0], [900.0, 0.0], [900.0, 1.0]]}
    stages = {"desk": machine(8), "market": {"kind": "market", "demand": late}}
    found = answer(stages, ["desk -> market"], run={"horizon": 100.0})

    assert found.throughput == 0
    assert found.constraint == found.next_constraint == ()


def test_times_that_change_count_with_what_is_done_at_them() -> None:
    """Two periods by night, a quarter by day: 12 x 0.5 and 12 x 4 items in 24 periods.

    Who is there by day only does 12 x 4 in 12 periods.
    """
    time = {"profile": [[0, 0.25], [0, 2], [12, 2], [12, 0.25]], "every": 24}
    rising = {"profile": [[0.0, 1.0], [48.0, 2.0]]}
    stages = {"call": {"kind": "team", "resource": "bob", "time": time}}
    hours = {"day": {"cycle": 24, "open": [[12, 24]]}}
    run = {"horizon": 48.0}

    bob: Fields = {"bob": {"servers": 1}}
    assert answer(stages, [], run=run, resources=bob).throughput == pytest.approx(
        54 / 24
    )
    bob = {"bob": {"servers": 1, "calendar": "day"}}
    found = answer(stages, [], run=run, resources=bob, calendars=hours)
    assert found.throughput == pytest.approx(48 / 24)
    stages["call"]["time"] = rising
    found = answer(stages, [], run=run, resources={"bob": {"servers": 1}})
    assert found.throughput == pytest.approx(log(2))


def test_where_nothing_can_be_bought_nobody_is_named() -> None:
    """A conversion of 0 throughout the run: throughput 0, no shares, no crash."""
    late = {"profile": [[0.0, 0.0], [900.0, 0.0], [900.0, 1.0]]}
    found = line(machine(8, conversion=late), machine(7))

    assert found.throughput == 0
    assert found.constraint == found.next_constraint == ()
    assert set(shares(found).values()) == set(loads(found).values()) == {0}


def test_the_textbook_network_carries_23() -> None:
    """Lucky Puck (Cormen, Leiserson, Rivest & Stein): each road a stage, free ways."""
    roads = {
        "sa": 16, "sc": 13, "ab": 12, "ca": 4, "cd": 14,
        "bc": 9, "bt": 20, "db": 7, "dt": 4,
    }  # fmt: skip
    on = {road: [after for after in roads if after[0] == road[1]] for road in roads}
    stages = {
        road: free(rate) if len(on[road]) > 1 else machine(rate)
        for road, rate in roads.items()
    }
    flow = [f"{road} -> {after}" for road in roads for after in on[road]]
    found = answer(stages, flow)

    cut = {name for name, share in shares(found).items() if share}
    assert found.throughput == 23
    assert cut == {"ab", "db", "dt"}
    assert shares(found)["ab"] == pytest.approx(12 / 23)
