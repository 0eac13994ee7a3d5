"""From the question which parameter to push to the answer that is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import click

from toc_sim.errors import TocError
from toc_sim.experiment.breakdown.attributing import attribute
from toc_sim.experiment.breakdown.breaking import breakdown
from toc_sim.experiment.breakdown.measuring import Measured
from toc_sim.experiment.opening import Facilities, opened
from toc_sim.experiment.study import LETTERS, Row, Study
from toc_sim.report.breakdown_against import attribution_sentence, show_attribution
from toc_sim.report.breakdown_json import attribution_document, breakdown_document
from toc_sim.report.breakdown_report import show_breakdown
from toc_sim.report.breakdown_words import breakdown_sentence
from toc_sim.report.console import terminal
from toc_sim.report.documents import encoded
from toc_sim.report.progress import progress_of
from toc_sim.report.session import PICTURES
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.writing import dump


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
    if wanted.plot is not None and wanted.plot.suffix.lower() not in PICTURES:
        raise TocError(f"{wanted.plot}: a figure is {', '.join(PICTURES)}")
    with progress_of("breaking down") as progress, opened(facilities, progress) as lab:
        study = Study(lab, "breakdown", scenario)
        study.begin()
        found = breakdown(scenario, lab)
        run = study.finish(_rows(found.trials))
    if wanted.plot is not None:
        from toc_sim.report.breakdown_figure import draw_breakdown

        try:
            draw_breakdown(found, wanted.plot)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise TocError(f"{wanted.plot}: cannot be written: {reason}") from error
    if wanted.as_json:
        click.echo(encoded(breakdown_document(found, run)), nl=False)
    elif wanted.quiet:
        terminal().print(breakdown_sentence(found), soft_wrap=True)
    else:
        show_breakdown(found, terminal(), run)


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
    with progress_of("breaking down") as progress, opened(facilities, progress) as lab:
        other = sha256(dump(before).encode()).hexdigest()[:LETTERS]
        study = Study(lab, f"breakdown --against {other}", scenario)
        study.begin()
        found = attribute(before, scenario, lab)
        run = study.finish(_rows(found.trials))
    if wanted.as_json:
        click.echo(encoded(attribution_document(found, run)), nl=False)
    elif wanted.quiet:
        terminal().print(attribution_sentence(found), soft_wrap=True)
    else:
        show_attribution(found, terminal(), run)


def _rows(trials: Iterable[Measured]) -> tuple[Row, ...]:
    return tuple(
        Row(each.name, {"change": each.name}, each.work, each.results)
        for each in trials
    )
