"""From a question about what to buy in which order to its answer."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.commands.ask import Answering, as_options, asking
from toc_sim.commands.outputs import print_answer
from toc_sim.experiment.compare.comparison import (
    DIFFERENCE_MARGIN,
    Criterion,
)
from toc_sim.experiment.roadmap.five_steps import budget, roadmap
from toc_sim.report.documents.compare import roadmap_document
from toc_sim.report.text.roadmap import roadmap_blocks, roadmap_sentence
from toc_sim.scenario.model import Scenario


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
    command = f"roadmap{as_options(spending)}"
    with asking("planning", command, scenario, answering.facilities) as study:
        found = roadmap(scenario, money, study.laboratory, margin=spending.margin)
        run = study.finish(found.trials)
    print_answer(
        lambda: roadmap_document(found, run),
        lambda: roadmap_sentence(found),
        lambda width: roadmap_blocks(found, width, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )
