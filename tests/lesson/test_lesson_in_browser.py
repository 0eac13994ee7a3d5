"""All acts of the lesson, as a pupil goes through them: by mouse, keys and touch."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.lesson import given, numbers, opened, too_wide
from helpers.watched import faults
from playwright.sync_api import Browser, Page, expect

from toc_sim import run
from toc_sim.lesson.cups import cups
from toc_sim.tools import with_tools

LARGEST = 400_000
"""Bytes that a page may have."""

AFTER = {
    "as_is": (),
    "wrong_tool": ("new_machine_1",),
    "right_tool": ("new_machine_2",),
    "where_now": ("new_machine_2", "sales_training"),
    "outside": ("new_machine_2", "sales_training", "new_machine_3"),
}
"""The tools with which each act about the line runs."""

STAGE_ACTS = ("as_is", "where_now", "outside")
GIVEN_AWAY = ".constraint, .answer > *, .now[visibility=visible], .cups[d^=M]"
"""What would give an answer away."""


def engine(tools: tuple[str, ...]) -> tuple[float, set[str], float]:
    """Return what the engine says: cups an hour, the constraint, and net profit."""
    told = run(with_tools(cups(), list(tools)), store=False).to_dict()
    named = set(told["static"]["constraint"])
    profit = told["money"]["net_profit"]
    mean = profit["mean"] if isinstance(profit, dict) else profit
    counted = told["throughput_counted"]
    return counted["mean"], named, mean


def at_end(page: Page) -> None:
    """Go to the end of the run."""
    page.locator(".player button").nth(2).click()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("act", AFTER)
def test_an_act_shows_what_the_engine_says(
    browser: Browser, lessons: dict[str, Path], language: str, act: str
) -> None:
    """Nothing before the bet; then the engine's figures, the bet, and one rule."""
    tools = AFTER[act]
    pace, named, profit = engine(tools)
    with opened(browser, lessons[language], f"act={act}") as page:
        titles = given(page)["words"]
        assert page.locator(GIVEN_AWAY).count() == 0
        assert page.locator(".go").is_disabled()
        if act in STAGE_ACTS:
            page.locator("[data-stage=machine_1]").click()
        else:
            page.locator("input[type=range]").fill("13.5")
        assert page.locator(GIVEN_AWAY).count() == 0
        page.locator(".go").click()
        at_end(page)

        marked = page.locator("[data-stage].constraint").evaluate_all(
            "each => each.map((stage) => stage.dataset.stage)"
        )
        assert set(marked) == named
        assert numbers(page.locator(".now text").text_content() or "", language)[
            -1
        ] == pytest.approx(pace, abs=0.005)
        shown = page.locator("[data-figure=pace]").inner_text()
        assert numbers(shown, language) == [pytest.approx(pace, abs=0.005)]
        shown = page.locator("[data-figure=profit]").inner_text()
        assert numbers(shown, language) == [pytest.approx(profit, abs=0.5)]
        verdict = page.locator(".verdict").inner_text()
        for stage in named:
            assert titles[f"stage.{stage}"] in verdict
        assert page.locator(".rule:not(line)").count() == 1
        ghost = page.locator(".bet text").first.text_content()
        assert ghost


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_act_fits_and_can_be_read_by_all(
    browser: Browser, lessons: dict[str, Path], language: str
) -> None:
    """At 360, 1280 and 1920 px, before and after the bet; axe finds nothing serious."""
    with opened(browser, lessons[language]) as page:
        acts = page.locator("nav button").evaluate_all(
            "each => each.map((button) => button.dataset.act)"
        )
        for act in acts:
            page.locator(f"nav [data-act={act}]").click()
            assert too_wide(page) == [], act
            bet_and_run(page, act)
            assert too_wide(page) == [], act
            assert faults(page) == [], act


def choose_the_first(page: Page) -> None:
    """Choose the first of every group of radio buttons that bet."""
    for group in page.locator("fieldset:has(input[name^=bet])").all():
        group.locator("input").first.check()


def bet_and_run(page: Page, act: str) -> None:
    """Bet on something, and see the answer."""
    if act == "class":
        page.locator("textarea").fill("x#act=exam&bet-as_is=sales")
        return
    if act == "make":
        for _ in range(6):
            page.locator(".go").click()
    elif page.locator("input[type=radio][name^=bet]").count():
        choose_the_first(page)
        page.locator(".go").click()
    elif page.locator("[role=radio]").count():
        page.locator("[role=radio]").first.click()
        page.locator(".go").click()
    else:
        if page.locator("input[type=range]:visible").count():
            page.locator("input[type=range]").fill("9")
        page.locator(".go").click()
    if page.locator(".player").count():
        at_end(page)
    expect(page.locator(".rule:not(line)")).to_have_count(1)


def test_the_lesson_is_one_small_file(lessons: dict[str, Path]) -> None:
    """The same for the same language, and small enough to be mailed."""
    for page in lessons.values():
        assert page.stat().st_size < LARGEST


def test_a_pupil_with_a_keyboard_bets_runs_and_goes_on(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Arrows go from stage to stage, the skip link leads, the focus is never lost."""
    with opened(browser, lessons["en"], "act=as_is") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "question"
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        chosen = page.locator("[aria-checked=true]").get_attribute("data-stage")
        assert chosen == "machine_3"
        assert page.evaluate("document.activeElement.dataset.stage") == "machine_3"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('.player') !== null")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement !== document.body")
        page.locator(".next").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "question"
        assert "act=wrong_tool" in page.url
        assert "bet-as_is=machine_3" in page.url


def test_a_pupil_with_a_telephone_taps(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Every target is as large as a finger tip."""
    options = {"has_touch": True, "viewport": {"width": 360, "height": 740}}
    with opened(browser, lessons["ru"], "act=as_is", **options) as page:
        page.locator("[data-stage=sales]").tap()
        page.locator(".go").tap()
        page.locator(".player button").nth(2).tap()
        assert page.locator(".verdict").count() == 1
        high = page.locator("button:visible").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().height)"
        )
        assert min(high) > 43


def test_a_link_holds_the_bets_and_nothing_else(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """What no act knows is left out; the bet of a link is shown, not answered."""
    behind = "act=as_is&bet-as_is=sales&bet-none=1&bet-exam=%3Cimg%3E&x=1"
    with opened(browser, lessons["en"], behind) as page:
        assert page.locator(".stage.bet").get_attribute("data-stage") == "sales"
        assert page.locator(".answer > *").count() == 0
        assert page.url.endswith("#act=as_is&bet-as_is=sales")


@pytest.mark.parametrize(
    "bet", ["nobody", "-1e9", "NaN", "constructor", "__proto__", "new_machine_2" * 6]
)
def test_a_link_with_nonsense_breaks_nothing(
    browser: Browser, lessons: dict[str, Path], bet: str
) -> None:
    """Whatever stands in an address, each act opens."""
    acts = ["goal", *AFTER, "auction", "exam"]
    behind = "&".join(f"bet-{act}={bet}" for act in acts)
    with opened(browser, lessons["en"], behind) as page:
        for act in acts:
            page.locator(f"nav [data-act={act}]").click()
            assert page.locator("#question").count() == 1


def test_answers_are_held_back_until_the_class_has_spoken(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """The run is watched; what it says comes when the teacher wants it."""
    with opened(browser, lessons["en"], "act=as_is&hidden=1") as page:
        page.locator("[data-stage=sales]").click()
        page.locator(".go").click()
        at_end(page)
        assert page.locator(".constraint, .verdict").count() == 0
        page.locator(".reveal").click()
        assert page.locator(".constraint").count() == 1
        assert page.locator(".verdict").count() == 1


def test_a_teacher_sees_how_the_class_bet(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Links are counted act by act; what is no link counts as nothing."""
    links = [
        "file:///lesson.html#act=exam&bet-as_is=sales&bet-wrong_tool=9.0",
        "https://example.org/l#act=goal&bet-as_is=sales&bet-wrong_tool=8",
        "x#bet-as_is=machine_2",
        "hello",
        "y#bet-as_is=nobody",
    ]
    with opened(browser, lessons["en"], "act=class") as page:
        page.locator("textarea").fill("\n".join(links))
        rows = page.locator("[data-act=as_is] tr").all_inner_texts()
        assert [" ".join(row.split()) for row in rows] == ["Sales 2", "Machine 2 1"]
        assert page.locator("[data-act=wrong_tool] tr").count() == 2


def test_who_wants_less_motion_gets_steps(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Nothing moves by itself; the end is one press away."""
    with opened(browser, lessons["en"], "act=as_is", reduced_motion="reduce") as page:
        page.locator("[data-stage=sales]").click()
        page.locator(".go").click()
        drawn = page.locator(".cups").get_attribute("d")
        page.wait_for_timeout(300)
        assert page.locator(".cups").get_attribute("d") == drawn
        at_end(page)
        assert page.locator(".verdict").count() == 1


def test_the_exam_is_passed_with_the_right_tools_alone(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Nine thousand buy eleven cups in one way; no more than that can be chosen."""
    with opened(browser, lessons["en"], "act=exam") as page:
        for tool in ("new_machine_2", "sales_training", "new_machine_3"):
            page.locator(f"input[value={tool}]").check()
        assert page.locator("input[value=advertising]").is_disabled()
        page.locator(".go").click()
        at_end(page)
        assert page.locator(".verdict.right").count() == 1
        page.locator(".again").click()
        page.locator("input[value=advertising]").check()
        page.locator(".go").click()
        at_end(page)
        assert page.locator(".verdict.wrong").count() == 1


def test_in_the_auction_a_tool_changes_sides(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Training brings nothing at the start, and a cup once machine 2 is new."""
    with opened(browser, lessons["en"], "act=auction") as page:
        page.locator("input[value=new_machine_1]").check()
        page.locator(".go").click()
        brings = page.locator("[data-brings=sales_training]")
        assert brings.inner_text() == "+0.00"
        page.locator("[data-tool=new_machine_2]").click()
        assert page.evaluate("document.activeElement.dataset.tool") == "new_machine_2"
        assert brings.inner_text() == "+1.00"
