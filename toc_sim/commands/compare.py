"""From a question about tools to the answer that is printed."""

from __future__ import annotations

from toc_sim.commands.ask import Answering, as_options, asking
from toc_sim.commands.outputs import print_answer
from toc_sim.experiment.compare.compare import Question, compare
from toc_sim.report.documents.compare import comparison_document
from toc_sim.report.text.compare import comparison_blocks, comparison_sentence
from toc_sim.scenario.model import Scenario


def report_comparison(
    scenario: Scenario,
    question: Question,
    answering: Answering,
    *,
    changes: bool = False,
) -> None:
    """Compare tools and print what was found.

    Parameters
    ----------
    scenario, question
        What is asked, of what.
    answering
        Where to simulate, and what to print.
    changes
        Whether to print what each candidate changes, too.
    """
    command = f"compare{as_options(question)}"
    with asking("comparing", command, scenario, answering.facilities) as study:
        found = compare(scenario, question, study.laboratory)
        run = study.finish(found.trials)
    print_answer(
        lambda: comparison_document(found, run),
        lambda: comparison_sentence(found),
        lambda width: comparison_blocks(found, width, run, changes=changes),
        as_json=answering.as_json,
        quiet=answering.quiet,
    )
