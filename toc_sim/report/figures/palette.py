"""One colour for each constraint, and the legend that names it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from toc_sim.report.figures.page import PAGE_MARGIN, SOFT, Sheet, write, write_within

PALETTE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#8c6bb1",
    "#b8a800",
)
"""Told apart with any sight (Okabe & Ito 2008), and two more."""

HATCHES = ("", "///", "...", "xxx", "\\\\\\", "ooo")
"""What tells further constraints from the first ones of the same colour."""

NEUTRAL = "#9aa0a6"
"""What is too small to have a colour of its own, and where nothing is bought."""

PALE = 0.62
"""How much white a large area gets, so that text can be read on it [1]."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a constraint is drawn.

    Attributes
    ----------
    strong, pale
        Its colour, for small things and for areas.
    hatch
        Lines over it, as matplotlib writes them; may be empty.
    """

    strong: str
    pale: str
    hatch: str


class Colours:
    """The looks of all constraints of a picture.

    Parameters
    ----------
    owners
        Everybody who could be one, in the order of the network; policies, which are
        none of them, come after, in the order in which they are shown.
    shown
        The constraints of the picture: a name each, or several that tie.
    """

    def __init__(self, owners: Iterable[str], shown: Iterable[tuple[str, ...]]) -> None:
        every = list(dict.fromkeys(shown))
        single = {name for names in every for name in names if len(names) == 1}
        others = {name for names in every for name in names} - single
        order = list(dict.fromkeys(owners))
        policies = [n for names in every for n in names if n not in set(order)]
        order += dict.fromkeys(policies)
        ranked = [n for n in order if n in single] + [n for n in order if n in others]
        ties = [names for names in every if len(names) > 1]
        self._places = {name: place for place, name in enumerate(ranked)}
        self._ties = {names: place for place, names in enumerate(ties)}

    def of(self, names: tuple[str, ...]) -> Look:
        """Return the look of a constraint; a tie has its first one's, with lines."""
        place = self._places.get(names[0]) if names else None
        if place is None:
            return Look(NEUTRAL, _paler(NEUTRAL), "")
        strong = PALETTE[place % len(PALETTE)]
        turn = place // len(PALETTE)
        if len(names) > 1:
            turn = 1 + self._ties.get(names, 0)
        return Look(strong, _paler(strong), HATCHES[turn % len(HATCHES)])


def _paler(colour: str) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    mixed = (round(part + (255 - part) * PALE) for part in parts)
    return "#" + "".join(f"{part:02x}" for part in mixed)


_LINE = 0.25
"""Height of a line [inches]."""

SWATCH, INDENT, _GAP = 0.18, 0.26, 0.3
"""A patch of colour, the text after it, and what is between entries [inches]."""

_SIZE = 8.5


@dataclass(frozen=True, slots=True)
class LegendEntry:
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


def legend_height(entries: Sequence[LegendEntry], width: float) -> float:
    """Return how high a legend is on a sheet of some width [inches]."""
    return _LINE * (
        1 + max((line for _, line, _ in _placed(entries, width)), default=0)
    )


def draw_legend(sheet: Sheet, entries: Sequence[LegendEntry], top: float) -> None:
    """Draw a legend whose first line begins at some height [inches].

    Parameters
    ----------
    sheet
        Where to draw.
    entries
        From left to right, in as many lines as it takes.
    top
        From the lower edge of the sheet [inches].
    """
    for left, line, entry in _placed(entries, sheet.width):
        height = top - line * _LINE
        if entry.look is None:
            write(sheet, left, height, entry.text, size=_SIZE, color=SOFT)
            continue
        room = sheet.width - PAGE_MARGIN - left - INDENT
        write_within(sheet, left + INDENT, height, entry.text, room, size=_SIZE)
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


def _placed(
    entries: Sequence[LegendEntry], width: float
) -> list[tuple[float, int, LegendEntry]]:
    """Return where each entry begins, and in which line."""
    ruler = Sheet(1, 1)
    left, line = PAGE_MARGIN, 0
    placed = []
    for entry in entries:
        room = ruler.width_of(write(ruler, 0, 0, entry.text, size=_SIZE))
        room += 0.0 if entry.look is None else INDENT
        if left > PAGE_MARGIN and left + room > width - PAGE_MARGIN:
            left, line = PAGE_MARGIN, line + 1
        placed.append((left, line, entry))
        left += room + _GAP
    return placed
