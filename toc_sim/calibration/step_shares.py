"""Which steps follow each stage, and in what part of all cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.arrays import Numbered, Reals
from toc_sim.calibration.journeys import (
    FROM_OUTSIDE,
    TO_LOST,
    TO_OPEN,
    TO_WON,
    Journeys,
)
from toc_sim.calibration.next_steps import next_steps

RARE_WAY = 0.015
"""A way that a smaller part takes is left out, and the others take its part..."""

SEEN_OFTEN = 30
"""...unless it was taken so often."""

MISSED = 20
"""So many that ought to have ended and did not tell that no ends were recorded then."""

STUCK, STUCK_PART = 10, 0.02
"""Cases go nowhere from a stage if so many of them are open for longer than any step
was seen to take, and that is more than this part of all."""

_SOME = 1e-9
"""A stage that is visited less often, on average, is not visited."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way that cases took, by the numbers of nodes.

    Attributes
    ----------
    source, target
        Nodes, `FROM_OUTSIDE`, `TO_WON` or `TO_LOST`.
    share, low, high
        The part that takes it, and its 95 % interval [1].
    rows, weight
        Which of the moves took it, and of each the part of all chances: it stands for
        those that were still under way, too. Shape (taken,).
    of
        How many it is a part of.
    """

    source: int
    target: int
    share: float
    low: float
    high: float
    rows: Numbered
    weight: Reals
    of: int

    @property
    def taken(self) -> int:
        """How often it was seen to be taken."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Steps:
    """All ways, and what follows from them.

    Attributes
    ----------
    steps
        The ways, those of the source first.
    conversion
        The part of all cases that is won in the end [1].
    visits
        By node, how often a case is there, on average; 0: it is no part of the
        scenario [1].
    lost
        The ways to where cases are lost, as far as records tell when.
    dead_ends
        Nodes from which nothing was ever won: what goes there is lost.
    rest
        By node, and last of the source, the part that goes nowhere though nobody told
        that it was lost [1].
    """

    steps: tuple[Step, ...]
    conversion: float
    visits: tuple[float, ...]
    lost: tuple[Step, ...]
    dead_ends: tuple[int, ...]
    rest: tuple[float, ...]

    def out_of(self, node: int) -> tuple[Step, ...]:
        """Return the ways out of a node."""
        return tuple(step for step in self.steps if step.source == node)


def step_shares(
    journeys: Journeys, *, loses_silently: bool, full: Collection[int] = ()
) -> Steps:
    """Return the ways between nodes, with their shares.

    Shares are cumulative incidences of competing next steps, over the time since the
    case came to the stage: an open case is not lost, and not left out either. What
    several cases are open for longer than any step was ever seen to take goes nowhere.

    Parameters
    ----------
    journeys
        Of all cases.
    loses_silently
        Whether cases are lost without a record of it: then whatever nothing follows is
        lost.
    full
        Nodes at the end of their capacity: who is there for long waits for a turn.
    """
    count = len(journeys.nodes)
    found: list[Step] = []
    rest = []
    for node in (*range(count), FROM_OUTSIDE):
        steps, left = _out_of(
            journeys, node, loses_silently=loses_silently, full=node in full
        )
        found.extend(steps)
        rest.append(left)
    alive = _alive(found, count)
    kept = [s for s in found if s.target == TO_WON or s.target in alive]
    conversion, visits = _chain(kept, count)
    some = tuple(v if v > _SOME and n in alive else 0.0 for n, v in enumerate(visits))
    kept = [s for s in kept if s.source == FROM_OUTSIDE or some[s.source] > 0]
    kept.sort(key=lambda step: step.source)
    dead = tuple(n for n in range(count) if n not in alive)
    lost = tuple(_losses(found, node, dead) for node in range(count) if some[node])
    return Steps(
        tuple(kept),
        conversion,
        some,
        tuple(step for step in lost if step is not None),
        dead,
        tuple(rest),
    )


def _losses(found: Iterable[Step], node: int, dead: Collection[int]) -> Step | None:
    """Return the way from a node to where cases are lost; None: hardly any are."""
    ways = [s for s in found if s.source == node and s.target in (TO_LOST, *dead)]
    share = sum(step.share for step in ways)
    taken = sum(step.taken for step in ways)
    if not taken or (share < RARE_WAY and taken < SEEN_OFTEN):
        return None
    rows = np.concatenate([step.rows for step in ways])
    weight = np.concatenate([step.weight for step in ways])
    low, high = _interval(share, ways[0].of)
    return Step(node, TO_LOST, share, low, high, rows, weight, ways[0].of)


def ends_told_from(journeys: Journeys) -> float:
    """Return when records begin to tell how cases go on [days].

    Later than their begin where none went on before some day, though many had come.

    Parameters
    ----------
    journeys
        Of all cases.
    """
    moves, first = journeys.moves, 0.0
    for node in range(len(journeys.nodes)):
        rows = moves.source == node
        seen = moves.target[rows] != TO_OPEN
        came, reached = moves.came[rows], moves.reached[rows]
        if _entered(came, reached, seen) is not None:
            first = max(first, float(reached[seen].min()))
    return first


def _out_of(
    journeys: Journeys, node: int, *, loses_silently: bool, full: bool
) -> tuple[list[Step], float]:
    moves = journeys.moves
    rows = np.flatnonzero(moves.source == node)
    if not len(rows):
        return [], 0.0
    target = moves.target[rows]
    seen = target != TO_OPEN
    lasted = np.maximum(moves.reached[rows] - moves.came[rows], 0.0)
    entered = _entered(moves.came[rows], moves.reached[rows], seen)
    chances = next_steps(lasted, seen, entered)
    total = float(chances.weight.sum())
    if total == 0:
        return [], 1.0
    beyond = int((lasted[~seen] > lasted[seen].max()).sum())
    beyond *= not full
    stuck = loses_silently or (beyond >= STUCK and chances.rest > STUCK_PART)
    all_of_it = total + chances.rest if stuck else total
    resolved = len(rows) if stuck else int(seen.sum())
    steps = []
    for to in (*range(len(journeys.nodes)), TO_WON):
        which = target == to
        share = chances.chance(which) / all_of_it
        if share >= RARE_WAY or which.sum() >= SEEN_OFTEN:
            low, high = _interval(share, resolved)
            weight = chances.weight[which]
            step = Step(node, to, share, low, high, rows[which], weight, resolved)
            steps.append(step)
    lost = chances.chance(target == TO_LOST) + (chances.rest if stuck else 0.0)
    rest = chances.rest / all_of_it if stuck else 0.0
    steps = _together(steps, 1 - lost / all_of_it)
    which = target == TO_LOST
    if node >= 0 and which.any():
        share = chances.chance(which) / all_of_it
        ends = _interval(share, resolved)
        weight = chances.weight[which]
        steps.append(Step(node, TO_LOST, share, *ends, rows[which], weight, resolved))
    return steps, rest


def _entered(came: Reals, reached: Reals, seen: NDArray[np.bool_]) -> Reals | None:
    """Return at which age each would have been seen to go on; None: at once.

    Records that tell nothing of ends before some day, though many had come by then and
    ought to have ended, begin to tell of them that day.
    """
    if not seen.any():
        return None
    first = float(reached[seen].min())
    early = came < first
    later = seen & ~early
    if early.sum() < MISSED or later.sum() < MISSED:
        return None
    lags = np.sort((reached - came)[later])
    by_then = np.searchsorted(lags, first - came[early], "right") / len(lags)
    part = later.sum() / max((~early).sum(), 1)
    if by_then.sum() * part < MISSED:
        return None
    entered: Reals = np.maximum(first - came, 0.0)
    return entered


def _together(steps: Sequence[Step], whole: float) -> list[Step]:
    """Return ways whose shares add up to a whole: with the part of those left out."""
    kept = sum(step.share for step in steps)
    if not kept:
        return []
    factor = whole / kept
    return [
        replace(
            step,
            share=step.share * factor,
            low=step.low * factor,
            high=min(step.high * factor, 1.0),
        )
        for step in steps
    ]


def _interval(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Jeffreys' prior."""
    from scipy.stats import beta

    won = share * count
    shape = won + 0.5, max(count - won, 0.0) + 0.5
    low, high = float(beta.ppf(0.025, *shape)), float(beta.ppf(0.975, *shape))
    return low, 1.0 if share > 1 - _SOME else high


def _alive(steps: Iterable[Step], count: int) -> frozenset[int]:
    """Return the nodes from which something was won."""
    back: dict[int, list[int]] = {}
    for step in steps:
        back.setdefault(step.target, []).append(step.source)
    seen = {TO_WON}
    waiting = [TO_WON]
    while waiting:
        for source in back.get(waiting.pop(), []):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return frozenset(node for node in range(count) if node in seen)


def _chain(steps: Iterable[Step], count: int) -> tuple[float, tuple[float, ...]]:
    """Return conversion and mean visits of the chain that the ways are."""
    ways = np.zeros((count, count))
    begin, won = np.zeros(count), np.zeros(count)
    outright = 0.0
    for step in steps:
        if step.source == FROM_OUTSIDE and step.target == TO_WON:
            outright = step.share
        elif step.source == FROM_OUTSIDE:
            begin[step.target] = step.share
        elif step.target == TO_WON:
            won[step.source] = step.share
        else:
            ways[step.source, step.target] = step.share
    visits = np.linalg.lstsq(np.eye(count) - ways.T, begin, rcond=None)[0]
    return float(visits @ won + outright), tuple(float(each) for each in visits)
