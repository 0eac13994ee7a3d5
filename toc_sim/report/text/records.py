"""What was read of records, what was left out and why, and what looks wrong in them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import timedelta

import numpy as np
from rich.text import Text

from toc_sim.language import figure, phrase, phrase_of
from toc_sim.records.notices import Dropped, Notice, Weight
from toc_sim.records.purchases import Purchases
from toc_sim.records.table import Table
from toc_sim.records.visits import LOST, OPEN, WON, Visits
from toc_sim.report.formats import printable
from toc_sim.report.text.table import Blocks

Kept = Visits | Purchases
"""What records became."""

_INDENT = "  "


def records_blocks(
    tables: Sequence[Table], kept: Sequence[Kept], doubts: Sequence[Notice]
) -> Blocks:
    """Yield the parts of the report on records.

    Parameters
    ----------
    tables
        The files as they were read.
    kept
        What they became.
    doubts
        What is suspected of them.
    """
    for table in tables:
        yield tuple(_table_lines(table))
    for each in kept:
        yield tuple(_kept_lines(each, {doubt.kind for doubt in doubts}))
    yield tuple(_doubt_lines(doubts))


def _table_lines(table: Table) -> Iterator[str]:
    """Yield how many rows a file has, what was left out, and how it was read."""
    name = printable(table.path.name)
    yield phrase_of(
        "{name}: {read} row read, {kept} kept.",
        "{name}: {read} rows read, {kept} kept.",
        table.read,
        name=name,
        read=_count(table.read),
        kept=_count(table.rows),
    )
    yield from _dropped_lines(table.dropped)
    for notice in table.notices:
        yield f"{_INDENT}{printable(notice.sentence)}"


def _dropped_lines(dropped: Sequence[Dropped]) -> Iterator[str]:
    """Yield what was left out, with where the first few stand."""
    for each in dropped:
        text = phrase_of(
            "{rows} row left out: {why}",
            "{rows} rows left out: {why}",
            each.rows,
            rows=_count(each.rows),
            why=printable(each.why),
        )
        places = ", ".join(printable(place) for place in each.examples)
        yield f"{_INDENT}{text} ({places})" if places else f"{_INDENT}{text}"


def _kept_lines(kept: Kept, doubted: Container[str]) -> Iterator[str]:
    """Yield what records became, and how; what is doubted below is not told twice."""
    yield _visits_line(kept) if isinstance(kept, Visits) else _purchases_line(kept)
    yield from _dropped_lines(kept.dropped)
    for notice in kept.notices:
        if notice.kind not in doubted:
            yield f"{_INDENT}{_marked(notice)}"


def _visits_line(visits: Visits) -> str:
    won, lost, still_open = (
        _count(int((visits.outcome == each).sum())) for each in (WON, LOST, OPEN)
    )
    parts = {
        "cases": _count(visits.cases),
        "won": won,
        "lost": lost,
        "open": still_open,
        "first": visits.begin.date().isoformat(),
        "last": (visits.begin + timedelta(days=visits.span)).date().isoformat(),
    }
    if not visits.tells_history:
        return phrase(
            "{cases} cases of {first} to {last}: {won} won, {lost} lost, {open} open; "
            "only where each stands now is told, not when it moved.",
            **parts,
        )
    return phrase(
        "{cases} cases with {visits} visits to {stages} stages, {first} to {last}: "
        "{won} won, {lost} lost, {open} open.",
        visits=_count(len(visits.case)),
        stages=_count(len(visits.stages)),
        **parts,
    )


def _purchases_line(purchases: Purchases) -> str:
    amount = float(np.nansum(purchases.amount))
    return phrase(
        "{orders} orders of {customers} customers, {first} to {last}, worth {amount}.",
        orders=_count(len(purchases.customer)),
        customers=_count(purchases.customers),
        first=purchases.begin.date().isoformat(),
        last=(purchases.begin + timedelta(days=purchases.span - 1)).date().isoformat(),
        amount=_count(round(amount)),
    )


def _doubt_lines(doubts: Sequence[Notice]) -> Iterator[str | Text]:
    """Yield each suspicion; those that make figures doubtful stand out."""
    if not doubts:
        yield phrase("Nothing in the records looks wrong.")
        return
    yield phrase_of(
        "{count} thing to know of these records:",
        "{count} things to know of these records:",
        len(doubts),
        count=len(doubts),
    )
    for notice in doubts:
        style = "" if notice.weight == "note" else "bold"
        yield Text(_marked(notice), style=style)


def _marked(notice: Notice) -> str:
    return f"{weight_word(notice.weight)}: {printable(notice.sentence)}"


def weight_word(weight: Weight) -> str:
    """Return the word before a notice, so that nothing is told by colour alone."""
    return {
        "note": phrase("note"),
        "doubt": phrase("doubt"),
        "refused": phrase("refused"),
    }[weight]


def _count(count: int) -> str:
    return figure(f"{count:,}")
