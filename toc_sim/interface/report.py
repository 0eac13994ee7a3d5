"""The report: every question in one laboratory, and one page of what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Unpack

from toc_sim.engine.simulate import for_many
from toc_sim.errors import TocError
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.breakdown.parameters import levers
from toc_sim.experiment.compare.compare import compare
from toc_sim.experiment.observation import observation
from toc_sim.experiment.roadmap.five_steps import roadmap
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantRuns
from toc_sim.interface.answer import Answer, writing
from toc_sim.interface.question import AnyScenario, Options, ask, scenario_of
from toc_sim.interface.run import RunAnswer
from toc_sim.interface.trace import replaced_at_end
from toc_sim.report.document import JsonObject
from toc_sim.report.html.pdf import browser, print_page
from toc_sim.report.html.record import ReportFindings, report_record
from toc_sim.report.html.since import earlier_run
from toc_sim.report.html.whole_page import report_page
from toc_sim.report.run_summary import Findings, findings
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.model import Scenario

MOST_PUSHED = 60
"""Parameters of which a report tells what each brings; of more it names the command."""


class ReportAnswer(Answer[ReportFindings]):
    """All that a director asks, on one page (`toc_sim.write_report`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """Which node is the constraint, and what it answers for."""
        return self._run().sentence

    def document(self) -> JsonObject:
        """Return the record that the page shows and holds."""
        return report_record(self.record)

    def blocks(self, width: int) -> Blocks:
        """Return what is told of the run; the page tells more."""
        return self._run().blocks(width)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield those of the run."""
        yield from self._run().facts()

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return all that was simulated."""
        return self.record.scenario, self.record.trials

    def page(self) -> bytes:
        """Return the page: one file of HTML that needs nothing else."""
        return report_page(self.record)

    def _run(self) -> RunAnswer:
        return RunAnswer(self.record.found)


def write_report(
    scenario: AnyScenario,
    output: str | PathLike[str],
    *,
    against: str | PathLike[str] | None = None,
    file: str = "FILE",
    pdf: bool = False,
    **options: Unpack[Options],
) -> ReportAnswer:
    """Ask all that a report tells, and write its page.

    Parameters
    ----------
    scenario
        What is asked about; or what `toc_sim.load` reads.
    output
        The file of HTML to write; it is there whole or not at all.
    against
        The record of an earlier run, of ``run --json`` or in an earlier page, to tell
        what has changed since; or None.
    file
        Where the scenario was read: what the commands on the page name.
    pdf
        Whether a browser that is installed prints the page, too, into a file of the
        same name that ends in ``.pdf``.
    options
        `Options`: settings of the run, and where it is made.

    Returns
    -------
    The answer behind the page.

    Raises
    ------
    TocError
        If a file cannot be read or written, nothing can be concluded, or there is no
        browser that prints.

    Examples
    --------
    >>> import tempfile
    >>> from toc_sim import write_report
    >>> page = tempfile.NamedTemporaryFile(suffix=".html")
    >>> answer = write_report(
    ...     "scenarios/paper_cups.yaml", page.name, horizon=20, store=False
    ... )
    >>> answer.found.verdict.constraint
    ('machine_2',)
    """
    path = Path(output)
    program = browser() if pdf else None
    start = scenario_of(scenario, options)
    last = None if against is None else _earlier(Path(against))
    found = ReportAnswer(
        *ask(
            "reporting",
            "report",
            start,
            options,
            lambda place: report_findings(start, file, place, last),
        )
    )
    with writing(path), replaced_at_end(path) as beside:
        beside.write_bytes(found.page())
    if program is not None:
        printed = path.with_suffix(".pdf")
        with writing(printed), replaced_at_end(printed) as beside:
            print_page(path, beside, program)
    return found


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
    pushes = len(levers(bare(scenario)))
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
    seen = observation(laboratory, for_many(scenario, 1 + len(scenario.tools)))
    return findings(seen.runs, seen.verdict, seen.proofs, seen.buffers), seen.trials[0]


def bare(scenario: Scenario) -> Scenario:
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
