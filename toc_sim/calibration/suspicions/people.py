"""Whether names of resources are those of people who worked, one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.suspicions.said import (
    count_said,
    share_said,
)
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import NOT_TOLD, Days, Visits

_NAMES = 20
"""Resources below which a name for each case is no wonder."""

_ONCE = 0.8
"""So many of them are seen in one case only: they are customers [1]."""

_LARGE = 0.05
"""A machine does so many of all visits [1]."""

_HOURS, _TRACE = 18, 0.001
"""It works in so many hours of the day, each with that part of its visits."""

_AT_ONCE = 0.9
"""So many of its visits take no time, where that is told [1]."""

_NIGHTS = 4.0
"""At night and on Sundays it does so many times the part that the others do."""

_OVERLAP = 1.05
"""Hours summed over hours in which anything was under way, from which it is told."""

_STEPS = 0.02
"""Steps that begin before the one before them in the case ended [1]."""

_HANDFUL = 10

_A_SECOND = 1.2e-5
"""In days."""

_SUNDAY = 6
"""Of the days of the week, Monday first."""

_NIGHT_ENDS = 6 / 24
"""What is earlier in the day is night [days]."""


def people(visits: Visits) -> Iterator[Notice]:
    """Yield what is wrong with who worked.

    Rules. *Customers told as resources*: of `_NAMES` names or more `_ONCE` are seen in
    one case only. *Machine user*: one name has `_LARGE` of all visits, in `_HOURS`
    hours of the day, `_NIGHTS` times as often at night as the others, and takes no time
    where that is told. *Overlapping work*: intervals of a resource add up to `_OVERLAP`
    of their union; `_STEPS` of the steps of cases begin before the earlier ones ended.

    Parameters
    ----------
    visits
        The records.
    """
    yield from _customers(visits)
    if not visits.tells_history:
        return
    yield from _machines(visits)
    if visits.tells_starts:
        yield from _overlapping(visits)
        yield from _parallel_steps(visits)


def _customers(visits: Visits) -> Iterator[Notice]:
    owned = np.flatnonzero(visits.owner != NOT_TOLD).astype(np.int32)
    told = (
        (phrase("resources"), visits.resource, visits.case, visits.resources),
        (phrase("owners"), visits.owner[owned], owned, visits.owners),
    )
    for kind, who, case, names in told:
        seen = who != NOT_TOLD
        pairs = np.unique(np.stack([who[seen], case[seen]]), axis=1)
        cases_of = np.bincount(pairs[0], minlength=len(names))
        used = int((cases_of > 0).sum())
        once = int((cases_of == 1).sum())
        if used < _NAMES or once < _ONCE * used:
            continue
        sentence = phrase(
            "{once} of {all} {kind} are seen in one case only: they seem to be "
            "customers, not people who work, and tell nothing of capacity.",
            once=count_said(once),
            all=count_said(used),
            kind=kind,
        )
        evidence: dict[str, float | str] = {
            "names": used,
            "once": once,
            "cases": visits.cases,
        }
        yield Notice("customers told as resources", sentence, "doubt", evidence)


def machines(visits: Visits) -> tuple[int, ...]:
    """Return which resources are machines, by number, by the rule of `people`.

    Parameters
    ----------
    visits
        The records.
    """
    if not visits.tells_history or not visits.has_time:
        return ()
    told = (visits.resource != NOT_TOLD) & np.isfinite(visits.finished)
    who, ends = visits.resource[told], visits.finished[told]
    took = (visits.finished - visits.started)[told]
    counts = np.bincount(who, minlength=len(visits.resources))
    large = np.flatnonzero(counts >= max(_NAMES, _LARGE * len(who)))
    late = _at_odd_hours(visits, ends)
    return tuple(
        int(each)
        for each in large
        if counts[each] < len(who)
        and _never_sleeps(ends[who == each])
        and late[who == each].mean() > _NIGHTS * late[who != each].mean()
        and _takes_no_time(took[who == each])
    )


def _at_odd_hours(visits: Visits, ends: Days) -> NDArray[np.bool_]:
    """Return which moments are at night or on a Sunday."""
    weekday = (np.floor(ends).astype(int) + visits.begin.weekday()) % 7
    return np.asarray((ends % 1 < _NIGHT_ENDS) | (weekday == _SUNDAY))


def _never_sleeps(ends: Days) -> bool:
    hours = np.bincount((ends % 1 * 24).astype(int) % 24, minlength=24)
    return int((hours >= _TRACE * len(ends)).sum()) >= _HOURS


def _takes_no_time(took: Days) -> bool:
    known = took[np.isfinite(took)]
    return not len(known) or float((known < _A_SECOND).mean()) >= _AT_ONCE


def _machines(visits: Visits) -> Iterator[Notice]:
    told = (visits.resource != NOT_TOLD) & np.isfinite(visits.finished)
    late = _at_odd_hours(visits, visits.finished[told])
    for each in machines(visits):
        mine = visits.resource[told] == each
        share = float(mine.mean())
        odd, usual = float(late[mine].mean()), float(late[~mine].mean())
        sentence = phrase(
            "{name} has {share} of all visits with a name, {odd} of its own at night "
            "or on a Sunday (others {usual}): a machine, which tells nothing of "
            "people's capacity.",
            name=visits.resources[each],
            share=share_said(share),
            odd=share_said(odd),
            usual=share_said(usual),
        )
        evidence: dict[str, float | str] = {
            "resource": visits.resources[each],
            "share": share,
            "odd_hours": odd,
            "odd_hours_of_others": usual,
        }
        yield Notice("machine user", sentence, "doubt", evidence)


def union(begun: Days, ended: Days) -> float:
    """Return the time in which at least one of some intervals runs [days].

    Parameters
    ----------
    begun, ended
        Of each interval, finite [days]; those that end before they begin count 0.
    """
    order = np.argsort(begun, kind="stable")
    low, high = begun[order], np.fmax(begun, ended)[order]
    before = np.concatenate(([-np.inf], np.maximum.accumulate(high)[:-1]))
    return float(np.clip(high - np.fmax(low, before), 0.0, None).sum())


def overlap(visits: Visits) -> dict[int, tuple[float, float]]:
    """Return for each resource the hours of its work, summed and as a union.

    Parameters
    ----------
    visits
        The records; they tell when work began.

    Returns
    -------
    By number of the resource, in its order: sum and union [days].
    """
    told = visits.sessions or visits
    known = (told.resource != NOT_TOLD) & np.isfinite(told.finished - told.started)
    at = np.flatnonzero(known)
    at = at[np.argsort(told.resource[at], kind="stable")]
    names, firsts = np.unique(told.resource[at], return_index=True)
    found = {}
    for name, rows in zip(names, np.split(at, firsts)[1:], strict=True):
        begun, ended = told.started[rows], told.finished[rows]
        total = float(np.clip(ended - begun, 0.0, None).sum())
        found[int(name)] = total, union(begun, ended)
    return found


def _overlapping(visits: Visits) -> Iterator[Notice]:
    found = {each: both for each, both in overlap(visits).items() if both[1] > 0}
    if not found:
        return
    total = sum(both[0] for both in found.values())
    under_way = sum(both[1] for both in found.values())
    ratios = {each: both[0] / both[1] for each, both in found.items()}
    several = [each for each, ratio in ratios.items() if ratio >= _OVERLAP]
    if total < _OVERLAP * under_way or not several:
        return
    worst = max(several, key=lambda each: found[each][0] - found[each][1])
    sentence = phrase(
        "{several} of {all} resources work at several things at once: their times add "
        "up to {ratio} of the time in which anything was under way ({worst}: {most}). "
        "Load is told from the latter.",
        several=len(several),
        all=len(found),
        ratio=share_said(total / under_way),
        worst=visits.resources[worst],
        most=share_said(ratios[worst]),
    )
    evidence: dict[str, float | str] = {
        "resources": len(found),
        "overlapping": len(several),
        "sum_days": total,
        "union_days": under_way,
        "ratio": total / under_way,
    }
    yield Notice("overlapping work", sentence, "doubt", evidence)


def _parallel_steps(visits: Visits) -> Iterator[Notice]:
    known = np.isfinite(visits.finished - visits.started)
    case = visits.case[known]
    begun, ended = visits.started[known], visits.finished[known]
    order = np.lexsort((begun, case))
    case, begun, ended = case[order], begun[order], ended[order]
    offset = case * (2 * visits.span + 2)  # each case after all earlier ones
    latest = np.maximum.accumulate(ended + offset)[:-1]
    early = (case[1:] == case[:-1]) & (begun[1:] + offset[1:] < latest - _A_SECOND)
    count, steps = int(early.sum()), int((case[1:] == case[:-1]).sum())
    if count < max(_HANDFUL, _STEPS * steps):
        return
    sentence = phrase(
        "{count} of {steps} steps ({share}) begin before an earlier one of the same "
        "case ended: parts of a case go side by side, or times are written down "
        "afterwards; here a case is at one stage at a time.",
        count=count_said(count),
        steps=count_said(steps),
        share=share_said(count / steps),
    )
    evidence: dict[str, float | str] = {
        "steps": steps,
        "early": count,
        "share": count / steps,
    }
    yield Notice("overlapping visits", sentence, "doubt", evidence)
