"""The recurrence of the page gives what the engine gives, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import toc_sim
from toc_sim import Scenario, load
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import simulate
from toc_sim.lesson.cups import TOOLS, cups
from toc_sim.lesson.modules import joined
from toc_sim.network.build import network
from toc_sim.theory.static import capacity

WEB = Path(toc_sim.__file__).parent / "lesson" / "web"
LINES, FOLLOWED = 1000, 60
"""Lines whose cups are counted, and those of which each moment is compared."""

HALF = 0.5
HOURS, BEFORE = 20, 4
"""How long each line is counted, and how long it fills [hours]."""


@pytest.fixture(name="page", scope="module")
def _page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_content("<p>the program alone</p>")
    text = (WEB / "line.js").read_text(encoding="utf-8")
    page.add_script_tag(content=joined({"line.js": text}, "line.js"))
    yield page
    page.close()


def random_lines() -> Iterator[list[dict[str, Any]]]:
    """Yield lines: short and long, whole and broken paces, with little room or none."""
    draw = np.random.default_rng(20)
    for _ in range(LINES):
        stages: list[dict[str, Any]] = []
        for place in range(draw.integers(2, 7)):
            whole, broken = draw.integers(4, 21), round(draw.uniform(3, 15), 2)
            pace = int(whole) if draw.random() < HALF else float(broken)
            stage: dict[str, Any] = {"name": f"stage_{place}", "rate": pace}
            if place and draw.random() < HALF:
                stage["buffer"] = int(draw.integers(0, 7))
            stages.append(stage)
        yield stages


def scenario_of(stages: list[dict[str, Any]]) -> Scenario:
    """Return a line as a file would say it."""
    entries = {}
    for stage in stages:
        is_last = stage is stages[-1]
        entries[stage["name"]] = {
            "kind": "market" if is_last else "machine",
            "demand" if is_last else "capacity": stage["rate"],
            **({"buffer": stage["buffer"]} if "buffer" in stage else {}),
        }
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "Line",
            "stages": entries,
            "flow": [" -> ".join(entries)],
            "run": {"horizon": HOURS, "warmup": BEFORE, "engine": "simpy"},
        }
    )


def test_the_page_counts_what_the_engine_counts(page: Page) -> None:
    """In a thousand random lines; ties of the slowest stages are named as ties."""
    lines = list(random_lines())
    counted = page.evaluate(
        """([lines, hours, before]) => lines.map((stages) => {
          const run = runLine(stages, hours, before);
          return [bought(run, 0, hours), constraintOf(stages)];
        })""",
        [lines, HOURS, BEFORE],
    )

    ties = 0
    for stages, (sold, slowest) in zip(lines, counted, strict=True):
        net = network(scenario_of(stages))
        [result] = simulate(net).results
        assert sold == result.nodes[-1].finished, stages
        assert set(slowest) == set(capacity(net).constraint), stages
        ties += len(slowest) > 1
    assert ties > 10


def test_every_moment_is_the_engines(page: Page) -> None:
    """When each cup begins, is finished and leaves at each stage, to the last bit."""
    for stages in list(random_lines())[:FOLLOWED]:
        moments: dict[str, dict[str, list[float]]] = defaultdict(
            lambda: defaultdict(list)
        )

        def note(
            event: TraceEvent, moments: dict[str, dict[str, list[float]]] = moments
        ) -> None:
            moments[event.event][event.node].append(event.time)

        simulate(network(scenario_of(stages)), trace=note)
        run = page.evaluate(
            """([stages, hours, before]) => {
              const run = runLine(stages, hours, before);
              const lists = (rows) => rows.map((row) => [...row.subarray(0, run.cups)]);
              return { begin: lists(run.begin), end: lists(run.end) };
            }""",
            [stages, HOURS, BEFORE],
        )
        for place, stage in enumerate(stages):
            for kind, event in (("begin", "start"), ("end", "finish")):
                told = moments[event][stage["name"]]
                assert told == run[kind][place][: len(told)], (stages, kind, place)
                assert len(told) > HOURS


def test_the_lesson_is_about_the_cups_that_ship() -> None:
    """Stages, prices and tools are those of the scenario with tools."""
    shipped = load("scenarios/paper_cups_tools.yaml")
    ours = cups()

    assert ours.stages == shipped.stages
    assert ours.economics == shipped.economics
    assert {*ours.tools} == {*shipped.tools} == {*TOOLS}
    for name, tool in ours.tools.items():
        assert tool.effects == shipped.tools[name].effects
        assert tool.cost == shipped.tools[name].cost
