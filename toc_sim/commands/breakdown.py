"""From the question which parameter to push to the answer that is printed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from toc_sim.commands.ask import answer, asking
from toc_sim.commands.outputs import refuse_picture, writing
from toc_sim.experiment.breakdown.attribute import attribute
from toc_sim.experiment.breakdown.breakdown import breakdown
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.experiment.study import NAME_LETTERS
from toc_sim.report.documents.breakdown import attribution_document, breakdown_document
from toc_sim.report.text.attribution import attribution_sentence, show_attribution
from toc_sim.report.text.breakdown import breakdown_sentence, show_breakdown
from toc_sim.scenario.file.dump import dump
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is wanted of a breakdown.

    Attributes
    ----------
    as_json, quiet
        Whether to print one JSON object, or the answer alone.
    plot
        A file for the tornado, or None.
    """

    as_json: bool = False
    quiet: bool = False
    plot: Path | None = None


def broken_down(scenario: Scenario, facilities: Facilities, wanted: Outputs) -> None:
    """Break a scenario down to its parameters and tell what was asked for.

    Parameters
    ----------
    scenario
        The pipeline.
    facilities
        Where to simulate, and where to keep it.
    wanted
        What to print and to draw.

    Raises
    ------
    TocError
        If the figure cannot be written, or nothing was bought.
    """
    if wanted.plot is not None:
        refuse_picture(wanted.plot)
    with asking("breaking down", "breakdown", scenario, facilities) as study:
        found = breakdown(scenario, study.laboratory)
        run = study.finish(found.trials)
    if wanted.plot is not None:
        from toc_sim.report.figures.tornado import draw_breakdown

        with writing(wanted.plot):
            draw_breakdown(found, wanted.plot)
    answer(
        partial(breakdown_document, found, run) if wanted.as_json else None,
        breakdown_sentence(found) if wanted.quiet else None,
        lambda console: show_breakdown(found, console, run),
    )


def attributed(
    scenario: Scenario, before: Scenario, facilities: Facilities, wanted: Outputs
) -> None:
    """Attribute the change between two scenarios and tell what was asked for.

    Parameters
    ----------
    scenario, before
        What there is, and what it is held against.
    facilities
        Where to simulate, and where to keep it.
    wanted
        What to print.
    """
    other = sha256(dump(before).encode()).hexdigest()[:NAME_LETTERS]
    command = f"breakdown --against {other}"
    with asking("breaking down", command, scenario, facilities) as study:
        found = attribute(before, scenario, study.laboratory)
        run = study.finish(found.trials)
    answer(
        partial(attribution_document, found, run) if wanted.as_json else None,
        attribution_sentence(found) if wanted.quiet else None,
        lambda console: show_attribution(found, console, run),
    )
