"""Comparisons, roadmaps and breakdowns speak the language that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import pytest
from helpers.pseudo import speaking_pseudo, unspoken
from helpers.rare_records import rare
from rich.console import Console

import toc_sim
from toc_sim import Scenario
from toc_sim.experiment.compare.comparison import Judgement
from toc_sim.language import speaking
from toc_sim.report.formats import counted, tools_title
from toc_sim.report.text.compare import word as word_of
from toc_sim.report.text.table import EVERY_COLUMN, Blocks, kept_as, print_report

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BRIEF: dict[str, Any] = {"replications": 2, "horizon": 40, "warmup": 4, "store": False}


def file(name: str) -> str:
    """Return the path of a scenario that ships."""
    return str(SCENARIOS / f"{name}.yaml")


ASKED: dict[str, Callable[[], Any]] = {
    "compare cups": lambda: toc_sim.compare(file("paper_cups_tools"), **BRIEF),
    "compare cups by throughput": lambda: toc_sim.compare(
        file("paper_cups_tools"), by="throughput", **BRIEF
    ),
    "compare sales": lambda: toc_sim.compare(file("b2b_sales"), **BRIEF),
    "compare clinic": lambda: toc_sim.compare(file("clinic"), **BRIEF),
    "compare crm": lambda: toc_sim.compare(file("crm_on_chaos"), **BRIEF),
    "roadmap cups": lambda: toc_sim.roadmap(file("paper_cups_tools"), **BRIEF),
    "roadmap cups by throughput": lambda: toc_sim.roadmap(
        file("paper_cups_tools"), by="throughput", **BRIEF
    ),
    "roadmap crm": lambda: toc_sim.roadmap(file("crm_on_chaos"), **BRIEF),
    "reach cups": lambda: toc_sim.reach(file("paper_cups_tools"), 10, **BRIEF),
    "reach too much": lambda: toc_sim.reach(file("paper_cups_tools"), 100, **BRIEF),
    "reach sales": lambda: toc_sim.reach(file("b2b_sales"), 1, **BRIEF),
    "reach a wait": lambda: toc_sim.reach(
        file("paper_cups_tools"), wait=("machine_2", 1), **BRIEF
    ),
    "reach a wait that is there": lambda: toc_sim.reach(
        file("paper_cups_tools"), wait=("machine_2", 100), **BRIEF
    ),
    "reach no such wait": lambda: toc_sim.reach(
        file("b2b_sales"), wait=("proposal", 0), **BRIEF
    ),
    "breakdown cups": lambda: toc_sim.breakdown(file("paper_cups"), **BRIEF),
    "breakdown chance": lambda: toc_sim.breakdown(file("paper_cups_random"), **BRIEF),
    "breakdown sales": lambda: toc_sim.breakdown(file("b2b_sales"), **BRIEF),
    "breakdown shops": lambda: toc_sim.breakdown(
        file("two_shops/shop_2"), against=file("two_shops/shop_1"), **BRIEF
    ),
}


@cache
def answer(asked: str) -> Any:
    """Return an answer; what its runs say of the constraint is said elsewhere."""
    found = ASKED[asked]()
    verdict = getattr(found.record, "verdict", None)
    if asked.startswith("breakdown") and verdict is not None:
        silent = replace(found.record, verdict=replace(verdict, sentence=""))
        return type(found)(silent, found.kept)
    return found


def scenarios(asked: str) -> Iterable[Scenario]:
    """Return what an answer is about."""
    record = answer(asked).record
    if hasattr(record, "before"):
        return record.before, record.after
    return (record.scenario,)


def printed(sentence: str, blocks: Blocks, width: int) -> str:
    """Return a report as it stands in a window."""
    file = StringIO()
    console = Console(
        file=file, width=width, markup=False, emoji=False, highlight=False
    )
    print_report(console, sentence, blocks)
    return file.getvalue()


@pytest.mark.parametrize("asked", ASKED)
def test_every_word_is_said_by_a_catalogue(asked: str) -> None:
    """What is not is a name, a figure or a unit of the file."""
    found = answer(asked)
    more = {"changes": True} if asked.startswith("compare") else {}

    with speaking_pseudo():
        text = printed(found.sentence, found.blocks(EVERY_COLUMN, **more), EVERY_COLUMN)

    assert unspoken(text, *scenarios(asked)) == []


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("asked", ASKED)
def test_longer_words_break_no_layout(asked: str, width: int) -> None:
    """Neither 40 % more than in English nor Russian is wider than its window."""
    found = answer(asked)
    with speaking_pseudo():
        longer = printed(found.sentence, found.blocks(width), width)
    with speaking("ru"):
        russian = printed(found.sentence, found.blocks(width), width)

    for text in (longer, russian):
        assert max(map(len, text.splitlines())) <= width


CHANGED = (
    "compare cups",
    "compare clinic",
    "roadmap cups by throughput",
    "reach sales",
    "breakdown cups",
    "breakdown sales",
    "breakdown shops",
)
"""Answers that are told with what is rare in them, too: hundreds of records."""


@pytest.mark.parametrize("asked", CHANGED)
def test_what_is_seldom_said_is_said_by_a_catalogue(asked: str) -> None:
    """Whatever a tool does, why a roadmap ends, which node is the constraint."""
    found = answer(asked)
    with speaking_pseudo():
        for record in rare(found.record):
            one = type(found)(record, "k7")
            text = printed(one.sentence, one.blocks(EVERY_COLUMN), EVERY_COLUMN)

            assert unspoken(text, *scenarios(asked)) == []


@pytest.mark.parametrize("word", get_args(Judgement))
@pytest.mark.parametrize("touches", [True, False])
def test_a_word_for_a_tool_is_said_by_a_catalogue(word: str, touches: bool) -> None:  # noqa: FBT001 - a parameter
    """A long one and a short one."""
    row = replace(answer("compare cups").record.rows[0], word=word, touches=touches)
    with speaking_pseudo():
        assert unspoken(f"{word_of(row)} {word_of(row, short=True)}") == []


def test_what_is_not_said_by_a_catalogue_is_found() -> None:
    """English among names, figures, paths and what is to be typed."""
    scenario = toc_sim.load(file("b2b_sales"))
    with speaking_pseudo():
        said = printed(
            "sales_support brings 1.5 deals/week: closing.conversion; toc-sim compare "
            "FILE --most 8",
            [kept_as("k7")],
            EVERY_COLUMN,
        )

    assert unspoken(said, scenario) == ["brings", "week"]


def test_an_english_answer_is_the_same_after_another_language() -> None:
    """What is said is decided when it is said, not when it is found."""
    found = answer("compare cups by throughput")
    before = found.sentence
    with speaking("ru"):
        russian = found.sentence

    assert found.sentence == before
    assert before == (
        "new_machine_2 hits the constraint, machine_2, which moves to sales: "
        "throughput goes from 8.00 to 9.00 cup/hour; net present value -800.0 EUR, "
        "not paid back."
    )
    assert russian == (
        "new_machine_2 попадает в ограничение (machine_2), и оно смещается, теперь это "
        "sales: проход растёт с 8,00 до 9,00 cup/час; чистая приведённая стоимость "  # noqa: RUF001 - Russian
        "-800,0 EUR, не окупается."
    )


def test_to_do_nothing_is_said_in_the_language_that_is_spoken() -> None:
    """And a time with its figure has the form of that figure."""
    scenario = toc_sim.load(file("paper_cups_tools"))

    assert tools_title(scenario, ()) == "do nothing"
    with speaking("ru"):
        assert tools_title(scenario, ()) == "ничего не делать"
        assert counted("37,5", scenario.period) == "37,5 часа"
