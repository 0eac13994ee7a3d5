"""From a question about a way (what to buy next, how to get there) to its answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from toc_sim.experiment.criteria import By
from toc_sim.experiment.judgement import MARGIN
from toc_sim.experiment.opening import Facilities, opened
from toc_sim.experiment.reaching import reach
from toc_sim.experiment.roadmapping import purse, roadmap
from toc_sim.experiment.study import Study, rows_of
from toc_sim.report.console import terminal
from toc_sim.report.documents import encoded
from toc_sim.report.progress import progress_of
from toc_sim.report.reach_report import reach_sentence, show_reach
from toc_sim.report.roadmap_report import roadmap_sentence, show_roadmap
from toc_sim.report.ways_json import reach_document, roadmap_document
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

    tools: tuple[str, ...]
    budget: float | None
    every: float
    by: By | None
    margin: float

    @property
    def text(self) -> str:
        """The same, as on a command line."""
        tools = "".join(f" --tool {tool}" for tool in self.tools)
        budget = "" if self.budget is None else f" --budget {self.budget:g}"
        by = "" if self.by is None else f" --by {self.by}"
        every = f" --every {self.every:g}" if self.every else ""
        margin = f" --margin {self.margin:g}" if self.margin != MARGIN else ""
        return f"{tools}{budget}{every}{by}{margin}"


def mapped_out(scenario: Scenario, spending: Spending, answering: Answering) -> None:
    """Tell what to buy in which order."""
    money = purse(
        scenario, spending.tools, spending.budget, spending.every, spending.by
    )
    with _open(answering, "planning", f"roadmap{spending.text}", scenario) as study:
        found = roadmap(scenario, money, study.laboratory, margin=spending.margin)
        run = study.finish(rows_of(found.trials))
    if answering.as_json:
        click.echo(encoded(roadmap_document(found, run)), nl=False)
    elif answering.quiet:
        terminal().print(roadmap_sentence(found), soft_wrap=True)
    else:
        show_roadmap(found, terminal(), run)


def reached(
    scenario: Scenario,
    throughput: float,
    tools: tuple[str, ...],
    budget: float | None,
    answering: Answering,
) -> None:
    """Tell how to get to a throughput."""
    spending = Spending(tools, budget, 0.0, None, MARGIN)
    command = f"reach --throughput {throughput!r}{spending.text}"
    with _open(answering, "reaching", command, scenario) as study:
        found = reach(
            scenario, throughput, study.laboratory, tools=tools, budget=budget
        )
        run = study.finish(rows_of(found.trials))
    if answering.as_json:
        click.echo(encoded(reach_document(found, run)), nl=False)
    elif answering.quiet:
        terminal().print(reach_sentence(found), soft_wrap=True)
    else:
        show_reach(found, terminal(), run)


@contextmanager
def _open(
    answering: Answering, what: str, command: str, scenario: Scenario
) -> Iterator[Study]:
    """Yield the study of a question, begun."""
    with (
        progress_of(what) as progress,
        opened(answering.facilities, progress) as place,
    ):
        study = Study(place, command, scenario)
        study.begin()
        yield study
