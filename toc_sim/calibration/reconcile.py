"""A model is laid beside the records that it came from, and never offered silently.

It is run over the stretch of time that the records tell of, and both are measured in
the same way; then it is drawn from the first part of the records alone, and the last
part is laid beside what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toc_sim.calibration.case_course import recorded_course
from toc_sim.calibration.course_bands import CourseBands, course_bands
from toc_sim.calibration.doubts import doubts_of
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.laid_beside import ReconciledRow, ToCompare, laid_beside
from toc_sim.calibration.misses import (
    doubted,
    held_back_said,
    left_out_said,
    miss_said,
    reasons,
    verdict_said,
)
from toc_sim.calibration.model_course import ModelCourses, Stretch, model_courses
from toc_sim.calibration.state_from_records import StartingState, state_at
from toc_sim.calibration.suspicions.edges import cut_at
from toc_sim.calibration.suspicions.outcomes import lost_without_a_word
from toc_sim.calibration.suspicions.said import date_said
from toc_sim.calibration.way_parts import way_parts
from toc_sim.errors import TocError
from toc_sim.language import phrase
from toc_sim.network.build import network
from toc_sim.records.visits import CASE_WON, Visits
from toc_sim.scenario.load import load
from toc_sim.scenario.model import Scenario

KEPT_FOR_DRAWING = 0.75
"""The part of the time range from which a model is drawn that must foresee the rest."""

_LEAST_DAYS = 7.0
"""A stretch that is shorter is not compared [days]."""


@dataclass(frozen=True, slots=True)
class StretchCompared:
    """A model beside a stretch of the records.

    Attributes
    ----------
    begin, end
        Of the stretch [days since the records begin].
    first, last
        The same as dates.
    rows
        The figures of both.
    bands
        The course of both in time, for a picture.
    misses
        Where the model misses, and why that may be, in sentences.
    sentence
        What that comes to.
    scenario
        The model.
    """

    begin: float
    end: float
    first: str
    last: str
    rows: tuple[ReconciledRow, ...]
    bands: CourseBands
    misses: tuple[str, ...]
    sentence: str
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A model beside the records that it came from.

    Attributes
    ----------
    whole
        Beside the time that it was drawn from; None: it could not be.
    held_back
        Drawn from the first part alone, beside the last; None: it could not be.
    why_not
        Why one of them is not there, in sentences.
    period
        What the period is called.
    scenario
        The model; None: there is none, or it cannot be run.
    """

    whole: StretchCompared | None
    held_back: StretchCompared | None
    why_not: tuple[str, ...]
    period: str
    scenario: Scenario | None = None

    @property
    def rows(self) -> tuple[ReconciledRow, ...]:
        """The figures of both, of the time that the model was drawn from."""
        return () if self.whole is None else self.whole.rows

    @property
    def misses(self) -> tuple[str, ...]:
        """Where the model misses, in sentences."""
        return tuple(
            miss
            for each in (self.whole, self.held_back)
            if each is not None
            for miss in each.misses
        )

    @property
    def is_usable(self) -> bool:
        """Whether it misses nothing of the time that it was drawn from."""
        return self.whole is not None and not any(
            row.agreement == "misses" for row in self.whole.rows
        )

    @property
    def sentence(self) -> str:
        """What the model may be used for."""
        told = [each.sentence for each in (self.whole, self.held_back) if each]
        return " ".join((*told, *self.why_not))


def reconciled(
    visits: Visits, draft: Draft, *, replications: int = 8, seed: int = 1
) -> Reconciliation:
    """Lay a model beside the records that it was drawn from.

    Parameters
    ----------
    visits
        The records.
    draft
        What was drawn from them.
    replications
        Runs of the model, each over the whole stretch.
    seed
        Of their chance.

    Returns
    -------
    Both, with how far they are apart. A draft without content has nothing to compare,
    and says why.
    """
    period = str(draft.facts.get("period", phrase("period")))
    if not draft.content:
        why = phrase("No model was drawn, so there is nothing to compare.")
        return Reconciliation(None, None, (why,), period)
    effort = _Effort(visits, replications, seed)
    low, high = _window(visits, draft)
    whole, why = effort.compared(draft, low, high, is_later=False)
    last, why_last = _held_back(effort)
    told = tuple(each for each in (why, why_last) if each)
    model = None if whole is None else whole.scenario
    return Reconciliation(whole, last, told, period, model)


def _window(visits: Visits, draft: Draft) -> tuple[float, float]:
    """Return the stretch for which a draft says that it stands [days]."""
    low = float(draft.facts.get("window_begin", 0.0))
    high = float(draft.facts.get("window_end", visits.span))
    return max(low, 0.0), min(high, visits.span)


def _held_back(effort: _Effort) -> tuple[StretchCompared | None, str]:
    """Return the last part beside a model of the first; else why there is none."""
    visits = effort.visits
    end = cut_at(visits)
    begin = _first(visits) + KEPT_FOR_DRAWING * (end - _first(visits))
    drawn = draft_of(visits, until=begin)
    if not drawn.content:
        why = phrase(
            "From what was known by {date} no model can be drawn, so none is tried on "
            "the time after.",
            date=date_said(visits, begin),
        )
        return None, why
    return effort.compared(drawn, begin, end, is_later=True)


def _first(visits: Visits) -> float:
    """Return when the first case came [days]."""
    created = visits.created[np.isfinite(visits.created)]
    return float(created.min()) if len(created) else 0.0


@dataclass(frozen=True, slots=True)
class _Effort:
    """How models of some records are run."""

    visits: Visits
    replications: int
    seed: int

    def compared(
        self, draft: Draft, low: float, high: float, *, is_later: bool
    ) -> tuple[StretchCompared | None, str]:
        """Return a draft beside a stretch of the records; else why it is not."""
        if high - low < _LEAST_DAYS:
            why = phrase("The time to compare is too short to tell anything.")
            return None, why
        try:
            model, state = self._run(draft, low, high)
        except TocError as error:
            why = phrase("The model cannot be run: {reason}", reason=str(error))
            return None, why
        records = recorded_course(self.visits, _nodes(draft), low, high)
        rows = laid_beside(records, model, self._asked(draft))
        period = str(draft.facts.get("period", phrase("period")))
        missed = [row for row in rows if row.agreement == "misses"]
        why_so = tuple(reasons(rows, is_later=is_later))
        if missed and not lost_without_a_word(self.visits):
            still_open = round(records.counted(np.zeros(1))["open"][0])
            why_so += tuple(left_out_said(state.left_out, still_open))
        if missed:
            why_so += tuple(doubted(doubts_of(self.visits)))
        first, last = date_said(self.visits, low), date_said(self.visits, high)
        sentence = held_back_said(rows, first) if is_later else verdict_said(rows)
        found = StretchCompared(
            begin=low,
            end=high,
            first=first,
            last=last,
            rows=rows,
            bands=course_bands(records, model.courses),
            misses=(*(miss_said(row, period) for row in missed), *why_so),
            sentence=sentence,
            scenario=model.net.scenario,
        )
        return found, ""

    def _run(
        self, draft: Draft, low: float, high: float
    ) -> tuple[ModelCourses, StartingState]:
        """Return the model's runs, and what was open as they begin."""
        net = network(load({**draft.content, "run": {"warmup": 0}}))
        state = state_at(self.visits, draft, net, low)
        stretch = Stretch(
            before=0.0,
            length=high - low,
            period=_period_days(draft),
            state=state,
            parts=way_parts(self.visits, _nodes(draft)),
        )
        runs = model_courses(
            draft.content, stretch, replications=self.replications, seed=self.seed
        )
        return runs, state

    def _asked(self, draft: Draft) -> ToCompare:
        won = self.visits.outcome == CASE_WON
        return ToCompare(
            period=_period_days(draft),
            tells_losses=self.visits.tells_losses,
            tells_open=not lost_without_a_word(self.visits),
            has_price="economics" in draft.content
            and bool(np.isfinite(self.visits.amount[won]).any()),
        )


def _period_days(draft: Draft) -> float:
    return float(draft.facts.get("period_days", 1.0))


def _nodes(draft: Draft) -> dict[str, str]:
    """Return which node each stage of the records is."""
    return {each.stage: each.node for each in draft.stages if each.node}
