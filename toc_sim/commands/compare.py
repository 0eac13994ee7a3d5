"""From a question about tools to the answer that is printed."""

from __future__ import annotations

from functools import partial

from toc_sim.commands.ask import answer, as_options, asking
from toc_sim.experiment.compare.compare import Question, compare
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.report.documents.compare import comparison_document
from toc_sim.report.text.compare import comparison_sentence, show_comparison
from toc_sim.scenario.model import Scenario


def compared(
    scenario: Scenario,
    question: Question,
    facilities: Facilities,
    *,
    as_json: bool,
    quiet: bool,
    changes: bool = False,
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
    changes
        Whether to print what each candidate changes, too.
    """
    command = f"compare{as_options(question)}"
    with asking("comparing", command, scenario, facilities) as study:
        found = compare(scenario, question, study.laboratory)
        run = study.finish(found.trials)
    answer(
        partial(comparison_document, found, run) if as_json else None,
        comparison_sentence(found) if quiet else None,
        lambda console: show_comparison(found, console, run, changes=changes),
    )
