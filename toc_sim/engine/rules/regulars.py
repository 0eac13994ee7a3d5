"""Customers at the start: which of them come back, and when, in both engines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import NetNode
from toc_sim.scenario.fields.numbers import Profile, level
from toc_sim.streams import Purpose, generator


def returns(
    market: NetNode, way: int, seed: int, replication: int, *, start: float
) -> NDArray[np.float64]:
    """Return when the customers of a way come back who bought before the start (R54).

    Parameters
    ----------
    market
        Where they bought.
    way
        The number of the way among those out of the market.
    seed, replication
        Which chance they meet.
    start
        When the clock begins [periods].

    Returns
    -------
    The moments, in their order; shape (customers who come back,) [periods].
    """
    link = market.links[way]
    count, share = link.customers, link.share
    numbers = np.arange(count, dtype=np.float64)
    moments = start + (numbers + 0.5) * (link.delay / max(1, count))
    if not isinstance(share, Profile) and share in {0.0, 1.0}:
        return moments if share else moments[:0]
    chance = generator(seed, replication, market.stream, Purpose.CUSTOMERS, way)
    shares = (
        [level(share, bought) for bought in (moments - link.delay).tolist()]
        if isinstance(share, Profile)
        else share
    )
    return moments[chance.random(count) < np.array(shares)]
