"""From what is open today to what will be closed by a date."""

from __future__ import annotations

from pathlib import Path

from toc_sim.commands.outputs import Wanted, print_answer, refuse_picture
from toc_sim.interface.progress import on_a_terminal
from toc_sim.interface.quarter import QuarterOptions, quarter
from toc_sim.scenario.model import Scenario


def report_quarter(
    scenario: Scenario,
    today: Path,
    until: float,
    wanted: Wanted,
    *,
    plot: Path | None,
    options: QuarterOptions,
) -> None:
    """Say what will be closed by a date, and print and draw what was asked for.

    Parameters
    ----------
    scenario
        The pipeline.
    today
        The file of what is open.
    until
        The date, from today [periods].
    wanted
        What of the answer to print.
    plot
        A file for the fan, or None.
    options
        How the forecast is made.

    Raises
    ------
    TocError
        If a file cannot be read or written, or too little is known for a band.
    """
    refuse_picture(plot)
    options["progress"] = on_a_terminal()
    print_answer(quarter(scenario, today, until=until, **options), wanted, plot)
