"""What several commands take: a scenario, overrides, a place for files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toc_sim.errors import TocError

if TYPE_CHECKING:
    from toc_sim.scenario.model import Scenario


def _overrides(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    """Return the overrides by path."""
    overrides = {}
    for each in given:
        path, equals, value = each.partition("=")
        if not equals or not path.strip():
            raise click.BadParameter(f"'{each}' is not of the form PATH=VALUE")
        overrides[path.strip()] = value.strip()
    return overrides


scenario_argument = click.argument("scenario", metavar="FILE")
"""The scenario that a command works on; ``-`` is standard input."""


set_option = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    callback=_overrides,
    help="Change a parameter: machine_2.capacity=15, 'flow.a->b=0.3', run.seed=1. "
    "May be given several times.",
)
"""``--set PATH=VALUE``, given to a command as `overrides` by path."""


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object."
)
"""``--json``, given to a command as `as_json`."""


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Print the answer alone."
)
"""``--quiet``."""


tool_option = click.option(
    "--tool", "tools", metavar="NAME", multiple=True, help="Only this tool; repeatable."
)
"""``--tool NAME``, given to a command as `tools`."""


budget_option = click.option(
    "--budget", type=click.FloatRange(min=0), metavar="MONEY", help="To pay at once."
)
"""``--budget MONEY``."""


margin_option = click.option(
    "--margin",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=0.005,
    show_default=True,
    metavar="SHARE",
    help="The part of the throughput that makes a difference.",
)
"""``--margin SHARE``."""


def loaded(scenario: str, overrides: dict[str, str]) -> Scenario:
    """Return the scenario of a file, or of standard input for ``-``."""
    from toc_sim.scenario.reading import LARGEST_FILE, load, read

    if scenario == "-":
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        return read(content, "<stdin>", overrides)
    return load(scenario, overrides)


def written_to(path: Path, text: str, *, new: bool = False) -> None:
    """Write a text file.

    Parameters
    ----------
    path
        Where.
    text
        What.
    new
        Whether to refuse a file that is already there.
    """
    try:
        with path.open("x" if new else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise TocError(f"{path}: is already there; nothing was written") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(f"{path}: cannot be written: {reason}") from error
