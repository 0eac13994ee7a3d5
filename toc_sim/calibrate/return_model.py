"""Who comes back, and after how long: a share and a delay that a scenario can have.

After an order its customer comes back with a chance, after a gamma time; the others
have left, and nobody sees them leave (a cure model, Boag 1949). Both are fitted to all
orders together, those included after which nobody has come yet. The shape is one that
`delay: {mean, cv}` of a way can have.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.order_history import Flags, OrderHistory
from toc_sim.calibrate.return_curve import return_curve
from toc_sim.constraint.intervals import Interval

GROUPS = 20
"""Customers are divided into so many parts; each is left out once, for the error."""

FEWEST_RETURNS = 20
"""Below these no shape of a delay is fitted: it is taken as exponential."""

_Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReturnLevel:
    """What follows an order: of a new customer, or of one who came back before.

    Attributes
    ----------
    share
        Who come back, with its 95 % interval [1].
    mean, cv
        Of the time until they do [days, 1].
    orders, returns
        How many orders are behind it, and after how many a return was seen.
    is_bounded
        Whether the records are too short to tell who has left from who is yet to come:
        then the share is that which was seen to come back, and at least so much.
    log_likelihood
        Of the records, by this share and delay.
    """

    share: Interval
    mean: Interval
    cv: float
    orders: int
    returns: int
    is_bounded: bool
    log_likelihood: float

    def by_day(self, days: int) -> _Figures:
        """Return the chance to come back on each of so many days after an order [1]."""
        reached = _reached(np.arange(days + 1.0), self.mean.mean, self.cv)
        chances: _Figures = self.share.mean * np.diff(reached)
        return chances

    @property
    def counts(self) -> tuple[int, int]:
        """How many of how many came back, were nobody yet to come: for a Beta.

        As many as make the interval as wide as it is.
        """
        share, half = self.share.mean, self.share.half_width
        if not half > 0 or not 0 < share < 1:
            return self.returns, self.orders
        of = share * (1 - share) / (half / _TWO_SIGMA) ** 2
        of = max(1, min(round(of), self.orders))
        return round(share * of), of


_TWO_SIGMA = 1.959963984540054


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
    By maximum likelihood, day by day. Errors by leaving out a twentieth of the
    customers at a time (Kott 2001, *The delete-a-group jackknife*), which holds though
    the gaps of one customer resemble each other.
    """
    days = int(history.left[orders].max(initial=0))
    returns = int((~np.isnan(history.gap[orders])).sum())
    if not returns:
        return None
    group = history.customer[orders] % GROUPS
    gaps, stays = _tables(history, orders, group, days)
    whole = _fitted(gaps.sum(axis=0), stays.sum(axis=0), None)
    is_bounded = whole.mean > days or not whole.share < _ALL
    if is_bounded:
        seen = return_curve(history.gap[orders], history.left[orders]).ever.mean
        whole = _fitted(gaps.sum(axis=0), stays.sum(axis=0), min(seen, _ALL))
    held = whole.share if is_bounded else None
    parts = [
        _fitted(gaps.sum(axis=0) - gaps[out], stays.sum(axis=0) - stays[out], held)
        for out in range(GROUPS)
        if gaps[out].any() and returns >= FEWEST_RETURNS
    ]
    share = _seen_share(history, orders) if is_bounded else _jackknifed(whole, parts)
    return ReturnLevel(
        share=share,
        mean=_spread(whole.mean, [each.mean for each in parts]),
        cv=whole.cv,
        orders=int(orders.sum()),
        returns=returns,
        is_bounded=is_bounded,
        log_likelihood=whole.log_likelihood,
    )


_ALL = 0.999
"""A share above this is that of all who ever bought: nobody would leave [1]."""


def orders_since_first(levels: tuple[ReturnLevel, ...], days: int) -> _Figures:
    """Return the orders that a customer is expected to make on each day.

    Parameters
    ----------
    levels
        What follows the first order, the second ...; the last holds for all that come.
    days
        From the day of the first order, which is day 0, to the last before this.

    Returns
    -------
    Shape (days,); the first is 1.
    """
    total = np.zeros(days)
    total[0] = 1.0
    wave = total.copy()
    for number in range(days):
        chances = levels[min(number, len(levels) - 1)].by_day(days - 1)
        wave = _convolved(wave, np.concatenate(([0.0], chances)))[:days]
        total += wave
        if wave.sum() < _NEGLIGIBLE:
            break
    return total


_NEGLIGIBLE = 1e-9


@dataclass(frozen=True, slots=True)
class _Fit:
    """A share, a delay, and how likely they make the records."""

    share: float
    mean: float
    cv: float
    log_likelihood: float


def _tables(
    history: OrderHistory, orders: Flags, group: NDArray[np.int64], days: int
) -> tuple[_Figures, _Figures]:
    """Return by group and day how many came back, and how many were last seen away."""
    gap, left = history.gap[orders], history.left[orders]
    is_back = ~np.isnan(gap)
    gaps, stays = np.zeros((GROUPS, days + 1)), np.zeros((GROUPS, days + 1))
    np.add.at(gaps, (group[is_back], gap[is_back].astype(np.int64)), 1.0)
    np.add.at(stays, (group[~is_back], left[~is_back].astype(np.int64)), 1.0)
    return gaps, stays


def _fitted(gaps: _Figures, stays: _Figures, share: float | None) -> _Fit:
    """Return the most likely share and delay; the share may be held."""
    from scipy.optimize import minimize

    days = np.arange(float(len(gaps)))
    returns = float(gaps.sum())
    mean = max(float(gaps @ days) / returns, 1.0)
    is_shaped = returns >= FEWEST_RETURNS
    guess = returns / (returns + float(stays.sum()))

    def unpacked(place: _Figures) -> tuple[float, float, float]:
        given = list(place)
        cv = exp(min(max(given.pop(), -_FAR), _FAR)) if is_shaped else 1.0
        delay = exp(min(given.pop(), 2 * _FAR))
        return (given[0] if share is None else nan), delay, cv

    def loss(place: _Figures) -> float:
        odds, delay, cv = unpacked(place)
        chance = share if share is not None else 1 / (1 + exp(-min(max(odds, -30), 30)))
        reached = _reached(days, delay, cv)
        came = np.log(np.maximum(chance * np.diff(reached), _TINY))
        away = np.log(np.maximum(1 - chance * reached, _TINY))
        return -float(gaps[1:] @ came + stays @ away)

    start = [log(mean)] + [0.0] * is_shaped
    if share is None:
        inside = min(max(guess, 0.02), 0.98)
        start = [log(inside / (1 - inside)), *start]
    found = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-4}
    )
    odds, delay, cv = unpacked(found.x)
    chance = share if share is not None else 1 / (1 + exp(-odds))
    return _Fit(chance, delay, cv, -float(found.fun))


_FAR, _TINY = 7.0, 1e-300


def _reached(days: _Figures, mean: float, cv: float) -> _Figures:
    """Return the part of gamma times that are over by each day [1]."""
    from scipy.special import gammainc

    shape = 1 / (cv * cv)
    return np.asarray(gammainc(shape, days * shape / mean), dtype=np.float64)


def _jackknifed(whole: _Fit, parts: list[_Fit]) -> Interval:
    """Return the share with an interval that stays within 0 and 1."""
    if not 0 < whole.share < 1:
        return Interval(whole.share, nan, nan)
    odds = _spread(_logit(whole.share), [_logit(each.share) for each in parts])
    if not odds.is_known:
        return Interval(whole.share, nan, nan)
    low, high = (1 / (1 + exp(-end)) for end in (odds.low, odds.high))
    return Interval(whole.share, low, high)


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


def _seen_share(history: OrderHistory, orders: Flags) -> Interval:
    """Return the share that was seen to come back: at least so many do."""
    return return_curve(history.gap[orders], history.left[orders]).ever


def _convolved(first: _Figures, second: _Figures) -> _Figures:
    """Return the convolution of two rows, by fast Fourier transform."""
    length = len(first) + len(second) - 1
    product = np.fft.rfft(first, length) * np.fft.rfft(second, length)
    return np.maximum(np.fft.irfft(product, length), 0.0)
