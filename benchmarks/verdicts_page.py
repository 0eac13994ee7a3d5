"""How the benchmark of verdicts is told: tables, and a page around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import hypot, sqrt
from statistics import fmean
from typing import TYPE_CHECKING

from business_models import KINDS

if TYPE_CHECKING:
    from verdicts import Found, Held, Told

RIGHT, WRONG, SURE = 0.95, 0.8, 1.96
"""What is named is right from this part of the best lift on, wrong below that one; and
standard errors by which something is separated."""

AIMS = ">= 95 %", "<= 1 %", "93 to 97 %"

RULES = {
    "static": "capacity by averages",
    "utilisation": "busiest, repairs counted",
    "queue": "longest queue",
    "active_period": "longest active period",
    "shifting_bottleneck": "shifting bottleneck",
    "arrows": "arrows (lines only)",
    "turning_point": "turning point (lines only)",
    "departures": "most regular departures (lines only)",
}

PAGE = """\
# Verdicts: is what is named worth lifting?

{headline}

Written by `benchmarks/verdicts.py` (`--write --models {count} --seed {seed}`); do not
edit.

{count} random models of businesses, {kinds} kinds in turn, over every feature of the
file format (`benchmarks/business_models.py` draws them): up to eight nodes whose paces
lie from 8 % below to 30 % above what the flow needs, and windows as people set them,
with 20 replications each. In {unfit} of them nothing was bought; they are left out.

The truth is found apart, on random numbers that no verdict has met: the same window,
with each node 10 % faster, the products of each node together, and each policy one step
further (the step that the verdict tries too), 48 to 384 times each on common random
numbers. What is named is *right* if it brings at least 95 % of the best of all these;
of a tie all are lifted together, and of those who share the constraint the first alone
counts. *Sure and wrong* is a sole or leading constraint that surely brings less than
80 % of the best. *Every policy* is `diagnose(runs, policies=True)`; otherwise opening
hours and release are tried always, all others where the runs, or the run without
chance, make clearly less than capacity allows.

{note}

## By kind of business

{by_kind}

## By method, and by word

{by_method}

## Beside the classical rules

What the rule names brings 95 % of the best lift: in all models, and in those where it
names anybody. Of several that it names, as if one were drawn by lot.

{by_rule}

## Intervals of shares

Held against the true elasticity (2 % more against 2 % less): the intervals, which say
95 %, of the two largest shares of each model that has chance and no tie. The truth has
an error of its own, {truth:.3f} on average, and the interval is widened by that.

{intervals}

## What it gets wrong

{wrong}
"""


def summary(models: Sequence[Found]) -> str:
    """Return the figures of all models, for a terminal."""
    fit = _fit(models)
    if not fit:
        return "nothing was found"
    return "\n\n".join(
        (_headline(models), _by_kind(fit), _by_method(fit), _by_rule(fit), _wrong(fit))
    )


NOTE = """\
Where the verdict was mended after looking at models of a seed, only those of another
seed tell how well it does on models that it has not met."""


def page(models: Sequence[Found], seed: int, note: str = NOTE) -> str:
    """Return the whole page; the note says what must be known of its figures."""
    fit = _fit(models)
    return PAGE.format(
        headline=_headline(models),
        count=len(models),
        seed=seed,
        note=note,
        kinds=len(KINDS),
        unfit=len(models) - len(fit),
        by_kind=_by_kind(fit),
        by_method=_by_method(fit),
        by_rule=_by_rule(fit),
        intervals=_intervals(fit),
        truth=fmean(SURE * each.error for each in _held(fit)),
        wrong=_wrong(fit),
    )


def is_right(told: Told) -> bool:
    """Return whether what is named brings nearly the best lift."""
    return told.captured >= RIGHT


def is_sure_and_wrong(told: Told) -> bool:
    """Return whether something was named without a doubt, and is surely not it."""
    return (
        told.word in {"sole", "leading"} and told.captured + SURE * told.error < WRONG
    )


def holds(held: Held) -> bool:
    """Return whether an interval holds the truth, which has an error of its own."""
    return abs(held.share - held.true) <= hypot(held.half, SURE * held.error)


def reason(model: Found, told: Told) -> str:
    """Say why something was named that is not worth lifting most, as far as is seen."""
    has_policy = ": " in model.best
    every = _of(model.policies)
    causes = (
        (
            told.captured + SURE * told.error >= RIGHT,
            "the truth does not part them for sure",
        ),
        (
            told.word == "shared" and model.best in told.names,
            "named among those who share, not first",
        ),
        (
            has_policy and is_right(every),
            "a policy that is tried only where all are",
        ),
        (has_policy, "a step of a policy brings more, not seen for sure in a few runs"),
        (": " in told.names[0], "the policy brought more in the runs that were seen"),
        (" & " in model.best, "several together bring more than the one named"),
    )
    other = f"its share, by {model.method}, is not what 10 % brings"
    return next((cause for holds_here, cause in causes if holds_here), other)


def _of(told: Told | None) -> Told:
    assert told is not None
    return told


def _fit(models: Sequence[Found]) -> list[Found]:
    return [model for model in models if not model.problem]


def _held(models: Iterable[Found]) -> list[Held]:
    return [held for model in models for held in model.held]


def _headline(models: Sequence[Found]) -> str:
    fit = _fit(models)
    asked = [_of(model.asked) for model in fit]
    policies = [_of(model.policies) for model in fit]
    held = [holds(each) for each in _held(fit)]
    return (
        f"**In {_part(map(is_right, asked))} of {len(fit)} random models of businesses"
        f" what is named brings at least 95 % of the best lift (aim {AIMS[0]});"
        f" {_part(map(is_right, policies))} where every policy is tried. Sure and"
        f" wrong: {_part(map(is_sure_and_wrong, asked))} (aim {AIMS[1]}). Intervals"
        f" hold the truth in {_part(held)} of {len(held)} shares (aim {AIMS[2]}). By"
        f" capacity alone {_part(_rule(fit, 'static'))} are right, by utilisation"
        f" {_part(_rule(fit, 'utilisation'))}.**"
    )


def _rule(models: Iterable[Found], rule: str) -> list[bool]:
    return [model.rules.get(rule, -1.0) >= RIGHT for model in models]


def _part(values: Iterable[bool]) -> str:
    """Return in how many of some cases something is so [%]."""
    every = list(values)
    return f"{100 * sum(every) / len(every):.1f} %" if every else "-"


_HEAD = (
    "", "models", "right", "captured", "every policy: right", "captured",
    "sure and wrong", "intervals hold", "by capacity", "busiest", "longest queue",
)  # fmt: skip


def _row(title: str, models: Sequence[Found]) -> list[str]:
    asked = [_of(model.asked) for model in models]
    policies = [_of(model.policies) for model in models]
    return [
        title,
        str(len(models)),
        _part(map(is_right, asked)),
        f"{fmean(told.captured for told in asked):.3f}",
        _part(map(is_right, policies)),
        f"{fmean(told.captured for told in policies):.3f}",
        str(sum(map(is_sure_and_wrong, asked))),
        _part(map(holds, _held(models))),
        *(
            _part(_rule(models, rule)) for rule in ("static", "utilisation", "queue")
        ),
    ]  # fmt: skip


def _by_kind(models: Sequence[Found]) -> str:
    rows = [
        _row(kind.title, of_kind)
        for kind in KINDS
        if (of_kind := [model for model in models if model.kind == kind.name])
    ]
    return _markdown(_HEAD, [*rows, _row("**all**", models)])


def _by_method(models: Sequence[Found]) -> str:
    sorts: list[tuple[str, Callable[[Found], bool]]] = [
        ("path", lambda model: model.method == "path"),
        ("experiment", lambda model: model.method == "experiment"),
    ]
    sorts += [
        (word, lambda model, word=word: _of(model.asked).word == word)  # type: ignore[misc]
        for word in ("sole", "leading", "shared", "tie")
    ]
    rows = [
        _row(title, chosen)
        for title, is_one in sorts
        if (chosen := [model for model in models if is_one(model)])
    ]
    return _markdown(_HEAD, rows)


def _by_rule(models: Sequence[Found]) -> str:
    rows = [
        ["**verdict**", *([_part(is_right(_of(each.asked)) for each in models)] * 2)],
        [
            "**verdict, every policy tried**",
            *([_part(is_right(_of(each.policies)) for each in models)] * 2),
        ],
    ]
    for rule, title in RULES.items():
        speaks = [model for model in models if model.rules.get(rule, -1.0) >= 0]
        rows.append([title, _part(_rule(models, rule)), _part(_rule(speaks, rule))])
    return _markdown(("", "right", "where it names anybody"), rows)


def _intervals(models: Sequence[Found]) -> str:
    sorts = (
        ("path", [model for model in models if model.method == "path"]),
        ("experiment", [model for model in models if model.method == "experiment"]),
        ("**all**", models),
    )
    rows = []
    for title, chosen in sorts:
        held = _held(chosen)
        if not held:
            continue
        part = sum(map(holds, held)) / len(held)
        error = SURE * sqrt(part * (1 - part) / len(held))
        rows.append(
            [
                title,
                str(len(held)),
                f"{100 * part:.1f} +- {100 * error:.1f} %",
                f"{fmean(each.half for each in held):.3f}",
                f"{fmean(each.share - each.true for each in held):+.4f}",
            ]
        )
    return _markdown(("", "shares", "hold the truth", "mean +-", "mean error"), rows)


def _wrong(models: Sequence[Found]) -> str:
    """List what is not right, the worst first."""
    every = [
        (model, _of(model.asked)) for model in models if not is_right(_of(model.asked))
    ]
    every.sort(key=lambda pair: pair[1].captured)
    rows = [
        [
            f"{model.number} ({model.kind})",
            f"{_joined(told.names)} ({told.word})",
            model.best,
            f"{told.captured:.2f} +- {SURE * told.error:.2f}",
            model.method,
            ("**sure and wrong**; " if is_sure_and_wrong(told) else "")
            + reason(model, told),
        ]
        for model, told in every
    ]
    head = ("model", "named", "the best", "part of its lift", "method", "why")
    return _markdown(head, rows, lefts=len(head)) if rows else "Nothing."


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names)


def _markdown(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, lefts: int = 1
) -> str:
    rule = "|".join(["---"] * lefts + ["--:"] * (len(head) - lefts))
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])
