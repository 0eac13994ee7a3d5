"""`toc-sim check`: the laws that a scenario keeps, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import click

from toc_sim.engine.compiled.ahead import is_kept
from toc_sim.errors import ScenarioError, SimulationError, TocError, visible
from toc_sim.experiment.expectations import unmet
from toc_sim.experiment.observation import observation
from toc_sim.experiment.revision import revision
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.interface.progress import on_a_terminal, progress_bar
from toc_sim.report.markdown import problem_lines, revision_lines, scenario_lines
from toc_sim.scenario.model import Scenario
from toc_sim.testing.laws import LAWS, Law, LawReport, shortened


def report_laws(
    name: str, scenario: Scenario, *, short: bool, laws: tuple[Law, ...] = LAWS
) -> tuple[str, ...]:
    """Check a scenario against laws, and print what became of each.

    Parameters
    ----------
    name
        Of its file.
    scenario
        What is checked.
    short
        Whether to shorten its run, so that each law takes a second or so.
    laws
        Which are asked.

    Returns
    -------
    A line that says how many are broken, if any.
    """
    reports = _reports(shortened(scenario) if short else scenario, laws)
    for each in reports:
        click.echo(f"  {visible(str(each))}")
    broken = sum(bool(each.broken) for each in reports)
    if not broken:
        return ()
    return (f"{name}: breaks {broken} law{'' if broken == 1 else 's'}",)


def _reports(scenario: Scenario, laws: tuple[Law, ...]) -> list[LawReport]:
    reports = []
    with progress_bar(shown=on_a_terminal()) as about:
        progress = about("checking laws", lambda: not is_kept("general"))
        for number, law in enumerate(laws):
            reports.append(law(scenario))
            if progress is not None:
                progress(number + 1, len(laws))
    return reports


def report_changes(
    scenarios: Sequence[str],
    read: Callable[[str], Scenario],
    before: Callable[[str], Scenario | None],
) -> bool:
    """Print, for a pull request, what became of scenarios, as Markdown.

    Parameters
    ----------
    scenarios
        The names of their files.
    read
        Returns the scenario of a file as it is.
    before
        Returns it as it was; None where there was none. One that could not be used is
        none to compare with.

    Returns
    -------
    Whether every file can be used and does what it expects.
    """
    fine, laboratory = True, Laboratory()
    for place, name in enumerate(scenarios):
        if place:
            click.echo()
        try:
            lines, met = _changed(name, read(name), before, laboratory)
        except TocError as error:
            lines, met = problem_lines(name, str(error)), False
        click.echo("\n".join(lines))
        fine = fine and met
    return fine


def _changed(
    name: str,
    scenario: Scenario,
    before: Callable[[str], Scenario | None],
    laboratory: Laboratory,
) -> tuple[Iterator[str], bool]:
    """Return the lines of one scenario, and whether it does what it expects."""
    missed = unmet(scenario, laboratory)
    found = observation(laboratory, scenario, rooms=False)
    note = ""
    try:
        old = before(name)
        if old is not None:
            both = revision(laboratory, old, scenario)
            return revision_lines(name, both, missed), not missed
    except (ScenarioError, SimulationError):
        note = "As it was before, it could not be used."
    return scenario_lines(name, found, missed, note), not missed
