"""What is bought at time 0 works from 0: no money comes before the purchase."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from toc_sim import Scenario
from toc_sim.experiment.compare.compare import Contest, contest
from toc_sim.experiment.compare.comparison import Question, candidate
from toc_sim.experiment.purchase import jump, purchase, touches
from toc_sim.experiment.roadmap.best_order import worth_of
from toc_sim.experiment.roadmap.five_steps import budget
from toc_sim.experiment.roadmap.tool_sets import ToolSets
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.experiment.variant import VariantModel
from toc_sim.network.build import network as network_of
from toc_sim.scenario.fields.numbers import Profile, level, level_before
from toc_sim.tools import with_tools

Document = dict[str, Any]

EFFECTS = {
    "arrivals": {"leads.arrivals": {"scale": 1.3}},
    "capacity": {"visit.capacity": {"scale": 1.5}},
    "conversion": {"offer.conversion": {"set": 0.9}},
    "coming back": {"flow.market->visit": {"set": 0.95}},
    "time of a pool": {"offer.time": {"scale": 0.6}},
    "more of several": {
        "leads.arrivals": {"scale": 1.2},
        "offer.conversion": {"add": 0.1},
    },
}


def club(*tools: Document, regulars: int = 0, **run: Any) -> Scenario:
    """Return a shop whose customers come back for years, with tools t0, t1, ..."""
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "club",
            "resources": {"people": {"servers": 2}},
            "stages": {
                "leads": {
                    "kind": "source",
                    "arrivals": 6,
                    "distribution": "exponential",
                },
                "offer": {
                    "kind": "team",
                    "resource": "people",
                    "time": 0.36,
                    "cv": 0.5,
                    "conversion": 0.7,
                },
                "visit": {"kind": "team", "capacity": 60, "cv": 0.5},
                "market": {"kind": "market", "demand": 200},
            },
            "flow": [
                "leads -> offer -> visit -> market",
                {"market -> visit": {"share": 0.9, "delay": 8, "customers": regulars}},
            ],
            "economics": {"price": 10, "operating_expense": {"rent": 20}},
            "tools": {f"t{number}": tool for number, tool in enumerate(tools)},
            "run": {"horizon": 40, "warmup": 120, "replications": 8, **run},
        }
    )


def asked(scenario: Scenario) -> Contest:
    """Compare its tools, each alone; not more runs than the file says."""
    question = Question(most=scenario.run.replications)
    return contest(scenario, question, Laboratory())


@pytest.mark.parametrize("effects", EFFECTS.values(), ids=EFFECTS)
def test_a_moment_later_earns_the_same(effects: Document) -> None:
    """Bought today, or a moment later: profit, present value and payback agree."""
    tool = {"cost": {"upfront": 100}, "effects": effects}
    scenario = club(tool, tool | {"lead_time": 0.001})

    found = asked(scenario)
    _, now, later = found.race.gains

    assert now.mean() == pytest.approx(later.mean(), rel=0.02, abs=30)
    assert now.std() == pytest.approx(later.std(), rel=0.1, abs=30)
    assert found.difference(1) == found.difference(2)


def test_a_moment_later_keeps_as_many_of_those_who_are_there_at_the_start() -> None:
    """They chose to come back, or not, before anything was bought."""
    tool = {"effects": {"flow.market->visit": {"set": 0.5}}}
    later = tool | {"lead_time": 0.001}
    found = asked(club(tool, later, regulars=400, warmup=0))
    at_once, a_moment_later = found.race.gains[1:]

    assert at_once.mean() == pytest.approx(a_moment_later.mean(), rel=0.02)
    assert at_once.mean() < 0


def test_a_base_of_customers_does_not_come_with_a_campaign() -> None:
    """What a tool settles at, it does not earn from the first day on."""
    scenario = club({"effects": {"offer.conversion": {"set": 0.9}}})

    found = asked(scenario)
    now = found.in_window(1)

    assert found.word(1) == "hits"
    assert now is not None
    assert 0 < now.mean < 0.7 * found.difference(1).mean


def test_the_warmup_is_the_business_as_it_is() -> None:
    """Until time 0 a candidate meets what doing nothing meets, event by event."""
    scenario = club(
        {"effects": {"leads.arrivals": {"scale": 2}, "visit.capacity": {"scale": 3}}}
    )
    nothing, bought = (candidate(scenario, each, 120.0) for each in ((), ("t0",)))

    runs = Laboratory().runs([nothing, bought], [2, 2])

    for old, new in zip(runs[0].results, runs[1].results, strict=True):
        before = old.departures[old.departures <= 0]
        assert len(before) > 100
        assert np.array_equal(before, new.departures[new.departures <= 0])
        assert old.wip_start == new.wip_start


def test_more_hands_earn_what_quicker_hands_do() -> None:
    """Servers are not hired within a run; their money is that of as much more pace."""
    hire = {"effects": {"resources.people.servers": {"add": 1}}}
    quick = {"effects": {"offer.time": {"scale": 2 / 3}}}
    scenario = club(hire, quick)

    found = asked(scenario)
    _, hired, quicker = found.race.gains

    assert found.race.trials[1].model.always == ()
    assert hired.mean() == pytest.approx(quicker.mean(), rel=0.1, abs=100)


def test_what_cannot_wait_for_its_purchase_is_told() -> None:
    """The cv of a stage is there in the warm-up, too: the answer names its stage."""
    scenario = club({"effects": {"visit.cv": {"set": 0.2}}})

    assert candidate(scenario, ("t0",), 120.0).always == ("visit",)


def test_a_roadmap_counts_from_the_purchase_on() -> None:
    """Its gain is what a comparison earns, for it is the same purchase."""
    scenario = club(
        {"cost": {"upfront": 1}, "effects": {"leads.arrivals": {"scale": 1.3}}}
    )

    _, gain = asked(scenario).race.gains
    tool_sets, spend = ToolSets(scenario, Laboratory()), budget(scenario)
    tool_sets.buy([(), ("t0",)])

    nothing, bought = (worth_of(tool_sets, spend, each) for each in ((), ("t0",)))
    assert bought - nothing == pytest.approx(gain.mean())


@pytest.mark.parametrize("time", [-7.3, -2.0, -0.5, 0.5, 2.0, 3.0, 7.9])
def test_a_jump_is_the_old_before_and_the_new_after(time: float) -> None:
    """Of numbers, of what moves once, and of seasons."""
    season = Profile(profile=((0, 1.0), (1, 4.0)), every=2.0)
    slope = Profile(profile=((-4.0, 1.0), (3.0, 8.0)))
    for before in (2.0, season, slope):
        for after in (5.0, season, slope):
            found = jump(before, after, -10.0, 10.0)
            expected = before if time < 0 else after
            assert level(found, time) == pytest.approx(level(expected, time))
            assert level_before(found, 0.0) == pytest.approx(level_before(before, 0.0))
            assert level(found, 0.0) == pytest.approx(level(after, 0.0))


def test_without_a_warmup_there_is_nothing_to_wait_for() -> None:
    """The network is the one that is bought."""
    scenario = club({"effects": {"leads.arrivals": {"scale": 2}}})
    before = network_of(scenario)
    after = network_of(with_tools(scenario, ["t0"]))

    assert purchase(before, after, 0.0).network is after


TOUCHED = {
    "its pace": ({"visit.capacity": {"scale": 2}}, True),
    "who comes back to it": ({"flow.market->visit": {"set": 0.5}}, False),
    "another node": ({"leads.arrivals": {"scale": 2}}, False),
    "money": ({"economics.price": {"scale": 2}}, False),
}


@pytest.mark.parametrize(("effects", "expected"), TOUCHED.values(), ids=TOUCHED)
def test_a_tool_touches_what_it_changes(effects: Document, *, expected: bool) -> None:
    """Of the constraint, not of what comes to it or goes from it."""
    scenario = club({"effects": effects})
    before = network_of(scenario)
    after = network_of(with_tools(scenario, ["t0"]))

    assert touches(before, after, ["visit"]) is expected


def test_the_model_of_a_candidate_says_what_it_costs() -> None:
    """As ever: its tools, in the order of the file."""
    scenario = club({"cost": {"upfront": 3.0}}, {"cost": {"upfront": 4.0}})

    model = candidate(scenario, ("t1", "t0"), 1.0)

    assert isinstance(model, VariantModel)
    assert model.tools == ("t0", "t1")
    assert model.outlay.upfront == 7.0
