"""How sure a mean over replications is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cbrt, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.network import Network

ByReplication = NDArray[np.float64]
"""One value for each replication; shape (replications,)."""

_STRAIGHT = 1e-6
"""Skewness of a mean below which there is none to take out."""


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

    def at_least(self, half_width: float) -> Interval:
        """Return the same about its mean, with ends at least so far from it."""
        if not self.half_width < half_width:
            return self
        return Interval(self.mean, self.mean - half_width, self.mean + half_width)

    @property
    def half_width(self) -> float:
        """How far the ends lie from the mean."""
        return (self.high - self.low) / 2

    @property
    def is_known(self) -> bool:
        """Whether there were enough runs to tell."""
        return self.low == self.low

    @property
    def least(self) -> float:
        """The low end; the mean where there were too few runs to tell."""
        return self.low if self.is_known else self.mean

    @property
    def most(self) -> float:
        """The high end; the mean where there were too few runs to tell."""
        return self.high if self.is_known else self.mean


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


def skewed_interval(
    values: Sequence[float] | NDArray[np.float64],
    confidence: float,
    *,
    is_certain: bool = False,
) -> Interval:
    """Return the interval of a mean of skewed values: Student-t, straightened.

    Of queues and times a few long ones lie far above the others, so that a mean is too
    low oftener than too high. Hall's transformation of the t statistic takes the
    skewness that is seen out of it; both ends move away from the bulk.

    Parameters
    ----------
    values
        One for each replication.
    confidence
        The chance that the interval covers the true mean [1].
    is_certain
        Whether nothing was left to chance: then the first value says all.

    References
    ----------
    Hall 1992, *On the removal of skewness by transformation*, J. R. Statist. Soc. B
    54(1), the cubic transformation.
    """
    plain = interval(values, confidence, is_certain=is_certain)
    count = len(values)
    if not plain.half_width > 0 or count < 3:  # noqa: PLR2004 - two are never skewed
        return plain
    from scipy.special import stdtrit

    numbers = np.asarray(values, dtype=float)
    error = float(numbers.std(ddof=1)) / sqrt(count)
    third = float(((numbers - plain.mean) ** 3).mean()) / (error * sqrt(count)) ** 3
    skew = third * count**2 / ((count - 1) * (count - 2)) / sqrt(count)
    if abs(skew) < _STRAIGHT:
        return plain
    quantile = float(stdtrit(count - 1, (1 + confidence) / 2))
    high, low = (
        plain.mean - error * 3 / skew * (cbrt(1 + skew * (end - skew / 6)) - 1)
        for end in (-quantile, quantile)
    )
    return Interval(plain.mean, low, high)


def regressed(
    values: NDArray[np.float64], control: NDArray[np.float64], confidence: float
) -> Interval:
    """Return the interval of a mean, less what a control variate explains of it.

    The factor of the control is estimated by least squares from the same values: for
    that a degree of freedom is paid, and the interval is wider by how far the mean of
    the control lies from 0, over its own spread. It is exact where both are normal.

    Parameters
    ----------
    values
        One for each replication; three at least.
    control
        Of the same replications, in any unit; its true mean is 0. One that never varies
        explains nothing.
    confidence
        The chance that the interval covers the true mean [1].

    References
    ----------
    Lavenberg & Welch 1981, *A perspective on the use of control variables to increase
    the efficiency of Monte Carlo simulations*, Management Science 27(3), eq. 9-13.
    """
    count = len(values)
    apart = control - control.mean()
    spread = float(apart @ apart)
    if count < 3 or not spread:  # noqa: PLR2004 - two points lie on a line
        return interval(values, confidence)
    from scipy.special import stdtrit

    factor = float(apart @ values) / spread
    centre = float(control.mean())
    mean = float(values.mean()) - factor * centre
    rest = values - mean - factor * control
    error = sqrt(float(rest @ rest) / (count - 2) * (1 / count + centre**2 / spread))
    half = float(stdtrit(count - 2, (1 + confidence) / 2)) * error
    return Interval(mean, mean - half, mean + half)


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
