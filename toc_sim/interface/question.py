"""What every question shares: the scenario, its settings, and where it is simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from toc_sim.engine.simulate import Progress, must_compile, waits_for_compiler
from toc_sim.errors import closest
from toc_sim.experiment.runner.laboratory import (
    Facilities,
    Found,
    Laboratory,
    default_store,
    open_laboratory,
)
from toc_sim.interface.progress import progress_for
from toc_sim.interface.scenario_files import load
from toc_sim.network import network
from toc_sim.scenario.load import Readable
from toc_sim.scenario.model import Scenario

AnyScenario = Scenario | Readable
"""A scenario, or what `toc_sim.load` reads."""


class Settings(TypedDict, total=False):
    """How often and how long is simulated; what is not said is as the file says.

    Attributes
    ----------
    replications
        Independent runs.
    horizon
        The measured time [periods].
    warmup
        The time before measuring [periods], or ``"auto"``.
    seed
        The same seed gives the same figures.
    confidence
        Of the intervals [1].
    engine
        ``"simpy"``, ``"compiled"`` or ``"auto"``.

    Examples
    --------
    >>> import toc_sim
    >>> short: toc_sim.Settings = {"horizon": 20, "seed": 7}
    >>> toc_sim.simulate("scenarios/paper_cups.yaml", **short).results[0].bought
    160
    """

    replications: int
    horizon: float
    warmup: float | str
    seed: int
    confidence: float
    engine: str


class Options(Settings, total=False):
    """What every question may be told besides.

    Attributes
    ----------
    policies
        Whether to try opening hours, orders of work, limits, buffers and batches, one
        step each. By default False.
    workers
        Processes; by default all cores, if there is enough to do.
    cluster
        The address of a Dask scheduler to run on.
    store
        The file that keeps results, to be used again and to go on after a stop; True,
        the default: what ``TOC_SIM_STORE`` says, or a file in your own state
        directory; False: nothing is kept or used.
    progress
        Whether to show a bar, by default in a notebook; or a function that is told how
        many runs are done, and of how many.

    Examples
    --------
    >>> import toc_sim
    >>> here: toc_sim.Options = {"store": False, "workers": 1, "horizon": 20}
    >>> toc_sim.run("scenarios/paper_cups.yaml", **here).throughput
    8.0
    """

    policies: bool
    workers: int | None
    cluster: str | None
    store: str | PathLike[str] | bool
    progress: bool | Progress | None


def scenario_of(source: AnyScenario, options: Mapping[str, Any]) -> Scenario:
    """Return a scenario with its settings, and refuse what no question is told.

    Parameters
    ----------
    source
        The scenario, or what `toc_sim.load` reads.
    options
        As of `Options`.

    Raises
    ------
    TypeError
        If something else was said.
    ScenarioError
        With everything that is wrong.
    """
    known = Options.__annotations__ | Settings.__annotations__
    for name in options:
        if name not in known:
            near = closest(name, known)
            hint = f". Did you mean '{near}'?" if near else ""
            raise TypeError(f"unexpected keyword argument '{name}'{hint}")
    scenario = source if isinstance(source, Scenario) else load(source)
    given = {
        f"run.{name}": value
        for name, value in options.items()
        if name in Settings.__annotations__ and value is not None
    }
    return scenario.changed(given) if given else scenario


def facilities_of(options: Mapping[str, Any]) -> Facilities:
    """Return where to simulate, and where to keep it.

    Parameters
    ----------
    options
        As of `Options`.
    """
    store = options.get("store", True)
    file = default_store() if store is True else Path(store) if store else None
    return Facilities(
        options.get("workers"),
        options.get("cluster"),
        file,
        options.get("policies", False),
    )


_F = TypeVar("_F", bound=Found)


def ask(
    what: str,
    command: str,
    scenario: Scenario,
    options: Mapping[str, Any],
    find: Callable[[Laboratory], _F],
) -> tuple[_F, str, str | None, tuple[str, ...]]:
    """Find an answer and record its runs, while somebody is told how far it is.

    Parameters
    ----------
    what
        The work, in a word: ``comparing``.
    command
        What is asked, as on a command line, without where and how fast.
    scenario
        What it is asked of.
    options
        As of `Options`.
    find
        Finds the answer in a laboratory.

    Returns
    -------
    What an `Answer` is made of: what was found, what was asked, the name under which
    its runs are kept (None without a store), and remarks.
    """
    facilities = facilities_of(options)
    asked = f"{command} --policies" if facilities.policies else command
    waits = waits_for_compiler(scenario)
    with progress_for(options.get("progress")) as about:
        progress = about(what, lambda: must_compile(network(scenario)))
        with open_laboratory(facilities, progress, waits=waits) as laboratory:
            found, kept = laboratory.answer(asked, scenario, find)
    return found, asked, kept, tuple(_damage(laboratory))


def _damage(laboratory: Laboratory) -> Iterator[str]:
    """Yield how much of what was kept was found damaged, if any was."""
    store = laboratory.store
    if store is not None and (count := len(store.damaged)):
        were = "result was" if count == 1 else "results were"
        yield (
            f"{store.path}: {count} stored {were} damaged, and simulated again: a sign "
            "that the disk is failing"
        )
