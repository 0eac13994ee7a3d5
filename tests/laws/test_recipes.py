"""Joins, batches, copies and rounds: what comes out is what went in, counted right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from toc_sim import Scenario
from toc_sim.testing.books import miscounted, misjudged_stays, unfair_shares
from toc_sim.testing.ledger import Ledger, recorded
from toc_sim.testing.strategies import EVERYTHING, Feature, scenarios

Document = dict[str, Any]

MANY = EVERYTHING & ~(Feature.POOL | Feature.PATIENCE | Feature.FEEDBACK)
"""Where most stages may have a recipe."""


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


@given(scenarios(MANY))
def test_in_and_made_is_out_and_merged_and_inside(scenario: Scenario) -> None:
    """None is forgotten or made up: of the pipeline, and in the books of each stage."""
    ledger = recorded(scenario)

    assert list(miscounted(ledger)) == []
    assert list(misjudged_stays(ledger)) == []
    assert list(unfair_shares(ledger.net, ledger.result)) == []


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
