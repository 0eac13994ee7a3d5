"""What stages take and give in one go, as engines read it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from toc_sim.scenario.nodes import AnyNode, Stage


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one service of a stage takes and gives.

    Attributes
    ----------
    takes
        How many items, of all parts together [items].
    gives
        How many come out [items].
    parts
        Index of each node that leads here, and how many items of it are taken, in
        the order of the file; empty: whatever comes.
    copies
        Whether what comes out goes all ways, a copy each.
    """

    takes: int
    gives: int
    parts: tuple[tuple[int, int], ...]
    copies: bool

    @property
    def gathers(self) -> bool:
        """Whether a service waits for more than one item."""
        return self.takes > 1 or bool(self.parts)

    def needs(self, source: int) -> int:
        """Return how many items a service takes of what comes from a node."""
        return dict(self.parts).get(source, self.takes) if self.parts else self.takes


@dataclass(frozen=True, slots=True)
class Rounds:
    """Moves at fixed times.

    Attributes
    ----------
    every, first
        Rounds are at first + k x every [periods].
    mean
        How many items can be moved in a round, on average [items].
    """

    every: float
    first: float
    mean: float

    def faster(self, factor: float) -> Rounds:
        """Return rounds in which so many times as much can be moved.

        What is no whole item is kept for the next round.
        """
        return replace(self, mean=self.mean * factor)


def recipe_of(entry: AnyNode, names: dict[str, int]) -> Recipe | None:
    """Return what a service takes and gives; None: one item for one item."""
    if not isinstance(entry, Stage):
        return None
    takes = entry.takes
    parts: tuple[tuple[int, int], ...] = ()
    if isinstance(takes, dict):
        parts = tuple((names[name], count) for name, count in takes.items())
        takes = sum(takes.values())
    copies = entry.routing == "all"
    if (takes, entry.gives, parts, copies) == (1, 1, (), False):
        return None
    return Recipe(takes, entry.gives, parts, copies)


def rounds_of(entry: AnyNode) -> Rounds | None:
    """Return the rounds of a stage, if it works in rounds."""
    if not isinstance(entry, Stage) or entry.rounds is None:
        return None
    rounds = entry.rounds
    return Rounds(rounds.every, rounds.first, rounds.mean)
