"""Verdicts on what businesses bring: days that end, shared people, ties, trends.

Each is a small pipeline whose right answer is known by reasoning or by lifting each
node; the critical path of one run would name another.
"""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario, diagnose, network_of, simulate
from toc_sim.constraint.verdict import Verdict


def judged(stages: dict[str, Any], flow: str, **more: Any) -> Verdict:
    """Return what is said of a pipeline."""
    document = {"format": 1, "name": "case", "stages": stages, "flow": [flow], **more}
    return diagnose(simulate(network_of(Scenario.model_validate(document))))


def shares(verdict: Verdict) -> dict[str, float]:
    """Return the mean shares by name."""
    return {owner.name: owner.share.mean for owner in verdict.shares}


@pytest.mark.parametrize("chance", [False, True])
def test_a_day_that_ends_is_not_the_work(chance: bool) -> None:  # noqa: FBT001 - a case
    """All of a morning's orders are done by noon, however fast the work is."""
    cv = {"cv": 1} if chance else {}
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": 20, "calendar": "day", **cv},
            "work": {"kind": "machine", "rate": 10, **cv},
        },
        "orders -> work",
        calendars={"day": {"cycle": 100, "open": [[0, 10]]}},
        run={"horizon": 100, "warmup": 0, "replications": 30},
    )

    assert verdict.constraint == ("orders",)
    assert shares(verdict)["work"] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("stages", "more"),
    [
        (
            {
                "orders": {"kind": "source", "arrivals": 12, "cv": 1},
                "a": {"kind": "machine", "rate": 8},
                "b": {"kind": "machine", "rate": 8},
            },
            {"run": {"horizon": 300, "replications": 8}},
        ),
        (
            {
                "orders": {"kind": "source", "arrivals": {"P": 6, "Q": 6}},
                "a": {"kind": "machine", "rate": 8},
                "b": {"kind": "machine", "rate": 8},
            },
            {"products": {"P": {}, "Q": {}}, "run": {"horizon": 500, "warmup": 100}},
        ),
        (
            {
                "a": {"kind": "machine", "rate": 8, "calendar": "day"},
                "b": {"kind": "machine", "rate": 8, "calendar": "day"},
                "c": {"kind": "machine", "rate": 20, "calendar": "day"},
            },
            {
                "calendars": {
                    "day": {"cycle": 24, "open": [[8, 16]], "at_close": "pause"}
                },
                "run": {"horizon": 480, "warmup": 240},
            },
        ),
    ],
    ids=["chance", "products", "calendar"],
)
def test_a_tie_is_named_as_a_tie(stages: dict[str, Any], more: dict[str, Any]) -> None:
    """Lifting one of two equals brings nothing, slowing either costs all of it."""
    flow = " -> ".join(stages)

    verdict = judged(stages, flow, **more)

    assert verdict.word == "tie"
    assert set(verdict.constraint) == {"a", "b"}
    assert shares(verdict)["a"] == pytest.approx(0.5, abs=0.02)
    together, *alone = verdict.lifts
    assert set(together.names) == {"a", "b"}
    assert together.gain.mean > 0.7
    assert all(abs(each.gain.mean) < 0.1 for each in alone)
    assert "tie as the constraint" in verdict.sentence


def bob(arrivals: float, **more: Any) -> Verdict:
    """Return what is said where one person works at both ends of a line."""
    return judged(
        {
            "src": {"kind": "source", "arrivals": arrivals},
            "a": {"kind": "team", "resource": "bob", "time": 0.1},
            "b": {"kind": "team", "capacity": 6},
            "c": {"kind": "team", "resource": "bob", "time": 0.1},
            "market": {"kind": "market", "demand": 17},
        },
        "src -> a -> b -> c -> market",
        resources={"bob": {"servers": 1, **more}},
        run={"horizon": 200, "warmup": 20},
    )


def test_the_order_of_work_is_the_constraint() -> None:
    """Whoever begins what comes and does not end it makes a third of what he could."""
    verdict = bob(30)

    assert verdict.constraint == ("bob.dispatch",)
    assert verdict.policies[0].change == "c first"
    assert verdict.throughput.mean == pytest.approx(5 / 3, rel=0.02)
    assert verdict.policies[0].gain.mean == pytest.approx(2, rel=0.05)
    assert "to 5.0" in verdict.sentence
    assert verdict.method == "experiment"
    assert "Chance" not in verdict.explanation


def test_an_order_of_work_that_costs_nothing_is_not() -> None:
    """With few arrivals nobody waits for long, and the source is the constraint."""
    verdict = bob(4, dispatch="fifo")

    assert verdict.constraint == ("src",)


@pytest.mark.law
def test_opening_hours_are_the_constraint() -> None:
    """A quarter more hours bring nearly as much; more speed of a or c far less."""
    verdict = judged(
        {
            "a": {"kind": "machine", "capacity": 10, "cv": 0.5, "buffer": 10},
            "b": {"kind": "machine", "capacity": 12, "cv": 0.5, "buffer": 10}
            | {"calendar": "day"},
            "c": {"kind": "machine", "capacity": 10, "cv": 0.5, "buffer": 10},
        },
        "a -> b -> c",
        calendars={"day": {"cycle": 24, "open": [[8, 16]]}},
        run={"horizon": 240, "warmup": 24},
    )

    assert verdict.constraint == ("calendars.day",)
    assert verdict.policies[0].gain.mean == pytest.approx(0.095, abs=0.02)
    assert "opening hours of day" in verdict.sentence


@pytest.mark.law
def test_a_constraint_that_moves_is_told_with_its_time() -> None:
    """Demand falls through the shop's capacity of 10 in week 32.5 of 52."""
    verdict = judged(
        {
            "shop": {"kind": "team", "capacity": 10, "cv": 0.5},
            "market": {"kind": "market", "demand": {"profile": [[0, 20], [52, 4]]}},
        },
        "shop -> market",
        period="week",
        run={"horizon": 52, "warmup": 0},
    )

    assert [reign.name for reign in verdict.reigns] == ["shop", "market"]
    assert verdict.reigns[0].end == pytest.approx(32.5, abs=4)
    assert verdict.sentence.startswith("The constraint moves: shop until week 32")


@pytest.mark.law
def test_a_shared_pool_is_judged_by_lifting() -> None:
    """Two stages wait for one crew: e, crew, a and c, as lifting each shows."""
    verdict = judged(
        {
            "a": {"kind": "machine", "rate": 5.373, "cv": 1},
            "b": {"kind": "team", "resource": "crew", "time": 0.102, "cv": 1}
            | {"buffer": 1},
            "c": {"kind": "machine", "rate": 4.641, "cv": 1},
            "d": {"kind": "team", "resource": "crew", "time": 0.251, "cv": 1},
            "e": {"kind": "machine", "rate": 5.15, "cv": 1, "buffer": 2},
        },
        "a -> b -> c -> d -> e",
        resources={"crew": {"servers": 2}},
        run={"horizon": 1500, "warmup": 100, "engine": "compiled"},
    )

    assert verdict.constraint[0] == "e"
    assert sorted(shares(verdict), key=lambda name: -shares(verdict)[name]) == [
        "e",
        "crew",
        "a",
        "c",
    ]


def test_products_are_told_by_their_node_first() -> None:
    """Orders of three products are the constraint together, whatever each sells."""
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": {"x": 3, "y": 4}},
            "desk": {"kind": "team", "capacity": 20},
        },
        "orders -> desk",
        products={"x": {}, "y": {}},
        run={"horizon": 400, "warmup": 10},
    )

    assert verdict.constraint == ("orders/y", "orders/x")
    assert verdict.products is not None
    assert verdict.products.place == "orders"
    assert verdict.share.mean == pytest.approx(1, abs=0.02)
    assert verdict.sentence.startswith("orders is the constraint: its products")


def test_small_figures_keep_their_digits() -> None:
    """A throughput far below 1 is not told as 0.00."""
    verdict = judged(
        {
            "a": {"kind": "machine", "rate": 0.004},
            "b": {"kind": "machine", "rate": 0.003},
        },
        "a -> b",
        run={"horizon": 100000, "warmup": 1000},
    )

    assert "0.00300 item/period" in verdict.sentence
    assert "0.00300" in verdict.explanation


def test_whom_the_verdict_names_was_lifted() -> None:
    """The proof stands beside the verdict also where the path is trusted."""
    verdict = judged(
        {
            "a": {"kind": "machine", "rate": 12, "cv": 1},
            "b": {"kind": "machine", "rate": 8, "cv": 1},
        },
        "a -> b",
        run={"horizon": 500, "replications": 8},
    )

    assert verdict.method == "path"
    assert verdict.lifts[0].names == ("b",)
    assert verdict.lifts[0].gain.mean == pytest.approx(verdict.share.mean, abs=0.06)
    assert "Seen: 2 % more speed of b brought" in verdict.explanation
