"""What `toc-sim breakdown --against` prints: what a change is owed to."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.experiment.breakdown.attribute import Attribution
from toc_sim.language import joined, phrase
from toc_sim.report.formats import (
    decimals,
    money_unit,
    number,
    pace_unit,
    plus_minus,
    printable,
    titles,
)
from toc_sim.report.text.breakdown import shown
from toc_sim.report.text.table import (
    Blocks,
    Column,
    Fitted,
    figures,
    fitted,
    kept_as,
    texts,
)


def attribution_blocks(found: Attribution, width: int, run: str | None) -> Blocks:
    """Return what is told of an attribution below its first sentence."""
    return _shares(found, width), (*_attribution_notes(found), kept_as(run))


def attribution_sentence(found: Attribution) -> str:
    """Say how large the change is, what the formula promised, and who is behind it."""
    digits = _places(found)
    change = found.change
    most = max(found.shares, key=lambda share: abs(share.flow))
    parts = {
        "after": printable(found.after.name),
        "before": printable(found.before.name),
        "change": f"{plus_minus(change, digits)} {_unit(found)}",
        "promised": number(found.promised, digits),
        "factor": printable(most.factor.name),
        "amount": number(most.flow, digits),
    }
    is_sure = change.low > 0 or change.high < 0 or not change.is_known
    if not abs(most.flow) > 0:
        if is_sure:
            return phrase(
                "{after} against {before}: {change}; the formula says {promised}.",
                **parts,
            )
        return phrase(
            "{after} against {before}: {change}, which may be nothing; the formula "
            "says {promised}.",
            **parts,
        )
    if is_sure:
        return phrase(
            "{after} against {before}: {change}; the formula says {promised}. Most of "
            "it is {factor}, {amount}.",
            **parts,
        )
    return phrase(
        "{after} against {before}: {change}, which may be nothing; the formula says "
        "{promised}. Most of it is {factor}, {amount}.",
        **parts,
    )


def _shares(found: Attribution, width: int) -> Fitted:
    digits, unit, shares = _places(found), _unit(found), found.shares
    last = (phrase("by factors"), phrase("the rest"), phrase("all in all"))
    blank = ("", "", "")
    none = (None, None, None)
    names = (printable(share.factor.name) for share in shares)
    formula = (found.promised, None, found.promised)
    flow = (found.explained, found.remainder, found.change.mean)
    amounts = [share.amount for share in shares]
    through = [100 * share.through for share in shares]
    columns = [
        texts(phrase("factor"), (*names, *last)),
        Column(phrase("before"), "", (*(shown(s.before) for s in shares), *blank), 80),
        Column(phrase("after"), "", (*(shown(s.after) for s in shares), *blank), 81),
        figures(phrase("formula"), unit, [*amounts, *formula], 90, digits),
        figures(phrase("let through"), "%", [*through, *none], 70, 0),
        figures(phrase("flow"), unit, [*(s.flow for s in shares), *flow], 95, digits),
    ]
    bold = [*(False for _ in shares), True, False, True]
    return fitted(columns, width, bold)


def _attribution_notes(found: Attribution) -> Iterator[str]:
    digits = _places(found)
    before, after = (number(each, digits) for each in found.formula)
    old, new = (plus_minus(each, digits) for each in found.flow)
    yield phrase(
        "By formula {before} before and {after} after; simulated {old} and {new} "
        "{unit}.",
        before=before,
        after=after,
        old=old,
        new=new,
        unit=_unit(found),
    )
    yield phrase(
        "The formula is split exactly (LMDI). The flow is the same split of what is "
        "really sold, times what the constraint lets through of each factor."
    )
    was = titles(found.before, found.verdicts[0].constraint)
    now = titles(found.after, found.verdicts[1].constraint)
    yield phrase("The constraint is {was} before and {now} after.", was=was, now=now)
    if found.others:
        yield phrase(
            "The rest is chance, large steps, and what is no factor: {paths}.",
            paths=joined(map(printable, found.others)),
        )
    else:
        yield phrase("The rest is chance and large steps: no other parameter differs.")


def _places(found: Attribution) -> int:
    """Return how many digits its figures need after the point."""
    flows = (share.flow for share in found.shares)
    return decimals([found.promised, found.change.mean, *flows])


def _unit(found: Attribution) -> str:
    return (money_unit if found.has_price else pace_unit)(found.after)
