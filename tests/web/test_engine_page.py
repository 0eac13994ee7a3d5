"""The page of a scenario in a browser: what is moved there is what the engine gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from helpers.served import Served, serving
from helpers.watched import faults, watched
from playwright.sync_api import Browser, Page, expect

from toc_sim import load, run
from toc_sim.web.offer import offer

CUPS = "scenarios/paper_cups_tools.yaml"
PATIENCE = 30_000
"""How long the engine may take on a busy machine [ms]."""


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Served]:
    with serving(CUPS) as server:
        yield server


@contextmanager
def opened(browser: Browser, server: Served, width: int = 1280) -> Iterator[Page]:
    """Open the page; fail if it complains, or asks anybody else."""
    own = f"http://127.0.0.1:{server.port}"
    window = {"width": width, "height": 900}
    with watched(browser, own, viewport=window) as seen:
        expect(seen.page.locator("#sentence")).not_to_be_empty(timeout=PATIENCE)
        yield seen.page

        assert not seen.said
        asked = {url.partition("/answer")[0].rstrip("/") for url in seen.asked}
        assert asked == {own}


def shown(page: Page, text: str) -> None:
    """Wait until the throughput is as expected."""
    place = page.locator("#throughput")
    expect(place).to_contain_text(text, timeout=PATIENCE)


def test_a_slider_moves_the_engine(browser: Browser, server: Served) -> None:
    """By keyboard: the page shows what `toc_sim.run` says of its value."""
    with opened(browser, server) as page:
        slider = page.locator("[data-path='machine_2.capacity']")
        slider.focus()
        slider.press("PageDown")
        value = (slider.get_attribute("aria-valuetext") or "").split()[0]
        scenario = offer(load(CUPS)).scenario.changed(
            {"machine_2.capacity": float(value), "run.seed": 7}
        )
        expected = run(scenario, store=False)

        assert float(value) < 8
        shown(page, f"{expected.throughput:.2f} cup/hour")
        expect(page.locator("#sentence")).to_have_text(expected.sentence)
        expect(slider).to_be_focused()


def test_a_mouse_on_a_slider(browser: Browser, server: Served) -> None:
    """At the right end the constraint has moved on, and is marked there."""
    with opened(browser, server) as page:
        slider = page.locator("[data-path='machine_2.capacity']")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 0.98 * box["width"], box["y"] + box["height"] / 2)

        shown(page, "9.00 cup/hour")
        drawn = page.locator("toc-network svg:not([hidden]) .constraint .title")
        expect(drawn).to_have_text("sales")


def test_tools_within_the_budget(browser: Browser, server: Served) -> None:
    """What is too dear cannot be bought, and the page says why."""
    with opened(browser, server) as page:
        page.get_by_label("Budget").fill("4000")
        page.get_by_label("new_machine_2").check()

        shown(page, "9.00 cup/hour")
        expect(page.get_by_label("sales_training")).to_be_disabled()
        assert page.get_by_text("too dear for what is left").count() == 4


def test_release_seed_and_the_way_back(browser: Browser, server: Served) -> None:
    """A limit chokes the line; one press and all is as in the file."""
    with opened(browser, server) as page:
        page.get_by_label("CONWIP", exact=False).check()
        page.get_by_label("Items inside at most").fill("1")
        page.get_by_label("Items inside at most").press("Tab")
        expect(page.locator("#throughput")).not_to_contain_text(
            "8.00", timeout=PATIENCE
        )
        page.get_by_label("Seed").fill("12")
        page.get_by_label("Seed").press("Tab")

        expect(page.get_by_text("seed: 12")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="As in the file").click()
        shown(page, "8.00 cup/hour")


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_page_fits(browser: Browser, server: Served, width: int) -> None:
    """Nothing is wider than the window; a single drawing is shown."""
    with opened(browser, server, width) as page:
        wide = page.evaluate("() => document.documentElement.scrollWidth")

        assert wide <= width
        assert page.locator("toc-network svg:visible").count() == 1


def test_the_page_can_be_used_by_all(browser: Browser, server: Served) -> None:
    """axe-core finds no serious fault."""
    with opened(browser, server) as page:
        assert faults(page) == []


def test_the_page_speaks_russian(browser: Browser) -> None:
    """Its own words, and those of the engine."""
    with (
        serving(CUPS, "--lang", "ru") as server,
        opened(browser, server) as page,
    ):
        shown(page, "Проход: 8,00")
        text = page.locator("#sentence").inner_text()

        assert not text.isascii()
        assert page.get_by_text("Инструменты").is_visible()


def test_names_stay_in_their_boxes(browser: Browser, server: Served) -> None:
    """Also beside each other, where there is little room."""
    for width in (360, 1280):
        with opened(browser, server, width) as page:
            wrong = page.evaluate(
                """() => {
                  const place = (stage, part) =>
                    stage.querySelector(part).getBoundingClientRect();
                  const leaves = (stage) =>
                    place(stage, ".title").left < place(stage, "rect").left ||
                    place(stage, ".title").right > place(stage, "rect").right;
                  const stages = [...document.querySelectorAll("svg .stage")];
                  return stages.filter(leaves).length;
                }"""
            )
            assert page.locator("svg .stage").count() > 0
            assert wrong == 0
