"""The commands about a scenario as it stands: run it, or ask theory of it."""

from __future__ import annotations

from typing import Any

import click

from toc_sim.cli.options import (
    file_option,
    json_option,
    loaded,
    quiet_option,
    run_options,
    scenario_argument,
    set_option,
)


@click.command()
@scenario_argument
@set_option
@run_options
@click.option(
    "--prove", "proves", is_flag=True, help="Lift every node in turn, and compare."
)
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@file_option(
    "--plot", text="Draw the line with load, queues and shares: .png, .svg or .pdf."
)
@file_option("--trace", text="Write what happens in the first run as JSON lines.")
def run(scenario: str, overrides: dict[str, str], **options: Any) -> None:
    """Simulate a scenario and name its constraint.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.run import report_run

    report_run(loaded(scenario, overrides), **options)


@click.command()
@scenario_argument
@set_option
@click.option(
    "--tool",
    "tools",
    metavar="NAME",
    multiple=True,
    help="With this tool, and what it requires, at work in full; repeatable.",
)
@json_option
@quiet_option
def capacity(
    scenario: str,
    overrides: dict[str, str],
    tools: tuple[str, ...],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Say without a simulation what theory knows: the constraint, and the long run.

    Where the answer is exact it says so, and why; elsewhere it says what stands in the
    way, and what capacity alone allows. FILE is a scenario in YAML or JSON; - is
    standard input.
    """
    from toc_sim.commands.run import report_capacity

    report_capacity(loaded(scenario, overrides), tools, as_json=as_json, quiet=quiet)
