"""How far long work is: a bar on a terminal or in a notebook, or a call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from html import escape
from threading import RLock, Timer
from time import monotonic
from typing import Any

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


_SOON, _OFTEN = 0.5, 0.2
"""When a bar is first shown under a cell, and how long it stands still then [s]."""

_LINE = 'style="vertical-align:middle"'
"""Of the bar, which stands on the line of its words."""

ShowWork = Callable[[str, int, int | None], None]
"""Shows a work in a word, how much of it is done, and of how much; None: it begins."""


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

    from toc_sim.engine.compiled.ahead import is_compiling

    with _bar_of_a_cell() if in_a_notebook() else _bar_of_a_terminal() as draw:

        def about(
            what: str, compiles: Callable[[], bool] | None = None
        ) -> Callable[[int, int], None]:
            said = _COMPILING if compiles is not None and compiles() else what
            draw(said, 0, None)

            def progress(done: int, total: int) -> None:
                word = what if done else said
                if is_compiling():
                    word = _MEANWHILE.format(what)
                draw(word, done, total)

            return progress

        yield about


@contextmanager
def _bar_of_a_terminal() -> Iterator[ShowWork]:
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with rich.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)

        def draw(word: str, done: int, total: int | None) -> None:
            if total is None:
                bar.reset(task, total=None, visible=True, description=word)
                bar.refresh()
            else:
                bar.update(task, completed=done, total=total, description=word)

        yield draw


@contextmanager
def _bar_of_a_cell() -> Iterator[ShowWork]:
    bar = _CellBar()
    begin = Timer(_SOON, copy_context().run, (bar.show,))  # it belongs to this cell
    begin.daemon = True
    begin.start()
    try:
        yield bar.draw
    finally:
        begin.cancel()
        bar.close()


class _CellBar:
    """One line under a cell, shown if work takes long, and empty when it is done.

    It is HTML that takes the place of what it was: it needs no widgets, so every kind
    of notebook shows it, and a notebook that is saved keeps nothing of it.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._handle: Any = None
        self._is_open = True
        self._word, self._done = "", 0
        self._total: int | None = None
        self._begun = self._drawn = monotonic()

    def draw(self, word: str, done: int, total: int | None) -> None:
        """Remember how far work is, and show it if that is due."""
        with self._lock:
            self._word, self._done, self._total = word, done, total
            if total is None:
                self._begun = monotonic()
            if self._handle and monotonic() - self._drawn >= _OFTEN:
                self.show()

    def show(self) -> None:
        """Show how far work is, in the place of what was shown of it before."""
        with self._lock:
            if self._is_open:
                self._put(*self._looks())
                self._drawn = monotonic()

    def close(self) -> None:
        """Show no more."""
        with self._lock:
            self._is_open = False
            if self._handle:
                self._put("", "")

    def _looks(self) -> tuple[str, str]:
        """Return the bar as HTML, and as text."""
        word, extent = self._word, ""
        if self._total is not None:
            extent = f' value="{self._done}" max="{self._total}"'
            word += f" {self._done}/{self._total}"
        if self._total and self._done:
            left = (self._total - self._done) * (monotonic() - self._begun) / self._done
            word += f" {timedelta(seconds=round(left))}"
        return f"<progress{extent} {_LINE}></progress> {escape(word)}", word

    def _put(self, html: str, text: str) -> None:
        from IPython.display import display

        data = {"text/html": html, "text/plain": text}
        if self._handle:
            self._handle.update(data, raw=True)
        else:
            self._handle = display(data, raw=True, display_id=True)


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
