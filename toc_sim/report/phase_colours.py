"""Which colour stands for which constraint; a name always stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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

Names = tuple[str, ...]


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
        Everybody who could be one, in the order of the network.
    shown
        The constraints of the picture: a name each, or several that tie.
    """

    def __init__(self, owners: Iterable[str], shown: Iterable[Names]) -> None:
        every = list(dict.fromkeys(shown))
        single = {name for names in every for name in names if len(names) == 1}
        others = {name for names in every for name in names} - single
        order = list(dict.fromkeys(owners))
        ranked = [n for n in order if n in single] + [n for n in order if n in others]
        ties = [names for names in every if len(names) > 1]
        self._places = {name: place for place, name in enumerate(ranked)}
        self._ties = {names: place for place, names in enumerate(ties)}

    def of(self, names: Names) -> Look:
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
