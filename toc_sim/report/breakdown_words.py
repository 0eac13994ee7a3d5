"""What a breakdown says in sentences: what to push, and why a calculator errs."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.constraint.intervals import Interval
from toc_sim.experiment.breakdown.findings import Breakdown, Contrast, Growth, Pushed
from toc_sim.experiment.breakdown.levers import largest
from toc_sim.report.words import (
    alone,
    decimals,
    joined,
    number,
    percent_plus_minus,
    plus_minus,
    printable,
)
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


def _best(found: Breakdown, row: Pushed) -> str | None:
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
