"""What a scenario does as it stands: simulated, or by theory alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from toc_sim.commands.ask import Answering, announced
from toc_sim.commands.outputs import (
    Wanted,
    given_command,
    print_answer,
    refuse_book,
    refuse_picture,
)
from toc_sim.constraint.certify import refuse_proof
from toc_sim.interface.answer import writing
from toc_sim.interface.capacity import capacity
from toc_sim.interface.run import run_answer
from toc_sim.network import network
from toc_sim.report.given_command import RUN
from toc_sim.scenario.model import Scenario


def report_run(  # noqa: PLR0913 - files to write, each an option
    scenario: Scenario,
    answering: Answering,
    *,
    proves: bool,
    plot: Path | None,
    trace: Path | None,
    certificate: Path | None,
    excel: Path | None,
    hide_answer: bool = False,
    waits: bool = False,
) -> None:
    """Simulate a scenario, and print and draw what was asked for.

    Parameters
    ----------
    scenario
        The pipeline.
    answering
        Where to simulate, and what to print. A run that is traced is made here, and
        not kept.
    proves
        Whether to lift every node in turn.
    plot, trace, certificate, excel
        Files for the figure, the trace, the certificate and the workbook of results,
        or None.
    waits
        Whether to tell how long items wait, also without a target in the file.
    hide_answer
        Whether the figure shows the line alone, and nothing is printed of the answer.

    Raises
    ------
    TocError
        If a file cannot be written, or nothing can be concluded or proved.
    """
    refuse_picture(plot)
    if excel is not None:
        refuse_book(excel)
    if certificate is not None:
        refuse_proof(network(scenario))
    found = run_answer(
        scenario,
        announced(scenario, answering.facilities, kept=True),
        prove=proves,
        trace=trace,
        rooms=not answering.quiet,
        closely=proves or answering.as_json,
    )
    if certificate is not None:
        with writing(certificate):
            certificate.write_bytes(found.certificate())
    if excel is not None:
        found.to_excel(excel)
    if plot is not None and hide_answer:
        found.plot_question(plot)
        click.echo(f"{plot}: the line, without its answer")
        return
    blocks = partial(found.blocks, waits=waits, command=given_command(RUN))
    print_answer(found, answering, plot, blocks)


def report_capacity(scenario: Scenario, tools: Sequence[str], wanted: Wanted) -> None:
    """Print what theory says of a scenario with some tools at work.

    Parameters
    ----------
    scenario
        The pipeline.
    tools
        What is bought, with all that it requires; it works in full.
    wanted
        What of the answer to print.
    """
    print_answer(capacity(scenario, tools=tools), wanted)
