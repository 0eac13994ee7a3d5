"""What a sweep prints: which constraint where, then a row for each point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from math import nan
from typing import Any

from rich.console import Console
from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.sweep.sweep import Sweep, SweepPoint
from toc_sim.report.formats import (
    NO_FIGURE,
    alone,
    decimals,
    given,
    joined,
    number,
    percent,
    percent_plus_minus,
    plus_minus,
    printable,
    unit_of,
)
from toc_sim.report.sweep_series import inside
from toc_sim.report.text.table import NARROW, Column, fitted, kept_as, print_report
from toc_sim.scenario.file.dump import recordable

MOST_RUNS = 5
"""Stretches of one constraint that a sentence can tell."""

NO_INTERVAL = Interval(nan, nan, nan)


def show_sweep(found: Sweep, console: Console, run: str | None) -> None:
    """Print a sweep.

    Parameters
    ----------
    found
        What was simulated.
    console
        Where to; its width says how much.
    run
        The name under which its runs are kept, or None.
    """
    plain = [False] * len(found.points)
    print_report(
        console,
        sweep_sentence(found),
        Text(setting(found), style="dim"),
        fitted(_columns(found), plain, console.width, NARROW),
        kept_as(run),
    )


def sweep_sentence(found: Sweep) -> str:
    """Say which constraint there is where, and how far throughput goes."""
    best = max(found.points, key=lambda each: each.throughput.mean)
    least = min(found.points, key=lambda each: each.throughput.mean)
    pace = printable(f"{found.scenario.item}/{found.scenario.period}")
    reach = (
        f"throughput goes from {alone(least.throughput.mean)} "
        f"to {alone(best.throughput.mean)} {pace}"
    )
    stretches = _stretches(found)
    if len(found.axes) < 2 and len(stretches) <= MOST_RUNS:  # noqa: PLR2004 - a line
        name = printable(found.inputs[0])
        where = "; ".join(
            f"{constraint_of(found, part[0])} at {_from_to(part)}" for part in stretches
        )
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
    if each.verdict is None:
        return "nothing is bought"
    titles = (found.scenario.title(name) for name in each.verdict.constraint)
    return joined(printable(title) for title in titles)


def cell(value: Any) -> str:
    """Write an input as it was given."""
    if value is None:
        return NO_FIGURE
    if isinstance(value, bool) or not isinstance(value, int | float):
        return printable(str(recordable(value)))
    return f"{value:.10g}"


def _stretches(found: Sweep) -> list[list[SweepPoint]]:
    """Return neighbours that have the same constraint together."""
    groups = groupby(found.points, key=lambda each: constraint_of(found, each))
    return [list(group) for _, group in groups]


def _from_to(part: Sequence[SweepPoint]) -> str:
    values = [each.inputs[0] for each in part]
    if any(isinstance(value, str) for value in values):
        return joined(cell(value) for value in values)
    first, last = cell(values[0]), cell(values[-1])
    return first if len(part) == 1 else f"{first} to {last}"


def setting(found: Sweep) -> str:
    """Say what was run, how long and how often."""
    scenario = found.scenario
    settings, period = scenario.run, printable(scenario.period)
    text = (
        f"{printable(scenario.name)}: {len(found.points)} points of "
        f"{given(settings.horizon)} {period} after a warm-up of "
        f"{given(found.warmup)} {period}"
    )
    if all(each.network.is_deterministic for each in found.points):
        return f"{text}; run once each: nothing in this model is left to chance"
    most = max(len(each.results) for each in found.points)
    sure = number(100 * settings.confidence, 4).rstrip("0").rstrip(".")
    return (
        f"{text}; replications: {most} each, on common random numbers, seed: "
        f"{settings.seed}, ± at {sure} %"
    )


def _columns(found: Sweep) -> list[Column]:
    item, period = printable(found.scenario.item), printable(found.scenario.period)
    pace, points = f"{item}/{period}", found.points
    held = [inside(each) for each in points]
    words = tuple(NO_FIGURE if p.verdict is None else p.verdict.word for p in points)
    columns = [
        *_inputs(found),
        _figures("throughput", pace, [p.throughput for p in points], 95),
        Column(
            "constraint", "", tuple(constraint_of(found, p) for p in points), 97, "left"
        ),
        _shares([p.verdict.share if p.verdict else NO_INTERVAL for p in points]),
        Column("verdict", "", words, 60, "left"),
        _plain("static", pace, [p.static.throughput for p in points], 50),
        _figures("WIP", item, [each.wip for each in held], 43),
        _figures("flow time", period, [each.flow_time for each in held], 45),
    ]
    if any(p.money for p in points):
        unit = f"{printable(found.scenario.currency) or 'money'}/{period}"
        profits = [p.money.net_profit if p.money else NO_INTERVAL for p in points]
        columns.append(_figures("net profit", unit, profits, 80))
    return columns


def _inputs(found: Sweep) -> list[Column]:
    columns = []
    for place, name in enumerate(found.inputs):
        cells = tuple(cell(each.inputs[place]) for each in found.points)
        is_text = any(isinstance(each.inputs[place], str) for each in found.points)
        columns.append(
            Column(
                printable(name),
                unit_of(found.scenario, name),
                cells,
                100 if found.axes or place == 0 else 40 - place,
                "left" if is_text else "right",
            )
        )
    return columns


def _figures(
    name: str, unit: str, values: Sequence[Interval], importance: int
) -> Column:
    digits = decimals([value.mean for value in values])
    full = tuple(plus_minus(value, digits) for value in values)
    means = tuple(number(value.mean, digits) for value in values)
    return Column.with_means(name, unit, (full, means), (importance, importance + 1))


def _plain(name: str, unit: str, values: Sequence[float], importance: int) -> Column:
    digits = decimals(values)
    cells = tuple(number(value, digits) for value in values)
    return Column(name, unit, cells, importance)


def _shares(values: Sequence[Interval]) -> Column:
    means = tuple(percent(value.mean) for value in values)
    full = tuple(percent_plus_minus(value) for value in values)
    return Column.with_means("share", "%", (full, means), (70, 71))
