"""The command that writes a report: one page for whoever decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from toc_sim.cli.options import (
    facility_options,
    lang_option,
    loaded,
    page_option,
    scenario_argument,
    set_option,
)
from toc_sim.language import system_language

if TYPE_CHECKING:
    from toc_sim.experiment.runner.laboratory import Facilities


@click.command()
@scenario_argument
@page_option
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="LAST",
    help="What 'run --json' or an earlier report wrote: tell what has changed since.",
)
@click.option(
    "--pdf",
    is_flag=True,
    help="Print the page to a PDF beside it, too (Chromium, Chrome or Edge does it).",
)
@set_option
@lang_option(system_language)
@facility_options
def report(
    scenario: str,
    overrides: dict[str, str],
    output: Path,
    against: Path | None,
    pdf: bool,  # noqa: FBT001 - an option
    facilities: Facilities,
) -> None:
    """Write one page for those who decide: the constraint, its cost, what to buy.

    The page is one file of HTML that needs no network: to be mailed, read on a
    telephone and printed. FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.report import report_page_of

    if output.suffix.lower() == ".pdf":
        raise click.BadParameter(
            f"{output} is to be a page of HTML; --pdf prints it beside it, as "
            f"{output.name}: -o {output.with_suffix('.html')} --pdf",
            param_hint="'-o'",
        )
    report_page_of(
        loaded(scenario, overrides), scenario, output, facilities, against, pdf=pdf
    )
