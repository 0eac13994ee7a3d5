"""Detectors for serial lines: who waits for whom tells where the constraint is.

A market stands as the last machine of its line: the time in which it waits for goods
is its starvation. A source stands as the first machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from toc_sim.constraint.detection import (
    SAME,
    Detection,
    Rule,
    in_line,
    measure,
    why_not_serial,
)
from toc_sim.engine.result import RunResult
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode

ARROWS = Rule("arrows", "Arrows (blocked / starved)")
TURNING_POINT = Rule("turning_point", "Turning point")
DEPARTURES = Rule("departures", "Most regular departures")


def arrows(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine at which the arrows between neighbours point.

    Between two neighbours the arrow points downstream if the first is blocked more
    than the second is starved, else upstream. A machine that no arrow leaves is a
    constraint; of several, the one with the highest severity: how much more its
    neighbours wait for it than it waits for them. Scores are the severities [1] of
    the machines that no arrow leaves.

    References
    ----------
    Kuo, Lim & Meerkov (1996), Bottlenecks in serial production lines: a
    system-theoretic approach, Mathematical Problems in Engineering 2(3), 233-276.
    Li & Meerkov (2009), Production Systems Engineering, Springer, ch. 5.
    """
    why = why_not_serial(net)
    if why:
        return ARROWS.silent(why)
    line = in_line(net)
    each = [measure(results, node) for node in line]
    pulls = [after.starved - before.blocked for before, after in pairwise(each)]
    # pulls[i] < 0: i is blocked more than i + 1 is starved, the arrow points downstream
    upstream, downstream = [0.0, *pulls], [*pulls, 0.0]
    scores = [
        (node.name, right - left)
        for node, left, right in zip(line, upstream, downstream, strict=True)
        if left <= SAME and right >= -SAME
    ]
    return ARROWS.highest(scores)


def turning_point(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine where more blocked than starved turns into the opposite.

    All machines before a turning point are blocked more than starved, all after it
    starved more than blocked, and it is blocked and starved together less than its
    neighbours. Where there is none, the machine that is blocked and starved least is
    named instead, and the reason says so. Scores are the shares of time blocked or
    starved [1]; the lowest counts.

    References
    ----------
    Li, Chang & Ni (2009), Data driven bottleneck detection of manufacturing systems,
    International Journal of Production Research 47(18), 5019-5036.
    """
    why = why_not_serial(net)
    if why:
        return TURNING_POINT.silent(why)
    line = in_line(net)
    each = [measure(results, node) for node in line]
    lean = [node.blocked - node.starved for node in each]
    waits = [node.blocked + node.starved for node in each]
    scores = tuple((node.name, wait) for node, wait in zip(line, waits, strict=True))
    turns = [index for index in range(len(line)) if _turns(index, lean, waits)]
    if turns:
        return Detection(
            TURNING_POINT.name,
            TURNING_POINT.title,
            tuple(line[index].name for index in turns),
            scores,
            applies=True,
        )
    return TURNING_POINT.lowest(
        _without_sources(line, scores),
        "no turning point: the one least blocked and starved",
    )


def departures(net: Network, results: Sequence[RunResult]) -> Detection:
    """Name the machine whose departures are most regular.

    Scores are squared coefficients of variation of the times between departures [1];
    the lowest counts. In a line without losses all means are equal, and the order is
    that of the variances, as the authors have it.

    References
    ----------
    Betterton & Silver (2012), Detecting bottlenecks in serial production lines: a
    focus on interdeparture time variance, International Journal of Production
    Research 50(15), 4158-4174.
    """
    why = why_not_serial(net)
    if why:
        return DEPARTURES.silent(why)
    line = in_line(net)
    scores = tuple((node.name, measure(results, node).gap_spread) for node in line)
    return DEPARTURES.lowest(_without_sources(line, scores))


def _turns(at: int, lean: Sequence[float], waits: Sequence[float]) -> bool:
    neighbours = [*waits[max(at - 1, 0) : at], *waits[at + 1 : at + 2]]
    return (
        all(value > SAME for value in lean[:at])
        and all(value < -SAME for value in lean[at + 1 :])
        and all(waits[at] < wait - SAME for wait in neighbours)
    )


def _without_sources(
    line: Sequence[NetNode], scores: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Leave out sources: their clock never waits, whatever the line does."""
    return tuple(
        score for node, score in zip(line, scores, strict=True) if node.kind != "source"
    )
