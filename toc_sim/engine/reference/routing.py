"""Which way a finished item goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from toc_sim.engine.reference.ports import Receiver
from toc_sim.engine.reference.service import RandomStreams
from toc_sim.network import Link, NetNode, is_a_chance
from toc_sim.scenario.fields.numbers import Profile, level

FindEntrance = Callable[[int, int], Receiver]
"""Returns where a node, by index, takes in what comes from another one."""


class WayOut(NamedTuple):
    """A way from here.

    Attributes
    ----------
    targets
        Where it leads; several if the first of them that has room will do.
    delay
        Time away before arrival, in the mean [periods].
    draw
        Gives the next time away of mean one; None: all are the same.
    """

    targets: tuple[Receiver, ...]
    delay: float
    draw: Callable[[], float] | None = None

    @property
    def time_away(self) -> float:
        """How long the next item that takes it is away [periods] (R23)."""
        return self.delay if self.draw is None else self.delay * self.draw()


class Router:
    """The ways out of one node.

    Parameters
    ----------
    node
        What the network says of it.
    entrance
        Finds where the ways lead to. As ways may go round in circles, it is asked
        when the first item leaves, not before.
    streams
        The random numbers of the run.

    Attributes
    ----------
    choose
        Returns the way that the next finished item takes at a time [periods]; None:
        it leaves.
    """

    choose: Callable[[float], WayOut | None]

    def __init__(
        self, node: NetNode, entrance: FindEntrance, streams: RandomStreams
    ) -> None:
        self._node, self._entrance, self._streams = node, entrance, streams
        if node.free:
            self.choose = self._by_load
        elif any(is_a_chance(link.share) for link in node.links):
            self._uniform = streams.ways(node)
            self.choose = self._by_share
        else:
            self.choose = self._always

    @cached_property
    def ways(self) -> tuple[WayOut, ...]:
        """All ways out, in the order of the file; none: items leave the pipeline."""
        source = self._node.index
        return tuple(
            WayOut(
                (self._entrance(link.target, source),),
                link.delay,
                self._streams.times_away(link) if link.varies else None,
            )
            for link in self._node.links
        )

    def _always(self, now: float) -> WayOut | None:  # noqa: ARG002 - as the others
        return self._certain

    @cached_property
    def _certain(self) -> WayOut | None:
        """The way that every item takes, where no chance decides."""
        return next((way for link, way in self._shares if link.share == 1.0), None)

    def _by_share(self, now: float) -> WayOut | None:
        """Return the way that a number drawn falls to (R21)."""
        number = self._uniform()
        for link, way in self._shares:
            share = level(link.share, now)
            if number < share:
                return way
            number -= share
        # Rounding may leave a number just above shares that add up to 1.
        fixed = not any(isinstance(link.share, Profile) for link in self._node.links)
        return self.ways[-1] if fixed and number < 1e-12 else None  # noqa: PLR2004

    @cached_property
    def _shares(self) -> tuple[tuple[Link, WayOut], ...]:
        return tuple(zip(self._node.links, self.ways, strict=True))

    def _by_load(self, now: float) -> WayOut:
        """Return the way with the smallest load, of those with room; else all (R22)."""
        targets = tuple(way.targets[0] for way in self.ways)
        open_ones = [target for target in targets if target.has_room]
        if not open_ones:
            return WayOut(targets, 0.0)
        return WayOut((min(open_ones, key=lambda target: target.load(now)),), 0.0)
