"""What a scenario does as it stands: simulated, or by theory alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from toc_sim.capacity import theory
from toc_sim.commands.ask import Answering, ask
from toc_sim.commands.outputs import (
    Wanted,
    given_command,
    print_answer,
    refuse_picture,
    replaced_at_end,
    writing,
)
from toc_sim.constraint.certify import certify, refuse_proof
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import Progress, Runs, engine_for, simulate
from toc_sim.experiment.observation import observation
from toc_sim.network import Network, network
from toc_sim.report.documents.capacity import capacity_document
from toc_sim.report.documents.certificate import certificate_of
from toc_sim.report.documents.run import run_document
from toc_sim.report.formats import printable
from toc_sim.report.given_command import RUN
from toc_sim.report.run_summary import findings
from toc_sim.report.text.capacity import theory_blocks, theory_sentence
from toc_sim.report.text.run import run_blocks
from toc_sim.scenario.model import Scenario
from toc_sim.tools import with_required, with_tools

_NOBODY = -1
"""The item of a refused arrival in the engine; null in the file."""


def tracer(file: TextIO) -> Callable[[TraceEvent], None]:
    """Return what writes each event that it is told to a file.

    A line is ``{"time": 0.125, "event": "start", "node": "sales", "item": 3}``: the
    time in periods, negative during the warm-up; the item's number in the order of
    entering, null for an arrival that was turned away.

    Parameters
    ----------
    file
        Open for writing text in UTF-8; closing it stays the caller's business.
    """
    quoted: dict[str, str] = {}

    def write(happened: TraceEvent) -> None:
        time, event, node, item = happened
        name = quoted.get(node)
        if name is None:
            name = quoted[node] = json.dumps(node, ensure_ascii=False)
        number = "null" if item == _NOBODY else item
        file.write(
            f'{{"time": {float(time)!r}, "event": "{event}", "node": {name}, '
            f'"item": {number}}}\n'
        )

    return write


def report_run(
    scenario: Scenario,
    answering: Answering,
    *,
    proves: bool,
    plot: Path | None,
    trace: Path | None,
    certificate: Path | None,
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
    plot, trace, certificate
        Files to draw the figure, and to write the trace and the certificate to, or
        None.

    Raises
    ------
    TocError
        If a file cannot be written, or nothing can be concluded or proved.
    """
    if plot is not None:
        refuse_picture(plot)
    net = network(scenario)
    if certificate is not None:
        refuse_proof(net)
    facilities = answering.facilities
    if trace is not None:
        facilities = replace(facilities, store=None)
    # single periods are kept for the rules that are told one by one, which need them
    closely = (proves or answering.as_json) and engine_for(net) == "simpy"
    seen, _ = ask(
        "simulating",
        "run --prove" if proves else "run",
        scenario,
        facilities,
        lambda laboratory: observation(
            laboratory,
            scenario if trace is None else _traced(net, trace, laboratory.progress),
            proves=proves,
            rooms=not answering.quiet,
            timeline=closely,
        ),
        kept=True,
    )
    found = findings(seen.runs, seen.verdict, seen.proofs, seen.buffers)
    if certificate is not None:
        proved = certify(net, seen.runs.warmup)
        with writing(certificate):
            certificate.write_bytes(certificate_of(proved, version("toc-sim")))
    if plot is not None:
        from toc_sim.report.figures.run import draw_run

        with writing(plot):
            draw_run(found, plot)
    print_answer(
        lambda: run_document(found),
        lambda: printable(found.verdict.sentence),
        lambda width: run_blocks(found, width, given_command(RUN)),
        answering,
    )


def _traced(net: Network, trace: Path, progress: Progress | None) -> Runs:
    """Simulate a network, and write what happens in the first run to a file."""
    with (
        writing(trace),
        replaced_at_end(trace) as beside,
        beside.open("w", encoding="utf-8", newline="\n") as to,
    ):
        return simulate(net, progress=progress, trace=tracer(to), timeline=True)


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
    bought = with_required(scenario, tools)
    net = network(with_tools(scenario, bought, at_once=True))
    found = theory(net)
    titles = tuple(map(scenario.title, bought))
    print_answer(
        lambda: capacity_document(net, found, bought),
        lambda: theory_sentence(net, found),
        lambda width: theory_blocks(net, found, width, titles),
        wanted,
    )
