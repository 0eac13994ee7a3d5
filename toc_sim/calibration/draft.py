"""From visits to a scenario that reproduces them and claims no more than they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from typing import Any

import numpy as np

from toc_sim.calibration.draft_facts import draft_facts
from toc_sim.calibration.draft_notices import draft_notices
from toc_sim.calibration.drawn_parts import (
    LOST_NAME,
    LOST_NODE,
    MARKET_NAME,
    drawn_nodes,
    drawn_ways,
    overfull,
    passed_stages,
)
from toc_sim.calibration.estimates import Draft, Estimate, uncertain_block
from toc_sim.calibration.fitted_time import rounded, spread_of
from toc_sim.calibration.journeys import Journeys, journeys_of
from toc_sim.calibration.known_by import Until, known_by
from toc_sim.calibration.period_choice import ChosenPeriod, chosen_period
from toc_sim.calibration.stage_nodes import StageNode
from toc_sim.calibration.stage_records import (
    AllCases,
    StageRecord,
    presence_in,
    stage_records,
)
from toc_sim.calibration.steady_window import SteadyWindow, steady_window
from toc_sim.calibration.step_shares import Steps, ends_told_from, step_shares
from toc_sim.calibration.time_away import TimesAway, times_away
from toc_sim.calibration.what_limited import Limits, what_limited
from toc_sim.calibration.written_figures import between, short
from toc_sim.calibration.written_source import (
    SOURCE_NAME,
    WrittenSource,
    written_source,
)
from toc_sim.calibration.written_ways import WrittenWay
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import CASE_WON, Visits

LEAST_FINISHED = 20
"""With fewer visits that were seen to their end nothing is drawn."""

_MOSTLY = 0.5
"""A wait is not for own staff if so much of it passes while an answer is awaited."""

WARM = 4.0
"""The warm-up takes so many times as long as a case."""

SILENT = 0.1
"""If a larger part of old cases is still open, losses are not recorded."""


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
    chosen = chosen_period(known.span, period)
    journeys = journeys_of(known)
    refused = _refusal(journeys)
    if refused is not None:
        return Draft({}, {}, (), (), (), (refused,), refused.sentence)
    cases = _all_cases(known, journeys, chosen)
    records = stage_records(cases)
    steps = step_shares(journeys, loses_silently=cases.loses_silently)
    full = overfull(cases, records, steps)
    if full:
        steps = step_shares(journeys, loses_silently=cases.loses_silently, full=full)
    if steps.conversion == 0:
        refused = _nothing_won()
        return Draft({}, {}, (), (), (), (refused,), refused.sentence)
    return _drawn(cases, records, steps, name)


def _all_cases(visits: Visits, journeys: Journeys, period: ChosenPeriod) -> AllCases:
    came = journeys.created[np.isfinite(journeys.created)]
    window = steady_window(came, float(came.min()), visits.span)
    told = ends_told_from(journeys)
    if window.begin < told < window.end - window.days / 2:
        window = replace(window, begin=told)
    presence = presence_in(visits, journeys)
    silent = loses_silently(visits, journeys)
    return AllCases(visits, journeys, presence, window, period, silent)


def loses_silently(visits: Visits, journeys: Journeys) -> bool:
    """Return whether cases are lost and the records do not tell it.

    They are if no case is told to be lost, and many are still open that came so long
    ago that nearly all that were ever won had been won by that age.

    Parameters
    ----------
    visits, journeys
        Of all cases.
    """
    won = visits.outcome == CASE_WON
    if visits.tells_losses or not won.any():
        return False
    ages = (visits.closed - journeys.created)[won]
    late = np.nanquantile(ages, 0.95) if np.isfinite(ages).any() else 0.0
    old = journeys.created < visits.span - late
    return bool(old.any()) and float(np.mean(~won[old])) > SILENT


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


def _nothing_won() -> Notice:
    told = phrase("No case was won that passed a stage: no scenario is drawn.")
    return Notice("nothing was won", told, "refused")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of the file."""

    source: WrittenSource
    nodes: tuple[StageNode, ...]
    ways: tuple[WrittenWay, ...]
    price: Estimate | None
    window: SteadyWindow

    @property
    def has_slow_losses(self) -> bool:
        """Whether cases that are lost are open until then."""
        return any(way.way.endswith(f"-> {LOST_NAME}") for way in self.ways)

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Of all numbers of the file."""
        return (
            *self.source.estimates,
            *(each for node in self.nodes for each in node.estimates),
            *(each for way in self.ways for each in way.estimates),
            *(() if self.price is None else (self.price,)),
        )


def _drawn(
    cases: AllCases, records: Sequence[StageRecord], steps: Steps, name: str
) -> Draft:
    visits, journeys, window = cases.visits, cases.journeys, cases.window
    period = cases.period
    came = journeys.created[np.isfinite(journeys.created)]
    source = written_source(came, window, period.days)
    nodes = drawn_nodes(cases, records, steps, source.pace)
    passed = passed_stages(cases, records, steps, nodes)
    ways = drawn_ways(cases, steps, nodes, passed)
    written = tuple(
        node for node, often in zip(nodes, steps.visits, strict=True) if often
    )
    parts = _Parts(source, written, ways, _price(visits), window)
    away = times_away(visits, journeys, records, period.days)
    own = [_own_wait(cases, away, node) for node in range(len(records))]
    limits = Limits(
        records,
        own,
        away.delays,
        _followers(cases, steps),
        cases.loses_silently,
        period.days,
    )
    estimates = parts.estimates
    content = _content(visits, parts, period, name)
    content["uncertain"] = uncertain_block(estimates)
    return Draft(
        content,
        _comments(parts),
        estimates,
        tuple(
            replace(node.finding, own_wait=is_own, waits_on_way=stage.keeps_wait)
            for node, is_own, stage in zip(nodes, own, passed, strict=True)
        ),
        away.delays,
        draft_notices(cases, records, steps),
        what_limited(limits),
        draft_facts(cases, records, steps, source.pace),
    )


def _own_wait(cases: AllCases, away: TimesAway, node: int) -> bool | None:
    """Return whether the wait at a stage is for the company's own staff."""
    visits, stays = cases.visits, cases.journeys.stays
    if visits.stages[cases.journeys.nodes[node]] in visits.outside:
        return False
    if not visits.tells_requests:
        return None
    here = stays.node == node
    within = away.part_within(
        stays.case[here], stays.arrived[here], stays.started[here]
    )
    return within < _MOSTLY


def _followers(cases: AllCases, steps: Steps) -> tuple[str, ...]:
    """Return of each stage the one that most go on to; empty: there is none."""
    found = []
    for node in range(len(cases.journeys.nodes)):
        out = [step for step in steps.out_of(node) if step.target >= 0]
        most = max(out, key=lambda step: step.share, default=None)
        title = "" if most is None else cases.journeys.nodes[most.target]
        found.append(title if isinstance(title, str) else cases.visits.stages[title])
    return tuple(found)


def _price(visits: Visits) -> Estimate | None:
    won = visits.amount[visits.outcome == CASE_WON]
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
        spread_of(mean, mean - 1.96 * error, mean + 1.96 * error),
    )


def _content(
    visits: Visits, parts: _Parts, period: ChosenPeriod, name: str
) -> dict[str, Any]:
    stages: dict[str, Any] = {SOURCE_NAME: dict(parts.source.entry)}
    stages |= {node.name: dict(node.entry) for node in parts.nodes}
    if parts.has_slow_losses:
        stages[LOST_NAME] = dict(LOST_NODE)
    stages[MARKET_NAME] = {"kind": "market"}
    content: dict[str, Any] = {
        "format": 1,
        "name": name,
        "description": _description(visits, parts.window),
        "item": "case",
        "period": period.name,
        "stages": stages,
        "flow": [{way.way: way.label} for way in parts.ways],
    }
    if parts.price is not None:
        content["economics"] = {"price": parts.price.value}
    content["run"] = _run(visits, parts.window, period.days)
    return content


def _run(visits: Visits, window: SteadyWindow, days: float) -> dict[str, Any]:
    """Return for how long to run: as the records, once all that takes long has come."""
    passed = (visits.closed - visits.created)[visits.outcome == CASE_WON]
    passed = passed[np.isfinite(passed)]
    warmup = ceil(WARM * float(passed.mean()) / days) if len(passed) else 10
    horizon = max(round(window.days / days), 2 * warmup, 20)
    return {"horizon": horizon, "warmup": max(warmup, 5)}


def _description(visits: Visits, window: SteadyWindow) -> str:
    begin, end = (
        (visits.begin + timedelta(days=day)).date().isoformat()
        for day in (window.begin, window.end)
    )
    return phrase(
        "Drawn from {cases} cases; arrivals are those of {begin} to {end}.",
        cases=short(visits.cases),
        begin=begin,
        end=end,
    )


def _comments(parts: _Parts) -> dict[str, str]:
    found = {
        f"stages.{SOURCE_NAME}.{key}": text
        for key, text in parts.source.comments.items()
    }
    for node in parts.nodes:
        found |= {f"stages.{node.name}.{k}": text for k, text in node.comments.items()}
    found |= {f"flow.{way.way}": way.comment for way in parts.ways}
    if parts.has_slow_losses:
        found[f"stages.{LOST_NAME}.capacity"] = phrase(
            "no stage: cases that are lost are open until they come here"
        )
    price = parts.price
    if price is not None:
        found["economics.price"] = f"{price.origin}; {between(price.low, price.high)}"
    return found
