"""What a command writes: a progress bar, its answer, and files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console

from toc_sim.errors import TocError
from toc_sim.report.document import JsonObject, encoded
from toc_sim.report.text.table import Blocks, print_report, terminal

_Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

_About = Callable[..., _Progress | None]
"""Given a work in a word, and what comes first; returns what is told of it."""

_COMPILING = "compiling once, about 40 s"
"""What is said until the first run that waits for the compiler is done."""

_MEANWHILE = "{}, slowly until compiled"
"""What is said of a work while the compiler is busy beside it."""


@contextmanager
def progress_bar() -> Iterator[_About]:
    """Show one bar for all work of a command, with the time that is left.

    Yields
    ------
    A function that begins the next work (``simulating``), and returns what is told how
    far that is; None where nobody looks. If `compiles`, asked then, says that it
    begins with compiling, the bar says so until something is done; it also says so
    while something is compiled beside the work.
    """
    if not sys.stderr.isatty():
        yield lambda _what, compiles=None: None  # noqa: ARG005 - nobody looks
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from toc_sim.engine.compiled.ahead import is_compiling

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def about(what: str, compiles: Callable[[], bool] | None = None) -> _Progress:
            said = _COMPILING if compiles is not None and compiles() else what
            bar.reset(task, total=None, visible=True, description=said)
            bar.refresh()

            def progress(done: int, total: int) -> None:
                word = what if done else said
                if is_compiling():
                    word = _MEANWHILE.format(what)
                bar.update(task, completed=done, total=total, description=word)

            return progress

        yield about


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
    """Say which file cannot be written, and why.

    Parameters
    ----------
    path
        Of the file that is written inside.

    Raises
    ------
    TocError
        If writing fails, with the system's reason.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error


@contextmanager
def replaced_at_end(path: Path) -> Iterator[Path]:
    """Yield a file beside another, which it replaces once it is whole.

    What is stopped halfway leaves nothing, and what was there before stays.

    Parameters
    ----------
    path
        The file that is wanted; a device or a pipe is written to as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        yield path
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is printed of an answer.

    Attributes
    ----------
    as_json, quiet
        Whether to print one JSON object, or the first sentence alone.
    waits
        Whether to tell how long items wait, also without a target in the file.
    """

    as_json: bool
    quiet: bool
    waits: bool = field(default=False, kw_only=True)


def print_answer(
    document: Callable[[], JsonObject],
    sentence: Callable[[], str],
    blocks: Callable[[int], Blocks],
    wanted: Wanted,
) -> None:
    """Print an answer as it was asked for.

    Parameters
    ----------
    document, sentence
        Return it as JSON, and its first sentence.
    blocks
        Returns what stands below the sentence, for a window of some width.
    wanted
        What of it to print.
    """
    if wanted.as_json:
        click.echo(encoded(document()), nl=False)
    elif wanted.quiet:
        terminal().print(sentence(), soft_wrap=True)
    else:
        console = terminal()
        print_report(console, sentence(), blocks(console.width))
