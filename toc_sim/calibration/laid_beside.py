"""The figures of records and of a model, one beside the other, and how far apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from typing import Literal

import numpy as np

from toc_sim.calibration.case_course import CaseCourse
from toc_sim.calibration.model_course import ModelCourses
from toc_sim.constraint.intervals import Interval, over
from toc_sim.records.visits import Days

Agreement = Literal["within", "by chance", "misses", "shown", "cannot tell"]

BOUNDS: Mapping[str, float] = {
    "throughput": 0.10,
    "conversion": 0.10,
    "won_of_begun": 0.10,
    "flow_time": 0.20,
}
"""How far a model may be off, as a part of what the records have [1]."""

LEAST_WON = 10
"""Cases won in the stretch below which nothing is compared."""

_CHANCE = 0.95
"""Runs of the model that lie between the ends of its range [1]."""


@dataclass(frozen=True, slots=True)
class ReconciledRow:
    """One figure of the records beside the model's.

    Attributes
    ----------
    name
        ``throughput`` [items/period], ``conversion`` or ``won_of_begun`` [1],
        ``flow_time`` [days], ``loss_time`` until cases were lost [days], ``wip``
        [items], ``revenue`` [money/period], ``arrivals`` [items/period], or
        ``older_open``: which part of the open ones is older than one that is won [1].
    node
        Of `wip` at one stage, the node; else empty.
    records
        What the records have; nan: they do not tell it.
    model
        The mean over its runs, with its interval.
    low, high
        Where one run of the model lies with a chance of 95 %: nan with one run.
    error
        Model less records, as a part of the records [1].
    bound
        How far it may be off [1]; None: it is only shown.
    agreement
        ``within`` the bound; beyond it but ``by chance``, as single runs of the model
        differ as much; or it ``misses``. Without a bound it is ``shown``.
    """

    name: str
    node: str
    records: float
    model: Interval
    low: float
    high: float
    error: float
    bound: float | None
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class ToCompare:
    """What is compared.

    Attributes
    ----------
    period
        How long one is [days].
    tells_losses
        Whether the records tell what was lost.
    tells_open
        Whether what is not over in them is truly open, and not lost without a word.
    has_price
        Whether both tell money.
    """

    period: float
    tells_losses: bool
    tells_open: bool
    has_price: bool


def laid_beside(
    records: CaseCourse, model: ModelCourses, asked: ToCompare
) -> tuple[ReconciledRow, ...]:
    """Return the figures of both.

    Conversion is what was won of those that were decided. Where losses are not told, it
    is ``won_of_begun``: what was won of those that came, within the same time.

    Parameters
    ----------
    records, model
        Of stretches of the same length.
    asked
        What is compared.
    """
    enough = records.wins >= LEAST_WON
    rows = []
    for name, node, measure in _measures(records, asked):
        value = measure(records)
        values = np.array([measure(each) for each in model.courses])
        if name == "revenue":
            values = np.array(model.revenues) * asked.period
        rows.append(_row((name, node), value, values, model, enough=enough))
    return tuple(rows)


_Measure = Callable[[CaseCourse], float]


def _measures(
    records: CaseCourse, asked: ToCompare
) -> Iterator[tuple[str, str, _Measure]]:
    """Yield what is measured, by name and node."""
    period = asked.period
    yield "arrivals", "", lambda each: each.arrivals * period
    yield "throughput", "", lambda each: each.wins / each.length * period
    if asked.tells_losses:
        yield "conversion", "", _won_of_decided
    else:
        yield "won_of_begun", "", _won_of_begun
    yield "flow_time", "", lambda each: _mean(each.flow_times)
    if asked.tells_losses:
        yield "loss_time", "", lambda each: _mean(each.loss_times)
    if asked.has_price:
        yield "revenue", "", lambda each: each.revenue * period
    if asked.tells_open:
        yield "older_open", "", lambda each: each.older_open
        yield "wip", "", lambda each: each.open_mean
        for node in records.stays:
            yield "wip", node, _open_at(node)


def _won_of_decided(course: CaseCourse) -> float:
    decided = course.wins + course.losses
    return course.wins / decided if decided else nan


def _won_of_begun(course: CaseCourse) -> float:
    return course.won_of_begun


def _mean(took: Days) -> float:
    return float(took.mean()) if len(took) else nan


def _open_at(node: str) -> _Measure:
    def measure(course: CaseCourse) -> float:
        return course.open_mean_at(node) if node in course.stays else 0.0

    return measure


def _row(
    named: tuple[str, str],
    records: float,
    values: Days,
    model: ModelCourses,
    *,
    enough: bool,
) -> ReconciledRow:
    mean = over(model.net, values)
    low, high = _range(values)
    error = (mean.mean - records) / records if records else nan
    name, node = named
    bound = BOUNDS.get(name)
    agreement: Agreement = "shown"
    if bound is not None:
        agreement = _agreement(error, bound, is_likely=low <= records <= high)
        if not enough:
            agreement = "cannot tell"
    return ReconciledRow(name, node, records, mean, low, high, error, bound, agreement)


def _agreement(error: float, bound: float, *, is_likely: bool) -> Agreement:
    if not isfinite(error):
        return "cannot tell"
    if abs(error) <= bound:
        return "within"
    return "by chance" if is_likely else "misses"


def _range(
    values: Days,
) -> tuple[float, float]:
    """Return where one more run would lie: Student's prediction interval."""
    known = values[np.isfinite(values)]
    count = len(known)
    if count < 3:  # noqa: PLR2004 - of fewer the spread is not known
        return nan, nan
    from scipy.special import stdtrit

    quantile = float(stdtrit(count - 1, (1 + _CHANCE) / 2))
    half = quantile * float(known.std(ddof=1)) * sqrt(1 + 1 / count)
    mean = float(known.mean())
    return mean - half, mean + half
