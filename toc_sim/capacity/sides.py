"""What a small change of an owner's rates does: up on one side, down on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

TIE = 1e-7
"""Limits that differ by less than this part of each other count as equal."""

SURE = 1e-6
"""Elasticities that differ by less than this count as equal."""

Factors = NDArray[np.float64]
"""For each owner, in order, what its rates are multiplied by; a policy comes last."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Throughput, and its one-sided elasticities to the rates of each owner.

    Attributes
    ----------
    throughput
        The most that can be bought [items/period].
    right
        What raising the owner alone by 1 % would bring, in per cent [1].
    left
        What lowering it by 1 % would cost, in per cent [1].
    flows
        Of a linear program, how much goes where per item bought [1]; else empty.
    """

    throughput: float
    right: NDArray[np.float64]
    left: NDArray[np.float64]
    flows: NDArray[np.float64]


class Problem(Protocol):
    """A network put as a problem that has a best answer."""

    @property
    def method(self) -> Literal["cut", "lp"]:
        """How it is solved."""
        ...

    def throughput(self, factors: Factors, near: Sides | None = None) -> float:
        """Return the most that can be bought; *near* is an answer like it, if known."""
        ...

    def sides(self, factors: Factors) -> Sides:
        """Return what raising, and what lowering, each owner would change."""
        ...
