"""What is asked of the scenarios that ship is answered in Russian, to the last word.

Each is run once, briefly, and what was found is told in every way there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from helpers.pseudo import untranslated
from matplotlib.text import Text
from openpyxl import load_workbook

from toc_sim import Scenario, capacity, load
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.interface.answer import Answer
from toc_sim.interface.compare import ComparisonAnswer, ReachAnswer, RoadmapAnswer
from toc_sim.interface.report import report_findings
from toc_sim.interface.run import RunAnswer
from toc_sim.interface.sweep import BreakdownAnswer
from toc_sim.language import speaking
from toc_sim.report.figures.compare import draw_comparison
from toc_sim.report.figures.roadmap import draw_reach, draw_roadmap
from toc_sim.report.figures.run import draw_question, draw_run
from toc_sim.report.figures.tornado import draw_breakdown
from toc_sim.report.html.record import ReportFindings
from toc_sim.report.html.whole_page import report_page
from toc_sim.report.results_book import results_book
from toc_sim.report.text.table import EVERY_COLUMN

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(str(each.relative_to(SCENARIOS)) for each in SCENARIOS.rglob("*.yaml"))
BRIEF, LEAST = 50, 10
"""By what the time that is simulated is divided, and how short it may be [periods]."""

FIGURES: dict[type[Answer[Any]], tuple[Any, ...]] = {
    RunAnswer: (draw_run, draw_question),
    ComparisonAnswer: (draw_comparison,),
    RoadmapAnswer: (draw_roadmap,),
    ReachAnswer: (draw_reach,),
    BreakdownAnswer: (draw_breakdown,),
}
"""The pictures of each answer."""


PICTURE = "picture: "
"""So begins what is said of one."""


@pytest.mark.parametrize("file", SHIPPED)
def test_no_word_of_an_answer_is_left_in_english(file: str) -> None:
    """What is in Latin letters is a name or unit of the file, a key or a sign."""
    scenario = _hasty(load(str(SCENARIOS / file)))
    laboratory = Laboratory()
    with speaking("ru"):
        report = report_findings(scenario, "FILE", laboratory)
        answers = [*_answers(report), ReachAnswer(reach(scenario, 1.0, laboratory))]
        told = {"report": _read(report_page(report).decode("utf-8"))}
        told |= {"workbook": _cells(results_book(report.found))}
        told |= {"capacity": capacity(scenario).text(EVERY_COLUMN)}
        for each in answers:
            told |= dict(_told(type(each).__name__, each))

    left = {name: _left(text, scenario) for name, text in told.items()}
    parts = {word for title in _titles(scenario) for word in re.findall(r"\w+", title)}
    for name in left:
        if name.startswith(PICTURE):  # a name in two lines of which one is cut
            left[name] -= parts
    assert {name: words for name, words in left.items() if words} == {}


def _titles(scenario: Scenario) -> Iterator[str]:
    """Yield what a file calls its stages, products, resources and tools."""
    tables = (scenario.stages, scenario.products, scenario.resources, scenario.tools)
    for table in tables:
        yield from (scenario.title(name) for name in table)


def _hasty(scenario: Scenario) -> Scenario:
    """Return a scenario that is simulated for a short time, and seldom."""
    horizon = max(scenario.run.horizon / BRIEF, min(scenario.run.horizon, LEAST))
    brief = {"run.horizon": horizon, "run.warmup": horizon / 4, "run.replications": 2}
    return scenario.changed(brief)


def _answers(report: ReportFindings) -> Iterator[Answer[Any]]:
    """Yield the answers to the questions of which a report is made."""
    yield RunAnswer(report.found)
    if report.comparison is not None:
        yield ComparisonAnswer(report.comparison)
    if report.roadmap is not None:
        yield RoadmapAnswer(report.roadmap)
    if report.breakdown is not None:
        yield BreakdownAnswer(report.breakdown)


def _told(name: str, answer: Answer[Any]) -> Iterator[tuple[str, str]]:
    """Yield an answer as text, as the card of a notebook, and what its picture says."""
    yield name, answer.text(EVERY_COLUMN)
    card, *_ = answer._repr_html_().split("<pre")  # of the same text, and cut
    yield f"card of {name}", _read(card)
    for draw in FIGURES[type(answer)]:
        texts = draw.__wrapped__(answer.record).figure.findobj(Text)
        whole = (each.get_text() for each in texts)
        shown = " ".join(text for text in whole if not text.endswith("…"))
        yield f"{PICTURE}{draw.__name__} of {name}", shown


def _read(page: str) -> str:
    """Return what is read on a page or of it: no record, no style, no commands."""
    text = re.sub(r"<(style|script|code)\b.*?</\1>", " ", page, flags=re.DOTALL)
    labels = re.findall(r'aria-label="([^"]*)"', text)
    text = re.sub(r"</?(?:wbr|bdi)>", "", text)
    name = r"<text\b(?:(?!</text>).)*…(?:(?!</text>).)*</text>"
    text = re.sub(name, " ", text, flags=re.DOTALL)  # one that is cut
    text = re.sub(r"<[^>]*>", " ", text)
    return unescape(" \n ".join([text, *labels]))


def _cells(book: bytes) -> str:
    """Return the names of the sheets of a workbook, and all texts in its cells."""
    sheets = load_workbook(BytesIO(book)).worksheets
    cells = (
        cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row
    )
    texts = (value for value in cells if isinstance(value, str) and value[:1] != "=")
    return " \n ".join([*(sheet.title for sheet in sheets), *texts])


def _left(text: str, scenario: Scenario) -> set[str]:
    """Return the words of a text that nobody translated."""
    described = " ".join(scenario.description.split())
    return untranslated(" ".join(text.split()).replace(described, " "), scenario)
