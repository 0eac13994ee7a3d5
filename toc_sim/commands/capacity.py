"""From a scenario and tools to what theory says of them, printed."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim.capacity import theory
from toc_sim.commands.outputs import print_answer
from toc_sim.network import network
from toc_sim.report.documents.capacity import capacity_document
from toc_sim.report.text.capacity import theory_blocks, theory_sentence
from toc_sim.scenario.model import Scenario
from toc_sim.tools import closure, with_tools


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
    chosen = {each for name in tools for each in closure(scenario, name)}
    bought = tuple(name for name in scenario.tools if name in chosen)
    net = network(with_tools(scenario, bought, at_once=True))
    found = theory(net)
    titles = tuple(map(scenario.title, bought))
    print_answer(
        lambda: capacity_document(net, found, bought),
        lambda: theory_sentence(net, found),
        lambda width: theory_blocks(net, found, width, titles),
        as_json=as_json,
        quiet=quiet,
    )
