"""The command that finds the way to a throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    budget_option,
    facility_options,
    json_option,
    loaded,
    quiet_option,
    run_options,
    scenario_argument,
    set_option,
    tool_option,
)

if TYPE_CHECKING:
    from toc_sim.experiment.runner.laboratory import Facilities


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
@facility_options
@json_option
@quiet_option
def reach(
    scenario: str,
    overrides: dict[str, str],
    facilities: Facilities,
    *,
    as_json: bool,
    quiet: bool,
    **goal: Any,
) -> None:
    """Find the cheapest tools that reach a throughput, or what stands in the way.

    Also tells what that throughput asks of every node, back to the leads. FILE is a
    scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.ask import Answering
    from toc_sim.commands.reach import Goal, report_reach

    answering = Answering(facilities, as_json, quiet)
    report_reach(loaded(scenario, overrides), Goal(**goal), answering)
