"""The commands about a scenario as it stands: run it, check that, or ask theory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli import completion
from toc_sim.cli.options import (
    answer_options,
    file_option,
    loaded,
    printing_options,
    scenario_argument,
    set_option,
)
from toc_sim.errors import TocError

if TYPE_CHECKING:
    from toc_sim.commands.ask import Answering
    from toc_sim.commands.outputs import Wanted


@click.command()
@scenario_argument
@set_option
@click.option(
    "--prove", "proves", is_flag=True, help="Lift every node in turn, and compare."
)
@click.option("--waits", is_flag=True, help="Tell how long items wait, and where.")
@answer_options
@file_option(
    "--plot", text="Draw the line with load, queues and shares: .png, .svg or .pdf."
)
@click.option(
    "--hide-answer",
    is_flag=True,
    help="Draw the line alone and print nothing of the answer: for a class.",
)
@file_option("--trace", text="Write what happens in the first run as JSON lines.")
@file_option(
    "--certificate", text="Write what the first run proves, for 'toc-sim verify'."
)
@file_option(
    "--excel", text="Write a workbook: charts, and T, OE and profit by formulas."
)
def run(
    scenario: str, overrides: dict[str, str], answering: Answering, **options: Any
) -> None:
    """Simulate a scenario and name its constraint.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.run import report_run

    if options["hide_answer"] and options["plot"] is None:
        raise click.UsageError("--hide-answer says what --plot draws; give --plot too")
    report_run(loaded(scenario, overrides), answering, **options)


@click.command()
@scenario_argument
@set_option
@click.option(
    "--tool",
    "tools",
    metavar="NAME",
    multiple=True,
    shell_complete=completion.tools,
    help="With this tool, and what it requires, at work in full; repeatable.",
)
@printing_options
def capacity(
    scenario: str, overrides: dict[str, str], tools: tuple[str, ...], wanted: Wanted
) -> None:
    """Say without a simulation what theory knows: the constraint, and the long run.

    Where the answer is exact it says so, and why; elsewhere it says what stands in the
    way, and what capacity alone allows. FILE is a scenario in YAML or JSON; - is
    standard input.
    """
    from toc_sim.commands.run import report_capacity

    report_capacity(loaded(scenario, overrides), tools, wanted)


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
