"""Saturated lines with chance: blocking after service, exact by Markov chains."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from validation.building import (
    EXPONENTIAL,
    Fields,
    Line,
    erlang,
    items,
    machine,
    scenario,
    uniform,
)
from validation.cases import Case, elasticities, exact_throughput
from validation.figures import (
    Expressed,
    Results,
    SimulatedFigure,
    node,
    share,
    static_throughput,
    throughput,
)

ITEMS = 100_000

SHARE_WITHIN = 0.03
FRACTION_WITHIN = 0.015
"""Half-widths of shares and of fractions of time, absolute [1]."""


def exponential(case: Case) -> Expressed:
    """Express an exponential line, with its exact shares where they are known."""
    names = case.parameters.get("stages", ())
    servers = case.parameters.get("c", [1] * len(case["mu"]))
    line = Line(
        case["mu"],
        case["B"],
        names=names,
        market=bool(names),
        extra={i: {"servers": c} for i, c in enumerate(servers) if c > 1},
    )
    exact = exact_throughput(case)
    found = line.scenario(case.id, items(ITEMS, exact))
    without_chance = case.parameters.get("deterministic_TP")
    return Expressed(
        case,
        (found,),
        (static_throughput(without_chance),) if without_chance else (),
        (
            throughput(exact),
            *_slopes(case, line.stations),
            *_shares(case, line.stations),
            *_fractions(case, line.stations),
        ),
        "static throughput is the one without chance" if without_chance else "",
    )


def two_or_three(case: Case) -> Expressed:
    """Express a line of equal stations with a mean time of 1 and any chance."""
    shapes: dict[str, Fields] = {
        "Erlang-4": erlang(4),
        "U(0.5,1.5)": uniform(0.5),
        "U(0,2)": uniform(1.0),
    }
    given = case.parameters
    chance = shapes[given["dist"]] if "dist" in given else erlang(given["k"])
    line = Line([1.0] * (len(case["B"]) + 1), case["B"], chance)
    return _line(case, line)


def bowl(case: Case) -> Expressed:
    """Express the best split of work over three stations: least in the middle."""
    means = (case["x"], case["middle"], case["x"])
    return _line(case, Line([1 / mean for mean in means], [0, 0]))


def scrap(case: Case) -> Expressed:
    """Express a line in which some station's output is scrapped."""
    given = case.parameters
    at = 0 if "scrap1" in given else 1
    lost = given.get("scrap1", given.get("scrap2", given.get("scrap")))
    line = Line(case["mu"], case["B"], extra={at: {"conversion": 1 - lost}})
    return _line(case, line)


def split(case: Case) -> Expressed:
    """Express a station whose items go one of two ways, by chance."""
    buffer = {"buffer": case["B"], **EXPONENTIAL}
    stages = {
        "first": machine(case["mu0"], **EXPONENTIAL),
        "A": machine(case["muA"], **buffer),
        "B": machine(case["muB"], **buffer),
    }
    found = scenario(
        case.id,
        stages,
        [{"first -> A": case["pA"]}, "first -> B"],
        items(ITEMS, case.value),
    )
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def _line(case: Case, line: Line) -> Expressed:
    found = line.scenario(case.id, items(ITEMS, case.value))
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def _slopes(case: Case, stations: Sequence[str]) -> tuple[SimulatedFigure, ...]:
    """Compare dT/dmu of each station where that is what the case is about."""
    if case.family != "sensitivity":
        return ()

    def slope(name: str, rate: float) -> Callable[[Results], float]:
        return lambda results: share(results[0], name) * results[0].throughput / rate

    return tuple(
        SimulatedFigure(
            f"dT/dmu of {name}", "value", exact, slope(name, rate), 0.06 * exact
        )
        for name, rate, exact in zip(stations, case["mu"], case["dTP_dmu"], strict=True)
    )


def _shares(case: Case, stations: Sequence[str]) -> tuple[SimulatedFigure, ...]:
    def of(name: str) -> Callable[[Results], float]:
        return lambda results: share(results[0], name)

    return tuple(
        SimulatedFigure(f"share of {name}", "share", exact, of(name), SHARE_WITHIN)
        for name, exact in zip(stations, elasticities(case), strict=False)
    )


def _fractions(case: Case, stations: Sequence[str]) -> tuple[SimulatedFigure, ...]:
    def of(name: str, state: str) -> Callable[[Results], float]:
        return lambda results: float(getattr(node(results[0], name), state))

    return tuple(
        SimulatedFigure(
            f"{name} {state}", "fraction", exact, of(name, state), FRACTION_WITHIN
        )
        for state in ("busy", "blocked", "starved")
        for name, exact in zip(stations, case.parameters.get(state, ()), strict=False)
    )
