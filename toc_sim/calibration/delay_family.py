"""A share that comes back and the shape of its delays, fitted by likelihood.

After an order its customer comes back with a chance, after a time of one of a few
shapes; the others have left, and nobody sees them leave (a cure model, Boag 1949). All
orders count, those included after which nobody has come yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]

DelayFamily = Literal["exponential", "gamma", "lognormal"]

FEWEST_RETURNS = 20
"""Below these no shape is fitted: it is taken as exponential."""

_FAR, _TINY, _MOST_ODDS = 7.0, 1e-300, 25.0


@dataclass(frozen=True, slots=True)
class DelayFit:
    """A share and a shape of delays.

    Attributes
    ----------
    family
        Of the delays.
    chance
        Who come back, however late [1].
    scale
        The mean of an exponential or gamma time; the median of a lognormal [days].
    width
        The coefficient of variation; of a lognormal the deviation of the logarithm [1].
    log_likelihood
        Of what was seen.
    """

    family: DelayFamily
    chance: float
    scale: float
    width: float
    log_likelihood: float

    def back_by(self, days: Figures) -> Figures:
        """Return the part of the delays that are over by each day [1]."""
        return _over(self.family, days, self.scale, self.width)

    def quantiles(self, parts: Figures) -> Figures:
        """Return the times by which so large a part of the delays is over [days]."""
        from scipy.special import gammaincinv, ndtri

        if self.family == "lognormal":
            return np.asarray(self.scale * np.exp(self.width * ndtri(parts)))
        shape = 1 / self.width**2
        return np.asarray(gammaincinv(shape, parts) * self.scale / shape)


def best_fit(gaps: Figures, stays: Figures) -> DelayFit:
    """Return the share and delays, of all families, that make what was seen likeliest.

    Parameters
    ----------
    gaps
        By day since an order, how many came back on it; one at least.
    stays
        By day, how many were watched up to it and had not come.

    Notes
    -----
    Gamma and lognormal delays have two parameters each, so the likelihood itself tells
    which is better. With few returns it is exponential delays alone.
    """
    if gaps.sum() < FEWEST_RETURNS:
        return fit_of("exponential", gaps, stays)
    fits = [fit_of(family, gaps, stays) for family in ("gamma", "lognormal")]
    return max(fits, key=lambda fit: fit.log_likelihood)


def fit_of(
    family: DelayFamily, gaps: Figures, stays: Figures, near: DelayFit | None = None
) -> DelayFit:
    """Return the likeliest share and delays of one family.

    Parameters
    ----------
    family
        Of the delays.
    gaps, stays
        As of `best_fit`.
    near
        A fit of the same family from which the search begins; None: from the means.
    """
    from scipy.optimize import minimize

    days = np.arange(float(len(gaps)))
    returns = float(gaps.sum())
    is_shaped = family != "exponential"

    def loss(place: Figures) -> float:
        fit = _unpacked(family, place, 0.0)
        over = fit.back_by(days)
        came = np.log(np.maximum(fit.chance * np.diff(over), _TINY))
        away = np.log(np.maximum(1 - fit.chance * over, _TINY))
        return -float(gaps[1:] @ came + stays @ away)

    if near is None:
        share = min(max(returns / (returns + float(stays.sum())), 0.02), 0.98)
        near = DelayFit(family, share, max(float(gaps @ days) / returns, 1.0), 1.0, 0.0)
    start = [log(near.chance / (1 - near.chance)), log(near.scale), log(near.width)]
    found = minimize(
        loss,
        start if is_shaped else start[:2],
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-4, "maxiter": 2000},
    )
    return _unpacked(family, found.x, -float(found.fun))


def _unpacked(family: DelayFamily, place: Figures, likelihood: float) -> DelayFit:
    """Return the fit at a place of the search."""
    odds, scale, *width = (float(each) for each in place)
    inside = min(max(odds, -_MOST_ODDS), _MOST_ODDS)
    return DelayFit(
        family=family,
        chance=1 / (1 + exp(-inside)),
        scale=exp(min(max(scale, -_FAR), 2 * _FAR)),
        width=exp(min(max(width[0], -_FAR / 2), _FAR / 2)) if width else 1.0,
        log_likelihood=likelihood,
    )


def _over(family: DelayFamily, days: Figures, scale: float, width: float) -> Figures:
    from scipy.special import gammainc, ndtr

    if family == "lognormal":
        logarithms = np.log(np.maximum(days, _TINY) / scale)
        return np.asarray(ndtr(logarithms / width), dtype=np.float64)
    shape = 1 / width**2
    return np.asarray(gammainc(shape, days * shape / scale), dtype=np.float64)
