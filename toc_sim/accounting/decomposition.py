"""Who or what a change is owed to: factors of a revenue, tools bought together.

A revenue that is a product of factors is split by LMDI-I: exact, without a remainder,
and the same in whatever order the factors are named. What tools bring together is
split by Shapley values: each tool's lift, on average over all orders of purchase.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, expm1, fsum, isfinite, log, log1p, prod

from toc_sim.errors import TocError, nearest, quoted

Worth = Callable[[frozenset[str]], float]
"""What a set of tools brings, or is worth."""

MOST_NAMES = 16
"""Beyond these, all sets of them are too many to ask for."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one factor of a product contributes to the product's change.

    Attributes
    ----------
    name
        The factor.
    before, after
        Its values.
    amount
        Its part of the change, in the unit of the product.
    """

    name: str
    before: float
    after: float
    amount: float


def decomposed(
    before: Mapping[str, float], after: Mapping[str, float]
) -> tuple[Contribution, ...]:
    """Return what each factor contributes to the change of their product.

    Parameters
    ----------
    before, after
        The factors by name: ``{"leads": 100, "conversion": 0.2, "price": 4}``.

    Returns
    -------
    In the order of `before`; the amounts add up to the change, to rounding.

    Raises
    ------
    TocError
        If the names differ, or a factor is not a number above 0.

    Notes
    -----
    LMDI-I (Ang 2005, *The LMDI approach to decomposition analysis*): factor x
    contributes L(V1, V0) ln(x1 / x0), with the logarithmic mean
    L(a, b) = (a - b) / ln(a / b) and L(a, a) = a.
    """
    _check_the_factors(before, after)
    changes = {name: _log_ratio(after[name], before[name]) for name in before}
    whole = fsum(changes.values())
    # The second factor is L(V1, V0) / V0.
    mean = prod(before.values()) * (expm1(whole) / whole if whole else 1.0)
    return tuple(
        Contribution(name, before[name], after[name], mean * change)
        for name, change in changes.items()
    )


def shapley(worth: Worth, names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """Return each one's part in what all bring together.

    Parameters
    ----------
    worth
        Of every set of names, the empty one included; asked once for each set.
    names
        Who takes part, 16 at most: the sets double with each.

    Returns
    -------
    Names with their parts, in the order of `names`; the parts add up to the worth of
    all less that of none.

    Raises
    ------
    TocError
        If there are too many names, or one is there twice.

    Notes
    -----
    Shapley (1953), *A value for n-person games*: the lift that a name brings to those
    before it, on average over all orders. It is the only split in which equal lifts
    get equal parts, no lift gets nothing, and parts of sums are sums of parts.
    """
    count = len(names)
    if count > MOST_NAMES:
        raise TocError(
            f"a joint lift can be split among {MOST_NAMES} at most (found "
            f"{count})\n    hint: put tools together that are bought together"
        )
    for name, times in Counter(names).items():
        if times > 1:
            raise TocError(f"{quoted(name)} is named twice")
    known = [
        worth(frozenset(name for bit, name in enumerate(names) if chosen >> bit & 1))
        for chosen in range(1 << count)
    ]
    return tuple(
        (name, _part(known, count, number)) for number, name in enumerate(names)
    )


def _log_ratio(after: float, before: float) -> float:
    """Return ln(after / before), to all digits where the two are near each other."""
    change = (after - before) / before
    return log1p(change) if abs(change) < 0.5 else log(after) - log(before)  # noqa: PLR2004 - either form is exact enough there


def _part(known: Sequence[float], count: int, number: int) -> float:
    """Return the mean lift of one of so many names over all orders."""
    own = 1 << number
    return fsum(
        (known[others | own] - known[others])
        / (count * comb(count - 1, others.bit_count()))
        for others in range(1 << count)
        if not others & own
    )


def _check_the_factors(before: Mapping[str, float], after: Mapping[str, float]) -> None:
    sides = {"before": before, "after": after}
    for name in (*before, *after):
        for when, factors in sides.items():
            if name not in factors:
                hint = (
                    nearest(name, factors) or "give the same factors before and after"
                )
                raise TocError(
                    f"factor {quoted(name)} has no value {when}\n    hint: {hint}"
                )
        for when, factors in sides.items():
            value = factors[name]
            if not (value > 0 and isfinite(value)):
                raise TocError(
                    f"factor {quoted(name)} must be a number above 0 {when} "
                    f"(found {value:.10g})\n    hint: what came from nothing has no "
                    "factors; compare the sums instead"
                )
