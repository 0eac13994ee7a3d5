"""Past forecasts, made with what was known then, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.known_by import known_by
from toc_sim.calibration.period_choice import chosen_period
from toc_sim.engine.simulate import Progress
from toc_sim.errors import TocError
from toc_sim.language import phrase
from toc_sim.outlook.band import QuarterBand, band
from toc_sim.outlook.futures import futures, today
from toc_sim.outlook.known_cases import OpenCases, open_cases
from toc_sim.outlook.score import Score, place_among, score
from toc_sim.outlook.simple_methods import resampled_throughput, weighted_pipeline
from toc_sim.records.visits import CASE_LOST, CASE_WON, Visits
from toc_sim.scenario.load import load
from toc_sim.scenario.model import Scenario
from toc_sim.streams import Purpose, generator

RUNS = 199
"""Futures of each past forecast."""

MOST_ORIGINS = 12
"""Days from which it is looked ahead, at most."""

LEAST_KNOWN = 56.0
"""Days of records before the first of them, at least; and a third of the records."""

WEEK_DAYS = 7.0

FROM_STATE, WEIGHTED, RESAMPLED = (
    "from the state",
    "weighted pipeline",
    "past weeks again",
)
"""Names of the methods, the same in every language and in JSON."""

DraftOf = Callable[[Visits, str], Draft]
"""Draws a scenario from records, told in a period."""


@dataclass(frozen=True, slots=True)
class PastForecast:
    """One forecast of the past.

    Attributes
    ----------
    day
        From when [days since the records begin].
    date
        The same as a date.
    open_cases
        What was open then [items].
    came
        What was closed in the time ahead [items].
    ours
        The band from the state; None: none was drawn.
    place
        Below which part of the runs what came lies [1]; nan without them.
    weighted, resampled
        What the simple methods said.
    refused
        Why there is no band; empty: there is.
    """

    day: float
    date: date
    open_cases: int
    came: int
    ours: QuarterBand | None
    place: float
    weighted: QuarterBand
    resampled: QuarterBand
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Backtest:
    """How good past forecasts were, beside two simple methods.

    Attributes
    ----------
    ahead
        How far they looked [days].
    period, periods
        The same in a scenario's periods, and what they are called.
    forecasts
        In the order of time.
    scores
        Of each method, over the forecasts for which there is a band.
    """

    ahead: float
    period: str
    periods: float
    forecasts: tuple[PastForecast, ...]
    scores: tuple[Score, ...]

    def score_of(self, method: str) -> Score:
        """Return the score of a method.

        Parameters
        ----------
        method
            `FROM_STATE`, `WEIGHTED` or `RESAMPLED`.
        """
        return next(each for each in self.scores if each.name == method)

    @property
    def best(self) -> str:
        """The method with the smallest loss; empty: nothing was scored."""
        told = [each for each in self.scores if each.forecasts]
        return min(told, key=lambda each: each.loss).name if told else ""


def backtest(
    visits: Visits,
    *,
    ahead: float,
    origins: Sequence[float] | None = None,
    runs: int = RUNS,
    seed: int = 7,
    drawing: DraftOf | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Look ahead from past days with what was known then, and compare with what came.

    Parameters
    ----------
    visits
        The records, to their end.
    ahead
        How far it is looked ahead [days].
    origins
        From which days [days since the records begin]; None: up to `MOST_ORIGINS`, as
        far apart as the records allow.
    runs
        Futures of each.
    seed
        Which chance they meet.
    drawing
        Draws a scenario from what was known; None: as ``calibrate`` does.
    progress
        Called after each forecast.

    Raises
    ------
    TocError
        If the records are too short.
    """
    days = _origins(visits, ahead) if origins is None else tuple(origins)
    period = chosen_period(visits.span, None)
    asked = _Asked(visits, ahead, runs, seed, period.name, drawing or _as_calibrate)
    found = []
    for number, day in enumerate(days, start=1):
        found.append(asked.looked_ahead(day))
        if progress is not None:
            progress(number, len(days))
    scored = [each for each in found if each.ours is not None]
    came = [float(each.came) for each in scored]
    scores = (
        score(
            FROM_STATE, [each.ours for each in scored if each.ours is not None], came
        ),
        score(WEIGHTED, [each.weighted for each in scored], came),
        score(RESAMPLED, [each.resampled for each in scored], came),
    )
    periods = ahead / period.days
    return Backtest(ahead, period.name, periods, tuple(found), scores)


def _as_calibrate(known: Visits, period: str) -> Draft:
    return draft_of(known, period=period)


def _origins(visits: Visits, ahead: float) -> tuple[float, ...]:
    """Return days from which it can be looked ahead."""
    first = max(LEAST_KNOWN, visits.span / 3)
    last = visits.span - ahead
    if last < first:
        raise TocError(
            f"the records last {visits.span:.0f} days: too short to look {ahead:.0f} "
            f"days ahead from what was known after {first:.0f}\n"
            "    hint: look less far ahead"
        )
    count = min(MOST_ORIGINS, 1 + int((last - first) / WEEK_DAYS))
    return tuple(float(np.floor(day)) for day in np.linspace(first, last, count))


@dataclass(frozen=True, slots=True)
class _Asked:
    """How past forecasts are made."""

    visits: Visits
    ahead: float
    runs: int
    seed: int
    period: str
    drawing: DraftOf

    def looked_ahead(self, day: float) -> PastForecast:
        """Return the forecast of one day, beside what came."""
        known = known_by(self.visits, day)
        closed = self.visits.closed[self.visits.outcome == CASE_WON]
        came = int(((closed > day) & (closed <= day + self.ahead)).sum())
        draft = self.drawing(known, self.period)
        refused = "" if draft.content else draft.verdict
        counts: NDArray[np.float64] = np.empty(0)
        cases = OpenCases((), (), 0)
        if not refused:
            try:
                scenario = scenario_of_draft(draft)
                cases = open_cases(known, draft, scenario)
                counts = self._counts(draft, scenario, cases)
            except TocError as error:
                refused = str(error).splitlines()[0]
        chance = generator(self.seed, int(day), "ties", Purpose.CUSTOMERS).random
        return PastForecast(
            day,
            (self.visits.begin + timedelta(days=day)).date(),
            len(cases.items),
            came,
            None if refused else band(counts),
            float("nan") if refused else place_among(counts, came, chance),
            weighted_pipeline(_chances(known, cases)),
            resampled_throughput(_weeks(known, day), self.ahead / WEEK_DAYS, self.seed),
            refused,
        )

    def _counts(
        self, draft: Draft, scenario: Scenario, cases: OpenCases
    ) -> NDArray[np.float64]:
        """Return how many are closed by the end in each run."""
        until = self.ahead / float(draft.facts["period_days"])
        start = today(scenario, cases.items, until=until, seed=self.seed)
        every = futures(start, range(self.runs))
        return np.array([len(future.times) for future in every], dtype=float)


def scenario_of_draft(draft: Draft) -> Scenario:
    """Return the scenario of a draft, as unsure of its numbers as its estimates are.

    Parameters
    ----------
    draft
        With content.

    Raises
    ------
    ScenarioError
        If it cannot work.
    """
    content: dict[str, Any] = dict(draft.content)
    if "uncertain" not in content:
        unsure = {e.path: dict(e.uncertain) for e in draft.estimates if e.uncertain}
        content["uncertain"] = unsure
    return load(content)


def _chances(known: Visits, cases: OpenCases) -> list[float]:
    """Return how likely items of each open case's stage were won, by closed cases."""
    closed = (known.outcome == CASE_WON) | (known.outcome == CASE_LOST)
    won = known.outcome == CASE_WON
    whole = float(won.sum()) / max(1, int(closed.sum()))
    by_stage = {}
    for stage in sorted(set(cases.stages)):
        passed = np.unique(known.case[known.stage == stage])
        passed = passed[closed[passed]]
        by_stage[stage] = float(won[passed].mean()) if len(passed) else whole
    return [whole if stage < 0 else by_stage[stage] for stage in cases.stages]


def _weeks(known: Visits, day: float) -> NDArray[np.float64]:
    """Return how many cases were won in each week before a day, whole weeks only."""
    closed = known.closed[known.outcome == CASE_WON]
    weeks = max(1, int(day / WEEK_DAYS))
    ago = ((day - closed) / WEEK_DAYS).astype(int)
    counts = np.bincount(ago[(ago >= 0) & (ago < weeks)], minlength=weeks)
    return counts[::-1].astype(np.float64)


def loses_to(found: Backtest) -> tuple[str, ...]:
    """Return in sentences where the forecast from the state loses.

    Parameters
    ----------
    found
        The past forecasts.
    """
    ours = found.score_of(FROM_STATE)
    if not ours.forecasts:
        return ()
    others = {
        WEIGHTED: phrase("the weighted pipeline"),
        RESAMPLED: phrase("past weeks drawn again"),
    }
    better = [s for s in found.scores if s.name in others and s.loss < ours.loss]
    return tuple(
        phrase(
            "Here {method} would have been better: its loss is {theirs}, that of the "
            "forecast from the state {ours}.",
            method=others[each.name],
            theirs=f"{each.loss:.3g}",
            ours=f"{ours.loss:.3g}",
        )
        for each in better
    )
