"""What `toc-sim breakdown` prints: what to push, or what a change is owed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS
from toc_sim.experiment.breakdown.parameters import Value, largest
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Growth,
    ParameterRow,
    Response,
)
from toc_sim.language import figure, joined, phrase
from toc_sim.report.formats import (
    alone,
    decimals,
    money_unit,
    number,
    percent_plus_minus,
    plus_minus,
    printable,
    window,
)
from toc_sim.report.text.formula import formula_lines
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    intervals,
    kept_as,
    percents,
    texts,
)
from toc_sim.scenario.fields.numbers import Profile


def breakdown_sentence(found: Breakdown) -> str:
    """Say which parameter to push first, and what that brings."""
    row = first_row(found)
    if row is not None:
        return _first(found, row)
    if found.has_benchmarks:
        return phrase(
            "No parameter brings anything for sure when it reaches its benchmark."
        )
    return phrase("No parameter can be told to bring anything when it grows a little.")


def _first(found: Breakdown, row: ParameterRow) -> str:
    """Say what to push first."""
    parts = {
        "path": printable(row.lever.path),
        "worth": _worth(found, _brought_by(found, row)),
    }
    if row.benchmark is None:
        is_less = row.gain is not None and row.gain.by(found.by).mean < 0
        if row.lever.is_count and is_less:
            return phrase("Push {path} first: one less brings {worth}.", **parts)
        if row.lever.is_count:
            return phrase("Push {path} first: one more brings {worth}.", **parts)
        if is_less:
            return phrase("Push {path} first: 1 % less brings {worth}.", **parts)
        return phrase("Push {path} first: 1 % more brings {worth}.", **parts)
    parts["goal"] = _short(largest(row.lever.benchmark or 0.0))
    step = _larger_step(found, row.benchmark)
    if step is None:
        return phrase(
            "Push {path} first: at its benchmark of {goal} it brings {worth}.", **parts
        )
    return phrase(
        "Push {path} first: at its benchmark of {goal} it brings {worth}; one more of "
        "{other} brings more, {more}.",
        other=step[0],
        more=_worth(found, step[1]),
        **parts,
    )


def _larger_step(found: Breakdown, first: Response) -> tuple[str, Interval] | None:
    """Return which single step brings more than the best benchmark, and how much."""
    reached = first.by(found.by)
    steps = [
        row
        for row in found.rows
        if row.gain is not None and row.lever.is_count and not row.lever.is_money
    ]
    best = max(steps, key=lambda row: row.per_step(found.by), default=None)
    if best is None or best.gain is None:
        return None
    path, brought = printable(best.lever.path), best.gain.by(found.by)
    return (path, brought) if brought.least > reached.mean else None


def first_row(found: Breakdown) -> ParameterRow | None:
    """Return the first parameter that brings something for sure; None without one.

    Where some have benchmarks only these are asked; money only where nothing of the
    flow brings anything.
    """
    rows = [row for row in found.rows if row.benchmark is not None] or found.rows
    ranked = sorted(rows, key=lambda row: row.lever.is_money)
    return next((row for row in ranked if _brought_by(found, row).least > 0), None)


def _brought_by(found: Breakdown, row: ParameterRow) -> Interval:
    """Return what a row brings, in the better direction; 0 where it cannot move."""
    if row.benchmark is not None:
        return row.benchmark.by(found.by)
    if row.gain is None:
        return Interval(0.0, 0.0, 0.0)
    brought = row.gain.by(found.by)
    return brought.times(-1) if brought.mean < 0 else brought


def _worth(found: Breakdown, brought: Interval) -> str:
    if found.by == "throughput":
        return phrase(
            "{percent} % more throughput", percent=plus_minus(brought.times(100), 2)
        )
    return phrase(
        "{amount} {unit} more net profit",
        amount=plus_minus(brought, decimals([brought.mean])),
        unit=money_unit(found.scenario),
    )


def _short(value: float) -> str:
    return figure(f"{value:,.10g}") if value == round(value, 4) else alone(value)


_TWO = 2
"""Digits of what one per cent brings."""

_ROUNDED = 9
"""Digits that tell gains apart; what is equal so far keeps its order."""


def benchmark_table(found: Breakdown, width: int) -> Fitted | None:
    """Return what reaching each benchmark brings; None where the file has none."""
    rows = [row for row in found.rows if row.benchmark is not None]
    if not rows:
        return None
    goals = tuple(shown(row.lever.benchmark) for row in rows)
    columns = [
        texts(phrase("to the benchmark"), (printable(row.lever.path) for row in rows)),
        Column(phrase("now"), "", tuple(shown(row.lever.value) for row in rows), 80),
        Column(phrase("then"), "", goals, 85),
        percents(phrase("growth"), map(_headroom, rows), 60),
        *_brought(found, rows, [row.benchmark for row in rows]),
    ]
    return fitted(columns, width, [row == 0 for row in range(len(rows))])


def parameter_table(found: Breakdown, width: int) -> Fitted:
    """Return every parameter that can be pushed, and what 1 % more of it brings."""
    rows = sorted(
        (row for row in found.rows if row.gain is not None),
        key=lambda row: (
            row.lever.is_money,
            -round(abs(row.per_step(found.by)), _ROUNDED),
        ),
    )
    now = (
        f"{shown(row.lever.value)}{' + 1' if row.lever.is_count else ''}"
        for row in rows
    )
    columns = [
        texts(
            phrase("a step more of")
            if any(row.lever.is_count for row in rows)
            else phrase("1 % more of"),
            (printable(row.lever.path) for row in rows),
        ),
        Column(phrase("now"), "", tuple(now), 80),
        *_brought(found, rows, [row.gain for row in rows]),
        figures(phrase("static"), "%", map(_static, rows), 50, _TWO),
        percents(phrase("its share"), map(_share, rows), 92),
    ]
    return fitted(columns, width, [row == 0 for row in range(len(rows))])


def formula_table(found: Breakdown, width: int) -> Fitted | None:
    """Return each factor of the formula: what it promises, and what the flow brings."""
    contrast = found.contrast
    if contrast is None:
        return None
    rows = contrast.growths
    flows = tuple(percent_plus_minus(row.flow) for row in rows)
    columns = [
        texts(phrase("10 % more of"), (printable(row.factor.name) for row in rows)),
        Column(phrase("factor"), "", tuple(shown(r.factor.value) for r in rows), 60),
        percents(phrase("formula"), [row.formula for row in rows], 93),
        Column(phrase("flow"), "%", flows, 95),
        percents(phrase("its share"), map(_share, rows), 92),
    ]
    bold = [row not in contrast.kept for row in rows]
    return fitted(columns, width, bold)


def shown(value: Value | None) -> str:
    """Write a value as its file might."""
    if value is None:
        return ""
    if isinstance(value, Profile):
        return phrase("profile")
    return figure(f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}")  # noqa: PLR2004 - no powers of ten


def _brought(
    found: Breakdown, rows: Sequence[ParameterRow], changes: Sequence[Response | None]
) -> Iterator[Column]:
    """Yield the columns of throughput and, with money, of profit."""
    lifts = [
        None if change is None or row.lever.is_money else change.throughput.times(100)
        for row, change in zip(rows, changes, strict=True)
    ]
    yield intervals(phrase("throughput"), "%", lifts, (94, 96), _TWO, missing="")
    if found.by == "profit":
        profits = [None if change is None else change.profit for change in changes]
        unit = money_unit(found.scenario)
        yield intervals(phrase("net profit"), unit, profits, (93, 97), missing="")


def _share(row: ParameterRow | Growth) -> float | None:
    return row.share.mean if row.share else None


def _headroom(row: ParameterRow) -> float | None:
    """Return how far a parameter is from its benchmark, as a part of itself [1]."""
    if row.lever.is_count or row.reach is None:
        return None
    return row.reach if largest(row.lever.value) else nan


def _static(row: ParameterRow) -> float | None:
    """Return what 1 % more brings by capacity alone [%]."""
    if row.lever.is_money:
        return None
    return nan if row.static is None else 100 * row.static


def breakdown_blocks(found: Breakdown, width: int, run: str | None) -> Blocks:
    """Return what is told of a breakdown below its first sentence."""
    setting = Text(breakdown_setting(found), style="dim")
    return (
        (printable(found.verdict.sentence), setting),
        benchmark_table(found, width),
        parameter_table(found, width),
        _notes(found),
        formula_lines(found, first_row(found)),
        formula_table(found, width),
        kept_as(run),
    )


def breakdown_setting(found: Breakdown) -> str:
    """Say what was simulated, how often and for how long."""
    scenario = found.scenario
    settings = scenario.run
    name, span = printable(scenario.name), window(scenario, found.baseline.warmup)
    if found.baseline.network.is_deterministic:
        return phrase(
            "{scenario}: {window}; nothing in this model is left to chance",
            scenario=name,
            window=span,
        )
    return phrase(
        "{scenario}: {window}; {count} replications of each change, common random "
        "numbers, seed {seed}, {confidence} % intervals",
        scenario=name,
        window=span,
        count=min(EXPERIMENT_REPLICATIONS, settings.replications),
        seed=settings.seed,
        confidence=number(100 * settings.confidence, 0),
    )


def _notes(found: Breakdown) -> Iterator[str]:
    by = phrase("net profit") if found.by == "profit" else phrase("throughput")
    if any(row.lever.is_count for row in found.rows):
        yield phrase(
            "Ranked by {criterion}, 1 % more of each, of a count one more (+ 1).",
            criterion=by,
        )
    else:
        yield phrase("Ranked by {criterion}.", criterion=by)
    if any(row.lever.is_money for row in found.rows):
        yield phrase(
            "Prices and costs stand apart, after what moves the flow: here buyers do "
            "not react to a price."
        )
    yield phrase(
        "Its share: the constraint share of who answers for it. Static: the same by "
        "capacity alone, without chance."
    )
    yield from _close(found)
    limits = dict.fromkeys(
        row.note for row in found.rows if row.note and not row.benchmark
    )
    for note in limits:
        paths = (row.lever.path for row in found.rows if row.note == note)
        yield _limit(note, joined(map(printable, paths)))


def _limit(note: str, paths: str) -> str:
    """Say why some parameters cannot grow."""
    told = {
        "0, of which there is no per cent": phrase(
            "{paths}: 0, of which there is no per cent.", paths=paths
        ),
        "1 already, cannot grow": phrase(
            "{paths}: 1 already, cannot grow.", paths=paths
        ),
        "near 1, cannot grow": phrase("{paths}: near 1, cannot grow.", paths=paths),
        "cannot grow, the ways out take everything already": phrase(
            "{paths}: cannot grow, the ways out take everything already.", paths=paths
        ),
        "cannot grow": phrase("{paths}: cannot grow.", paths=paths),
    }
    return told[note]


def _close(found: Breakdown) -> Iterator[str]:
    """Say what is not told apart from the first."""
    best = first_row(found)
    first = None if best is None else _weight(found, best)
    if best is None or first is None:
        return
    close = [
        row.lever.path
        for row in found.rows
        if row is not best
        and bool(row.benchmark) == bool(best.benchmark)
        and row.lever.is_money == best.lever.is_money
        and (other := _weight(found, row)) is not None
        and other[1] >= first[0] > 0
    ]
    if close:
        yield phrase(
            "Not told apart from the first: {paths}.",
            paths=joined(map(printable, close)),
        )


def _weight(found: Breakdown, row: ParameterRow) -> tuple[float, float] | None:
    """Return how little and how much a row may bring, in the better direction."""
    change = row.benchmark or row.gain
    if change is None:
        return None
    value = change.by(found.by)
    if row.benchmark is None and value.mean < 0:
        return -value.high, -value.low
    return value.low, value.high
