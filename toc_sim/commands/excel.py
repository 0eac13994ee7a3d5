"""Scenarios as workbooks: one to begin with, one of a file, and a file of one."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from toc_sim.commands.outputs import refuse_book
from toc_sim.errors import TocError
from toc_sim.interface.answer import writing
from toc_sim.interface.trace import replaced_at_end
from toc_sim.scenario.file.dump import dump, starter
from toc_sim.scenario.load import read
from toc_sim.scenario.model import Scenario
from toc_sim.workbook.book_document import load_book
from toc_sim.workbook.scenario_book import scenario_book


def write_template(output: Path, *, empty: bool) -> None:
    """Write a workbook to begin with, and say where it is.

    Parameters
    ----------
    output
        The file; one that is there is not touched.
    empty
        Whether to leave the example out.

    Raises
    ------
    TocError
        If the file is there, or cannot be written.
    """
    name = output.stem
    example = None if empty else read(starter(name), f"{name}.yaml")
    write_book(example, output, is_new=True)


def write_book(scenario: Scenario | None, output: Path, *, is_new: bool) -> None:
    """Write a scenario as a workbook, and say where it is.

    Parameters
    ----------
    scenario
        What to write; None: an empty form.
    output
        The file.
    is_new
        Whether to refuse a file that is there.

    Raises
    ------
    TocError
        If it is refused, or cannot be written.
    """
    refuse_book(output)
    if is_new and output.exists():
        raise TocError(f"{output}: is already there; nothing was written")
    content = scenario_book(scenario)
    with writing(output), replaced_at_end(output) as beside:
        beside.write_bytes(content)
    click.echo(f"wrote {output}; next: toc-sim check {quote(str(output))}")


def import_book(book: Path, output: Path | None) -> None:
    """Write the scenario of a workbook as YAML.

    Parameters
    ----------
    book
        The workbook.
    output
        The file to write, or None for standard output.

    Raises
    ------
    TocError
        With everything that is wrong in the workbook, or if the file cannot be written.
    """
    text = dump(load_book(book))
    if output is None:
        click.echo(text, nl=False)
        return
    with writing(output), replaced_at_end(output) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"wrote {output}; next: toc-sim run {quote(str(output))}")
