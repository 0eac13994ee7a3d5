"""Answers in other languages: nothing is left in English, tables keep their width."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from helpers.pseudo import OPEN, speaking_pseudo, unspoken
from matplotlib.text import Text
from rich.console import Console

from toc_sim import (
    Options,
    Scenario,
    breakdown,
    compare,
    load,
    reach,
    roadmap,
    sweep,
)
from toc_sim import map as constraint_map
from toc_sim.experiment.breakdown.responses import Breakdown
from toc_sim.language import speaking
from toc_sim.network.build import network as network_of
from toc_sim.report.figures.compare import draw_comparison
from toc_sim.report.figures.map import draw_phases
from toc_sim.report.figures.roadmap import draw_reach, draw_roadmap
from toc_sim.report.figures.sweep import draw_sweep, draw_variants
from toc_sim.report.figures.tornado import draw_breakdown
from toc_sim.report.text.capacity import theory_blocks, theory_note, theory_sentence
from toc_sim.report.text.table import Blocks, print_report
from toc_sim.theory import theory

ROOT = Path(__file__).parents[2]


def printed(sentence: str, blocks: Blocks, width: int) -> str:
    """Return a report as it is printed into a window of some width."""
    file = io.StringIO()
    console = Console(file=file, width=width, markup=False, highlight=False)
    print_report(console, sentence, blocks)
    return file.getvalue()


def written_on(draw: Any, record: object) -> str:
    """Return all that is written on the sheet of a figure."""
    sheet = draw.__wrapped__(record)
    sheet.figure.canvas.draw()
    return " ".join(each.get_text() for each in sheet.figure.findobj(Text))


def capacity_report(scenario: Scenario, width: int) -> str:
    """Return what is told of a scenario by theory."""
    net = network_of(scenario)
    known = theory(net)
    sentence = f"{theory_sentence(net, known)} {theory_note(net, known)}"
    return printed(sentence, theory_blocks(net, known, width), width)


PROVED = "Baccelli Cohen Olsder Quadrat Buzen Reiser Lavenberg Jackson Goodman Massey"
"""Names that stand for a proof."""

POLICIES = "conwip drum_buffer_rope"
"""Release policies, as files call them."""

NARROW, WIDE = 80, 240
"""Windows [characters]; in the wide one no column is left out."""


def assert_no_english(report: str, scenario: Scenario, *others: str) -> None:
    """Fail if something but names is told that no catalogue says."""
    given = {word for other in others for word in re.findall(r"\w+", other)}
    assert OPEN in report
    assert {*unspoken(report, scenario)} <= given


def assert_fits(report: str, width: int) -> None:
    """Fail if a line is wider than the window."""
    assert max(map(len, report.splitlines())) <= width


@pytest.mark.parametrize(
    "file", ["paper_cups", "p_and_q", "clinic", "penny_fab", "dice_game"]
)
def test_theory_is_told_in_any_language(file: str) -> None:
    """No word of English is left, and no line is too long."""
    scenario = load(str(ROOT / "scenarios" / f"{file}.yaml"))
    with speaking_pseudo():
        assert_no_english(capacity_report(scenario, WIDE), scenario, PROVED, POLICIES)
        assert_fits(capacity_report(scenario, NARROW), NARROW)


def test_theory_is_told_in_russian() -> None:
    """The constraint, why that is exact, and what would limit next."""
    with speaking("ru"):
        report = capacity_report(load(str(ROOT / "scenarios/paper_cups.yaml")), 100)

    lines = " ".join(report.split())
    assert lines.startswith(
        "machine_2 — ограничение: на него приходится 100 % прохода, "
        "а он ровно 8,00 cup/час."  # noqa: RUF001 - Russian
    )
    assert (
        "Если снять это ограничение (machine_2), следующее — sales: 9,00 cup/час"
        in lines
    )


SHORT = {"run.horizon": "60", "run.warmup": "5", "run.replications": "2"}


def scenario_of(file: str) -> Scenario:
    """Return a scenario that is simulated for a short time."""
    return load(str(ROOT / "scenarios" / f"{file}.yaml"), SHORT)


@pytest.mark.parametrize(
    ("file", "vary"),
    [
        ("paper_cups", {"machine_2.capacity": [7.5, 8, 9, 12]}),
        (
            "paper_cups_random",
            {"machine_2.capacity": [8, 12], "sales.capacity": [6, 9]},
        ),
        ("paper_cups", {"machine_1.capacity": [12, 13]}),
    ],
)
def test_a_sweep_is_told_in_any_language(
    file: str, vary: dict[str, list[float]]
) -> None:
    """Its sentence, its setting, its table and the words of its verdicts."""
    scenario = scenario_of(file)
    answer = sweep(scenario, vary, store=False, workers=1)
    with speaking_pseudo():
        wide = printed(answer.sentence, answer.blocks(WIDE), WIDE)
        narrow = printed(answer.sentence, answer.blocks(NARROW), NARROW)

        drawn = written_on(draw_sweep, answer.record)

    assert_no_english(wide, scenario, *vary)
    assert_fits(narrow, NARROW)
    assert_no_english(drawn, scenario, *vary)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("machine_2.capacity=6:16", "market.demand=6:16"),
        ("machine_1.capacity=12:16", "market.demand=6:16"),
        ("sales.capacity=9.5:16", "market.demand=12:16"),
    ],
)
@pytest.mark.parametrize("simulation", [False, True])
def test_a_map_is_told_in_any_language(x: str, y: str, *, simulation: bool) -> None:
    """Its regions, where the file lies, its setting and its table."""
    scenario = scenario_of("paper_cups")
    here: Options = {"store": False, "workers": 1}
    answer = constraint_map(scenario, x, y, points=2, simulation=simulation, **here)
    with speaking_pseudo():
        wide = printed(answer.sentence, answer.blocks(WIDE), WIDE)
        narrow = printed(answer.sentence, answer.blocks(NARROW), NARROW)

        drawn = written_on(draw_phases, answer.record)

    assert_no_english(wide, scenario, x, y)
    assert_fits(narrow, NARROW)
    assert_no_english(drawn, scenario, x, y)


def test_variants_are_told_in_any_language() -> None:
    """And so are the policies that limit what is inside them."""
    scenario = scenario_of("rope")
    answer = sweep(scenario, store=False, workers=1)
    with speaking_pseudo():
        wide = printed(answer.sentence, answer.blocks(WIDE), WIDE)
        drawn = written_on(draw_variants, answer.record)

    names = " ".join(["baseline release", *scenario.variants])
    assert_no_english(wide, scenario, names)
    assert_no_english(drawn, scenario, names)


def test_axes_have_the_decimals_of_the_language() -> None:
    """Commas in Russian, in the figures of a sweep and of a map."""
    scenario = scenario_of("paper_cups")
    answer = sweep(scenario, {"machine_2.capacity": [7.5, 8]}, store=False, workers=1)
    assert {"7.5", "7.6"} <= set(written_on(draw_sweep, answer.record).split())
    with speaking("ru"):
        words = set(written_on(draw_sweep, answer.record).split())
    assert {"7,5", "7,6"} <= words
    assert not {"7.5", "7.6"} & words


def test_figures_of_tools_are_told_in_any_language() -> None:
    """What each set of tools brings, the steps, and the way to a throughput."""
    scenario = scenario_of("paper_cups_tools")
    here: Options = {"store": False, "workers": 1}
    compared = compare(scenario, **here).record
    steps = roadmap(scenario, **here).record
    way = reach(scenario, 9, **here).record
    with speaking_pseudo():
        drawn = [
            written_on(draw_comparison, compared),
            written_on(draw_roadmap, steps),
            written_on(draw_reach, way),
        ]

    for each in drawn:
        assert_no_english(each, scenario)


def test_a_tornado_is_told_in_any_language() -> None:
    """Its head, its legend, its axis, and how many parameters are left out."""
    scenario = scenario_of("paper_cups_tools")
    found = breakdown(scenario, store=False, workers=1).record
    assert isinstance(found, Breakdown)
    with speaking_pseudo():
        drawn = written_on(draw_breakdown, found)

    assert_no_english(drawn, scenario, *(row.lever.path for row in found.rows))
