"""The command that says which parameter to push."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    SETTINGS,
    answer_options,
    loaded,
    run_options,
    scenario_argument,
    set_option,
)

if TYPE_CHECKING:
    from toc_sim.commands.ask import Answering


@main.command()
@scenario_argument
@set_option
@click.option(
    "--against",
    metavar="OTHER",
    help="Another shop or period: what the change from OTHER to FILE is owed to.",
)
@run_options
@answer_options
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw what 10 % either way, and the benchmarks, bring: .png, .svg or .pdf.",
)
def breakdown(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    *,
    against: str | None,
    plot: Path | None,
) -> None:
    """Say which parameter to push: what 1 % more gives, and how far it can go.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.breakdown import report_attribution, report_breakdown

    if against is not None and plot is not None:
        raise click.UsageError("give --against or --plot, not both")
    if against is None:
        report_breakdown(loaded(scenario, overrides), answering, plot)
        return
    shared = {f"run.{name}" for name in SETTINGS}
    settings = {path: text for path, text in overrides.items() if path in shared}
    before = loaded(against, settings)
    report_attribution(loaded(scenario, overrides), before, answering)
