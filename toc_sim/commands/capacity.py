"""From a scenario and tools to what theory says of them, printed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from toc_sim.capacity import theory
from toc_sim.commands.ask import answer
from toc_sim.network.build import network
from toc_sim.report.documents.capacity import capacity_document
from toc_sim.report.text.capacity import show_theory, theory_sentence
from toc_sim.scenario.model import Scenario
from toc_sim.tools import closure, with_tools


def theorised(
    scenario: Scenario, tools: Sequence[str], *, as_json: bool, quiet: bool
) -> None:
    """Tell what theory says of a scenario with some tools at work.

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
    answer(
        partial(capacity_document, net, found, bought) if as_json else None,
        theory_sentence(net, found) if quiet else None,
        lambda console: show_theory(net, found, console, titles),
    )
