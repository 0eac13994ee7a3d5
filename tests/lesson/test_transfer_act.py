"""The act about other trades: its figures stand in a file, and are the engine's."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from helpers.lesson import given, numbers, opened
from playwright.sync_api import Browser, Page

import toc_sim
from toc_sim import load

ROOT = Path(__file__).parents[2]
BEST = {
    "shop_1": "consultants",
    "shop_2": "loyalty_program",
    "clinic": "second_curator",
}
GIVEN_AWAY = ".most, .answer > *, [data-npv]"


@pytest.fixture(name="writer", scope="module")
def _writer() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield import_module("lesson_shops")


@pytest.fixture(name="shops", scope="module")
def _shops() -> list[dict[str, Any]]:
    path = Path(toc_sim.__file__).parent / "lesson" / "shops.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def bet(page: Page, **tools: str) -> None:
    """Bet on a tool in some shops."""
    for shop, tool in tools.items():
        page.locator(f"[data-shop={shop}] input[value={tool}]").check()


@pytest.mark.law
@pytest.mark.parametrize("name", list(BEST))
def test_figures_in_the_file_are_those_of_compare(
    writer: Any, shops: list[dict[str, Any]], name: str
) -> None:
    """`python benchmarks/lesson_shops.py --write` renews them."""
    kept = {shop["name"]: shop for shop in shops}

    assert writer.trade(name) == kept[name]


def test_what_a_pupil_reads_of_a_trade_is_in_its_file(
    writer: Any, shops: list[dict[str, Any]]
) -> None:
    """Without a simulation: figures, tools and costs; two shops earn 320 each."""
    for shop in shops:
        scenario = load(ROOT / "scenarios" / writer.FILES[shop["name"]])
        figures = writer.of_clinic if shop["name"] == "clinic" else writer.of_shop
        assert shop["figures"] == figures(scenario)
        assert shop["weeks"] == scenario.run.horizon
        costs = {
            name: (tool.cost.upfront, tool.cost.per_period)
            for name, tool in scenario.tools.items()
        }
        assert costs == {
            tool["name"]: (tool["upfront"], tool["per_period"])
            for tool in shop["tools"]
        }
        if shop["name"] != "clinic":
            product = 1.0
            for factor in shop["figures"].values():
                product *= factor
            assert product == pytest.approx(320)


def test_figures_in_sentences_are_those_of_the_trades(
    shops: list[dict[str, Any]],
) -> None:
    """Six of ten leave; nobody comes back; 20 at once, 80 wait, 30 are called."""
    one, two, clinic = (shop["figures"] for shop in shops)

    assert one["buy"] == 0.4
    assert (two["positions"], two["visits"]) == (1, 1)
    assert (clinic["agreed"], clinic["at_once"], clinic["called"]) == (100, 20, 30)
    assert shops[2]["throughput"] == pytest.approx(
        50, abs=0.5
    )  # half of what is agreed


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_shop_says_which_tool_is_best(
    browser: Browser,
    lessons: dict[str, Path],
    shops: list[dict[str, Any]],
    language: str,
) -> None:
    """Nothing before all bets; then the figures of each tool, and the bet beside it."""
    with opened(browser, lessons[language], "act=transfer") as page:
        words = given(page)["words"]
        bet(page, shop_1="consultants", shop_2="consultants")
        assert page.locator(".go").is_disabled()
        bet(page, clinic="second_curator")
        assert page.locator(GIVEN_AWAY).count() == 0
        page.locator(".go").click()

        for shop in shops:
            card = page.locator(f"[data-shop={shop['name']}]")
            rows = card.locator("tbody tr")
            ranked = sorted(shop["tools"], key=lambda tool: -tool["npv"])
            assert shop["best"] == [ranked[0]["name"]] == [BEST[shop["name"]]]
            for row, tool in zip(rows.all(), ranked, strict=True):
                pace, worth = row.locator("td").all_inner_texts()
                assert numbers(pace, language) == [
                    pytest.approx(tool["throughput"], abs=0.051)
                ]
                said = numbers(worth.replace("\u2212", "-"), language)
                assert said == [tool["npv"], tool["half"]]
        assert numbers(page.locator(".verdict").inner_text(), language) == [2, 3]
        told = page.locator(".answer li").all_inner_texts()
        assert words["transfer.tool.loyalty_program"] in told[1]
        assert words["transfer.tool.consultants"] in told[1]
        assert page.locator(".trade .flag:text('⚑')").count() > 0


def test_bets_stay_in_the_address(browser: Browser, lessons: dict[str, Path]) -> None:
    """One by one; who comes back finds them, and what they change."""
    behind = "act=transfer&bet-transfer=consultants.none.new_chair"
    with opened(browser, lessons["en"], behind) as page:
        assert page.locator(".trade input:checked").count() == 2
        assert page.locator(".go").is_disabled()
        bet(page, shop_2="loyalty_program")
        assert "consultants.loyalty_program.new_chair" in page.url
        flagged = page.locator("[data-shop=shop_2] .factor.bet").evaluate_all(
            "all => all.map((each) => each.dataset.figure)"
        )
        assert flagged == ["positions", "visits"]


@pytest.mark.parametrize("nonsense", ["x", "consultants", "a.b.c", "new_chair.x.y.z"])
def test_a_link_may_say_anything(
    browser: Browser, lessons: dict[str, Path], nonsense: str
) -> None:
    """What names no tool of each shop is no bet."""
    behind = f"act=transfer&bet-transfer={nonsense}"
    with opened(browser, lessons["en"], behind) as page:
        assert page.locator(".trade input:checked").count() == 0


def test_answers_wait_for_the_class(browser: Browser, lessons: dict[str, Path]) -> None:
    """They come when the teacher wants them."""
    with opened(browser, lessons["en"], "act=transfer&hidden=1") as page:
        bet(page, **BEST)
        page.locator(".go").click()
        assert page.locator(f"{GIVEN_AWAY.replace('.answer > *, ', '')}").count() == 0
        page.locator(".reveal").click()
        assert page.locator("[data-npv]").count() == 11
        assert page.locator(".verdict.right").count() == 1
