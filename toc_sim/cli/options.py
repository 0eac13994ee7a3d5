"""Options that several commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toc_sim.errors import TocError

if TYPE_CHECKING:
    from toc_sim.scenario.model import Scenario

from collections.abc import Callable
from functools import wraps
from typing import Any

from click.core import ParameterSource


def _overrides(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Return the overrides by path."""
    overrides = {}
    for each in given:
        path, equals, value = each.partition("=")
        if not equals or not path.strip():
            raise click.BadParameter(f"'{each}' is not of the form PATH=VALUE")
        overrides[path.strip()] = value.strip()
    return overrides


scenario_argument = click.argument("scenario", metavar="FILE")
"""The scenario that a command works on; ``-`` is standard input."""


set_option = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    callback=_overrides,
    help="Change a parameter: machine_2.capacity=15, 'flow.a->b=0.3', run.seed=1. "
    "May be given several times.",
)
"""``--set PATH=VALUE``, given to a command as `overrides` by path."""


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object."
)
"""``--json``, given to a command as `as_json`."""


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Print the answer alone."
)
"""``--quiet``."""


tool_option = click.option(
    "--tool", "tools", metavar="NAME", multiple=True, help="Only this tool; repeatable."
)
"""``--tool NAME``, given to a command as `tools`."""


budget_option = click.option(
    "--budget", type=click.FloatRange(min=0), metavar="MONEY", help="To pay at once."
)
"""``--budget MONEY``."""


margin_option = click.option(
    "--margin",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=0.005,
    show_default=True,
    metavar="SHARE",
    help="The part of the throughput that makes a difference.",
)
"""``--margin SHARE``."""


def loaded(scenario: str, overrides: dict[str, str]) -> Scenario:
    """Return the scenario of a file, or of standard input for ``-``.

    Parameters
    ----------
    scenario
        The path of a file, or ``-``.
    overrides
        New values by parameter, as of `toc_sim.load`.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in the order of the file.
    """
    from toc_sim.scenario.load import LARGEST_FILE, load, read

    if scenario == "-":
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        return read(content, "<stdin>", overrides)
    return load(scenario, overrides)


def written_to(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text file.

    Parameters
    ----------
    path
        Where.
    text
        What.
    new
        Whether to refuse a file that is already there.
    """
    try:
        with path.open("x" if new else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise TocError(f"{path}: is already there; nothing was written") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error


WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes; by default all cores, if there is enough to do.",
)
CLUSTER = click.option(
    "--cluster",
    metavar="ADDRESS",
    help="A Dask scheduler to run on, tcp://host:8786.",
)
STORE = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    envvar="TOC_SIM_STORE",
    help="Where results are kept, to be used again and to go on after a stop; by "
    "default what TOC_SIM_STORE says, or a file in your own state directory.",
)
NO_STORE = click.option(
    "--no-store", is_flag=True, help="Keep nothing, and use nothing that was kept."
)


def facility_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--workers``, ``--cluster``, ``--store`` and ``--no-store``.

    It gets them as `facilities`.
    """

    @wraps(command)
    def with_facilities(**options: Any) -> Any:
        from toc_sim.experiment.runner.laboratory import Facilities, default_store

        names = ("workers", "cluster", "store", "no_store")
        workers, cluster, store, no_store = (options.pop(name) for name in names)
        source = click.get_current_context().get_parameter_source("store")
        if no_store and source is ParameterSource.COMMANDLINE:
            raise click.UsageError("give --store or --no-store, not both")
        if cluster is not None and workers is not None:
            raise click.UsageError("give --workers or --cluster, not both")
        file = None if no_store else store or default_store()
        return command(facilities=Facilities(workers, cluster, file), **options)

    for option in (NO_STORE, STORE, CLUSTER, WORKERS):
        with_facilities = option(with_facilities)
    return with_facilities


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the facilities, ``--json`` and ``--quiet``.

    It gets them as `answering`.
    """

    @wraps(command)
    def with_answering(**options: Any) -> Any:
        from toc_sim.commands.ask import Answering

        said = (options.pop(name) for name in ("facilities", "as_json", "quiet"))
        return command(answering=Answering(*said), **options)

    return facility_options(json_option(quiet_option(with_answering)))


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--replications``, ``--horizon``, ``--warmup``, ``--seed``.

    They join its `overrides`, as ``--set run.seed=1`` would.
    """

    @wraps(command)
    def with_settings(overrides: dict[str, str], **options: Any) -> Any:
        given = {
            f"run.{name}": value
            for name in SETTINGS
            if (value := options.pop(name)) is not None
        }
        return command(overrides={**overrides, **given}, **options)

    for name, (metavar, text) in reversed(SETTINGS.items()):
        option = click.option(f"--{name}", metavar=metavar, help=text)
        with_settings = option(with_settings)
    return with_settings


SETTINGS = {
    "replications": ("N", "Independent runs."),
    "horizon": ("TIME", "Measured time."),
    "warmup": ("TIME", "Time before measuring, or auto."),
    "seed": ("N", "The same seed gives the same figures."),
    "confidence": ("SHARE", "Of the intervals, as 0.95."),
    "engine": ("NAME", "simpy or compiled; auto: what is sooner done."),
}
"""Settings of the run that have an option of their own."""
