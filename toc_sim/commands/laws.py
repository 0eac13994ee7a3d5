"""From a scenario to a line for each law that every simulation of it keeps."""

from __future__ import annotations

import click

from toc_sim.commands.outputs import progress_bar
from toc_sim.engine.compiled.jit import is_kept
from toc_sim.errors import visible
from toc_sim.scenario.model import Scenario
from toc_sim.testing.laws import LAWS, LawReport, shortened


def report_laws(scenario: Scenario, *, short: bool) -> int:
    """Check a scenario against all laws, and print what became of each.

    Parameters
    ----------
    scenario
        What is checked.
    short
        Whether to shorten its run, so that each law takes a second or so.

    Returns
    -------
    How many laws are broken.
    """
    asked = shortened(scenario) if short else scenario
    reports = _reports(asked)
    for each in reports:
        click.echo(f"  {visible(str(each))}")
    return sum(bool(each.broken) for each in reports)


def _reports(scenario: Scenario) -> list[LawReport]:
    reports = []
    with progress_bar() as about:
        progress = about("checking laws", lambda: not is_kept())
        for number, law in enumerate(LAWS):
            reports.append(law(scenario))
            if progress is not None:
                progress(number + 1, len(LAWS))
    return reports
