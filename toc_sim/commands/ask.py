"""A question on its way to an answer: the bar, the laboratory, the study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from toc_sim.commands.announcement import announce, policies_to_try
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
    variants: int = 1,
    *,
    kept: bool = False,
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
    variants
        How many are simulated at least, the scenario itself included.
    kept
        Whether all their results are in memory at once.

    Returns
    -------
    The answer, and the name under which its runs are kept; None without a store.
    """
    net = network(scenario)
    steps = policies_to_try(net) if facilities.policies else 0
    announce(net, variants, policies=steps * variants, kept=kept)
    with progress_bar() as about:
        progress = about(what, lambda: must_compile(net))
        waits = waits_for_compiler(scenario)
        with open_laboratory(facilities, progress, waits=waits) as laboratory:
            asked = f"{command} --policies" if facilities.policies else command
            found = laboratory.answer(asked, scenario, find)
    if laboratory.store is not None and (count := len(laboratory.store.damaged)):
        were = "result was" if count == 1 else "results were"
        click.echo(
            f"{laboratory.store.path}: {count} stored {were} damaged, and simulated "
            "again: a sign that the disk is failing",
            err=True,
        )
    return found
