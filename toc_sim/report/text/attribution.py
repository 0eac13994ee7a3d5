"""Why one shop sells more than another, told as a sentence and a table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from toc_sim.experiment.breakdown.attribute import Attribution, FactorShare
from toc_sim.report.formats import decimals, joined, number, plus_minus, printable
from toc_sim.report.text.breakdown import money_unit, shown, titles
from toc_sim.report.text.table import Column, fitting, kept_as, print_report, table


def show_attribution(found: Attribution, console: Console, run: str | None) -> None:
    """Print what a change is owed to.

    Parameters
    ----------
    found
        What was found.
    console
        Where to; its width says how much.
    run
        The name under which its runs are kept, or None.
    """
    print_report(
        console,
        attribution_sentence(found),
        _table(found, console.width),
        (*_notes(found), kept_as(run)),
    )


def attribution_sentence(found: Attribution) -> str:
    """Say how large the change is, what the formula promised, and who is behind it."""
    after, before = printable(found.after.name), printable(found.before.name)
    digits = _digits(found)
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


def _table(found: Attribution, width: int) -> Text:
    digits = _digits(found)
    shares = found.shares
    last = ("by factors", "the rest", "all in all")
    names = tuple(printable(_name(share)) for share in shares)
    flows = (found.explained, found.remainder, found.change.mean)
    columns = [
        Column("factor", "", (*names, *last), 100, "left"),
        Column(
            "before", "", (*(shown(each.before) for each in shares), "", "", ""), 80
        ),
        Column("after", "", (*(shown(each.after) for each in shares), "", "", ""), 81),
        Column(
            "formula",
            _unit(found),
            (
                *(number(each.amount, digits) for each in shares),
                number(found.promised, digits),
                "",
                number(found.promised, digits),
            ),
            90,
        ),
        Column(
            "let through",
            "%",
            (*(number(100 * each.through, 0) for each in shares), "", "", ""),
            70,
        ),
        Column(
            "flow",
            _unit(found),
            (
                *(number(each.flow, digits) for each in shares),
                *(number(each, digits) for each in flows),
            ),
            95,
        ),
    ]
    kept, _ = fitting(columns, width)
    return table(kept, [*(False for _ in shares), True, False, True])


def _notes(found: Attribution) -> Iterator[str]:
    digits = _digits(found)
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
    constraints = [
        titles(each, verdict.constraint)
        for each, verdict in zip(
            (found.before, found.after), found.verdicts, strict=True
        )
    ]
    yield f"The constraint is {constraints[0]} before and {constraints[1]} after."
    if found.others:
        yield (
            "The rest is chance, large steps, and what is no factor: "
            f"{joined(map(printable, found.others))}."
        )
    else:
        yield "The rest is chance and large steps: no other parameter differs."


def _name(share: FactorShare) -> str:
    return share.factor.name


def _digits(found: Attribution) -> int:
    return decimals(
        [found.promised, found.change.mean, *(s.flow for s in found.shares)]
    )


def _unit(found: Attribution) -> str:
    if found.has_price:
        return money_unit(found.after)
    return printable(f"{found.after.item}/{found.after.period}")
