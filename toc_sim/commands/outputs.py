"""What a command writes: a progress bar, its answer, and files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from toc_sim.errors import TocError
from toc_sim.report.document import JsonObject, encoded
from toc_sim.report.text.table import terminal


@contextmanager
def progress_of(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar with the time that is left; yield what is to be told of progress.

    Parameters
    ----------
    what
        The work, in a word: ``simulating``.

    Yields
    ------
    A function of how much is done, and of how much; None where nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield progress


PICTURES = (".png", ".svg", ".pdf")
"""The kinds of figure that can be drawn."""


def refuse_picture(path: Path) -> None:
    """Refuse a file whose name does not say how to draw.

    Raises
    ------
    TocError
        With the names that do.
    """
    if path.suffix.lower() not in PICTURES:
        raise TocError(f"{path}: a figure is {', '.join(PICTURES)}")


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Say which file cannot be written, and why."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error


def print_answer(
    document: Callable[[], JsonObject],
    sentence: Callable[[], str],
    show: Callable[[Console], None],
    *,
    as_json: bool,
    quiet: bool = False,
) -> None:
    """Print an answer as it was asked for.

    Parameters
    ----------
    document, sentence
        Return it as JSON, and its first sentence.
    show
        Prints all of it.
    as_json, quiet
        Whether to print one JSON object, or the sentence alone.
    """
    if as_json:
        click.echo(encoded(document()), nl=False)
    elif quiet:
        terminal().print(sentence(), soft_wrap=True)
    else:
        show(terminal())
