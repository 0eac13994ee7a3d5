"""A scenario goes to a workbook and comes back as it was, and the reverse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toc_sim import Scenario, dump, load
from toc_sim.errors import TocError
from toc_sim.scenario.file.dump import starter
from toc_sim.scenario.load import read
from toc_sim.testing.strategies import mixes, scenarios
from toc_sim.workbook.book_document import load_book
from toc_sim.workbook.scenario_book import scenario_book

ROOT = Path(__file__).parents[2]
FILES = sorted(
    (
        *(ROOT / "tests" / "scenario" / "valid").glob("*.yaml"),
        *(ROOT / "scenarios").rglob("*.yaml"),
    )
)
SMALLEST = load(ROOT / "tests" / "scenario" / "valid" / "smallest.yaml")
EVERY_KEY = load(ROOT / "tests" / "scenario" / "valid" / "every_key.yaml")


@pytest.fixture(name="book", scope="module")
def _book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("books") / "book.xlsx"


def comes_back(scenario: Scenario, book: Path) -> None:
    """Assert that a scenario is read as it was written, and written as it was read."""
    content = scenario_book(scenario)
    book.write_bytes(content)
    again = load_book(book)

    assert again == scenario
    assert dump(again) == dump(scenario)
    assert scenario_book(again) == content


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_file_comes_back_as_it_was(path: Path, book: Path) -> None:
    """YAML, workbook, YAML, workbook: nothing is lost, not a byte is different."""
    comes_back(load(path), book)


def test_the_starter_comes_back_as_it_was(book: Path) -> None:
    """The template is the scenario that `toc-sim new` writes."""
    comes_back(read(starter("A new scenario"), "starter.yaml"), book)


@settings(max_examples=60)
@given(scenario=scenarios() | mixes())
def test_any_scenario_comes_back_as_it_was(scenario: Scenario, book: Path) -> None:
    """Whatever its nodes, ways, products, pools, calendars and policies are."""
    comes_back(scenario, book)


@settings(max_examples=60)
@given(name=st.text(), title=st.text(min_size=1), many=st.text(min_size=1))
def test_any_text_comes_back_as_it_was(
    name: str, title: str, many: str, book: Path
) -> None:
    """Control characters, blanks at the ends and what looks like an escape too."""
    stages = SMALLEST.stages
    sales = stages["sales"].changed(title=title)
    scenario = SMALLEST.changed(
        name=name,
        item={"one": title, "many": many},
        description=f"{many}\n{title}",
        stages={**stages, "sales": sales},
    )

    comes_back(scenario, book)


AWKWARD = (
    *("12", "1e3", "true", "null", "~", "=1+1", "+1", "-1", "@a", "'a", '"a"', '"'),
    *("a: b", "a, b", "[a]", "{a: b}", "7,5", "1,250", "# a", " a ", "_x0041_"),
    *("x005F_", "_x005F_x0041_", "\ta", "a\rb", "a\nb", "\x0b", "\ufffe", "2024-01-31"),
)


@pytest.mark.parametrize("text", AWKWARD)
def test_text_that_looks_like_something_else(text: str, book: Path) -> None:
    """A number, a formula, a list, a remark, an escape: it stays the text it was."""
    stages = SMALLEST.stages
    scenario = SMALLEST.changed(
        name=text,
        currency=text,
        stages={**stages, "sales": stages["sales"].changed(title=text)},
    )

    comes_back(scenario, book)


@pytest.mark.parametrize("name", ["true", "null", "12", "1e3", "चित्र", "on", "_"])
def test_names_that_look_like_something_else(name: str, book: Path) -> None:
    """Also where they stand alone, in lists and in tables."""
    tools = {name: {}, "other": {"requires": [name]}, "third": {"excludes": [name]}}
    scenario = SMALLEST.changed(
        tools=tools,
        products={name: {"variable_cost": {name: 2}, "stream": name}},
        variants={name: {"tools": [name]}, "next": {"based_on": name, "tools": []}},
        expect={"best": [name], "tools": {name: "misses"}, "mix": {name: 2.5}},
        economics={"variable_cost": {name: 1}, "operating_expense": {name: 2}},
    )

    comes_back(scenario, book)


@settings(max_examples=40)
@given(
    price=st.floats(0, 1e12),
    seed=st.integers(0, 2**63 - 1),
    points=st.lists(st.floats(0, 1e12), min_size=1, max_size=5),
    samples=st.lists(st.floats(1, 1e12), min_size=1, max_size=5),
)
def test_no_digit_of_a_number_is_lost(
    price: float, seed: int, points: list[float], samples: list[float], book: Path
) -> None:
    """Alone in a cell, in a profile, in samples, and beyond what a cell can hold."""
    stages = SMALLEST.stages
    profile = {"profile": [[time, value] for time, value in enumerate(points)]}
    machine = stages["machine_1"].changed(distribution={"empirical": samples})
    scenario = SMALLEST.changed(
        economics={"price": price, "variable_cost": {"a": profile, "b": price}},
        run={"seed": seed},
        tools={"t": {"cost": {"upfront": profile}}},
        stages={**stages, "machine_1": machine},
    )

    comes_back(scenario, book)


NUMBERS = st.floats(0.01, 1e6) | st.integers(1, 1000)
OVER_TIME = st.lists(NUMBERS, min_size=1, max_size=4).map(
    lambda values: {"profile": [[time, value] for time, value in enumerate(values)]}
)
AMOUNTS = NUMBERS | OVER_TIME
NAMES = st.sampled_from(["a", "b", "c_1", "12", "true", "цена", "null"])
TOOLS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"effects": st.fixed_dictionaries({"market.demand": st.builds(dict, add=NUMBERS)})},
    optional={
        "title": st.text(),
        "cost": st.fixed_dictionaries(
            {}, optional={"upfront": AMOUNTS, "per_period": AMOUNTS}
        ),
        "lead_time": NUMBERS,
        "ramp": NUMBERS,
    },
)
MONEY = st.fixed_dictionaries(
    {},
    optional={
        "price": AMOUNTS,
        "variable_cost": st.dictionaries(NAMES, AMOUNTS, max_size=3),
        "operating_expense": st.dictionaries(NAMES, AMOUNTS, max_size=3),
        "discount_rate": NUMBERS,
    },
)
SET = st.fixed_dictionaries(
    {},
    optional={
        "market.demand": AMOUNTS,
        "sales.title": st.text(),
        "sales.servers": st.integers(1, 9),
        "run.warmup": st.just("auto") | NUMBERS,
    },
)


@settings(max_examples=60)
@given(
    economics=MONEY,
    tools=st.dictionaries(NAMES, TOOLS, max_size=3),
    variants=st.dictionaries(NAMES, st.builds(dict, set=SET), max_size=3),
)
def test_any_money_tools_and_variants_come_back_as_they_were(
    economics: dict[str, Any],
    tools: dict[str, Any],
    variants: dict[str, Any],
    book: Path,
) -> None:
    """Amounts that change over time, any titles, and names that look like numbers."""
    changes = {"economics": economics, "tools": tools, "variants": variants}

    comes_back(SMALLEST.changed(**changes), book)


@pytest.mark.parametrize(
    "changes",
    [
        {"economics": {}},
        {"expect": {}},
        {"expect": {"best": []}},
        {"expect": {"constraint": "machine_2"}},
        {"expect": {"constraint": ["machine_2"]}},
        {"expect": {"constraint": ["machine_2", "sales"]}},
        {"release": {"conwip": 7}},
        {"release": {"drum_buffer_rope": {"drum": "machine_2", "buffer": 6}}},
        {"item": {"one": "cup", "many": "cups"}},
        {"calendars": {"a": {"cycle": 24, "open": [[8, 12], [13, 17.5]]}}},
        {
            "calendars": {
                "a": {"cycle": 7, "open": [[0, 5]], "closed": [[1, 2], [8, 9]]},
                "b": {"cycle": 24, "open": [[8, 20]], "at_close": "pause"},
            },
        },
        {"variants": {"v": {"set": {"sales.title": "7", "sales.buffer": 3}}}},
        {"variants": {"v": {"set": {"sales.patience": None}}}},
    ],
    ids=str,
)
def test_what_can_be_said_in_two_ways(changes: dict[str, object], book: Path) -> None:
    """Nothing, an empty list, a list of one: each stays what it was."""
    comes_back(SMALLEST.changed(**changes), book)


def test_a_text_that_no_cell_holds_is_refused() -> None:
    """It is told where, and nothing is cut off."""
    with pytest.raises(TocError, match="sheet Scenario, row 4: a text is longer"):
        scenario_book(EVERY_KEY.changed(description="a" * 32_768))
