"""Steps of a log that stand in another order in some cases than in most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.shapes.case_stays import LogStays

_MOST_CASES = 50_000
"""So many cases are looked at."""

_MOST_STAGES = 60
"""Of more stages, those are left out that fewest cases come to."""

_USUAL = 0.8
"""Two steps have a usual order if so many of the cases that have both keep it."""

_COMMON = 0.1
"""Two steps without an order are told of if so many of all cases have both."""

_FEWEST = 10
"""So few cases with both steps tell nothing of their order."""


def out_of_order(
    stays: LogStays, names: Sequence[str], marks: NDArray[np.bool_]
) -> Iterator[Notice]:
    """Yield which two steps most often stand the other way round, or in any order.

    Parameters
    ----------
    stays
        Of the log, in their order.
    names
        Of its stages.
    marks
        Which of these are no work.
    """
    first, stages = _first_ends(stays, marks)
    turned = np.zeros(len(first), dtype=bool)
    ordered, loose = [], []
    for pair in _pairs(first):
        if pair.count and pair.count <= (1 - _USUAL) * pair.both:
            ordered.append(pair)
            turned |= first[:, pair.before] > first[:, pair.after]
        elif pair.count and pair.both >= _COMMON * len(first):
            loose.append(pair)
    if ordered:
        worst = max(ordered, key=lambda pair: pair.count)
        before, after = names[stages[worst.before]], names[stages[worst.after]]
        yield _turned((before, after), worst, (int(turned.sum()), len(first)))
    if loose:
        worst = max(loose, key=lambda pair: pair.count)
        yield _loose((names[stages[worst.before]], names[stages[worst.after]]), worst)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two steps, in how many cases both are, and in how many the other way round."""

    before: int
    after: int
    both: int
    count: int


def _pairs(first: NDArray[np.float64]) -> Iterator[_Pair]:
    """Yield all pairs of steps that enough cases have, in their usual order."""
    for a, b in combinations(range(first.shape[1]), 2):
        before = int((first[:, a] < first[:, b]).sum())
        after = int((first[:, a] > first[:, b]).sum())
        if before + after < _FEWEST:
            continue
        both = before + after
        yield _Pair(a, b, both, after) if before >= after else _Pair(b, a, both, before)


def _first_ends(
    stays: LogStays, marks: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], list[int]]:
    """Return when each case first ended each stage, nan: never; and which stages."""
    cases = min(int(stays.case.max(initial=-1)) + 1, _MOST_CASES)
    is_mine = (stays.case < cases) & ~marks[stays.stage]
    case, stage = stays.case[is_mine], stays.stage[is_mine]
    times = np.bincount(stage, minlength=len(marks))
    often = np.argsort(-times, kind="stable")[:_MOST_STAGES]
    stages = sorted(each for each in often.tolist() if times[each])
    place = np.full(len(marks), -1)
    place[stages] = np.arange(len(stages))
    first = np.full((cases, len(stages)), np.nan)
    is_kept = place[stage] >= 0
    back = np.flatnonzero(is_kept)[::-1]
    first[case[back], place[stage[back]]] = stays.finished[is_mine][back]
    return first, stages


def _turned(names: tuple[str, str], pair: _Pair, cases: tuple[int, int]) -> Notice:
    """Return that steps stand against their usual order."""
    turned, of_all = cases
    sentence = phrase_of(
        "{count} case of {both} that has both has {after} before {before}, against "
        "the usual order; in {turned} of {all} cases some steps stand so. They count "
        "in the order in which they happened.",
        "{count} cases of {both} that have both have {after} before {before}, against "
        "the usual order; in {turned} of {all} cases some steps stand so. They count "
        "in the order in which they happened.",
        pair.count,
        count=f"{pair.count:,}",
        both=f"{pair.both:,}",
        before=names[0],
        after=names[1],
        turned=f"{turned:,}",
        all=f"{of_all:,}",
    )
    evidence: dict[str, float | str] = {"before": names[0], "after": names[1]}
    evidence |= {"cases": float(pair.count), "of": float(pair.both)}
    evidence["any"] = float(turned)
    return Notice("steps out of order", sentence, "note", evidence)


def _loose(names: tuple[str, str], pair: _Pair) -> Notice:
    """Return that two steps have no order."""
    sentence = phrase(
        "{before} and {after} have no fixed order: {after} is first in {count} of the "
        "{both} cases that have both. Neither can be said to wait for the other.",
        before=names[0],
        after=names[1],
        count=f"{pair.count:,}",
        both=f"{pair.both:,}",
    )
    evidence: dict[str, float | str] = {"before": names[0], "after": names[1]}
    evidence |= {"cases": float(pair.count), "of": float(pair.both)}
    return Notice("steps without order", sentence, "note", evidence)
