"""What theory says without a simulation: the constraint, and the long run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Unpack

from toc_sim.experiment.variant import VariantRuns
from toc_sim.interface.answer import Answer
from toc_sim.interface.question import AnyScenario, Settings, scenario_of
from toc_sim.language import phrase
from toc_sim.network import Network, network
from toc_sim.report.document import JsonObject
from toc_sim.report.documents.capacity import capacity_document
from toc_sim.report.formats import alone, pace_unit, titles
from toc_sim.report.text.capacity import theory_blocks, theory_sentence
from toc_sim.report.text.table import Blocks
from toc_sim.scenario.model import Scenario
from toc_sim.theory import Theory, theory
from toc_sim.tools import with_required, with_tools


@dataclass(frozen=True, slots=True)
class WhatTheorySays:
    """What theory says of a scenario with some tools at work.

    Attributes
    ----------
    network
        The pipeline, the tools in it.
    theory
        What is exact, and why not all is.
    tools
        Those at work, with all that they require.
    titles
        What they are called.
    """

    network: Network
    theory: Theory
    tools: tuple[str, ...]
    titles: tuple[str, ...]


class CapacityAnswer(Answer[WhatTheorySays]):
    """What theory says (`toc_sim.capacity`)."""

    __slots__ = ()

    @property
    def sentence(self) -> str:
        """The constraint and the throughput by theory, and how exact that is."""
        return theory_sentence(self.record.network, self.record.theory)

    def document(self) -> JsonObject:
        """Return what theory says as JSON will have it."""
        found = self.record
        return capacity_document(found.network, found.theory, found.tools)

    def blocks(self, width: int) -> Blocks:
        """Return why, the table of nodes, and the best mix of products."""
        found = self.record
        return theory_blocks(found.network, found.theory, width, found.titles)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the constraint, and what capacity allows."""
        net, static = self.record.network, self.record.theory.static
        unit = pace_unit(net.scenario)
        yield phrase("constraint by capacity"), titles(net.scenario, static.constraint)
        yield phrase("throughput at most"), f"{alone(static.throughput)} {unit}"

    def runs_of(self) -> tuple[Scenario, Sequence[VariantRuns]]:
        """Return no runs: there were none."""
        return self.record.network.scenario, ()


def capacity(
    scenario: AnyScenario, *, tools: Sequence[str] = (), **settings: Unpack[Settings]
) -> CapacityAnswer:
    """Say without a simulation what theory knows: the constraint, and the long run.

    Parameters
    ----------
    scenario
        The pipeline; or what `toc_sim.load` reads.
    tools
        Tools of the file at work in full, with what they require.
    settings
        `Settings` of the run.

    Raises
    ------
    TocError
        If there is no such tool.

    Examples
    --------
    >>> import toc_sim
    >>> answer = toc_sim.capacity("scenarios/paper_cups.yaml")
    >>> answer.theory.static.throughput, answer.theory.static.constraint
    (8.0, ('machine_2',))
    """
    start = scenario_of(scenario, settings)
    bought = with_required(start, tools)
    net = network(with_tools(start, bought, at_once=True))
    named = tuple(map(start.title, bought))
    return CapacityAnswer(WhatTheorySays(net, theory(net), bought, named))
