"""From a scenario to the page of a report."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from toc_sim.commands.ask import announced
from toc_sim.commands.outputs import tell_size
from toc_sim.experiment.breakdown.parameters import levers
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.interface.report import MOST_PUSHED, bare, write_report
from toc_sim.scenario.model import Scenario


def report_page_of(
    scenario: Scenario,
    file: str,
    output: Path,
    facilities: Facilities,
    against: Path | None = None,
    *,
    pdf: bool = False,
) -> None:
    """Write the page of a scenario, and say how large it is.

    Parameters
    ----------
    scenario
        What is asked about.
    file
        Where it was read: what the commands on the page name.
    output
        Where to write the page.
    facilities
        Where to simulate, and where to keep it.
    against
        The record of an earlier run, to tell what has changed since; or None.
    pdf
        Whether to print it to a PDF beside it, too.

    Raises
    ------
    TocError
        If a file cannot be read or written, or nothing can be concluded.
    """
    pushes = len(levers(bare(scenario)))
    variants = 1 + len(scenario.tools) + min(pushes, MOST_PUSHED)
    options = announced(scenario, facilities, variants)
    named = "FILE" if file == "-" else shlex.quote(file)
    found = write_report(
        scenario, output, against=against, file=named, pdf=pdf, **options
    )
    for remark in found.remarks:
        click.echo(remark, err=True)
    written = [output, output.with_suffix(".pdf")] if pdf else [output]
    for path in written:
        tell_size(path)
