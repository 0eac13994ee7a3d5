"""What a scenario does as it stands: simulated, or by theory alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from toc_sim.capacity import theory
from toc_sim.commands.announcement import announce, policies_to_try
from toc_sim.commands.outputs import (
    Wanted,
    print_answer,
    progress_bar,
    refuse_picture,
    replaced_at_end,
    writing,
)
from toc_sim.constraint.buffer_share import buffer_shares
from toc_sim.constraint.certify import certify, refuse_proof
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.proof import prove
from toc_sim.constraint.sensitivity import replicate_all
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import engine_for, must_compile, simulate
from toc_sim.network import network
from toc_sim.report.documents.capacity import capacity_document
from toc_sim.report.documents.certificate import certificate_of
from toc_sim.report.documents.run import run_document
from toc_sim.report.formats import printable
from toc_sim.report.run_summary import findings
from toc_sim.report.text.capacity import theory_blocks, theory_sentence
from toc_sim.report.text.run import run_blocks
from toc_sim.scenario.model import Scenario
from toc_sim.tools import with_required, with_tools

_MEASURING = {False: "measuring shares", True: "measuring shares and policies"}

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
    wanted: Wanted,
    *,
    proves: bool,
    policies: bool,
    plot: Path | None,
    trace: Path | None,
    certificate: Path | None,
) -> None:
    """Simulate a scenario, and print and draw what was asked for.

    Parameters
    ----------
    scenario
        The pipeline.
    wanted
        What of the answer to print.
    proves
        Whether to lift every node in turn.
    policies
        Whether to try every policy one step, wherever there is one.
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
    steps = policies_to_try(net) if policies else 0
    announce(net, policies=steps)
    with progress_bar() as about:
        progress = about("simulating", lambda: must_compile(net))
        if trace is None:
            # active periods are kept for the rule that needs them
            looks_closely = not wanted.quiet and engine_for(net) == "simpy"
            runs = simulate(net, progress=progress, timeline=looks_closely)
        else:
            with (
                writing(trace),
                replaced_at_end(trace) as beside,
                beside.open("w", encoding="utf-8", newline="\n") as to,
            ):
                runs = simulate(net, progress=progress, trace=tracer(to), timeline=True)
        verdict = diagnose(
            runs,
            partial(replicate_all, progress=about(_MEASURING[steps > 0])),
            policies=policies,
        )
        proofs = prove(runs, verdict, progress=about("proving")) if proves else ()
        trying = partial(replicate_all, progress=about("trying buffers"))
        buffers = () if wanted.quiet else buffer_shares(runs, verdict, trying)
        found = findings(runs, verdict, proofs, buffers)
    if certificate is not None:
        proved = certify(net, runs.warmup)
        with writing(certificate):
            certificate.write_bytes(certificate_of(proved, version("toc-sim")))
    if plot is not None:
        from toc_sim.report.figures.run import draw_run

        with writing(plot):
            draw_run(found, plot)
    print_answer(
        lambda: run_document(found),
        lambda: printable(found.verdict.sentence),
        lambda width: run_blocks(found, width, waits=wanted.waits),
        wanted,
    )


def report_capacity(
    scenario: Scenario, tools: Sequence[str], *, as_json: bool, quiet: bool
) -> None:
    """Print what theory says of a scenario with some tools at work.

    Parameters
    ----------
    scenario
        The pipeline.
    tools
        What is bought, with all that it requires; it works in full.
    as_json, quiet
        Whether to print one JSON object, or the answer alone.
    """
    bought = with_required(scenario, tools)
    net = network(with_tools(scenario, bought, at_once=True))
    found = theory(net)
    titles = tuple(map(scenario.title, bought))
    print_answer(
        lambda: capacity_document(net, found, bought),
        lambda: theory_sentence(net, found),
        lambda width: theory_blocks(net, found, width, titles),
        Wanted(as_json, quiet),
    )
