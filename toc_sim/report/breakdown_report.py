"""What `toc-sim breakdown` prints: what to push first, then the figures behind it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from toc_sim.constraint.sensitivity import ENOUGH
from toc_sim.experiment.breakdown.findings import Breakdown, Pushed
from toc_sim.report.breakdown_table import (
    benchmark_table,
    formula_table,
    parameter_table,
)
from toc_sim.report.breakdown_words import breakdown_sentence, formula_lines
from toc_sim.report.console import kept_as
from toc_sim.report.words import given, joined, number, printable


def show_breakdown(found: Breakdown, console: Console, run: str | None) -> None:
    """Print a breakdown.

    Parameters
    ----------
    found
        What was found.
    console
        Where to; its width says how much.
    run
        The name under which its runs are kept, or None.
    """
    console.print(Text(breakdown_sentence(found), style="bold"))
    console.print()
    console.print(Text(printable(found.verdict.sentence)))
    console.print(Text(breakdown_setting(found), style="dim"))
    console.print()
    benchmarks = benchmark_table(found, console.width)
    if benchmarks is not None:
        console.print(benchmarks)
        console.print()
    console.print(parameter_table(found, console.width))
    console.print()
    console.print(Text("\n".join(_notes(found))))
    console.print()
    console.print(Text("\n".join(formula_lines(found))))
    formula = formula_table(found, console.width)
    if formula is not None:
        console.print()
        console.print(formula)
    if run is not None:
        console.print()
        console.print(kept_as(run))


def breakdown_setting(found: Breakdown) -> str:
    """Say what was simulated, how often and for how long."""
    scenario = found.scenario
    settings, period = scenario.run, printable(scenario.period)
    text = (
        f"{printable(scenario.name)}: "
        f"{given(settings.horizon)} {period} after a warm-up of "
        f"{given(found.baseline.warmup)} {period}"
    )
    if found.baseline.network.is_deterministic:
        return f"{text}; nothing in this model is left to chance"
    count = min(ENOUGH, settings.replications)
    return (
        f"{text}; {count} replications of each change, common random numbers, "
        f"seed {settings.seed}, {number(100 * settings.confidence, 0)} % intervals"
    )


def _notes(found: Breakdown) -> Iterator[str]:
    what = "net profit" if found.by == "profit" else "throughput"
    counts = any(row.lever.is_count for row in found.rows)
    one = "; a count grows by one (+ 1), and is ranked by 1 % of it" if counts else ""
    yield f"Ranked by {what}{one}."
    yield (
        "Its share: the constraint share of who answers for it. Static: the same by "
        "capacity alone, without chance."
    )
    yield from _close(found)
    limits = dict.fromkeys(
        row.note for row in found.rows if row.note and not row.benchmark
    )
    for note in limits:
        paths = (row.lever.path for row in found.rows if row.note == note)
        yield f"{joined(map(printable, paths))}: {note}."


def _close(found: Breakdown) -> Iterator[str]:
    """Say what is not told apart from the first."""
    rows = [row for row in found.rows if not row.lever.is_count]
    if not rows or rows[0] is not found.rows[0]:
        return
    first = _weight(found, rows[0])
    if first is None:
        return
    same = [row for row in rows[1:] if bool(row.benchmark) == bool(rows[0].benchmark)]
    close = [
        row.lever.path
        for row in same
        if (other := _weight(found, row)) is not None and other[1] >= first[0] > 0
    ]
    if close:
        yield f"Not told apart from the first: {joined(map(printable, close))}."


def _weight(found: Breakdown, row: Pushed) -> tuple[float, float] | None:
    """Return how little and how much a row may bring, in the better direction."""
    change = row.benchmark or row.gain
    if change is None:
        return None
    value = change.by(found.by)
    if row.benchmark is None and value.mean < 0:
        return -value.high, -value.low
    return value.low, value.high
