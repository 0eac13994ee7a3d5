"""Products: where they begin, which nodes they pass, and what paths say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from toc_sim import Scenario, load, with_tools
from toc_sim.errors import ScenarioError
from toc_sim.scenario.fields.nodes import Market, Stage
from toc_sim.scenario.overrides import differences, overridden, value_at
from toc_sim.scenario.parts import beginnings

GOOD = Path(__file__).parent / "valid" / "products.yaml"


def shop(flow: list[Any], *, sources: dict[str, Any] | None = None) -> Scenario:
    """Return stages A to D in some order, for products P and Q."""
    said = str(flow)
    stages: dict[str, Any] = {
        name: {"kind": "source", "arrivals": arrivals}
        for name, arrivals in (sources or {}).items()
    }
    stages |= {
        name: {"kind": "machine", "rate": 5}
        for name in "ABCD"
        if f"{name} " in said or f" {name}" in said
    }
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "shop",
            "products": {"P": {}, "Q": {}},
            "stages": stages,
            "flow": flow,
            "run": {"horizon": 10, "warmup": 0},
        }
    )


BEGIN: dict[str, tuple[list[Any], dict[str, Any], list[tuple[str, str]]]] = {
    "where a source brings them": (
        ["s -> A -> B"],
        {"s": {"P": 1, "Q": 1}},
        [("s", "P"), ("s", "Q")],
    ),
    "each at its own source, with ways of its own": (
        ["A -> B", {"P": "s -> A"}, {"Q": "t -> A"}],
        {"s": 1, "t": 2},
        [("s", "P"), ("t", "Q")],
    ),
    "each at the first stage of its ways": (
        [{"P": "A -> C"}, {"Q": "B -> C"}, "C -> D"],
        {},
        [("A", "P"), ("B", "Q")],
    ),
    "not where everybody begins who has no ways of his own": (
        ["A -> C -> D", {"Q": "B -> C"}],
        {},
        [("A", "P"), ("B", "Q")],
    ),
    "not at a stage that they go past": (
        ["A -> B -> C", {"Q": "D -> C"}, {"P": "A -> C"}, {"Q": "D -> B"}],
        {},
        [("A", "P"), ("D", "Q")],
    ),
    "where a circle begins": (
        [{"P": ["A -> B", {"B -> A": 0.5}, "B -> D"]}, {"Q": "C -> D"}],
        {},
        [("A", "P"), ("C", "Q")],
    ),
    "also where only others come round again": (
        ["A -> B", {"B -> A": 0.5}, "B -> D", {"P": "B -> D"}, {"Q": "C -> B"}],
        {},
        [("A", "P"), ("C", "Q")],
    ),
    "nowhere, where an item becomes one": (
        ["s -> A -> B", {"P": {"A -> C": {"becomes": "Q"}}}, "C -> B"],
        {"s": {"P": 1}},
        [("s", "P")],
    ),
}


@pytest.mark.parametrize("case", BEGIN)
def test_products_begin(case: str) -> None:
    """At sources, else at the first stage of their ways."""
    flow, sources, expected = BEGIN[case]

    assert list(beginnings(shop(flow, sources=sources).parts)) == expected


def test_paths_lead_into_tables_and_products() -> None:
    """What is said of one product is a parameter like any other."""
    scenario = load(GOOD)
    changed = overridden(
        scenario,
        {"cut.time.P": "0.3", "products.P.price": "95", "market.demand.Q": "9"},
    )

    assert value_at(scenario, "cut.time.P") == 0.1
    assert value_at(changed, "cut.time.P") == 0.3
    assert value_at(changed, "cut.time.Q") == 0.2
    assert value_at(changed, "products.P.price") == 95
    assert value_at(changed, "market.demand.Q") == 9
    assert value_at(scenario, "flow.Q:market->cut.share") == 0.3
    assert [each.path for each in differences(scenario, changed)] == [
        "products.P.price",
        "cut.time.P",
        "market.demand.Q",
    ]


def test_an_effect_on_a_table_works_on_each_product() -> None:
    """A factor on all times is one on each, and a value for one stays its own."""
    scenario = load(GOOD)
    with_saw = with_tools(scenario, ["saw"])
    cut, market = with_saw.stages["cut"], with_saw.stages["market"]

    assert isinstance(cut, Stage)
    assert isinstance(market, Market)
    assert cut.time == {"P": 0.05, "Q": 0.1, "R": 0.05}
    assert market.demand == {"P": 3, "Q": 3, "R": 1}
    assert with_saw.products["P"].price == 95


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("cut.time.X", "1", "no parameter is called 'cut.time.X'"),
        ("products.X.price", "1", "no parameter is called 'products.X.price'"),
        ("products.P.prise", "1", "did you mean 'products.P.price'?"),
        ("cut.time.P", "-1", "cut.time.P=-1: must be greater than 0"),
    ],
)
def test_wrong_paths_are_refused(path: str, text: str, message: str) -> None:
    """With the place and a hint, never a traceback."""
    with pytest.raises(ScenarioError) as refused:
        overridden(load(GOOD), {path: text})

    assert message in str(refused.value)
