"""A question of the command line: what it may take is told, then it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from toc_sim.commands.announcement import announce, policies_to_try
from toc_sim.commands.outputs import Wanted
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.interface.progress import on_a_terminal
from toc_sim.interface.question import Options
from toc_sim.network import network
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Answering(Wanted):
    """How a question is answered, and what is printed.

    Attributes
    ----------
    facilities
        Where to simulate, and where to keep it.
    """

    facilities: Facilities


def announced(
    scenario: Scenario, facilities: Facilities, variants: int = 1, *, kept: bool = False
) -> Options:
    """Tell what a question will take, if it is much, and return how it is asked.

    Parameters
    ----------
    scenario
        What it is asked of.
    facilities
        Where to simulate, and where to keep it.
    variants
        How many are simulated at least, the scenario itself included.
    kept
        Whether all their results are in memory at once.

    Raises
    ------
    TocError
        If it is more than the machine has, or than anybody waits for.
    """
    net = network(scenario)
    steps = policies_to_try(net) if facilities.policies else 0
    announce(net, variants, policies=steps * variants, kept=kept)
    return Options(
        workers=facilities.workers,
        cluster=facilities.cluster,
        store=facilities.store or False,
        policies=facilities.policies,
        progress=on_a_terminal(),
    )
