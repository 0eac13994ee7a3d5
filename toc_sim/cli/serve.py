"""The command that serves the pages of a lesson on this machine."""

from __future__ import annotations

import click

from toc_sim.cli import completion
from toc_sim.cli.options import lang_option, loaded, set_option
from toc_sim.language import system_language


@click.command()
@click.argument(
    "scenario", metavar="[FILE]", required=False, shell_complete=completion.files
)
@set_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Where to listen on this machine; 0: anywhere.",
)
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@lang_option(system_language)
def serve(
    scenario: str | None, overrides: dict[str, str], port: int, *, no_browser: bool
) -> None:
    """Serve a page with sliders over the engine, for this machine alone.

    FILE is a scenario in YAML or JSON; without one, the lesson of the paper cups is
    served, and its line at /engine. Ctrl-C ends it.
    """
    from toc_sim.commands.serve import serve_pages
    from toc_sim.web.server import needs_web

    needs_web()
    if scenario is None and overrides:
        raise click.UsageError("--set changes a scenario; give its FILE too")
    start = None if scenario is None else loaded(scenario, overrides)
    serve_pages(start, port=port, opens=not no_browser)
