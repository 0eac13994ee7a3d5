"""The act about the critical path: its shares and bounds are the engine's."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from helpers.lesson import given, numbers, opened
from playwright.sync_api import Browser, Page

from toc_sim.constraint.certify import certify
from toc_sim.engine.simulate import run as simulated
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.lesson.path import cups_by_chance, path_for_page
from toc_sim.network import network

ROOT = Path(__file__).parents[2]
GIVEN_AWAY = (
    ".most, .answer > *, .key .piece:visible, .piece[d^=M], .work[d^=M], .piled[d^=M]"
)
"""What would give the answer away."""

STAGES = ("machine_1", "machine_2", "machine_3", "sales", "market")


def at_end(page: Page) -> None:
    """Play the path back to the start."""
    page.locator(".player button").nth(2).click()


def shares_of_the_engine() -> dict[str, float]:
    """Return the share of each stage, as the replication itself has it."""
    line = cups_by_chance()
    result = simulated(
        network(line),
        seed=line.run.seed,
        replication=0,
        horizon=line.run.horizon,
        warmup=float(line.run.warmup),
    )
    return {share.name: share.value for share in result.shares}


def test_the_pieces_are_those_of_the_certificate() -> None:
    """They join without a gap, and each stands where a proof has it."""
    line = cups_by_chance()
    proof = certify(network(line), float(line.run.warmup))
    proved = [(each.owner, each.end) for each in proof.last.segments if each.end > 0]
    told = path_for_page()

    assert told["sold"] == proof.inside
    assert [owner for owner, _, _ in told["segments"]] == [each for each, _ in proved]
    assert [end for _, end, _ in told["segments"]] == pytest.approx(
        [end for _, end in proved], abs=1e-5
    )


def test_what_the_teacher_is_told_is_so() -> None:
    """Machine 1 is busy for more than half of the shift, and never on the path."""
    told = path_for_page()
    begins, ends = told["services"][0][::2], told["services"][0][1::2]

    assert shares_of_the_engine()["machine_1"] == 0
    assert sum(ends) - sum(begins) > told["hours"] / 2
    page = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert f"{100 * shares_of_the_engine()['machine_2']:.1f} % of it; three" in page
    assert sum(tool["refuted"] for tool in told["tools"]) == 3


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_piles_up_is_the_share_of_the_path(
    browser: Browser, lessons: dict[str, Path], language: str
) -> None:
    """To the last digit shown; the bet stays beside it, and is named back."""
    shares = shares_of_the_engine()
    with opened(browser, lessons[language], "act=path") as page:
        words = given(page)["words"]
        assert page.locator(GIVEN_AWAY).count() == 0
        assert page.locator(".go").is_disabled()
        page.locator("input[value=sales]").check()
        assert page.locator(GIVEN_AWAY).count() == 0
        page.locator(".go").click()
        at_end(page)

        for stage in STAGES:
            shown = page.locator(f"[data-share={stage}]").inner_text()
            told = [round(100 * shares[stage], 1)]
            assert numbers(shown, language) == told, stage
        most = max(shares, key=lambda stage: shares[stage])
        assert page.locator(".most").get_attribute("data-stage") == most
        assert page.locator(".lane-row.bet").get_attribute("data-stage") == "sales"
        verdict = page.locator(".verdict").inner_text()
        assert words[f"stage.{most}"] in verdict
        assert words["stage.sales"] in verdict


def test_a_step_is_a_piece_of_the_path(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Each says what it waited for; whoever wants less motion gets no other."""
    with opened(browser, lessons["en"], "act=path", reduced_motion="reduce") as page:
        segments = given(page)["path"]["segments"]
        page.locator("input[value=market]").check()
        page.locator(".go").click()
        why = page.locator(".why")
        told = []
        for _ in range(4):
            page.locator(".player button").nth(1).click()
            assert why.get_attribute("aria-live") == "polite"
            told.append(numbers(why.inner_text().partition(":")[0], "en")[0])
        assert told == [
            pytest.approx(end, abs=0.005) for _, end, _ in segments[-2:-6:-1]
        ]
        assert page.locator(".verdict").count() == 0


def test_bounds_and_runs_are_those_of_a_search() -> None:
    """By these figures `toc-sim roadmap` and `reach` rule sets of tools out."""
    line = cups_by_chance().changed({"run.engine": "simpy"})
    hours = line.run.horizon
    tool_sets = ToolSets(line, Laboratory())
    names = list(line.tools)
    tool_sets.keep_paths(
        [each for size in range(6) for each in combinations(names, size)]
    )
    told = path_for_page()["tools"]

    assert [tool["name"] for tool in told] == names
    for tool in told:
        own = (tool["name"],)
        most = tool_sets.proved_throughput(own, bought=True) * hours
        assert tool["most"] == pytest.approx(most)
        sold = tool_sets.bought(own).throughput * hours
        assert tool["sold"] == pytest.approx(sold)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_refuted_is_what_the_path_refutes(
    browser: Browser, lessons: dict[str, Path], language: str
) -> None:
    """Exactly those whose bound says so; and no run comes above its bound."""
    tools = path_for_page()["tools"]
    best = max(tool["sold"] for tool in tools)
    with opened(browser, lessons[language], "act=path") as page:
        words = given(page)["words"]
        page.locator("input[value=machine_2]").check()
        page.locator(".go").click()
        at_end(page)
        for tool in tools:
            row = page.locator(f".refuting [data-tool={tool['name']}]")
            cells = row.locator("td").all_inner_texts()
            most, sold = (numbers(cell, language)[0] for cell in cells)
            assert (most, sold) == (tool["most"], tool["sold"])
            assert sold <= most
            wanted = words["path.refuted" if most < best else "path.open"]
            assert wanted in cells[0]
        assert page.locator(".verdict.right").count() == 1


@pytest.mark.parametrize("bet", ["nobody", "new_machine_2", "__proto__"])
def test_a_link_may_say_anything(
    browser: Browser, lessons: dict[str, Path], bet: str
) -> None:
    """What is no stage is no bet."""
    with opened(browser, lessons["en"], f"act=path&bet-path={bet}") as page:
        assert page.locator(".go").is_disabled()
        assert page.locator("input:checked[name=bet-path]").count() == 0


def test_a_pupil_with_keys_bets_and_goes_on(
    browser: Browser, lessons: dict[str, Path]
) -> None:
    """Arrows choose a stage, and the focus is never lost."""
    with opened(browser, lessons["en"], "act=path") as page:
        page.locator("input[value=machine_1]").focus()
        page.keyboard.press("ArrowDown")
        assert "bet-path=machine_2" in page.url
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('.player') !== null")
        at_end(page)
        assert page.evaluate("document.activeElement !== document.body")


def test_answers_wait_for_the_class(browser: Browser, lessons: dict[str, Path]) -> None:
    """The path is watched; what it says comes when the teacher wants it."""
    with opened(browser, lessons["en"], "act=path&hidden=1") as page:
        page.locator("input[value=sales]").check()
        page.locator(".go").click()
        at_end(page)
        assert page.locator(".most, .verdict, .refuting").count() == 0
        page.locator(".reveal").click()
        assert page.locator(".most").count() == 1
        assert page.locator(".refuting").count() == 1
