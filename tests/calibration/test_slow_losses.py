"""Cases that are lost late are open until then, in the records and in the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from helpers.event_logs import visits_of

from toc_sim import load
from toc_sim.calibration.commented_scenario import scenario_text
from toc_sim.calibration.draft import draft_of
from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.reconcile import reconciled
from toc_sim.interface.run import run
from toc_sim.records.visits import Visits
from toc_sim.scenario.load import read


def declining(weeks: float) -> dict[str, Any]:
    """Return a pipeline whose offers are turned down after so many weeks."""
    return {
        "format": 1,
        "name": "declining",
        "period": "week",
        "stages": {
            "leads": {"kind": "source", "arrivals": 12, "cv": 1},
            "offer": {"kind": "team", "capacity": 20, "servers": 2, "cv": 0.8},
            "turned_down": {"kind": "team", "capacity": 1_000_000, "conversion": 0},
            "market": {"kind": "market"},
        },
        "flow": [
            "leads -> offer",
            {"offer -> market": {"share": 0.3, "delay": {"mean": 1, "cv": 1}}},
            {"offer -> turned_down": {"share": 0.7, "delay": weeks}},
        ],
        "run": {"horizon": 70, "seed": 3},
    }


def without(visits: Visits, stage: str) -> Visits:
    """Return a log without a node at which cases are lost: it is no stage of work."""
    kept = visits.stage != visits.stages.index(stage)
    return replace(
        visits,
        case=visits.case[kept],
        stage=visits.stage[kept],
        arrived=visits.arrived[kept],
        started=visits.started[kept],
        finished=visits.finished[kept],
        resource=visits.resource[kept],
    )


@pytest.fixture(scope="module")
def slow() -> Visits:
    """Return the log of offers that are turned down after five weeks."""
    return without(visits_of(declining(5)), "turned_down")


@pytest.fixture(scope="module")
def slow_draft(slow: Visits) -> Draft:
    """Return what is drawn from it."""
    return draft_of(slow, period="week")


def test_slow_losses_have_a_way_of_their_own(slow_draft: Draft) -> None:
    """The way to where they are lost has their share and time, as far as is known."""
    found = {each.path: each for each in slow_draft.estimates}
    share, delay = found["flow.offer->lost"], found["flow.offer->lost.delay"]

    assert share.value == pytest.approx(0.7, abs=0.06)
    assert delay.value == pytest.approx(5, rel=0.05)
    text = scenario_text(slow_draft)
    assert "no stage: cases that are lost are open until they come here" in text
    assert read(text, "again.yaml") == load(slow_draft.content)
    assert [each.node for each in slow_draft.stages] == ["offer"]


def test_as_many_are_open_in_the_model(slow: Visits, slow_draft: Draft) -> None:
    """Work in progress and the time until cases are lost come out as recorded."""
    rows = {r.name: r for r in reconciled(slow, slow_draft).rows if not r.node}

    for name in ("throughput", "flow_time", "loss_time", "wip"):
        assert abs(rows[name].error) < 0.1, name


def test_no_constraint_is_seen_at_the_end_of_those_lost(slow_draft: Draft) -> None:
    """A run of the draft names what comes in, and calls the node by its title."""
    answer = run(load(slow_draft.content), store=False, replications=3)

    assert answer.constraint == ("arrivals",)
    assert load(slow_draft.content).stages["lost"].title == "Time until lost"


def test_quick_losses_need_no_node() -> None:
    """Where cases are lost as they leave a stage the scenario has no more than that."""
    draft = draft_of(without(visits_of(declining(0.01)), "turned_down"), period="week")

    assert set(draft.content["stages"]) == {"arrivals", "offer", "won"}


def test_what_leads_to_no_win_ends_as_the_case_does() -> None:
    """A stage from which nothing is won is time until cases are lost."""
    content = declining(2)
    content["stages"]["turned_down"] = {"kind": "team", "capacity": 50}
    content["stages"]["gone"] = {"kind": "team", "capacity": 1_000_000, "conversion": 0}
    content["flow"].append({"turned_down -> gone": {"share": 1, "delay": 3}})
    log = without(visits_of(content), "gone")
    draft = draft_of(log, period="week")
    found = {each.path: each for each in draft.estimates}

    assert found["flow.offer->lost.delay.mean"].value == pytest.approx(5, rel=0.05)
    assert "turned_down" not in draft.content["stages"]
