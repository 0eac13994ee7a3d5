"""Which variants deserve the next runs when time is short.

Optimal computing budget allocation (Chen & Lee 2010): most runs go to the leader and
to those that could still overtake it. It promises no confidence; it makes the most of
a fixed number of runs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def shares(means: Sequence[float], variances: Sequence[float]) -> tuple[float, ...]:
    """Return the share of all runs that each system should have in the end [1].

    Those that maximise, approximately, the chance of a right choice as runs grow in
    number (Chen & Lee 2010): of a rival, in proportion to its variance over the square
    of its distance from the leader; of the leader, the root of its variance times the
    sum of the rivals' squared shares over their variances.

    Where rivals tie with the leader the shares are the limit of ever smaller distance:
    all runs go to those. Systems without variance need none; if that is all of them,
    shares are equal.

    Parameters
    ----------
    means, variances
        Of the outcomes of each system so far; the leader has the largest mean.
    """
    spread = np.asarray(variances, dtype=float)
    level = np.asarray(means, dtype=float)
    leader = int(level.argmax())
    rivals = (np.arange(len(level)) != leader) & (spread > 0)
    weights = np.zeros_like(level)
    if rivals.any():
        distances = level[leader] - level[rivals]
        nearest = distances.min()
        closeness = (
            nearest / distances if nearest > 0 else (distances == 0).astype(float)
        )
        weights[rivals] = spread[rivals] * closeness**2
        weights[leader] = np.sqrt(
            spread[leader] * (weights[rivals] ** 2 / spread[rivals]).sum()
        )
    if not weights.any():
        weights[:] = spread if spread.any() else 1.0
    return tuple((weights / weights.sum()).tolist())


def allocation(
    means: Sequence[float], variances: Sequence[float], done: Sequence[int], extra: int
) -> tuple[int, ...]:
    """Return how many of the next runs each system should have (Chen & Lee 2010).

    The total that is then done is shared out. Who has had more than its share already
    gets none, and the rest is shared again among the others. Shares are rounded down;
    what is left over goes to the leader, or to the largest share where the leader gets
    none.

    Parameters
    ----------
    means, variances
        Of the outcomes of each system so far.
    done
        How many runs each system has had.
    extra
        How many runs there are to share out.

    Returns
    -------
    tuple[int, ...]
        Of each system; together, exactly `extra`.
    """
    if not extra:
        return (0,) * len(done)
    wanted = np.array(shares(means, variances))
    had = np.asarray(done, dtype=np.int64)
    takes = np.ones(len(had), dtype=bool)
    while True:
        left = int(had[takes].sum()) + extra
        target = np.floor(left * wanted / wanted[takes].sum()).astype(np.int64)
        beyond = takes & (target < had)
        if not beyond.any():
            break
        takes &= ~beyond
    more = np.where(takes, target - had, 0)
    level = np.where(takes, wanted, -1.0)
    leader = int(np.argmax(means))
    more[leader if takes[leader] else level.argmax()] += extra - more.sum()
    return tuple(more.tolist())
