"""From a question about tools to its answer: compare, roadmap and reach."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from toc_sim.commands.ask import Answering, announced
from toc_sim.commands.outputs import given_command, print_answer, refuse_picture
from toc_sim.errors import TocError
from toc_sim.interface.compare import compare, reach, roadmap
from toc_sim.report.given_command import COMPARE
from toc_sim.scenario.model import Scenario


def report_comparison(
    scenario: Scenario,
    answering: Answering,
    *,
    changes: bool = False,
    plot: Path | None = None,
    **asked: Any,
) -> None:
    """Compare tools, and print and draw what was found.

    Parameters
    ----------
    scenario
        With `tools`.
    answering
        Where to simulate, and what to print.
    changes
        Whether to print what each candidate changes, too.
    plot
        A file for the figure, or None.
    asked
        As `toc_sim.compare` takes it.

    Raises
    ------
    TocError
        If there is nothing to compare, or the figure cannot be written.
    """
    refuse_picture(plot)
    variants = 1 + len(scenario.tools)
    options = announced(scenario, answering.facilities, variants)
    found = compare(scenario, **asked, **options)
    given = given_command(COMPARE)
    blocks = partial(found.blocks, changes=changes, command=given)
    print_answer(found, answering, plot, blocks)


def report_roadmap(
    scenario: Scenario, answering: Answering, *, plot: Path | None, **asked: Any
) -> None:
    """Find what to buy in which order, and print and draw it.

    Parameters
    ----------
    scenario
        What is asked about.
    answering
        Where to simulate, and what to print.
    plot
        A file for the figure, or None.
    asked
        What may be spent, as `toc_sim.roadmap` takes it.

    Raises
    ------
    TocError
        If nothing can be bought, or the figure cannot be written.
    """
    refuse_picture(plot)
    options = announced(scenario, answering.facilities)
    print_answer(roadmap(scenario, **asked, **options), answering, plot)


def report_reach(
    scenario: Scenario, answering: Answering, *, plot: Path | None = None, **asked: Any
) -> None:
    """Find how to get to a throughput, or to a wait, and print and draw it.

    Parameters
    ----------
    scenario
        What is asked about.
    answering
        Where to simulate, and what to print.
    plot
        A file for the figure, or None.
    asked
        What is wanted, and with what, as `toc_sim.reach` takes it.

    Raises
    ------
    TocError
        If the figure cannot be written, or there is none.
    """
    if asked.get("wait") is not None and plot is not None:
        raise TocError("--plot draws what is made: it goes with --throughput")
    refuse_picture(plot)
    options = announced(scenario, answering.facilities)
    print_answer(reach(scenario, **asked, **options), answering, plot)
