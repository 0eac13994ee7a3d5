"""Which way a finished item goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from toc_sim.engine.reference.service import Chance
from toc_sim.network.features import is_a_chance
from toc_sim.network.node import NetNode
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.streams import Purpose

if TYPE_CHECKING:
    from toc_sim.engine.reference.station import Station


class Hop(NamedTuple):
    """A way from here.

    Attributes
    ----------
    targets
        Where it leads; several if the first of them that has room will do.
    delay
        Time away before arrival [periods].
    """

    targets: tuple[Station, ...]
    delay: float


class Router:
    """The ways out of one node.

    Parameters
    ----------
    node
        What the network says of it.
    hops
        The same ways, leading to stations.
    chance
        Which chance the run meets.
    """

    def __init__(self, node: NetNode, hops: tuple[Hop, ...], chance: Chance) -> None:
        self._node = node
        self._hops = hops
        self._all = tuple(target for hop in hops for target in hop.targets)
        self._number: Callable[[], float] | None = None
        self._certain = hops[0] if hops else None
        shares = [link.share for link in node.links]
        if not node.free and any(map(is_a_chance, shares)):
            self._number = chance.numbers(node, Purpose.ROUTING)
        elif not node.free and hops:
            self._certain = next(
                (hop for hop, share in zip(hops, shares, strict=True) if share == 1.0),
                None,
            )

    @property
    def hops(self) -> tuple[Hop, ...]:
        """All ways out, in the order of the file."""
        return self._hops

    @property
    def leads_on(self) -> bool:
        """Whether there is any way out but leaving the pipeline."""
        return bool(self._hops)

    def choose(self, now: float) -> Hop | None:
        """Return the way that the next finished item takes; None: it leaves."""
        if self._node.free:
            return Hop(self._shortest_first(now), 0.0)
        if self._number is None:
            return self._certain
        number = self._number()
        for link, hop in zip(self._node.links, self._hops, strict=True):
            share = level(link.share, now)
            if number < share:
                return hop
            number -= share
        return self._last_resort(number)

    def _last_resort(self, left: float) -> Hop | None:
        """Catch a number that rounding left just above shares that add up to 1."""
        fixed = [link.share for link in self._node.links]
        adds_up = not any(isinstance(share, Profile) for share in fixed)
        return self._hops[-1] if adds_up and left < 1e-12 else None  # noqa: PLR2004

    def _shortest_first(self, now: float) -> tuple[Station, ...]:
        """Return the targets, the shortest line for its capacity first."""
        open_ones = [target for target in self._all if target.has_room]
        if not open_ones:
            return self._all
        return (min(open_ones, key=lambda target: target.load(now)),)
