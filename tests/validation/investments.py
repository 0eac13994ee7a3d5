"""Tools for the paper-cup line: every set of them as a variant of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, combinations, permutations
from statistics import fmean

from toc_sim import Scenario
from toc_sim.engine.result import RunResult
from toc_sim.theory import Capacity
from validation.building import EXPONENTIAL, Line, items
from validation.cases import Case
from validation.deterministic import cups
from validation.figures import (
    THROUGHPUT_WITHIN,
    Answers,
    Expressed,
    Results,
    SimulatedFigure,
    StaticFigure,
)

NOTHING: frozenset[str] = frozenset()

ITEMS = 50_000


def table(case: Case) -> Expressed:
    """Express the throughput under every set of tools, without chance."""
    sets = _sets(case["investments"])
    return Expressed(
        case,
        tuple(_still(case, tools) for tools in sets),
        tuple(
            StaticFigure(
                f"throughput with {names}",
                exact,
                _throughput(sets, names),
            )
            for names, exact in _last_first(case)
        ),
    )


def random_table(case: Case) -> Expressed:
    """Express the throughput under every set of tools, exponential."""
    sets = _sets(case["investments"])
    return Expressed(
        case,
        tuple(_random(case, tools) for tools in sets),
        simulated=tuple(
            SimulatedFigure(
                f"throughput with {names}",
                "value",
                exact,
                _throughput(sets, names),
                THROUGHPUT_WITHIN * exact,
            )
            for names, exact in _last_first(case)
        ),
        note="the sets meet the same random numbers",
    )


def random_lifts(case: Case) -> Expressed:
    """Express what three tools bring one by one, and what they bring together."""
    tools = list(case["investments"])
    sets = [NOTHING, *(frozenset({tool}) for tool in tools), frozenset(tools)]

    def alone(results: Results) -> float:
        nothing = results[0].throughput
        return sum(result.throughput - nothing for result in results[1:4])

    def together(results: Results) -> float:
        return results[4].throughput - results[0].throughput

    return Expressed(
        case,
        tuple(_random(case, each) for each in sets),
        simulated=(
            SimulatedFigure(
                "sum of single lifts", "value", case.value, alone, 0.1 * case.value
            ),
            SimulatedFigure(
                "joint lift", "value", case["joint"], together, 0.05 * case["joint"]
            ),
        ),
        note="the sets meet the same random numbers",
    )


def orders(case: Case) -> Expressed:
    """Express what the tools have brought after three periods, by their order."""
    sets = _sets(case["investments"])

    def lifted(order: Sequence[str]) -> Callable[[Answers], float]:
        bought = [order[: count + 1] for count in range(len(order))]
        return lambda answers: sum(_gain(sets, answers, tools) for tools in bought)

    figures = [
        StaticFigure(order, exact, lifted(order.split(">")))
        for order, exact in case["table"].items()
    ]
    best = StaticFigure(
        "best cumulative lift",
        case.value,
        lambda answers: max(
            lifted(order)(answers) for order in permutations(case["investments"])
        ),
    )
    return Expressed(
        case,
        tuple(_still(case, tools) for tools in sets),
        (best, *figures),
    )


def shapley(case: Case) -> Expressed:
    """Express a fair split of a joint lift: the mean over all orders of purchase."""
    tools = list(case["investments"])
    sets = _sets(tools)

    def fair(tool: str) -> Callable[[Answers], float]:
        before = [order[: order.index(tool)] for order in permutations(tools)]
        return lambda answers: fmean(
            _gain(sets, answers, (*owned, tool)) - _gain(sets, answers, owned)
            for owned in before
        )

    return Expressed(
        case,
        tuple(_still(case, each) for each in sets),
        tuple(
            StaticFigure(
                f"share of {tool}",
                exact,
                fair(tool),
            )
            for tool, exact in case["shares"].items()
        ),
    )


def budget(case: Case) -> Expressed:
    """Express the best throughput that a budget can buy, and its least cost."""
    costs, money = case["costs"], case["budget"]
    sets = _sets(case["investments"])
    wanted = frozenset(case["portfolio"])

    def cost(tools: Iterable[str]) -> float:
        return float(sum(costs[tool] for tool in tools))

    def most(answers: Answers) -> float:
        return max(
            answer.throughput
            for tools, answer in zip(sets, answers, strict=True)
            if cost(tools) <= money
        )

    def cheapest(answers: Answers) -> float:
        return min(
            cost(tools)
            for tools, answer in zip(sets, answers, strict=True)
            if answer.throughput >= most(answers) - 1e-9
        )

    return Expressed(
        case,
        tuple(_still(case, tools) for tools in sets),
        (
            StaticFigure("max throughput", case.value, most),
            StaticFigure("least cost of it", case["cost"], cheapest),
            StaticFigure(
                f"throughput with {'+'.join(case['portfolio'])}",
                case.value,
                lambda answers: answers[sets.index(wanted)].throughput,
            ),
        ),
    )


def _sets(tools: Iterable[str]) -> list[frozenset[str]]:
    names = list(tools)
    sizes = range(len(names) + 1)
    return [
        frozenset(each)
        for each in chain.from_iterable(combinations(names, size) for size in sizes)
    ]


def _set(names: str) -> frozenset[str]:
    return NOTHING if names == "none" else frozenset(names.split("+"))


def _throughput(
    sets: Sequence[frozenset[str]], names: str
) -> Callable[[Sequence[Capacity] | Sequence[RunResult]], float]:
    at = sets.index(_set(names))
    return lambda found: found[at].throughput


def _last_first(case: Case) -> list[tuple[str, float]]:
    """Return the rows of a table, the one with all tools (the case's value) first."""
    return list(reversed(case["table"].items()))


def _gain(
    sets: Sequence[frozenset[str]], answers: Answers, tools: Iterable[str]
) -> float:
    nothing, something = sets.index(NOTHING), sets.index(frozenset(tools))
    return answers[something].throughput - answers[nothing].throughput


def _rates(case: Case, tools: frozenset[str]) -> dict[str, float]:
    raised = dict(case["investments"][tool] for tool in tools)
    return {**case["capacities"], **raised}


def _still(case: Case, tools: frozenset[str]) -> Scenario:
    rates = _rates(case, tools)
    return cups(case, list(rates.values()), list(rates))


def _random(case: Case, tools: frozenset[str]) -> Scenario:
    rates = _rates(case, tools)
    buffers = [case["B"]] * (len(rates) - 1)
    line = Line(list(rates.values()), buffers, EXPONENTIAL, list(rates), market=True)
    return line.scenario(case.id, items(ITEMS, 7))
