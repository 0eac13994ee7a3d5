"""From a scenario to its page in a browser on this machine."""

from __future__ import annotations

import webbrowser

import click

from toc_sim.lesson.cups import cups
from toc_sim.scenario.model import Scenario
from toc_sim.web.server import serve


def serve_pages(scenario: Scenario | None, *, port: int, opens: bool) -> None:
    """Serve pages until the user interrupts.

    Parameters
    ----------
    scenario
        What is simulated; None: the line of the lesson, and the lesson comes first.
    port
        Where to listen; 0: where nobody does yet.
    opens
        Whether a browser is opened.

    Raises
    ------
    TocError
        If the port is taken, or what it takes is not installed.
    """

    def begun(address: str) -> None:
        click.echo(f"{address}  (Ctrl-C ends it)")
        if opens:
            webbrowser.open(address)

    click.echo("the engine is being started", err=True)
    serve(scenario or cups(), lesson_first=scenario is None, port=port, begun=begun)
