"""What `toc-sim breakdown` prints: what to push first, then the figures behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS
from toc_sim.experiment.breakdown.parameters import Value, largest
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Contrast,
    Growth,
    ParameterRow,
    Response,
)
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
)
from toc_sim.report.text.table import (
    Column,
    fitted,
    fitting,
    kept_as,
    print_report,
    table,
)
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.model import Scenario


def breakdown_sentence(found: Breakdown) -> str:
    """Say which parameter to push first, and what that brings."""
    row = found.rows[0] if found.rows else None
    what = None if row is None else _best(found, row)
    if row is None or what is None:
        if found.has_benchmarks:
            return (
                "No parameter brings anything for sure when it reaches its benchmark."
            )
        return "No parameter can be told to bring anything when it grows a little."
    return f"Push {printable(row.lever.path)} first: {what}."


def formula_lines(found: Breakdown) -> Iterator[str]:
    """Say what a calculator would push first, what the flow says, and why."""
    contrast = found.contrast
    if contrast is None:
        yield "A calculator has no answer here: nothing comes, or nothing ends."
        return
    first = contrast.formula_first
    names = joined(printable(growth.factor.name) for growth in first)
    each = " each" if len(first) > 1 else ""
    alike = f"ranks {names} alike" if each else f"puts {names} first"
    yield (
        "Formula against flow: a calculator that makes every factor 10 % larger "
        f"{alike}, {_signed(first[0].formula)} % of {_sales(found)}{each}."
    )
    yield from _agreement(found) if contrast.agrees else _dispute(found, contrast)


def titles(scenario: Scenario, names: tuple[str, ...]) -> str:
    """Return what nodes are called, as one says it."""
    return joined(printable(scenario.title(name)) for name in names)


def money_unit(scenario: Scenario) -> str:
    """Return the unit of a profit."""
    return printable(f"{scenario.currency or 'money'}/{scenario.period}")


def _best(found: Breakdown, row: ParameterRow) -> str | None:
    """Say what the first row brings; None if that may well be nothing."""
    if row.benchmark is not None:
        brought = row.benchmark.by(found.by)
        goal = largest(row.lever.benchmark or 0.0)
        if not _is_more(brought):
            return None
        return f"at its benchmark of {_short(goal)} it brings {_worth(found, brought)}"
    if row.gain is None:
        return None
    brought = row.gain.by(found.by)
    less = brought.mean < 0
    if not _is_more(brought.times(-1) if less else brought):
        return None
    step = ("one less" if less else "one more") if row.lever.is_count else None
    step = step or ("1 % less" if less else "1 % more")
    return f"{step} brings {_worth(found, brought.times(-1) if less else brought)}"


def _worth(found: Breakdown, brought: Interval) -> str:
    if found.by == "throughput":
        return f"{plus_minus(brought.times(100), 2)} % more throughput"
    amount = plus_minus(brought, decimals([brought.mean]))
    return f"{amount} {money_unit(found.scenario)} more net profit"


def _agreement(found: Breakdown) -> Iterator[str]:
    yield "The flow keeps the promise: nothing that the formula leaves out is full."
    row = found.rows[0]
    if row.benchmark is not None and row.reach is not None:
        far = "from 0" if not largest(row.lever.value) else f"{100 * row.reach:+.0f} %"
        yield (
            "What sets them apart is how far each can still go: "
            f"{printable(row.lever.path)} first ({far} to its benchmark)."
        )


def _dispute(found: Breakdown, contrast: Contrast) -> Iterator[str]:
    """Say which promises are broken, and by whom."""
    broken = [each for each in contrast.formula_first if each not in contrast.kept]
    worst = min(broken, key=lambda growth: growth.through)
    name = printable(worst.factor.name)
    yield (
        f"It counts 10 % more of {name} as {_signed(worst.formula)} % of "
        f"{_sales(found)}; the flow brings {percent_plus_minus(worst.flow)} %, "
        f"because {_constraint(found)}."
    )
    best = contrast.flow_first
    if best:
        names = joined(printable(path) for path, _ in best)
        several = " each" if len(best) > 1 else ""
        yield (
            f"The flow puts {names} first: about "
            f"{_signed(best[0][1].mean)} % for 10 %{several}."
        )
    if contrast.kept:
        yield f"Promises kept: {_names(contrast.kept)}."


def _constraint(found: Breakdown) -> str:
    verdict = found.verdict
    names = titles(found.scenario, verdict.constraint)
    several = len(verdict.constraint) > 1
    if verdict.kind == "policy":
        return f"the release policy {names} lets no more in"
    share = number(100 * verdict.share.mean, 0)
    if verdict.word == "tie":
        return f"{names} are full, and only lifting them together helps"
    answers = f"{names} answer{'' if several else 's'} for"
    if several:
        answers = f"{names} are not told apart; the first answers for"
    ends = {"market": "buys no more", "source": "sends no more"}
    end = ends.get(verdict.kind, "is full")
    return f"{answers} {share} % of the throughput and {end}"


def _names(found: tuple[Growth, ...]) -> str:
    return joined(printable(growth.factor.name) for growth in found)


def _sales(found: Breakdown) -> str:
    contrast = found.contrast
    kinds = {growth.factor.kind for growth in contrast.growths} if contrast else set()
    return "revenue" if "price" in kinds else "throughput"


def _is_more(value: Interval) -> bool:
    """Return whether something is above 0, for sure if that is known."""
    return value.low > 0 if value.is_known else value.mean > 0


def _signed(value: float) -> str:
    return f"{100 * value:+.1f}"


def _short(value: float) -> str:
    return f"{value:,.10g}" if value == round(value, 4) else alone(value)


Choice = Callable[[ParameterRow], Response | None]
"""Which of the changes of a parameter is told of."""

TWO = 2
"""Digits of what one per cent brings."""

_ROUNDED = 9
"""Digits that tell gains apart; what is equal so far keeps its order."""


def benchmark_table(found: Breakdown, width: int) -> Text | None:
    """Return what reaching each benchmark brings; None where the file has none."""
    rows = [row for row in found.rows if row.benchmark is not None]
    if not rows:
        return None
    columns = [
        _paths("to the benchmark", rows),
        Column("now", "", tuple(shown(row.lever.value) for row in rows), 80),
        Column("then", "", tuple(shown(row.lever.benchmark) for row in rows), 85),
        Column("growth", "%", tuple(_headroom(row) for row in rows), 60),
        *_brought(found, rows, lambda row: row.benchmark),
    ]
    return _drawn(columns, len(rows), width)


def parameter_table(found: Breakdown, width: int) -> Text:
    """Return every parameter that can be pushed, and what 1 % more of it brings."""
    rows = sorted(
        (row for row in found.rows if row.gain is not None),
        key=lambda row: -round(abs(row.per_cent(found.by)), _ROUNDED),
    )
    columns = [
        _paths("1 % more of", rows),
        Column("now", "", tuple(_now(row) for row in rows), 80),
        *_brought(found, rows, lambda row: row.gain),
        Column("static", "%", tuple(_static(row) for row in rows), 50),
        Column("its share", "%", tuple(_share(row.share) for row in rows), 60),
    ]
    return _drawn(columns, len(rows), width)


def formula_table(found: Breakdown, width: int) -> Text | None:
    """Return each factor of the formula: what it promises, and what the flow brings."""
    contrast = found.contrast
    if contrast is None:
        return None
    rows = contrast.growths
    columns = [
        Column(
            "10 % more of",
            "",
            tuple(printable(row.factor.name) for row in rows),
            100,
            "left",
        ),
        Column("factor", "", tuple(shown(row.factor.value) for row in rows), 60),
        Column("formula", "%", tuple(percent(row.formula) for row in rows), 90),
        Column("flow", "%", tuple(percent_plus_minus(row.flow) for row in rows), 95),
        Column("its share", "%", tuple(_share(row.share) for row in rows), 50),
    ]
    kept, _ = fitting(columns, width)
    return table(kept, [row not in contrast.kept for row in rows])


def shown(value: Value | None) -> str:
    """Write a value as its file might."""
    if value is None:
        return ""
    if isinstance(value, Profile):
        return "profile"
    return f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}"  # noqa: PLR2004 - no powers of ten


def _paths(name: str, rows: Sequence[ParameterRow]) -> Column:
    paths = tuple(printable(row.lever.path) for row in rows)
    return Column(name, "", paths, 100, "left")


def _drawn(columns: Sequence[Column], count: int, width: int) -> Text:
    return fitted(columns, [row == 0 for row in range(count)], width)


def _brought(
    found: Breakdown, rows: Sequence[ParameterRow], choice: Choice
) -> Iterator[Column]:
    """Yield the columns of throughput and, with money, of profit."""
    changes = [choice(row) for row in rows]
    yield _percents(
        [
            None if change is None or row.lever.is_money else change.throughput
            for row, change in zip(rows, changes, strict=True)
        ]
    )
    if found.by == "profit":
        yield _amounts(
            found, [None if change is None else change.profit for change in changes]
        )


def _percents(values: Sequence[Interval | None]) -> Column:
    scaled = [None if each is None else each.times(100) for each in values]
    return _intervals("throughput", "%", scaled, TWO, 90)


def _amounts(found: Breakdown, values: Sequence[Interval | None]) -> Column:
    digits = decimals([each.mean for each in values if each is not None])
    unit = money_unit(found.scenario)
    return _intervals("net profit", unit, values, digits, 91)


def _intervals(
    name: str,
    unit: str,
    values: Sequence[Interval | None],
    digits: int,
    importance: int,
) -> Column:
    full = tuple("" if each is None else plus_minus(each, digits) for each in values)
    means = tuple("" if each is None else number(each.mean, digits) for each in values)
    return Column.with_means(name, unit, (full, means), (70, importance))


def _headroom(row: ParameterRow) -> str:
    if row.lever.is_count or row.reach is None:
        return ""
    return percent(row.reach) if _is_above_0(row.lever.value) else NO_FIGURE


def _is_above_0(value: Value) -> bool:
    return bool(largest(value))


def _now(row: ParameterRow) -> str:
    return (
        f"{shown(row.lever.value)} + 1"
        if row.lever.is_count
        else shown(row.lever.value)
    )


def _share(value: Interval | None) -> str:
    return "" if value is None else percent(value.mean)


def _static(row: ParameterRow) -> str:
    if row.lever.is_money:
        return ""
    return NO_FIGURE if row.static is None else number(100 * row.static, TWO)


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
    setting = Text(breakdown_setting(found), style="dim")
    print_report(
        console,
        breakdown_sentence(found),
        (printable(found.verdict.sentence), setting),
        benchmark_table(found, console.width),
        parameter_table(found, console.width),
        _notes(found),
        formula_lines(found),
        formula_table(found, console.width),
        kept_as(run),
    )


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
    count = min(EXPERIMENT_REPLICATIONS, settings.replications)
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


def _weight(found: Breakdown, row: ParameterRow) -> tuple[float, float] | None:
    """Return how little and how much a row may bring, in the better direction."""
    change = row.benchmark or row.gain
    if change is None:
        return None
    value = change.by(found.by)
    if row.benchmark is None and value.mean < 0:
        return -value.high, -value.low
    return value.low, value.high
