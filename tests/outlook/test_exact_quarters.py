"""Quarters whose closings are known exactly, held against the runs (F1 to F4).

A mean of runs may lie four standard errors from the exact one: one test in some 16,000
would fail by chance alone, and the seed is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
import pytest
from helpers.transient_tandem import closed_by, expected
from numpy.typing import NDArray
from scipy.stats import chisquare, poisson

from toc_sim import Scenario, load
from toc_sim.network import network
from toc_sim.outlook.futures import Future, futures, today
from toc_sim.outlook.todays_items import OpenItem
from toc_sim.theory.exact.passage import passage

RUNS = 1500
SURE = 4.0
"""Standard errors between a mean of runs and the exact one, at most."""

NEVER = {"profile": [[0, 0], [900, 0], [900, 1]]}
"""Arrivals that begin after all that is looked at."""


def _line(
    rates: Sequence[float],
    *,
    servers: int = 1,
    arrivals: Any = None,
    conversion: Sequence[float] = (),
) -> Scenario:
    """Return exponential stages in a row."""
    names = [f"s{number}" for number in range(len(rates))]
    stages: dict[str, Any] = {
        "leads": {
            "kind": "source",
            "arrivals": arrivals or NEVER,
            "distribution": "exponential",
        }
    }
    kept = conversion or [1.0] * len(rates)
    for name, rate, part in zip(names, rates, kept, strict=True):
        stages[name] = {
            "kind": "team",
            "rate": rate,
            "servers": servers,
            "distribution": "exponential",
            "conversion": part,
        }
    stages["market"] = {"kind": "market"}
    flow = [" -> ".join(["leads", *names, "market"])]
    return load({"format": 1, "name": "line", "stages": stages, "flow": flow})


def _open(*counts: int) -> tuple[OpenItem, ...]:
    return tuple(
        OpenItem(f"{stage}/{number}", f"s{stage}", age=1.0)
        for stage, count in enumerate(counts)
        for number in range(count)
    )


def _runs(
    scenario: Scenario, items: tuple[OpenItem, ...], until: float, runs: int = RUNS
) -> tuple[Future, ...]:
    return tuple(futures(today(scenario, items, until=until, seed=11), range(runs)))


def _counts(found: Sequence[Future]) -> NDArray[np.float64]:
    return np.array([len(future.times) for future in found], dtype=float)


def _is_near(values: NDArray[np.float64], exact: float) -> bool:
    error = float(values.std(ddof=1)) / sqrt(len(values))
    return abs(float(values.mean()) - exact) < SURE * error


def _fits(values: NDArray[np.float64], chances: NDArray[np.float64]) -> bool:
    """Return whether counts may have some chances; rare counts are put together."""
    seen = np.bincount(values.astype(int), minlength=len(chances))
    wanted = chances * len(values)
    often = wanted >= 5
    pairs = [(seen[often], wanted[often])]
    if (~often).any() and wanted[~often].sum() > 0:
        pairs.append((seen[~often].sum(), wanted[~often].sum()))
    observed, exact = (np.hstack(each) for each in zip(*pairs, strict=True))
    found = chisquare(observed, exact * observed.sum() / exact.sum())
    return bool(found.pvalue > 1e-4)


def _poisson_binomial(chances: Sequence[float]) -> NDArray[np.float64]:
    found = np.ones(1)
    for chance in chances:
        found = np.convolve(found, [1 - chance, chance])
    return found


@cache
def _unlimited() -> tuple[Scenario, tuple[OpenItem, ...]]:
    scenario = _line([0.4, 0.7], servers=60, conversion=[0.5, 0.4])
    return scenario, _open(9, 6)


def test_f1_without_limits_closings_are_poisson_binomial() -> None:
    """Each item has its own chance, by the hypoexponential time that it still takes."""
    scenario, items = _unlimited()
    way = passage(network(scenario))
    assert way is not None
    by_stage = [way.wins[node] * way.reached(node, 3.0) for node in (1, 2)]
    chances = [by_stage[0]] * 9 + [by_stage[1]] * 6

    counts = _counts(_runs(scenario, items, 3.0))

    assert _is_near(counts, sum(chances))
    assert _fits(counts, _poisson_binomial(chances))


def test_f1_their_mean_is_the_weighted_pipeline() -> None:
    """With time enough, value times chance of the stage is right: as a mean."""
    scenario, items = _unlimited()

    counts = _counts(_runs(scenario, items, 80.0))

    assert _is_near(counts, 9 * 0.2 + 6 * 0.4)


@pytest.mark.parametrize(("waiting", "until"), [(3, 4.0), (8, 5.0), (20, 5.0)])
def test_f2_one_server_closes_what_it_can(waiting: int, until: float) -> None:
    """The least of what waits and a Poisson number."""
    pace = 1.3
    top = np.arange(waiting)
    chances = np.append(poisson.pmf(top, pace * until), 0.0)
    chances[-1] = poisson.sf(waiting - 1, pace * until)

    counts = _counts(_runs(_line([pace]), _open(waiting), until))

    assert _is_near(counts, expected(chances))
    assert _fits(counts, chances)


TANDEMS = {
    "two": ([1.2, 0.8], (4, 3), 1, None, 0),
    "three": ([1.2, 0.8, 1.0], (4, 2, 3), 1, None, 0),
    "two of two servers": ([0.7, 0.5], (5, 4), 2, None, 0),
    "leads come": ([1.2, 0.8], (3, 2), 1, 0.9, 14),
}


@pytest.mark.parametrize("name", TANDEMS)
def test_f3_a_tandem_is_its_transient_chain(name: str) -> None:
    """Two or three exponential stages in a row, with what waits at each."""
    rates, start, servers, arrivals, most = TANDEMS[name]
    exact = closed_by(
        3.0,
        start,
        rates,
        servers=[servers] * len(rates),
        arrivals=arrivals or 0.0,
        most=most,
    )

    scenario = _line(rates, servers=servers, arrivals=arrivals)
    counts = _counts(_runs(scenario, _open(*start), 3.0))

    assert _is_near(counts, expected(exact))
    assert _fits(counts, exact)


def test_f3_what_is_in_the_bag_needs_no_leads() -> None:
    """First in, first out: who comes later takes nothing from who is here."""
    rates, start, *_ = TANDEMS["leads come"]
    exact = closed_by(3.0, start, rates)

    found = _runs(_line(rates, arrivals=0.9), _open(*start), 3.0)

    bag = np.array([float((future.items >= 0).sum()) for future in found])
    assert _is_near(bag, expected(exact))


def test_f4_more_of_everything_is_more_time() -> None:
    """The sum of rate times derivative is time times its own, for the runs as well."""
    rates, start, until, step = [1.2, 0.8], (3, 2), 3.0, 0.02

    def exact(first: float, second: float, leads: float, time: float) -> float:
        pace = [rates[0] * first, rates[1] * second]
        return expected(closed_by(time, start, pace, arrivals=0.9 * leads, most=14))

    def slope(place: int) -> float:
        ends = []
        for sign in (1, -1):
            first, second, leads = (
                1 + sign * step * (place == each) for each in range(3)
            )
            ends.append(exact(first, second, leads, until))
        return (ends[0] - ends[1]) / (2 * step)

    by_rates = [slope(place) for place in range(3)]
    by_time = (
        exact(1, 1, 1, until * (1 + step)) - exact(1, 1, 1, until * (1 - step))
    ) / (2 * step)
    assert sum(by_rates) == pytest.approx(by_time, rel=1e-3)

    wide = 0.1
    start_ = today(_line(rates, arrivals=0.9), _open(*start), until=until, seed=3)
    owners = ("s0", "s1", "leads")
    for name, wanted in zip(owners, by_rates, strict=True):
        gains = np.array([_gain(start_, name, wide, number) for number in range(600)])
        assert _is_near(gains, wanted), name


def _gain(start: Any, name: str, step: float, number: int) -> float:
    """Return the slope of closings to the pace of somebody, of one future."""
    begin = start.start(number)
    more, less = (
        len(start.future(begin, number, begin.network.lifted(name, factor)).times)
        for factor in (1 + step, 1 - step)
    )
    return float(more - less) / (2 * step)
