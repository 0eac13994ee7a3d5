"""From a question about tools to the answer that is printed."""

from __future__ import annotations

from dataclasses import asdict

import click

from toc_sim.experiment.comparing import Question, compare
from toc_sim.experiment.opening import Facilities, opened
from toc_sim.experiment.study import Study, rows_of
from toc_sim.report.comparison_json import comparison_document
from toc_sim.report.comparison_report import comparison_sentence, show_comparison
from toc_sim.report.console import terminal
from toc_sim.report.documents import encoded
from toc_sim.report.progress import progress_of
from toc_sim.scenario.model import Scenario


def compared(
    scenario: Scenario,
    question: Question,
    facilities: Facilities,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compare tools and tell what was found.

    Parameters
    ----------
    scenario, question
        What is asked, of what.
    facilities
        Where to simulate, and where to keep it.
    as_json, quiet
        Whether to print one JSON object, or the answer alone.
    """
    with progress_of("comparing") as progress, opened(facilities, progress) as place:
        study = Study(place, f"compare {_asked(question)}".rstrip(), scenario)
        study.begin()
        found = compare(scenario, question, place)
        run = study.finish(rows_of(found.trials))
    if as_json:
        click.echo(encoded(comparison_document(found, run)), nl=False)
    elif quiet:
        terminal().print(comparison_sentence(found), soft_wrap=True)
    else:
        show_comparison(found, terminal(), run)


def _asked(question: Question) -> str:
    """Write a question as on a command line, defaults left out."""
    default = asdict(Question())
    parts: list[str] = []
    for name, value in asdict(question).items():
        if value == default[name]:
            continue
        if name == "tools":
            parts += (f"--tool {tool}" for tool in value)
        else:
            parts.append(f"--{name}" if value is True else f"--{name} {value}")
    return " ".join(parts)
