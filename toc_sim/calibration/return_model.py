"""Who comes back, and after how long: a share and a delay that a scenario can have."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.delay_family import DelayFit, Figures, best_fit, fit_of
from toc_sim.calibration.fitted_time import rounded
from toc_sim.calibration.order_history import Flags, OrderHistory
from toc_sim.calibration.return_curve import TWO_SIGMA, share_interval
from toc_sim.constraint.intervals import Interval

GROUPS = 20
"""Customers are divided into so many parts; each is left out once, for the error."""

_SEEN = 0.98
"""If less of the delays is over by the end of the records, the rest is left out [1]."""

_SAMPLES = 40
"""So many quantiles stand for delays that are cut off at the end of the records."""


@dataclass(frozen=True, slots=True)
class ReturnLevel:
    """What follows an order: of a new customer, or of one who came back before.

    Attributes
    ----------
    share
        Who come back, with its 95 % interval; where delays are cut off, within the
        longest time that anybody was watched [1].
    mean, cv
        Of the time until they do [days, 1].
    fit
        What was fitted, without an end.
    longest
        The longest time that anybody was watched [days].
    is_cut
        Whether delays are cut off there: the fit has more come back later, but nobody
        can have seen it. Then the share is at least so much.
    orders, returns
        How many orders are behind it, and after how many a return was seen.
    """

    share: Interval
    mean: Interval
    cv: float
    fit: DelayFit
    longest: int
    is_cut: bool
    orders: int
    returns: int

    def by_day(self, days: int) -> Figures:
        """Return the chance to come back on each of so many days after an order [1]."""
        until = np.arange(days + 1.0)
        if self.is_cut:
            until = np.minimum(until, self.longest)
        return self.fit.chance * np.diff(self.fit.back_by(until))

    def delay(self, period: float) -> dict[str, Any]:
        """Return the delay as a way of the scenario has it.

        Parameters
        ----------
        period
            How long one is [days].
        """
        told: dict[str, Any] = {"mean": rounded(self.mean.mean / period, 4)}
        if self.is_cut:
            parts = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
            end = float(self.fit.back_by(np.array([float(self.longest)]))[0])
            samples = self.fit.quantiles(parts * end) / period
            told["distribution"] = {
                "empirical": [rounded(each, 3) for each in samples.tolist()]
            }
            return told
        if self.fit.family == "exponential":
            return {**told, "distribution": "exponential"}
        return {**told, "cv": rounded(self.cv, 3), "distribution": self.fit.family}

    @property
    def counts(self) -> tuple[int, int]:
        """How many of how many came back, were nobody yet to come: for a Beta.

        As many as make the interval as wide as it is.
        """
        share, half = self.share.mean, self.share.half_width
        if share >= (self.returns + 0.5) / (self.returns + 1):
            return self.returns, self.returns
        if not half > 0 or not share > 0:
            return self.returns, self.orders
        of = round(share * (1 - share) / (half / TWO_SIGMA) ** 2)
        of = max(1, min(of, self.orders))
        return round(share * of), of


def return_level(history: OrderHistory, orders: Flags) -> ReturnLevel | None:
    """Return the share and delay that fit what followed some orders best.

    Parameters
    ----------
    history
        The orders of a shop.
    orders
        Which are meant.

    Returns
    -------
    None where nobody came back.

    Notes
    -----
    Errors by leaving out a twentieth of the customers at a time (Kott 2001, *The
    delete-a-group jackknife*), which holds though the gaps of one customer resemble
    each other.
    """
    longest = int(history.left[orders].max(initial=0))
    returns = int((~np.isnan(history.gap[orders])).sum())
    if not returns:
        return None
    gaps, stays = _tables(history, orders, longest)
    fit = best_fit(gaps.sum(axis=0), stays.sum(axis=0))
    whole = _seen(fit, longest)
    parts = [
        _seen(_without(fit, gaps, stays, out), longest, is_cut=whole.is_cut)
        for out in range(GROUPS)
        if gaps[out].any() and gaps[out].sum() < returns
    ]
    return ReturnLevel(
        share=_share(whole.share, [each.share for each in parts], returns),
        mean=_spread(whole.mean, [each.mean for each in parts]),
        cv=whole.cv,
        fit=fit,
        longest=longest,
        is_cut=whole.is_cut,
        orders=int(orders.sum()),
        returns=returns,
    )


def _share(whole: float, parts: list[float], returns: int) -> Interval:
    """Return the share who come back; that all were seen to do so proves no certainty.

    Of so many of so many the mean is that of a Beta (Jeffreys 1946).
    """
    most = (returns + 0.5) / (returns + 1)
    if whole >= most:
        return Interval(most, share_interval(returns, returns).low, 1.0)
    odds = _spread(_logit(whole), [_logit(each) for each in parts])
    low, high = (1 / (1 + exp(-end)) for end in (odds.low, odds.high))
    return Interval(whole, low, high)


def orders_since_first(levels: tuple[ReturnLevel, ...], days: int) -> Figures:
    """Return the orders that a customer is expected to make on each day.

    Parameters
    ----------
    levels
        What follows the first order, the second ...; the last holds for all that come.
        Without any, nobody comes back.
    days
        From the day of the first order, which is day 0, to the last before this.

    Returns
    -------
    Shape (days,); the first is 1.
    """
    total = np.zeros(days)
    total[0] = 1.0
    wave = total.copy()
    for number in range(days if levels else 0):
        chances = levels[min(number, len(levels) - 1)].by_day(days - 1)
        wave = convolved(wave, np.concatenate(([0.0], chances)))[:days]
        total += wave
        if wave.sum() < _NEGLIGIBLE:
            break
    return total


_NEGLIGIBLE = 1e-9


def convolved(first: Figures, second: Figures) -> Figures:
    """Return the convolution of two rows of figures that are 0 or more."""
    length = len(first) + len(second) - 1
    product = np.fft.rfft(first, length) * np.fft.rfft(second, length)
    return np.maximum(np.fft.irfft(product, length), 0.0)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Share, mean and cv of the delays that the records can have seen."""

    share: float
    mean: float
    cv: float
    is_cut: bool


def _seen(fit: DelayFit, longest: int, *, is_cut: bool | None = None) -> _Seen:
    """Return share and delays, cut off at the end of the records where it matters."""
    end = float(fit.back_by(np.array([float(longest)]))[0])
    is_cut = end < _SEEN if is_cut is None else is_cut
    if not is_cut:
        mean, cv = fit.scale, fit.width
        if fit.family == "lognormal":
            square = fit.width**2
            mean, cv = fit.scale * exp(square / 2), sqrt(exp(square) - 1)
        return _Seen(fit.chance, mean, cv, is_cut)
    # The mean of what is 0 or more is the area above its distribution function.
    days = np.linspace(0.0, longest, _STEPS * longest + 1)
    above = 1 - fit.back_by(days) / end
    mean = float(np.trapezoid(above, days))
    square = float(np.trapezoid(2 * days * above, days))
    return _Seen(fit.chance * end, mean, sqrt(max(square / mean**2 - 1, 0.0)), is_cut)


_STEPS = 8
"""To a day."""


def _tables(
    history: OrderHistory, orders: Flags, days: int
) -> tuple[Figures, NDArray[np.float64]]:
    """Return by group and day how many came back, and how many were last seen away."""
    group = history.customer[orders] % GROUPS
    gap, left = history.gap[orders], history.left[orders]
    is_back = ~np.isnan(gap)
    gaps, stays = np.zeros((GROUPS, days + 1)), np.zeros((GROUPS, days + 1))
    np.add.at(gaps, (group[is_back], gap[is_back].astype(np.int64)), 1.0)
    np.add.at(stays, (group[~is_back], left[~is_back].astype(np.int64)), 1.0)
    return gaps, stays


def _without(fit: DelayFit, gaps: Figures, stays: Figures, out: int) -> DelayFit:
    """Return the fit of the same family without one group."""
    others = [each.sum(axis=0) - each[out] for each in (gaps, stays)]
    return fit_of(fit.family, others[0], others[1], fit)


def _logit(share: float) -> float:
    inside = min(max(share, 1e-9), 1 - 1e-9)
    return log(inside / (1 - inside))


def _spread(value: float, parts: list[float]) -> Interval:
    """Return a value with the 95 % interval of the delete-a-group jackknife."""
    count = len(parts)
    if count < 2:  # noqa: PLR2004 - one has no spread
        return Interval(value, nan, nan)
    from scipy.special import stdtrit

    square = sum((part - value) ** 2 for part in parts) * (count - 1) / count
    half = float(stdtrit(count - 1, 0.975)) * sqrt(square)
    return Interval(value, value - half, value + half)
