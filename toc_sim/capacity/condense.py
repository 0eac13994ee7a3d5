"""A large program made small: flows that follow from another one are left out.

What a stage hands on to one other stage alone need not be more than that one takes.
The flow of hundreds of products through a few machines then is one number a product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.capacity.program import Matrix, Program, Use

MANY_COLUMNS = 200
"""Flows from which it pays to leave out those that follow from others."""


@dataclass(frozen=True, slots=True)
class Condensed:
    """A program with fewer flows, and how those left out follow from them.

    Attributes
    ----------
    program
        With the same limits; its columns are those that are left.
    column, ratio
        By flow of the whole program, the column that it follows from, and how many
        times that one it is [1].
    """

    program: Program
    column: NDArray[np.intp]
    ratio: NDArray[np.float64]

    def rows(self, rows: Matrix) -> Matrix:
        """Return rows over all flows as rows over those that are left."""
        return _over(rows, self.column, self.ratio, self.program.columns)


def condense(program: Program) -> Condensed:
    """Leave out the flows that follow from another one.

    A flow that feeds one other alone costs time at its limits and brings nothing by
    itself: in a best answer that does no needless work it is no larger than what the
    one after it needs. A small program is left as it is.

    Parameters
    ----------
    program
        The inequalities.
    """
    count = program.columns
    follows: NDArray[np.intp] = np.arange(count)
    ratio = np.ones(count)
    if count >= MANY_COLUMNS:
        rows = np.vstack([program.at_most, program.equal])
        gives, takes = rows < 0, rows > 0
        feeds = gives.sum(axis=0)
        held = np.any(takes[len(program.at_most) :], axis=0)
        plain = (gives.sum(axis=1) == 1) & (takes.sum(axis=1) == 1)
        for row in np.flatnonzero(plain):
            giver, taker = int(gives[row].argmax()), int(takes[row].argmax())
            if feeds[giver] > 1 or program.bought[giver] != 0:
                continue  # more of it may help elsewhere
            if row < len(program.at_most) and held[giver]:
                continue  # it takes all that is handed to it, needed or not
            if (takes[:, giver] & gives[:, taker]).any():
                continue  # they feed each other
            follows[giver] = taker
            ratio[giver] = rows[row, taker] / -rows[row, giver]
        _follow_to_the_end(follows, ratio)
    left = np.flatnonzero(follows == np.arange(count))
    column: NDArray[np.intp] = np.searchsorted(left, follows)
    if len(left) == count:
        return Condensed(program, column, ratio)
    use = program.use
    return Condensed(
        Program(
            use=Use(
                use.limit, column[use.column], use.part * ratio[use.column], use.owner
            ),
            limits=program.limits,
            policy=program.policy,
            bought=program.bought[left],
            at_most=_some(_over(program.at_most, column, ratio, len(left))),
            equal=_some(_over(program.equal, column, ratio, len(left))),
        ),
        column,
        ratio,
    )


def _over(
    rows: Matrix, column: NDArray[np.intp], ratio: NDArray[np.float64], columns: int
) -> Matrix:
    """Return rows over all flows as rows over those that are left."""
    found = np.zeros((columns, len(rows)))
    np.add.at(found, column, (rows * ratio).T)
    return found.T


def _follow_to_the_end(follows: NDArray[np.intp], ratio: NDArray[np.float64]) -> None:
    """Let each flow follow from one that is left; a circle of flows is left whole."""
    for column in range(len(follows)):
        way, at = [], column
        while follows[at] != at and at not in way:
            way.append(at)
            at = int(follows[at])
        if follows[at] != at:  # a circle: nothing in it is the last
            follows[way], ratio[way] = way, 1.0
            continue
        for each in reversed(way):
            ratio[each] *= ratio[follows[each]] if follows[each] != at else 1.0
            follows[each] = at


_ROUNDING = 1e-12
"""What rounding leaves of a row whose flows cancel."""


def _some(rows: Matrix) -> Matrix:
    """Return the rows that say something."""
    says = (np.abs(rows) > _ROUNDING).any(axis=1)
    found: Matrix = rows[says]
    return found
