"""What a set could bring at the very best is never less than what it brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

import pytest
from helpers.purchases import CHANCE, Document, may_stand, shops, with_required
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.experiment.compare.bounds import gain_ceiling, slack, throughput_ceiling
from toc_sim.experiment.compare.comparison import Candidate, Criterion, settled, worth
from toc_sim.experiment.compare.race import contenders
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns
from toc_sim.testing.strategies import ANYTHING, NO_CHANCE, Feature, scenarios
from toc_sim.tools import affordable

STILL = (ANYTHING | Feature.REGULARS) & ~Feature.PROFILE
WISHES: st.SearchStrategy[Criterion] = st.sampled_from(
    ["throughput", "profit", "roi", "npv"]
)


def trial(scenario: Scenario, *tools: str, replications: int = 1) -> VariantRuns:
    """Simulate a set of tools."""
    own = settled(scenario, tools, 0.0)
    [found] = Laboratory().runs([own], [replications])
    return found


@given(scenarios(STILL), st.sampled_from([1, 2, 5]))
def test_no_run_beats_the_ceiling(scenario: Scenario, replications: int) -> None:
    """The mean throughput of any pipeline lies below what capacity and luck allow."""
    found = trial(scenario, replications=replications)

    ceiling = throughput_ceiling(found.model, slack(found))
    assert float(found.throughputs.mean()) <= ceiling


@given(scenarios(NO_CHANCE & ~Feature.PROFILE))
def test_no_finer_rate_beats_the_ceiling(scenario: Scenario) -> None:
    """Nor does the rate between purchases, finer than whole items allow."""
    prospects = ToolSets(scenario, Laboratory())

    assert prospects.throughput(()) <= prospects.throughput_ceiling(())


def test_purchases_at_the_same_time_are_counted() -> None:
    """Two servers in step sell in pairs: the time between two of them tells nothing."""
    pair = {"kind": "machine", "capacity": 0.4, "servers": 2}
    run = {"horizon": 8.0, "warmup": 0.0}
    prospects = ToolSets(line(stages={"slow": pair}, flow=[], run=run), Laboratory())

    assert prospects.throughput(()) == 2 / 8


@settings(max_examples=200)
@given(shops(tools=3, runs={"horizon": 40.0}), st.sets(st.integers(0, 2)), WISHES)
def test_no_set_gains_more_than_its_ceiling(
    shop: Document, numbers: set[int], by: Criterion
) -> None:
    """In items and in money, discounted or not."""
    scenario = Scenario.model_validate(shop)
    chosen = [f"tool_{number}" for number in sorted(numbers)]
    base = trial(scenario)
    found = trial(scenario, *with_all(shop, chosen))

    ceiling = gain_ceiling(by, base, found.model, slack(base))
    assert float(worth(by, base, found).mean()) <= ceiling + 1e-9


def with_all(shop: Document, tools: Iterable[str]) -> Iterator[str]:
    """Return tools that may stand together, with what they require."""
    chosen: dict[str, None] = {}
    for tool in tools:
        more = {**chosen, **dict.fromkeys(with_required(shop, tool))}
        if may_stand(shop, frozenset(more)):
            chosen = more
    return iter(chosen)


SLOW = {"kind": "machine", "capacity": 2.0}
FAST = {"kind": "machine", "capacity": 8.0, "cv": 1.0}


def line(**sections: Any) -> Scenario:
    """Return a steady machine, a random one, and a tool for the steady one."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "a line",
            "stages": {"slow": SLOW, "fast": FAST},
            "flow": ["slow -> fast"],
            "tools": {"new": {"effects": {"slow.capacity": {"set": 40}}}},
            "run": {"horizon": 50.0, "warmup": 0.0, "replications": 5},
            **sections,
        }
    )


@given(st.integers(0, 300))
def test_luck_that_a_tool_lets_in_is_allowed_for(seed: int) -> None:
    """Where nothing but the tool makes the flow random, its runs may be lucky still."""
    scenario = line()
    scenario = scenario.changed({"run.seed": seed})
    base = trial(scenario, replications=5)
    found = trial(scenario, "new", replications=5)

    ceiling = throughput_ceiling(found.model, slack(base))
    assert float(found.throughputs.mean()) <= ceiling


def test_few_random_runs_rule_nothing_out() -> None:
    """From four runs nobody can tell how lucky a mean may be."""
    base = trial(line(), replications=4)

    assert throughput_ceiling(base.model, slack(base)) == inf


def test_parameters_that_move_have_no_ceiling() -> None:
    """What waits from a good time may be sold in a bad one."""
    moving = {**SLOW, "capacity": {"profile": [[0, 2], [9, 3]]}}
    base = trial(line(stages={"slow": moving, "fast": {**SLOW, "capacity": 9}}))

    assert throughput_ceiling(base.model, slack(base)) == inf


@pytest.mark.parametrize("price", [5.0, 10.0])
def test_what_is_sold_at_a_loss_has_a_ceiling(price: float) -> None:
    """Even where no throughput is the limit, no money is made of it."""
    moving = {**SLOW, "capacity": {"profile": [[0, 5], [9, 3]]}}
    economics = {"price": price, "variable_cost": {"paper": 10.0}}
    scenario = line(stages={"slow": SLOW, "fast": moving}, economics=economics)
    base = trial(scenario)
    found = trial(scenario, "new")

    assert gain_ceiling("npv", base, found.model, slack(base)) >= 0


@settings(max_examples=20)
@given(shops(tools=4, fields=CHANCE, runs={"horizon": 6.0, "replications": 6}), WISHES)
def test_the_set_that_simulates_best_is_a_contender(
    shop: Document, by: Criterion
) -> None:
    """Whatever is left out, and whatever is wanted."""
    scenario = Scenario.model_validate(shop)
    sets = affordable(scenario, tuple(scenario.tools), None)
    candidates = [Candidate.of(scenario, tools, 0.0) for tools in sets]

    kept = contenders(Laboratory(), candidates, by)

    models = [each.model(by) for each in candidates]
    trials = Laboratory().runs(models, [6] * len(models))
    gains = {t.model.tools: worth(by, trials[0], t).mean() for t in trials}
    tools = [each.settled.tools for each in kept]
    assert tools == [each for each in sets if each in tools]
    assert tools[0] == ()
    assert max(gains.values()) == max(gains[each] for each in tools)


def test_expenses_that_rise_later_count_for_less() -> None:
    """What doing nothing spends too is no reason to leave a set out."""
    rising = {"wages": {"profile": [[0, 0], [50, 100]]}}
    economics = {"price": 1.0, "operating_expense": rising, "discount_rate": 0.2}
    base = trial(line(economics=economics, stages={"slow": SLOW}, flow=[]))

    assert gain_ceiling("npv", base, base.model, slack(base)) >= 0


def test_customers_at_the_start_buy_on_top_of_what_capacity_allows() -> None:
    """No tool is refuted by the long run, which knows nothing of them."""
    club = Scenario.model_validate(
        {
            "format": 1,
            "name": "club",
            "stages": {
                "leads": {"kind": "source", "arrivals": 2},
                "desk": {"kind": "team", "capacity": 900},
                "market": {"kind": "market", "demand": 900},
            },
            "flow": [
                "leads -> desk -> market",
                {"market -> desk": {"share": 0.5, "delay": 3, "customers": 300}},
            ],
            "run": {"horizon": 10, "warmup": 0, "replications": 5},
        }
    )
    found = trial(club, replications=5)

    assert float(found.throughputs.mean()) > 20
    assert throughput_ceiling(found.model, slack(found)) == inf


def test_what_is_open_is_sold_on_top_of_what_capacity_allows() -> None:
    """No tool is refuted by the long run, which knows nothing of it."""
    quarter = Scenario.model_validate(
        {
            "format": 1,
            "name": "quarter",
            "stages": {
                "leads": {"kind": "source", "arrivals": 2},
                "desk": {"kind": "team", "capacity": 900},
                "market": {"kind": "market"},
            },
            "flow": ["leads -> desk", {"desk -> market": {"delay": 9}}],
            "state": {"desk -> market": {"away": [1.0] * 300}},
            "run": {"horizon": 10, "warmup": 0, "replications": 5},
        }
    )
    found = trial(quarter, replications=5)

    assert float(found.throughputs.mean()) > 20
    assert throughput_ceiling(found.model, slack(found)) == inf
