"""Acts with chance: their figures are the engine's, and what is seen is what it did."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from helpers.lesson import given, numbers, opened, too_wide
from playwright.sync_api import Browser, Page

from toc_sim import Scenario, load, run
from toc_sim.lesson.chance import (
    chance_for_page,
    hall_and_rope,
    match_bowls,
    same_money,
)

ROOT = Path(__file__).parents[2]
ACTS = ("chance", "balanced", "rope")
GIVEN_AWAY = (
    ".answer > *, .constraint, .now[visibility=visible], .cups[d^=M], .ring[d^=M], "
    ".matches[d^=M], .dots[d^=M], .count:not(:empty), .sides:not([hidden]), toc-spread"
)
"""What would give an answer away."""

WRONG = {"chance": "70", "balanced": "balanced", "rope": "40"}
"""The usual wrong answers."""


@pytest.fixture(name="chance", scope="module")
def _chance() -> dict[str, Any]:
    return chance_for_page()


def bet(page: Page, act: str, value: str) -> None:
    """Place a bet."""
    if act == "balanced":
        page.locator(f"input[value={value}]").check()
    else:
        page.locator("input[type=range]").fill(value)


def seen_to_the_end(page: Page, act: str, value: str) -> None:
    """Bet, and go to the end of what is watched."""
    bet(page, act, value)
    page.locator(".go").click()
    page.locator(".player button").nth(2).click()


def verdict_of(page: Page) -> list[float]:
    """Return the figures of the verdict."""
    return numbers(page.locator(".verdict").inner_text(), "en")


def figures_of(*lines: Scenario) -> list[dict[str, Any]]:
    """Return what `toc-sim run --json` says of some lines."""
    found = [run(line.changed({"run.engine": "auto"}), store=False) for line in lines]
    return [each.to_dict() for each in found]


def test_the_game_is_that_of_the_shipped_file(chance: dict[str, Any]) -> None:
    """Twenty rounds of it; its figures are those of a run, and dice are fair."""
    file = load(str(ROOT / "scenarios" / "dice_game.yaml"), {"run.horizon": "20"})
    game = match_bowls()
    [told] = figures_of(file)

    assert game.stages == file.stages
    assert game.flow == file.flow
    assert told["seed"] == game.run.seed
    assert told["replications"] == chance["game"]["games"]
    for end in ("mean", "low", "high"):
        counted = 20 * told["throughput_counted"][end]
        assert chance["game"]["mean"][end] == pytest.approx(counted)
    assert chance["game"]["mean"]["mean"] == pytest.approx(51.7, abs=0.5)
    assert sum(games for _, games in chance["game"]["ends"]) == 400


def test_each_boy_moves_what_he_throws_as_far_as_it_is_there(
    chance: dict[str, Any],
) -> None:
    """The dice drawn beside the trace are those of the engine."""
    dice, moved = chance["game"]["dice"], chance["game"]["moved"]

    assert moved[0] == dice[0]
    for (came, went), thrown in zip(pairwise(moved), dice[1:], strict=True):
        bowl = 0
        for more, gone, die in zip(came, went, thrown, strict=True):
            bowl += more
            assert gone == min(die, bowl)
            bowl -= gone


@pytest.mark.parametrize(
    ("act", "lines"), [("balanced", same_money), ("rope", hall_and_rope)]
)
def test_two_lines_have_the_figures_of_their_runs(
    chance: dict[str, Any],
    act: str,
    lines: Callable[[], tuple[Scenario, Scenario]],
) -> None:
    """Cups an hour with their intervals, work in progress, and the constraint."""
    found = chance[act]

    for side, told in enumerate(figures_of(*lines())):
        assert told["replications"] == found["replications"]
        assert told["throughput_counted"] == pytest.approx(found["paces"][side])
    assert "machine_2" in told["constraint"]["nodes"]


def test_the_balanced_line_wastes(chance: dict[str, Any]) -> None:
    """For the same money one constraint sells about 4 % more, and that is no luck."""
    prices = [200, 800, 200, 200, 200]
    costs = [
        sum(pace * price for pace, price in zip(paces, prices, strict=True))
        for paces in chance["balanced"]["rates"]
    ]

    assert costs == [chance["balanced"]["cost"]] * 2
    assert chance["balanced"]["gain"]["low"] > 3
    assert chance["balanced"]["gain"]["mean"] == pytest.approx(4, abs=0.5)


def test_a_tenth_of_what_lies_inside_sells_as_much(chance: dict[str, Any]) -> None:
    """The line is the shipped one; less than one in a thousand cups is lost."""
    file = load(str(ROOT / "scenarios" / "rope.yaml"))
    push, rope = hall_and_rope()

    assert push.stages == file.stages
    assert rope.release == file.changed(file.variants["drum_buffer_rope"].set).release
    inside = [each["mean"] for each in chance["rope"]["inside"]]
    assert inside[1] / inside[0] == pytest.approx(0.1, abs=0.01)
    assert abs(chance["rope"]["gain"]["mean"]) < 0.1


def test_each_cup_meets_the_same_luck_in_both_halls(chance: dict[str, Any]) -> None:
    """Its number is the same, and each stage works on it just as long."""
    push, rope = chance["rope"]["runs"]

    assert push["followed"] == rope["followed"]
    common = 0
    for one, other in zip(push["work"], rope["work"], strict=True):
        shift = rope["first"] - push["first"]
        for long, same in zip(one[shift:], other, strict=False):
            if long is not None and same is not None:
                assert abs(long - same) <= 1  # of a thousandth of an hour
                common += 1
    assert common > 500


def test_the_page_for_teachers_tells_these_figures(chance: dict[str, Any]) -> None:
    """As the acts round them."""
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")

    assert f"{chance['game']['mean']['mean']:.1f} on average of 400 games" in page
    assert f"one constraint: {chance['balanced']['gain']['mean']:.1f} % more" in page
    assert f"| {-chance['rope']['gain']['mean']:.2f} % |" in page


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("act", ACTS)
def test_an_act_with_chance_keeps_its_answer_until_the_bet(
    browser: Browser, lessons: dict[str, Path], act: str, language: str
) -> None:
    """Nothing is there to be seen before; then verdict, rule and the bet named back."""
    with opened(browser, lessons[language], f"act={act}") as page:
        assert page.locator(GIVEN_AWAY).count() == 0
        assert page.locator(".go").is_disabled()
        bet(page, act, WRONG[act])
        assert page.locator(GIVEN_AWAY).count() == 0
        assert too_wide(page) == []
        page.locator(".go").click()
        page.locator(".player button").nth(2).click()

        assert page.locator(".verdict.wrong").count() == 1
        assert page.locator(".rule:not(line)").count() == 1
        assert page.locator("nav .done").count() == 1
        assert too_wide(page) == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_names_stand_in_the_boxes_of_their_stages(
    browser: Browser, lessons: dict[str, Path], language: str
) -> None:
    """In both lines, on a telephone and on a screen."""
    outside = """stages => stages.filter(stage => {
        const box = stage.querySelector('.box').getBoundingClientRect();
        return [...stage.querySelectorAll('.title, .pace')].some(text => {
            const {left, right} = text.getBoundingClientRect();
            return left < box.left || right > box.right;
        });
    }).map(stage => stage.textContent)"""
    for width in (360, 1280):
        size = {"width": width, "height": 900}
        with opened(browser, lessons[language], "act=rope", viewport=size) as page:
            stages = page.locator("toc-pair [data-stage]")
            assert stages.count() == 10
            assert stages.evaluate_all(outside) == []


def test_the_game_ends_as_its_trace_does(
    browser: Browser, lessons: dict[str, Path], chance: dict[str, Any]
) -> None:
    """Bowls, dice and matches are the engine's; the bet is a ghost among many games."""
    game = chance["game"]
    with opened(browser, lessons["en"], "act=chance") as page:
        assert given(page)["chance"]["game"]["moved"] == game["moved"]
        seen_to_the_end(page, "chance", "70")

        through = page.locator("toc-bowls .through .count").inner_text()
        assert int(through) == sum(game["moved"][-1])
        for place, shown in enumerate(page.locator("toc-bowls .throw").all()):
            die, moved = game["dice"][place][-1], game["moved"][place][-1]
            assert numbers(shown.inner_text(), "en") == [die, moved]
        mean, (low, high) = game["mean"], game["middle"]
        assert verdict_of(page) == [
            70,
            400,
            pytest.approx(mean["mean"], abs=0.05),
            pytest.approx(mean["low"], abs=0.05),
            pytest.approx(mean["high"], abs=0.05),
            95,
            low,
            high,
        ]
        assert page.locator("toc-spread .bar").count() == len(game["ends"])
        ghost = page.locator("toc-spread [data-mark=bet] text").text_content() or ""
        assert numbers(ghost, "en") == [70]


def test_the_ledgers_of_two_lines_are_the_engines(
    browser: Browser, lessons: dict[str, Path], chance: dict[str, Any]
) -> None:
    """Also what was sold in the hours that were watched."""
    with opened(browser, lessons["en"]) as page:
        for act in ("balanced", "rope"):
            page.locator(f"nav [data-act={act}]").click()
            seen_to_the_end(page, act, WRONG[act])
            found = chance[act]
            pace = page.locator("[data-figure=pace]").inner_text()
            inside = page.locator("[data-figure=inside]").inner_text()
            mean = found["paces"][1]["mean"]
            assert float(pace) == pytest.approx(mean, abs=0.005)
            mean = found["inside"][1]["mean"]
            assert float(inside) == pytest.approx(mean, abs=0.05)
            told = page.locator(".side").all_inner_texts()
            sold = [numbers(each, "en")[0] for each in told]
            assert sold == [each["sold"] for each in found["runs"]]
        loss = -chance["rope"]["gain"]["mean"]
        assert verdict_of(page)[3] == pytest.approx(loss, abs=0.005)


def test_a_cup_is_followed_through_both_halls(
    browser: Browser, lessons: dict[str, Path], chance: dict[str, Any]
) -> None:
    """It has its number in both pictures; its times of work are alike to the minute."""
    number = chance["rope"]["runs"][0]["followed"]
    with opened(browser, lessons["en"], "act=rope", reduced_motion="reduce") as page:
        bet(page, "rope", "0")
        page.locator(".go").click()
        step = page.get_by_text("A step")
        step.click(click_count=4 * 4)
        ringed = page.locator(".ringed").all_text_contents()
        assert ringed == [f"No. {number}", ""]  # the rope has not let it in
        step.click(click_count=10 * 4 + 2)
        assert page.locator(".ringed").all_text_contents() == [f"No. {number}"] * 2
        page.locator(".player button").nth(2).click()
        rows = page.locator(".luck tbody tr").all_inner_texts()
        times = [numbers(row, "en")[-2:] for row in rows]
        assert all(one == other for one, other in times[:-1])
        assert times[-1][0] > 5 * times[-1][1]


def test_the_class_sees_bets_on_amounts(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """And none that is no amount."""
    links = "a#bet-chance=70&bet-balanced=one b#bet-chance=x&bet-rope=5 c#bet-rope=1e9"
    with opened(browser, lessons["en"], "act=class") as page:
        page.locator("textarea").fill(links)
        rows = page.locator("[data-act=chance] th").all_inner_texts()
        assert rows == ["70 matches"]
        assert page.locator("[data-act=rope] th").all_inner_texts() == ["5 % lost"]
        assert page.locator("[data-act=balanced] th").count() == 1
