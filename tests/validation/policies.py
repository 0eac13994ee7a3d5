"""Closed systems, ropes and failures: releases by token, machines that break."""

from __future__ import annotations

from collections.abc import Sequence

from toc_sim import Scenario
from toc_sim.engine.result import RunResult
from validation.building import (
    EXPONENTIAL,
    Fields,
    Length,
    Line,
    chain,
    items,
    machine,
    scenario,
)
from validation.cases import Case
from validation.figures import Expressed, static_throughput, throughput, value

ITEMS = 80_000


def closed(
    case: Case,
    times: Sequence[float],
    servers: Sequence[int],
    limit: int,
    length: Length,
    chance: Fields,
) -> Scenario:
    """Return stations in a row with so many items among them."""
    names = [f"station_{number}" for number in range(1, len(times) + 1)]
    stages = {
        name: machine(1 / time, servers=count, **chance)
        for name, time, count in zip(names, times, servers, strict=True)
    }
    return scenario(case.id, stages, chain(names), length, release={"conwip": limit})


def conwip(case: Case) -> Expressed:
    """Express a line with a constant work in progress, exponential or still."""
    times = case["service"]
    servers = case.parameters.get("servers", [1] * len(times))
    if "best" in case.id:
        length = Length(horizon=1000, warmup=1000)
        return Expressed(
            case,
            (closed(case, times, servers, case["w"], length, {}),),
            (static_throughput(case.value),),
            (throughput(case.value),),
        )
    found = closed(
        case, times, servers, case["w"], items(ITEMS, case.value), EXPONENTIAL
    )
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def central_server(case: Case) -> Expressed:
    """Express users who think, then wait for three stations: the response time."""
    users, thinking = int(case["N"]), float(case["Z"])
    times = [thinking, *case["D"]]
    found = closed(
        case,
        times,
        [users, 1, 1, 1],
        users,
        items(ITEMS, users / (case.value + thinking)),
        EXPONENTIAL,
    )

    def response(result: RunResult) -> float:
        return users / result.throughput - thinking

    return Expressed(
        case,
        (found,),
        simulated=(value("R", case.value, response, within=0.025),),
        note="R = N / X - Z; in product form the order of the stations is free",
    )


def machine_repair(case: Case) -> Expressed:
    """Express machines that run until they break, then wait for a repairman."""
    found = closed(
        case,
        [1 / case["lam"], 1 / case["mu"]],
        [case["N"], case["c"]],
        case["N"],
        items(ITEMS, case.value),
        EXPONENTIAL,
    )
    return Expressed(
        case,
        (found,),
        simulated=(throughput(case.value),),
        note="a machine is an item: it runs, then is repaired",
    )


def rope(case: Case) -> Expressed:
    """Express a rope from the drum to the gate: so many items ahead of the drum."""
    line = Line(case["mu"], [None, None], names=("gate", "drum", "after"))
    release = {"drum_buffer_rope": {"drum": "drum", "buffer": case["rope"]}}
    found = line.scenario(case.id, items(ITEMS, case.value), release=release)
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def buzacott(case: Case) -> Expressed:
    """Express machines that fail while they work: no buffers, or unlimited ones."""
    unlimited = case.id == "buzacott-inf"
    speed = 1.0 if unlimited else 20.0
    count = len(case["p"])
    line = Line(
        [speed] * count,
        [None if unlimited else 0] * (count - 1),
        {},
        extra=_failures(case["p"], case["r"]),
    )
    if unlimited:
        return Expressed(
            case,
            (line.scenario(case.id, Length(4000, 8000, 10)),),
            (static_throughput(case.value),),
            (throughput(case.value, within=0.04),),
            "speed 1",
        )

    def efficiency(result: RunResult) -> float:
        return result.throughput / speed

    return Expressed(
        case,
        (line.scenario(case.id, Length(200, 25)),),
        simulated=(value("efficiency", case.value, efficiency, within=0.12),),
        note="the formula is of continuous material: 20 small items a period",
    )


def unreliable_pair(case: Case) -> Expressed:
    """Express two exponential machines that fail while they work."""
    line = Line(case["mu"], [case["B"]], extra=_failures(case["p"], case["r"]))
    found = line.scenario(case.id, items(ITEMS, case.value))
    return Expressed(case, (found,), simulated=(throughput(case.value, within=0.025),))


def _failures(failing: Sequence[float], repair: Sequence[float]) -> dict[int, Fields]:
    """Return the availability of each machine from its rates of failure and repair."""
    return {
        index: {
            "availability": {
                "mean_time_between_failures": 1 / p,
                "mean_time_to_repair": 1 / r,
            }
        }
        for index, (p, r) in enumerate(zip(failing, repair, strict=True))
    }
