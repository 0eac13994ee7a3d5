"""Results of joins, copies and rounds: assembly, fork-join, the match-bowl game."""

from __future__ import annotations

from typing import Any

from validation.building import (
    EXPONENTIAL,
    FREE,
    Fields,
    Length,
    chain,
    items,
    machine,
    scenario,
    source,
)
from validation.cases import Case
from validation.figures import Expressed, static_throughput, throughput, value

ITEMS = 1e6
"""Items over all replications."""

GAMES = 3000
"""Games of a few rounds each."""

SLOTS = 30_000
"""Rounds of a line of machines that move at once."""

DIE: Fields = {"empirical": [1, 2, 3, 4, 5, 6]}

JOIN = ["left -> assembly", "right -> assembly"]


def assembly(case: Case) -> Expressed:
    """Express frames that get two wheels each."""
    stages = {
        "frames": machine(case["frame"]),
        "wheels": machine(case["wheel"]),
        "assembly": machine(
            case["assembly"], takes={"frames": 1, "wheels": case["need"]}
        ),
    }
    found = scenario(
        case.id,
        stages,
        ["frames -> assembly", "wheels -> assembly"],
        Length(1000, 10, replications=1),
    )
    return Expressed(
        case,
        (found,),
        static=(static_throughput(case.value),),
        simulated=(throughput(case.value),),
    )


def coupled(case: Case) -> Expressed:
    """Express two machines that each bring one part of what is assembled."""
    left, right, *last = case.parameters.get("mu", [1, 1])
    places = case["B"][0]
    rate, chance = (last[0], EXPONENTIAL) if last else (FREE, {})
    stages = {
        "left": machine(left, **EXPONENTIAL),
        "right": machine(right, **EXPONENTIAL),
        "assembly": machine(
            rate, takes={"left": 1, "right": 1}, buffer=places, **chance
        ),
    }
    found = scenario(case.id, stages, JOIN, items(ITEMS, case.value))
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def fork_join(case: Case) -> Expressed:
    """Express arrivals that two servers work on at once, and that leave together."""
    stages = {
        "come": source(case["lam"], **EXPONENTIAL),
        "fork": machine(FREE, routing="all"),
        "left": machine(case["mu"], **EXPONENTIAL),
        "right": machine(case["mu"], **EXPONENTIAL),
        "join": machine(FREE, takes={"left": 1, "right": 1}),
    }
    flow = ["come -> fork", "fork -> left -> join", "fork -> right -> join"]
    found = scenario(case.id, stages, flow, items(ITEMS, case["lam"]))
    response = value("mean response", case.value, lambda run: run.flow_mean)
    return Expressed(case, (found,), simulated=(response,))


def dice(case: Case) -> Expressed:
    """Express the match-bowl game: in a round a player moves up to a die's number."""
    players, rounds = case["players"], case["rounds"]
    step = 0.0 if case["mode"] == "simultaneous" else 1 / (players + 1)
    found = _game(case, players, rounds, step, case["init"])
    inside = value(
        "matches left", case["final_wip"], lambda run: float(run.wip_end), within=0.06
    )
    delivered = value("matches delivered", case.value, lambda run: float(run.bought))
    return Expressed(case, (found,), simulated=(delivered, inside))


def least_of_dice(case: Case) -> Expressed:
    """Express dice without matches between them: the first round of a game."""
    players = int(case.id.rpartition("-")[2])
    found = _game(case, players, 1, 1 / (players + 1), 0)
    delivered = value(
        "matches delivered",
        case.value,
        lambda run: float(run.bought),
        within=0.06,
    )
    return Expressed(case, (found,), simulated=(delivered,))


def slotted(case: Case) -> Expressed:
    """Express machines that all move at once, or not: a round is a slot.

    Whoever is further downstream moves first, so that a full buffer whose machine
    takes an item in this slot has room for another (blocked before service).
    """
    stages: dict[str, Any] = {}
    for index, chance in enumerate(case["p"]):
        hundred = [1] * round(100 * chance) + [0] * round(100 * (1 - chance))
        stages[f"machine_{index + 1}"] = {
            "kind": "machine",
            "rounds": {"every": 1.0, "items": {"empirical": hundred}},
            **({"buffer": case["N"][index - 1]} if index else {}),
        }
    length = Length(SLOTS, 200, replications=10)
    found = scenario(case.id, stages, chain(tuple(stages)), length)
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def _game(case: Case, players: int, rounds: int, step: float, init: int) -> Any:
    stages = {
        f"player_{player}": {
            "kind": "team",
            "rounds": {"every": 1.0, "first": step * player, "items": DIE},
            **({"stock": init} if player > 1 else {}),
        }
        for player in range(1, players + 1)
    }
    length = Length(rounds, 0, replications=GAMES)
    return scenario(f"game {case.id}", stages, chain(tuple(stages)), length)
