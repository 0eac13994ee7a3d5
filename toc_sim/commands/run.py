"""`toc-sim run`: simulates a scenario, and writes what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from toc_sim.commands.outputs import (
    print_answer,
    progress_bar,
    refuse_picture,
    writing,
)
from toc_sim.constraint.certify import certify, refuse_proof
from toc_sim.constraint.diagnose import diagnose
from toc_sim.constraint.proof import prove
from toc_sim.constraint.sensitivity import replicate_all
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import engine_for, must_compile, simulate
from toc_sim.network import Network, network
from toc_sim.report.documents.certificate import certificate
from toc_sim.report.documents.run import run_document
from toc_sim.report.formats import printable
from toc_sim.report.run_summary import Findings, findings
from toc_sim.report.text.run import run_blocks
from toc_sim.scenario.model import Scenario

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


@dataclass(frozen=True, slots=True)
class RunOutputs:
    """What is wanted of a run.

    Attributes
    ----------
    prove
        Whether to lift every node in turn.
    as_json, quiet
        Whether to print one JSON object, or the verdict alone.
    plot, trace, certificate
        Files to draw the figure, and to write the trace and the certificate to, or
        None.
    """

    prove: bool = False
    as_json: bool = False
    quiet: bool = False
    plot: Path | None = None
    trace: Path | None = None
    certificate: Path | None = None


def report_run(scenario: Scenario, wanted: RunOutputs) -> None:
    """Simulate a scenario, and print and draw what was asked for.

    Raises
    ------
    TocError
        If a file cannot be written, or nothing can be concluded or proved.
    """
    if wanted.plot is not None:
        refuse_picture(wanted.plot)
    if wanted.certificate is not None:
        refuse_proof(network(scenario))
    found = _found(scenario, wanted)
    if wanted.certificate is not None:
        _write_certificate(found, wanted.certificate)
    if wanted.plot is not None:
        from toc_sim.report.figures.run import draw_run

        with writing(wanted.plot):
            draw_run(found, wanted.plot)
    print_answer(
        lambda: run_document(found),
        lambda: printable(found.verdict.sentence),
        lambda width: run_blocks(found, width),
        as_json=wanted.as_json,
        quiet=wanted.quiet,
    )


def _found(scenario: Scenario, wanted: RunOutputs) -> Findings:
    net = network(scenario)
    with progress_bar() as about:
        progress = about("simulating", lambda: must_compile(net))
        if wanted.trace is None:
            runs = simulate(
                net, progress=progress, timeline=_looks_closely(net, wanted)
            )
        else:
            with writing(wanted.trace), _lines(wanted.trace) as to:
                runs = simulate(net, progress=progress, trace=tracer(to), timeline=True)
        measure = partial(replicate_all, progress=about("measuring shares"))
        verdict = diagnose(runs, measure)
        if not wanted.prove:
            return findings(runs, verdict)
        return findings(runs, verdict, prove(runs, verdict, progress=about("proving")))


def _write_certificate(found: Findings, path: Path) -> None:
    runs = found.runs
    proved = certify(runs.network, runs.warmup)
    with writing(path):
        path.write_bytes(certificate(proved, version("toc-sim")))


def _looks_closely(net: Network, wanted: RunOutputs) -> bool:
    """Return whether active periods are kept, for the rule that needs them."""
    return not wanted.quiet and engine_for(net) == "simpy"


def _lines(path: Path) -> TextIO:
    """Open a file that is the same on every system."""
    return path.open("w", encoding="utf-8", newline="\n")
