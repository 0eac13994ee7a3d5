"""From a throughput that is wanted to the cheapest way there."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.commands.ask import Answering, as_options, asking
from toc_sim.commands.outputs import print_answer
from toc_sim.experiment.roadmap.reach import reach
from toc_sim.report.documents.compare import reach_document
from toc_sim.report.text.roadmap import reach_blocks, reach_sentence
from toc_sim.scenario.model import Scenario


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
    command = f"reach{as_options(goal)}"
    with asking("reaching", command, scenario, answering.facilities) as study:
        found = reach(
            scenario,
            goal.throughput,
            study.laboratory,
            tools=goal.tools,
            budget=goal.budget,
        )
        run = study.finish(found.trials)
    print_answer(
        lambda: reach_document(found, run),
        lambda: reach_sentence(found),
        lambda width: reach_blocks(found, width, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )
