"""How long an item still takes to its good end, where nobody waits and times forget."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from toc_sim.network import Network
from toc_sim.network.node import Draw, NetNode
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.theory.exact.exact_answer import is_exponential
from toc_sim.theory.exact.traffic import Vector, solved


@dataclass(frozen=True, slots=True)
class Passage:
    """Exponential stays that an item passes, from any of them to its good end.

    Attributes
    ----------
    rates
        At which a stay of each ends [1/period]; infinite: it takes no time.
    onward
        Part of what a stay ends with that begins each other one [1]; shape
        (stays, stays).
    won
        Part of it that comes to its good end [1].

    Examples
    --------
    Two stays one after the other, of a week and of half a week: a hypoexponential time.

    >>> import numpy as np
    >>> from toc_sim.theory.exact.passage import Passage
    >>> line = Passage(np.array([1.0, 2.0]), np.array([[0, 1.0], [0, 0]]),
    ...     np.array([0, 1.0]))
    >>> round(line.reached(0, 3.0), 4), round(line.quantile(0, 0.5), 4)
    (0.9029, 1.2279)
    """

    rates: Vector
    onward: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    won: Vector

    @property
    def wins(self) -> Vector:
        """How likely an item at each comes to its good end in the long run [1]."""
        return solved(np.eye(len(self.rates)) - self.onward, self.won)

    def reached(self, start: int, time: float) -> float:
        """Return how likely an item that is won in the end is won by some time [1].

        Parameters
        ----------
        start
            Where its stay begins now.
        time
            From now [periods].
        """
        from scipy.linalg import expm

        lasting = np.isfinite(self.rates)
        quick = ~lasting
        among = solved(
            np.eye(int(quick.sum())) - self.onward[np.ix_(quick, quick)],
            self.onward[np.ix_(quick, lasting)],
        )
        stays = (
            self.onward[np.ix_(lasting, lasting)]
            + self.onward[np.ix_(lasting, quick)] @ among
        )
        moves = (stays - np.eye(len(stays))) * self.rates[lasting, np.newaxis]
        wins = self.wins
        still = np.zeros(len(wins))
        still[lasting] = expm(moves * time) @ wins[lasting]
        still[quick] = among @ still[lasting]
        return float(1 - still[start] / wins[start])

    def quantile(self, start: int, chance: float) -> float:
        """Return by when an item that is won in the end is won with some chance.

        Parameters
        ----------
        start
            Where its stay begins now.
        chance
            More than 0 and less than 1 [1].

        Returns
        -------
        Time from now [periods].
        """
        from scipy.optimize import brentq

        if self.reached(start, 0.0) >= chance:
            return 0.0
        last = 1.0 / float(self.rates.min())
        while self.reached(start, last) < chance:
            last *= 2
        return float(brentq(lambda time: self.reached(start, time) - chance, 0.0, last))


def passage(net: Network) -> Passage | None:
    """Return how items pass a network in which nobody ever waits.

    Parameters
    ----------
    net
        The pipeline; that nobody waits in it is for the caller to know.

    Returns
    -------
    By index of the network, and after its nodes the ways that take time; None where a
    time has a memory, or anything changes over time or takes several items at once.
    """
    if not all(map(_forgets, net.nodes)):
        return None
    kept = (node for node in net.nodes if not node.sells)
    ways = [link for node in kept for link in node.links if link.delay]
    count = len(net.nodes) + len(ways)
    onward, won = np.zeros((count, count)), np.zeros(count)
    away = iter(range(len(net.nodes), count))
    for node in net.nodes:
        moves_on = level(node.conversion, 0.0)
        if node.sells:
            won[node.index] = moves_on
            continue
        for link in node.links:
            share = 1 / len(node.links) if node.free else level(link.share, 0.0)
            stop = next(away) if link.delay else link.target
            onward[node.index, stop] += moves_on * share
            if link.delay:
                onward[stop, link.target] = 1.0
    rates = [*map(_rate, net.nodes), *(1 / link.delay for link in ways)]
    return Passage(np.array(rates), onward, won)


def _forgets(node: NetNode) -> bool:
    """Return whether what a node does next does not depend on what it did."""
    is_source = node.kind == "source"
    numbers = [node.conversion, *(link.share for link in node.links)]
    numbers += [] if is_source else [node.pace]
    away = () if node.sells else (link for link in node.links if link.delay)
    return (
        (is_source or node.takes_all or is_exponential(node))
        and not any(isinstance(each, Profile) for each in numbers)
        and all(link.draw == Draw("gamma", 1.0) for link in away)
        and node.recipe is None
        and node.rounds is None
        and node.calendar is None
        and node.availability is None
    )


def _rate(node: NetNode) -> float:
    """Return at which rate a stay at a node ends [1/period]; a source hands on."""
    if node.kind == "source":
        return inf
    pace = level(node.pace, 0.0)
    return 1 / pace if node.timed else pace
