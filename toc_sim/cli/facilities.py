"""Where a command simulates and what it keeps: workers, a cluster, a store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

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
        from toc_sim.experiment.opening import Facilities, default_store

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
