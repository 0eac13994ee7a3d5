"""Formula against flow: what a calculator promises of a push, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from toc_sim.experiment.breakdown.parameters import largest
from toc_sim.experiment.breakdown.responses import (
    Breakdown,
    Contrast,
    Growth,
    ParameterRow,
)
from toc_sim.language import figure, grammatical_number, joined, phrase, phrase_of
from toc_sim.report.formats import number, percent_plus_minus, printable, titles

_MANY = 2
"""From so many on a verb has the plural."""


def formula_lines(found: Breakdown, best: ParameterRow | None) -> Iterator[str]:
    """Say what a calculator would push first, what the flow says, and why.

    Parameters
    ----------
    found, best
        The breakdown, and which of its parameters to push first, if any.
    """
    contrast = found.contrast
    if contrast is None:
        if len(found.scenario.products) > 1:
            yield phrase(
                "A calculator has no one answer here: each product has its own."
            )
        else:
            yield phrase(
                "A calculator has no answer here: nothing comes, or nothing ends."
            )
        return
    first = contrast.formula_first
    parts = {"factors": _names(first), "growth": _signed(first[0].formula)}
    many = min(len(first), _MANY)
    if _is_of_money(contrast):
        yield phrase_of(
            "Formula against flow: a calculator that makes every factor 10 % larger "
            "puts {factors} first, {growth} % of revenue.",
            "Formula against flow: a calculator that makes every factor 10 % larger "
            "ranks {factors} alike, {growth} % of revenue each.",
            many,
            **parts,
        )
    else:
        yield phrase_of(
            "Formula against flow: a calculator that makes every factor 10 % larger "
            "puts {factors} first, {growth} % of throughput.",
            "Formula against flow: a calculator that makes every factor 10 % larger "
            "ranks {factors} alike, {growth} % of throughput each.",
            many,
            **parts,
        )
    if contrast.agrees:
        yield from _agreement(best or found.rows[0])
    else:
        yield from _dispute(found, contrast)


def _agreement(row: ParameterRow) -> Iterator[str]:
    yield phrase(
        "The flow keeps the promise: nothing that the formula leaves out is full."
    )
    if row.benchmark is None or row.reach is None:
        return
    path = printable(row.lever.path)
    if largest(row.lever.value):
        yield phrase(
            "What sets them apart is how far each can still go: {path} first ({far} % "
            "to its benchmark).",
            path=path,
            far=figure(f"{100 * row.reach:+.0f}"),
        )
    else:
        yield phrase(
            "What sets them apart is how far each can still go: {path} first (from 0 "
            "to its benchmark).",
            path=path,
        )


def _dispute(found: Breakdown, contrast: Contrast) -> Iterator[str]:
    """Say which promises are broken, and by whom."""
    broken = [each for each in contrast.formula_first if each not in contrast.kept]
    worst = min(broken, key=lambda growth: growth.through)
    parts = {
        "factor": printable(worst.factor.name),
        "growth": _signed(worst.formula),
        "flow": percent_plus_minus(worst.flow),
        "why": _reason(found),
    }
    if _is_of_money(contrast):
        yield phrase(
            "It counts 10 % more of {factor} as {growth} % of revenue; the flow brings "
            "{flow} %, because {why}.",
            **parts,
        )
    else:
        yield phrase(
            "It counts 10 % more of {factor} as {growth} % of throughput; the flow "
            "brings {flow} %, because {why}.",
            **parts,
        )
    best = contrast.flow_first
    if best:
        paths = joined(printable(path) for path, _ in best)
        yield phrase_of(
            "The flow puts {paths} first: about {growth} % for 10 %.",
            "The flow puts {paths} first: about {growth} % for 10 % each.",
            min(len(best), _MANY),
            paths=paths,
            growth=_signed(best[0][1].mean),
        )
    if contrast.kept:
        yield phrase("Promises kept: {factors}.", factors=_names(contrast.kept))


def _reason(found: Breakdown) -> str:
    """Say why the flow brings less than the formula: a whole clause."""
    verdict = found.verdict
    names = titles(found.scenario, verdict.constraint)
    if verdict.kind == "policy":
        policy = verdict.policies[0].kind if verdict.policies else "release"
        return _reason_of_policy(policy, names)
    if verdict.word == "tie":
        return phrase(
            "{names} are full, and only lifting them together helps", names=names
        )
    parts = {"names": names, "share": number(100 * verdict.share.mean, 0)}
    if len(verdict.constraint) > 1:
        return _reason_of_several(verdict.kind, parts)
    many = grammatical_number([found.scenario.title(verdict.constraint[0])])
    if verdict.kind == "market":
        return phrase_of(
            "{names} answers for {share} % of the throughput and buys no more",
            "{names} answer for {share} % of the throughput and buy no more",
            many,
            **parts,
        )
    if verdict.kind == "source":
        return phrase_of(
            "{names} answers for {share} % of the throughput and sends no more",
            "{names} answer for {share} % of the throughput and send no more",
            many,
            **parts,
        )
    return phrase_of(
        "{names} answers for {share} % of the throughput and is full",
        "{names} answer for {share} % of the throughput and are full",
        many,
        **parts,
    )


def _reason_of_policy(kind: str, names: str) -> str:
    """Say the same of a policy."""
    if kind == "release":
        return phrase("the release policy {names} lets no more in", names=names)
    return phrase_of(
        "{names} leaves no room for more",
        "{names} leave no room for more",
        _MANY if kind == "hours" else 1,
        names=names,
    )


def _reason_of_several(kind: str, parts: Mapping[str, str]) -> str:
    """Say the same of a constraint that is one of several."""
    if kind == "market":
        return phrase(
            "{names} are not told apart; the first answers for {share} % of the "
            "throughput and buys no more",
            **parts,
        )
    if kind == "source":
        return phrase(
            "{names} are not told apart; the first answers for {share} % of the "
            "throughput and sends no more",
            **parts,
        )
    return phrase(
        "{names} are not told apart; the first answers for {share} % of the "
        "throughput and is full",
        **parts,
    )


def _names(found: Iterable[Growth]) -> str:
    return joined(printable(growth.factor.name) for growth in found)


def _is_of_money(contrast: Contrast) -> bool:
    """Return whether the formula promises revenue, and not throughput."""
    return any(growth.factor.kind == "price" for growth in contrast.growths)


def _signed(value: float) -> str:
    return figure(f"{100 * value:+.1f}")
