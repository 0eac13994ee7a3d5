"""What every part of the measurement is given, and what it hands back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from speed.aims import Aim


@dataclass(frozen=True, slots=True)
class Size:
    """How thorough a measurement is.

    Attributes
    ----------
    rounds
        In which all take turns.
    enough
        Seconds that one turn takes at least, so that the clock can be trusted.
    part
        Of the periods of each work that is run [1].
    checks
        Runs of each program that its throughput is checked by.
    most_items
        Of the longest run on the compiled engine.
    starts
        Fresh processes of each command.
    """

    rounds: int
    enough: float
    part: float
    checks: int
    most_items: int
    starts: int


FULL = Size(rounds=5, enough=0.2, part=1.0, checks=20, most_items=10_000_000, starts=15)
QUICK = Size(rounds=3, enough=0.2, part=0.1, checks=8, most_items=100_000, starts=3)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the measurement.

    Attributes
    ----------
    title
        Its heading.
    text
        What it says, in Markdown.
    aims
        The figures that had to be reached.
    """

    title: str
    text: str
    aims: tuple[Aim, ...]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; the first column is text, the others are figures."""
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))
