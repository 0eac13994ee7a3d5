"""What was read of records, what was left out and why, and what looks wrong in them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import timedelta

import numpy as np
from rich.text import Text

from toc_sim.language import figure, phrase, phrase_of
from toc_sim.records.notices import Dropped, Notice, Weight
from toc_sim.records.shapes.any_shape import FileRead, RecordsRead
from toc_sim.records.shop_orders import ShopOrders
from toc_sim.records.visits import CASE_LOST, CASE_OPEN, CASE_WON, Visits
from toc_sim.report.formats import printable
from toc_sim.report.text.table import Blocks

_INDENT = "  "


def read_blocks(read: RecordsRead, doubts: Sequence[Notice] = ()) -> Blocks:
    """Yield what was read of files, what it became, and what was left out and why.

    Parameters
    ----------
    read
        What the files tell.
    doubts
        What is suspected of it, and told elsewhere: the same is not told twice.
    """
    yield tuple(_file_line(each) for each in read.files)
    for each in read.kept:
        yield tuple(_kept_lines(each, {doubt.kind for doubt in doubts}))
    if read.unused:
        columns = ", ".join(printable(each) for each in read.unused)
        yield (phrase("Not used: {columns}.", columns=columns),)


def doubt_blocks(doubts: Sequence[Notice]) -> Blocks:
    """Yield each suspicion, and what cannot be told.

    Parameters
    ----------
    doubts
        Of the records.
    """
    yield tuple(_doubt_lines(doubts))


def _file_line(file: FileRead) -> str:
    """Say how many rows a file has."""
    return phrase_of(
        "{name}: {rows} row read.",
        "{name}: {rows} rows read.",
        file.rows,
        name=printable(file.name),
        rows=_count(file.rows),
    )


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


def _kept_lines(kept: Visits | ShopOrders, doubted: Container[str]) -> Iterator[str]:
    """Yield what records became, and how; what is doubted below is not told twice."""
    yield _visits_line(kept) if isinstance(kept, Visits) else _purchases_line(kept)
    yield from _dropped_lines(kept.dropped)
    for notice in kept.notices:
        if notice.kind not in doubted:
            yield f"{_INDENT}{_marked(notice)}"


def _visits_line(visits: Visits) -> str:
    won, lost, still_open = (
        _count(int((visits.outcome == each).sum()))
        for each in (CASE_WON, CASE_LOST, CASE_OPEN)
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


def _purchases_line(purchases: ShopOrders) -> str:
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
