"""The numbers of a stream, a block at a time; the first ones are kept for other runs.

Variants of a scenario meet the same chance: replication 3 of each begins with the same
draws. They are made once, as far as memory allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from toc_sim.engine.compiled.state import Real
from toc_sim.engine.compiled.tables import StreamPlan
from toc_sim.engine.rules.time_left import work_left
from toc_sim.streams import Purpose, block, generator

KEPT_BYTES = 64_000_000
"""Memory that draws may take which are kept; what is beyond is forgotten together."""

MOST_KEPT_DRAWS = 1 << 16
"""Draws of one stream that are kept, at most."""

Key = tuple[int, int, StreamPlan]
"""Seed and replication, and which stream."""


class KnownDraws:
    """The first draws of streams, each with the state of its generator after them.

    Threads may share it: what is in it is never changed, and to look and to put
    something in are one step each.
    """

    def __init__(self, room: int = KEPT_BYTES) -> None:
        self._room, self._used = room, 0
        self._known: dict[Key, tuple[Real, Mapping[str, Any]]] = {}

    def first(self, key: Key) -> tuple[Real, Mapping[str, Any] | None]:
        """Return the first draws of a stream, and the state after them, if known."""
        return self._known.get(key) or (_NOTHING, None)

    def keep(self, key: Key, draws: Real, after: Mapping[str, Any]) -> None:
        """Keep the first draws of a stream, and the state after them."""
        if len(draws) > MOST_KEPT_DRAWS:
            return
        if self._used > self._room:
            self._known, self._used = {}, 0
        self._known[key] = draws, after
        self._used += draws.nbytes


_NOTHING: Real = np.empty(0)

_KNOWN = KnownDraws()


def draws_of(plan: StreamPlan, seed: int, replication: int) -> Callable[[int], Real]:
    """Return what gives the numbers of a stream to a run, from the first on.

    Parameters
    ----------
    plan
        Which stream.
    seed, replication
        Of the run.
    """
    rest = StreamDraws(replace(plan, node=None), seed, replication)
    if plan.node is None:
        return rest
    return _AfterOpen(work_left(plan.node, seed, replication), rest)


class _AfterOpen:
    """Gives what is left of services under way at the start, then a stream (R56)."""

    def __init__(self, left: Real, rest: StreamDraws) -> None:
        self._left, self._rest = left, rest

    def __call__(self, size: int) -> Real:
        """Return the next numbers."""
        head, self._left = self._left[:size], self._left[size:]
        if len(head) == size:
            return head
        return np.concatenate((head, self._rest(size - len(head))))


class StreamDraws:
    """Gives the numbers of one stream, from the first on.

    Parameters
    ----------
    plan
        Which stream.
    seed, replication
        Of the run.
    known
        Where first draws are kept.
    """

    def __init__(
        self, plan: StreamPlan, seed: int, replication: int, known: KnownDraws = _KNOWN
    ) -> None:
        self._key = seed, replication, plan
        self._shelf = known
        self._known, self._after = known.first(self._key)
        self._given = 0
        self._draw: Callable[[int], Real] | None = None

    def __call__(self, size: int) -> Real:
        """Return the next numbers; nobody may change them."""
        begin, end = self._given, self._given + size
        self._given = end
        head = self._known[begin:end]
        if len(head) == size:
            return head
        if self._draw is None:
            source = self._source()
            self._draw = _drawing(self._key[2], source)
            if begin == 0:
                draws = np.concatenate((head, self._draw(size - len(head))))
                self._shelf.keep(self._key, draws, source.bit_generator.state)
                return draws
        return np.concatenate((head, self._draw(size - len(head))))

    def _source(self) -> np.random.Generator:
        """Return the generator, after the draws that are known."""
        seed, replication, plan = self._key
        source = generator(seed, replication, plan.name, plan.purpose, plan.part)
        if self._after is not None:
            source.bit_generator.state = self._after
        return source


def _drawing(plan: StreamPlan, source: np.random.Generator) -> Callable[[int], Real]:
    """Return what gives so many numbers of a stream."""
    shape = plan.draw
    if shape is not None:
        return lambda size: block(shape, source, size)
    if plan.purpose in (Purpose.FAILURE, Purpose.REPAIR):
        return source.standard_exponential
    return source.random
