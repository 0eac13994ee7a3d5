"""The shape of times that were observed: the best of a few families, or the times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Any

import numpy as np

from toc_sim.calibration.arrays import Reals
from toc_sim.language import phrase

NORMAL_95 = 1.959964
"""Standard errors on each side of a 95 % interval."""

FARTHEST = 0.1
"""A family whose distribution function is farther from that observed does not fit: its
Kolmogorov distance..."""

FARTHEST_BY_CHANCE = 1.63
"""...unless chance alone brings that: this over the root of the count (1 %)."""

LIKE = 1.4
"""A family does not fit either where its cv is so many times that of the times, or as
much lower: the tail that makes queues would not be theirs."""

_SAMPLES = 50
"""How many quantiles stand for the times observed where no family fits."""

_LEAST = 8
"""With fewer times no family is tried: exponential is assumed, and told."""

ROUGH_CV = 5.0
"""No shape in two numbers varies more."""

CONSTANT = 1e-6
"""A coefficient of variation below this is none."""


@dataclass(frozen=True, slots=True)
class FittedTime:
    """Mean and shape of a time.

    Attributes
    ----------
    mean, mean_low, mean_high
        And its 95 % interval, in the unit of the times.
    cv, cv_low, cv_high
        The coefficient of variation of the shape [1], and its 95 % interval.
    distribution
        As the scenario file says it: a family or ``{"empirical": [...]}``; None: the
        time is constant.
    count
        Times behind it; of weighted ones their effective number.
    origin
        How the shape was chosen, for people.
    """

    mean: float
    mean_low: float
    mean_high: float
    cv: float
    cv_low: float
    cv_high: float
    distribution: str | Mapping[str, Any] | None
    count: int
    origin: str

    @property
    def shape(self) -> dict[str, Any]:
        """The keys ``cv`` and ``distribution`` as a node of a scenario has them."""
        if self.distribution is None:
            return {}
        if isinstance(self.distribution, Mapping):
            return {"distribution": dict(self.distribution)}
        if self.distribution == "exponential":
            return {"cv": 1.0}
        return {"cv": rounded(self.cv), "distribution": self.distribution}


def fitted_time(times: Reals, weights: Reals | None = None) -> FittedTime:
    """Return mean and shape of observed times.

    The mean is that of the times, whatever the shape. The family is the one of the
    lowest AIC, if its distribution function keeps close to that observed; else the
    quantiles of the times stand for them.

    Parameters
    ----------
    times
        0 or more; at least one above 0.
    weights
        Of each, where some stand for others that were not seen to their end.
    """
    weight = np.ones(len(times)) if weights is None else weights
    weight = weight / weight.sum()
    effective = float(1 / (weight**2).sum())
    mean = float(weight @ times)
    cv = sqrt(max(float(weight @ (times - mean) ** 2), 0.0)) / mean
    if cv < CONSTANT:
        why = phrase("always the same")
        return FittedTime(mean, mean, mean, 0, 0, 0, None, round(effective), why)
    chosen = _chosen(times, weight, effective, cv)
    spread = max(cv, chosen.cv)
    wide = exp(NORMAL_95 * spread / sqrt(effective))
    return FittedTime(
        mean,
        mean / wide,
        mean * wide,
        chosen.cv,
        chosen.low,
        chosen.high,
        chosen.distribution,
        round(effective),
        chosen.origin,
    )


def spread_of(mean: float, low: float, high: float) -> dict[str, float] | None:
    """Return a number as the ``uncertain`` block says it; None: it is known exactly.

    Parameters
    ----------
    mean
        The number.
    low, high
        Its 95 % interval.
    """
    error = rounded((high - low) / (2 * NORMAL_95), 3)
    return {"mean": rounded(mean), "sd": error} if error > 0 else None


def roughly(time: FittedTime) -> FittedTime:
    """Return a time with a shape in two numbers, where it matters little.

    Parameters
    ----------
    time
        Whose mean and cv stay, and whose quantiles do not.
    """
    if not isinstance(time.distribution, Mapping):
        return time
    cv = min(max(time.cv, 0.05), ROUGH_CV)
    why = phrase("a gamma of the cv that was seen, as little of the time is here")
    return replace(time, cv=cv, distribution="gamma", origin=why)


def rounded(value: float, digits: int = 4) -> float:
    """Return a number with so many digits that count, as a file has it."""
    return float(f"{value:.{digits}g}")


@dataclass(frozen=True, slots=True)
class _Family:
    """One shape that was tried: its cv and interval, and how well it fits."""

    distribution: str | Mapping[str, Any]
    cv: float
    low: float
    high: float
    criterion: float
    distance: float
    origin: str = ""


def _chosen(times: Reals, weight: Reals, effective: float, cv: float) -> _Family:
    if effective < _LEAST:
        why = phrase("too few to tell a shape: exponential is assumed")
        wide = exp(NORMAL_95 / sqrt(effective))
        return _Family("exponential", 1.0, 1 / wide, wide, 0, 0, why)
    least = float(times[times > 0].min()) if (times > 0).any() else 1.0
    positive = np.maximum(times, least / 2)
    families = _families(positive, weight, effective)
    best = min(families, key=lambda family: family.criterion)
    bound = max(FARTHEST, FARTHEST_BY_CHANCE / sqrt(effective))
    if best.distance <= bound and cv / LIKE <= best.cv <= cv * LIKE:
        gamma = next(f for f in families if f.distribution == "gamma")
        low, high = best.low, best.high
        if best.distribution == "exponential":
            low, high = min(gamma.low, 1.0), max(gamma.high, 1.0)
        why = phrase(
            "{family} has the lowest AIC, and is at most {distance} % off",
            family=best.distribution,
            distance=f"{100 * best.distance:.0f}",
        )
        return _Family(best.distribution, best.cv, low, high, 0, best.distance, why)
    why = phrase(
        "quantiles of the times, as no family fits: {family} is {distance} % off",
        family=best.distribution,
        distance=f"{100 * best.distance:.0f}",
    )
    samples = quantile_samples(times, weight)
    wide = exp(NORMAL_95 * sqrt(_relative_variance_of_cv(times, weight, effective)))
    told = {"empirical": samples}
    spread = _cv_of(samples)
    return _Family(told, spread, cv / wide, cv * wide, 0, best.distance, why)


def quantile_samples(times: Reals, weight: Reals) -> list[float]:
    """Return the means of equal parts of the times, from the shortest to the longest.

    So their mean is that of the times.
    """
    order = np.argsort(times, kind="stable")
    sorted_times, parts = times[order], np.cumsum(weight[order])
    areas = np.concatenate(([0.0], np.cumsum(weight[order] * sorted_times)))
    parts = np.concatenate(([0.0], parts / parts[-1]))
    count = min(_SAMPLES, len(times))
    area = np.interp(np.linspace(0, 1, count + 1), parts, areas)
    return [rounded(max(v, 0.0), 3) for v in np.diff(area) * count]


def _cv_of(samples: list[float]) -> float:
    values = np.array(samples)
    return float(values.std() / values.mean())


def _relative_variance_of_cv(times: Reals, weight: Reals, count: float) -> float:
    """Return the variance of a sample's cv over its square, by the delta method."""
    mean = float(weight @ times)
    off = times / mean - 1
    second, third, fourth = (float(weight @ off**power) for power in (2, 3, 4))
    return max((fourth / second**2 - 1) / 4 - third / second + second, 0.0) / count


def _families(times: Reals, weight: Reals, count: float) -> tuple[_Family, ...]:
    mean, logs = float(weight @ times), np.log(times)
    mean_log = float(weight @ logs)
    return (
        _exponential(times, weight, count, mean),
        _gamma(times, weight, count, mean, mean_log),
        _lognormal(times, weight, count, mean_log),
    )


def _exponential(times: Reals, weight: Reals, count: float, mean: float) -> _Family:
    criterion = 2 * count * (log(mean) + 1) + 2
    distance = _distance(times, weight, 1 - np.exp(-times / mean))
    return _Family("exponential", 1.0, 1.0, 1.0, criterion, distance)


def _gamma(
    times: Reals, weight: Reals, count: float, mean: float, mean_log: float
) -> _Family:
    from scipy.optimize import brentq
    from scipy.special import digamma, gammainc, gammaln, polygamma

    gap = max(log(mean) - mean_log, 1e-12)
    shape = float(brentq(lambda k: log(k) - digamma(k) - gap, 1e-4, 1e9))
    value = (shape - 1) * mean_log - shape - gammaln(shape) - shape * log(mean / shape)
    criterion = -2 * count * float(value) + 4
    information = shape * float(polygamma(1, shape)) - 1
    wide = exp(NORMAL_95 * 0.5 / sqrt(count * shape * max(information, 1e-12) / 1.0))
    cv = 1 / sqrt(shape)
    fit: Reals = np.asarray(gammainc(shape, times * shape / mean), float)
    distance = _distance(times, weight, fit)
    return _Family("gamma", cv, cv / wide, cv * wide, criterion, distance)


def _lognormal(times: Reals, weight: Reals, count: float, mean_log: float) -> _Family:
    from scipy.special import ndtr

    logs = np.log(times)
    variance = max(float(weight @ (logs - mean_log) ** 2), 1e-12)
    value = -mean_log - 0.5 * log(2 * np.pi * variance) - 0.5
    criterion = -2 * count * value + 4
    distance = _distance(times, weight, ndtr((logs - mean_log) / sqrt(variance)))
    off = NORMAL_95 * variance * sqrt(2 / count)
    low, high = max(variance - off, variance / 10), variance + off
    cvs = [sqrt(np.expm1(min(v, 9.0))) for v in (variance, low, high)]
    return _Family("lognormal", cvs[0], cvs[1], cvs[2], criterion, distance)


def _distance(times: Reals, weight: Reals, fitted: Reals) -> float:
    """Return the Kolmogorov distance of what is fitted from what was observed."""
    order = np.argsort(times, kind="stable")
    parts = np.cumsum(weight[order])
    fit = fitted[order]
    below = np.concatenate(([0.0], parts[:-1]))
    last = np.append(np.diff(times[order]) > 0, True)
    first = np.append(True, last[:-1])
    above = np.abs(parts - fit)[last].max()
    return float(max(above, np.abs(below - fit)[first].max()))
