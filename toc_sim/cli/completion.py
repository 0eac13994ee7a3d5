"""What a shell offers when Tab is pressed: files, and the names in the one given."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from toc_sim.scenario.model import Scenario


def files(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Leave it to the shell, which knows the files."""
    return [CompletionItem(incomplete, type="file")]


def paths(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the parameters of the scenario that was given: ``machine_2.capacity``."""
    from toc_sim.scenario.overrides import every_path

    found = _scenario(context)
    return _beginning([] if found is None else every_path(found), incomplete)


def tools(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the tools of the scenario that was given."""
    found = _scenario(context)
    return _beginning([] if found is None else found.tools, incomplete)


def variants(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the variants of the scenario that was given."""
    found = _scenario(context)
    return _beginning([] if found is None else found.variants, incomplete)


def _scenario(context: click.Context) -> Scenario | None:
    """Return the scenario that stands before on the command line, if it can be read.

    Behind an option that still waits for its value click leaves all words unread.
    """
    from toc_sim.errors import TocError
    from toc_sim.scenario.load import load

    words = (context.params.get("scenario"), *context.args)
    file = next((word for word in words if word and Path(word).is_file()), None)
    try:
        return None if file is None else load(file)
    except TocError:
        return None


def _beginning(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
