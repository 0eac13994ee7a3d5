"""Whether times at stages were measured: timers, booked constants, returns, zeros."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.suspicions.said import (
    count_said,
    rounded_figure,
    share_said,
    time_said,
)
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import CASE_LOST, CASE_WON, Codes, Days, Visits

_FEWEST = 20
"""Stays below which a stage tells nothing of how they were written down."""

_SPIKE = 5.0
"""A timer's day has so many times as many ends as the days about it."""

_SPIKE_SHARE = 0.03
"""And so many of all [1]."""

_SHORTEST_TIMER = 4
"""Days: what is shorter may be an evening's batch."""

_ABOUT = (-5, -4, -3, -2, 2, 3, 4, 5)
"""Days about a spike, itself and its shoulders left out."""

_CONSTANT = 0.95
"""So many of the times of a stage that are the same are booked, not measured [1]."""

_SAME = 1e-6
"""Times that differ by less are the same [days]: a tenth of a second."""

_RETURNS = 0.01
"""Part of all cases that return, below which it is left unsaid [1]."""

_ZEROS = 0.05
"""Part of the times of a stage that are 0, beside others [1]."""

_HANDFUL = 5


def stays(visits: Visits) -> Iterator[Notice]:
    """Yield what is to be known of how long cases stay.

    Rules. *Timer*: of the cases of one outcome, or the stays at one stage, `_SPIKE`
    times as many end at an age of one day as on the days about it (`_ABOUT`), and
    `_SPIKE_SHARE` of all. *Booked constant*: `_CONSTANT` of the times of a stage are
    the same, and not 0. *Returns*: `_RETURNS` of all cases come back to a stage that
    they had left. *Times below 0* and *times of 0*: `_HANDFUL` of the first; `_ZEROS`
    of the times of a stage that is no mark.

    Parameters
    ----------
    visits
        The records.
    """
    yield from _timers(visits)
    yield from _before_begin(visits)
    if not visits.tells_history:
        return
    yield from _booked(visits)
    yield from _returns(visits)
    yield from _zeros(visits)


@dataclass(frozen=True, slots=True)
class Spike:
    """Many ends at one age.

    Attributes
    ----------
    day
        The age: from so many days to one more [days].
    count
        How many end at it.
    about
        How many on each of the days about it, mean.
    of
        How many there are in all.
    """

    day: int
    count: int
    about: float
    of: int


def spike_of(lengths: Days) -> Spike | None:
    """Return the day at which far more end than on the days about it, or None.

    Parameters
    ----------
    lengths
        Of stays [days].
    """
    known = lengths[np.isfinite(lengths) & (lengths >= 0)]
    if len(known) < _FEWEST:
        return None
    counts = np.bincount(np.floor(known + _SAME).astype(int))
    padded = np.pad(counts, (5, 5)).astype(float)
    about = np.mean([np.roll(padded, -shift) for shift in _ABOUT], axis=0)[5:-5]
    scores = np.where(
        np.arange(len(counts)) >= _SHORTEST_TIMER, counts / np.fmax(about, 1.0), 0.0
    )
    scores[counts < max(_FEWEST, _SPIKE_SHARE * len(known))] = 0.0
    day = int(np.argmax(scores))
    if scores[day] < _SPIKE:
        return None
    return Spike(day, int(counts[day]), float(about[day]), len(known))


def _timers(visits: Visits) -> Iterator[Notice]:
    took = visits.closed - visits.created
    groups = {
        phrase("cases that were won"): took[visits.outcome == CASE_WON],
        phrase("cases that were lost"): took[visits.outcome == CASE_LOST],
    }
    if visits.tells_history:
        stay = visits.finished - visits.arrived
        for stage, name in enumerate(visits.stages):
            group = phrase("stays at {stage}", stage=name)
            groups[group] = stay[visits.stage == stage]
    for group, lengths in groups.items():
        spike = spike_of(lengths)
        if spike is None:
            continue
        sentence = phrase(
            "{count} of {all} {group} end when they are {day} to {next} days old, and "
            "{about} on each of the days about that: a clock ends them, not somebody's "
            "work.",
            count=count_said(spike.count),
            all=count_said(spike.of),
            group=group,
            day=spike.day,
            next=spike.day + 1,
            about=rounded_figure(round(spike.about, 1)),
        )
        evidence: dict[str, float | str] = {
            "of": group,
            "days": spike.day,
            "count": spike.count,
            "usual": spike.about,
            "all": spike.of,
        }
        yield Notice("timer", sentence, "doubt", evidence)


def _before_begin(visits: Visits) -> Iterator[Notice]:
    took = visits.closed - visits.created
    below = int((took < -_SAME).sum())
    if below:
        sentence = phrase(
            "{below} of {cases} cases end before they begin, by up to {most}: one of "
            "the two moments is wrong.",
            below=count_said(below),
            cases=count_said(int(np.isfinite(took).sum())),
            most=time_said(float(-np.nanmin(took))),
        )
        evidence: dict[str, float | str] = {
            "below": below,
            "lowest_days": float(np.nanmin(took)),
        }
        yield Notice("times below 0", sentence, "doubt", evidence)


def _work(visits: Visits) -> Days:
    """Return the times of work where they are told, else of the whole stay [days]."""
    if visits.tells_starts:
        return visits.finished - visits.started
    return visits.finished - visits.arrived


def _by_stage(visits: Visits, lengths: Days) -> Iterator[tuple[str, Days]]:
    """Yield the known times of each stage that is no mark and has enough."""
    for stage, name in enumerate(visits.stages):
        here = lengths[(visits.stage == stage) & np.isfinite(lengths)]
        if len(here) >= _FEWEST and not visits.marks[stage]:
            yield name, here


def _booked(visits: Visits) -> Iterator[Notice]:
    for name, lengths in _by_stage(visits, _work(visits)):
        usual = float(np.median(lengths))
        same = int((np.abs(lengths - usual) < _SAME).sum())
        if usual < _SAME or same < _CONSTANT * len(lengths):
            continue
        sentence = phrase(
            "{same} of {all} times at {stage} are exactly {time}: that was booked, not "
            "measured, and tells nothing of how they vary.",
            same=count_said(same),
            all=count_said(len(lengths)),
            stage=name,
            time=time_said(usual),
        )
        evidence: dict[str, float | str] = {
            "stage": name,
            "days": usual,
            "same": same,
            "all": len(lengths),
        }
        yield Notice("booked constant", sentence, "doubt", evidence)


def _zeros(visits: Visits) -> Iterator[Notice]:
    told = []
    evidence: dict[str, float | str] = {}
    for name, lengths in _by_stage(visits, _work(visits)):
        zero = int((np.abs(lengths) < _SAME).sum())
        if zero >= max(_HANDFUL, _ZEROS * len(lengths)) and zero < len(lengths):
            told.append((zero / len(lengths), name))
            evidence[name] = zero / len(lengths)
    if not told:
        return
    share, stage = max(told)
    sentence = phrase(
        "Times of 0 stand among others at {stages} of {all} stages, most at {stage} "
        "({share}): written down together afterwards, or no work at all, they make "
        "means too low.",
        stages=len(told),
        all=len(visits.stages),
        stage=stage,
        share=share_said(share),
    )
    yield Notice("times of 0", sentence, "note", evidence)


def returned(visits: Visits) -> NDArray[np.bool_]:
    """Return which visits come back to a stage that the case had left before.

    Sessions at one stage in a row are one stay. Shape (visits,).

    Parameters
    ----------
    visits
        The records.
    """
    case, stage = visits.case, visits.stage
    new = np.ones(len(case), bool)
    new[1:] = (case[1:] != case[:-1]) | (stage[1:] != stage[:-1])
    pairs: Codes = case.astype(np.int64) * len(visits.stages) + stage
    firsts = np.zeros(len(case), bool)
    firsts[np.unique(pairs, return_index=True)[1]] = True
    return new & ~firsts


def _returns(visits: Visits) -> Iterator[Notice]:
    back = returned(visits)
    cases = len(np.unique(visits.case[back]))
    if cases < max(_HANDFUL, _RETURNS * visits.cases):
        return
    counts = np.bincount(visits.stage[back], minlength=len(visits.stages))
    most = int(np.argmax(counts))
    sentence = phrase(
        "{cases} of {all} cases ({share}) come back to a stage that they had left, "
        "most often to {stage} ({times} times): work done again is work, and is "
        "counted.",
        cases=count_said(cases),
        all=count_said(visits.cases),
        share=share_said(cases / visits.cases),
        stage=visits.stages[most],
        times=count_said(int(counts[most])),
    )
    evidence: dict[str, float | str] = {
        "cases": cases,
        "share": cases / visits.cases,
        "returns": int(back.sum()),
        "stage": visits.stages[most],
    }
    yield Notice("returns", sentence, "note", evidence)
