"""What a command writes: its answer, as it was asked for, and a figure of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from toc_sim.errors import TocError
from toc_sim.interface.answer import PICTURES, Answer
from toc_sim.report.document import encoded
from toc_sim.report.given_command import GivenCommand
from toc_sim.report.text.table import EVERY_COLUMN, Blocks, print_report, terminal


def refuse_picture(path: Path | None) -> None:
    """Refuse a file, if there is one, whose name does not say how to draw.

    Raises
    ------
    TocError
        With the names that do.
    """
    if path is not None and path.suffix.lower() not in PICTURES:
        raise TocError(f"{path}: a figure is {', '.join(PICTURES)}")


def refuse_book(path: Path) -> None:
    """Refuse a file that programs would not open as a workbook.

    Raises
    ------
    TocError
        With the name that they would; or if the library that writes it is missing.
    """
    from toc_sim.workbook.new_book import writing_library

    if path.suffix.lower() != ".xlsx":
        raise TocError(f"{path}: a workbook is .xlsx")
    writing_library()


def tell_size(path: Path) -> None:
    """Say on standard error which file was written, and how large it is.

    Parameters
    ----------
    path
        Of the file.
    """
    click.echo(f"{path}: {path.stat().st_size / 1000:,.0f} kB", err=True)


GIVEN = "toc_sim.given"
"""Under this name click's context has the words of the command line."""


def given_command(otherwise: GivenCommand) -> GivenCommand:
    """Return the command that is at work, as it was given.

    Parameters
    ----------
    otherwise
        What stands for it where no command is at work.
    """
    context = click.get_current_context(silent=True)
    words = None if context is None else context.meta.get(GIVEN)
    return otherwise if words is None else GivenCommand(words)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is printed of an answer.

    Attributes
    ----------
    as_json, quiet
        Whether to print one JSON object, or the first sentence alone.
    wide
        Whether to print every column, however narrow the window is.
    """

    as_json: bool
    quiet: bool
    wide: bool


def print_answer(
    answer: Answer[Any],
    wanted: Wanted,
    plot: Path | None = None,
    blocks: Callable[[int], Blocks] | None = None,
) -> None:
    """Draw an answer if that is wanted, and print it as it was asked for.

    Parameters
    ----------
    answer
        To what was asked.
    wanted
        What of it to print.
    plot
        A file for the figure, or None.
    blocks
        Returns what stands below the sentence, for a window of some width; by default
        what the answer says.

    Raises
    ------
    TocError
        If the figure cannot be written.
    """
    if plot is not None:
        answer.plot(plot)
    for remark in answer.remarks:
        click.echo(remark, err=True)
    if wanted.as_json:
        click.echo(encoded(answer.document()), nl=False)
    elif wanted.quiet:
        terminal().print(answer.sentence, soft_wrap=True)
    else:
        console = terminal()
        width = EVERY_COLUMN if wanted.wide else console.width
        print_report(console, answer.sentence, (blocks or answer.blocks)(width))
