"""How much goes through each node when every queue may grow as it likes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.capacity.exact.routes import Marks, Matrix, Routes, Vector, solved

EVEN = 1e-9
"""A load that is no further from 1 is neither below nor above it."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """The flow through a network with unlimited buffers.

    Attributes
    ----------
    arriving, leaving
        What comes to each node and what it finishes [items/period].
    emits
        Whose pace is its own: sources, stages with an unlimited supply, and those to
        which more comes than they can do.
    worth
        Purchases that each item finished at a node leads to [1].
    """

    arriving: Vector
    leaving: Vector
    emits: Marks
    worth: Vector

    @property
    def throughput(self) -> float:
        """What is bought [items/period]: all that the nodes with a pace send out."""
        return float(self.parts.sum())

    @property
    def parts(self) -> Vector:
        """What each node answers for of the throughput [items/period]."""
        return np.where(self.emits, self.leaving * self.worth, 0.0)


def traffic(ways: Routes, supplied: Marks) -> Traffic:
    """Return the flow that settles in the long run.

    Parameters
    ----------
    ways
        Where items go.
    supplied
        Which nodes are sources, or never wait for work.

    Notes
    -----
    A node passes on what comes to it, at most what it can do. Those equations have
    one solution (Goodman & Massey 1984, for Jackson's networks). It is approached from
    above: whoever is not overloaded by too much traffic is not overloaded.
    """
    found = _flow(ways, supplied)
    full = ~supplied & (found.arriving > ways.capacity)
    while full.any():
        found = _flow(ways, supplied | full)
        still = full & (found.arriving > ways.capacity)
        if (still == full).all():
            break
        full = still
    return found


def loads(ways: Routes, flow: Traffic) -> Vector:
    """Return how much comes to each node, of what it can do [1]."""
    return flow.arriving / ways.capacity


def _flow(ways: Routes, emits: Marks) -> Traffic:
    """Return the flow if some nodes keep their own pace, whatever comes."""
    pace = np.where(emits, ways.capacity, 0.0)
    through = _passed_on(ways.onward, emits)
    leaving = solved(through.T, np.where(emits, pace, pace @ ways.onward))
    worth = solved(through, ways.sold)
    worth[emits] = ways.sold[emits] + (ways.onward @ np.where(emits, 0.0, worth))[emits]
    return Traffic(leaving @ ways.onward, leaving, emits, worth)


def _passed_on(onward: Matrix, emits: Marks) -> Matrix:
    """Return the equations of those who pass on what comes; the others stand alone."""
    between = onward.copy()
    between[emits, :] = 0.0
    between[:, emits] = 0.0
    passed: Matrix = np.eye(len(onward)) - between
    return passed
