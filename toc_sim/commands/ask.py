"""A question on its way to an answer: the bar, the laboratory, the study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from toc_sim.commands.outputs import Wanted, progress_bar
from toc_sim.engine.simulate import must_compile, waits_for_compiler
from toc_sim.experiment.runner.laboratory import (
    Facilities,
    Found,
    Laboratory,
    open_laboratory,
)
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


_F = TypeVar("_F", bound=Found)


def ask(
    what: str,
    command: str,
    scenario: Scenario,
    facilities: Facilities,
    find: Callable[[Laboratory], _F],
) -> tuple[_F, str | None]:
    """Find an answer and record its runs, while a bar tells how far it is.

    Parameters
    ----------
    what
        The work, in a word: ``comparing``.
    command
        What is asked, as on a command line, without where and how fast.
    scenario
        What it is asked of.
    facilities
        Where to simulate, and where to keep it.
    find
        Finds the answer in a laboratory.

    Returns
    -------
    The answer, and the name under which its runs are kept; None without a store.
    """
    with progress_bar() as about:
        progress = about(what, lambda: must_compile(network(scenario)))
        waits = waits_for_compiler(scenario)
        with open_laboratory(facilities, progress, waits=waits) as laboratory:
            return laboratory.answer(command, scenario, find)
