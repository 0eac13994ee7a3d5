"""The command that says at once what theory knows, without a simulation."""

from __future__ import annotations

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    json_option,
    loaded,
    quiet_option,
    scenario_argument,
    set_option,
)


@main.command()
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
    from toc_sim.commands.capacity import report_capacity

    report_capacity(loaded(scenario, overrides), tools, as_json=as_json, quiet=quiet)
