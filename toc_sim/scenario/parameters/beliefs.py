"""The distribution of a number that is not known exactly, by the form that says it.

Shares are drawn between 0 and 1 and all other numbers above 0, whatever the form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, fsum, inf, log, sqrt
from statistics import NormalDist
from typing import Literal

from toc_sim.scenario.fields.numbers import LARGEST, SMALLEST
from toc_sim.scenario.fields.uncertain import (
    Around,
    Between,
    CountOver,
    TimedObservations,
    Uncertainty,
    WonOf,
)

NumberKind = Literal["share", "rate", "time", "number"]
"""What a parameter is: of a rate more is faster, of a time it is slower."""

BeliefFamily = Literal["lognormal", "normal", "gamma", "inverse_gamma", "beta", "logit"]
"""Distributions; `logit` is that of a share whose odds are lognormal."""

_STANDARD = NormalDist()
_Z90 = _STANDARD.inv_cdf(0.9)

JEFFREYS = 0.5
"""What is added to those who went on, and to those who did not, before any are seen."""

_LARGEST_LOGARITHM = log(LARGEST) + 1
"""Beyond it all is cut off."""

_STEPS = 2_000
"""Over so many quantiles a mean that has no formula is taken."""


@dataclass(frozen=True)
class Belief:
    """What a number may be: a distribution of one of a few families.

    Attributes
    ----------
    family
        Which.
    one, other
        Its parameters: mean and deviation (of the logarithm, for `lognormal`, and of
        the logarithm of the odds, for `logit`); shape and rate of a `gamma`, shape and
        scale of an `inverse_gamma`; both shapes of a `beta`.
    lowest, highest
        No number of its kind lies beyond; the normal distribution is cut off there.
    """

    family: BeliefFamily
    one: float
    other: float
    lowest: float = SMALLEST
    highest: float = LARGEST

    @cached_property
    def mean(self) -> float:
        """The mean; infinite where an inverse gamma has none."""
        one, other = self.one, self.other
        if self.family == "lognormal":
            return exp(one + other**2 / 2)
        if self.family == "gamma":
            return one / other
        if self.family == "inverse_gamma":
            return other / (one - 1) if one > 1 else inf
        if self.family == "beta":
            return one / (one + other)
        if self.family == "normal":
            whole = NormalDist(one, other)
            low, high = self.lowest, self.highest
            fall = whole.pdf(low) - whole.pdf(high)
            return one + other**2 * fall / (whole.cdf(high) - whole.cdf(low))
        steps = (self.quantile((step + 0.5) / _STEPS) for step in range(_STEPS))
        return fsum(steps) / _STEPS

    def quantile(self, chance: float) -> float:
        """Return what the number is below with a chance: the inverse of its cdf.

        Parameters
        ----------
        chance
            Above 0 and below 1 [1].
        """
        return min(max(self.unlimited(chance), self.lowest), self.highest)

    def unlimited(self, chance: float) -> float:
        """Return the same, also where no number of its kind can be.

        Parameters
        ----------
        chance
            Above 0 and below 1 [1].
        """
        return _QUANTILES[self.family](self, chance)

    @property
    def interval(self) -> tuple[float, float]:
        """From the 2.5 % to the 97.5 % quantile."""
        return self.quantile(0.025), self.quantile(0.975)


def _normal(belief: Belief, chance: float) -> float:
    """Return the quantile of a normal distribution that is cut off at its limits."""
    whole = NormalDist(belief.one, belief.other)
    below, within = whole.cdf(belief.lowest), whole.cdf(belief.highest)
    return whole.inv_cdf(min(max(below + chance * (within - below), 1e-300), 1 - 1e-16))


def _lognormal(belief: Belief, chance: float) -> float:
    logarithm = belief.one + belief.other * _STANDARD.inv_cdf(chance)
    return exp(min(logarithm, _LARGEST_LOGARITHM))


def _logit(belief: Belief, chance: float) -> float:
    odds = _lognormal(belief, chance)
    return odds / (1 + odds)


def _gamma(belief: Belief, chance: float) -> float:
    from scipy.special import gammaincinv  # heavy, and seldom needed

    return float(gammaincinv(belief.one, chance)) / belief.other


def _inverse_gamma(belief: Belief, chance: float) -> float:
    from scipy.special import gammainccinv  # heavy, and seldom needed

    return belief.other / max(float(gammainccinv(belief.one, chance)), SMALLEST)


def _beta(belief: Belief, chance: float) -> float:
    from scipy.special import betaincinv  # heavy, and seldom needed

    return float(betaincinv(belief.one, belief.other, chance))


_QUANTILES: dict[BeliefFamily, Callable[[Belief, float], float]] = {
    "normal": _normal,
    "lognormal": _lognormal,
    "logit": _logit,
    "gamma": _gamma,
    "inverse_gamma": _inverse_gamma,
    "beta": _beta,
}

LEAST_SHARE = 1e-9
"""Shares are drawn from here to 1 less as much: nothing is quite sure."""


def belief_of(said: Uncertainty, kind: NumberKind) -> Belief:
    """Return the distribution that a form says of a number.

    Parameters
    ----------
    said
        Any form but `MeasuredFile`, and one that suits (`misfit`).
    kind
        Of the number.

    Returns
    -------
    For ``8 +- 1`` the lognormal distribution with this mean and deviation, of a share
    the beta; for two percentiles the lognormal through both, of a share that of the
    odds. Of counts and observed times what they leave to be believed if nothing was
    known before: gamma, inverse gamma or beta.

    References
    ----------
    Jeffreys, H. (1961). Theory of Probability, 3rd ed. Oxford: priors that do not
    depend on how a number is said: 1/rate, and Beta(1/2, 1/2).

    Examples
    --------
    >>> from toc_sim.scenario.fields.uncertain import WonOf
    >>> from toc_sim.scenario.parameters.beliefs import belief_of
    >>> belief = belief_of(WonOf(won=12, of=40), "share")
    >>> belief.family, belief.one, belief.other
    ('beta', 12.5, 28.5)
    """
    if kind == "share":
        found = _of_share(said)
        return replace(found, lowest=LEAST_SHARE, highest=1 - LEAST_SHARE)
    if isinstance(said, Around):
        return _around(said)
    if isinstance(said, Between):
        return Belief("lognormal", *_through(log(said.p10), log(said.p90)))
    return _of_counts(said, kind)


def _around(said: Around) -> Belief:
    if said.distribution == "normal":
        return Belief("normal", said.mean, said.sd)
    spread = log(1 + (said.sd / said.mean) ** 2)
    return Belief("lognormal", log(said.mean) - spread / 2, sqrt(spread))


def _of_counts(said: Uncertainty, kind: NumberKind) -> Belief:
    if isinstance(said, CountOver):
        return Belief("gamma", said.count, said.over)
    if not isinstance(said, TimedObservations):
        raise TypeError(said)
    seen = said.observations
    if kind == "rate":
        return Belief("gamma", seen, seen / said.mean)
    return Belief("inverse_gamma", seen, seen * said.mean)


def _of_share(said: Uncertainty) -> Belief:
    if isinstance(said, WonOf):
        return Belief("beta", said.won + JEFFREYS, said.of - said.won + JEFFREYS)
    if isinstance(said, Between):
        return Belief("logit", *_through(_log_odds(said.p10), _log_odds(said.p90)))
    if not isinstance(said, Around):
        raise TypeError(said)
    if said.distribution == "normal":
        return Belief("normal", said.mean, said.sd)
    weight = beta_weight(said)
    return Belief("beta", said.mean * weight, (1 - said.mean) * weight)


def beta_weight(said: Around) -> float:
    """Return how many trials a mean and a deviation of a share are worth [1].

    0 or less: no share has them.
    """
    return said.mean * (1 - said.mean) / said.sd**2 - 1


def _log_odds(share: float) -> float:
    return log(share / (1 - share))


def _through(low: float, high: float) -> tuple[float, float]:
    """Return mean and deviation of the normal distribution with these P10 and P90."""
    return (low + high) / 2, (high - low) / (2 * _Z90)
