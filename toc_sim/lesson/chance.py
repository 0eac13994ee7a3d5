"""What chance does to a line: figures and runs of the engine, for three acts.

A game of dice in which equal boys do not bring the average; two lines for the same
money, of which the balanced one sells less; and one line with and without a rope.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np

from toc_sim.constraint.intervals import interval
from toc_sim.engine.reference.floor import TraceEvent
from toc_sim.engine.simulate import replicate
from toc_sim.lesson.cups import cups, pace_of
from toc_sim.lesson.replay import PARTS_OF_HOUR, Replay, replay
from toc_sim.network import network
from toc_sim.report.document import JsonObject, plain
from toc_sim.scenario.model import Scenario
from toc_sim.streams import Purpose, generator, variates

BOYS = ("andy", "ben", "chuck", "dave", "evan")
"""Those who throw the dice, in their order: as in chapter 14 of The Goal."""

GAME_ROUNDS, GAMES = 20, 400
"""Rounds of a game, and games behind its figures."""

DEAR = "machine_2"
"""The stage whose capacity is dear."""

PRICES = {DEAR: 800, "": 200}
"""What one cup an hour of capacity costs, there and anywhere else [EUR]."""

BALANCED, UNBALANCED = 10, {DEAR: 9, "": 11}
"""Two lines for the same money [cups/hour]: all alike, or less of what is dear."""

_ROOM = 2
"""Cups that may wait before a stage of these lines."""

_HALL, _ROPE = 100, 6
"""Cups that may wait before a stage where there is a hall; the buffer of the rope."""

_CONFIDENCE = 0.95
_QUARTERS, _MOST_GAMES = (0.25, 0.75), (0.05, 0.95)
_WATCHED = 16
"""How long two lines are watched [hours]."""


@cache
def chance_for_page() -> JsonObject:
    """Return what the page is told of all three; the engine runs for it.

    Examples
    --------
    >>> from toc_sim.lesson.chance import chance_for_page
    >>> sorted(chance_for_page())
    ['balanced', 'game', 'parts', 'rope']
    """
    acts = {"game": _game(), "balanced": _same_money(), "rope": _with_and_without()}
    return {"parts": PARTS_OF_HOUR, **{name: plain(act) for name, act in acts.items()}}


def match_bowls() -> Scenario:
    """Return the match-bowl game: each boy in turn moves as many as his die shows."""
    die = [1, 2, 3, 4, 5, 6]
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "The match-bowl game",
            "item": "match",
            "period": "round",
            "stages": {
                boy: {
                    "kind": "team",
                    "rounds": {
                        "every": 1,
                        "first": place / 10,
                        "items": {"empirical": die},
                    },
                }
                for place, boy in enumerate(BOYS, start=1)
            },
            "flow": [" -> ".join(BOYS)],
            "run": {
                "horizon": GAME_ROUNDS,
                "warmup": 0,
                "replications": GAMES,
                "engine": "simpy",
            },
        }
    )


def same_money() -> tuple[Scenario, Scenario]:
    """Return two lines for the same money: balanced, and with one constraint.

    Times are exponential, and two cups may wait before a stage.
    """
    line = _with_chance(cv=1.0, room=_ROOM)
    balanced = {f"{name}.{pace_of(name)}": BALANCED for name in line.stages}
    other = {
        f"{name}.{pace_of(name)}": UNBALANCED.get(name, UNBALANCED[""])
        for name in line.stages
    }
    return line.changed(balanced), line.changed(other)


def hall_and_rope() -> tuple[Scenario, Scenario]:
    """Return the line with a hall before each stage: everybody pushes, or a rope pulls.

    The rope lets as many cups in as machine 2 finishes, and keeps a buffer before it.
    """
    line = _with_chance(cv=0.5, room=_HALL)
    rope = {"drum": DEAR, "buffer": _ROPE}
    return line, line.changed({"release": {"drum_buffer_rope": rope}})


def _with_chance(cv: float, room: int) -> Scenario:
    """Return the line of the lesson, with chance in its times and room between."""
    line = cups()
    names = list(line.stages)
    changes: dict[str, object] = {f"{name}.cv": cv for name in names}
    changes |= {f"{name}.buffer": room for name in names[1:]}
    runs = {"horizon": 300, "warmup": 50, "replications": 8, "engine": "simpy"}
    return line.changed(changes | {f"run.{key}": value for key, value in runs.items()})


def _game() -> JsonObject:
    """Return one game, throw by throw, and how many games end how."""
    scenario = match_bowls()
    runs = replicate(network(scenario), float(scenario.run.warmup))
    came = [each.bought for each in runs]
    return {
        "boys": list(BOYS),
        "rounds": GAME_ROUNDS,
        "average": 3.5 * GAME_ROUNDS,
        "dice": _dice(scenario),
        "moved": _moved(scenario),
        "games": GAMES,
        "ends": sorted(Counter(came).items()),
        "mean": interval(came, _CONFIDENCE),
        "middle": np.quantile(came, _QUARTERS, method="inverted_cdf").tolist(),
        "most": np.quantile(came, _MOST_GAMES, method="inverted_cdf").tolist(),
    }


def _dice(scenario: Scenario) -> list[list[int]]:
    """Return what each boy throws, round by round: the engine's own draws."""
    thrown = []
    for node in network(scenario).nodes:
        source = generator(scenario.run.seed, 0, node.name, Purpose.TIME)
        draw = variates(node.draw, source)
        assert node.rounds is not None  # noqa: S101 - all of them throw dice
        thrown.append([round(draw() * node.rounds.mean) for _ in range(GAME_ROUNDS)])
    return thrown


def _moved(scenario: Scenario) -> list[list[int]]:
    """Return how many matches each boy moves, round by round."""
    moved = {boy: [0] * GAME_ROUNDS for boy in BOYS}

    def count(happened: TraceEvent) -> None:
        if happened.event == "depart":
            moved[happened.node][int(happened.time)] += 1

    replicate(network(scenario), 0.0, trace=count, numbers=range(1))
    return list(moved.values())


def _same_money() -> JsonObject:
    """Return what two lines for the same money sell."""
    pair = same_money()
    costs = [_cost(each) for each in pair]
    assert costs[0] == costs[1]  # noqa: S101 - or it would be no fair comparison
    return {
        "prices": {"dear": PRICES[DEAR], "other": PRICES[""]},
        "stage": DEAR,
        "room": _ROOM,
        "cost": costs[0],
        "rates": [[each["rate"] for each in _stages(line)] for line in pair],
        **_compared(pair),
    }


def _cost(line: Scenario) -> int:
    """Return what the capacity of a line costs [EUR]."""
    paces = {each["name"]: float(each["rate"]) for each in _stages(line)}
    return round(
        sum(pace * PRICES.get(name, PRICES[""]) for name, pace in paces.items())
    )


def _stages(line: Scenario) -> list[JsonObject]:
    """Return the stages of a line, by name and pace."""
    return [
        {"name": name, "rate": float(getattr(stage, pace_of(name)))}
        for name, stage in line.stages.items()
    ]


def _with_and_without() -> JsonObject:
    """Return what the same line sells, and holds, without a rope and with it."""
    pair = hall_and_rope()
    return {
        "drum": DEAR,
        "buffer": _ROPE,
        "room": _HALL,
        "rates": [[each["rate"] for each in _stages(line)] for line in pair],
        **_compared(pair),
    }


def _compared(pair: tuple[Scenario, Scenario]) -> JsonObject:
    """Return the figures of two lines on the same chance, and a run of each."""
    results = [replicate(network(line), float(line.run.warmup)) for line in pair]
    paces = [np.array([each.throughput for each in those]) for those in results]
    gain = 100 * (paces[1] - paces[0]) / paces[0].mean()
    runs = [replay(line, _WATCHED) for line in pair]
    cup = _followed(*runs)
    return {
        "replications": len(results[0]),
        "horizon": pair[0].run.horizon,
        "paces": [interval(each, _CONFIDENCE) for each in paces],
        "inside": [
            interval([each.wip_mean for each in those], _CONFIDENCE)
            for those in results
        ],
        "through": [
            interval([each.flow_mean for each in those], _CONFIDENCE)
            for those in results
        ],
        "gain": interval(gain, _CONFIDENCE),
        "runs": [each.for_page(cup) for each in runs],
    }


def _followed(*runs: Replay) -> int:
    """Return the number of the last cup that is sold in all of some runs.

    An hour is left, so that whoever watches sees it go.
    """
    return min(
        each.first
        + sum(
            stay.end is not None and stay.end <= (each.hours - 1) * PARTS_OF_HOUR
            for stay in each.stays[-1]
        )
        - 1
        for each in runs
    )
