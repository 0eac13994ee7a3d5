"""From a question about tools to its answer: compare, roadmap and reach."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from toc_sim.commands.ask import Answering, ask
from toc_sim.commands.outputs import print_answer, refuse_picture, writing
from toc_sim.errors import TocError
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.compare.comparison import DIFFERENCE_MARGIN, Criterion, Question
from toc_sim.experiment.roadmap.five_steps import budget as budget_of
from toc_sim.experiment.roadmap.five_steps import roadmap
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.experiment.roadmap.reach_wait import reach_wait
from toc_sim.report.documents.compare import (
    comparison_document,
    reach_document,
    roadmap_document,
    wait_reach_document,
)
from toc_sim.report.text.compare import comparison_blocks, comparison_sentence
from toc_sim.report.text.roadmap import (
    reach_blocks,
    reach_sentence,
    roadmap_blocks,
    roadmap_sentence,
)
from toc_sim.report.text.wait_reach import wait_reach_blocks, wait_reach_sentence
from toc_sim.scenario.model import Scenario


def report_comparison(
    scenario: Scenario,
    question: Question,
    answering: Answering,
    *,
    changes: bool = False,
    plot: Path | None = None,
) -> None:
    """Compare tools, and print and draw what was found.

    Parameters
    ----------
    scenario, question
        What is asked, of what.
    answering
        Where to simulate, and what to print.
    changes
        Whether to print what each candidate changes, too.
    plot
        A file for the figure, or None.

    Raises
    ------
    TocError
        If there is nothing to compare, or the figure cannot be written.
    """
    if plot is not None:
        refuse_picture(plot)
    found, run = ask(
        "comparing",
        f"compare{_as_options(**asdict(question))}",
        scenario,
        answering.facilities,
        lambda laboratory: compare(scenario, question, laboratory),
        1 + len(scenario.tools),
    )
    if plot is not None:
        from toc_sim.report.figures.compare import draw_comparison

        with writing(plot):
            draw_comparison(found, plot)
    print_answer(
        lambda: comparison_document(found, run),
        lambda: comparison_sentence(found),
        lambda width: comparison_blocks(found, width, run, changes=changes),
        answering,
    )


def report_roadmap(  # noqa: PLR0913 - what may be spent, each an option
    scenario: Scenario,
    answering: Answering,
    *,
    tools: tuple[str, ...] = (),
    budget: float | None = None,
    every: float = 0.0,
    by: Criterion | None = None,
    margin: float = DIFFERENCE_MARGIN,
    plot: Path | None = None,
) -> None:
    """Find what to buy in which order, and print and draw it.

    Parameters
    ----------
    scenario
        What is asked about.
    answering
        Where to simulate, and what to print.
    tools, budget, every, by
        What may be spent, as `toc_sim.budget` takes it.
    margin
        The part of the throughput that makes a difference [1].
    plot
        A file for the figure, or None.

    Raises
    ------
    TocError
        If nothing can be bought, or the figure cannot be written.
    """
    if plot is not None:
        refuse_picture(plot)
    money = budget_of(scenario, tools, budget, every, by)
    options = _as_options(tools=tools, budget=budget, every=every, by=by, margin=margin)
    found, run = ask(
        "planning",
        f"roadmap{options}",
        scenario,
        answering.facilities,
        lambda place: roadmap(scenario, money, place, margin=margin),
    )
    if plot is not None:
        from toc_sim.report.figures.roadmap import draw_roadmap

        with writing(plot):
            draw_roadmap(found, plot)
    print_answer(
        lambda: roadmap_document(found, run),
        lambda: roadmap_sentence(found),
        lambda width: roadmap_blocks(found, width, run),
        answering,
    )


def report_reach(
    scenario: Scenario,
    answering: Answering,
    *,
    throughput: float | None = None,
    wait: tuple[str, float] | None = None,
    tools: tuple[str, ...] = (),
    budget: float | None = None,
    plot: Path | None = None,
) -> None:
    """Find how to get to a throughput, or to a wait, and print and draw it.

    Parameters
    ----------
    scenario
        What is asked about.
    answering
        Where to simulate, and what to print.
    throughput, wait
        What is wanted: items a period, or a node and the longest mean wait there
        [periods]; one of the two, and the first if both are given.
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    plot
        A file for the figure, or None.

    Raises
    ------
    TocError
        If the figure cannot be written, or there is none.
    """
    if wait is not None and plot is not None:
        raise TocError("--plot draws what is made: it goes with --throughput")
    if plot is not None:
        refuse_picture(plot)
    if throughput is None:
        if wait is not None:
            _report_wait(scenario, answering, wait, tools, budget)
        return
    options = _as_options(throughput=throughput, tools=tools, budget=budget)
    found, run = ask(
        "reaching",
        f"reach{options}",
        scenario,
        answering.facilities,
        lambda place: reach(scenario, throughput, place, tools=tools, budget=budget),
    )
    if plot is not None:
        from toc_sim.report.figures.roadmap import draw_reach

        with writing(plot):
            draw_reach(found, plot)
    print_answer(
        lambda: reach_document(found, run),
        lambda: reach_sentence(found),
        lambda width: reach_blocks(found, width, run),
        answering,
    )


def _report_wait(
    scenario: Scenario,
    answering: Answering,
    wait: tuple[str, float],
    tools: tuple[str, ...],
    budget: float | None,
) -> None:
    """Find with which tools items wait no longer at a node, and print it."""
    node, longest = wait
    limit = f"'{node}<={longest:g}'"
    options = _as_options(wait=limit, tools=tools, budget=budget)
    found, run = ask(
        "reaching",
        f"reach{options}",
        scenario,
        answering.facilities,
        lambda place: reach_wait(
            scenario, node, longest, place, tools=tools, budget=budget
        ),
    )
    print_answer(
        lambda: wait_reach_document(found, run),
        lambda: wait_reach_sentence(found),
        lambda width: wait_reach_blocks(found, width, run),
        answering,
    )


_DEFAULTS = {field.name: field.default for field in fields(Question)} | {"every": 0.0}
"""Of the options about tools, which need not be said."""


def _as_options(**asked: Any) -> str:
    """Write what was asked as on a command line, defaults left out.

    Parameters
    ----------
    asked
        By the names of the options.
    """
    parts: list[str] = []
    for name, value in asked.items():
        if name in _DEFAULTS and value == _DEFAULTS[name]:
            continue
        if name == "tools":
            parts += (f" --tool {tool}" for tool in value)
        else:
            parts.append(f" --{name}" + ("" if value is True else f" {value}"))
    return "".join(parts)
