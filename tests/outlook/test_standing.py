"""Where an open item may be: who works, who waits, who is away, and who is lost."""

from __future__ import annotations

from collections import Counter
from math import nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, load
from toc_sim.network import network
from toc_sim.outlook.standing import LOST_BY_NOW, standings
from toc_sim.outlook.todays_items import OpenItem, opening


def _sales(**changes: Any) -> Scenario:
    answer = {"offer -> closing": {"share": 0.6, "delay": {"mean": 4, "cv": 0.5}}}
    content = {
        "format": 1,
        "name": "sales",
        "stages": {
            "leads": {"kind": "source", "arrivals": 5},
            "offer": {"kind": "team", "rate": 4, "servers": 2, "cv": 1},
            "closing": {"kind": "team", "rate": 9},
            "market": {"kind": "market"},
        },
        "flow": ["leads -> offer", answer, "closing -> market"],
    }
    return load(content).changed(changes)


def _of(item: OpenItem, scenario: Scenario | None = None) -> dict[str, float]:
    [found] = standings(network(scenario or _sales()), [item]).every
    return dict(zip(found.places, found.chances, strict=True))


def test_a_new_item_is_in_work_and_an_older_one_on_its_way() -> None:
    """How long it has been at the offer tells whether the customer has it."""
    fresh, old = (_of(OpenItem("", "offer", age)) for age in (0.0, 3.0))

    assert fresh["offer"] > 0.99
    assert old["offer -> closing"] > 0.5
    assert old[LOST_BY_NOW] == pytest.approx(old["offer -> closing"] * 0.4 / 0.6)


def test_what_is_older_than_any_that_goes_on_is_lost() -> None:
    """Ten times as long as an answer takes: nobody answers any more; it is counted."""
    found = standings(network(_sales()), [OpenItem("", "offer", 40.0)])

    assert found.every[0].places == (LOST_BY_NOW,)
    assert found.lost == 1


def test_what_is_overdue_where_all_take_as_long_is_coming() -> None:
    """A delay that is the same for all is no reason to give up."""
    scenario = _sales(**{"flow.offer->closing.delay": 2.0})

    found = _of(OpenItem("", "offer", 40.0), scenario)

    assert found == pytest.approx({"offer -> closing": 0.6, LOST_BY_NOW: 0.4})


@given(st.one_of(st.just(nan), st.floats(0, 60)), st.booleans())
def test_chances_add_up(age: float, done: bool) -> None:  # noqa: FBT001 - drawn
    """An item is somewhere, or lost."""
    found = _of(OpenItem("", "offer", age, done=done))

    assert sum(found.values()) == pytest.approx(1)
    assert all(chance > 0 for chance in found.values())
    assert not (done and found.get("offer"))


@pytest.mark.parametrize(
    ("item", "place"),
    [
        (OpenItem("", "closing", 9.0), "closing"),
        (OpenItem("", "offer -> closing", 9.0), "offer -> closing"),
        (OpenItem("", "offer", 9.0, in_work=True), "offer"),
        (OpenItem("", "offer", 9.0, in_work=False), "offer"),
    ],
)
def test_what_is_told_holds(item: OpenItem, place: str) -> None:
    """A way that is named, or work that is told of, is not guessed at."""
    assert _of(item) == {place: 1.0}


def test_where_work_is_over_capacity_what_is_there_waits() -> None:
    """A desk that never catches up keeps what it has."""
    assert _of(OpenItem("", "offer", 9.0), _sales(**{"offer.rate": 2})) == {
        "offer": 1.0
    }


def test_draws_are_the_same_for_the_same_run() -> None:
    """And come to the chances in the mean."""
    found = standings(network(_sales()), [OpenItem("", "offer", 3.0)] * 400)

    first = found.drawn(1, 0)

    assert first == found.drawn(1, 0)
    assert first != found.drawn(1, 1)
    counts = Counter(first)
    chances = dict(zip(found.every[0].places, found.every[0].chances, strict=True))
    for place, chance in chances.items():
        assert counts[place] / 400 == pytest.approx(chance, abs=0.1)


def test_the_oldest_are_in_work() -> None:
    """Up to the servers; the others wait in turn, and the order tells who is who."""
    ages = [1.0, 5.0, 3.0, 4.0]
    items = [OpenItem(f"{age:g}", "offer", age) for age in ages]

    found = opening(network(_sales()), items, ["offer"] * 4)

    assert found.section == {"offer": {"working": [0.25, 0.25], "waiting": 2}}
    assert [items[number].name for number in found.order] == ["5", "4", "3", "1"]


def test_where_nobody_waits_all_of_its_age_is_work() -> None:
    """Nobody was before it in the queue, as far as can be told."""
    found = opening(network(_sales()), [OpenItem("", "offer", 5.0)], ["offer"])

    assert found.section == {"offer": {"working": [5.0]}}


def test_who_is_told_to_be_in_work_goes_first() -> None:
    """Before older ones; for as long as it is told."""
    items = [
        OpenItem("old", "offer", 9.0),
        OpenItem("now", "offer", 1.0, in_work=True, worked=0.5),
        OpenItem("not", "offer", 8.0, in_work=False),
    ]

    found = opening(network(_sales()), items, ["offer"] * 3)

    assert found.section == {"offer": {"working": [0.5, 0.25], "waiting": 1}}
    assert [items[number].name for number in found.order] == ["now", "old", "not"]


def test_who_is_nowhere_does_not_stand_in_the_file() -> None:
    """And those on ways stand after the nodes, with their ages."""
    items = [OpenItem(str(age), "offer", float(age)) for age in range(4)]
    places = ["offer -> closing", "", "closing", "offer -> closing"]

    found = opening(network(_sales()), items, places)

    assert found.section == {
        "closing": {"working": [2.0]},
        "offer -> closing": {"away": [0.0, 3.0]},
    }
    assert found.order == (2, 0, 3)


def test_a_shared_pool_has_its_servers_once() -> None:
    """The oldest of all its stages are in work, and each product stands apart."""
    scenario = load(
        {
            "format": 1,
            "name": "pool",
            "products": {"A": {"price": 1}, "B": {"price": 2}},
            "stages": {
                "leads": {"kind": "source", "arrivals": {"A": 1, "B": 1}},
                "offer": {"kind": "team", "resource": "people", "time": 0.1},
                "close": {"kind": "team", "resource": "people", "time": 0.1},
                "market": {"kind": "market"},
            },
            "resources": {"people": {"servers": 2}},
            "flow": ["leads -> offer -> close -> market"],
        }
    )
    items = [
        OpenItem("", "offer", 1.0, product="A"),
        OpenItem("", "close", 3.0, product="B"),
        OpenItem("", "offer", 2.0, product="B"),
    ]

    found = opening(network(scenario), items, [each.stage for each in items])

    assert found.section == {
        "offer": {"A": {"waiting": 1}, "B": {"working": [2.0]}},
        "close": {"B": {"working": [3.0]}},
    }
    assert found.order == (0, 2, 1)
    scenario.changed({"run.warmup": 0.0}, state=found.section)
