"""How sure a mean over replications is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Network

ByReplication = NDArray[np.float64]
"""One value for each replication; shape (replications,)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its confidence interval.

    Attributes
    ----------
    mean, low, high
        In the unit of what is estimated; with one random run the ends are nan.
    """

    mean: float
    low: float
    high: float

    def times(self, factor: float) -> Interval:
        """Return the same in another unit; a factor below 0 exchanges the ends."""
        ends = sorted((factor * self.low, factor * self.high))
        return Interval(factor * self.mean, *ends)

    @property
    def half_width(self) -> float:
        """How far the ends lie from the mean."""
        return (self.high - self.low) / 2

    @property
    def is_known(self) -> bool:
        """Whether there were enough runs to tell."""
        return self.low == self.low


def certain(value: float) -> Interval:
    """Return the interval of what is known for sure.

    Parameters
    ----------
    value
        In any unit.
    """
    return Interval(value, value, value)


def interval(
    values: Sequence[float] | NDArray[np.float64],
    confidence: float,
    *,
    is_certain: bool = False,
) -> Interval:
    """Return the Student-t interval of the mean of independent values.

    Parameters
    ----------
    values
        One for each replication.
    confidence
        The chance that the interval covers the true mean [1].
    is_certain
        Whether nothing was left to chance: then the first value says all.
    """
    if is_certain:
        return certain(float(values[0]))
    numbers = np.asarray(values, dtype=float)
    mean = float(numbers.mean())
    count = len(numbers)
    if count < 2:  # noqa: PLR2004 - one value has no spread
        return Interval(mean, nan, nan)
    from scipy.special import stdtrit

    quantile = float(stdtrit(count - 1, (1 + confidence) / 2))
    half = quantile * float(numbers.std(ddof=1)) / sqrt(count)
    return Interval(mean, mean - half, mean + half)


def positive_interval(
    values: Sequence[float] | NDArray[np.float64],
    confidence: float,
    *,
    is_certain: bool = False,
) -> Interval:
    """Return the Student-t interval of a mean that cannot be 0, on the scale of logs.

    Means of queues and times are skewed: the few long ones lie far above. On the
    logarithm's scale, to which the error is carried by the delta method, the interval
    misses as often above as below.

    Parameters
    ----------
    values
        One for each replication.
    confidence
        The chance that the interval covers the true mean [1].
    is_certain
        Whether nothing was left to chance: then the first value says all.
    """
    plain = interval(values, confidence, is_certain=is_certain)
    if not plain.is_known or not plain.mean > 0:
        return plain
    factor = exp(plain.half_width / plain.mean)
    return Interval(plain.mean, plain.mean / factor, plain.mean * factor)


def over(net: Network, values: Sequence[float] | NDArray[np.float64]) -> Interval:
    """Return the interval of the mean over the replications of a scenario.

    Without chance the one value is certain.

    Parameters
    ----------
    net
        The network that was run.
    values
        One for each replication.
    """
    confidence = net.scenario.run.confidence
    return interval(values, confidence, is_certain=net.is_deterministic)


def simultaneous(confidence: float, comparisons: int) -> float:
    """Return the confidence each interval needs for all to hold together [1].

    After Bonferroni: the chance that any of them misses is at most the sum of their
    chances to miss, however they depend on each other; so each may miss with its equal
    part of what is allowed. Cautious with many comparisons, never wrong.

    Parameters
    ----------
    confidence
        The chance that all intervals cover their true values [1].
    comparisons
        How many intervals there are.
    """
    return 1 - (1 - confidence) / max(1, comparisons)
