"""What theory says exactly of random queues, in figures worked out by hand."""

from __future__ import annotations

from math import inf, isinf, isnan
from typing import Any

import pytest
from helpers.pipelines import Fields, machine, market, pipeline, source
from hypothesis import given
from hypothesis import strategies as st

from toc_sim.theory import Exact
from toc_sim.theory.exact.theory import theory as theory_of

RANDOM: Fields = {"distribution": "exponential"}


def exact(stages: dict[str, Fields], flow: list[Any], **sections: Any) -> Exact:
    """Return what theory says, which must be exact."""
    found = theory_of(pipeline(stages, flow, **sections))
    assert found.exact is not None, found.refusals
    return found.exact


def desk(arrivals: float, rate: float, **fields: Any) -> Exact:
    """Return what theory says of one stage before random arrivals."""
    stages = {"door": source(arrivals, **RANDOM), "desk": machine(rate, **fields)}
    return exact(stages, ["door -> desk"])


def test_a_stable_network_lives_by_its_arrivals() -> None:
    """The source answers for all of the throughput; faster stages add nothing."""
    found = desk(0.8, 1.0, **RANDOM)

    assert found.method == "open_network"
    assert found.source == "Jackson 1957"
    assert found.constraint == ("door",)
    assert [row.share for row in found.nodes] == [1.0, 0.0]


def test_more_than_can_be_done_waits_without_end() -> None:
    """Then the stage has the share, and throughput is what it can do."""
    found = desk(3.0, 2.0, **RANDOM)

    assert found.throughput == pytest.approx(2)
    assert found.constraint == ("desk",)
    assert isinf(found.nodes[1].queue)
    assert found.wip == found.flow_time == inf
    assert "grows without end" in found.because
    assert "Goodman & Massey" in found.source


def test_a_full_stage_is_a_source_to_those_behind() -> None:
    """What is behind it stands as if alone before its output."""
    stages = {
        "door": source(3.0, **RANDOM),
        "full": machine(2.0, **RANDOM),
        "behind": machine(2.5, **RANDOM),
    }

    found = exact(stages, ["door -> full -> behind"])

    assert found.nodes[2].inside == pytest.approx(0.8 / 0.2)
    assert found.nodes[2].time == pytest.approx(1 / (2.5 - 2))


def test_two_sources_share_by_what_each_brings() -> None:
    """Arrivals of which half are lost count half."""
    stages = {
        "web": source(2.0, **RANDOM),
        "call": source(3.0, **RANDOM),
        "filter": machine(9.0, conversion=0.5, **RANDOM),
        "desk": machine(9.0, **RANDOM),
    }

    found = exact(stages, ["web -> filter -> desk", "call -> desk"])

    assert found.throughput == pytest.approx(4)
    assert [row.share for row in found.nodes] == pytest.approx([0.25, 0.75, 0, 0])
    assert found.constraint == ("call",)


def test_only_what_is_bought_counts_in_the_flow_time() -> None:
    """Of two ways, half of the slow one is lost and weighs half."""
    stages = {
        "door": source(2.0, **RANDOM),
        "fork": machine(4.0, **RANDOM),
        "slow": machine(1.5, conversion=0.5, **RANDOM),
        "fast": machine(5.0, **RANDOM),
    }

    found = exact(stages, ["door -> fork", {"fork -> slow": 0.5}, "fork -> fast"])

    assert found.throughput == pytest.approx(1.5)
    assert found.flow_time == pytest.approx(1 / 2 + (0.5 * 2 + 1 / 4) / 1.5)
    assert found.wip == pytest.approx(2 / 2 + 1 / 0.5 + 1 / 4)


@pytest.mark.parametrize("chance", [{"cv": 0.7, "distribution": "lognormal"}, {}])
def test_the_shape_of_a_delay_does_not_matter(chance: dict[str, Any]) -> None:
    """Its mean does (Baskett, Chandy, Muntz & Palacios 1975)."""
    stages = {"door": source(2.0, **RANDOM), "desk": machine(4.0, **RANDOM)}
    stages["out"] = machine(5.0, **RANDOM)
    found, plain = (
        exact(stages, ["door -> desk", {"desk -> out": {"delay": delay}}])
        for delay in ({"mean": 3.0, **chance}, 3.0)
    )

    assert found.wip == plain.wip == pytest.approx(2 / 2 + 2 * 3 + 2 / 3)
    assert found.flow_time == plain.flow_time


def test_a_delay_holds_items_and_limits_nothing() -> None:
    """Rework that comes back after three periods."""
    stages = {"door": source(1.0, **RANDOM), "desk": machine(2.0, **RANDOM)}
    stages["out"] = machine(4.0, **RANDOM)
    back = {"desk -> desk": {"share": 0.25, "delay": 3.0}}

    found = exact(stages, ["door -> desk", back, "desk -> out"])

    through = 4 / 3
    away = through * 0.25 * 3
    assert found.throughput == pytest.approx(1)
    assert found.wip == pytest.approx(through / (2 - through) + away + 1 / 3)
    assert found.flow_time == pytest.approx(found.wip)
    assert found.away == 0


def test_customers_who_come_back_are_bought_again() -> None:
    """Each purchase counts; the time until they come back is not inside."""
    stages = {"door": source(1.0, **RANDOM), "desk": machine(4.0, **RANDOM)}
    stages["shop"] = market(5.0, **RANDOM)
    back = {"shop -> desk": {"share": 0.5, "delay": 8.0}}

    found = exact(stages, ["door -> desk -> shop", back])

    assert found.throughput == pytest.approx(2)
    assert found.wip == pytest.approx(2 / 2 + 2 / 3)
    assert found.flow_time == pytest.approx(found.wip / 2)


def test_an_unlimited_supply_sends_at_random() -> None:
    """A first stage that never waits is a source to all others."""
    stages = {"head": machine(2.0, **RANDOM), "desk": machine(4.0, **RANDOM)}

    found = exact(stages, ["head -> desk"])

    assert found.constraint == ("head",)
    assert found.nodes[0].busy == 1
    assert found.nodes[1].inside == pytest.approx(1)
    assert found.flow_time == pytest.approx(1 / 2 + 1 / 2)


@given(st.floats(0.05, 0.95), st.floats(0.01, 3))
def test_a_last_stage_may_have_any_times(load: float, cv: float) -> None:
    """Pollaczek and Khinchine: the queue grows with 1 + cv²."""
    odd = desk(load, 1.0, cv=cv)

    plain = desk(load, 1.0, **RANDOM)
    assert odd.nodes[1].queue == pytest.approx(plain.nodes[1].queue * (1 + cv**2) / 2)
    assert "Khinchine" in odd.source or cv == 1


def test_a_ring_of_equals_shares_equally() -> None:
    """Four equal stations with w items: w / (w + 3) of what one can do."""
    names = "abcd"
    stages = {name: machine(1.0, **RANDOM) for name in names}

    found = exact(stages, [" -> ".join(names)], release={"conwip": 30})

    assert found.method == "closed_network"
    assert found.throughput == pytest.approx(30 / 33)
    assert found.constraint == tuple(names)
    assert [row.share for row in found.nodes[:4]] == pytest.approx([0.25] * 4)


def test_tokens_before_the_first_stage_are_not_inside() -> None:
    """Of two items in a ring of two equals, the first stage never holds both."""
    stages = {"a": machine(1.0, **RANDOM), "b": machine(1.0, **RANDOM)}

    found = exact(stages, ["a -> b"], release={"conwip": 2})

    assert found.throughput == pytest.approx(2 / 3)
    assert found.nodes[0].queue == 0
    assert found.wip == pytest.approx(2 / 3 + 1)
    assert found.flow_time == pytest.approx(found.wip / found.throughput)


def test_what_comes_back_to_the_first_stage_leaves_wip_open() -> None:
    """Rework and tokens stand before it together; throughput is known all the same."""
    stages = {"a": machine(2.0, **RANDOM), "b": machine(1.0, **RANDOM)}
    stages["c"] = machine(1.0, **RANDOM)
    flow = ["a -> b", {"b -> a": 0.5}, "b -> c"]

    found = exact(stages, flow, release={"conwip": 1})

    assert found.throughput == pytest.approx(1 / (2 * 0.5 + 2 * 1 + 1))
    assert isnan(found.wip)
    assert isnan(found.flow_time)


def test_time_away_has_a_share_in_a_ring() -> None:
    """One item alone: every share is the time spent there."""
    stages = {"a": machine(1.0, **RANDOM), "b": machine(0.5, **RANDOM)}
    stages["c"] = machine(1.0, **RANDOM)
    flow = ["a -> b", {"b -> b": {"share": 0.5, "delay": 3.0}}, "b -> c"]

    found = exact(stages, flow, release={"conwip": 1})

    assert found.throughput == pytest.approx(1 / 9)
    assert found.away == pytest.approx(3 / 9)
    assert [row.share for row in found.nodes[:3]] == pytest.approx(
        [1 / 9, 4 / 9, 1 / 9]
    )
