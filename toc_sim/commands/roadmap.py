"""From a question about a way (what to buy next, how to get there) to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from toc_sim.commands.ask import answer, as_options, asking
from toc_sim.experiment.compare.comparison import DIFFERENCE_MARGIN, Criterion
from toc_sim.experiment.roadmap.five_steps import budget, roadmap
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.report.documents.compare import reach_document, roadmap_document
from toc_sim.report.text.reach import reach_sentence, show_reach
from toc_sim.report.text.roadmap import roadmap_sentence, show_roadmap
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Answering:
    """How a question is answered.

    Attributes
    ----------
    facilities
        Where to simulate, and where to keep it.
    as_json, quiet
        Whether to print one JSON object, or the answer alone.
    """

    facilities: Facilities
    as_json: bool
    quiet: bool


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


def mapped_out(scenario: Scenario, spending: Spending, answering: Answering) -> None:
    """Tell what to buy in which order."""
    money = budget(
        scenario, spending.tools, spending.budget, spending.every, spending.by
    )
    command = f"roadmap{as_options(spending)}"
    with asking("planning", command, scenario, answering.facilities) as study:
        found = roadmap(scenario, money, study.laboratory, margin=spending.margin)
        run = study.finish(found.trials)
    answer(
        partial(roadmap_document, found, run) if answering.as_json else None,
        roadmap_sentence(found) if answering.quiet else None,
        lambda console: show_roadmap(found, console, run),
    )


def reached(
    scenario: Scenario,
    throughput: float,
    tools: tuple[str, ...],
    budget: float | None,
    answering: Answering,
) -> None:
    """Tell how to get to a throughput."""
    spending = as_options(Spending(tools, budget))
    command = f"reach --throughput {throughput!r}{spending}"
    with asking("reaching", command, scenario, answering.facilities) as study:
        found = reach(
            scenario, throughput, study.laboratory, tools=tools, budget=budget
        )
        run = study.finish(found.trials)
    answer(
        partial(reach_document, found, run) if answering.as_json else None,
        reach_sentence(found) if answering.quiet else None,
        lambda console: show_reach(found, console, run),
    )
