"""From visits to a scenario that reproduces them, and never claims more than they tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.calibrate.drawn_ways import (
    Step,
    Steps,
    WrittenWay,
    drawn_steps,
    written_way,
)
from toc_sim.calibrate.estimates import Draft, Estimate
from toc_sim.calibrate.fitted_time import rounded
from toc_sim.calibrate.journeys import SOURCE, TO_WON, Journeys, journeys_of
from toc_sim.calibrate.known_by import Until, known_by
from toc_sim.calibrate.node_names import node_names
from toc_sim.calibrate.period_choice import ChosenPeriod, chosen_period
from toc_sim.calibrate.presence import Presence, presence_of
from toc_sim.calibrate.queue_watch import queue_watch
from toc_sim.calibrate.saturation import Judgement, Through, judgement
from toc_sim.calibrate.stage_nodes import (
    StageFacts,
    StageNode,
    StageTimes,
    stage_node,
)
from toc_sim.calibrate.steady_window import (
    SteadyWindow,
    count_spread,
    steady_window,
)
from toc_sim.calibrate.written_figures import between, short
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import WON, Visits

Floats = NDArray[np.float64]

LEAST_FINISHED = 20
"""With fewer visits that were seen to their end nothing is drawn."""

SOURCE_NAME, MARKET_NAME = "arrivals", "won"

WEEK = 7.0


def draft_of(
    visits: Visits,
    *,
    period: str | None = None,
    name: str = "A scenario drawn from records",
    until: Until | None = None,
) -> Draft:
    """Return the scenario that records tell, and how surely.

    Parameters
    ----------
    visits
        Of records of work.
    period
        ``hour``, ``day``, ``week`` or ``month``; None: by how long the records last.
    name
        Of the scenario.
    until
        Use only what was known by that day; None: all.

    Returns
    -------
    The draft; of records that tell too little without content, and with a notice that
    says why.
    """
    known = known_by(visits, until)
    journeys = journeys_of(known)
    refused = _refusal(journeys)
    chosen = chosen_period(known.span, period)
    if refused is not None:
        return Draft({}, {}, (), (), (), (refused,), refused.sentence)
    return _Drawing(known, journeys, chosen, name).draft()


def _refusal(journeys: Journeys) -> Notice | None:
    finished = int(np.isfinite(journeys.stays.finished).sum())
    if finished >= LEAST_FINISHED and np.isfinite(journeys.created).any():
        return None
    told = phrase(
        "Only {count} visits with moments were seen to their end, and {least} is the "
        "least: no scenario is drawn.",
        count=str(finished),
        least=str(LEAST_FINISHED),
    )
    return Notice("too few visits", told, "refused", {"finished": finished})


@dataclass(frozen=True, slots=True)
class _Drawing:
    """All that a scenario is drawn from."""

    visits: Visits
    journeys: Journeys
    period: ChosenPeriod
    name: str

    def draft(self) -> Draft:
        """Return the scenario, and all that is to be said of it."""
        window = self._window()
        judged = self._judged(window)
        waits = [each.saturation == "saturated" for each in judged]
        lengths = self._lengths(waits)
        steps = drawn_steps(
            self.journeys,
            lengths,
            tells_losses=self.visits.tells_losses,
            days=self.period.days,
        )
        source, pace = self._source(window)
        nodes = self._nodes(judged, steps, pace)
        ways = _ways(steps, nodes, self._starts())
        estimates = [*source.estimates]
        for each in (*nodes, *ways):
            estimates += each.estimates
        price = self._price()
        content = self._content(source, nodes, ways, price, window)
        comments = _comments(source, nodes, ways, price)
        if price is not None:
            estimates.append(price)
        return Draft(
            content,
            comments,
            tuple(estimates),
            tuple(each.finding for each in nodes),
            (),
            (),
            "",
            self._facts(window, steps, pace),
        )

    def _starts(self) -> NDArray[np.bool_]:
        """Return of each node whether it is told when work on it began."""
        stays = self.journeys.stays
        told = np.isfinite(stays.started)
        over = np.isfinite(stays.finished)
        return np.array(
            [
                self.visits.tells_starts
                and bool((stays.node == node).any())
                and float(told[(stays.node == node) & over].mean()) > _MOST
                for node in range(len(self.journeys.nodes))
            ]
        )

    def _window(self) -> SteadyWindow:
        came = self.journeys.created
        came = came[np.isfinite(came)]
        return steady_window(came, float(came.min()), self.visits.span)

    def _presence(self) -> Presence | None:
        if not self.visits.resources or not self.visits.tells_starts:
            return None
        return presence_of(self.journeys.stays, len(self.visits.resources))

    def _judged(self, window: SteadyWindow) -> list[Judgement]:
        stays, starts = self.journeys.stays, self._starts()
        presence = self._presence()
        found = []
        for node in range(len(self.journeys.nodes)):
            here = stays.node == node
            begin, end = _seen(stays.finished[here], window, self.visits.span)
            through = Through(
                stays.arrived[here], stays.finished[here], begin, end, WEEK
            )
            watch = (
                queue_watch(stays, node, presence, begin, end) if starts[node] else None
            )
            found.append(judgement(through, watch))
        return found

    def _lengths(self, waits: list[bool]) -> Floats:
        """Return of each move the time that is no work and no queue [days]."""
        moves, stays = self.journeys.moves, self.journeys.stays
        starts = self._starts()
        begins = np.where(moves.source == SOURCE, moves.came, moves.left)
        for node in np.flatnonzero(~starts):
            if not waits[node]:
                begins = np.where(moves.source == node, moves.came, begins)
        ends = moves.reached.copy()
        for node in np.flatnonzero(starts):
            if not waits[node]:
                rows = (moves.target == node) & (moves.next_stay >= 0)
                began = stays.started[moves.next_stay[rows]]
                ends[rows] = np.where(np.isfinite(began), began, np.nan)
        return ends - begins

    def _source(self, window: SteadyWindow) -> tuple[_Source, float]:
        came = self.journeys.created
        came = came[np.isfinite(came)]
        count = int(((came > window.begin) & (came <= window.end)).sum())
        periods = window.days / self.period.days
        pace = count / periods
        spread = count_spread(came, window, self.period.days)
        low, high = _gamma_interval(count, periods)
        origin = phrase(
            "{count} arrivals in {periods} periods",
            count=short(count),
            periods=short(periods),
        )
        told = {"count": count, "over": rounded(periods)}
        cv = max(rounded(spread.cv, 3), 0.01)
        why = phrase(
            "how much counts vary from one period to the next, {count} of them",
            count=short(spread.windows),
        )
        estimates = (
            Estimate(
                f"{SOURCE_NAME}.arrivals", rounded(pace), low, high, origin, count, told
            ),
            Estimate(f"{SOURCE_NAME}.cv", cv, spread.low, spread.high, why, count),
        )
        return _Source(estimates), pace

    def _nodes(
        self, judged: list[Judgement], steps: Steps, pace: float
    ) -> list[StageNode]:
        titles = [self.visits.stages[stage] for stage in self.journeys.nodes]
        names = node_names(titles, (SOURCE_NAME, MARKET_NAME))
        presence = self._presence()
        return [
            stage_node(
                StageFacts(
                    titles[node],
                    names[node],
                    judged[node],
                    self._times(node),
                    pace * steps.visits[node],
                    0
                    if presence is None
                    else len(presence.people_at(self.journeys.stays, node)),
                    self.period.days,
                )
            )
            for node in range(len(titles))
        ]

    def _times(self, node: int) -> StageTimes:
        stays, days = self.journeys.stays, self.period.days
        here = (stays.node == node) & np.isfinite(stays.finished)
        arrived, started = stays.arrived[here], stays.started[here]
        finished = stays.finished[here]
        if not self._starts()[node]:
            none = np.empty(0)
            return StageTimes(none, none, (finished - arrived) / days)
        told = np.isfinite(started)
        return StageTimes(
            (finished - started)[told] / days,
            (started - arrived)[told] / days,
            (finished - arrived) / days,
        )

    def _price(self) -> Estimate | None:
        won = self.visits.amount[self.visits.outcome == WON]
        won = won[np.isfinite(won)]
        if not len(won) or won.mean() <= 0:
            return None
        mean = float(won.mean())
        error = float(won.std() / np.sqrt(len(won)))
        return Estimate(
            "economics.price",
            rounded(mean, 5),
            mean - 1.96 * error,
            mean + 1.96 * error,
            phrase("mean of {count} cases that were won", count=short(len(won))),
            len(won),
            {"mean": rounded(mean, 5), "sd": rounded(error)} if error else None,
        )

    def _content(
        self,
        source: _Source,
        nodes: list[StageNode],
        ways: list[WrittenWay],
        price: Estimate | None,
        window: SteadyWindow,
    ) -> dict[str, Any]:
        stages: dict[str, Any] = {SOURCE_NAME: source.entry}
        stages |= {node.name: dict(node.entry) for node in nodes}
        stages[MARKET_NAME] = {"kind": "market"}
        content: dict[str, Any] = {
            "format": 1,
            "name": self.name,
            "description": self._description(window),
            "item": "case",
            "period": self.period.name,
            "stages": stages,
            "flow": [dict(way.line) for way in ways],
        }
        if price is not None:
            content["economics"] = {"price": price.value}
        horizon = max(round(window.days / self.period.days), 10)
        content["run"] = {"horizon": horizon}
        return content

    def _description(self, window: SteadyWindow) -> str:
        begin, end = (
            self.visits.begin + timedelta(days=d) for d in (window.begin, window.end)
        )
        return phrase(
            "Drawn from {cases} cases; arrivals are those of {begin} to {end}.",
            cases=short(self.visits.cases),
            begin=begin.date().isoformat(),
            end=end.date().isoformat(),
        )

    def _facts(
        self, window: SteadyWindow, steps: Steps, pace: float
    ) -> dict[str, float | str]:
        return {
            "period": self.period.name,
            "period_days": self.period.days,
            "window_begin": window.begin,
            "window_end": window.end,
            "arrivals": pace,
            "conversion": steps.conversion,
        }


_MOST = 0.8
"""Starts are told of a stage if they are of so many of its visits."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The source as the file has it: arrivals and their cv."""

    estimates: tuple[Estimate, Estimate]

    @property
    def entry(self) -> dict[str, Any]:
        """What the file says of it."""
        arrivals, cv = self.estimates
        return {"kind": "source", "arrivals": arrivals.value, "cv": cv.value}


def _seen(left: Floats, window: SteadyWindow, span: float) -> tuple[float, float]:
    """Return when a stage was looked at: from its first output on."""
    gone = left[np.isfinite(left)]
    return (float(gone.min()) if len(gone) else window.begin), span


def _gamma_interval(count: int, periods: float) -> tuple[float, float]:
    from scipy.stats import gamma

    low, high = gamma.ppf((0.025, 0.975), max(count, 0.5)) / periods
    return float(low), float(high)


def _ways(
    steps: Steps, nodes: list[StageNode], starts: NDArray[np.bool_]
) -> list[WrittenWay]:
    names = [node.name for node in nodes]
    written = []
    for source in (SOURCE, *range(len(nodes))):
        out = [step for step in steps.steps if step.source == source]
        shares = _shares(out)
        for step, share in zip(out, shares, strict=True):
            begin = SOURCE_NAME if source == SOURCE else names[source]
            end = MARKET_NAME if step.target == TO_WON else names[step.target]
            away = _time_away(step, nodes, starts)
            written.append(written_way(step, (begin, end), share, away))
    return written


def _shares(steps: list[Step]) -> list[float]:
    """Return shares as they are written, which add up to 1 where all of them do."""
    shares = [round(step.share, 4) for step in steps]
    over = sum(shares) - 1
    if shares and (over > 0 or abs(sum(step.share for step in steps) - 1) < 1e-9):  # noqa: PLR2004 - rounding
        largest = max(range(len(shares)), key=shares.__getitem__)
        shares[largest] = round(shares[largest] - over, 4)
    return shares


def _time_away(step: Step, nodes: list[StageNode], starts: NDArray[np.bool_]) -> float:
    """Return the time on a way without what the stages of the file bring [periods]."""
    away = step.signed_mean
    if step.target >= 0 and starts[step.target]:
        away -= nodes[step.target].queue
    if step.source >= 0 and not starts[step.source]:
        away -= nodes[step.source].passing
    return max(away, 0.0)


def _comments(
    source: _Source,
    nodes: list[StageNode],
    ways: list[WrittenWay],
    price: Estimate | None,
) -> dict[str, str]:
    found = {}
    for estimate in source.estimates:
        text = "; ".join(
            part
            for part in (estimate.origin, between(estimate.low, estimate.high))
            if part
        )
        found[f"stages.{estimate.path}"] = text
    for node in nodes:
        found |= {f"stages.{node.name}.{k}": text for k, text in node.comments.items()}
    for way in ways:
        found |= {f"flow.{line}": way.comment for line in way.line}
    if price is not None:
        found["economics.price"] = "; ".join(
            (price.origin, between(price.low, price.high))
        )
    return found
