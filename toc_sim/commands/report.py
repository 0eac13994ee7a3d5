"""From a scenario to the page of a report: every question in one laboratory."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from toc_sim.commands.ask import ask
from toc_sim.commands.outputs import replaced_at_end, writing
from toc_sim.constraint.buffer_share import buffer_shares
from toc_sim.engine.simulate import for_many
from toc_sim.errors import TocError
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.breakdown.parameters import levers
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.roadmap.five_steps import roadmap
from toc_sim.experiment.runner.laboratory import Facilities, Laboratory
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.report.document import JsonObject
from toc_sim.report.html.record import ReportFindings
from toc_sim.report.html.since import earlier_run
from toc_sim.report.html.whole_page import report_page
from toc_sim.report.run_summary import Findings, findings
from toc_sim.scenario.model import Scenario

MOST_PUSHED = 60
"""Parameters of which a report tells what each brings; of more it names the command."""


def write_report(
    scenario: Scenario,
    file: str,
    output: Path,
    facilities: Facilities,
    against: Path | None = None,
) -> None:
    """Ask all that a report tells, and write its page.

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

    Raises
    ------
    TocError
        If a file cannot be read or written, or nothing can be concluded.
    """
    last = None if against is None else _earlier(against)
    named = "FILE" if file == "-" else shlex.quote(file)
    pushes = len(levers(_bare(scenario)))
    variants = 1 + len(scenario.tools) + min(pushes, MOST_PUSHED)
    found, _kept = ask(
        "reporting",
        "report",
        scenario,
        facilities,
        lambda place: report_findings(scenario, named, place, last),
        variants,
    )
    page = report_page(found)
    with writing(output), replaced_at_end(output) as beside:
        beside.write_bytes(page)
    click.echo(f"{output}: {len(page) / 1000:,.0f} kB", err=True)


def report_findings(
    scenario: Scenario,
    file: str,
    laboratory: Laboratory,
    last: JsonObject | None = None,
) -> ReportFindings:
    """Find all that a report tells.

    Parameters
    ----------
    scenario
        What is asked about.
    file
        What the commands on the page name it.
    laboratory
        Where to simulate: nothing is simulated twice.
    last
        The record of an earlier run, or None.

    Raises
    ------
    TocError
        If nothing can be concluded.
    """
    run, trial = run_findings(scenario, laboratory)
    pushes = len(levers(_bare(scenario)))
    trials = [trial]
    comparison = plan = pushed = None
    if scenario.tools:
        comparison = compare(scenario, laboratory=laboratory)
        plan = roadmap(scenario, laboratory=laboratory)
        trials += [*comparison.trials[1:], *plan.trials]
    if 0 < pushes <= MOST_PUSHED:
        pushed = breakdown(scenario, laboratory)
        trials += pushed.trials[1:]
    return ReportFindings(
        scenario=scenario,
        file=file,
        found=run,
        comparison=comparison,
        roadmap=plan,
        breakdown=pushed,
        pushes=pushes,
        last=last,
        trials=tuple(trials),
    )


def run_findings(
    scenario: Scenario, laboratory: Laboratory
) -> tuple[Findings, VariantRuns]:
    """Return what a scenario does as it stands, simulated in a laboratory.

    Parameters
    ----------
    scenario, laboratory
        What is asked about, and where to simulate.
    """
    asked = for_many(scenario, 1 + len(scenario.tools))
    model = VariantModel.of(asked, laboratory.warmup(asked), name="as it stands")
    [trial] = laboratory.runs([model], [asked.run.replications])
    runs = trial.runs()
    verdict = laboratory.verdict(runs)
    buffers = buffer_shares(runs, verdict, laboratory.replicate)
    return findings(runs, verdict, (), buffers), trial


def _bare(scenario: Scenario) -> Scenario:
    """Return a scenario without what only other questions ask about."""
    return scenario.changed(tools={}, variants={}, expect=None)


def _earlier(path: Path) -> JsonObject:
    """Return the record of an earlier run.

    Raises
    ------
    TocError
        If it cannot be read, or is something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise TocError(f"{path}: is no text in UTF-8") from None
    return earlier_run(text, str(path))
