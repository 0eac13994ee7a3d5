"""A scenario as it stands: what it does, and which node is its constraint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from toc_sim.constraint.certify import certify, refuse_proof
from toc_sim.engine.reference.floor import Trace
from toc_sim.engine.simulate import Progress, Runs, engine_for, must_compile
from toc_sim.engine.simulate import simulate as simulated
from toc_sim.experiment.observation import AS_IT_STANDS, observation
from toc_sim.experiment.variant import VariantModel, VariantRuns
from toc_sim.interface.answer import Answer, drawn, writing
from toc_sim.interface.progress import progress_for
from toc_sim.interface.question import AnyScenario, Options, Settings, ask, scenario_of
from toc_sim.interface.trace import replaced_at_end, trace_into
from toc_sim.language import joined, phrase
from toc_sim.network import Network, network
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.certificate import certificate_of
from toc_sim.report.documents.run import run_document
from toc_sim.report.formats import (
    decimals,
    money_unit,
    pace_given,
    pace_unit,
    percent_plus_minus,
    plus_minus,
    printable,
)
from toc_sim.report.given_command import RUN, GivenCommand
from toc_sim.report.run_summary import Findings, findings
from toc_sim.report.text.run import run_blocks
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.model import Scenario


class RunAnswer(Answer[Findings]):
    """What a scenario does as it stands (`toc_sim.run`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """Which node is the constraint, and what it answers for."""
        return printable(self.record.verdict.sentence)

    @property
    def constraint(self) -> tuple[str, ...]:
        """The names of the constraint; several in a tie."""
        return self.record.verdict.constraint

    @property
    def throughput(self) -> float:
        """What is bought, in the mean [items/period]."""
        return self.record.verdict.throughput.mean

    def document(self) -> JsonObject:
        """Return the run as JSON will have it."""
        return run_document(self.record)

    def blocks(
        self, width: int, *, waits: bool = False, command: GivenCommand = RUN
    ) -> Blocks:
        """Return the tables, and the notes between them, which end in a command."""
        return run_blocks(self.record, width, command, waits=waits)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the constraint with its share, the throughput, and what is earned."""
        found = self.record
        scenario, verdict = found.scenario, found.verdict
        named = joined(map(found.title, verdict.constraint))
        yield phrase("constraint"), f"{named} ({percent_plus_minus(verdict.share)} %)"
        yield phrase("throughput"), pace_given(verdict.throughput, pace_unit(scenario))
        if found.money is not None:
            profit = found.money.net_profit
            digits = decimals([profit.mean])
            earned = f"{plus_minus(profit, digits)} {money_unit(scenario)}"
            yield phrase("net profit"), earned

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return the scenario's own runs."""
        runs = self.record.runs
        model = VariantModel(runs.network, runs.warmup, name=AS_IT_STANDS)
        return self.record.scenario, (VariantRuns(model, runs.results),)

    def picture(self, path: Path) -> None:
        """Draw the line with load, queues and shares."""
        from toc_sim.report.figures.run import draw_run

        draw_run(self.record, path)

    def plot_question(self, path: str | PathLike[str]) -> Path:
        """Draw the line without what the run found out, for a class that guesses.

        Parameters
        ----------
        path
            Of a .png, .svg or .pdf.

        Raises
        ------
        TocError
            If the file cannot be written.
        """
        from toc_sim.report.figures.run import draw_question

        return drawn(path, lambda file: draw_question(self.record, file))

    def to_excel(self, path: str | PathLike[str]) -> Path:
        """Write the results as a workbook, and return its path.

        Parameters
        ----------
        path
            Of a .xlsx, which is there whole or not at all.

        Raises
        ------
        TocError
            If XlsxWriter is not installed, or the file cannot be written.
        """
        from toc_sim.report.results_book import results_book

        file, content = Path(path), results_book(self.record)
        with writing(file), replaced_at_end(file) as book:
            book.write_bytes(content)
        return file

    def certificate(self) -> bytes:
        """Return what the first run proves, for ``toc-sim verify``.

        Raises
        ------
        TocError
            If nothing can be proved of this scenario.
        """
        runs = self.record.runs
        refuse_proof(runs.network)
        return certificate_of(certify(runs.network, runs.warmup), version("toc-sim"))


def run(
    scenario: AnyScenario,
    *,
    prove: bool = False,
    trace: str | PathLike[str] | None = None,
    **options: Unpack[Options],
) -> RunAnswer:
    """Simulate a scenario and name its constraint.

    Parameters
    ----------
    scenario
        The pipeline; or what `toc_sim.load` reads.
    prove
        Whether to lift every node in turn, and compare.
    trace
        A file to write to what happens in the first run, as JSON lines; such a run is
        made in this process, and not kept.
    options
        `Options`: settings of the run, and where it is made.

    Raises
    ------
    TocError
        If nothing was bought, or a file cannot be written.

    Examples
    --------
    >>> import toc_sim
    >>> answer = toc_sim.run("scenarios/paper_cups.yaml", horizon=50, store=False)
    >>> answer.constraint, answer.throughput
    (('machine_2',), 8.0)
    >>> faster = toc_sim.load("scenarios/paper_cups.yaml").changed(
    ...     {"machine_2.capacity": 15}
    ... )
    >>> toc_sim.run(faster, horizon=50, store=False).constraint
    ('sales',)
    """
    start = scenario_of(scenario, options)
    path = None if trace is None else Path(trace)
    return run_answer(start, options, prove=prove, trace=path)


def run_answer(
    scenario: Scenario,
    options: Mapping[str, Any],
    *,
    prove: bool = False,
    trace: Path | None = None,
    rooms: bool = True,
    closely: bool = True,
) -> RunAnswer:
    """Simulate a scenario, and look as closely as the answer will be looked at.

    Parameters
    ----------
    scenario, options, prove, trace
        As of `run`.
    rooms
        Whether it is told where one more place of room helps.
    closely
        Whether active periods are kept, for the rules that need them, where SimPy
        simulates; they are in no table.
    """
    net = network(scenario)
    if trace is not None:
        options = {**options, "store": False}
    seen, asked, kept, remarks = ask(
        "simulating",
        "run --prove" if prove else "run",
        scenario,
        options,
        lambda laboratory: observation(
            laboratory,
            scenario if trace is None else _traced(net, trace, laboratory.progress),
            proves=prove,
            rooms=rooms,
            timeline=closely and engine_for(net) == "simpy",
        ),
    )
    found = findings(seen.runs, seen.verdict, seen.proofs, seen.buffers)
    return RunAnswer(found, asked, kept, remarks)


def _traced(net: Network, trace: Path, progress: Progress | None) -> Runs:
    """Simulate a network, and write what happens in the first run to a file."""
    with trace_into(trace) as told:
        return simulated(net, progress=progress, trace=told, timeline=True)


def simulate(
    scenario: AnyScenario | Network,
    *,
    progress: bool | Progress | None = None,
    trace: Trace | None = None,
    timeline: bool = False,
    **settings: Unpack[Settings],
) -> Runs:
    """Simulate a scenario as often as it asks for, and say nothing of it.

    Parameters
    ----------
    scenario
        The pipeline; or what `toc_sim.load` reads, or a network.
    progress
        As of `Options`.
    trace
        Called with everything that happens in the first replication.
    timeline
        Whether to keep the active periods of every server.
    settings
        `Settings` of the run.

    Returns
    -------
    All replications, measured over the same window; one where nothing is left to
    chance. `toc_sim.diagnose` names the constraint.

    Raises
    ------
    TocError
        If nothing was bought in any of them.

    Examples
    --------
    >>> from toc_sim import diagnose, simulate
    >>> runs = simulate("scenarios/paper_cups.yaml", horizon=50)
    >>> [(result.bought, result.throughput) for result in runs.results]
    [(400, 8.0)]
    >>> diagnose(runs).constraint
    ('machine_2',)
    """
    if isinstance(scenario, Network):
        net = scenario
    else:
        net = network(scenario_of(scenario, settings))
    with progress_for(progress) as about:
        told = about("simulating", lambda: must_compile(net))
        return simulated(net, progress=told, trace=trace, timeline=timeline)
