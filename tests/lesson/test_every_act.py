"""Every act, in both languages, from a file and from the server, by every hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.lesson import driven
from helpers.served import serving
from helpers.watched import watched
from playwright.sync_api import Browser, Locator, Page

LANGUAGES = ("en", "ru")
MOST_STEPS = 40
"""Presses of a key after which what is looked for should have been found."""


def clicked(_page: Page, target: Locator) -> None:
    """Press something with the mouse."""
    target.click()


def tapped(_page: Page, target: Locator) -> None:
    """Press something with a finger."""
    target.tap()


def pressed(page: Page, target: Locator) -> None:
    """Press something by keys alone, from where the focus is: it must be reachable."""
    for _step in range(MOST_STEPS):
        if target.evaluate("target => target === document.activeElement"):
            break
        page.keyboard.press(_towards(target))
    else:
        pytest.fail(f"no key leads to {target}")
    page.keyboard.press("Space")
    lost = page.evaluate("document.activeElement === document.body")
    assert not lost, f"the focus was lost at {target}"


def _towards(target: Locator) -> str:
    """Return the key that leads on: within a group of radio buttons, an arrow."""
    is_beside = target.evaluate(
        """target => {
          const now = document.activeElement;
          const group = (each) => each.closest("[role=radiogroup]") ||
            (each.type === "radio" && each.name);
          return Boolean(group(target)) && group(target) === group(now);
        }"""
    )
    return "ArrowDown" if is_beside else "Tab"


HANDS: dict[str, Callable[[Page, Locator], None]] = {
    "mouse": clicked,
    "keys": pressed,
    "touch": tapped,
}
ACTS = (
    *("make", "goal", "as_is", "wrong_tool", "right_tool", "where_now", "outside"),
    *("auction", "chance", "rope", "path", "balanced", "transfer", "exam"),
)


@pytest.fixture(name="served", scope="module")
def _served() -> Iterator[dict[str, str]]:
    """Return the address of the lesson in each language."""
    with serving() as english, serving("--lang", "ru") as russian:
        servers = {"en": english, "ru": russian}
        yield {
            language: f"http://127.0.0.1:{server.port}/lesson"
            for language, server in servers.items()
        }


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_acts_from_a_file(
    browser: Browser, lessons: dict[str, Path], language: str, hand: str
) -> None:
    """Question, bet, run, answer, next act: to the end of the lesson."""
    go_through(browser, lessons[language].as_uri(), hand)


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_acts_from_the_server(
    browser: Browser, served: dict[str, str], language: str, hand: str
) -> None:
    """The same page."""
    go_through(browser, served[language], hand)


def go_through(browser: Browser, address: str, hand: str) -> None:
    """Go through the lesson; fail if it asks for anything else, or complains."""
    options = {"has_touch": hand == "touch", "reduced_motion": "reduce"}
    with watched(browser, address, **options) as seen:
        page = seen.page
        now = page.locator("nav [aria-current=step]")
        for act in ACTS:
            assert now.get_attribute("data-act") == act
            assert page.locator(".verdict, .rule:not(line), .constraint").count() == 0
            driven(page, act, lambda target: HANDS[hand](page, target))
            assert page.locator(".verdict").count() >= 1
            assert page.locator(".rule:not(line)").count() == 1
            HANDS[hand](page, page.locator(".next"))
        assert now.get_attribute("data-act") == "class"
    assert {url.partition("#")[0] for url in seen.asked} == {address}
    assert seen.said == []
