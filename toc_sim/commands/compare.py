"""From a question about tools to its answer: compare, roadmap and reach."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.commands.ask import Answering, as_options, ask
from toc_sim.commands.outputs import print_answer
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.compare.comparison import DIFFERENCE_MARGIN, Criterion, Question
from toc_sim.experiment.roadmap.five_steps import budget, roadmap
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.report.documents.compare import (
    comparison_document,
    reach_document,
    roadmap_document,
)
from toc_sim.report.text.compare import comparison_sentence, show_comparison
from toc_sim.report.text.reach import reach_sentence, show_reach
from toc_sim.report.text.roadmap import roadmap_sentence, show_roadmap
from toc_sim.scenario.model import Scenario


def report_comparison(
    scenario: Scenario,
    question: Question,
    answering: Answering,
    *,
    changes: bool = False,
) -> None:
    """Compare tools and print what was found.

    Parameters
    ----------
    scenario, question
        What is asked, of what.
    answering
        Where to simulate, and what to print.
    changes
        Whether to print what each candidate changes, too.
    """
    found, run = ask(
        "comparing",
        f"compare{as_options(question)}",
        scenario,
        answering.facilities,
        lambda laboratory: compare(scenario, question, laboratory),
    )
    print_answer(
        lambda: comparison_document(found, run),
        lambda: comparison_sentence(found),
        lambda console: show_comparison(found, console, run, changes=changes),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )


@dataclass(frozen=True, slots=True)
class Spending:
    """What may be spent on which tools.

    Attributes
    ----------
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    every
        The least time between two purchases [periods].
    by
        What is wanted; None: present value, or throughput where there is no money.
    margin
        The part of the throughput that makes a difference [1].
    """

    tools: tuple[str, ...] = ()
    budget: float | None = None
    every: float = 0.0
    by: Criterion | None = None
    margin: float = DIFFERENCE_MARGIN


def report_roadmap(
    scenario: Scenario, spending: Spending, answering: Answering
) -> None:
    """Find what to buy in which order, and print it.

    Parameters
    ----------
    scenario, spending
        What is asked, of what.
    answering
        Where to simulate, and what to print.
    """
    money = budget(
        scenario, spending.tools, spending.budget, spending.every, spending.by
    )
    found, run = ask(
        "planning",
        f"roadmap{as_options(spending)}",
        scenario,
        answering.facilities,
        lambda place: roadmap(scenario, money, place, margin=spending.margin),
    )
    print_answer(
        lambda: roadmap_document(found, run),
        lambda: roadmap_sentence(found),
        lambda console: show_roadmap(found, console, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """A throughput, and what it may be reached with.

    Attributes
    ----------
    throughput
        What is wanted [items/period].
    tools
        The tools that matter; empty: all of the file.
    budget
        What may be paid at once [money]; None: no limit.
    """

    throughput: float
    tools: tuple[str, ...] = ()
    budget: float | None = None


def report_reach(scenario: Scenario, goal: Goal, answering: Answering) -> None:
    """Find how to get to a throughput, and print it.

    Parameters
    ----------
    scenario, goal
        What is asked, of what.
    answering
        Where to simulate, and what to print.
    """
    found, run = ask(
        "reaching",
        f"reach{as_options(goal)}",
        scenario,
        answering.facilities,
        lambda laboratory: reach(
            scenario,
            goal.throughput,
            laboratory,
            tools=goal.tools,
            budget=goal.budget,
        ),
    )
    print_answer(
        lambda: reach_document(found, run),
        lambda: reach_sentence(found),
        lambda console: show_reach(found, console, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )
