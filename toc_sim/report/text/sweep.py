"""What a sweep prints: which constraint where, then a row for each point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint, waits_at, with_target
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    joined,
    money_unit,
    pace_unit,
    percent_given,
    printable,
    titles,
    unit_of,
    window,
)
from toc_sim.report.text.table import (
    Blocks,
    Column,
    figures,
    fitted,
    intervals,
    kept_as,
    percent_intervals,
    texts,
)
from toc_sim.scenario.file.dump import recordable

MOST_RUNS = 5
"""Stretches of one constraint that a sentence can tell."""


def sweep_blocks(found: Sweep, width: int, run: str | None) -> Blocks:
    """Return what is told of a sweep below its first sentence."""
    drawn = fitted(_columns(found), width)
    return Text(setting(found), style="dim"), drawn, kept_as(run)


def sweep_sentence(found: Sweep) -> str:
    """Say which constraint there is where, and how far throughput goes."""
    best = max(found.points, key=lambda each: each.throughput.mean)
    least = min(found.points, key=lambda each: each.throughput.mean)
    low, high = alone(least.throughput.mean), alone(best.throughput.mean)
    span = f"stays at {low}" if low == high else f"goes from {low} to {high}"
    reach = f"throughput {span} {pace_unit(found.scenario)}"
    groups = groupby(found.points, key=lambda each: constraint_of(found, each))
    stretches = [(title, list(group)) for title, group in groups]
    if len(found.axes) < 2 and len(stretches) <= MOST_RUNS:  # noqa: PLR2004 - a line
        name = printable(found.inputs[0])
        where = "; ".join(f"{title} at {_from_to(part)}" for title, part in stretches)
        return f"Constraint by {name}: {where}; {reach}."
    counts = Counter(constraint_of(found, each) for each in found.points)
    most = counts.most_common(MOST_RUNS)
    often = [f"{name} at {count}" for name, count in most]
    rest = len(found.points) - sum(count for _, count in most)
    if rest:
        often.append(f"others at {rest}")
    where = f"{'; '.join(often)} of {len(found.points)} points"
    return f"Constraint: {where}; {reach}, the most with {printable(best.name)}."


def constraint_of(found: Sweep, each: SweepPoint) -> str:
    """Return whom the verdict at a point names, as people are shown it."""
    names = () if each.verdict is None else each.verdict.constraint
    return constraint_title(found, names)


def constraint_title(found: Sweep, names: Sequence[str]) -> str:
    """Return what a constraint is called; without names, that there is none."""
    return titles(found.scenario, names) or "nothing is bought"


def cell(value: Any) -> str:
    """Write an input as it was given."""
    if value is None:
        return NO_FIGURE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return printable(str(recordable(value)))
    return f"{value:.10g}"


def _from_to(part: Sequence[SweepPoint]) -> str:
    values = [each.inputs[0] for each in part]
    if any(isinstance(value, str) for value in values):
        return joined(cell(value) for value in values)
    first, last = cell(values[0]), cell(values[-1])
    return first if len(part) == 1 else f"{first} to {last}"


def setting(found: Sweep) -> str:
    """Say what was run, how long and how often."""
    scenario = found.scenario
    text = (
        f"{printable(scenario.name)}: {len(found.points)} points of "
        f"{window(scenario, found.warmup)}"
    )
    if all(each.network.is_deterministic for each in found.points):
        return f"{text}; run once each: nothing in this model is left to chance"
    most = max(len(each.results) for each in found.points)
    return (
        f"{text}; replications: {most} each, on common random numbers, seed: "
        f"{scenario.run.seed}, ± at {percent_given(scenario.run.confidence)}"
    )


def _waits(found: Sweep) -> Iterator[Column]:
    """Yield how long items wait, and how many in time, where the file says a target."""
    period = printable(found.scenario.period)
    for node in with_target(found):
        waits = [waits_at(point, node) for point in found.points]
        title = printable(found.scenario.title(node))
        means = [None if each is None else each.mean for each in waits]
        yield intervals(f"wait {title}", period, means, (66, 67))
        shares = [None if each is None else each.within for each in waits]
        yield percent_intervals(f"in time {title}", shares, (64, 65))


def _columns(found: Sweep) -> list[Column]:
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    pace, points = pace_unit(found.scenario), found.points
    verdicts = [point.verdict for point in points]
    shares = [verdict.share if verdict else None for verdict in verdicts]
    words = (NO_FIGURE if verdict is None else verdict.word for verdict in verdicts)
    columns = [
        *_inputs(found),
        intervals("throughput", pace, [p.throughput for p in points], (94, 96)),
        texts("constraint", (constraint_of(found, p) for p in points), 97),
        percent_intervals("share", shares, (93, 95)),
        texts("verdict", words, 60),
        figures("static", pace, [p.static.throughput for p in points], 50),
        intervals("WIP", item, [p.wip for p in points], (43, 44)),
        intervals("flow time", period, [p.flow_time for p in points], (45, 46)),
        *_waits(found),
    ]
    if any(p.money for p in points):
        unit = money_unit(found.scenario)
        profits = [p.money.net_profit if p.money else None for p in points]
        columns.append(intervals("net profit", unit, profits, (80, 81)))
    return columns


def _inputs(found: Sweep) -> Iterator[Column]:
    for place, name in enumerate(found.inputs):
        values = [each.inputs[place] for each in found.points]
        yield Column(
            printable(name),
            unit_of(found.scenario, name),
            tuple(map(cell, values)),
            100 if found.axes or place == 0 else 40 - place,
            "left" if any(isinstance(value, str) for value in values) else "right",
        )
