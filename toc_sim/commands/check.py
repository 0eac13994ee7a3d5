"""`toc-sim check --laws`: a line for each law that a scenario keeps, or breaks."""

from __future__ import annotations

import click

from toc_sim.commands.outputs import progress_bar
from toc_sim.engine.compiled.ahead import is_kept
from toc_sim.errors import visible
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
    with progress_bar() as about:
        progress = about("checking laws", lambda: not is_kept("general"))
        for number, law in enumerate(laws):
            reports.append(law(scenario))
            if progress is not None:
                progress(number + 1, len(laws))
    return reports
