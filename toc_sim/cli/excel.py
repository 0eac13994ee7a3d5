"""Commands about workbooks: begin one, read one, and make one of a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from toc_sim.cli.options import file_option, loaded, scenario_argument, set_option


@click.group()
def excel() -> None:
    """Keep a scenario as a workbook of Excel or LibreOffice.

    Every command that reads a scenario takes BOOK.xlsx in place of its FILE.
    """


@excel.command()
@click.option("--empty", is_flag=True, help="Headings, notes and lists alone.")
@file_option("-o", "--output", text="By default scenario.xlsx.")
def template(output: Path | None, *, empty: bool) -> None:
    """Write a workbook to begin with; a file that is there stays."""
    from toc_sim.commands.excel import write_template

    write_template(output or Path("scenario.xlsx"), empty=empty)


@excel.command("import")
@click.argument("book", type=click.Path(path_type=Path), metavar="BOOK")
@file_option(
    "-o", "--output", text="Write the YAML to FILE, in place of what is there."
)
def import_(book: Path, output: Path | None) -> None:
    """Check a workbook, and write the scenario in it as YAML.

    BOOK is an .xlsx file with the sheets of 'toc-sim excel template'. Everything that
    is wrong in it is told by sheet and cell.
    """
    from toc_sim.commands.excel import import_book

    import_book(book, output)


@excel.command("export")
@scenario_argument
@set_option
@file_option(
    "-o",
    "--output",
    text="In place of what is there; by default named like the scenario, and new.",
)
def export_book(scenario: str, overrides: dict[str, str], output: Path | None) -> None:
    """Write a scenario as a workbook, which 'import' reads back as it was.

    FILE is a scenario in YAML or JSON; - is standard input.
    """
    from toc_sim.commands.excel import write_book

    if output is None and scenario == "-":
        raise click.UsageError("standard input has no name: give -o FILE")
    found = loaded(scenario, overrides)
    to = output or Path(Path(scenario).name).with_suffix(".xlsx")
    write_book(found, to, is_new=output is None)
