"""What the parts of the reference engine ask of each other, and how they wait for room.

Stations, sources and pools lead to each other in circles; each knows of the others
only what stands here.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from toc_sim.engine.reference.floor import Item, Record, Server


class Receiver(Protocol):
    """Where items come in at a node.

    Attributes
    ----------
    waiters
        Items that wait for room here.
    """

    waiters: deque[Waiter]

    @property
    def has_room(self) -> bool:
        """Whether an item may come in now; those that wait already go first."""

    def load(self, now: float) -> float:
        """Return how long its items would take at full speed [periods]."""

    def arrive(self, item: Item, now: float, cause: Record | None) -> None:
        """Take an item in, brought by the record *cause*."""

    def wait_for_room(self, waiter: Waiter) -> None:
        """Put an item in the line for room."""


class ItemHolder(Protocol):
    """What keeps an item that waits for room, and hands it over once there is some."""

    def hand_over(
        self, waiter: Waiter, target: Receiver, now: float, cause: Record | None
    ) -> None:
        """Hand the waiting item over to *target*, where *cause* made room."""


class Waiter:
    """One place in the line for room.

    Attributes
    ----------
    since, order
        When the waiting began [periods]; at one time the lower order goes first.
    holder, server, item
        What hands over, from which server if any, and the item if it is inside.
    targets
        Where it waits for room; at more than one place if routing is free.
    ticket
        The number of what waits outside; of no meaning for an item.
    """

    __slots__ = ("holder", "item", "order", "server", "since", "targets", "ticket")

    def __init__(
        self,
        since: float,
        order: int,
        holder: ItemHolder,
        targets: tuple[Receiver, ...],
        server: Server | None = None,
        item: Item | None = None,
        ticket: int = 0,
    ) -> None:
        self.since, self.order, self.ticket = since, order, ticket
        self.holder, self.targets = holder, targets
        self.server, self.item = server, item


class Staff(Protocol):
    """A station or pool whose servers go home and come back.

    Attributes
    ----------
    idle
        Its idle servers.
    pauses
        How often one of its servers has paused.
    """

    idle: list[Server]
    pauses: int

    def resume(self, server: Server, now: float, cause: Record | None) -> None:
        """Give a server that comes back something to do."""
