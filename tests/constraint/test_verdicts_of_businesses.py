"""Verdicts on what businesses bring: days that end, shared people, ties, trends.

Each is a small pipeline whose right answer is known by reasoning or by lifting each
node; the critical path of one run would name another.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from toc_sim import Scenario, diagnose
from toc_sim.constraint.verdict import Verdict
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of


def judged(stages: dict[str, Any], *flow: str | dict[str, Any], **more: Any) -> Verdict:
    """Return what is said of a pipeline."""
    ways = list(flow)
    document = {"format": 1, "name": "case", "stages": stages, "flow": ways, **more}
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

    assert verdict.constraint == ("calendars.day.hours",)
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
def test_seasons_are_laid_over_each_other() -> None:
    """Orders are above the shop's pace from week 14.6 to 37.4 of every year of 52."""
    orders = {"profile": [[0, 2], [26, 18]], "every": 52}
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": orders},
            "shop": {"kind": "team", "capacity": 11, "patience": {"mean": 1, "cv": 0}},
        },
        "orders -> shop",
        period="week",
        run={"horizon": 260, "warmup": 0},
    )

    assert [reign.name for reign in verdict.reigns] == ["orders", "shop", "orders"]
    assert verdict.reigns[0].end == pytest.approx(14.6, abs=4)
    assert verdict.reigns[1].end == pytest.approx(37.4, abs=4)
    assert verdict.reigns[2].end == 52
    start = "The constraint moves with the season of 52 weeks: orders until week "
    assert verdict.sentence.startswith(start)


def helpline(chance: bool) -> Verdict:  # noqa: FBT001 - a case
    """Return what is said where four in ten calls go to nurses, who can do three."""
    cv = {"cv": 1} if chance else {"cv": 0}
    return judged(
        {
            "calls": {"kind": "source", "arrivals": 10, **cv},
            "operators": {"kind": "team", "rate": 20, **cv},
            "nurses": {"kind": "team", "rate": 3, **cv},
            "out": {"kind": "market", "demand": 100},
        },
        "calls -> operators",
        {"operators -> nurses": 0.4},
        {"operators -> out": 0.6},
        "nurses -> out",
        run={"horizon": 200, "warmup": 0, "replications": 8},
    )


@pytest.mark.parametrize("chance", [False, True])
def test_an_overload_is_told_beside_the_constraint(chance: bool) -> None:  # noqa: FBT001 - a case
    """Four come where three can be done, though most is lost for want of calls."""
    verdict = helpline(chance)

    assert verdict.constraint[0] == "calls"
    told = re.search(
        r"nurses are overloaded: what comes asks for (\d+) % of what they can do, and "
        r"the queue grows as long as that goes on",
        verdict.explanation,
    )
    assert told
    assert int(told[1]) == pytest.approx(133, abs=5)


def test_customers_who_still_become_more_are_no_overload() -> None:
    """Two in ten come back after 20 weeks: later more are sold, and nobody is full."""
    verdict = judged(
        {
            "leads": {"kind": "source", "arrivals": 10, "cv": 1},
            "sell": {"kind": "team", "capacity": 14, "cv": 1},
            "market": {"kind": "market", "demand": 300},
        },
        "leads -> sell -> market",
        {"market -> sell": {"share": 0.2, "delay": 20}},
        run={"horizon": 52, "warmup": 0, "replications": 20},
    )

    assert "more comes there than is done" not in verdict.explanation
    assert "overloaded" not in verdict.explanation
    found = re.search(
        r"Throughput grows within the window: ([\d.]+) in its first half, ([\d.]+) ",
        verdict.explanation,
    )
    assert found
    halves = [float(each) for each in found.groups()]
    assert sum(halves) / 2 == pytest.approx(verdict.counted.mean, abs=0.01)
    assert halves[1] - halves[0] == pytest.approx(1.7, abs=0.9)


def test_what_one_item_explains_is_not_told() -> None:
    """Twenty orders a day: three or four more of them are the same within an item."""
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": 2, "calendar": "day"},
            "work": {"kind": "machine", "rate": 1},
        },
        "orders -> work",
        calendars={"day": {"cycle": 100, "open": [[0, 10]]}},
        run={"horizon": 100, "warmup": 0},
    )

    assert verdict.constraint == ("orders",)
    assert "More helps less" not in verdict.explanation


def test_one_run_with_chance_tells_no_growth_that_averages_refute() -> None:
    """What one run of a busy queue adds may be taken off in the next."""
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": 9.9, "cv": 1},
            "desk": {"kind": "team", "rate": 10, "cv": 1},
        },
        "orders -> desk",
        run={"horizon": 500, "warmup": 500, "replications": 1},
    )

    assert verdict.growth is None
    assert "still grows" not in verdict.explanation
    assert "More helps less" not in verdict.explanation


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

    policies = {each.name for each in verdict.policies if each.is_constraint}
    assert verdict.constraint == ("crew.dispatch",)  # another order brings yet more
    assert policies == {"crew.dispatch", "b.buffer"}
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
    assert verdict.sentence.startswith("orders are the constraint: their products")


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


def test_what_the_window_remembers_is_not_told_by_the_path() -> None:
    """Moulding at 14.6 of 15 that come, a market of 14.9: their queues never settle.

    The path, cut where the window begins, gave the market 0.41 of it over 300 runs;
    2 % more or less of its demand moves 0.15 to 0.28 of that.
    """
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": 15, "distribution": "exponential"},
            "moulding": {"kind": "machine", "rate": 14.6, "cv": 0.5},
            "market": {"kind": "market", "demand": 14.9, "distribution": "exponential"},
        },
        "orders -> moulding -> market",
        run={"horizon": 39, "replications": 60},
    )

    assert verdict.method == "experiment"
    assert "remembers too long how the window began" in verdict.reason
    assert verdict.constraint[0] == "moulding"


def test_a_clear_overload_is_told_by_the_path() -> None:
    """Before a stage that can do half of what comes nothing of the start remains."""
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": 16, "distribution": "exponential"},
            "work": {"kind": "machine", "capacity": 8, "distribution": "exponential"},
        },
        "orders -> work",
        run={"horizon": 100, "warmup": 20, "replications": 8},
    )

    assert (verdict.method, verdict.constraint) == ("path", ("work",))


def test_more_that_chokes_the_line_is_not_sold_as_a_constraint() -> None:
    """Two per cent more patients help, ten per cent more keep nurses from the papers.

    The shortest work goes first, so that beyond what the nurses can do papers wait for
    ever: whose share is nearly all is lifted as far as a purchase goes before that.
    """
    nurses = {"kind": "team", "resource": "nurses"}
    turns = {"empirical": [1.0, 2.0, 2.0, 3.0, 5.0]}
    talk = {"time": 0.0917, "cv": 0.5, "distribution": "uniform"}
    control = {"servers": 3, "buffer": 9, "time": 0.304, "distribution": "exponential"}
    verdict = judged(
        {
            "arrivals": {"kind": "source", "arrivals": 8.9, "cv": 0.5},
            "check": {**nurses, "time": 0.158},
            "talk": {"kind": "team", "resource": "doctors", **talk},
            "treatment": {**nurses, "time": 0.188, "distribution": turns},
            "control": {"kind": "team", **control},
            "papers": {
                **nurses,
                "time": 0.0819,
                "cv": 0.4,
                "distribution": "triangular",
            },
        },
        "arrivals -> check -> talk -> treatment -> control -> papers",
        resources={
            "nurses": {"servers": 4, "dispatch": "shortest"},
            "doctors": {"servers": 1},
        },
        run={"horizon": 88, "replications": 20},
    )

    assert verdict.word == "shared"
    assert verdict.constraint[0] != "arrivals"
    assert verdict.lifts[-1].names == ("arrivals",)
    assert verdict.lifts[-1].gain.high < verdict.lifts[0].gain.low


@pytest.mark.parametrize(("customers", "delay"), [(6670, 5), (700, 0.4)])
def test_customers_at_the_start_are_nobodys_work(customers: int, delay: float) -> None:
    """Leads answer for the part that they bring, not for what a base buys.

    They bring 400 (10 + 0.5 x 5) = 5000 purchases in the window, 6670 customers at the
    start bring 6670 (0.5 + 0.25) = 5000 of their own; so it is for any delay.
    """
    tours = range(1, int(10 / delay) + 1)
    of_leads = 400 * (10 + sum(0.5**tour * (10 - tour * delay) for tour in tours))
    of_base = customers * sum(0.5**tour for tour in tours)
    document = {
        "format": 1,
        "name": "club",
        "stages": {
            "leads": {"kind": "source", "arrivals": 400, "distribution": "exponential"},
            "desk": {"kind": "team", "capacity": 90000},
            "market": {"kind": "market", "demand": 90000},
        },
        "flow": [
            "leads -> desk -> market",
            {"market -> desk": {"share": 0.5, "delay": delay, "customers": customers}},
        ],
        "run": {"horizon": 10, "warmup": 0, "replications": 40},
    }
    verdict = diagnose(simulate(network_of(Scenario.model_validate(document))))

    assert verdict.constraint == ("leads",)
    expected = of_leads / (of_leads + of_base)
    assert shares(verdict)["leads"] == pytest.approx(expected, abs=0.02)
    assert shares(verdict)["desk"] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("warmup", "method"), [(0, "experiment"), (60, "path")])
def test_a_start_that_customers_still_fill_is_told_by_experiment(
    warmup: float, method: str
) -> None:
    """Three weeks away are short, but seven in ten come back again and again."""
    chance = {"distribution": "exponential"}
    verdict = judged(
        {
            "leads": {"kind": "source", "arrivals": 4.3, **chance},
            "care": {"kind": "team", "rate": 30, **chance},
            "market": {"kind": "market", "demand": 50, **chance},
        },
        "leads -> care -> market",
        {"market -> care": {"share": 0.71, "delay": 3}},
        run={"horizon": 100, "warmup": warmup, "replications": 8},
    )

    assert verdict.method == method
    assert verdict.constraint == ("leads",)
    assert ("still do so within the window" in verdict.reason) == (not warmup)


def test_the_interval_of_a_share_near_one_reaches_further_down() -> None:
    """Its values lie at 1 but for a few below, whose luck one sample may lack."""
    verdict = judged(
        {
            "a": {"kind": "machine", "capacity": 12, "distribution": "exponential"},
            "b": {"kind": "machine", "capacity": 8, "buffer": 6, "cv": 1},
            "c": {"kind": "machine", "capacity": 14, "buffer": 6, "cv": 1},
        },
        "a -> b -> c",
        run={"horizon": 200, "warmup": 20, "replications": 20},
    )
    share = verdict.share

    assert verdict.constraint == ("b",)
    assert share.mean - share.low > share.high - share.mean > 0


def test_a_full_stage_is_named_beside_products_that_answer_for_more() -> None:
    """All that one product brings fills a stage, which the table alone would show."""
    products = {"a": 5.0, "b": 7.0}
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": products},
            "desk": {"kind": "team", "time": {"a": 0.04, "b": 0.04}},
            "press": {"kind": "machine", "rate": {"a": 5.0}},
            "out": {"kind": "market", "demand": {"a": 50, "b": 50}},
        },
        {"a": "orders -> desk -> press -> out"},
        {"b": "orders -> desk -> out"},
        products={"a": {}, "b": {}},
        run={"horizon": 100, "warmup": 10},
    )

    assert "press" not in verdict.constraint
    said = "By averages press has no time left either: a load of 100 %."
    assert said in verdict.explanation


@pytest.mark.law
def test_rivals_of_those_who_share_are_lifted_too() -> None:
    """In a season each binds for a while: orders bring most, with a smaller share.

    A stage that is faster only lets the next one bind sooner; more orders help all the
    weeks in which no stage does.
    """
    orders = {"profile": [[0, 6.9], [26, 21.8]], "every": 52}
    demand = {"profile": [[0, 7.6], [26, 24]], "every": 52}
    verdict = judged(
        {
            "orders": {"kind": "source", "arrivals": orders, "cv": 1},
            "desk": {"kind": "team", "capacity": 13.9, "cv": 0.25},
            "workshop": {"kind": "team", "rate": 13.9, "cv": 0.4},
            "market": {"kind": "market", "demand": demand},
        },
        "orders -> desk -> workshop -> market",
        run={"horizon": 52, "warmup": 0, "replications": 20},
    )

    assert verdict.constraint[0] == "orders"
    assert shares(verdict)["orders"] < shares(verdict)["workshop"]
    gains = {lift.names[0]: lift.gain.mean for lift in verdict.lifts}
    assert {"orders", "desk", "workshop"} <= gains.keys()
    assert gains["orders"] == max(gains.values())
    assert "has a larger share" in verdict.explanation
