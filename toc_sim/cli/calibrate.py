"""The command that draws a scenario from a company's own records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.options import file_option, printing_options

if TYPE_CHECKING:
    from toc_sim.commands.outputs import Wanted


def _columns(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Return the columns by what they are."""
    columns = {}
    for each in given:
        role, equals, header = each.partition("=")
        if not equals or not role.strip() or not header.strip():
            raise click.BadParameter(f"'{each}' is not of the form WHAT=COLUMN")
        columns[role.strip()] = header.strip()
    return columns


@click.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="SCENARIO.yaml",
    help="The scenario to write; without it the records are only told about.",
)
@click.option(
    "--column",
    "columns",
    metavar="WHAT=COLUMN",
    multiple=True,
    callback=_columns,
    help="Which column is what: case='Deal ID', stage=Status. May be given several "
    "times.",
)
@click.option(
    "--columns",
    "mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.yaml",
    help="The same in a file, to be used each month.",
)
@click.option(
    "--won",
    metavar="STAGE",
    multiple=True,
    help="What a case comes to in the end if all goes well; repeatable.",
)
@click.option(
    "--lost",
    metavar="STAGE",
    multiple=True,
    help="What a case comes to that is lost; repeatable.",
)
@click.option(
    "--outside",
    metavar="STAGE",
    multiple=True,
    help="What somebody outside the company does: customers, authorities; repeatable.",
)
@click.option(
    "--shape",
    type=click.Choice(
        ["event log", "stage history", "snapshot", "joined", "transactions"]
    ),
    help="What the records are, where the columns are enough for several.",
)
@click.option(
    "--dates",
    type=click.Choice(["day first", "month first"]),
    help="How 01/02/2025 is meant where no date of the column tells.",
)
@click.option(
    "--period",
    type=click.Choice(["hour", "day", "week", "month"]),
    help="The unit of time of the scenario; by default what suits the records.",
)
@click.option("--name", metavar="TEXT", help="What the scenario is called.")
@file_option("--report", text="Write what the records tell as a page of HTML.")
@file_option("--plot", text="Draw records and model side by side: .png, .svg or .pdf.")
@printing_options
def calibrate(
    files: tuple[Path, ...],
    output: Path | None,
    report: Path | None,
    plot: Path | None,
    wanted: Wanted,
    **asked: Any,
) -> None:
    """Draw a scenario from a company's own records, and say what they cannot tell.

    FILE is an event log, the history of a board, an export of a CRM, or purchases: CSV
    or other delimited text, .xlsx, Parquet or XES, each also as .gz. Several files are
    joined by the key that they share.
    """
    from toc_sim.commands.calibrate import report_calibration

    report_calibration(files, output, wanted, report=report, plot=plot, **asked)
