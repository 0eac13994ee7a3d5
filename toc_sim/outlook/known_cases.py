"""What was open on an earlier day, as records knew it then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

import numpy as np

from toc_sim.calibration.estimates import Draft
from toc_sim.outlook.todays_items import OpenItem
from toc_sim.records.visits import CASE_OPEN, Visits
from toc_sim.scenario.fields.flow import ARROW
from toc_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class OpenCases:
    """What was open on a day.

    Attributes
    ----------
    items
        Where each open case was in the scenario, in the order of the records.
    stages
        By item, the stage of the records it had reached last; -1: none.
    undated
        Open cases without any date: they may have come at any time, and are left out.
    """

    items: tuple[OpenItem, ...]
    stages: tuple[int, ...]
    undated: int


def open_cases(known: Visits, draft: Draft, scenario: Scenario) -> OpenCases:
    """Return what is open at the end of some records.

    Parameters
    ----------
    known
        The records.
    draft, scenario
        What was drawn from them: its nodes are where the items stand.
    """
    days = float(draft.facts["period_days"])
    nodes = {each.stage: each.node for each in draft.stages if each.node}
    last = _last_visits(known, {known.stages.index(stage) for stage in nodes})
    source = next(iter(scenario.stages))
    items, stages, undated = [], [], 0
    for case in np.flatnonzero(known.outcome == CASE_OPEN):
        visit = last.get(int(case))
        created = float(known.created[case])
        if visit is None and isnan(created):
            undated += 1
            continue
        amount = float(known.amount[case])
        if visit is None:
            age = (known.span - created) / days
            items.append(OpenItem("", source, age, amount))
            stages.append(-1)
            continue
        node = nodes[known.stages[int(known.stage[visit])]]
        items.append(_item(known, visit, node, scenario, days, amount))
        stages.append(int(known.stage[visit]))
    return OpenCases(tuple(items), tuple(stages), undated)


def _last_visits(known: Visits, stages: set[int]) -> Mapping[int, int]:
    """Return by case its last visit at a stage that is a node."""
    here = np.isin(known.stage, list(stages)) & np.isfinite(known.arrived)
    rows = np.flatnonzero(here)
    began = np.where(np.isnan(known.started), known.arrived, known.started)[rows]
    order = rows[np.lexsort((rows, began, known.case[rows]))]
    return {int(known.case[row]): int(row) for row in order}  # the last stays


def _item(
    known: Visits, visit: int, node: str, scenario: Scenario, days: float, amount: float
) -> OpenItem:
    """Return where a case stands that was last seen in a visit."""

    def since(moment: float) -> float:
        return nan if isnan(moment) else max(0.0, (known.span - moment) / days)

    arrived, started, finished = (
        float(each[visit]) for each in (known.arrived, known.started, known.finished)
    )
    if not isnan(finished):
        ways = any(w.delay for w in scenario.flow if w.source == node)
        return OpenItem("", node, since(finished), amount, done=ways)
    if not known.tells_starts:
        return OpenItem("", node, since(arrived), amount)
    if isnan(started):
        before = _way_to(known, visit, node, scenario)
        return OpenItem("", before, since(arrived), amount, in_work=False)
    return OpenItem(
        *("", node, since(arrived), amount), in_work=True, worked=since(started)
    )


def _way_to(known: Visits, visit: int, node: str, scenario: Scenario) -> str:
    """Return where a case is that waits for a stage: before it, or on a way to it.

    Where a draft has the wait of a stage on the ways to it, that is where a case waits.
    """
    del known, visit
    ways = [way for way in scenario.flow if way.target == node and way.delay]
    inner = [way for way in ways if scenario.stages[way.source].kind != "source"]
    if len(inner) == 1:
        return f"{inner[0].source} {ARROW} {node}"
    return node
