"""The ways between the stages: how many take each, and how long they are away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.estimates import Estimate
from toc_sim.calibrate.fitted_time import FittedTime, fitted_time, rounded
from toc_sim.calibrate.journeys import SOURCE, TO_LOST, TO_OPEN, TO_WON, Journeys
from toc_sim.calibrate.next_steps import next_steps
from toc_sim.calibrate.written_figures import between, percent, short
from toc_sim.language import phrase

Floats = NDArray[np.float64]

DELAYS_HAVE_SHAPES = False
"""Whether the engines draw the time away from a distribution; else it is its mean."""

RARE_WAY = 0.002
"""A way that a smaller part takes is left out, and the others take its part."""

SHORT = 1e-3
"""A time away below this is none [periods]."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way that cases took, by the numbers of nodes.

    Attributes
    ----------
    source, target
        Nodes, `SOURCE` or `TO_WON`.
    share, low, high
        The part that takes it, and its 95 % interval [1].
    taken
        How often it was seen to be taken.
    away
        Time on the way: from the end of the stay before to the beginning of the next
        one's work, or until the case was over [periods]; None: none.
    signed_mean
        Its mean, of which work that overlaps is subtracted [periods].
    """

    source: int
    target: int
    share: float
    low: float
    high: float
    taken: int
    away: FittedTime | None
    signed_mean: float


@dataclass(frozen=True, slots=True)
class Steps:
    """All ways, and how often each node was left.

    Attributes
    ----------
    steps
        The ways, those of the source first.
    conversion
        The part of all cases that is won in the end [1].
    visits
        By node, how often a case is there, on average [1].
    unresolved
        By node, the source last, the part of its stays of which nothing was seen to
        follow [1].
    """

    steps: tuple[Step, ...]
    conversion: float
    visits: tuple[float, ...]
    unresolved: tuple[float, ...]


def drawn_steps(
    journeys: Journeys, lengths: Floats, *, tells_losses: bool, days: float
) -> Steps:
    """Return the ways with their shares and times.

    Shares are cumulative incidences of competing next steps, so that open cases count
    neither as lost nor not at all.

    Parameters
    ----------
    journeys
        Of all cases.
    lengths
        Of each move the time on the way, below 0 where work overlapped; shape (moves,)
        [days].
    tells_losses
        Whether a case that is lost is recorded as such; else what nothing follows is
        lost.
    days
        How long a period is [days].
    """
    count = len(journeys.nodes)
    found: list[Step] = []
    unresolved = []
    for node in (SOURCE, *range(count)):
        steps, rest = _out_of(journeys, lengths / days, node, tells_losses=tells_losses)
        found.extend(steps)
        unresolved.append(rest)
    conversion, visits = _chain(found, count)
    return Steps(tuple(found), conversion, visits, (*unresolved[1:], unresolved[0]))


def _out_of(
    journeys: Journeys, lengths: Floats, node: int, *, tells_losses: bool
) -> tuple[list[Step], float]:
    moves = journeys.moves
    rows = np.flatnonzero(moves.source == node)
    if not len(rows):
        return [], 0.0
    target = moves.target[rows]
    seen = target != TO_OPEN
    lasted = np.maximum(moves.reached[rows] - moves.came[rows], 0.0)
    chances = next_steps(lasted, seen)
    total = float(chances.weight.sum())
    if total == 0:
        return [], 1.0
    all_of_it = total if tells_losses else total + chances.rest
    resolved = int(seen.sum())
    steps = []
    for to in (*range(len(journeys.nodes)), TO_WON):
        which = target == to
        taken = int(which.sum())
        share = chances.chance(which) / all_of_it
        if taken == 0 or share < RARE_WAY:
            continue
        low, high = _interval(share, resolved)
        away = _away(lengths[rows[which]], chances.weight[which])
        steps.append(Step(node, to, share, low, high, taken, *away))
    lost = chances.chance(target == TO_LOST) / all_of_it if tells_losses else None
    return _without_rare(steps, lost), chances.rest


def _without_rare(steps: list[Step], lost: float | None) -> list[Step]:
    """Return the ways with the part of those left out given to the others."""
    if lost is None or not steps:
        return steps
    kept = sum(step.share for step in steps)
    factor = (1 - lost) / kept
    return [
        Step(
            step.source,
            step.target,
            step.share * factor,
            step.low * factor,
            min(step.high * factor, 1.0),
            step.taken,
            step.away,
            step.signed_mean,
        )
        for step in steps
    ]


def _interval(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Jeffreys' prior."""
    from scipy.stats import beta

    won = share * count
    return (
        float(beta.ppf(0.025, won + 0.5, count - won + 0.5)),
        float(beta.ppf(0.975, won + 0.5, count - won + 0.5)),
    )


def _away(lengths: Floats, weight: Floats) -> tuple[FittedTime | None, float]:
    told = np.isfinite(lengths) & (weight > 0)
    if not told.any():
        return None, 0.0
    lengths, weight = lengths[told], weight[told]
    mean = float(weight @ lengths / weight.sum())
    if mean < SHORT:
        return None, mean
    times = np.maximum(lengths, 0.0)
    fitted = fitted_time(times, weight)
    return fitted, mean


def _chain(steps: list[Step], count: int) -> tuple[float, tuple[float, ...]]:
    """Return conversion and mean visits of the chain that the ways are."""
    ways = np.zeros((count, count))
    begin, won = np.zeros(count), np.zeros(count)
    outright = 0.0
    for step in steps:
        if step.source == SOURCE and step.target == TO_WON:
            outright = step.share
        elif step.source == SOURCE:
            begin[step.target] = step.share
        elif step.target == TO_WON:
            won[step.source] = step.share
        else:
            ways[step.source, step.target] = step.share
    visits = np.linalg.lstsq(np.eye(count) - ways.T, begin, rcond=None)[0]
    return float(visits @ won + outright), tuple(float(each) for each in visits)


@dataclass(frozen=True, slots=True)
class WrittenWay:
    """A way as the scenario file has it.

    Attributes
    ----------
    line
        ``{"a -> b": 0.6}``.
    comment
        What stands behind it.
    estimates
        Of its share and delay.
    """

    line: dict[str, Any]
    comment: str
    estimates: tuple[Estimate, ...]


def written_way(
    step: Step, names: tuple[str, str], share: float, away: float
) -> WrittenWay:
    """Return a way as the scenario file has it.

    Parameters
    ----------
    step
        The way.
    names
        Of the nodes at its ends.
    share
        As it is written: those out of one node add up to 1 at most [1].
    away
        The mean time on the way [periods]; 0: none.
    """
    source, target = names
    path = f"flow.{source}->{target}"
    origin = phrase(
        "{share} % of those that left, seen {count} times",
        share=percent(step.share),
        count=short(step.taken),
    )
    estimates = [
        Estimate(
            path,
            share,
            step.low,
            step.high,
            origin,
            step.taken,
            {"won": step.taken, "of": max(round(step.taken / step.share), step.taken)},
        )
    ]
    label: Any = share
    comment = origin
    delay = delay_entry(step.away, away)
    if delay is not None and step.away is not None:
        label = {"share": share, "delay": delay}
        told = _delay_origin(step, away)
        comment = f"{origin}; {told}"
        scale = away / step.away.mean
        estimates.append(
            Estimate(
                f"{path}.delay",
                delay,
                step.away.mean_low * scale,
                step.away.mean_high * scale,
                told,
                step.away.count,
            )
        )
    return WrittenWay({f"{source} -> {target}": label}, comment, tuple(estimates))


def delay_entry(away: FittedTime | None, mean: float) -> Any:
    """Return a time away as a way of the file has it; None: there is none.

    Parameters
    ----------
    away
        Its shape.
    mean
        Its mean [periods].
    """
    if away is None or mean < SHORT:
        return None
    if not DELAYS_HAVE_SHAPES or away.distribution is None:
        return rounded(mean)
    return {"mean": rounded(mean), **away.shape}


def _delay_origin(step: Step, mean: float) -> str:
    if step.away is None:
        return ""
    scale = mean / step.away.mean
    return phrase(
        "{mean} periods on the way, {interval} ({shape})",
        mean=short(mean),
        interval=between(step.away.mean_low * scale, step.away.mean_high * scale),
        shape=step.away.origin,
    )
