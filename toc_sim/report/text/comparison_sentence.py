"""What a comparison says first: which tool to buy, what it hits and what it brings."""

from __future__ import annotations

from toc_sim.experiment.compare.comparison import (
    Comparison,
    ComparisonRow,
    Criterion,
    settles,
)
from toc_sim.experiment.compare.wait_criteria import WAIT, WITHIN, is_of_waits, waits_by
from toc_sim.language import grammatical_number, phrase, phrase_of
from toc_sim.report.formats import (
    alone,
    counted,
    decimals,
    number,
    pace_unit,
    plus_minus,
    printable,
    signed,
    titles,
    tools_title,
)


def comparison_sentence(found: Comparison) -> str:
    """Say which set is the best, what it brings and where the constraint goes."""
    scenario, best = found.scenario, found.best
    if not best.tools:
        return _no_better(found)
    row = next(row for row in found.rows if row.tools == best.tools)
    if is_of_waits(best.by):
        return _waits(found, row)
    effect = _effect(found, row)
    if row.investment is None:
        return phrase("{effect}.", effect=effect)
    npv = row.investment.npv
    amount = signed(plus_minus(npv, decimals([npv.mean])))
    worth = f"{amount} {printable(scenario.currency)}".rstrip()
    if row.investment.payback is None:
        return phrase(
            "{effect}; net present value {worth}, not paid back.",
            effect=effect,
            worth=worth,
        )
    if not row.outlay.upfront:
        return phrase(
            "{effect}; net present value {worth}.", effect=effect, worth=worth
        )
    return phrase(
        "{effect}; net present value {worth}, paid back after {time}.",
        effect=effect,
        worth=worth,
        time=counted(number(row.investment.payback, 1), scenario.period),
    )


def _no_better(found: Comparison) -> str:
    """Say that no candidate is better than doing nothing."""
    count = len(found.rows) + found.pruned
    if not count:
        return phrase("Do nothing: no tool can be paid.")
    criterion = criterion_of(found)
    if count == 1:
        return phrase(
            "Do nothing: the tool does no better by {criterion}.", criterion=criterion
        )
    return phrase(
        "Do nothing: none of {count} does better by {criterion}.",
        count=count,
        criterion=criterion,
    )


def criterion_of(found: Comparison) -> str:
    """Return what the candidates are ranked by."""
    words: dict[Criterion, str] = {
        "throughput": phrase("throughput"),
        "profit": phrase("net profit"),
        "roi": phrase("return on investment"),
        "npv": phrase("net present value"),
        "flow_time": phrase("flow time"),
    }
    what, _, name = found.best.by.partition(":")
    node = printable(found.scenario.title(name)) if name else ""
    if what == WAIT:
        return phrase("the mean wait before {node}", node=node)
    if what == WITHIN:
        return phrase("the share that waits before {node} in time", node=node)
    return words[found.best.by]


def _waits(found: Comparison, row: ComparisonRow) -> str:
    """Say from what to what a set brings the waits that are asked for."""
    before, after = (_told_wait(found, each) for each in wait_ends(found, row))
    return phrase(
        "{tools}: {criterion} goes from {before} to {after}.",
        tools=tools_title(found.scenario, row.tools),
        criterion=criterion_of(found),
        before=before,
        after=after,
    )


def wait_ends(found: Comparison, row: ComparisonRow) -> tuple[float, float]:
    """Return the waits of doing nothing, and of a set [periods, or 1]."""
    base = float(waits_by(found.best.by, found.trials[0]).mean())
    more = row.gain.mean if found.best.by.startswith(WITHIN) else -row.gain.mean
    return base, base + more


def _told_wait(found: Comparison, value: float) -> str:
    if found.best.by.startswith(WITHIN):
        return phrase("{share} %", share=number(100 * value, 1))
    return counted(alone(value), found.scenario.period)


def _effect(found: Comparison, row: ComparisonRow) -> str:
    """Say what a set does to the constraint and to the throughput: a whole clause."""
    names = map(found.scenario.title, row.tools)
    tools, many = tools_title(found.scenario, row.tools), grammatical_number(names)
    if row.word == "hits":
        return _hit(found, row, many)
    if row.word == "unseparated":
        return phrase_of(
            "{tools} brings the most, but the effect on throughput is not separated "
            "from 0",
            "{tools} bring the most, but the effect on throughput is not separated "
            "from 0",
            many,
            tools=tools,
        )
    if row.word == "slight":
        return _slight(found, row, many)
    if settles(found.best.by):
        return phrase_of(
            "{tools} brings the most, but less than makes a difference",
            "{tools} bring the most, but less than makes a difference",
            many,
            tools=tools,
        )
    constraint = titles(found.scenario, found.verdict.constraint)
    if row.word == "misses":
        return phrase_of(
            "{tools} misses the constraint, {constraint}, and still pays",
            "{tools} miss the constraint, {constraint}, and still pay",
            many,
            tools=tools,
            constraint=constraint,
        )
    return phrase_of(
        "{tools} harms the constraint, {constraint}, and still pays",
        "{tools} harm the constraint, {constraint}, and still pay",
        many,
        tools=tools,
        constraint=constraint,
    )


def _hit(found: Comparison, row: ComparisonRow, many: int) -> str:
    """Say how far a set lifts throughput, and where the constraint goes."""
    parts = {
        "tools": tools_title(found.scenario, row.tools),
        "constraint": titles(found.scenario, found.verdict.constraint),
        "after": titles(found.scenario, row.verdict.constraint),
        "old": alone(found.verdict.throughput.mean),
        "new": alone(row.throughput.mean),
        "pace": pace_unit(found.scenario),
    }
    stays = parts["constraint"] == parts["after"]
    if row.touches and stays:
        return phrase_of(
            "{tools} hits the constraint, {constraint}, which stays: throughput goes "
            "from {old} to {new} {pace}",
            "{tools} hit the constraint, {constraint}, which stays: throughput goes "
            "from {old} to {new} {pace}",
            many,
            **parts,
        )
    if row.touches:
        return phrase_of(
            "{tools} hits the constraint, {constraint}, which moves to {after}: "
            "throughput goes from {old} to {new} {pace}",
            "{tools} hit the constraint, {constraint}, which moves to {after}: "
            "throughput goes from {old} to {new} {pace}",
            many,
            **parts,
        )
    if stays:
        return phrase_of(
            "{tools} lifts throughput from {old} to {new} {pace} without touching the "
            "constraint, {constraint}, which stays",
            "{tools} lift throughput from {old} to {new} {pace} without touching the "
            "constraint, {constraint}, which stays",
            many,
            **parts,
        )
    return phrase_of(
        "{tools} lifts throughput from {old} to {new} {pace} without touching the "
        "constraint, {constraint}, which moves to {after}",
        "{tools} lift throughput from {old} to {new} {pace} without touching the "
        "constraint, {constraint}, which moves to {after}",
        many,
        **parts,
    )


def _slight(found: Comparison, row: ComparisonRow, many: int) -> str:
    """Say what is known of a difference that is neither a hit nor a miss."""
    parts = {
        "tools": tools_title(found.scenario, row.tools),
        "low": signed(alone(row.difference.low)),
        "high": signed(alone(row.difference.high)),
        "pace": pace_unit(found.scenario),
        "margin": alone(found.margin),
    }
    if row.difference.high < found.margin:
        return phrase_of(
            "{tools} brings the most, but the effect on throughput is {low} to {high} "
            "{pace}: above 0, below what matters ({margin})",
            "{tools} bring the most, but the effect on throughput is {low} to {high} "
            "{pace}: above 0, below what matters ({margin})",
            many,
            **parts,
        )
    return phrase_of(
        "{tools} brings the most, but the effect on throughput is {low} to {high} "
        "{pace}: above 0, not surely above what matters ({margin})",
        "{tools} bring the most, but the effect on throughput is {low} to {high} "
        "{pace}: above 0, not surely above what matters ({margin})",
        many,
        **parts,
    )
