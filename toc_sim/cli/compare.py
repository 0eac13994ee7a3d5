"""The command that compares tools."""

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
@click.option("--sets", is_flag=True, help="Every set of tools that can be paid.")
@click.option(
    "--by",
    type=click.Choice(["throughput", "profit", "roi", "npv"]),
    help="What is wanted; by default npv, or throughput where there is no money.",
)
@margin_option
@click.option(
    "--most",
    type=click.IntRange(min=1),
    metavar="N",
    help="Replications of one candidate at most; by default ten times the file's.",
)
@click.option(
    "--precision",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SHARE",
    help="Go on until every difference is known to within this part of the throughput.",
)
@click.option(
    "--runs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Runs in all, made where they tell most; by default as many as it takes.",
)
@click.option("--changes", is_flag=True, help="Also print what each candidate changes.")
@run_options
@answer_options
def compare(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    *,
    changes: bool,
    **asked: Any,
) -> None:
    """Compare tools with doing nothing: which hits the constraint, which pays.

    FILE is a scenario with tools, in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.compare import report_comparison
    from toc_sim.experiment.compare.compare import Question

    report_comparison(
        loaded(scenario, overrides), Question(**asked), answering, changes=changes
    )
