"""The static answer knows what a product takes, and what comes out of a service."""

from __future__ import annotations

from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.network.build import network as network_of
from toc_sim.theory.static import capacity as capacity_of

Document = dict[str, Any]


def machine(rate: float, **more: Any) -> Document:
    """Return a machine of a pace."""
    return {"kind": "machine", "rate": rate, **more}


def most(stages: Document, *flow: Any) -> tuple[float, tuple[str, ...]]:
    """Return the most that can be bought, and what limits it."""
    document = {"format": 1, "name": "most", "stages": stages, "flow": list(flow)}
    answer = capacity_of(network_of(Scenario.model_validate(document)))
    return round(answer.throughput, 9), answer.constraint


@pytest.mark.parametrize(
    ("frames", "wheels", "pace", "names"),
    [(6, 10, 5, ("wheels",)), (6, 12, 6, ("frames", "wheels")), (9, 20, 7, ("fit",))],
)
def test_a_bicycle_takes_two_wheels(
    frames: float, wheels: float, pace: float, names: tuple[str, ...]
) -> None:
    """Parts for one product are so many times as scarce; equals are told as a tie."""
    stages = {
        "frames": machine(frames),
        "wheels": machine(wheels),
        "fit": machine(7, takes={"frames": 1, "wheels": 2}),
    }

    answer = most(stages, "frames -> fit", "wheels -> fit")

    assert answer[0] == pytest.approx(pace)
    assert set(answer[1]) == set(names)


def test_a_batch_counts_services() -> None:
    """Half a firing of twenty a period is ten; twelve cups make one box."""
    stages = {
        "form": machine(30),
        "kiln": machine(0.5, takes=20, gives=20),
        "pack": machine(3, takes=12),
    }

    assert most(stages, "form -> kiln -> pack") == (round(10 / 12, 9), ("kiln",))


def test_what_comes_out_is_multiplied() -> None:
    """One box becomes twelve cups, of which nine in ten are good."""
    stages = {"box": machine(1), "unpack": machine(3, gives=12, conversion=0.9)}

    assert most(stages, "box -> unpack") == (10.8, ("box",))


def test_a_copy_is_work_for_every_way() -> None:
    """Every order goes to both; the slower of them is the constraint of the join."""
    stages = {
        "order": machine(9, routing="all"),
        "make": machine(2),
        "bill": machine(3),
        "send": machine(9, takes={"make": 1, "bill": 1}),
    }
    flow = "order -> make -> send", "order -> bill -> send"

    assert most(stages, *flow) == (2, ("make",))
