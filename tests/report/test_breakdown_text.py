"""What a breakdown says of lines whose answer is known without any chance."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.breakdown.responses import Breakdown
from toc_sim.report.text.breakdown import (
    benchmark_table,
    breakdown_sentence,
    first_row,
    formula_table,
    parameter_table,
)
from toc_sim.report.text.formula import formula_lines

Document = dict[str, Any]

SOURCE: Document = {"kind": "source", "arrivals": 20}
MACHINE: Document = {"kind": "machine", "capacity": 8}
MARKET: Document = {"kind": "market", "demand": 11}


def found(stages: Document, **more: Any) -> Breakdown:
    """Break a line down to its parameters."""
    flow = [" -> ".join(stages)] if len(stages) > 1 else []
    run = {"horizon": 40, "warmup": 5}
    document = {"format": 1, "name": "line", "stages": stages, "flow": flow, "run": run}
    return breakdown(Scenario.model_validate(document | more))


def why(stages: Document, **more: Any) -> str:
    """Return what is said of formula and flow, in one line."""
    seen = found(stages, **more)
    return " ".join(formula_lines(seen, first_row(seen)))


def test_a_full_stage_stands_in_the_way_of_leads() -> None:
    """Leads are the calculator's only factor, and the machine is full."""
    assert why({"leads": SOURCE, "machine": MACHINE, "market": MARKET}) == (
        "Formula against flow: a calculator that makes every factor 10 % larger puts "
        "leads.arrivals first, +10.0 % of throughput. It counts 10 % more of "
        "leads.arrivals as +10.0 % of throughput; the flow brings 0.0 %, because "
        "machine answers for 100 % of the throughput and is full. The flow puts "
        "machine.capacity first: about +10.0 % for 10 %."
    )


@pytest.mark.parametrize(
    ("stages", "more", "reason"),
    [
        (
            {"leads": SOURCE, "machine": {**MACHINE, "capacity": 30}, "market": MARKET},
            {},
            "because market answers for 100 % of the throughput and buys no more.",
        ),
        (
            {"leads": SOURCE, "one": MACHINE, "two": MACHINE, "market": MARKET},
            {},
            "because one and two are full, and only lifting them together helps.",
        ),
        (
            {"leads": SOURCE, "machine": {"kind": "machine", "rate": 10, "servers": 4}},
            {"release": {"conwip": 1}},
            "because the release policy conwip lets no more in.",
        ),
    ],
)
def test_whatever_is_in_the_way_is_named(
    stages: Document, more: Document, reason: str
) -> None:
    """A market, a tie and a release policy, each in its own words."""
    assert reason in why(stages, **more)


def test_where_leads_are_the_constraint_the_promise_is_kept() -> None:
    """Nothing else is full, and the benchmark says how far leads can go."""
    stages = {
        "leads": {**SOURCE, "arrivals": 5, "benchmark": {"arrivals": 6}},
        "machine": MACHINE,
        "market": MARKET,
    }

    assert why(stages) == (
        "Formula against flow: a calculator that makes every factor 10 % larger puts "
        "leads.arrivals first, +10.0 % of throughput. The flow keeps the promise: "
        "nothing that the formula leaves out is full. What sets them apart is how far "
        "each can still go: leads.arrivals first (+20 % to its benchmark)."
    )
    assert breakdown_sentence(found(stages)) == (
        "Push leads.arrivals first: at its benchmark of 6 it brings 20.00 % more "
        "throughput."
    )


def test_without_arrivals_or_buyers_a_calculator_has_no_answer() -> None:
    """A machine that draws on an unlimited supply has nothing to multiply."""
    machine = found({"machine": MACHINE})

    assert list(formula_lines(machine, first_row(machine))) == [
        "A calculator has no answer here: nothing comes, or nothing ends."
    ]
    assert formula_table(machine, 100) is None


def test_beside_an_unlimited_supply_leads_are_no_factor() -> None:
    """One way in is endless by formula, so there is nothing to multiply either."""
    stages = {"leads": SOURCE, "one": MACHINE, "two": MACHINE, "end": MACHINE}
    both = found(stages, flow=["leads -> one -> end", "two -> end"])

    assert both.contrast is None


def test_a_tie_gives_no_advice() -> None:
    """Of two equal machines neither brings anything alone."""
    assert breakdown_sentence(found({"one": MACHINE, "two": MACHINE})) == (
        "No parameter can be told to bring anything when it grows a little."
    )
    reached = {**MACHINE, "benchmark": {"capacity": 9}}
    assert breakdown_sentence(found({"one": reached, "two": MACHINE})) == (
        "No parameter brings anything for sure when it reaches its benchmark."
    )


def test_a_count_says_that_it_grows_by_one() -> None:
    """One more of 200 is half a per cent."""
    stages = {"work": {"kind": "team", "resource": "staff", "time": 0.5}}
    line = found(stages, resources={"staff": {"servers": 200}})
    table = parameter_table(line, 100).drawn.plain.splitlines()

    assert breakdown_sentence(line) == (
        "Push work.time first: 1 % less brings 0.80 % more throughput."
    )
    assert table[2].split()[:3] == ["work.time", "0.5", "-0.80"]  # whole batches
    assert table[3].split()[:5] == ["resources.staff.servers", "200", "+", "1", "0.50"]


def test_money_is_told_per_period() -> None:
    """An expense can only fall: 1 % of 50 a month."""
    stages = {"machine": {"kind": "machine", "capacity": 8}}
    line = found(
        stages,
        economics={"operating_expense": {"rent": 50}},
        currency="EUR",
        period="month",
    )

    assert breakdown_sentence(line) == (
        "Push economics.operating_expense.rent first: 1 % less brings 0.500 EUR/month "
        "more net profit."
    )


def test_a_profile_is_pushed_at_all_times() -> None:
    """It stands as such in the table; all of its values grow."""
    demand = {"profile": [[0, 4], [40, 6]]}
    stages = {"machine": MACHINE, "market": {**MARKET, "demand": demand}}
    table = parameter_table(found(stages), 100).drawn.plain.splitlines()

    assert table[2].split()[:2] == ["market.demand", "profile"]


def test_benchmarks_have_a_table_with_how_far_they_are() -> None:
    """In per cent of what is; a count in pieces."""
    stages = {
        "machine": {
            "kind": "machine",
            "rate": 8,
            "servers": 1,
            "benchmark": {"rate": 10, "servers": 2},
        }
    }
    table = benchmark_table(found(stages), 100)

    assert table is not None
    assert [line.split() for line in table.drawn.plain.splitlines()[2:]] == [
        ["machine.servers", "1", "2", "100.00"],
        ["machine.rate", "8", "10", "25.0", "24.69"],
    ]


def test_a_narrow_window_says_what_it_leaves_out() -> None:
    """The least important columns go first."""
    table = parameter_table(found({"machine": MACHINE, "market": MARKET}), 30)

    assert table.left_out == ("now", "static", "its share")
