"""Which attribute separates customers whose frequency halved from the others, if any.

Looked at are customers who had a frequency: who had come back at least once in the
earlier of two stretches of equal length. Of several attributes one always looks best,
so each is held against what chance makes of the same customers, and all of them
together against how many were tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.order_history import Flags, OrderHistory
from toc_sim.calibration.return_curve import share_interval
from toc_sim.calibration.written_figures import percent, short
from toc_sim.constraint.intervals import Interval
from toc_sim.language import phrase, phrase_of
from toc_sim.records.records_table import BLANK, Words
from toc_sim.streams import Purpose, generator

SIGNIFICANT = 0.05
"""The chance that any attribute is named that makes no difference, at most [1]."""

_DEALS = 4999
"""So often are those whose frequency halved dealt out anew among all values."""

FEWEST_TO_JUDGE = 10
"""So many must have halved, and so many not, before anything is tried."""

_FEWEST_OF_A_VALUE = 5
"""Values of fewer customers are put together."""

_MANY_NUMBERS = 10
"""From so many different numbers on an attribute is cut into quarters of customers."""

_A_YEAR, _QUARTER_DAYS, _FOUR = 365, 91, 4

_Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ValueEffect:
    """How the customers of one value differ from all others.

    Attributes
    ----------
    value
        As the list of clients has it.
    customers, halved
        How many had a frequency, and how many of these lost half of it or more.
    share
        Whose frequency halved [1].
    difference
        To the share of all other customers [1].
    """

    value: str
    customers: int
    halved: int
    share: Interval
    difference: Interval


@dataclass(frozen=True, slots=True)
class AttributeTest:
    """Whether an attribute separates those whose frequency halved.

    Attributes
    ----------
    attribute
        Its header.
    values
        By value, the largest difference first.
    p_value
        How often chance alone would make the values differ as much [1].
    p_holm
        The same, for the best of so many attributes (Holm 1979) [1].
    why_not
        Why it was not tried, for people; empty: it was.
    """

    attribute: str
    values: tuple[ValueEffect, ...]
    p_value: float
    p_holm: float
    why_not: str = ""

    @property
    def separates(self) -> bool:
        """Whether it does, beyond what chance would make of so many attributes."""
        return not self.why_not and self.p_holm <= SIGNIFICANT


@dataclass(frozen=True, slots=True)
class FrequencyFell:
    """Who lost half of a frequency, and which attribute goes with it.

    Attributes
    ----------
    begin, middle, end
        The two stretches that are compared [days].
    customers, halved
        How many had a frequency in the first, and how many lost half of it or more.
    tests
        Of each attribute, the surest first.
    """

    begin: int
    middle: int
    end: int
    customers: int
    halved: int
    tests: tuple[AttributeTest, ...]

    @property
    def sentence(self) -> str:
        """Which attribute it is, or that none of them is."""
        return _told(self)


def frequency_fell(
    history: OrderHistory, attributes: Mapping[str, Words], *, seed: int = 1
) -> FrequencyFell:
    """Return which attribute separates customers whose frequency halved.

    Parameters
    ----------
    history
        The orders of a shop.
    attributes
        Of its customers.
    seed
        Of the chance that they are held against.

    Notes
    -----
    The statistic adds up (seen - expected)^2 / expected over the values, where it is
    expected that each has its part of those who halved in every cohort: who first
    bought late was watched for a shorter time. Its distribution is that of dealing
    them out anew within cohorts (Fisher's exact principle, by simulation).
    """
    half = min(_A_YEAR, history.span // 2)
    end, middle = history.span, history.span - half
    begin = middle - half
    known, halved = _halved(history, begin, middle)
    cohort = np.maximum(history.first - begin, -1) // _QUARTER_DAYS
    customers, count = int(known.sum()), int(halved[known].sum())
    enough = min(count, customers - count) >= FEWEST_TO_JUDGE
    tests = []
    for header, words in attributes.items():
        codes, names = _values(words, known)
        why_not = _why_not(names, enough=enough)
        if why_not:
            tests.append(AttributeTest(header, (), 1.0, 1.0, why_not))
            continue
        mine = codes[known], halved[known], cohort[known]
        p_value = _p_value(*mine, _luck(header, seed))
        effects = _effects(codes[known], halved[known], names)
        tests.append(AttributeTest(header, effects, p_value, 1.0))
    return FrequencyFell(begin, middle, end, customers, count, _by_holm(tests))


def _luck(header: str, seed: int) -> np.random.Generator:
    return generator(seed, 0, f"attribute {header}", Purpose.CUSTOMERS)


def _halved(history: OrderHistory, begin: int, middle: int) -> tuple[Flags, Flags]:
    """Return who had a frequency in the first stretch, and who lost half of it."""
    whose = history.customer
    is_earlier = (history.day >= begin) & (history.day < middle) & (history.number > 0)
    earlier = np.bincount(whose[is_earlier], minlength=history.customers)
    later = np.bincount(whose[history.day >= middle], minlength=history.customers)
    watched = middle - np.maximum(history.first, begin)
    known: Flags = earlier > 0
    pace = earlier / np.maximum(watched, 1)
    halved: Flags = later / (history.span - middle) <= pace / 2
    return known, halved & known


def _values(words: Words, known: Flags) -> tuple[_Codes, tuple[str, ...]]:
    """Return the value of each customer, rare ones put together, and their names."""
    codes, names = words.codes.astype(np.int64), list(words.words)
    numbers = _as_numbers(names)
    if numbers is not None and len(names) >= _MANY_NUMBERS:
        codes, names = _in_quarters(codes, numbers, known)
    is_blank = codes == BLANK
    if is_blank.any():
        codes = np.where(is_blank, len(names), codes)
        names.append(phrase("(not told)"))
    sizes = np.bincount(codes[known], minlength=len(names))
    rare = (sizes < _FEWEST_OF_A_VALUE) & (sizes > 0)
    if rare.sum() > 1:
        codes = np.where(rare[codes], len(names), codes)
        names.append(phrase("(rare ones)"))
        sizes = np.bincount(codes[known], minlength=len(names))
    kept = np.flatnonzero(sizes > 0)
    place = np.full(len(names), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return place[codes], tuple(names[code] for code in kept)


def _as_numbers(names: Sequence[str]) -> NDArray[np.float64] | None:
    try:
        return np.array([float(name) for name in names])
    except ValueError:
        return None


def _in_quarters(
    codes: _Codes, numbers: NDArray[np.float64], known: Flags
) -> tuple[_Codes, list[str]]:
    """Return numbers as four groups of about as many customers each."""
    told = codes >= 0
    mine = numbers[codes[told & known]]
    if not len(mine):
        return codes, [f"{number:g}" for number in numbers]
    cuts = np.unique(np.quantile(mine, (0.25, 0.5, 0.75)))
    groups = np.searchsorted(cuts, numbers, side="left")
    names = [phrase("up to {most}", most=short(float(cut))) for cut in cuts]
    names.append(phrase("above {least}", least=short(float(cuts[-1]))))
    return np.where(told, groups[codes], BLANK), names


def _why_not(names: Sequence[str], *, enough: bool) -> str:
    """Return why an attribute is not tried; empty: it is."""
    if not enough:
        return phrase("too few customers lost half of their frequency, or kept it")
    if tuple(names) == (phrase("(rare ones)"),):
        return phrase("nearly every customer has a value of its own")
    if len(names) < 2:  # noqa: PLR2004 - one value separates nobody
        return phrase("all customers have the same value")
    return ""


def _p_value(
    codes: _Codes, halved: Flags, cohort: _Codes, luck: np.random.Generator
) -> float:
    """Return how often chance alone would make the values differ as much [1]."""
    values = int(codes.max()) + 1
    expected, dealt = np.zeros(values), np.zeros((_DEALS, values))
    for stratum in np.unique(cohort):
        mine = cohort == stratum
        sizes = np.bincount(codes[mine], minlength=values)
        count = int(halved[mine].sum())
        expected += sizes * (count / int(mine.sum()))
        dealt += luck.multivariate_hypergeometric(
            sizes, count, size=_DEALS, method="marginals"
        )
    seen = np.bincount(codes[halved], minlength=values)
    weight = np.where(expected > 0, 1 / np.maximum(expected, 1e-12), 0.0)
    statistic = float((seen - expected) ** 2 @ weight)
    by_chance = (dealt - expected) ** 2 @ weight
    as_much = int((by_chance >= statistic * (1 - 1e-9)).sum())
    return (1 + as_much) / (1 + _DEALS)


def _effects(
    codes: _Codes, halved: Flags, names: Sequence[str]
) -> tuple[ValueEffect, ...]:
    """Return how each value differs from all others, the largest difference first."""
    found = []
    for code, name in enumerate(names):
        mine = codes == code
        count, all_of_them = int(halved[mine].sum()), int(mine.sum())
        share = share_interval(count, all_of_them)
        others = share_interval(int(halved[~mine].sum()), int((~mine).sum()))
        found.append(
            ValueEffect(name, all_of_them, count, share, _difference(share, others))
        )
    return tuple(sorted(found, key=lambda each: -abs(each.difference.mean)))


def _difference(first: Interval, second: Interval) -> Interval:
    """Return the difference of two shares with its interval (Newcombe 1998)."""
    mean = first.mean - second.mean
    below = sqrt((first.mean - first.low) ** 2 + (second.high - second.mean) ** 2)
    above = sqrt((first.high - first.mean) ** 2 + (second.mean - second.low) ** 2)
    return Interval(mean, mean - below, mean + above)


def _by_holm(tests: Sequence[AttributeTest]) -> tuple[AttributeTest, ...]:
    """Return the tests with p values for the best of so many, the surest first."""
    tried = sorted(
        (each for each in tests if not each.why_not), key=lambda each: each.p_value
    )
    found, least = [], 0.0
    for place, each in enumerate(tried):
        least = max(least, min(1.0, each.p_value * (len(tried) - place)))
        found.append(replace(each, p_holm=least))
    return (*found, *(each for each in tests if each.why_not))


def _told(found: FrequencyFell) -> str:
    """Say which attribute it is, or that none of them is."""
    tried = [each for each in found.tests if not each.why_not]
    if not found.tests:
        return phrase(
            "No attributes of customers are told, so there is nothing to say about why "
            "some of them buy less often."
        )
    if not tried:
        return phrase("No attribute can be tried: {why}.", why=found.tests[0].why_not)
    best = tried[0]
    top = best.values[0]
    facts = {
        "attribute": best.attribute,
        "tried": len(tried),
        "p": short(best.p_value),
        "value": top.value,
        "share": percent(top.share.mean),
        "others": percent(top.share.mean - top.difference.mean),
    }
    if not best.separates:
        return phrase_of(
            "The one attribute does not separate those whose frequency halved from the "
            "others: chance alone makes such differences ({attribute}: p = {p}).",
            "None of the {tried} attributes separates those whose frequency halved "
            "from the others: chance alone makes such differences (the best is "
            "{attribute}, p = {p}).",
            len(tried),
            **facts,
        )
    return phrase_of(
        "{attribute} separates those whose frequency halved from the others: it halved "
        "for {share} % of {value}, and for {others} % of all others (p = {p}). That it "
        "goes with it does not say that it is the cause.",
        "{attribute} separates those whose frequency halved from the others, as the "
        "surest of {tried} attributes: it halved for {share} % of {value}, and for "
        "{others} % of all others (p = {p}). That it goes with it does not say that it "
        "is the cause.",
        len(tried),
        **facts,
    )
