"""The command that writes the lesson: one page for a class."""

from __future__ import annotations

from pathlib import Path

import click

from toc_sim.cli.options import lang_option, page_option
from toc_sim.language import system_language


@click.command()
@page_option
@lang_option(system_language)
def lesson(output: Path) -> None:
    """Write the lesson of the paper cups: see the constraint move.

    The page is one file of HTML that opens in any browser, without a network: pupils
    bet on a line of cups, watch it run, and learn what a tool is worth.
    """
    from toc_sim.commands.outputs import tell_size
    from toc_sim.interface.lesson import write_lesson

    write_lesson(output)
    tell_size(output)
