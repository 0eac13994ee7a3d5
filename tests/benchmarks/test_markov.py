"""The exact lines that rules are measured by meet figures found by other means.

Sources: Hunt 1956 (Oper. Res. 4:674-683), Hillier & Boling 1967 (Oper. Res.
15:286-303), Gershwin & Berman 1981 (AIIE Trans. 13:2-11); derivatives are central
differences of the fourth order on chains solved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

Speeds = tuple[float, ...]
Drawn = tuple[Speeds, tuple[int, ...]]
Figures = tuple[Speeds, Speeds, Speeds]

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(name="markov", scope="module")
def _markov() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield import_module("markov")


BALANCED = {
    (2, 0, 1): 2 / 3,
    (2, 4, 1): 6 / 7,
    (3, 1, 1): 0.6704661583208866,
    (3, 3, 1): 0.7767115325145744,
    (4, 0, 1): 0.5147754893181528,
    (4, 2, 1): 0.7007129022997807,
    (5, 1, 1): 0.6075832861062769,
    (6, 0, 1): 0.46671326300698324,
    (3, 0, 2): 0.6404085004815028,
    (4, 0, 2): 0.5977068581353346,
    (3, 1, 2): 0.7613072466796708,
    (2, 0, 4): 0.7852760736196318,
    (3, 0, 4): 0.7139994136886063,
}
"""Throughput by stations, buffer and phases; every station has the speed 1."""


@pytest.mark.parametrize(("shape", "throughput"), BALANCED.items())
def test_balanced_lines_have_their_published_throughput(
    markov: Any, shape: tuple[int, int, int], throughput: float
) -> None:
    """Exponential and Erlang lines agree with Hunt's and Hillier & Boling's figures."""
    stations, buffer, phases = shape
    line = markov.Line((1.0,) * stations, (buffer,) * (stations - 1), phases)

    assert markov.exact(line).throughput == pytest.approx(throughput, abs=1e-9)


def test_two_unequal_stations_meet_hunts_formula(markov: Any) -> None:
    """Without a buffer, T = m1 m2 (m1 + m2) / (m1^2 + m1 m2 + m2^2)."""
    line = markov.Line((1.0, 1.5), (0,))

    assert markov.exact(line).throughput == pytest.approx(3.75 / 4.75, abs=1e-12)


def test_bowl(markov: Any) -> None:
    """A little less work in the middle is better than a balanced line."""
    work = (1.08553281306194, 0.8289343738761201, 1.08553281306194)
    line = markov.Line(tuple(1 / time for time in work), (0, 0))

    assert markov.exact(line).throughput == pytest.approx(0.567181858216324, abs=1e-9)


def test_two_unreliable_stations(markov: Any) -> None:
    """A line of two that fail while they work has the throughput of its chain."""
    line = markov.Line((1.0, 1.0), (4,), 1, (0.05, 0.05), (0.2, 0.2))

    assert line.isolated == pytest.approx((0.8, 0.8))
    assert markov.exact(line).throughput == pytest.approx(0.631094231015726, abs=1e-9)


KNOWN: dict[Drawn, Figures] = {
    ((1.0, 1.0, 1.0, 1.0), (0, 0, 0)): (
        (0.11100871805688, 0.14637902660588, 0.14637902660588, 0.11100871805688),
        (0.4852245106818, 0.3291544070615, 0.1911219137777, 0.0),
        (0.0, 0.1560701036203, 0.2941025969042, 0.4852245106818),
    ),
    ((1.0, 1.05, 1.1), (1, 1)): (
        (0.24997379226714, 0.25773994602075, 0.16477905049446),
        (0.2981423088681, 0.1497289780784, 0.0),
        (0.0, 0.1818351256056, 0.3619475535165),
    ),
    ((0.95, 1.0, 1.0), (0, 0)): (
        (0.19616017302705, 0.20248501008263, 0.16596636622300),
        (0.4159962729671, 0.2233661925341, 0.0),
        (0.0, 0.2218302667847, 0.4451964593188),
    ),
    ((0.97, 1.0, 0.98, 1.02), (1, 1, 1)): (
        (0.14561659724413, 0.18169650525220, 0.18982808970775, 0.11444741720926),
        (0.3549355690261, 0.2420437000894, 0.1329736275535, 0.0),
        (0.0, 0.1322438018659, 0.2285442315845, 0.3865563744660),
    ),
    ((1.2, 0.8, 1.0), (2, 2)): (
        (0.06973484733028, 0.51637120676423, 0.18441904355182),
        (0.4323351452029, 0.1035502444849, 0.0),
        (0.0, 0.0449524733194, 0.3188021742435),
    ),
}
"""Derivatives by speed, blocked and starved shares, by speeds and buffers."""


@pytest.mark.parametrize(("given_line", "figures"), KNOWN.items())
def test_derivatives_and_waiting_times_are_exact(
    markov: Any, given_line: Drawn, figures: Figures
) -> None:
    """One solution of the transposed system gives what differences gave elsewhere."""
    slopes, blocked, starved = figures

    found = markov.exact(markov.Line(*given_line))

    assert found.slopes == pytest.approx(slopes, abs=1e-9)
    assert found.blocked == pytest.approx(blocked, abs=1e-9)
    assert found.starved == pytest.approx(starved, abs=1e-9)


def _speeds(count: int, low: float = 0.5) -> st.SearchStrategy[Speeds]:
    return st.tuples(*[st.floats(low, 2.0)] * count)


@given(
    _speeds(3),
    st.tuples(*[st.integers(0, 2)] * 2),
    st.sampled_from((1, 2)),
    st.none() | st.tuples(_speeds(3, 0.1), _speeds(3, 0.1)),
)
def test_laws_of_every_line(
    markov: Any,
    rates: Speeds,
    buffers: tuple[int, ...],
    phases: int,
    failing: tuple[Speeds, Speeds] | None,
) -> None:
    """Elasticities add up to 1, times to 1; backwards, a line makes the same."""
    failures, repairs = failing or ((), ())
    line = markov.Line(rates, buffers, phases, failures, repairs)
    backwards = markov.Line(
        rates[::-1], buffers[::-1], phases, failures[::-1], repairs[::-1]
    )

    found = markov.exact(line)

    assert sum(found.elasticities) == pytest.approx(1, abs=1e-9)
    for shares in zip(
        found.working, found.down, found.blocked, found.starved, strict=True
    ):
        assert sum(shares) == pytest.approx(1, abs=1e-9)
    assert found.throughput <= min(line.isolated) + 1e-9
    assert [
        speed * share for speed, share in zip(rates, found.working, strict=True)
    ] == pytest.approx([found.throughput] * 3, abs=1e-9)
    assert markov.exact(backwards).throughput == pytest.approx(
        found.throughput, abs=1e-9
    )


def test_lift_of_a_small_step_is_the_derivative(markov: Any) -> None:
    """What a little more speed brings is the slope, also where stations fail."""
    line = markov.Line((1.0, 1.1, 0.9), (2, 1), 1, (0.05, 0.1, 0.02), (0.2, 0.3, 0.1))
    step = 1e-6

    gained = markov.lifts(line, 1 + step)

    slopes = [
        gain / (step * speed) for gain, speed in zip(gained, line.rates, strict=True)
    ]
    assert slopes == pytest.approx(markov.exact(line).slopes, abs=1e-5)


def test_lift_with_failures_keeping_pace_is_the_elasticity(markov: Any) -> None:
    """Speed up all rates of a station, and throughput follows its elasticity."""
    line = markov.Line((1.0, 1.1, 0.9), (2, 1), 1, (0.05, 0.1, 0.02), (0.2, 0.3, 0.1))
    step = 1e-6
    found = markov.exact(line)

    gained = markov.lifts(line, 1 + step, failures=True)

    elasticities = [gain / (step * found.throughput) for gain in gained]
    assert elasticities == pytest.approx(found.elasticities, abs=1e-5)


@given(_speeds(2, 0.2), st.integers(1, 6))
def test_a_line_of_one_with_losses_is_a_queue_with_losses(
    markov: Any, rates: Speeds, places: int
) -> None:
    """Two ways to the same figures: a chain of states, and the product of ratios."""
    arrivals, speed = rates

    chain = markov.exact(markov.loss_line(arrivals, (speed,), (places - 1,)))

    assert chain.elasticities == pytest.approx(
        markov.loss_queue(arrivals, speed, 1, places), abs=1e-9
    )


def test_erlangs_loss_formula(markov: Any) -> None:
    """Two lines, two erlangs: of 5 calls 3 are served; a step of both changes that."""
    step = 1e-6

    def served(arrivals: float) -> float:
        load = arrivals / 1.0
        return arrivals * (1 - load**2 / 2 / (1 + load + load**2 / 2))

    measured = (served(2 * (1 + step)) / served(2) - 1) / step

    assert served(2) == pytest.approx(2 * 3 / 5)
    assert markov.loss_queue(2, 1, 2, 2) == pytest.approx(
        (measured, 1 - measured), abs=1e-5
    )
