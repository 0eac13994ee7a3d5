"""What was asked before, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from toc_sim.experiment.store.export import how_to_finish
from toc_sim.experiment.store.store import StoredStudy
from toc_sim.language import figure, phrase
from toc_sim.report.formats import NO_FIGURE, printable
from toc_sim.report.text.table import EVERY_COLUMN, Column, fitted, print_blocks, texts


def show_runs(
    runs: Sequence[StoredStudy], file: Path, console: Console, *, wide: bool = False
) -> None:
    """Print a list of runs, the latest last, with how to go on.

    Parameters
    ----------
    runs
        What was asked.
    file
        Where it is kept.
    console
        Where to print.
    wide
        Whether to print every column, however narrow the window is.
    """
    if not runs:
        console.print(
            phrase(
                "Nothing has been asked yet: {file} keeps no run. What "
                "'toc-sim compare FILE' is asked will be listed here.",
                file=file,
            ),
            soft_wrap=True,
        )
        return
    columns = (
        texts(phrase("run"), (run.id for run in runs)),
        texts(phrase("asked"), (_when(run.started) for run in runs), 60),
        texts(phrase("command"), (printable(run.command) for run in runs), 90),
        texts(phrase("scenario"), (printable(run.scenario) for run in runs), 80),
        Column(phrase("results"), "", tuple(_count(run) for run in runs), 50),
        texts("", (_state(run) for run in runs), 95),
    )
    width = EVERY_COLUMN if wide else console.width
    print_blocks(console, (fitted(columns, width),))
    console.print()
    console.print(Text(_next(runs)), soft_wrap=True)


def _when(moment: str) -> str:
    """Return a moment as the clock on the wall showed it."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def _count(run: StoredStudy) -> str:
    return figure(f"{run.results:,}") if run.finished else NO_FIGURE


def _state(run: StoredStudy) -> str:
    return phrase("finished") if run.finished else phrase("not finished")


def _next(runs: Sequence[StoredStudy]) -> str:
    """Return what can be done with them."""
    lines = []
    if any(run.finished for run in runs):
        lines.append(phrase("All figures of a run: toc-sim export RUN --format csv"))
    lines += (
        phrase(
            "To finish {run}: {command}.",
            run=run.id,
            command=printable(how_to_finish(run)),
        )
        for run in runs
        if not run.finished
    )
    return "\n".join(lines)
