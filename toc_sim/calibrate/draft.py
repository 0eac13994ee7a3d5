"""From visits to a scenario that reproduces them and claims no more than they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from toc_sim.calibrate.estimates import Draft, Estimate
from toc_sim.calibrate.fitted_time import rounded
from toc_sim.calibrate.journeys import SOURCE, TO_WON, Journeys, journeys_of
from toc_sim.calibrate.known_by import Until, known_by
from toc_sim.calibrate.node_names import node_names
from toc_sim.calibrate.period_choice import ChosenPeriod, chosen_period
from toc_sim.calibrate.stage_nodes import StageFacts, StageNode, stage_node
from toc_sim.calibrate.stage_records import StageRecord, presence_in, stage_records
from toc_sim.calibrate.steady_window import SteadyWindow, steady_window
from toc_sim.calibrate.step_shares import Steps, step_shares
from toc_sim.calibrate.time_on_way import PassedStage, moved_behind, time_on_way
from toc_sim.calibrate.written_figures import between, short
from toc_sim.calibrate.written_source import (
    SOURCE_NAME,
    WrittenSource,
    written_source,
)
from toc_sim.calibrate.written_ways import WrittenWay, written_shares, written_way
from toc_sim.language import phrase
from toc_sim.records.notices import Notice
from toc_sim.records.visits import WON, Visits

LEAST_FINISHED = 20
"""With fewer visits that were seen to their end nothing is drawn."""

MARKET_NAME = "won"
"""What the market is called in every scenario that is drawn."""


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
    steps = step_shares(journeys, tells_losses=known.tells_losses)
    if steps.conversion == 0:
        refused = _nothing_won()
        return Draft({}, {}, (), (), (), (refused,), refused.sentence)
    return _drawn(known, journeys, steps, chosen, name)


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


def _drawn(
    visits: Visits, journeys: Journeys, steps: Steps, period: ChosenPeriod, name: str
) -> Draft:
    came = journeys.created[np.isfinite(journeys.created)]
    window = steady_window(came, float(came.min()), visits.span)
    source = written_source(came, window, period.days)
    records = stage_records(
        visits, journeys, presence_in(visits, journeys), period.days
    )
    nodes = _nodes(records, steps, source.pace, period.days)
    ways = _ways(journeys, steps, records, nodes, period.days)
    written = tuple(
        node for node, often in zip(nodes, steps.visits, strict=True) if often
    )
    parts = _Parts(source, written, ways, _price(visits), window)
    estimates = [*source.estimates]
    for each in (*written, *ways):
        estimates += each.estimates
    if parts.price is not None:
        estimates.append(parts.price)
    return Draft(
        _content(visits, parts, period, name),
        _comments(parts),
        tuple(estimates),
        tuple(node.finding for node in nodes),
        (),
        (),
        "",
        {
            "period": period.name,
            "period_days": period.days,
            "window_begin": window.begin,
            "window_end": window.end,
            "arrivals": source.pace,
            "conversion": steps.conversion,
        },
    )


def _nodes(
    records: Sequence[StageRecord], steps: Steps, pace: float, days: float
) -> tuple[StageNode, ...]:
    titles = [record.title for record in records]
    names = node_names(titles, (SOURCE_NAME, MARKET_NAME))
    return tuple(
        stage_node(
            StageFacts(
                record.title,
                name if often else "",
                record.judgement,
                record.times,
                pace * often,
                len(record.people),
                days,
            )
        )
        for record, name, often in zip(records, names, steps.visits, strict=True)
    )


def _ways(
    journeys: Journeys,
    steps: Steps,
    records: Sequence[StageRecord],
    nodes: Sequence[StageNode],
    days: float,
) -> tuple[WrittenWay, ...]:
    passed = [
        PassedStage(
            record.tells_work,
            record.judgement.saturation == "saturated",
            node.queue,
            node.passing,
            record.times.wait,
        )
        for record, node in zip(records, nodes, strict=True)
    ]
    times = {
        (step.source, step.target): time_on_way(journeys, step, passed, days)
        for step in steps.steps
    }
    times = moved_behind(steps, times)
    names = {SOURCE: SOURCE_NAME, TO_WON: MARKET_NAME}
    names |= {number: node.name for number, node in enumerate(nodes)}
    written = []
    for source in (SOURCE, *range(len(nodes))):
        out = steps.out_of(source)
        for step, share in zip(out, written_shares(out), strict=True):
            ends = names[source], names[step.target]
            written.append(written_way(step, ends, share, times[source, step.target]))
    return tuple(written)


def _price(visits: Visits) -> Estimate | None:
    won = visits.amount[visits.outcome == WON]
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
    visits: Visits, parts: _Parts, period: ChosenPeriod, name: str
) -> dict[str, Any]:
    stages: dict[str, Any] = {SOURCE_NAME: dict(parts.source.entry)}
    stages |= {node.name: dict(node.entry) for node in parts.nodes}
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
    content["run"] = {"horizon": max(round(parts.window.days / period.days), 10)}
    return content


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
    price = parts.price
    if price is not None:
        found["economics.price"] = f"{price.origin}; {between(price.low, price.high)}"
    return found
