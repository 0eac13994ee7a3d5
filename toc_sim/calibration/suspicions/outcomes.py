"""Whether the records tell what became of cases, what they were worth, and enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.suspicions.said import (
    count_said,
    rounded_figure,
    share_said,
    time_said,
)
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits

_TOO_FEW, _FEW = 10, 30
"""Cases that ended: below the first nothing can be told, below the second little."""

_OLD = 0.99
"""Quantile of the time that won cases took, beyond which an open one is old."""

_OLD_SHARE = 0.2
"""Of the open cases so many must be old [1]."""

_OPEN = 20
"""Open cases below which nothing is said of losses."""

_MISSING, _NOTED = 0.02, 5
"""Amounts or dates that are missing: this share, and so many at least, are told."""

_NEARLY_ALL = 0.9

_UNDATED = "without a beginning"
"""What cases without a date are called, here and by who reads them."""


def outcomes(visits: Visits) -> Iterator[Notice]:
    """Yield what is to be known of endings, amounts and numbers of cases.

    Rules. *Losses never recorded*: no case is lost, `_OPEN` or more are open, and
    `_OLD_SHARE` of those are older than `_OLD` of the won ones were. *Amounts missing*:
    `_MISSING` of the won cases have none or 0, others have one. *No amount on lost
    cases*: `_NEARLY_ALL` of the lost ones carry exactly 0. *Without a beginning*:
    `_MISSING` of all cases have no date of it.

    Parameters
    ----------
    visits
        The records.
    """
    yield from _number(visits)
    yield from _no_losses(visits)
    yield from _won_amounts(visits)
    yield from _lost_amounts(visits)
    yield from _undated(visits)


def _number(visits: Visits) -> Iterator[Notice]:
    ended = int((visits.outcome != CASE_OPEN).sum())
    if ended >= _FEW:
        return
    parts = {"ended": count_said(ended), "cases": count_said(visits.cases)}
    evidence: dict[str, float | str] = {"cases": visits.cases, "ended": ended}
    if ended < _TOO_FEW:
        sentence = phrase(
            "Only {ended} of {cases} cases came to an end: nothing can be told from so "
            "few.",
            **parts,
        )
        yield Notice("too few cases", sentence, "refused", evidence)
        return
    sentence = phrase(
        "Only {ended} of {cases} cases came to an end: every figure told from them is "
        "rough.",
        **parts,
    )
    yield Notice("too few cases", sentence, "doubt", evidence)


def lost_without_a_word(visits: Visits) -> bool:
    """Return whether most of what is open was lost, and nobody wrote it down.

    Parameters
    ----------
    visits
        The records.
    """
    return _old_ones(visits) is not None


class OldOnes(NamedTuple):
    """Open cases older than won ones ever were."""

    cases: int
    limit: float
    """The age beyond which they are old [days]."""
    median: float
    """Of the time that won cases took [days]."""


def _old_ones(visits: Visits) -> OldOnes | None:
    """Return the old ones, if no loss is told and they are a part that counts."""
    won = (visits.outcome == CASE_WON) & np.isfinite(visits.created)
    waiting = _waiting(visits)
    has_losses = bool((visits.outcome == CASE_LOST).any())
    if has_losses or waiting.sum() < _OPEN or won.sum() < _TOO_FEW:
        return None
    took = (visits.closed - visits.created)[won]
    limit, median = (float(np.quantile(took, each)) for each in (_OLD, 0.5))
    ages = (visits.span - visits.created)[waiting]
    old = int((ages > limit).sum())
    return OldOnes(old, limit, median) if old >= _OLD_SHARE * len(ages) else None


def _waiting(visits: Visits) -> NDArray[np.bool_]:
    waiting: NDArray[np.bool_] = (visits.outcome == CASE_OPEN) & np.isfinite(
        visits.created
    )
    return waiting


def _no_losses(visits: Visits) -> Iterator[Notice]:
    old = _old_ones(visits)
    if old is None:
        return
    still_open = int(_waiting(visits).sum())
    sentence = phrase(
        "No case is recorded as lost: {open} of {cases} are open, and {old} of these "
        "are older than 99 % of the won ones were when they were won ({limit}; half "
        "took {median}). Most of them are lost and nobody wrote it down: open cases "
        "are not work in process, and conversion can only be told by when cases began.",
        open=count_said(still_open),
        cases=count_said(visits.cases),
        old=count_said(old.cases),
        limit=time_said(old.limit),
        median=time_said(old.median),
    )
    evidence: dict[str, float | str] = {
        "open": still_open,
        "won": int((visits.outcome == CASE_WON).sum()),
        "old": old.cases,
        "limit_days": old.limit,
        "share_old": old.cases / still_open,
    }
    yield Notice("losses never recorded", sentence, "doubt", evidence)


def _won_amounts(visits: Visits) -> Iterator[Notice]:
    amounts = visits.amount[visits.outcome == CASE_WON]
    told = np.isfinite(amounts) & (amounts != 0)
    missing = int((~told).sum())
    if not told.any() or missing < max(_NOTED, _MISSING * len(amounts)):
        return
    sentence = phrase(
        "{missing} of {won} won cases ({share}) carry no amount or 0: the mean price "
        "is told from the others, and revenue summed over all is too low.",
        missing=count_said(missing),
        won=count_said(len(amounts)),
        share=share_said(missing / len(amounts)),
    )
    evidence: dict[str, float | str] = {"won": len(amounts), "missing": missing}
    yield Notice("amounts missing", sentence, "doubt", evidence)


def _lost_amounts(visits: Visits) -> Iterator[Notice]:
    lost = visits.amount[visits.outcome == CASE_LOST]
    won = visits.amount[visits.outcome == CASE_WON]
    zero = int((lost == 0).sum())
    if not (won > 0).any() or zero < max(_NOTED, _NEARLY_ALL * len(lost)):
        return
    sentence = phrase(
        "{zero} of {lost} lost cases carry the amount 0: what was lost is not told, "
        "and a mean over all cases would be too low (won ones bring {mean}).",
        zero=count_said(zero),
        lost=count_said(len(lost)),
        mean=rounded_figure(float(np.nanmean(won))),
    )
    evidence: dict[str, float | str] = {
        "lost": len(lost),
        "zero": zero,
        "mean_won": float(np.nanmean(won)),
    }
    yield Notice("no amount on lost cases", sentence, "note", evidence)


def _undated(visits: Visits) -> Iterator[Notice]:
    undated = int((~np.isfinite(visits.created)).sum())
    is_told = any(each.kind.endswith(_UNDATED) for each in visits.notices)
    if is_told or undated < max(_NOTED, _MISSING * visits.cases):
        return
    sentence = phrase_of(
        "{undated} of {cases} cases has no date of its beginning, and is left out of "
        "everything that needs one.",
        "{undated} of {cases} cases have no date of their beginning, and are left out "
        "of everything that needs one.",
        undated,
        undated=count_said(undated),
        cases=count_said(visits.cases),
    )
    evidence: dict[str, float | str] = {"cases": visits.cases, "undated": undated}
    yield Notice(_UNDATED, sentence, "doubt", evidence)
