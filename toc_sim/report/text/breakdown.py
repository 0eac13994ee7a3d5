"""What `toc-sim breakdown` prints: what to push, or what a change is owed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import nan

from rich.text import Text

from toc_sim.constraint.intervals import Interval
from toc_sim.engine.simulate import EXPERIMENT_REPLICATIONS
from toc_sim.experiment.breakdown.attribute import Attribution
from toc_sim.experiment.breakdown.parameters import Value, largest
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Contrast,
    Growth,
    ParameterRow,
    Response,
)
from toc_sim.report.formats import (
    agreeing,
    alone,
    decimals,
    joined,
    money_unit,
    number,
    pace_unit,
    percent_plus_minus,
    plus_minus,
    printable,
    titles,
    window,
)
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
        text = f"Push {printable(row.lever.path)} first: {_best(found, row)}"
        return f"{text}{_more(found, row)}."
    if found.has_benchmarks:
        return "No parameter brings anything for sure when it reaches its benchmark."
    return "No parameter can be told to bring anything when it grows a little."


def _more(found: Breakdown, first: ParameterRow) -> str:
    """Say which single step brings more than to reach the best benchmark."""
    if first.benchmark is None:
        return ""
    reached = first.benchmark.by(found.by)
    steps = [
        row
        for row in found.rows
        if row.gain is not None and row.lever.is_count and not row.lever.is_money
    ]
    best = max(steps, key=lambda row: row.per_step(found.by), default=None)
    if best is None or best.gain is None:
        return ""
    brought = best.gain.by(found.by)
    least = brought.low if brought.is_known else brought.mean
    if least <= reached.mean:
        return ""
    path = printable(best.lever.path)
    return f"; one more of {path} brings more, {_worth(found, brought)}"


def first_row(found: Breakdown) -> ParameterRow | None:
    """Return the first parameter that brings something for sure; None without one.

    Where some have benchmarks only these are asked; money only where nothing of the
    flow brings anything.
    """
    rows = [row for row in found.rows if row.benchmark is not None] or found.rows
    ranked = sorted(rows, key=lambda row: row.lever.is_money)
    sure = (row for row in ranked if _best(found, row) is not None)
    return next(sure, None)


def formula_lines(found: Breakdown) -> Iterator[str]:
    """Say what a calculator would push first, what the flow says, and why."""
    contrast = found.contrast
    if contrast is None:
        if len(found.scenario.products) > 1:
            yield "A calculator has no one answer here: each product has its own."
        else:
            yield "A calculator has no answer here: nothing comes, or nothing ends."
        return
    first = contrast.formula_first
    names = _names(first)
    each = " each" if len(first) > 1 else ""
    alike = f"ranks {names} alike" if each else f"puts {names} first"
    yield (
        "Formula against flow: a calculator that makes every factor 10 % larger "
        f"{alike}, {_signed(first[0].formula)} % of {_sales(found)}{each}."
    )
    yield from _agreement(found) if contrast.agrees else _dispute(found, contrast)


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
    brought = brought.times(-1) if less else brought
    if not _is_more(brought):
        return None
    step = f"{'one' if row.lever.is_count else '1 %'} {'less' if less else 'more'}"
    return f"{step} brings {_worth(found, brought)}"


def _worth(found: Breakdown, brought: Interval) -> str:
    if found.by == "throughput":
        return f"{plus_minus(brought.times(100), 2)} % more throughput"
    amount = plus_minus(brought, decimals([brought.mean]))
    return f"{amount} {money_unit(found.scenario)} more net profit"


def _agreement(found: Breakdown) -> Iterator[str]:
    yield "The flow keeps the promise: nothing that the formula leaves out is full."
    row = first_row(found) or found.rows[0]
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
        policy = verdict.policies[0].kind if verdict.policies else "release"
        if policy == "release":
            return f"the release policy {names} lets no more in"
        return f"{names} {'leave' if policy == 'hours' else 'leaves'} no room for more"
    share = number(100 * verdict.share.mean, 0)
    if verdict.word == "tie":
        return f"{names} are full, and only lifting them together helps"
    title = [found.scenario.title(verdict.constraint[0])]
    answers = f"{names} {agreeing(title, 'answers', 'answer')} for"
    if several:
        answers = f"{names} are not told apart; the first answers for"
        title = []
    ends = {
        "market": agreeing(title, "buys no more", "buy no more"),
        "source": agreeing(title, "sends no more", "send no more"),
    }
    end = ends.get(verdict.kind, agreeing(title, "is full", "are full"))
    return f"{answers} {share} % of the throughput and {end}"


def _names(found: Iterable[Growth]) -> str:
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
        texts("to the benchmark", (printable(row.lever.path) for row in rows)),
        Column("now", "", tuple(shown(row.lever.value) for row in rows), 80),
        Column("then", "", goals, 85),
        percents("growth", map(_headroom, rows), 60),
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
            "a step more of" if any(r.lever.is_count for r in rows) else "1 % more of",
            (printable(row.lever.path) for row in rows),
        ),
        Column("now", "", tuple(now), 80),
        *_brought(found, rows, [row.gain for row in rows]),
        figures("static", "%", map(_static, rows), 50, _TWO),
        percents("its share", map(_share, rows), 92),
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
        texts("10 % more of", (printable(row.factor.name) for row in rows)),
        Column("factor", "", tuple(shown(row.factor.value) for row in rows), 60),
        percents("formula", [row.formula for row in rows], 93),
        Column("flow", "%", flows, 95),
        percents("its share", map(_share, rows), 92),
    ]
    bold = [row not in contrast.kept for row in rows]
    return fitted(columns, width, bold)


def shown(value: Value | None) -> str:
    """Write a value as its file might."""
    if value is None:
        return ""
    if isinstance(value, Profile):
        return "profile"
    return f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}"  # noqa: PLR2004 - no powers of ten


def _brought(
    found: Breakdown, rows: Sequence[ParameterRow], changes: Sequence[Response | None]
) -> Iterator[Column]:
    """Yield the columns of throughput and, with money, of profit."""
    lifts = [
        None if change is None or row.lever.is_money else change.throughput.times(100)
        for row, change in zip(rows, changes, strict=True)
    ]
    yield intervals("throughput", "%", lifts, (94, 96), _TWO, missing="")
    if found.by == "profit":
        profits = [None if change is None else change.profit for change in changes]
        unit = money_unit(found.scenario)
        yield intervals("net profit", unit, profits, (93, 97), missing="")


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
        formula_lines(found),
        formula_table(found, width),
        kept_as(run),
    )


def breakdown_setting(found: Breakdown) -> str:
    """Say what was simulated, how often and for how long."""
    scenario = found.scenario
    settings = scenario.run
    text = f"{printable(scenario.name)}: {window(scenario, found.baseline.warmup)}"
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
    one = ", 1 % more of each, of a count one more (+ 1)" if counts else ""
    yield f"Ranked by {what}{one}."
    if any(row.lever.is_money for row in found.rows):
        yield (
            "Prices and costs stand apart, after what moves the flow: here buyers do "
            "not react to a price."
        )
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


def attribution_blocks(found: Attribution, width: int, run: str | None) -> Blocks:
    """Return what is told of an attribution below its first sentence."""
    return _shares(found, width), (*_attribution_notes(found), kept_as(run))


def attribution_sentence(found: Attribution) -> str:
    """Say how large the change is, what the formula promised, and who is behind it."""
    after, before = printable(found.after.name), printable(found.before.name)
    digits = _places(found)
    change = found.change
    sure = change.low > 0 or change.high < 0 or not change.is_known
    amount = plus_minus(change, digits)
    promised = number(found.promised, digits)
    what = f"{after} against {before}: {amount} {_unit(found)}"
    what += "" if sure else ", which may be nothing"
    most = max(found.shares, key=lambda share: abs(share.flow))
    if not abs(most.flow) > 0:
        return f"{what}; the formula says {promised}."
    return (
        f"{what}; the formula says {promised}. Most of it is "
        f"{printable(most.factor.name)}, {number(most.flow, digits)}."
    )


def _shares(found: Attribution, width: int) -> Fitted:
    digits, unit, shares = _places(found), _unit(found), found.shares
    last = ("by factors", "the rest", "all in all")
    blank = ("", "", "")
    none = (None, None, None)
    names = (printable(share.factor.name) for share in shares)
    formula = (found.promised, None, found.promised)
    flow = (found.explained, found.remainder, found.change.mean)
    through = [100 * share.through for share in shares]
    columns = [
        texts("factor", (*names, *last)),
        Column("before", "", (*(shown(each.before) for each in shares), *blank), 80),
        Column("after", "", (*(shown(each.after) for each in shares), *blank), 81),
        figures("formula", unit, [*(s.amount for s in shares), *formula], 90, digits),
        figures("let through", "%", [*through, *none], 70, 0),
        figures("flow", unit, [*(s.flow for s in shares), *flow], 95, digits),
    ]
    bold = [*(False for _ in shares), True, False, True]
    return fitted(columns, width, bold)


def _attribution_notes(found: Attribution) -> Iterator[str]:
    digits = _places(found)
    unit = _unit(found)
    before, after = (number(each, digits) for each in found.formula)
    old, new = (plus_minus(each, digits) for each in found.flow)
    yield (
        f"By formula {before} before and {after} after; "
        f"simulated {old} and {new} {unit}."
    )
    yield (
        "The formula is split exactly (LMDI). The flow is the same split of what is "
        "really sold, times what the constraint lets through of each factor."
    )
    was = titles(found.before, found.verdicts[0].constraint)
    now = titles(found.after, found.verdicts[1].constraint)
    yield f"The constraint is {was} before and {now} after."
    if found.others:
        yield (
            "The rest is chance, large steps, and what is no factor: "
            f"{joined(map(printable, found.others))}."
        )
    else:
        yield "The rest is chance and large steps: no other parameter differs."


def _places(found: Attribution) -> int:
    """Return how many digits its figures need after the point."""
    flows = (share.flow for share in found.shares)
    return decimals([found.promised, found.change.mean, *flows])


def _unit(found: Attribution) -> str:
    return (money_unit if found.has_price else pace_unit)(found.after)
