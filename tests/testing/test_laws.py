"""Each law holds for what is drawn and what ships, and sees a figure that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from toc_sim import (
    Network,
    Scenario,
    capacity_of,
    diagnose,
    load,
    network_of,
    theory_of,
)
from toc_sim.engine.result import NodeRun, RunResult, Share
from toc_sim.engine.simulate import Runs
from toc_sim.testing.books import miscounted, misjudged_stays, unfair_shares
from toc_sim.testing.comparisons import (
    another_constraint,
    beyond_capacity,
    later_departures,
    lower_capacity,
    off_the_exact_line,
    overfull,
    share_gaps,
    unlike,
)
from toc_sim.testing.laws import (
    LAWS,
    LawReport,
    assert_laws,
    capacity_bounds,
    engines_agree,
    path_is_derivative,
    shortened,
)
from toc_sim.testing.ledger import Ledger, once, recorded
from toc_sim.testing.strategies import (
    EVERYTHING,
    NO_CHANCE,
    PLAIN_LINE,
    SERIAL,
    lines,
    mixes,
    scenarios,
)

SCENARIOS = Path(__file__).parents[2] / "scenarios"
QUICK = tuple(law for law in LAWS if law is not engines_agree)
FEW = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])


@cache
def ledger() -> Ledger:
    """Return a short run of the paper cups, written down."""
    changes = {"run.horizon": "20", "machine_3.conversion": "0.9"}
    return recorded(load(SCENARIOS / "paper_cups_random.yaml", changes))


def with_node(result: RunResult, index: int, **changes: Any) -> RunResult:
    """Return a result with some figures of one node changed."""
    node = result.nodes[index]._replace(**changes)
    nodes = (*result.nodes[:index], node, *result.nodes[index + 1 :])
    return replace(result, nodes=nodes)


def of_all(field: str, by: float) -> Callable[[RunResult], RunResult]:
    """Return what changes one figure of a result by so much."""
    return lambda result: replace(result, **{field: getattr(result, field) + by})


def of_node(field: str, by: float) -> Callable[[RunResult], RunResult]:
    """Return what changes one figure of the second node by so much."""

    def wrong(result: RunResult) -> RunResult:
        return with_node(result, 1, **{field: getattr(result.nodes[1], field) + by})

    return wrong


Books = Callable[[Ledger], Iterator[str]]


def told(books: Books, wrong: Callable[[RunResult], RunResult]) -> str:
    """Return what books say of a wrong result; of the right one they say nothing."""
    right = ledger()
    assert list(books(right)) == []
    return "\n".join(books(replace(right, result=wrong(right.result))))


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (of_all("bought", 1), "items bought: {}, 1 too many"),
        (of_all("lost", -2), "items lost: {}, 2 too few"),
        (of_all("wip_start", 1), "items inside at the start: {}, 1 too many"),
        (of_all("wip_end", -1), "items inside at the end: {}, 1 too few"),
        (of_node("out", 1), "items that left machine_2: {}, 1 too many"),
        (of_node("started", -1), "services begun at machine_2: {}, 1 too few"),
        (of_node("finished", 3), "services ended at machine_2: {}, 3 too many"),
        (of_node("lost", 1), "items lost at machine_2: {}, 1 too many"),
        (of_node("merged", 1), "items merged at machine_2: {}, 1 too many"),
    ],
)
def test_conservation_sees_a_wrong_count(
    wrong: Callable[[RunResult], RunResult], line: str
) -> None:
    """It says which count, and by how much; a count of all is found in the sum too."""
    begin, end = line.split("{}")
    lines_told = told(miscounted, wrong).splitlines()

    assert any(each.startswith(begin) and each.endswith(end) for each in lines_told)


def test_conservation_sees_a_purchase_at_another_time() -> None:
    """One that is told at another time than the trace tells it, or not at all."""
    early = told(
        miscounted, lambda result: replace(result, departures=result.departures - 1e-6)
    )
    fewer = told(
        miscounted, lambda result: replace(result, departures=result.departures[1:])
    )

    assert early == "purchase 1: 1e-06 periods too early"
    assert fewer.startswith("times of purchases, those of the warm-up included: ")
    assert fewer.endswith(", 1 too few")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (of_all("wip_mean", 0.01), "mean work in progress x time"),
        (of_all("flow_mean", 0.01), "mean of flow time"),
        (of_all("flow_p50", -0.01), "median of flow time"),
        (of_all("flow_p90", 0.01), "90 % quantile of flow time"),
        (of_node("queue_mean", 0.01), "mean queue x time before machine_2"),
    ],
)
def test_littles_law_sees_a_wrong_mean(
    wrong: Callable[[RunResult], RunResult], place: str
) -> None:
    """Work in progress, flow times and queues: each is told by its name."""
    found = told(misjudged_stays, wrong)

    assert found.startswith(place)
    assert found.endswith(("too much", "too little"))


def wrong_share(by: float) -> Callable[[RunResult], RunResult]:
    """Return what changes the first constraint share."""
    return lambda result: replace(
        result,
        shares=(
            Share(result.shares[0].name, result.shares[0].value + by),
            *result.shares[1:],
        ),
    )


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (wrong_share(0.01), "sum of the constraint shares [1]: 1.01 instead of 1"),
        (of_node("busy", 0.02), "sum of the states of machine_2 [1]: 1.02 instead"),
    ],
)
def test_shares_that_do_not_add_up_are_seen(
    wrong: Callable[[RunResult], RunResult], place: str
) -> None:
    """Of the path, and of the states of a server."""
    found = told(lambda each: unfair_shares(each.net, each.result), wrong)

    assert found.startswith(place)


def test_a_share_below_nothing_is_seen() -> None:
    """Though the sum is right."""

    def wrong(result: RunResult) -> RunResult:
        node: NodeRun = result.nodes[1]
        return with_node(result, 1, busy=node.busy + 2, starved=node.starved - 2)

    found = told(lambda each: unfair_shares(each.net, each.result), wrong)

    assert found.startswith("smallest of the states of machine_2: -")
    assert found.endswith("below 0")


def test_a_departure_that_comes_later_is_seen() -> None:
    """And one that does not come at all."""
    result = ledger().result
    one_late = result.departures + 0.25 * (np.arange(len(result.departures)) == 3)
    late = replace(result, departures=one_late)
    fewer = replace(result, departures=result.departures[:-2])

    assert list(later_departures(result, late)) == [
        "departure 4 comes 0.25 periods later"
    ]
    assert list(later_departures(result, fewer)) == [
        f"2 departures fewer than {len(result.departures)}"
    ]


@cache
def cups() -> tuple[Scenario, Network, RunResult]:
    """Return the paper cups without chance, run from an empty start."""
    scenario = load(SCENARIOS / "paper_cups.yaml", {"run.horizon": "100"})
    net = network_of(scenario)
    return scenario, net, once(scenario, net, warmup=0.0)


def test_more_than_capacity_is_seen() -> None:
    """A run that sold as many more as capacity forbids; with chance, many such runs."""
    _, net, result = cups()
    static = capacity_of(net)
    more = replace(result, bought=840)
    random = network_of(load(SCENARIOS / "paper_cups_random.yaml"))
    lucky = [replace(more, bought=940 + number) for number in range(8)]

    assert list(beyond_capacity(net, static, [result])) == []
    [line] = beyond_capacity(net, static, [more])
    assert line == (
        "throughput of 8.4 items/period (surely 8.4): 0.4 more than the 8 that "
        "capacity allows"
    )
    assert "more than the" in "".join(
        beyond_capacity(random, capacity_of(random), lucky)
    )


def test_a_wrong_static_answer_is_seen() -> None:
    """A load above 1, a next throughput that is lower, shares that do not add up."""
    static = capacity_of(cups()[1])
    first, *others = static.owners
    heavy = replace(static, owners=(replace(first, load=1.5, share=0.5), *others))

    assert list(overfull(static)) == []
    assert list(lower_capacity(static, static)) == []
    assert list(lower_capacity(static, replace(static, throughput=7.5))) == [
        "capacity is 0.5 lower"
    ]
    assert list(overfull(heavy)) == [
        "load of machine_1: 1.5, not within 0 and 1",
        "sum of the static shares [1]: 1.5 instead of 1",
    ]
    assert list(overfull(replace(static, next_throughput=7.0))) == [
        "throughput is 1 lower with the constraint lifted away"
    ]


def test_a_share_that_is_no_derivative_is_seen() -> None:
    """One owner's share is taken for more than a small step brings."""
    scenario = load(SCENARIOS / "paper_cups_random.yaml", {"run.horizon": "10"})
    net = network_of(scenario)
    time = float(once(scenario, net, warmup=0.0).departures[-1])
    run = once(scenario, net, warmup=0.0, horizon=time)
    right = [gap for gap in share_gaps(scenario, net, run) if gap.is_smooth]
    wrong = [
        gap
        for gap in share_gaps(scenario, net, wrong_share(0.01)(run))
        if gap.is_smooth and not gap.is_closed
    ]

    assert right
    assert all(gap.is_closed for gap in right)
    assert [gap.share.name for gap in wrong] == ["machine_1"]


def test_a_run_that_is_not_what_theory_says_is_seen() -> None:
    """By what is bought, what a node did, and the constraint that it names."""
    _, net, result = cups()
    exact = theory_of(net).exact
    assert exact is not None
    verdict = diagnose(Runs(net, result.warmup, (result,)))
    wrong_verdict = replace(verdict, constraint=("sales",))

    assert list(off_the_exact_line(net, exact, result)) == []
    assert [
        line.split(",")[0]
        for wrong in (
            replace(result, bought=700),
            with_node(result, 2, finished=900),
        )
        for line in off_the_exact_line(net, exact, wrong)
    ] == [
        "items bought: 700 instead of 800",
        "items done at machine_3: 900 instead of 800",
    ]
    assert list(another_constraint(exact, verdict)) == []
    [line] = another_constraint(exact, wrong_verdict)
    assert line.startswith("constraint: sales, and theory names machine_2, whose share")


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (of_all("bought", 1), "result.bought: "),
        (of_node("queue_mean", 1e-6), "result.nodes[1][queue_mean]: "),
    ],
)
def test_engines_that_differ_are_seen(
    wrong: Callable[[RunResult], RunResult], line: str
) -> None:
    """By the place of each figure that is not the same."""
    result = ledger().result
    [found] = unlike(result, wrong(result))

    assert found.startswith(line)


def test_a_broken_law_is_raised_with_all_that_is_wrong() -> None:
    """`assert_laws` tells the law and each line."""

    def broken(_: Scenario) -> LawReport:
        return LawReport("conservation", ("items bought: 3", "items lost: 4"))

    with pytest.raises(AssertionError) as refused:
        assert_laws(cups()[0], (broken,))

    assert str(refused.value) == (
        "conservation: items bought: 3\nconservation: items lost: 4"
    )
    assert str(broken(cups()[0])) == (
        "conservation: broken: items bought: 3 (and 1 more)"
    )


def test_a_law_says_why_it_does_not_apply() -> None:
    """In words that name what is in the way."""
    dice = shortened(load(SCENARIOS / "dice_game.yaml"))

    found = [str(law(dice)) for law in QUICK]

    assert "more speed delays nobody: does not apply: some stage works in rounds" in (
        found
    )
    assert sum("does not apply" in line for line in found) == 4


@pytest.mark.law
@pytest.mark.parametrize(
    "path", sorted(SCENARIOS.rglob("*.yaml")), ids=lambda path: path.stem
)
def test_what_ships_keeps_every_law(path: Path) -> None:
    """No law is broken by a scenario that ships, both engines included."""
    assert_laws(shortened(load(path)))


@FEW
@given(scenarios(EVERYTHING))
def test_any_pipeline_keeps_every_law(scenario: Scenario) -> None:
    """Whatever it contains; what does not apply says so."""
    assert_laws(scenario)


@FEW
@given(mixes())
def test_any_mix_of_products_keeps_every_law(scenario: Scenario) -> None:
    """With two or three products."""
    assert_laws(scenario)


@FEW
@given(lines(SERIAL))
def test_any_line_keeps_every_law(scenario: Scenario) -> None:
    """Where more speed may delay nobody."""
    assert_laws(scenario, QUICK)


@FEW
@given(lines(PLAIN_LINE & NO_CHANCE))
def test_any_line_without_chance_keeps_every_law(scenario: Scenario) -> None:
    """Where theory is exact."""
    assert_laws(scenario, QUICK)


def stocked(**stage: Any) -> Scenario:
    """Return one stage that has items at the start, without chance."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "stocked",
            "stages": {
                "source": {"kind": "source", "arrivals": 2},
                "press": {"kind": "machine", "rate": 3, "stock": 7, **stage},
            },
            "flow": ["source -> press"],
            "run": {"horizon": 10, "warmup": 0},
        }
    )


def test_stock_may_be_bought_beyond_capacity() -> None:
    """What waits at the start comes on top, where each is bought once."""
    assert once(stocked()).throughput > capacity_of(network_of(stocked())).throughput
    assert str(capacity_bounds(stocked())) == "no more than capacity: ok"
    assert capacity_bounds(stocked(gives=2)).inapplicable == (
        "what waits at the start may become several purchases"
    )


def test_a_run_that_sells_nothing_has_no_path() -> None:
    """There is no departure whose shares could be held against a step."""
    never = load(SCENARIOS / "paper_cups_random.yaml", {"run.horizon": "0.001"})

    assert path_is_derivative(never).inapplicable == (
        "nothing is bought within the horizon"
    )
