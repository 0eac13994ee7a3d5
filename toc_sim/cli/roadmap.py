"""The command that says what to buy in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    answer_options,
    budget_option,
    loaded,
    margin_option,
    run_options,
    scenario_argument,
    set_option,
    tool_option,
)

if TYPE_CHECKING:
    from toc_sim.commands.ask import Answering


@main.command()
@scenario_argument
@set_option
@tool_option
@budget_option
@click.option(
    "--every",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="TIME",
    help="The least time between two purchases; the next is made when the last works.",
)
@click.option(
    "--by",
    type=click.Choice(["throughput", "npv"]),
    help="What is wanted; by default npv, or throughput where there is no money.",
)
@margin_option
@run_options
@answer_options
def roadmap(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    **spending: Any,
) -> None:
    """Tell what to buy in which order: find the constraint, lift it, repeat.

    Beside the five focusing steps stands the best order of all. FILE is a scenario with
    tools, in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.roadmap import Spending, report_roadmap

    report_roadmap(loaded(scenario, overrides), Spending(**spending), answering)
