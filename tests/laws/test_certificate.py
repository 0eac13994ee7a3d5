"""The critical path of one run bounds every design with other rates.

In an event graph the K-th purchase is the longest path of one graph, whatever the times
(`toc_sim.constraint.path_bound`). So no design that changes only rates sells it sooner
than the path of the run takes with its rates: never, on the same chance.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers.edits import written
from helpers.pipelines import EVENT_GRAPHS
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from toc_sim import Scenario
from toc_sim.constraint.path_bound import PathBound, most_bought, proof_obstacles
from toc_sim.engine.reference.path_segments import PurchasePaths, purchase_paths
from toc_sim.network.build import network as network_of
from toc_sim.network.model import Network
from toc_sim.testing.strategies import scenarios

Document = dict[str, Any]

ROUNDING = 1e-9
PACES = {"source": "arrivals", "machine": "rate", "team": "rate", "market": "demand"}
PAIRS = 400


def _line(rng: np.random.Generator) -> Document:
    """Draw a line of all that an event graph may have, joins and copies apart."""
    limited = rng.random() < 0.25
    length = int(rng.integers(2, 7))
    stages: dict[str, Document] = {}
    if rng.random() < 0.3:
        stages["source"] = {"kind": "source", "arrivals": _rate(rng), **_chance(rng)}
    for number in range(length):
        stages[f"stage_{number}"] = _stage(rng, plain=limited or rng.random() < 0.5)
    if rng.random() < 0.5:
        unmet = str(rng.choice(["lost", "backlog"]))
        market = {"kind": "market", "demand": _rate(rng), "unmet": unmet}
        stages["market"] = {**market, **_chance(rng), **_room(rng)}
    release: Any = "push"
    if limited:
        limit, drum = int(rng.integers(1, 9)), f"stage_{rng.integers(length)}"
        rope = {"drum_buffer_rope": {"drum": drum, "buffer": limit}}
        release = {"conwip": limit} if rng.random() < 0.5 else rope
    has_stock = any("stock" in stage for stage in stages.values())
    return {
        "format": 1,
        "name": "drawn",
        "stages": stages,
        "flow": [_way(rng, *pair) for pair in pairwise(stages)],
        "release": release,
        "run": {
            "horizon": 20.0,
            "warmup": 0.0 if has_stock else float(rng.integers(0, 4)),
            "seed": int(rng.integers(9999)),
        },
    }


def _fork(rng: np.random.Generator) -> Document:
    """Draw two or three arms between a stage that feeds them and one that joins them.

    The head sends copies all ways, or each item one way by lot; arms lose items.
    """
    document = _line(rng)
    arms = [
        [f"arm_{number}_{place}" for place in range(int(rng.integers(1, 3)))]
        for number in range(int(rng.integers(2, 4)))
    ]
    stages = {name: _stage(rng, plain=False) for arm in arms for name in arm}
    head, copies = _stage(rng, plain=True), rng.random() < 0.5
    if copies:
        head["routing"] = "all"
    takes = {arm[-1]: int(rng.integers(1, 3)) for arm in arms}
    join = {**_stage(rng, plain=True), "takes": takes, "buffer": 4}
    flow: list[Any] = []
    for arm in arms:
        way = f"head -> {arm[0]}"
        flow.append({way: 1 / 4} if flow and not copies else way)
        flow.append(" -> ".join((*arm, "join")))
    run = {**document["run"], "warmup": 0.0}
    stages = {"head": head, **stages, "join": join}
    return {**document, "stages": stages, "flow": flow, "release": "push", "run": run}


def _stage(rng: np.random.Generator, *, plain: bool) -> Document:
    """Draw a stage; one that is not plain loses items, or has stock or a batch."""
    stage = {"kind": "machine", "rate": _rate(rng), **_chance(rng), **_room(rng)}
    if plain:
        return stage
    more: list[Document] = [
        {"conversion": float(rng.integers(5, 20)) / 20},
        {"stock": int(rng.integers(1, 4)), "buffer": "unlimited"},
        {"takes": int(rng.integers(1, 4)), "gives": int(rng.integers(1, 4))},
    ]
    stage |= more[int(rng.integers(len(more)))]
    return {**stage, "buffer": 4} if "takes" in stage else stage


def _way(rng: np.random.Generator, before: str, after: str) -> Any:
    way = f"{before} -> {after}"
    is_away = rng.random() < 0.15
    return {way: {"delay": int(rng.integers(1, 5)) / 4}} if is_away else way


def _rate(rng: np.random.Generator) -> float:
    return float(rng.integers(10, 60)) / 10


def _chance(rng: np.random.Generator) -> Document:
    kinds: list[Document] = [
        {},
        {"distribution": "exponential"},
        {"distribution": "gamma", "cv": 0.5},
        {"distribution": "lognormal", "cv": 1.5},
        {"distribution": {"empirical": [0.0, 1.0, 1.0, 3.0]}},
    ]
    return kinds[int(rng.integers(len(kinds)))]


def _room(rng: np.random.Generator) -> Document:
    return {"buffer": int(rng.integers(0, 5))} if rng.random() < 0.8 else {}


def _paths(scenario: Scenario, net: Network, longer: float = 1.0) -> PurchasePaths:
    run = scenario.run
    assert run.warmup != "auto"
    return purchase_paths(
        net,
        seed=run.seed,
        replication=0,
        horizon=run.horizon * longer,
        warmup=run.warmup,
    )


def _changed(
    scenario: Scenario, factors: NDArray[np.float64], *, later: float = 1.0
) -> Network:
    """Return the pipeline whose rates jump at time 0, and by a factor more at 5."""
    document = written(scenario)
    for node, factor in zip(document["stages"].values(), factors, strict=True):
        key = next(key for key in ("capacity", *PACES.values()) if key in node)
        rate = node[key]
        node[key] = {
            "profile": [
                [0.0, rate],
                [0.0, rate * factor],
                [5.0, rate * factor],
                [5.0, rate * factor * later],
            ]
        }
    return network_of(Scenario.model_validate(document))


def _bound(paths: PurchasePaths, count: int) -> PathBound:
    since, times = paths.lengths()
    moment = float(paths.moments[count - 1])
    row = tuple(map(float, times[count - 1]))
    return PathBound(count, moment, float(since[count - 1]), row)


def _never_sooner(
    scenario: Scenario, factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Assert that no purchase comes sooner than its bound; return bound / moment."""
    paths = _paths(scenario, network_of(scenario), longer=1.6)
    since, times = paths.lengths()
    others = _paths(scenario, _changed(scenario, factors))
    both = min(len(paths.moments), len(others.moments))
    speeds = np.append(factors, 1.0)
    bounds = since + (times / speeds).sum(axis=1)

    assert since + times.sum(axis=1) == pytest.approx(paths.moments, rel=ROUNDING)
    assert (others.moments[:both] >= bounds[:both] - ROUNDING).all()
    most = most_bought(since, times, tuple(speeds), scenario.run.horizon)
    assert most is None or len(others.moments) <= most
    inside = others.moments[:both] > 0
    return np.asarray(bounds[:both][inside] / others.moments[:both][inside])


def test_no_line_with_other_rates_is_faster_than_the_path_allows() -> None:
    """400 lines, each against another with rates changed by -10 to +50 per cent.

    Of the last purchase, the bound is 1.5 % below the truth on average, 28 % at worst.
    """
    rng = np.random.default_rng(1992)
    tightness: list[float] = []
    while len(tightness) < PAIRS:
        scenario = Scenario.model_validate(_line(rng))
        assert proof_obstacles(network_of(scenario)) == ()
        found = _never_sooner(scenario, rng.uniform(0.9, 1.5, len(scenario.stages)))
        if len(found):
            tightness.append(found[-1])
    loose = 1 - np.array(tightness)
    assert loose.mean() < 0.02


def test_rates_that_change_again_count_with_their_highest() -> None:
    """100 lines whose rates jump at time 0, and once more at time 5."""
    rng = np.random.default_rng(1995)
    for number in range(PAIRS // 4):
        scenario = Scenario.model_validate(_line(rng))
        paths = _paths(scenario, network_of(scenario))
        since, times = paths.lengths()
        factors = rng.uniform(0.7, 2.0, len(scenario.stages))
        later = 0.5 if number % 2 else 1.5
        others = _paths(scenario, _changed(scenario, factors, later=later))
        highest = np.append(factors * max(1.0, later), 1.0)
        both = min(len(paths.moments), len(others.moments))
        bounds = (since + (times / highest).sum(axis=1))[:both]

        assert (others.moments[:both] >= bounds - ROUNDING).all()


def test_no_fork_with_other_rates_is_faster_than_the_path_allows() -> None:
    """Copies and lots, arms that lose items, and joins: 200 pairs."""
    rng = np.random.default_rng(1994)
    sold = 0
    for _ in range(PAIRS // 2):
        scenario = Scenario.model_validate(_fork(rng))
        assert proof_obstacles(network_of(scenario)) == ()
        found = _never_sooner(scenario, rng.uniform(0.7, 2.0, len(scenario.stages)))
        sold += bool(len(found))

    assert sold > PAIRS // 4


@given(scenarios(EVENT_GRAPHS), st.data())
def test_no_network_with_other_rates_is_faster_than_the_path_allows(
    scenario: Scenario, data: st.DataObject
) -> None:
    """Joins and copies too: whatever is told to be a proof is one."""
    assume(not proof_obstacles(network_of(scenario)))
    count = len(scenario.stages)
    changes = st.lists(st.floats(0.5, 3.0), min_size=count, max_size=count)

    _never_sooner(scenario, np.array(data.draw(changes)))


@given(st.integers(0, 9999), st.data())
def test_a_path_joins_without_a_gap(seed: int, data: st.DataObject) -> None:
    """Piece after piece from the start of the clock; at the own rates it is exact."""
    scenario = Scenario.model_validate(_line(np.random.default_rng(seed)))
    paths = _paths(scenario, network_of(scenario))
    assume(len(paths.moments))
    count = data.draw(st.integers(1, len(paths.moments)))
    pieces = paths.segments(count)
    bound = _bound(paths, count)

    assert pieces[0].start == -float(scenario.run.warmup)
    assert pieces[-1].end == paths.moments[count - 1]
    for before, after in pairwise(pieces):
        assert before.end == after.start
    alone = bound.not_before([1.0] * len(bound.times))
    assert alone == pytest.approx(bound.moment, rel=ROUNDING, abs=ROUNDING)
