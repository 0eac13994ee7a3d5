"""Tools drawn for a line, and what buying them brings, worked out without the program.

The oracles read the document as its author would: a set of tools is a changed file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, pairwise, permutations
from math import ceil
from typing import Any

from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.engine.simulate import Runs, simulate
from toc_sim.network.build import network as network_of

Document = dict[str, Any]
Set = frozenset[str]

CHANCE = {"distribution": "exponential", "buffer": 2}
CENT = 1e-9


@st.composite
def shops(
    draw: st.DrawFn,
    *,
    tools: int,
    later: bool = False,
    fields: Mapping[str, Any] | None = None,
    runs: Mapping[str, Any] | None = None,
) -> Document:
    """Draw a line with a market, money, and tools that require and exclude each other.

    Parameters
    ----------
    tools
        How many.
    later
        Whether they may take time to work.
    fields
        More of each stage, such as chance.
    runs
        How it is run; no warm-up where nothing is said.
    """
    names = [f"stage_{n}" for n in range(draw(st.integers(1, 3)))]
    places = dict.fromkeys(names, "capacity") | {"market": "demand"}
    stages = {
        name: {
            "kind": "market" if name == "market" else "machine",
            field: draw(_tenths(20, 90)),
            **(fields or {}),
        }
        for name, field in places.items()
    }
    ranks = draw(st.permutations(range(tools)))
    known = {
        f"tool_{n}": draw(_tools(places, n, ranks, later=later)) for n in range(tools)
    }
    shop = {
        "format": 1,
        "name": "a shop",
        "stages": stages,
        "flow": [" -> ".join(stages)],
        "economics": {
            "price": draw(_tenths(10, 50)),
            "variable_cost": {"paper": draw(_tenths(0, 9))},
            "operating_expense": {"wages": draw(_tenths(0, 50))},
            "discount_rate": draw(st.sampled_from([0.0, 0.01, 0.2])),
        },
        "tools": known,
        "run": {"warmup": 0.0, **(runs or {})},
    }
    for name, tool in known.items():
        if not may_stand(shop, frozenset(with_required(shop, name))):
            tool.pop("requires", None)
    return shop


def with_required(shop: Document, name: str) -> tuple[str, ...]:
    """Return a tool after all that it requires."""
    needed = shop["tools"][name].get("requires", ())
    before = dict.fromkeys(
        chain.from_iterable(with_required(shop, other) for other in needed)
    )
    return (*before, name)


def budgets() -> st.SearchStrategy[float | None]:
    """Draw what may be paid: in tenths, so that prices sum to it but for rounding."""
    return st.none() | tight_budgets()


def tight_budgets() -> st.SearchStrategy[float]:
    """Draw a budget that does not pay for everything."""
    return _tenths(0, 120)


def is_various(shop: Document) -> bool:
    """Return whether tools differ in what they cost and in what they do."""
    tools = shop["tools"].values()
    prices = {tool["cost"]["upfront"] for tool in tools}
    places = {place for tool in tools for place in tool["effects"]}
    return len(prices) > len(tools) / 2 and len(places) > 1


@st.composite
def _tools(
    draw: st.DrawFn,
    places: Mapping[str, str],
    number: int,
    ranks: Sequence[int],
    *,
    later: bool,
) -> Document:
    place = draw(st.sampled_from(sorted(places)))
    verb, least, most = draw(
        st.sampled_from([*[("add", 1, 60), ("scale", 11, 25)] * 3, ("set", 30, 120)])
    )
    tool: Document = {
        "cost": {"upfront": draw(_tenths(0, 40)), "per_period": draw(_tenths(0, 9))},
        "effects": {f"{place}.{places[place]}": {verb: draw(_tenths(least, most))}},
    }
    lower = [f"tool_{n}" for n, rank in enumerate(ranks) if rank < ranks[number]]
    wish = draw(st.sampled_from([*["nothing"] * 4, "requires", "excludes"]))
    if lower and wish != "nothing":
        tool[wish] = [draw(st.sampled_from(lower))]
    if later:
        tool["lead_time"] = draw(st.integers(0, 6)) / 2
        tool["ramp"] = draw(st.integers(0, 6)) / 2
    return tool


def _tenths(least: int, most: int) -> st.SearchStrategy[float]:
    return st.integers(least, most).map(lambda number: number / 10)


def subsets(tools: Iterable[str]) -> Iterator[Set]:
    """Yield every set of tools."""
    names = tuple(tools)
    sizes = (combinations(names, size) for size in range(len(names) + 1))
    return map(frozenset, chain.from_iterable(sizes))


def orders(tools: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield every order of every set of tools."""
    names = tuple(tools)
    sizes = (permutations(names, size) for size in range(len(names) + 1))
    return chain.from_iterable(sizes)


def may_stand(shop: Document, tools: Set) -> bool:
    """Return whether tools may be there together."""
    known = shop["tools"]
    settings: dict[str, set[float]] = {}
    for name in tools:
        for path, effect in known[name]["effects"].items():
            if "set" in effect:
                settings.setdefault(path, set()).add(effect["set"])
    return all(len(values) == 1 for values in settings.values()) and not any(
        not tools.issuperset(known[name].get("requires", ()))
        or not tools.isdisjoint(known[name].get("excludes", ()))
        for name in tools
    )


def can_be_paid(shop: Document, tools: Iterable[str], budget: float | None) -> bool:
    """Return whether a budget pays for tools, in whole tenths."""
    if budget is None:
        return True
    prices = (shop["tools"][name]["cost"]["upfront"] for name in tools)
    return bool(sum(round(10 * price) for price in prices) <= 10 * budget + CENT)


def changed(shop: Document, tools: Iterable[str]) -> Document:
    """Return the file with tools at work: what is set, then factors, then sums."""
    stages = {name: dict(stage) for name, stage in shop["stages"].items()}
    steps: dict[str, Callable[[float, float], float]] = {
        "set": lambda _, value: value,
        "scale": lambda old, value: old * value,
        "add": lambda old, value: old + value,
    }
    effects = [shop["tools"][name]["effects"] for name in sorted(tools)]
    for verb, step in steps.items():
        for path, effect in chain.from_iterable(each.items() for each in effects):
            if verb in effect:
                stage, field = path.split(".")
                stages[stage][field] = step(stages[stage][field], effect[verb])
    return {**shop, "stages": stages, "tools": {}}


def slowest(shop: Document) -> float:
    """Return the least capacity of a line [items/period]."""
    rates = (
        stage.get("capacity", stage.get("demand")) for stage in shop["stages"].values()
    )
    return float(min(rates))


def simulated(shop: Document) -> Runs:
    """Simulate a file."""
    return simulate(network_of(Scenario.model_validate(shop)))


def present_value(shop: Document, runs: Runs) -> float:
    """Return what is earned by sales, each discounted from the end of its period."""
    economics = shop["economics"]
    margin = economics["price"] - sum(economics["variable_cost"].values())
    total = 0.0
    for result in runs.results:
        window = result.departures[len(result.departures) - result.bought :]
        periods = (max(1, ceil(time)) for time in window)
        total += sum(margin * discount(shop, period) for period in periods)
    return total / len(runs.results)


def discount(shop: Document, time: float) -> float:
    """Return what money at a time is worth at the beginning."""
    return float((1 + shop["economics"]["discount_rate"]) ** -time)


def running_cost(shop: Document, tools: Iterable[str]) -> float:
    """Return what tools cost over the horizon, at its present value."""
    per_period = sum(shop["tools"][name]["cost"]["per_period"] for name in tools)
    return float(per_period * annuity(shop, int(shop["run"]["horizon"])))


def annuity(shop: Document, periods: int) -> float:
    """Return what 1 at the end of each of the first periods is worth."""
    return sum(discount(shop, end) for end in range(1, periods + 1))


def upfront(shop: Document, tools: Iterable[str]) -> float:
    """Return what tools cost at once."""
    return float(sum(shop["tools"][name]["cost"]["upfront"] for name in tools))


def timeline(
    shop: Document,
    order: Sequence[str],
    flow: Callable[[Set], float],
    *,
    every: float,
    by_money: bool,
) -> float | None:
    """Return what an order is worth, lived through; None if it ends too late.

    What flows is cut wherever it bends and wherever a period ends; between cuts it is
    a straight line, and counts at the end of its period.
    """
    horizon, now = shop["run"]["horizon"], 0.0
    bends, value, costs = [(0.0, flow(frozenset()))], 0.0, []
    for count, name in enumerate(order, start=1):
        if now >= horizon and count > 1:
            return None
        tool = shop["tools"][name]
        if by_money:
            value -= tool["cost"]["upfront"] * discount(shop, now)
            costs.append((now, tool["cost"]["per_period"]))
        begins = now + tool["lead_time"]
        works = begins + tool["ramp"]
        bends += [(begins, bends[-1][1]), (works, flow(frozenset(order[:count])))]
        now = max(works, now + every)
    bends.append((float("inf"), bends[-1][1]))
    times = {time for time, _ in bends} | {time for time, _ in costs}
    cuts = sorted(
        {*(time for time in times if time < horizon), *range(ceil(horizon)), horizon}
    )
    for start, end in pairwise(cuts):
        middle = (start + end) / 2
        rate = _at(bends, middle) - sum(cost for since, cost in costs if since < middle)
        worth = discount(shop, min(ceil(end), horizon)) if by_money else 1.0
        value += rate * (end - start) * worth
    return value


def _at(bends: Sequence[tuple[float, float]], time: float) -> float:
    """Return the height of a line through points at a time between two of them."""
    for (start, low), (end, high) in pairwise(bends):
        if start <= time < end:
            return (
                low
                if end == float("inf")
                else low + (high - low) * (time - start) / (end - start)
            )
    raise ValueError(time)
