"""Where a Poisson clock loses who finds no room, one path tells the exact shares (R53).

An exponential gap has no memory, so a clock that starts over as room comes has the
same law as one that never stops; and then no arrival is lost because of a small step,
so that the derivative of the path is that of the mean (Heidelberger, Cao, Zazanis &
Suri 1988; Glasserman 1991). Each law holds the shares of one long run against exact
elasticities: of a birth-and-death chain, of a chain in continuous time, of a closed
network in product form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from toc_sim import Scenario, diagnose
from toc_sim.engine.compiled.engine import run
from toc_sim.engine.result import RunResult
from toc_sim.engine.simulate import simulate
from toc_sim.network.build import network as network_of
from toc_sim.testing.comparisons import both_engines, unlike

pytestmark = pytest.mark.law

Document = dict[str, Any]
Rng = np.random.Generator

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MODELS = 50
"""Random models of each kind."""

ITEMS = 500_000
"""Arrivals in one run."""

NEAR = 0.01
"""How far a share of one run may be from the exact one [1]."""


@pytest.fixture(name="markov", scope="module")
def _markov() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield import_module("markov")


def _source(arrivals: float | Document, **more: Any) -> Document:
    return {
        "kind": "source",
        "arrivals": arrivals,
        "distribution": "exponential",
        "overflow": "lost",
        **more,
    }


def _stage(rate: float, **more: Any) -> Document:
    return {"kind": "team", "rate": rate, "distribution": "exponential", **more}


def _document(
    stages: Document, flow: Sequence[str] = (), items: float = ITEMS, **more: Any
) -> Document:
    """Return a scenario: stages in a row, unless something else is said."""
    arrivals = sum(each.get("arrivals", 0.0) for each in stages.values()) or 1.0
    return {
        "format": 1,
        "name": "losses",
        "stages": stages,
        "flow": list(flow) or [" -> ".join(stages)],
        "run": {"horizon": items / arrivals, "warmup": 100.0, "replications": 1},
        **more,
    }


def _line(
    arrivals: float, rates: Sequence[float], buffers: Sequence[int], **more: Any
) -> Document:
    stages = {
        f"stage_{number}": _stage(rate, buffer=buffer)
        for number, (rate, buffer) in enumerate(zip(rates, buffers, strict=True))
    }
    return _document({"calls": _source(arrivals), **stages}, **more)


def _long_run(document: Document) -> RunResult:
    net = network_of(Scenario.model_validate(document))
    horizon = document["run"]["horizon"]
    return run(net, seed=1, replication=0, horizon=horizon, warmup=100.0)


def _shares(document: Document) -> list[float]:
    """Return the shares of the critical path of one run."""
    return [share.value for share in _long_run(document).shares]


def _gap(document: Document, exact: Sequence[float]) -> float:
    """Return by how much a share is off where it is most."""
    return float(np.abs(np.subtract(_shares(document), exact)).max())


def test_one_server_and_few_places(markov: Any) -> None:
    """M/M/1/3 at equal rates is its own mirror; M/M/1/5 at a load of .9 (R53)."""
    for arrivals, places, exact in ((1.0, 3, (0.5, 0.5)), (0.9, 5, (0.5955, 0.4045))):
        document = _line(arrivals, (1.0,), (places - 1,))

        assert markov.loss_queue(arrivals, 1.0, 1, places) == pytest.approx(
            exact, abs=1e-4
        )
        assert _shares(document) == pytest.approx(exact, abs=NEAR)


def test_queues_with_several_servers(markov: Any) -> None:
    """Random M/M/c/K: one run is within .01 of the exact elasticities (R53)."""
    rng = np.random.default_rng(1909)
    gaps = []
    for _ in range(MODELS):
        servers, waiting = int(rng.integers(1, 6)), int(rng.integers(0, 5))
        arrivals = servers * float(rng.uniform(0.5, 1.6))
        stage = _stage(1.0, servers=servers, buffer=waiting)
        exact = markov.loss_queue(arrivals, 1.0, servers, servers + waiting)
        document = _document({"calls": _source(arrivals), "desk": stage})
        gaps.append(_gap(document, exact))

    assert max(gaps) < NEAR


def test_lines_of_three_stages(markov: Any) -> None:
    """Random lines that block: one run is within .01 of the exact chain (R53)."""
    rng = np.random.default_rng(1917)
    gaps = []
    for _ in range(MODELS):
        arrivals, *rates = rng.uniform(0.5, 2.0, 4).tolist()
        buffers = rng.integers(0, 4, 3).tolist()
        exact = markov.exact(markov.loss_line(arrivals, rates, buffers))
        gaps.append(_gap(_line(arrivals, rates, buffers), exact.elasticities))

    assert max(gaps) < NEAR


def test_production_to_stock_with_lost_sales(markov: Any) -> None:
    """A buyer's clock begins when there are goods (R24), so that shares are exact."""
    rng = np.random.default_rng(1931)
    for _ in range(5):
        rates = rng.uniform(0.7, 1.4, 3).tolist()
        buffers = rng.integers(0, 4, 2).tolist()
        first, second, demand = rates
        stages = {
            "make": _stage(first),
            "pack": _stage(second, buffer=buffers[0]),
            "shop": {
                "kind": "market",
                "demand": demand,
                "distribution": "exponential",
                "buffer": buffers[1],
            },
        }
        exact = markov.exact(markov.Line(tuple(rates), tuple(buffers)))

        assert _gap(_document(stages), exact.elasticities) < NEAR


def test_two_sources_before_one_stage(markov: Any) -> None:
    """Each has its part of what arrivals bring, by its part of them (R53)."""
    one, other = 0.5, 0.3
    together = one + other
    calls, desk = markov.loss_queue(together, 1.0, 1, 3)
    document = _document(
        {"one": _source(one), "other": _source(other), "desk": _stage(1.0, buffer=2)},
        ("one -> desk", "other -> desk"),
    )
    exact = (calls * one / together, calls * other / together, desk)

    assert _gap(document, exact) < NEAR


def _closed(rates: Sequence[float], inside: int) -> float:
    """Return the throughput of a ring of single servers (Gordon & Newell 1967)."""
    constants = np.array([1.0, *[0.0] * inside])
    for rate in rates:
        for items in range(1, inside + 1):
            constants[items] += constants[items - 1] / rate
    return float(constants[-2] / constants[-1])


def test_a_limit_on_what_is_inside() -> None:
    """With conwip and lost arrivals, the source is one more station of a ring (R53)."""
    rates, inside, step = (0.9, 1.1, 1.0), 4, 1e-6
    throughput = _closed(rates, inside)
    exact = [
        log(
            _closed([r * (1 + step * (n == each)) for n, r in enumerate(rates)], inside)
            / throughput
        )
        / step
        for each in range(3)
    ]
    stages = {"calls": _source(0.9), "one": _stage(1.1), "two": _stage(1.0)}

    assert sum(exact) == pytest.approx(1, abs=1e-4)
    assert _gap(_document(stages, release={"conwip": inside}), exact) < NEAR


def test_parts_that_are_lost_before_a_join() -> None:
    """Parts of two kinds with lost arrivals: by symmetry each has the same share."""
    stages = {
        "left": _source(1.0),
        "right": _source(1.0),
        "join": _stage(1.2, takes={"left": 1, "right": 1}, buffer=3),
    }
    document = _document(stages, ("left -> join", "right -> join"))
    left, right, join = _shares(document)
    faster = _document(
        {**stages, "join": {**stages["join"], "rate": 1.2 * 1.05}},
        ("left -> join", "right -> join"),
    )
    slower = _document(
        {**stages, "join": {**stages["join"], "rate": 1.2 / 1.05}},
        ("left -> join", "right -> join"),
    )
    up, down = (_long_run(each).throughput for each in (faster, slower))

    assert left == pytest.approx(right, abs=NEAR)
    assert join == pytest.approx(log(up / down) / log(1.05**2), abs=2 * NEAR)


BESIDE: dict[str, Document] = {
    "gaps of another shape": {
        "stages": {"calls": _source(1.0, distribution="gamma", cv=0.5)}
    },
    "a pace that changes": {
        "stages": {"calls": _source({"profile": [[0, 0.8], [200, 1.2]], "every": 400})}
    },
    "a way that takes time": {"flow": [{"calls -> desk": {"delay": 0.1}}]},
    "material that waits for the same room": {
        "stages": {"rework": _stage(0.3)},
        "flow": ["calls -> desk", "rework -> desk"],
    },
    "a second way in": {
        "stages": {"other": _stage(1.0, buffer=1)},
        "flow": [{"calls -> desk": {"share": 0.6}}, {"calls -> other": {"share": 0.4}}],
    },
    "another way in": {
        "stages": {"mail": _source(0.5), "clerk": _stage(1.0)},
        "flow": ["calls -> desk", "mail -> clerk"],
    },
    "a token that another may take": {
        "stages": {"mail": _source(0.5), "clerk": _stage(1.0)},
        "flow": ["calls -> desk", "mail -> clerk"],
        "release": {"conwip": 3},
    },
}
"""Where it does matter who comes first, or the clock has a memory."""


@pytest.mark.parametrize("case", [None, *BESIDE])
def test_the_path_is_trusted_where_clocks_may_start_over(case: str | None) -> None:
    """Elsewhere what is lost is judged by experiment, and the report says so."""
    stages = {"calls": _source(1.0), "desk": _stage(1.0, buffer=2)}
    beside = BESIDE[case] if case else {}
    document: Document = {
        "format": 1,
        "name": "losses",
        "flow": ["calls -> desk"],
        "run": {"horizon": 1000.0, "warmup": 50.0, "replications": 6},
        **beside,
        "stages": {**stages, **beside.get("stages", {})},
    }

    verdict = diagnose(simulate(network_of(Scenario.model_validate(document))))

    if case is None:
        assert (verdict.method, verdict.reason) == ("path", "")
    else:
        assert verdict.method == "experiment"
        assert "that find no room are lost" in verdict.reason


FAILING = {"mean_time_between_failures": 5.0, "mean_time_to_repair": 1.0}

ON_BOTH: dict[str, Document] = {
    "a line": _line(1.0, (1.0, 1.1, 0.9), (2, 1, 0), items=900),
    "times that never vary": _document(
        {"calls": _source(1.0), "desk": _stage(1.0, distribution="gamma", cv=0)},
        items=900,
        release={"conwip": 2},
    ),
    "servers that fail": _document(
        {
            "calls": _source(2.0),
            "desk": _stage(1.0, servers=2, buffer=1, availability=FAILING),
        },
        items=900,
    ),
    "parts of a join": _document(
        {
            "left": _source(1.0),
            "right": _source(0.7),
            "join": _stage(0.5, takes={"left": 2, "right": 1}, buffer=3),
        },
        ("left -> join", "right -> join"),
        items=900,
    ),
    "tokens of a rope": _document(
        {"calls": _source(1.0), "one": _stage(1.0), "two": _stage(0.9)},
        items=900,
        release={"drum_buffer_rope": {"drum": "two", "buffer": 2}},
    ),
    "buyers who wait": _document(
        {
            "calls": _source(1.0),
            "market": {
                "kind": "market",
                "demand": 0.8,
                "distribution": "exponential",
                "buffer": 2,
                "unmet": "backlog",
            },
        },
        items=900,
    ),
    "items that lose patience": _document(
        {"calls": _source(1.5), "desk": _stage(1.0, buffer=3, patience=1.0)},
        items=900,
    ),
}
"""Whatever makes room: a service, a buyer, a token, the end of somebody's patience."""


@pytest.mark.parametrize("case", ON_BOTH)
@pytest.mark.parametrize("replication", range(3))
def test_both_engines_let_the_same_clocks_start_over(
    case: str, replication: int
) -> None:
    """On every kind of room the same shares, to the last bit (R53)."""
    scenario = Scenario.model_validate(ON_BOTH[case])
    simpy, compiled = both_engines(scenario, replication, 10.0)

    assert simpy.nodes[0].lost > 0
    assert list(unlike(simpy, compiled)) == []
