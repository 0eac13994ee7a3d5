"""The command that varies parameters, or compares the variants of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from toc_sim.cli.main import main
from toc_sim.cli.options import (
    facility_options,
    json_option,
    loaded,
    run_options,
    scenario_argument,
    set_option,
)

if TYPE_CHECKING:
    from toc_sim.experiment.runner.laboratory import Facilities
    from toc_sim.experiment.sweep.points import Axis


def _axes(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[Axis, ...]:
    """Return what is to be varied."""
    from toc_sim.experiment.sweep.points import read_axis, refuse_too_many

    try:
        axes = tuple(read_axis(text) for text in given)
        refuse_too_many(axes)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return axes


@main.command()
@scenario_argument
@set_option
@click.option(
    "--vary",
    "axes",
    metavar="PATH=FROM:TO:STEP",
    multiple=True,
    callback=_axes,
    help="Vary a parameter, or PATH=a,b,c; several give all combinations.",
)
@click.option(
    "--variants", is_flag=True, help="Compare the file's variants, as without --vary."
)
@click.option("--variant", metavar="NAME", help="Start from this variant of the file.")
@run_options
@facility_options
@json_option
@click.option(
    "--csv", metavar="FILE", help="Write the table to FILE; - is standard output."
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw throughput and constraint: .png, .svg or .pdf.",
)
def sweep(
    scenario: str,
    overrides: dict[str, str],
    axes: tuple[Axis, ...],
    facilities: Facilities,
    *,
    variants: bool,
    variant: str | None,
    **outputs: Any,
) -> None:
    """Vary parameters, or compare variants: throughput and constraint at each point.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.sweep import SweepOutputs, report_sweep

    wanted = SweepOutputs(**outputs)
    _agree(axes, variants=variants, variant=variant, wanted=wanted)
    base = loaded(scenario, overrides)
    if variant is not None:
        from toc_sim.tools import variant as variant_of

        base = variant_of(base, variant)
    asked = [f"--vary {axis.text}" for axis in axes] or ["--variants"]
    report_sweep(base, axes, " ".join(("sweep", *asked)), facilities, wanted)


def _agree(
    axes: tuple[Axis, ...], *, variants: bool, variant: str | None, wanted: Any
) -> None:
    """Refuse options that do not go together."""
    if variants and axes:
        raise click.UsageError(
            "give --vary or --variants; --variant NAME varies one of them"
        )
    if variant is not None and not axes:
        raise click.UsageError("--variant says where --vary starts; give --vary too")
    if wanted.as_json and wanted.csv == "-":
        raise click.UsageError("give --json or --csv -, not both")
