"""The command that finds the way to a throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    answer_options,
    budget_option,
    loaded,
    run_options,
    scenario_argument,
    set_option,
    tool_option,
)

if TYPE_CHECKING:
    from toc_sim.commands.ask import Answering


@main.command()
@scenario_argument
@click.option(
    "--throughput",
    type=click.FloatRange(min=0, min_open=True),
    required=True,
    metavar="RATE",
    help="What is wanted, in items per period.",
)
@set_option
@tool_option
@budget_option
@run_options
@answer_options
def reach(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    **goal: Any,
) -> None:
    """Find the cheapest tools that reach a throughput, or what stands in the way.

    Also tells what that throughput asks of every node, back to the leads. FILE is a
    scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.reach import Goal, report_reach

    report_reach(loaded(scenario, overrides), Goal(**goal), answering)
