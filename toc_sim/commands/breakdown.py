"""From the question which parameter to push to the answer that is printed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from toc_sim.commands.ask import Answering, ask
from toc_sim.commands.outputs import print_answer, refuse_picture, writing
from toc_sim.experiment.breakdown.attribute import attribute
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.runner.laboratory import NAME_LETTERS
from toc_sim.report.documents.breakdown import attribution_document, breakdown_document
from toc_sim.report.text.attribution import attribution_sentence, show_attribution
from toc_sim.report.text.breakdown import breakdown_sentence, show_breakdown
from toc_sim.scenario.file.dump import dump
from toc_sim.scenario.model import Scenario


def report_breakdown(
    scenario: Scenario, answering: Answering, plot: Path | None = None
) -> None:
    """Break a scenario down to its parameters, and print and draw what was found.

    Parameters
    ----------
    scenario
        The pipeline.
    answering
        Where to simulate, and what to print.
    plot
        A file for the tornado, or None.

    Raises
    ------
    TocError
        If the figure cannot be written, or nothing was bought.
    """
    if plot is not None:
        refuse_picture(plot)
    found, run = ask(
        "breaking down",
        "breakdown",
        scenario,
        answering.facilities,
        lambda laboratory: breakdown(scenario, laboratory),
    )
    if plot is not None:
        from toc_sim.report.figures.tornado import draw_breakdown

        with writing(plot):
            draw_breakdown(found, plot)
    print_answer(
        lambda: breakdown_document(found, run),
        lambda: breakdown_sentence(found),
        lambda console: show_breakdown(found, console, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )


def report_attribution(
    scenario: Scenario, before: Scenario, answering: Answering
) -> None:
    """Attribute the change between two scenarios, and print what was found.

    Parameters
    ----------
    scenario, before
        What there is, and what it is held against.
    answering
        Where to simulate, and what to print.
    """
    other = sha256(dump(before).encode()).hexdigest()[:NAME_LETTERS]
    found, run = ask(
        "breaking down",
        f"breakdown --against {other}",
        scenario,
        answering.facilities,
        lambda laboratory: attribute(before, scenario, laboratory),
    )
    print_answer(
        lambda: attribution_document(found, run),
        lambda: attribution_sentence(found),
        lambda console: show_attribution(found, console, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )
