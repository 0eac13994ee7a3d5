"""What `toc-sim run` prints: the verdict first, then the figures behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.text import Text

from toc_sim.report.findings import Findings
from toc_sim.report.node_table import node_table
from toc_sim.report.notes import notes, setting
from toc_sim.report.other_tables import detector_lines, money_table, proof_table
from toc_sim.report.product_tables import customers_table, products_table
from toc_sim.report.words import printable

PLAIN_WIDTH = 100
"""The width where there is no window: in a file or a pipe."""


def show(found: Findings, console: Console) -> None:
    """Print what a run found.

    Parameters
    ----------
    found
        What there is to tell.
    console
        Where to; its width says how much.
    """
    for number, block in enumerate(_blocks(found, console.width)):
        if number:
            console.print()
        console.print(block)


def terminal() -> Console:
    """Return standard output: in colour on a terminal, plain and wide elsewhere.

    `NO_COLOR` is honoured, and so is `COLUMNS`.
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a name in letters it does not know
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PLAIN_WIDTH
    return Console(width=width, markup=False, emoji=False, highlight=False)


def kept_as(run: str) -> Text:
    """Say under which name the runs of an answer are kept, and how to have them."""
    return Text(f"Kept as run {run}: toc-sim export {run}", style="dim")


def _blocks(found: Findings, width: int) -> Iterator[RenderableType]:
    """Yield the parts of the report, in the order in which they are asked for."""
    verdict = found.verdict
    yield Text(printable(verdict.sentence), style="bold")
    yield Text(setting(found), style="dim")
    yield node_table(found, width)
    yield Text("\n".join(notes(found)))
    if found.products:
        yield products_table(found, width)
    if found.customers:
        yield customers_table(found, width)
    if found.money is not None:
        yield money_table(found, width)
    if found.detections:
        yield Text("\n".join(detector_lines(found)))
    if found.proofs:
        yield proof_table(found, width)
