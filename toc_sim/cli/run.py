"""The commands about a scenario as it stands: run it, check that, or ask theory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toc_sim.cli.options import (
    file_option,
    json_option,
    loaded,
    policies_option,
    quiet_option,
    run_options,
    scenario_argument,
    set_option,
)
from toc_sim.errors import TocError


@click.command()
@scenario_argument
@set_option
@run_options
@click.option(
    "--prove", "proves", is_flag=True, help="Lift every node in turn, and compare."
)
@policies_option
@click.option("--waits", is_flag=True, help="Tell how long items wait, and where.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict alone.")
@file_option(
    "--plot", text="Draw the line with load, queues and shares: .png, .svg or .pdf."
)
@file_option("--trace", text="Write what happens in the first run as JSON lines.")
@file_option(
    "--certificate", text="Write what the first run proves, for 'toc-sim verify'."
)
def run(
    scenario: str,
    overrides: dict[str, str],
    *,
    as_json: bool,
    quiet: bool,
    waits: bool,
    **options: Any,
) -> None:
    """Simulate a scenario and name its constraint.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.outputs import Wanted
    from toc_sim.commands.run import report_run

    report_run(
        loaded(scenario, overrides), Wanted(as_json, quiet, waits=waits), **options
    )


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


@click.command()
@click.argument("certificate", type=click.Path(path_type=Path), metavar="CERTIFICATE")
def verify(certificate: Path) -> None:
    """Add up a certificate of 'run --certificate' again, and say what it proves."""
    from toc_sim.verify import CertificateError, verified_file

    try:
        lines = verified_file(certificate)
    except CertificateError as error:
        raise TocError(str(error)) from error
    click.echo("\n".join(lines))
