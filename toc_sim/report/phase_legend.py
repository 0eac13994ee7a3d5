"""What the colours of a diagram mean, in lines below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from toc_sim.report.canvas import MARGIN
from toc_sim.report.phase_colours import Look
from toc_sim.report.sheet import SOFT, Sheet, write, write_within

LINE = 0.25
"""Height of a line [inches]."""

SWATCH, INDENT, GAP = 0.18, 0.26, 0.3
"""A patch of colour, the text after it, and what is between entries [inches]."""

SIZE = 8.5


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: what is drawn like this is that.

    Attributes
    ----------
    text
        What it is.
    look
        How it is drawn; None for a line without a colour.
    """

    text: str
    look: Look | None = None


def legend_height(entries: Sequence[Entry], width: float) -> float:
    """Return how high a legend is on a sheet of some width [inches]."""
    return LINE * (1 + max((line for _, line, _ in _placed(entries, width)), default=0))


def draw_legend(sheet: Sheet, entries: Sequence[Entry], top: float) -> None:
    """Draw a legend whose first line begins at some height [inches]."""
    for left, line, entry in _placed(entries, sheet.width):
        height = top - line * LINE
        if entry.look is None:
            write(sheet, left, height, entry.text, size=SIZE, color=SOFT)
            continue
        room = sheet.width - MARGIN - left - INDENT
        write_within(sheet, left + INDENT, height, entry.text, room, size=SIZE)
        look = entry.look
        sheet.axes.add_patch(
            Rectangle(
                (left, height - 0.14),
                SWATCH,
                0.13,
                facecolor=look.pale if look.hatch else look.strong,
                edgecolor=look.strong,
                hatch=look.hatch,
                linewidth=0.8,
            )
        )


def _placed(entries: Sequence[Entry], width: float) -> list[tuple[float, int, Entry]]:
    """Return where each entry begins, and in which line."""
    ruler = Sheet(1, 1)
    left, line = MARGIN, 0
    placed = []
    for entry in entries:
        room = ruler.width_of(write(ruler, 0, 0, entry.text, size=SIZE))
        room += 0.0 if entry.look is None else INDENT
        if left > MARGIN and left + room > width - MARGIN:
            left, line = MARGIN, line + 1
        placed.append((left, line, entry))
        left += room + GAP
    return placed
