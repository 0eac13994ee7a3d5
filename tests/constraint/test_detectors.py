"""The classical detectors name what their definitions say, or say that they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.constraint.classical_rules import Detection, detect
from toc_sim.engine.reference.engine import run
from toc_sim.network.build import network as network_of

Nodes = dict[str, dict[str, Any]]

RULES = (
    "utilisation",
    "arrows",
    "turning_point",
    "active_period",
    "shifting_bottleneck",
    "queue",
    "departures",
)


def _detect(
    stages: Nodes,
    *flow: str,
    horizon: float = 200.0,
    replications: int = 1,
    timeline: bool = True,
    **more: Any,
) -> dict[str, Detection]:
    """Run a pipeline and ask all rules about it; without a flow, it is a line."""
    document = {
        "format": 1,
        "name": "tried",
        "stages": stages,
        "flow": list(flow or [" -> ".join(stages)]),
        **more,
    }
    net = network_of(Scenario.model_validate(document))
    results = [
        run(
            net,
            seed=1,
            replication=number,
            horizon=horizon,
            warmup=100.0,
            timeline=timeline,
        )
        for number in range(replications)
    ]
    return {found.rule: found for found in detect(net, results)}


def _cups(speeds: tuple[float, ...], **more: Any) -> Nodes:
    """Return the paper-cup line, with stages of the given speeds."""
    names = ("machine_1", "machine_2", "machine_3", "sales")
    stages: Nodes = {
        name: {"kind": "machine", "capacity": speed, **more}
        for name, speed in zip(names, speeds, strict=True)
    }
    return {**stages, "market": {"kind": "market", "demand": 11.0, **more}}


EXPONENTIAL = {"distribution": "exponential", "buffer": 5}


def test_all_rules_answer_in_a_fixed_order() -> None:
    """Every rule gives one detection, and all know their name and title."""
    found = _detect(_cups((12.0, 8.0, 10.0, 9.0)))

    assert tuple(found) == RULES
    assert all(each.title for each in found.values())


def test_busiest_stage_misleads_without_limits_to_queues() -> None:
    """With unlimited buffers machine_1 is as busy as the constraint; arrows are not."""
    found = _detect(_cups((12.0, 8.0, 10.0, 9.0)))

    assert found["utilisation"].named == ("machine_1", "machine_2")
    assert found["active_period"].named == ("machine_1", "machine_2")
    assert found["shifting_bottleneck"].named == ("machine_1", "machine_2")
    assert found["arrows"].named == ("machine_2",)


@given(
    st.permutations((6.0, 7.0, 8.0, 9.0)),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_without_chance_the_slowest_stage_is_named(
    speeds: tuple[float, ...], buffers: list[int]
) -> None:
    """Where buffers are limited and nothing is random, five rules cannot miss it."""
    stages: Nodes = {
        f"stage_{index}": {"kind": "machine", "capacity": speed}
        for index, speed in enumerate(speeds)
    }
    for index, buffer in enumerate(buffers, 1):
        stages[f"stage_{index}"]["buffer"] = buffer
    slowest = (f"stage_{speeds.index(6.0)}",)

    found = _detect(stages, horizon=20.0)

    assert {rule: found[rule].named for rule in RULES[:5]} == dict.fromkeys(
        RULES[:5], slowest
    )


def test_only_serial_rules_know_the_market() -> None:
    """Rules about work rank stages only, and miss a market that is the constraint."""
    found = _detect(
        _cups((15.0, 15.0, 15.0, 15.0), **EXPONENTIAL), horizon=1000.0, replications=3
    )

    assert found["arrows"].named == ("market",)
    assert found["turning_point"].named == ("market",)
    assert "market" not in dict(found["utilisation"].scores)
    assert "market" not in dict(found["active_period"].scores)
    assert "market" not in dict(found["shifting_bottleneck"].scores)


def test_rules_see_the_average_of_replications() -> None:
    """A score over two replications is the mean of the scores of each."""
    stages = _cups((12.0, 8.0, 10.0, 9.0), **EXPONENTIAL)
    net = network_of(
        Scenario.model_validate(
            {
                "format": 1,
                "name": "cups",
                "stages": stages,
                "flow": [" -> ".join(stages)],
            }
        )
    )
    one, two = (
        run(
            net,
            seed=1,
            replication=number,
            horizon=100.0,
            warmup=10.0,
            timeline=True,
        )
        for number in (0, 1)
    )

    both = detect(net, [one, two])

    for rule in ("utilisation", "active_period", "shifting_bottleneck", "departures"):
        place = RULES.index(rule)
        first, second, mean = (
            dict(found[place].scores)
            for found in (detect(net, [one]), detect(net, [two]), both)
        )
        assert mean == pytest.approx(
            {name: (first[name] + second[name]) / 2 for name in mean}
        )


def test_repairs_count_as_activity() -> None:
    """A stage that is often down is not idle: it is the busiest here."""
    failing = {"mean_time_between_failures": 4.0, "mean_time_to_repair": 2.0}
    stages: Nodes = {
        "sound": {"kind": "machine", "capacity": 9.0},
        "failing": {
            "kind": "machine",
            "capacity": 12.0,
            "availability": failing,
            "buffer": 2,
        },
    }

    found = _detect(stages, horizon=2000.0)

    active = dict(found["utilisation"].scores)
    assert found["utilisation"].named == ("failing",)
    assert active["failing"] > active["sound"]
    assert active["failing"] * 4 / (4 + 2) < active["sound"]  # working time alone


def test_a_resource_is_judged_as_a_whole() -> None:
    """Stages of a pool do not stand for themselves; their people do."""
    stages: Nodes = {
        "leads": {"kind": "source", "arrivals": 3.0},
        "meet": {"kind": "team", "resource": "sellers", "time": 0.5},
        "close": {"kind": "team", "resource": "sellers", "time": 0.5},
        "deliver": {"kind": "team", "capacity": 9.0},
    }

    found = _detect(stages, resources={"sellers": {"servers": 2}})

    assert found["utilisation"].named == ("sellers",)
    assert dict(found["utilisation"].scores) == pytest.approx(
        {"deliver": 2 / 9, "sellers": 1.0}, abs=0.05
    )
    assert found["queue"].named == ("sellers",)
    assert found["active_period"].named == ("sellers",)
    assert found["shifting_bottleneck"].reason == (
        "active periods of sellers are not known"
    )
    assert found["arrows"].reason == (
        "stages that share a resource are not a serial line"
    )


def test_queue_compares_those_who_can_have_one() -> None:
    """Sources and stages with unlimited material have no queue that tells anything."""
    stages = _cups((12.0, 8.0, 10.0, 9.0))

    found = _detect(stages)

    assert tuple(dict(found["queue"].scores)) == (
        "machine_2",
        "machine_3",
        "sales",
        "market",
    )
    assert found["queue"].named == ("machine_2",)


def test_rules_without_an_answer_say_why() -> None:
    """No rule guesses: each names nobody and tells the reason."""
    two: Nodes = {
        "first": {"kind": "machine", "capacity": 5.0},
        "second": {"kind": "machine", "capacity": 5.0, "buffer": 0},
    }

    balanced = _detect(two, timeline=False)
    sold = _detect(
        {
            "leads": {"kind": "source", "arrivals": 1.0},
            "market": {"kind": "market", "demand": 2.0},
        }
    )

    assert _silent(balanced) == {
        "utilisation": "it cannot tell them apart",
        "arrows": "it cannot tell them apart",
        "turning_point": "it cannot tell them apart",
        "active_period": "it cannot tell them apart",
        "shifting_bottleneck": "active periods were not recorded",
        "queue": "nothing ever waited",
        "departures": "it cannot tell them apart",
    }
    assert _silent(sold)["utilisation"] == "nothing was measured that it could compare"
    assert _silent(sold)["shifting_bottleneck"] == "no stage has servers of its own"


@pytest.mark.parametrize(
    ("flow", "more", "reason"),
    [
        (("a -> b", "a -> c"), {}, "it is not a serial line"),
        (
            ("a -> b -> c",),
            {"release": {"conwip": 3}},
            "a release policy ties the ends of the line together",
        ),
        (
            ({"a -> b": {"share": 1.0, "delay": 2.0}}, "b -> c"),
            {},
            "it is not a serial line",
        ),
    ],
)
def test_serial_rules_refuse_other_shapes(
    flow: tuple[Any, ...], more: dict[str, Any], reason: str
) -> None:
    """Arrows, turning point and departures are rules for open serial lines."""
    stages: Nodes = {
        name: {"kind": "machine", "capacity": 5.0} for name in ("a", "b", "c")
    }

    found = _detect(stages, *flow, **more)

    assert [
        found[rule].reason for rule in ("arrows", "turning_point", "departures")
    ] == [reason] * 3


def _silent(found: dict[str, Detection]) -> dict[str, str]:
    """Return why rules name nobody."""
    assert all(bool(each.named) == each.applies for each in found.values())
    return {rule: each.reason for rule, each in found.items() if not each.applies}
