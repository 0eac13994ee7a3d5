"""A question of the command line: what it may take is told, then it is asked.

What takes long, or much memory, is told before it begins, or refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import click

from toc_sim.commands.outputs import Wanted, given_command
from toc_sim.engine.effort import Effort, effort
from toc_sim.errors import TocError
from toc_sim.experiment.runner.laboratory import Facilities
from toc_sim.interface.progress import on_a_terminal
from toc_sim.interface.question import Options
from toc_sim.network import Network, network, policy_steps
from toc_sim.report.given_command import RUN
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


YES = "toc_sim.yes"
"""Under this name click's context says that whatever it takes is wanted."""

WORTH_TELLING_SECONDS, MOST_SECONDS = 60.0, 600.0
"""From when on it is told how long a command takes, and refused [s]."""

WORTH_TELLING_BYTES = 1e9
"""From when on it is told how much memory a command takes [bytes]."""


NO_POLICY = (
    "note: there is no policy to try: no opening hours, no pool with several stages, "
    "no limit on release, no finite buffer and no batch"
)
"""What is said where every policy is to be tried, and there is none."""


def policies_to_try(net: Network) -> int:
    """Return how many steps of policies there are; say so if there is none.

    Parameters
    ----------
    net
        The network whose policies are to be tried.
    """
    count = sum(1 for _ in policy_steps(net))
    if not count:
        click.echo(NO_POLICY, err=True)
    return count


def announce(
    net: Network, variants: int = 1, *, policies: int = 0, kept: bool = True
) -> None:
    """Tell what runs will take, if it is much; refuse them if it is too much.

    Parameters
    ----------
    net, variants, policies, kept
        As of `toc_sim.engine.effort.effort`.

    Raises
    ------
    TocError
        If it is more than the machine has, or than anybody waits for, and ``--yes`` was
        not given.
    """
    needed = effort(net, variants, policies=policies, kept=kept)
    if needed.seconds < WORTH_TELLING_SECONDS and needed.bytes < WORTH_TELLING_BYTES:
        return
    told = f"this will take about {_time(needed.seconds)} and {_memory(needed.bytes)}"
    told += f" of memory ({_count(needed.events)} events in {needed.runs:,.0f} runs)"
    context = click.get_current_context(silent=True)
    agreed = context is not None and context.find_root().meta.get(YES, False)
    if not agreed and (why := _too_much(needed)):
        settings = net.scenario.run
        less = f"a run.horizon below {settings.horizon:g} takes less"
        if settings.replications > 1:
            less = (
                f"a run.horizon below {settings.horizon:g}, or run.replications below "
                f"{settings.replications}, take less"
            )
        raise TocError(
            f"{told}, {why}; nothing was run\n"
            f"    hint: {less}; to run it all the same: "
            f"{given_command(RUN).changed({'--yes': ''})}"
        )
    click.echo(told, err=True)


def _too_much(needed: Effort) -> str:
    """Return why that is too much; empty if it is not."""
    there = _there()
    if there is not None and needed.bytes > there:
        return f"and this machine has {_memory(there)}"
    if needed.seconds > MOST_SECONDS:
        return f"more than {_time(MOST_SECONDS)}"
    return ""


def _there() -> float | None:
    """Return the memory of this machine [bytes]; None where it cannot be known."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return None


def _time(seconds: float) -> str:
    """Return a time as people say it."""
    for unit, size in (("years", 3.156e7), ("days", 86400.0), ("hours", 3600.0)):
        if seconds >= 2 * size:
            return f"{_three_digits(seconds / size)} {unit}"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes > 2 else f"{seconds:.0f} s"  # noqa: PLR2004


def _memory(size: float) -> str:
    """Return a size as people say it."""
    for unit, bytes_of_it in (("TB", 1e12), ("GB", 1e9)):
        if size >= bytes_of_it:
            return f"{_three_digits(size / bytes_of_it)} {unit}"
    return f"{max(1.0, size / 1e6):.0f} MB"


def _count(events: float) -> str:
    """Return a large number as people say it."""
    for word, size in (("billion", 1e9), ("million", 1e6)):
        if events >= size:
            return f"{_three_digits(events / size)} {word}"
    return f"{events:,.0f}"


def _three_digits(number: float) -> str:
    """Return a number of 1 or more with three digits, or all before its point."""
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"  # noqa: PLR2004
