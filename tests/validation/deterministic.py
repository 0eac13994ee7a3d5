"""Systems without chance: what capacities, yields and rework allow at best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from toc_sim import Scenario
from validation.building import (
    EXPONENTIAL,
    FREE,
    Length,
    Line,
    chain,
    items,
    machine,
    numbered,
    scenario,
    source,
)
from validation.cases import Case
from validation.figures import (
    Answers,
    Expressed,
    SimulatedFigure,
    StaticFigure,
    owner,
    static_throughput,
    throughput,
)

STEADY = Length(horizon=1000, warmup=1000)
"""Enough for a line without chance: its throughput is exact to one item."""


def cups(case: Case, rates: Sequence[float], names: Sequence[str] = ()) -> Scenario:
    """Return the paper-cup line without chance."""
    line = Line(rates, [None] * (len(rates) - 1), {}, names, market=bool(names))
    return line.scenario(case.id, STEADY)


def slope(name: str) -> Callable[[Answers], float]:
    """Return how to read dT/dc of a node: share times throughput over capacity."""

    def of(answers: Answers) -> float:
        found = owner(answers[0], name)
        return found.share * answers[0].throughput / found.capacity

    return of


def cup(case: Case) -> Expressed:
    """Express the paper-cup line: its throughput is its smallest capacity."""
    rates = case["capacities"]
    return Expressed(
        case,
        (cups(case, list(rates.values()), list(rates)),),
        (static_throughput(case.value),),
        (throughput(case.value),),
    )


def cup_dual(case: Case) -> Expressed:
    """Express what one more unit of the constraint brings, and of all others."""
    rates = case["capacities"]
    slowest = min(rates, key=rates.__getitem__)
    raised = {**rates, slowest: rates[slowest] + 1}
    slopes = tuple(
        StaticFigure(
            f"dT/dc of {name}",
            case.value if name == slowest else 0.0,
            slope(name),
        )
        for name in rates
    )
    step = StaticFigure(
        f"gain of {slowest} + 1",
        case.value,
        lambda answers: answers[1].throughput - answers[0].throughput,
    )
    return Expressed(
        case,
        tuple(cups(case, list(each.values()), list(rates)) for each in (rates, raised)),
        (step, *slopes),
    )


def cup_tie(case: Case) -> Expressed:
    """Express two equal machines: lifting one alone gains nothing."""
    first, one, other, last = case["capacities"]
    pair = case["both"]
    variants = (
        (first, one, other, last),
        (first, pair, other, last),
        (first, one, pair, last),
        (first, pair, pair, last),
    )

    def gain(variant: int) -> Callable[[Answers], float]:
        return lambda answers: answers[variant].throughput - answers[0].throughput

    return Expressed(
        case,
        tuple(cups(case, rates) for rates in variants),
        (
            StaticFigure("gain of both", case.value, gain(3)),
            StaticFigure("gain of machine_2 alone", case["alone"], gain(1)),
            StaticFigure("gain of machine_3 alone", case["alone"], gain(2)),
            StaticFigure("a tie", 1.0, lambda answers: float(answers[0].tie)),
        ),
    )


def yields(case: Case) -> Expressed:
    """Express a line that loses some items at each stage."""
    line = Line(
        case["cap_input"],
        [None, None],
        {},
        extra={i: {"conversion": y} for i, y in enumerate(case["yield_"])},
    )
    return Expressed(
        case,
        (line.scenario(case.id, items(40_000, case.value)),),
        (static_throughput(case.value),),
        (throughput(case.value),),
    )


def funnel(case: Case) -> Expressed:
    """Express a sales funnel: leads, calls, meetings, contracts, market."""
    steps = ("calls", "meetings", "contracts")
    stages = {
        "leads": source(case["leads"]),
        **{
            step: machine(case[step][0], conversion=case[step][1], kind="team")
            for step in steps
        },
        "market": {"kind": "market", "demand": float(case["market"])},
    }
    found = scenario(case.id, stages, chain(list(stages)), Length(10, 10))
    if case.id == "yield-2-dual":
        figure = StaticFigure("dT/dc of meetings", case.value, slope("meetings"))
        return Expressed(case, (found,), (figure,))
    return Expressed(
        case,
        (found,),
        (static_throughput(case.value),),
        (throughput(case.value, within=0.04),),
        "the queue of leads grows for ever: measured in periods 10 to 20",
    )


def rework(case: Case) -> Expressed:
    """Express machines that see some items again: to themselves, or to the first."""
    rates = case["cap"] if isinstance(case["cap"], list) else [case["cap"]]
    names = numbered(len(rates))
    again = case.parameters.get("rework", case.parameters.get("q"))
    good = case.parameters.get("good", 1 - again)
    stages = {name: machine(rate) for name, rate in zip(names, rates, strict=True)}
    flow: list[Any] = chain(names) if len(names) > 1 else []
    flow += [{f"{names[-1]} -> out": good}, {f"{names[-1]} -> {names[0]}": again}]
    stages["out"] = machine(FREE)
    return Expressed(
        case,
        (scenario(case.id, stages, flow, items(40_000, case.value)),),
        (static_throughput(case.value),),
        (throughput(case.value),),
        "good items leave through an exit of rate 1e9",
    )


def branch(case: Case) -> Expressed:
    """Express a stage that feeds two in parallel, each item where it is shorter."""
    names = ("source", "A", "B")
    stages = {name: machine(case[name]) for name in names}
    stages["source"]["routing"] = "free"
    flow = ["source -> A", "source -> B"]
    return Expressed(
        case,
        (scenario(case.id, stages, flow, STEADY),),
        (static_throughput(case.value),),
        (throughput(case.value),),
    )


def lucky_puck(case: Case) -> Expressed:
    """Express a network whose edges have capacities: each edge is a stage."""
    edges = [(tail, head, rate) for tail, head, rate in case["edges"]]
    choices = Counter(tail for tail, _, _ in edges)
    stages = {
        f"{tail}_{head}": machine(
            rate, routing="free" if choices[head] > 1 else "shares"
        )
        for tail, head, rate in edges
    }
    flow = [
        f"{tail}_{middle} -> {start}_{head}"
        for tail, middle, _ in edges
        for start, head, _ in edges
        if middle == start
    ]
    return Expressed(
        case,
        (scenario(case.id, stages, flow, STEADY),),
        (static_throughput(case.value),),
        note="each edge is a stage, each node a free choice; static only",
    )


def still_line(case: Case) -> Expressed:
    """Express a line of equal stations without chance or buffers."""
    line = Line([1 / mean for mean in case["mean"]], case["B"], {})
    return Expressed(
        case,
        (line.scenario(case.id, STEADY),),
        (static_throughput(case.value),),
        (throughput(case.value),),
    )


def velocity(case: Case) -> Expressed:
    """Express a pipeline of so many opportunities, each open for so many days."""
    stages = {
        "opportunities": {
            **machine(
                1 / case["days"],
                servers=case["n"],
                conversion=case["win"],
                **EXPONENTIAL,
            ),
            "kind": "team",
        },
        "won": machine(FREE),
    }
    price = float(case["size"])
    found = scenario(
        case.id,
        stages,
        chain(list(stages)),
        items(15_000, case["n"] * case["win"] / case["days"]),
        economics={"price": price},
        period="day",
    )

    def revenue(result: Any) -> float:
        return float(result.throughput * price)

    return Expressed(
        case,
        (found,),
        (
            StaticFigure(
                "revenue per day",
                case.value,
                lambda answers: answers[0].throughput * price,
            ),
        ),
        (
            SimulatedFigure(
                "revenue per day",
                "value",
                case.value,
                lambda results: revenue(results[0]),
                0.05 * case.value,
            ),
        ),
        "an opportunity is a server, its cycle exponential: any law will do",
    )
