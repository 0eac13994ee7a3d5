"""A scenario from a file, a workbook, a dictionary or a stream of text."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from toc_sim.scenario.load import Readable
from toc_sim.scenario.load import load as load_file
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import overridden
from toc_sim.workbook.book_document import load_book

BOOK = ".xlsx"
"""How the name of a workbook ends."""

_NOTHING: Mapping[str, str] = {}


def load(source: Readable, overrides: Mapping[str, str] = _NOTHING) -> Scenario:
    """Read a scenario from its file, a workbook, a dictionary or a stream of text.

    Parameters
    ----------
    source
        The path of a YAML 1.2 or JSON file in UTF-8, or of a workbook (.xlsx); or a
        dictionary that says the same; or a stream of text that does, open for reading.
    overrides
        New values by parameter, as they would be written in the file:
        ``{"machine_2.capacity": "15"}``. They are applied together.

    Returns
    -------
    The scenario, with every default filled in and nothing wrong in it.

    Raises
    ------
    ScenarioError
        With everything that is wrong, in the order of the file; also where the file
        cannot be opened.

    Examples
    --------
    >>> from toc_sim import load
    >>> load("scenarios/paper_cups.yaml").stages["machine_2"].capacity
    8.0
    >>> faster = load("scenarios/paper_cups.yaml", {"machine_2.capacity": "15"})
    >>> faster.stages["machine_2"].capacity
    15.0
    """
    if isinstance(source, str | PathLike) and str(source).lower().endswith(BOOK):
        return overridden(load_book(Path(source)), overrides)
    return load_file(source, overrides)
