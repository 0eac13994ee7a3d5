"""From the question which parameter to push to the answer that is printed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from toc_sim.commands.ask import Answering, asking
from toc_sim.commands.outputs import print_answer, refuse_picture, writing
from toc_sim.experiment.breakdown.attribute import attribute
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.study import NAME_LETTERS
from toc_sim.report.documents.breakdown import attribution_document, breakdown_document
from toc_sim.report.text.breakdown import (
    attribution_blocks,
    attribution_sentence,
    breakdown_blocks,
    breakdown_sentence,
)
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
    with asking("breaking down", "breakdown", scenario, answering.facilities) as study:
        found = breakdown(scenario, study.laboratory)
        run = study.finish(found.trials)
    if plot is not None:
        from toc_sim.report.figures.tornado import draw_breakdown

        with writing(plot):
            draw_breakdown(found, plot)
    print_answer(
        lambda: breakdown_document(found, run),
        lambda: breakdown_sentence(found),
        lambda width: breakdown_blocks(found, width, run),
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
    command = f"breakdown --against {other}"
    with asking("breaking down", command, scenario, answering.facilities) as study:
        found = attribute(before, scenario, study.laboratory)
        run = study.finish(found.trials)
    print_answer(
        lambda: attribution_document(found, run),
        lambda: attribution_sentence(found),
        lambda width: attribution_blocks(found, width, run),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )
