"""The command that looks ahead: what will be closed by a date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.options import (
    file_option,
    loaded,
    printing_options,
    scenario_argument,
    set_option,
)

if TYPE_CHECKING:
    from toc_sim.commands.outputs import Wanted


def _columns(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Return the headers by what they say."""
    found = {}
    for each in given:
        role, equals, header = each.partition("=")
        if not equals or not role.strip():
            raise click.BadParameter(f"'{each}' is not of the form WHAT=HEADER")
        found[role.strip()] = header.strip()
    return found


@click.command()
@scenario_argument
@click.option(
    "--today",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="OPEN.csv",
    help="What is open, a row an item: stage, age or date, amount, product.",
)
@click.option(
    "--until",
    type=click.FloatRange(min=0, min_open=True),
    required=True,
    metavar="TIME",
    help="The date, in periods of the scenario from today.",
)
@click.option(
    "--target",
    type=click.FloatRange(min=0),
    metavar="N",
    help="How many closings are wanted by then.",
)
@click.option(
    "--target-money",
    type=click.FloatRange(min=0),
    metavar="MONEY",
    help="How much they are wanted to be worth.",
)
@click.option(
    "--as-of",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="Today, as 2026-03-31; by default the newest day in the file.",
)
@click.option(
    "--column",
    "columns",
    metavar="WHAT=HEADER",
    multiple=True,
    callback=_columns,
    help="Which column says it: stage, entered, age, amount, product, name, started, "
    "in_work. May be given several times.",
)
@set_option
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Futures that are run.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    help="The same seed gives the same figures.",
)
@click.option(
    "--backtest",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="LOG",
    help="Records of the past: what forecasts would have said then, and what came. "
    "May be given several times, for files that are joined.",
)
@file_option("--plot", text="Draw how closings add up: .png, .svg or .pdf.")
@printing_options
def quarter(
    scenario: str,
    overrides: dict[str, str],
    today: Path,
    until: float,
    wanted: Wanted,
    plot: Path | None,
    **options: Any,
) -> None:
    """Say what will be closed by a date, from what is open today.

    FILE is a scenario in YAML or JSON; - is standard input. Closings and money come as
    P10, P50 and P90, with who limits them until then, what is in the bag and what is
    still to be found, and until when new work counts.
    """
    from toc_sim.commands.quarter import report_quarter

    given: Any = {name: value for name, value in options.items() if value is not None}
    if not given["backtest"]:
        del given["backtest"]
    as_of: datetime | None = given.get("as_of")
    if as_of is not None:
        given["as_of"] = as_of.date()
    model = loaded(scenario, overrides)
    report_quarter(model, today, until, wanted, plot=plot, options=given)
