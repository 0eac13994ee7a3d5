"""The picture of a run: the line with load and queues, and who answers for how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toc_sim.report.canvas import lines_of, same_everywhere, save
from toc_sim.report.findings import Findings
from toc_sim.report.line_drawing import draw_line, line_size
from toc_sim.report.notes import setting
from toc_sim.report.share_chart import chart_height, draw_shares
from toc_sim.report.sheet import SOFT, Sheet, write, write_within

NARROWEST = 9.0
"""Room for text above a short line [inches]."""

MARGIN = 0.35
"""Around everything [inches]."""

HEAD: dict[str, Any] = {"size": 13, "weight": "bold"}
"""How the verdict is set."""

HEADLINE, SUBLINE = 0.27, 0.3
"""Height of a line of the verdict, and of the setting below it [inches]."""


def draw(found: Findings, path: Path) -> None:
    """Draw the picture of a run into a file.

    Parameters
    ----------
    found
        What there is to show.
    path
        Its suffix says how: .png, .svg or .pdf.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with same_everywhere():
        save(_sheet(found), path, found.scenario.name)


def _sheet(found: Findings) -> Sheet:
    """Return everything on one sheet: verdict, line, shares."""
    line_width, line_height = line_size(found)
    room = max(line_width, NARROWEST)
    headline = lines_of(found.verdict.sentence, room, HEAD)
    head = len(headline) * HEADLINE + SUBLINE
    height = head + line_height + chart_height(found) + 3 * MARGIN
    sheet = Sheet(room + 2 * MARGIN, height)
    top = height - MARGIN
    for number, text in enumerate(headline):
        write(sheet, MARGIN, top - number * HEADLINE, text, **HEAD)
    top -= len(headline) * HEADLINE
    write_within(sheet, MARGIN, top, setting(found), room, size=9, color=SOFT)
    top -= SUBLINE
    draw_line(sheet, found, MARGIN + (room - line_width) / 2, top)
    top -= line_height + MARGIN
    draw_shares(sheet, found, MARGIN, top, room)
    return sheet
