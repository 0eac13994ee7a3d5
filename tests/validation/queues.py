"""Single queues and open networks: arrivals on a free clock, exact by formula."""

from __future__ import annotations

from typing import Any

from toc_sim.engine.result import RunResult
from validation.building import (
    EXPONENTIAL,
    FREE,
    Length,
    erlang,
    items,
    machine,
    scenario,
    source,
    uniform,
)
from validation.cases import Case
from validation.figures import (
    Expressed,
    node,
    static_throughput,
    throughput,
    value,
    wait,
)

ITEMS = 150_000
QUEUE_WITHIN = 0.15
"""Half-width of a queue's mean, relative: queues at 80 % load forget slowly."""

LOSS_WITHIN = 0.25
"""Half-width of the chance of a loss, relative: losses are rare and come in runs."""


def queue(
    case: Case, *, arrivals: dict[str, Any], service: dict[str, Any], count: int = ITEMS
) -> Any:
    """Return one stage behind one source."""
    stages = {"arrivals": arrivals, "desk": service}
    length = items(count, arrivals["arrivals"], warm=1000)
    return scenario(case.id, stages, ["arrivals -> desk"], length)


def mm1(case: Case) -> Expressed:
    """Express M/M/1: its queue, or all that is in it."""
    found = queue(
        case,
        arrivals=source(case["lam"], **EXPONENTIAL),
        service=machine(case["mu"], **EXPONENTIAL),
    )
    if case.quantity == "L":
        figure = value(
            "L", case.value, lambda result: result.wip_mean, within=QUEUE_WITHIN
        )
    else:
        figure = value(
            "Lq",
            case.value,
            lambda result: node(result, "desk").queue_mean,
            within=QUEUE_WITHIN,
        )
    return Expressed(case, (found,), simulated=(figure,))


def mg1(case: Case) -> Expressed:
    """Express M/G/1 with mean service 1: uniform, or Erlang."""
    phases = case.parameters.get("k")
    chance = erlang(phases) if phases else uniform(1.0)
    found = queue(
        case,
        arrivals=source(case["lam"], **EXPONENTIAL),
        service=machine(1.0, **chance),
    )
    return Expressed(case, (found,), simulated=(_wait(case),))


def dm1(case: Case) -> Expressed:
    """Express D/M/1: arrivals by the clock."""
    found = queue(
        case, arrivals=source(case["lam"]), service=machine(case["mu"], **EXPONENTIAL)
    )
    return Expressed(case, (found,), simulated=(_wait(case),))


def mmc(case: Case) -> Expressed:
    """Express M/M/c with a long queue: the mean wait."""
    found = queue(
        case,
        arrivals=source(case["lam"], **EXPONENTIAL),
        service=machine(case["mu"], servers=case["c"], **EXPONENTIAL),
    )
    return Expressed(case, (found,), simulated=(_wait(case),))


def erlang_c(case: Case) -> Expressed:
    """Express the chance of waiting in M/M/c, from the mean wait."""
    servers, load = int(case["c"]), float(case["a"])
    found = queue(
        case,
        arrivals=source(load, **EXPONENTIAL),
        service=machine(1.0, servers=servers, **EXPONENTIAL),
    )

    def chance(result: RunResult) -> float:
        return wait(result, "desk") * (servers - load)

    return Expressed(
        case,
        (found,),
        simulated=(value("C", case.value, chance, within=0.2),),
        note="C = Wq (c mu - lambda)",
    )


def erlang_b(case: Case) -> Expressed:
    """Express the chance of being lost where there is no queue at all."""
    load = float(case["a"])
    found = queue(
        case,
        arrivals=source(load, overflow="lost", **EXPONENTIAL),
        service=machine(1.0, servers=case["c"], buffer=0, **EXPONENTIAL),
    )

    def lost(result: RunResult) -> float:
        arrivals = node(result, "arrivals")
        return 1 - arrivals.started / arrivals.finished

    return Expressed(
        case,
        (found,),
        simulated=(
            throughput(load * (1 - case.value)),
            value("B", case.value, lost, within=LOSS_WITHIN),
        ),
        note="B = arrivals refused / arrivals",
    )


def mm1k(case: Case) -> Expressed:
    """Express M/M/1/K: arrivals without room are lost."""
    found = queue(
        case,
        arrivals=source(case["lam"], overflow="lost", **EXPONENTIAL),
        service=machine(case["mu"], buffer=case["K"] - 1, **EXPONENTIAL),
    )
    return Expressed(case, (found,), simulated=(throughput(case.value),))


def erlang_a(case: Case) -> Expressed:
    """Express M/M/c+M: who waits too long leaves."""
    arrivals, impatience = float(case["lam"]), float(case["theta"])
    gone = float(case["abandon_prob"])
    found = queue(
        case,
        arrivals=source(arrivals, **EXPONENTIAL),
        service=machine(
            case["mu"], servers=case["c"], patience=1 / impatience, **EXPONENTIAL
        ),
    )

    def abandoned(result: RunResult) -> float:
        return node(result, "desk").abandoned / node(result, "arrivals").finished

    return Expressed(
        case,
        (found,),
        simulated=(
            throughput(case.value),
            value("P(abandon)", gone, abandoned, within=LOSS_WITHIN),
            value(
                "Lq",
                arrivals * gone / impatience,
                lambda result: node(result, "desk").queue_mean,
                within=QUEUE_WITHIN,
            ),
        ),
        note="lambda P(abandon) = theta Lq",
    )


def tandem(case: Case) -> Expressed:
    """Express two M/M/1 one after the other."""
    first, second = case["mu"]
    stages = {
        "arrivals": source(case["lam"], **EXPONENTIAL),
        "first": machine(first, **EXPONENTIAL),
        "second": machine(second, **EXPONENTIAL),
    }
    found = scenario(
        case.id,
        stages,
        ["arrivals -> first -> second"],
        items(ITEMS, case["lam"], warm=1000),
    )
    return Expressed(case, (found,), simulated=(_inside(case),))


def feedback(case: Case) -> Expressed:
    """Express an open network in which some items come back to the first station."""
    rates = case["mu"] if isinstance(case["mu"], list) else [case["mu"]]
    names = [f"station_{number}" for number in range(1, len(rates) + 1)]
    stages = {
        name: machine(rate, **EXPONENTIAL)
        for name, rate in zip(names, rates, strict=True)
    }
    stages["out"] = machine(FREE)
    flow: list[Any] = [
        {f"{names[-1]} -> {names[0]}": case["q"]},
        f"{names[-1]} -> out",
    ]
    if len(names) > 1:
        flow.append(" -> ".join(names))
    if case.id == "feedback-net-cap":
        found = scenario(case.id, stages, flow, Length(1000, 100))
        return Expressed(
            case,
            (found,),
            (static_throughput(case.value),),
            note="fed by an unlimited supply: the largest throughput is the capacity",
        )
    stages["arrivals"] = source(case["lam"], **EXPONENTIAL)
    flow.append(f"arrivals -> {names[0]}")
    length = items(ITEMS, case["lam"], warm=1000)
    return Expressed(
        case,
        (scenario(case.id, stages, flow, length),),
        simulated=(_inside(case),),
        note="items leave through an exit of rate 1e9",
    )


def _wait(case: Case) -> Any:
    return value(
        "Wq", case.value, lambda result: wait(result, "desk"), within=QUEUE_WITHIN
    )


def _inside(case: Case) -> Any:
    return value("L", case.value, lambda result: result.wip_mean, within=QUEUE_WITHIN)
