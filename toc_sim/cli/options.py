"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from toc_sim.cli import completion
from toc_sim.errors import Argument, Problem, ScenarioError, TocError
from toc_sim.language import ENGLISH, languages, speaking

if TYPE_CHECKING:
    from toc_sim.commands.outputs import Wanted
    from toc_sim.experiment.runner.laboratory import Facilities
    from toc_sim.scenario.model import Scenario

_Command = Callable[..., Any]


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


scenario_argument = click.argument(
    "scenario", metavar="FILE", shell_complete=completion.files
)
"""The scenario that a command works on; ``-`` is standard input."""

set_option = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    callback=_overrides,
    shell_complete=completion.paths,
    help="Change a parameter: machine_2.capacity=15, 'flow.a->b=0.3', run.seed=1. "
    "May be given several times.",
)
"""``--set PATH=VALUE``, given to a command as `overrides` by path."""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object."
)
"""``--json``, given to a command as `as_json`."""

csv_dialect_option = click.option(
    "--csv-dialect",
    type=click.Choice(["plain", "excel-ru"]),
    default="plain",
    show_default=True,
    help="Of CSV; excel-ru: semicolons and decimal commas, for a Russian Excel.",
)
"""``--csv-dialect``, one of `report.csv_dialect.CSV_DIALECTS`."""

page_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.html",
    help="The page to write.",
)
"""``-o FILE.html``, given to a command as `output`."""

wide_option = click.option(
    "--wide", is_flag=True, help="Print every column, however narrow the window."
)
"""``--wide``."""


def _speak(context: click.Context, _option: click.Parameter, given: str) -> None:
    """Speak a language as long as a command is at work."""
    context.with_resource(speaking(given))


def lang_option(default: str | Callable[[], str] = ENGLISH) -> Callable[..., _Command]:
    """Return ``--lang``, and what is spoken where nothing is said.

    Parameters
    ----------
    default
        A language, or what returns one.
    """
    return click.option(
        "--lang",
        type=click.Choice(languages()),
        default=default,
        envvar="TOC_SIM_LANG",
        callback=_speak,
        expose_value=False,
        is_eager=True,
        help="The language of the answer; TOC_SIM_LANG says it for all commands.",
    )


_PRINTED = (
    lang_option(),
    wide_option,
    click.option("-q", "--quiet", is_flag=True, help="Print the answer alone."),
    json_option,
)
"""What of an answer to print, the last first."""


def _agree(context: click.Context, _option: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's
    """Remember that the user wants it, however long it takes."""
    context.find_root().meta["toc_sim.yes"] = given


yes_option = click.option(
    "--yes",
    is_flag=True,
    expose_value=False,
    callback=_agree,
    help="Run it, however long it takes and whatever memory.",
)
"""``--yes``, which commands find in click's context."""

margin_option = click.option(
    "--margin",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=0.005,
    show_default=True,
    metavar="SHARE",
    help="The part of the throughput that makes a difference.",
)
"""``--margin SHARE``."""

policies_option = click.option(
    "--policies",
    is_flag=True,
    help="Try opening hours, orders of work, limits, buffers and batches, one step "
    "each.",
)
"""``--policies``."""

store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    envvar="TOC_SIM_STORE",
    help="Where results are kept, to be used again and to go on after a stop; by "
    "default what TOC_SIM_STORE says, or a file in your own state directory.",
)
"""``--store FILE``."""

_FACILITIES = (
    policies_option,
    click.option(
        "--no-store", is_flag=True, help="Keep nothing, and use nothing that was kept."
    ),
    store_option,
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="A Dask scheduler to run on, tcp://host:8786.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes; by default all cores, if there is enough to do.",
    ),
)
"""Where and what to simulate and where to keep it, the last first."""

SETTINGS = {
    "replications": ("N", "Independent runs."),
    "horizon": ("TIME", "Measured time."),
    "warmup": ("TIME", "Time before measuring, or auto."),
    "seed": ("N", "The same seed gives the same figures."),
    "confidence": ("SHARE", "Of the intervals, as 0.95."),
    "engine": ("NAME", "simpy or compiled; auto: what is sooner done."),
}
"""Settings of the run that have an option of their own."""


def file_option(*names: str, text: str) -> Callable[[_Command], _Command]:
    """Return an option that names a file to write, with its text of help."""
    kind = click.Path(path_type=Path)
    return click.option(*names, type=kind, metavar="FILE", help=text)


def tool_options(command: _Command) -> _Command:
    """Give a command ``--set``, ``--tool``, as `tools`, and ``--budget``."""
    for option in (
        click.option(
            "--budget",
            type=click.FloatRange(min=0),
            metavar="MONEY",
            help="To pay at once.",
        ),
        click.option(
            "--tool",
            "tools",
            metavar="NAME",
            multiple=True,
            shell_complete=completion.tools,
            help="Only this tool; repeatable.",
        ),
        set_option,
    ):
        command = option(command)
    return command


def run_options(command: _Command) -> _Command:
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
        click.get_current_context().meta[_OPTIONS] = given
        return command(overrides={**overrides, **given}, **options)

    for name, (metavar, text) in reversed(SETTINGS.items()):
        option = click.option(f"--{name}", metavar=metavar, help=text)
        with_settings = option(with_settings)
    return yes_option(with_settings)


def facility_options(command: _Command) -> _Command:
    """Give a command `run_options`, and where to simulate and to keep it.

    It gets that as `facilities`.
    """

    @wraps(command)
    def with_facilities(**options: Any) -> Any:
        from toc_sim.experiment.runner.laboratory import Facilities

        names = ("workers", "cluster", "store", "no_store", "policies")
        workers, cluster, store, no_store, policies = (
            options.pop(name) for name in names
        )
        source = click.get_current_context().get_parameter_source("store")
        if no_store and source is ParameterSource.COMMANDLINE:
            raise click.UsageError("give --store or --no-store, not both")
        if cluster is not None and workers is not None:
            raise click.UsageError("give --workers or --cluster, not both")
        file = None if no_store else store or _own_store()
        return command(
            facilities=Facilities(workers, cluster, file, policies), **options
        )

    for option in _FACILITIES:
        with_facilities = option(with_facilities)
    return run_options(with_facilities)


def _own_store() -> Path | None:
    """Return the store in the user's own directory; None, and say it, if it has none.

    What is kept saves time and nothing else: without it every question is answered.
    """
    from toc_sim.experiment.runner.laboratory import default_store

    path = default_store()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.access(path if path.exists() else path.parent, os.W_OK):
            return path
        reason = "permission denied"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    click.echo(f"note: nothing is kept: {path} cannot be written: {reason}", err=True)
    return None


def printing_options(command: _Command) -> _Command:
    """Give a command ``--json``, ``--quiet`` and ``--wide``, as `wanted`."""

    @wraps(command)
    def with_wanted(*, as_json: bool, quiet: bool, wide: bool, **options: Any) -> Any:
        from toc_sim.commands.outputs import Wanted

        return command(wanted=Wanted(as_json, quiet, wide), **options)

    told: _Command = with_wanted
    for option in _PRINTED:
        told = option(told)
    return told


def answer_options(command: _Command) -> _Command:
    """Give a command the settings of the run, where to simulate, and what to print.

    It gets them as `answering`.
    """

    @wraps(command)
    def with_answering(
        *, wanted: Wanted, facilities: Facilities, **options: Any
    ) -> Any:
        from toc_sim.commands.ask import Answering

        answering = Answering(wanted.as_json, wanted.quiet, wanted.wide, facilities)
        return command(answering=answering, **options)

    return facility_options(printing_options(with_answering))


def loaded(scenario: str, overrides: dict[str, str]) -> Scenario:
    """Return the scenario of a file, or of standard input for ``-``.

    Parameters
    ----------
    scenario
        The path of a file, of a workbook too, or ``-``.
    overrides
        New values by parameter, as of `toc_sim.load`.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in the order of the file.
    """
    from toc_sim.interface.scenario_files import load
    from toc_sim.scenario.load import LARGEST_FILE, read

    if scenario == "-":
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        found = read(content, "<stdin>", overrides)
    else:
        found = load(scenario, overrides)
    tell_of_servers(found, overrides)
    return found


def tell_of_servers(scenario: Scenario, paths: Iterable[str]) -> None:
    """Say on standard error which servers share a capacity that stays what it is.

    Parameters
    ----------
    scenario
        With the new values.
    paths
        The parameters that have one.
    """
    paths = tuple(paths)
    for path in paths:
        name, _, field = path.rpartition(".")
        capacity = getattr(scenario.stages.get(name), "capacity", None)
        if (
            field == "servers"
            and capacity is not None
            and f"{name}.capacity" not in paths
        ):
            click.echo(
                f"note: {path} changes no speed: the servers of {name} share its "
                f"capacity; give it a rate or a time, each server's own, or set "
                f"{name}.capacity",
                err=True,
            )


_OPTIONS = "toc_sim.options"
"""Under this name click's context says which settings were given as options."""


def in_options(error: TocError) -> str:
    """Return what an error says, with options where Python has arguments.

    Parameters
    ----------
    error
        Of the library: ``budget=-1: must be 0 or more``.
    """
    problems: tuple[Problem, ...] | None = getattr(error, "problems", None)
    if problems is None:
        return str(error)
    settings: dict[str, str] = click.get_current_context().meta.get(_OPTIONS, {})

    def written(asked: Argument) -> str:
        path, _, value = asked.value.partition("=")
        is_setting = asked.option == "set" and settings.get(path) == value
        return (
            f"--{path.partition('.')[2]} {value}" if is_setting else asked.as_option()
        )

    def with_options(problem: Problem) -> Problem:
        given = " ".join(map(written, problem.asked))
        place = ": ".join(part for part in (given, problem.place) if part)
        return replace(problem, place=place, asked=())

    return str(ScenarioError(map(with_options, problems)))
