"""What a comparison says first: which tool to buy, what it hits and what it brings."""

from __future__ import annotations

from toc_sim.experiment.compare.comparison import Comparison, ComparisonRow, Criterion
from toc_sim.language import phrase, phrase_of
from toc_sim.report.formats import (
    alone,
    counted,
    decimals,
    grammatical_number,
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
    }
    return words[found.best.by]


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
    if found.best.by == "throughput":
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
