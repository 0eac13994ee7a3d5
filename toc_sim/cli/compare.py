"""The commands that ask which tools to buy: compare, roadmap and reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import click

from toc_sim.cli.options import (
    answer_options,
    file_option,
    loaded,
    margin_option,
    scenario_argument,
    tool_options,
)

if TYPE_CHECKING:
    from pathlib import Path

    from toc_sim.commands.ask import Answering


_CRITERIA = ("throughput", "profit", "roi", "npv", "flow_time")
_OF_NODES = ("wait", "within")


def _criterion(
    _context: click.Context, _option: click.Parameter, given: str | None
) -> str | None:
    """Return what is wanted, if there is such a thing; a node is looked up later."""
    if given is None or given in _CRITERIA:
        return given
    what, _, node = given.partition(":")
    if what in _OF_NODES and node:
        return given
    known = ", ".join((*_CRITERIA, *(f"{each}:NODE" for each in _OF_NODES)))
    raise click.BadParameter(f"'{given}' is not one of {known}")


@click.command()
@scenario_argument
@tool_options
@click.option("--sets", is_flag=True, help="Every set of tools that can be paid.")
@click.option(
    "--by",
    metavar="WHAT",
    callback=_criterion,
    help="throughput, profit, roi, npv, flow_time, wait:NODE or within:NODE (the share "
    "that waits there within its target); by default npv, or throughput where there "
    "is no money.",
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
@answer_options
@file_option("--plot", text="Draw what each candidate brings: .png, .svg or .pdf.")
def compare(
    scenario: str,
    overrides: dict[str, str],
    answering: Answering,
    *,
    changes: bool,
    plot: Path | None,
    **asked: Any,
) -> None:
    """Compare tools with doing nothing: which hits the constraint, which pays.

    FILE is a scenario with tools, in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.compare import report_comparison

    report_comparison(
        loaded(scenario, overrides), answering, changes=changes, plot=plot, **asked
    )


@click.command()
@scenario_argument
@tool_options
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
@answer_options
@file_option("--plot", text="Draw the steps and their constraints: .png, .svg or .pdf.")
def roadmap(
    scenario: str, overrides: dict[str, str], answering: Answering, **spending: Any
) -> None:
    """Tell what to buy in which order: find the constraint, lift it, repeat.

    Beside the five focusing steps stands the best order of all. FILE is a scenario with
    tools, in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.compare import report_roadmap

    report_roadmap(loaded(scenario, overrides), answering, **spending)


def _wait(
    _context: click.Context, _option: click.Parameter, given: str | None
) -> tuple[str, float] | None:
    """Return a node, and how long items should wait there at most."""
    if given is None:
        return None
    node, sign, time = given.partition("<=")
    try:
        return (node.strip(), float(time)) if sign and node.strip() else _refuse(given)
    except ValueError:
        return _refuse(given)


def _refuse(given: str) -> NoReturn:
    raise click.BadParameter(f"'{given}' is not of the form NODE<=TIME, as 'desk<=12'")


@click.command()
@scenario_argument
@click.option(
    "--throughput",
    type=click.FloatRange(min=0, min_open=True),
    metavar="RATE",
    help="What is wanted, in items per period.",
)
@click.option(
    "--wait",
    metavar="NODE<=TIME",
    callback=_wait,
    help="Or how long items should wait at a node on average, at most: 'desk<=12'.",
)
@tool_options
@answer_options
@file_option("--plot", text="Draw what is made beside what is wanted.")
def reach(
    scenario: str, overrides: dict[str, str], answering: Answering, **goal: Any
) -> None:
    """Find the cheapest tools that reach a throughput, or what stands in the way.

    Or those with which items wait no longer at a node than is wanted. Also tells what
    a throughput asks of every node, back to the leads. FILE is a scenario in YAML or
    JSON; - is standard input.
    """
    if (goal["throughput"] is None) == (goal["wait"] is None):
        wanted = "--throughput RATE or --wait 'NODE<=TIME'"
        raise click.UsageError(f"say what is wanted, by one of {wanted}")
    from toc_sim.commands.compare import report_reach

    report_reach(loaded(scenario, overrides), answering, **goal)
