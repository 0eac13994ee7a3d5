"""The release policy: so many items at a time, counted by tokens."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from toc_sim.engine.floor import Floor, Item
from toc_sim.engine.path import Record


class Claim(Protocol):
    """Whoever waits for a token to let an item in."""

    def admit(self, now: float, cause: Record | None) -> None:
        """Try again: a token came free, by the record *cause* that ended now."""


class Gate:
    """Conwip or the rope of drum-buffer-rope.

    Parameters
    ----------
    floor
        What the stations of the run share.
    tokens
        Items that may be counted at a time.
    drum
        Index of the node that ends the count; None: leaving the pipeline ends it.
    """

    def __init__(self, floor: Floor, tokens: int, drum: int | None) -> None:
        self.tokens = tokens
        self.drum = drum
        self._floor = floor
        self._returning: deque[Claim] = deque()
        self._new: deque[Claim] = deque()

    def take(self) -> bool:
        """Take a token if there is one."""
        if self.tokens:
            self.tokens -= 1
            return True
        return False

    def claim(self, claim: Claim, *, returning: bool = False) -> None:
        """Wait for a token; those who come back go before new material."""
        (self._returning if returning else self._new).append(claim)

    def give_back(self, item: Item, cause: Record | None) -> None:
        """Return the token of an item, if it has one, because of what just ended."""
        if item.token:
            item.token = False
            self.tokens += 1
            self._floor.pending.append((self, cause))

    def let_in(self, now: float, cause: Record | None) -> None:
        """Offer the free tokens to those who wait for one."""
        while self.tokens and (self._returning or self._new):
            (self._returning or self._new).popleft().admit(now, cause)
