"""Joins, batches, copies and rounds: what comes out is what went in, counted right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from helpers.ledger import Ledger, recorded, step_area, tally
from hypothesis import given

from toc_sim import Scenario
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.testing.strategies import EVERYTHING, Feature, scenarios

Document = dict[str, Any]

MANY = EVERYTHING & ~(Feature.POOL | Feature.PATIENCE | Feature.FEEDBACK)
"""Where most stages may have a recipe."""

INSIDE = {"enter": 1, "buy": -1, "lose": -1, "merge": -1}
"""What each thing told does to the number of items inside."""

EXACT = 1e-9


def ran(stages: Document, flow: list[Any], **run: Any) -> Ledger:
    """Run a scenario from an empty start."""
    document = {
        "format": 1,
        "name": "recipes",
        "stages": stages,
        "flow": flow,
        "run": {"horizon": 10, "warmup": 0, **run},
    }
    return recorded(Scenario.model_validate(document))


def starts(ledger: Ledger, name: str) -> list[float]:
    """Return when services began at a stage [periods]."""
    return [event.time for event in ledger.at(name, "start")]


def inside(events: Iterable[TraceEvent]) -> int:
    """Return how many items came in more than left."""
    return sum(INSIDE.get(event.event, 0) for event in events)


@given(scenarios(MANY))
def test_in_and_made_is_out_and_merged_and_inside(scenario: Scenario) -> None:
    """Of the pipeline, at both ends of the window: none is forgotten or made up."""
    ledger = recorded(scenario)
    result = ledger.result
    window = tally(event for event in ledger.events if event.time > 0)

    assert result.wip_end == inside(ledger.events)
    assert result.wip_start == inside(e for e in ledger.events if e.time <= 0)
    assert result.merged == window["merge"]
    assert (result.bought, result.lost) == (window["buy"], window["lose"])


@given(scenarios(MANY))
def test_each_stage_keeps_its_books(scenario: Scenario) -> None:
    """At each stage: what came and was made is what left, was merged, or is there."""
    ledger = recorded(scenario)
    result = ledger.result

    for node in ledger.net.nodes:
        if node.kind != "stage":
            continue
        told = tally(e for e in ledger.events if e.node == node.name and e.time > 0)
        found = result.nodes[node.index]
        assert found.out == told["depart"]
        assert found.merged == told["merge"]
        assert found.lost == told["lose"]
        if node.rounds is None:
            assert found.started == told["start"]
            assert found.finished == told["finish"]


@given(scenarios(MANY))
def test_work_in_progress_is_the_area_under_the_count(scenario: Scenario) -> None:
    """Mean WIP x time is the area under the number of items inside, step by step."""
    ledger = recorded(scenario)
    steps = [(e.time, INSIDE[e.event]) for e in ledger.events if e.event in INSIDE]
    area = step_area(steps, ledger.result.horizon)

    assert ledger.result.wip_mean * ledger.result.horizon == pytest.approx(
        area, abs=EXACT
    )


@given(scenarios(MANY))
def test_shares_add_up(scenario: Scenario) -> None:
    """States of a stage add up to 1, and so does the critical path, if any left."""
    ledger = recorded(scenario)
    result = ledger.result
    own = [node.index for node in ledger.net.nodes if node.resource is None]

    for node in (*(result.nodes[index] for index in own), *result.resources):
        states = node.busy + node.blocked + node.starved + node.down + node.off
        assert states == pytest.approx(1, abs=EXACT)
    if result.bought:
        shares = [share.value for share in result.shares + result.other_shares]
        assert sum(shares) == pytest.approx(1, abs=EXACT)


def test_a_join_waits_for_all_its_parts() -> None:
    """A bicycle takes a frame and two wheels: the slowest sets the pace (R38)."""
    ledger = ran(
        {
            "frames": {"kind": "machine", "rate": 2},
            "wheels": {"kind": "machine", "rate": 1},
            "fit": {"kind": "machine", "rate": 4, "takes": {"frames": 1, "wheels": 2}},
        },
        ["frames -> fit", "wheels -> fit"],
    )
    shares = {share.name: share.value for share in ledger.result.shares}

    assert starts(ledger, "fit") == [2, 4, 6, 8, 10]
    assert ledger.result.nodes[2].merged == 8
    assert shares["wheels"] == pytest.approx(8 / 8.25)
    assert ledger.result.flow_mean == (2.25 + 3.75 + 5.25 + 6.75) / 4


def test_a_kiln_works_on_all_at_once() -> None:
    """It waits for four, works on them together, and lets the same four out."""
    ledger = ran(
        {
            "form": {"kind": "machine", "rate": 2},
            "kiln": {"kind": "machine", "rate": 1, "takes": 4, "gives": 4},
        },
        ["form -> kiln"],
    )

    assert starts(ledger, "kiln") == [2, 4, 6, 8, 10]
    assert ledger.result.departures.tolist() == [
        t for t in (3, 5, 7, 9) for _ in "four"
    ]
    assert ledger.result.nodes[1].merged == ledger.result.nodes[1].made == 0


def test_a_box_is_as_old_as_its_oldest_cup() -> None:
    """Of three cups the first that came goes on; unpacked, six are as old (R39)."""
    ledger = ran(
        {
            "make": {"kind": "machine", "rate": 1},
            "pack": {"kind": "machine", "rate": 10, "takes": 3},
            "unpack": {"kind": "machine", "rate": 10, "gives": 6},
        },
        ["make -> pack -> unpack"],
    )

    assert ledger.result.bought == 18
    assert ledger.result.flow_mean == pytest.approx(3.2)
    assert [node.merged for node in ledger.result.nodes] == [0, 6, 0]
    assert [node.made for node in ledger.result.nodes] == [0, 0, 15]


def test_a_server_keeps_what_finds_no_room() -> None:
    """Of four items two find room; the rest leave one by one; then it is free (R40)."""
    ledger = ran(
        {
            "unpack": {"kind": "machine", "rate": 1, "gives": 4},
            "check": {"kind": "machine", "rate": 1, "buffer": 1},
        },
        ["unpack -> check"],
        horizon=3.5,
    )

    assert [e.time for e in ledger.at("unpack", "depart")] == [1, 1, 2, 3]
    assert starts(ledger, "unpack") == [0, 3]
    assert ledger.result.nodes[0].blocked == pytest.approx(2 / 3.5)


def test_a_copy_goes_every_way_when_there_is_room() -> None:
    """A full way holds its copy, and those after it, until there is room (R41)."""
    ledger = ran(
        {
            "order": {"kind": "machine", "rate": 2, "routing": "all"},
            "make": {"kind": "machine", "rate": 1, "buffer": 0},
            "bill": {"kind": "machine", "rate": 9},
        },
        ["order -> make", "order -> bill"],
        horizon=4,
    )

    assert starts(ledger, "make") == starts(ledger, "bill") == [0.5, 1.5, 2.5, 3.5]
    assert ledger.result.nodes[0].made == 4


def test_a_round_moves_what_is_there_and_finds_room() -> None:
    """Up to three at once at 0.5, 1.5 and so on: what is not there is lost (R42)."""
    ledger = ran(
        {
            "fill": {"kind": "team", "rounds": {"every": 1, "items": 2}},
            "move": {
                "kind": "team",
                "buffer": 3,
                "stock": 1,
                "rounds": {"every": 1, "first": 0.5, "items": 3},
            },
            "sell": {"kind": "machine", "rate": 1, "buffer": 0},
        },
        ["fill -> move -> sell"],
        horizon=4,
    )
    fill, move, _ = ledger.result.nodes

    assert [e.time for e in ledger.at("move", "depart")] == [0.5, 1.5, 2.5, 3.5]
    assert (fill.started, move.started) == (6, 4)
    assert (fill.busy, fill.blocked) == (0.75, 0.25)
    assert (move.busy, move.blocked, move.starved) == pytest.approx((1 / 3, 0.5, 1 / 6))


def test_at_one_time_who_is_further_downstream_moves_first() -> None:
    """With rounds at one time nobody moves what he has just been handed (R5)."""
    boy = {"kind": "team", "rounds": {"every": 1, "items": 2}}
    later = {"kind": "team", "rounds": {"every": 1, "first": 0.5, "items": 2}}
    together = ran({"andy": boy, "ben": boy}, ["andy -> ben"])
    in_turn = ran({"andy": boy, "ben": later}, ["andy -> ben"])

    assert together.result.bought == 18
    assert in_turn.result.bought == 18
    assert together.result.flow_mean == 1
    assert in_turn.result.flow_mean == 0.5
