"""Commands about what was asked before: list it, and write it out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from toc_sim.cli.options import (
    csv_dialect_option,
    json_option,
    store_option,
    wide_option,
)
from toc_sim.errors import TocError

FORMATS = ("csv", "parquet", "xlsx", "json")
BINARY = ("parquet", "xlsx")
"""What is not fit for a terminal."""


@click.command()
@store_option
@json_option
@wide_option
def runs(store: Path | None, *, as_json: bool, wide: bool) -> None:
    """List what was asked, and what of it can be exported."""
    from toc_sim.experiment.runner.laboratory import default_store
    from toc_sim.experiment.store.store import Store
    from toc_sim.report.document import encoded, runs_document
    from toc_sim.report.text.runs import show_runs
    from toc_sim.report.text.table import terminal

    file = store or default_store()
    if file.exists():
        with Store(file) as kept:
            found = kept.studies()
    else:
        found = ()
    if as_json:
        click.echo(encoded(runs_document(found)), nl=False)
    else:
        show_runs(found, file, terminal(), wide=wide)


@click.command()
@click.argument("run")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="By default as FILE ends, or csv.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write to FILE; parquet and xlsx need one.",
)
@csv_dialect_option
@store_option
def export(
    run: str,
    form: str | None,
    output: Path | None,
    store: Path | None,
    csv_dialect: str,
) -> None:
    """Write all figures of a run as one tidy table.

    RUN is the beginning of its name, as 'toc-sim runs' lists it, or last.
    """
    from toc_sim.experiment.runner.laboratory import default_store
    from toc_sim.experiment.store.export import export_of
    from toc_sim.experiment.store.store import Store
    from toc_sim.report.exports import export_file, export_text

    to = None if output == Path("-") else output
    asked = form or _ending(to)
    if to is None and asked in BINARY:
        raise click.UsageError(f"{asked} is written to a file: give -o FILE")
    file = store or default_store()
    if not file.exists():
        raise TocError(f"{file}: nothing is kept there yet")
    with Store(file) as kept:
        table = export_of(kept, run)
        if to is None:
            export_text(table, asked, sys.stdout.buffer, csv_dialect)
        else:
            export_file(table, asked, to, csv_dialect)


def _ending(file: Path | None) -> str:
    """Return the format that a file's name asks for."""
    ending = "" if file is None else file.suffix.lower().removeprefix(".")
    return ending if ending in FORMATS else "csv"
