"""W6: how time and memory grow with the items and with the stages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from speed import ours
from speed.aims import Aim, Profile, at_most
from speed.apart import Cost, cost
from speed.fits import exponent
from speed.lines import W1, Line, long_line
from speed.parts import Part, Size, table
from speed.profiles import memory_profile, time_profile

PACE = 7.25
"""Items that W1 makes in a period, rather too few than too many."""
FEWEST = 10_000
STAGES = (5, 10, 20, 50, 100, 200, 500)
MEMORY = {"simpy": (1_000_000, 500.0), "compiled": (10_000_000, 300.0)}
"""Items, and the memory that running them may take at most [MB]."""
PERIODS = {"simpy": 400.0, "compiled": 4_000.0}
"""That lines of all lengths are run."""
LINEAR = 1.05
"""What passes for linear: an exponent of 1 and what cannot be told from it."""
LOGARITHM = math.log(math.log(STAGES[-1]) / math.log(STAGES[0])) / math.log(
    STAGES[-1] / STAGES[0]
)
"""The exponent by which the logarithm of the stages grows from first to last."""

Costs = dict[int, Cost]


def measured(size: Size) -> Part:
    """Measure both engines, each run in a fresh process."""
    texts, aims = [HEAD], []
    for engine, (most, limit) in MEMORY.items():
        items = _by_items(engine, min(most, size.most_items))
        stages = _by_stages(engine)
        texts.append(f"### {engine}\n\n{_told(items, stages)}\n")
        aims += _aims(engine, items, stages, limit)
    title = f"W6: growth with items and stages ({STAGES[0]} to {STAGES[-1]})"
    return Part(title, "\n".join(texts), tuple(aims))


def cups(items: int) -> Line:
    """Return W1 as long as it takes to make at least so many items."""
    return W1.scaled(items / PACE / W1.periods)


def _by_items(engine: str, most: int) -> Costs:
    sizes = [FEWEST]
    while sizes[-1] < most:
        sizes.append(sizes[-1] * 10)
    return {items: cost(cups(items), engine) for items in sizes}


def _by_stages(engine: str) -> Costs:
    return {
        stages: cost(long_line(stages, PERIODS[engine]), engine) for stages in STAGES
    }


def _told(items: Costs, stages: Costs) -> str:
    by_items = table(
        ["items", "seconds", "ns/item", "memory, MB", "of it for the run"],
        (
            [
                f"{each.items:,}",
                f"{each.seconds:.4g}",
                f"{1e9 * each.seconds / each.items:,.0f}",
                f"{each.memory:,.0f}",
                f"{each.growth:,.1f}",
            ]
            for each in items.values()
        ),
    )
    by_stages = table(
        ["stages", "services", "seconds", "ns/service", "memory, MB"],
        (
            [
                f"{count}",
                f"{each.services:,}",
                f"{each.seconds:.4g}",
                f"{1e9 * _service(each):,.0f}",
                f"{each.memory:,.0f}",
            ]
            for count, each in stages.items()
        ),
    )
    return f"{by_items}\n\n{_exponents(items, stages)}\n\n{by_stages}"


def _exponents(items: Costs, stages: Costs) -> str:
    counts = [each.items for each in items.values()]
    memory = [max(each.growth, 0.1) for each in items.values()]
    holds = [each.memory for each in stages.values()]
    return (
        f"With the items, time grows as their power {_time(items):.2f}, memory as"
        f" {exponent(counts, memory):.2f}. With the stages, time for a service grows as"
        f" their power {_per_service(stages):.2f}, memory as"
        f" {exponent(list(stages), holds):.2f}."
    )


def _service(each: Cost) -> float:
    return each.seconds / each.services


def _time(items: Costs) -> float:
    each: Sequence[Cost] = list(items.values())
    return exponent([one.items for one in each], [one.seconds for one in each])


def _per_service(stages: Costs) -> float:
    return exponent(list(stages), [_service(each) for each in stages.values()])


def _aims(engine: str, items: Costs, stages: Costs, limit: float) -> list[Aim]:
    largest = max(items)
    periods = PERIODS[engine]
    short = partial(ours.result, cups(round(100 * periods)), engine, 7)
    long = partial(ours.result, long_line(STAGES[-1], periods / 4), engine, 7)
    return [
        at_most(
            f"memory: {engine}, {largest:,} items",
            items[largest].memory,
            limit,
            " MB",
            Profile(f"Memory, {engine}", partial(memory_profile, short)),
        ),
        at_most(
            f"growth: {engine}, exponent of time in items",
            _time(items),
            LINEAR,
            "",
            Profile(f"Time of W1, {engine}", partial(time_profile, short)),
        ),
        at_most(
            f"growth: {engine}, exponent of time for a service in stages",
            _per_service(stages),
            LOGARITHM,
            "",
            Profile(
                f"Time of {STAGES[-1]} stages, {engine}", partial(time_profile, long)
            ),
        ),
    ]


HEAD = f"""\
Each run in a fresh process that has run a short line before; processor time of the run
alone, and the most that the whole process ever held. Exponents are fitted by least
squares on logarithms. Lines of all lengths are run equally long, beginning empty.
The logarithm of the stages itself grows, from first to last, as their power
{LOGARITHM:.2f}: time for a service may grow so fast at most.
"""
