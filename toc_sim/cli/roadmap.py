"""Commands about ways: what to buy in which order, and how to get to a throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    budget_option,
    facility_options,
    json_option,
    loaded,
    margin_option,
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
@facility_options
@json_option
@quiet_option
def roadmap(
    scenario: str,
    overrides: dict[str, str],
    facilities: Facilities,
    *,
    as_json: bool,
    quiet: bool,
    **spending: Any,
) -> None:
    """Tell what to buy in which order: find the constraint, lift it, repeat.

    Beside the five focusing steps stands the best order of all. FILE is a scenario with
    tools, in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.roadmap import Answering, Spending, mapped_out

    answering = Answering(facilities, as_json, quiet)
    mapped_out(loaded(scenario, overrides), Spending(**spending), answering)


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
    throughput: float,
    as_json: bool,
    quiet: bool,
    **asked: Any,
) -> None:
    """Find the cheapest tools that reach a throughput, or what stands in the way.

    Also tells what that throughput asks of every node, back to the leads. FILE is a
    scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.roadmap import Answering, reached

    answering = Answering(facilities, as_json, quiet)
    tools, budget = asked["tools"], asked["budget"]
    reached(loaded(scenario, overrides), throughput, tools, budget, answering)
