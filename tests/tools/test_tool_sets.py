"""Which sets of tools can stand together, what they cost, and what variants make."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, load, with_tools
from toc_sim.accounting.cash_flow import Outlay
from toc_sim.errors import ScenarioError
from toc_sim.network.build import network as network_of
from toc_sim.scenario.load import read
from toc_sim.scenario.overrides import differences, value_at
from toc_sim.theory.static import capacity as capacity_of
from toc_sim.tools import affordable, allowed, closure, outlay, variant

ROOT = Path(__file__).parents[2]
CUPS = ROOT / "scenarios" / "paper_cups_tools.yaml"
SHOP = """\
format: 1
name: A shop
stages:
  talk: {kind: team, capacity: 10, conversion: 0.6}
  till: {kind: team, rate: 4, servers: 2}
flow:
  - talk -> till
"""
TOOLS = """\
tools:
  crm: {cost: {upfront: 5}, effects: {talk.conversion: {add: 0.3}}}
  course: {cost: {upfront: 2}, effects: {talk.conversion: {scale: 1.2}}}
  bot: {effects: {talk.capacity: {set: 20}}, requires: [crm]}
  robot: {effects: {talk.capacity: {set: 30}}, requires: [bot_team]}
  bot_team: {excludes: [course], requires: [crm]}
"""


@pytest.fixture(name="cups", scope="module")
def _cups() -> Scenario:
    return load(CUPS)


@pytest.fixture(name="shop", scope="module")
def _shop() -> Scenario:
    return read(SHOP + TOOLS, "shop.yaml")


def test_a_tool_that_nobody_has_is_refused(shop: Scenario) -> None:
    """With the nearest that there is, by every function."""
    text = "tools: no tool is called 'corse'\n    hint: did you mean 'course'?"

    for refused in (
        lambda: with_tools(shop, ["corse"]),
        lambda: allowed(shop, ["corse"]),
        lambda: outlay(shop, ["corse"]),
        lambda: closure(shop, "corse"),
        lambda: affordable(shop, ["corse"], None),
    ):
        with pytest.raises(ScenarioError) as error:
            refused()
        assert str(error.value) == text


def test_a_tool_comes_with_all_that_it_requires(shop: Scenario) -> None:
    """Directly or not, in the order of the file."""
    assert closure(shop, "robot") == ("crm", "robot", "bot_team")
    assert closure(shop, "crm") == ("crm",)


REASONS = [
    ((), None),
    (("crm", "bot"), None),
    (("bot",), "'bot' requires 'crm'"),
    (("crm", "course", "bot_team"), "'bot_team' excludes 'course'"),
    (
        ("crm", "bot", "robot", "bot_team"),
        "'bot' and 'robot' set talk.capacity to different values",
    ),
    (
        ("crm", "course"),
        "talk.conversion: its new value must lie between 0 and 1",
    ),
]


@pytest.mark.parametrize(("names", "reason"), REASONS)
def test_why_tools_cannot_stand_together(
    shop: Scenario, names: tuple[str, ...], reason: str | None
) -> None:
    """What is missing, what is in the way, what is set twice, what cannot be."""
    assert allowed(shop, names) == reason


@pytest.mark.parametrize(("names", "reason"), REASONS)
def test_what_cannot_stand_is_not_applied(
    shop: Scenario, names: tuple[str, ...], reason: str | None
) -> None:
    """A scenario with such tools does not come to be."""
    if reason is None:
        assert with_tools(shop, names).tools == {}
    else:
        with pytest.raises(ScenarioError):
            with_tools(shop, names)


def test_sets_that_can_be_paid(shop: Scenario) -> None:
    """To do nothing first, then by size, then in the order of the file."""
    assert affordable(shop, list(shop.tools), 5) == (
        (),
        ("crm",),
        ("course",),
        ("crm", "bot"),
        ("crm", "bot_team"),
        ("crm", "bot", "bot_team"),
        ("crm", "robot", "bot_team"),
    )
    assert affordable(shop, ["bot", "course"], None) == ((), ("course",))
    assert affordable(shop, [], 0) == ((),)
    assert affordable(shop, list(shop.tools), -1) == ()


def test_a_price_of_a_tenth_fits_thrice_into_three_tenths() -> None:
    """Prices are added up without errors of rounding."""
    names = ("a", "b", "c")
    lines = [f"  {name}: {{cost: {{upfront: 0.1}}}}\n" for name in names]
    scenario = read(f"{SHOP}tools:\n{''.join(lines)}", "shop.yaml")

    assert affordable(scenario, names, 0.3)[-1] == names


PATHS = ("talk.conversion", "till.conversion", "talk.capacity", "till.servers")
EFFECTS = st.dictionaries(
    st.sampled_from(PATHS),
    st.sampled_from([{"add": 1}, {"scale": 0.5}, {"set": 1}, {"add": 0.25}]),
    max_size=2,
)


@st.composite
def shops(draw: st.DrawFn) -> Scenario:
    """Draw a shop with up to six tools that are right, each alone."""
    names = [f"tool_{number}" for number in range(draw(st.integers(1, 6)))]
    tools: dict[str, object] = {}
    plain = dict(read(SHOP, "shop.yaml"))
    for name in names:
        others = st.lists(st.sampled_from(list(tools) or [name]), max_size=1)
        tool = {
            "cost": {"upfront": draw(st.integers(0, 5))},
            "effects": draw(EFFECTS),
            "lead_time": draw(st.sampled_from([0, 0, 3])),
            "requires": draw(others) if tools else [],
            "excludes": draw(others) if tools else [],
        }
        try:
            Scenario.model_validate({**plain, "tools": {**tools, name: tool}})
        except ValueError:
            continue
        tools[name] = tool
    return Scenario.model_validate({**plain, "tools": tools})


@given(shops(), st.none() | st.integers(0, 15))
def test_affordable_sets_are_those_that_are_allowed_and_can_be_paid(
    scenario: Scenario, budget: float | None
) -> None:
    """The same as trying every subset."""
    tools = tuple(scenario.tools)
    every = [
        each for size in range(len(tools) + 1) for each in combinations(tools, size)
    ]

    assert affordable(scenario, tools, budget) == tuple(
        each
        for each in every
        if allowed(scenario, each) is None
        and (budget is None or outlay(scenario, each).upfront <= budget)
    )


@given(shops())
def test_what_is_allowed_can_be_applied(scenario: Scenario) -> None:
    """And what can be applied is allowed."""
    tools = tuple(scenario.tools)
    for each in combinations(tools, min(3, len(tools))):
        if allowed(scenario, each) is None:
            assert with_tools(scenario, each).tools == {}
        else:
            with pytest.raises(ScenarioError):
                with_tools(scenario, each)


def test_what_tools_cost_together() -> None:
    """A price that changes counts at time 0, a cost of each period with its mean."""
    text = """\
tools:
  crm: {cost: {upfront: {profile: [[0, 9], [50, 3]]}, per_period: 2}}
  lease: {cost: {per_period: {profile: [[0, 0], [100, 10]]}}}
run: {horizon: 100}
"""
    scenario = read(SHOP + text, "shop.yaml")

    assert outlay(scenario, []) == Outlay(0.0, 0.0)
    assert outlay(scenario, ["crm"]) == Outlay(9.0, 2.0)
    assert outlay(scenario, ["lease", "crm"]) == Outlay(9.0, 7.0)


BEST = [
    (3, (), 8),
    (4, (0,), 9),
    (7, (0, 1), 10),
    (9, (0, 1, 2), 11),
    (12, (0, 1, 2, 4), 12),
    (13, (0, 1, 2, 4), 12),
]


@pytest.mark.parametrize(("budget", "places", "throughput"), BEST)
def test_the_best_that_a_budget_can_buy(
    cups: Scenario, budget: int, places: tuple[int, ...], throughput: float
) -> None:
    """The cheapest set with the largest throughput, as enumerated by hand."""
    tools = tuple(cups.tools)
    brought = {
        each: capacity_of(network_of(with_tools(cups, each))).throughput
        for each in affordable(cups, tools, 1000 * budget)
    }
    best = max(brought, key=lambda each: (brought[each], -outlay(cups, each).upfront))

    assert best == tuple(tools[place] for place in places)
    assert brought[best] == pytest.approx(throughput)


def test_two_tools_that_bring_nothing_alone_bring_much_together(cups: Scenario) -> None:
    """Behind the new machine 2, each brings as much as that machine did."""

    def brings(*names: str) -> float:
        return capacity_of(network_of(with_tools(cups, names))).throughput - 8

    two = ("sales_training", "new_machine_3")
    assert [brings(name) for name in two] == pytest.approx([0, 0])
    assert brings("new_machine_2") == pytest.approx(1)
    assert brings("new_machine_2", *two) == pytest.approx(3)


def test_a_variant_sets_values_and_then_its_tools_work(cups: Scenario) -> None:
    """What it is based on comes first; its own value holds where both set one."""
    text = """\
tools:
  faster: {effects: {talk.capacity: {scale: 1.5}}}
  open: {effects: {till.rate: {add: 1}}}
variants:
  base: {tools: [open], set: {talk.capacity: 20, till.rate: 7}}
  own: {based_on: base, tools: [faster], set: {talk.capacity: 40}}
"""
    scenario = read(SHOP + text, "shop.yaml")
    base, own = variant(scenario, "base"), variant(scenario, "own")
    four = ("new_machine_2", "sales_training", "new_machine_3", "advertising")

    assert list(map(str, differences(scenario, base))) == [
        "talk.capacity: 10 -> 20",
        "till.rate: 4 -> 8",
    ]
    assert list(map(str, differences(scenario, own))) == [
        "talk.capacity: 10 -> 60",
        "till.rate: 4 -> 8",
    ]
    assert variant(cups, "all_but_machine_1") == with_tools(cups, four)


def test_a_variant_that_nobody_has_is_refused(cups: Scenario) -> None:
    """With the nearest that there is."""
    with pytest.raises(ScenarioError) as refused:
        variant(cups, "line_and_sale")

    assert str(refused.value) == (
        "variants: no variant is called 'line_and_sale'\n"
        "    hint: did you mean 'line_and_sales'?"
    )


DIFFERENCES: list[tuple[dict[str, object], list[str]]] = [
    ({}, []),
    ({"talk.rate": 10}, []),
    ({"till.capacity": 9}, ["till.capacity: 8 -> 9"]),
    ({"till.servers": 3}, ["till.servers: 2 -> 3"]),
    ({"till.cv": 0.5}, ["till.cv: nothing -> 0.5"]),
    ({"till.buffer": 3}, ["till.buffer: unlimited -> 3"]),
    ({"flow.talk->till": 0.25}, ["flow.talk->till: 1 -> 0.25"]),
    ({"flow.talk->till.delay": 2}, ["flow.talk->till.delay: 0 -> 2"]),
    ({"release.conwip": 4}, ["release.conwip: nothing -> 4"]),
    (
        {"economics.price": 4},
        ["economics.price: nothing -> 4", "economics.discount_rate: nothing -> 0"],
    ),
    (
        {"economics.variable_cost": {"paper": 2}},
        [
            "economics.price: nothing -> 0",
            "economics.variable_cost.paper: nothing -> 2",
            "economics.discount_rate: nothing -> 0",
        ],
    ),
    ({"run.seed": 8}, ["run.seed: 7 -> 8"]),
    (
        {"talk.capacity": {"profile": [[0, 8], [9, 12]]}},
        ["talk.capacity: 10 -> {profile: [[0, 8], [9, 12]]}"],
    ),
]


@pytest.mark.parametrize(("changes", "lines"), DIFFERENCES)
def test_what_changed_is_told_line_by_line(
    changes: dict[str, object], lines: list[str]
) -> None:
    """Each parameter with its value before and after; other words are no change."""
    before = read(SHOP, "shop.yaml")
    after = before.changed(changes)

    assert [str(each) for each in differences(before, after)] == lines


def test_a_release_policy_that_is_given_up_is_told() -> None:
    """As a file says it."""
    before = read(f"{SHOP}release: {{conwip: 4}}\n", "shop.yaml")
    after = before.changed({"release": "push"})

    assert list(map(str, differences(before, after))) == [
        "release: {conwip: 4} -> push"
    ]
    assert value_at(after, "release") == "push"
