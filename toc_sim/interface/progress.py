"""How far long work is: a bar on a terminal or in a notebook, or a call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from toc_sim.engine.simulate import Progress

BeginWork = Callable[..., Progress | None]
"""Given a work in a word, and what comes first; returns what is told of it."""

_COMPILING = "compiling once, about 40 s"
"""What is said until the first run that waits for the compiler is done."""

_MEANWHILE = "{}, slowly until compiled"
"""What is said of a work while the compiler is busy beside it."""


def nobody_looks(what: str, compiles: Callable[[], bool] | None = None) -> None:
    """Tell nobody how far a work is."""
    del what, compiles


@contextmanager
def progress_bar(*, shown: bool) -> Iterator[BeginWork]:
    """Show one bar for all work of a question, with the time that is left.

    Parameters
    ----------
    shown
        Whether there is anybody to see it.

    Yields
    ------
    A function that begins the next work (``simulating``), and returns what is told how
    far that is; None where nobody looks. If `compiles`, asked then, says that it
    begins with compiling, the bar says so until something is done; it also says so
    while something is compiled beside the work.
    """
    if not shown:
        yield nobody_looks
        return
    from rich import progress as rich
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
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
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def about(
            what: str, compiles: Callable[[], bool] | None = None
        ) -> Callable[[int, int], None]:
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


def on_a_terminal() -> bool:
    """Return whether somebody looks at standard error."""
    return sys.stderr.isatty()


def in_a_notebook() -> bool:
    """Return whether a notebook shows what comes of a cell."""
    return Console(stderr=True).is_jupyter


@contextmanager
def progress_for(wanted: bool | Progress | None) -> Iterator[BeginWork]:  # noqa: FBT001
    """Tell how far the work of a function is.

    Parameters
    ----------
    wanted
        Whether to show a bar; None: in a notebook; or what is told instead.
    """
    if callable(wanted):
        yield lambda _what, compiles=None: wanted  # noqa: ARG005 - told of all work
        return
    shown = in_a_notebook() if wanted is None else wanted
    with progress_bar(shown=shown) as about:
        yield about
