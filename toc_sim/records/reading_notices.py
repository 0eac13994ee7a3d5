"""How the columns of a file are read, said aloud: nothing is guessed in silence."""

from __future__ import annotations

from collections.abc import Iterator

from toc_sim.errors import quoted
from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.blank_cells import missing
from toc_sim.records.column_rules import ColumnRules
from toc_sim.records.notices import Notice
from toc_sim.records.row_store import RowStore
from toc_sim.records.shared_rules import FileRules


def reading_notices(store: RowStore, rules: FileRules) -> tuple[Notice, ...]:
    """Return how columns are read where it could have been otherwise.

    Parameters
    ----------
    store
        Of the rows.
    rules
        By which they are read.
    """
    notices = [*_orders(rules), *_numbers(rules), *rules.notices]
    notices += _turned_into_dates(store, rules)
    for index, column in enumerate(rules.columns):
        notices += _of_column(store, index, column)
    return tuple(notices)


def _orders(rules: FileRules) -> list[Notice]:
    """Return in which order day and month are read, columns alike told at once."""
    groups: dict[tuple[str, str], list[ColumnRules]] = {}
    for column in rules.columns:
        rule = column.moments
        if rule is None or column.survey.kind != "moments":
            continue
        if rule.order or rule.family.unit or rule.family.name == "digits":
            groups.setdefault((rule.layout, rule.order), []).append(column)
    return [_order(layout, group) for (layout, _), group in groups.items()]


def _order(layout: str, group: list[ColumnRules]) -> Notice:
    names = joined(f"'{column.survey.header}'" for column in group)
    first = group[0]
    why = first.moments.decided_by if first.moments else ""
    if not why:
        sentence = phrase_of(
            "{names} is read as {layout}: {cell} and so on.",
            "{names} are read as {layout}: {cell} and so on.",
            len(group),
            names=names,
            layout=layout,
            cell=first.survey.samples[0],
        )
        return Notice("moments", sentence)
    sentence = phrase_of(
        "{names} is read as {layout}, {why}.",
        "{names} are read as {layout}, {why}.",
        len(group),
        names=names,
        layout=layout,
        why=why,
    )
    return Notice("order of day and month", sentence)


def _numbers(rules: FileRules) -> Iterator[Notice]:
    """Yield how numbers are read that are not written plainly."""
    groups: dict[str, list[str]] = {}
    for column in rules.columns:
        rule = column.numbers
        if column.survey.kind != "numbers" or rule is None or rule.decimal == "either":
            continue
        if rule.decimal == "comma" or rule.percents or rule.marks[rule.group]:
            groups.setdefault(rule.layout, []).append(column.survey.header)
        if len(rule.currencies) > 1:
            sentence = phrase(
                "'{header}' holds amounts in {currencies}, which are read as if they "
                "were of one currency.",
                header=column.survey.header,
                currencies=joined(rule.currencies),
            )
            yield Notice("several currencies", sentence, "doubt")
    for layout, headers in groups.items():
        sentence = phrase(
            "Numbers of {names} are read with {layout}.",
            names=joined(f"'{each}'" for each in headers),
            layout=layout,
        )
        yield Notice("numbers", sentence)


def _of_column(store: RowStore, index: int, column: ColumnRules) -> list[Notice]:
    """Return what is to be said of one column."""
    survey = column.survey
    if survey.trouble:
        sentence = phrase(
            "Column '{header}' {trouble}.", header=survey.header, trouble=survey.trouble
        )
        return [Notice("unreadable column", sentence, "refused")]
    if survey.kind not in {"moments", "numbers"}:
        return []
    rule = column.moments if survey.kind == "moments" else column.numbers
    matched = column.present if rule is None else rule.matched
    notices = []
    if column.present > matched:
        notices.append(_strays(column, column.present - matched))
    if survey.filled > column.present:
        notices.append(_missing(store, index, column))
    return notices


def _strays(column: ColumnRules, strays: int) -> Notice:
    sentence = phrase_of(
        "{count} cell of '{header}' is not written like the others ({sample}). Its row "
        "is left out where the column is used.",
        "{count} cells of '{header}' are not written like the others ({sample}). Their "
        "rows are left out where the column is used.",
        strays,
        count=f"{strays:,}",
        header=column.survey.header,
        sample=column.survey.layout,
    )
    return Notice("stray cells", sentence, "doubt", {"cells": strays})


def _missing(store: RowStore, index: int, column: ColumnRules) -> Notice:
    """Return which cells count as empty though something stands in them."""
    cell = f"c{index}"
    found = store.ask(
        f"SELECT {cell} FROM cells WHERE {cell} IS NOT NULL AND {missing(cell)} "
        f"GROUP BY {cell} ORDER BY min(rowid) LIMIT 3"
    )
    count = column.survey.filled - column.present
    sentence = phrase_of(
        "{count} cell of '{header}' says {words} and counts as empty.",
        "{count} cells of '{header}' say {words} and count as empty.",
        count,
        count=f"{count:,}",
        header=column.survey.header,
        words=joined(quoted(word) for (word,) in found),
    )
    return Notice("cells that say nothing", sentence, "note", {"cells": count})


_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MADE_BY_EXCEL = rf"^(?:\d{{1,2}}-{_MONTH}|{_MONTH}-\d{{2}})$"
"""How Excel writes 5-20 after it has taken it for a day."""


def _turned_into_dates(store: RowStore, rules: FileRules) -> Iterator[Notice]:
    """Yield the columns of words of which Excel has taken some for dates."""
    for index, column in enumerate(rules.columns):
        cell = f"c{index}"
        if column.survey.kind != "words":
            continue
        filled, turned, first = store.ask(
            f"SELECT count({cell}), count(turned), min(turned) FROM (SELECT {cell}, "
            f"CASE WHEN regexp_matches({cell}, '{_MADE_BY_EXCEL}') THEN {cell} END "
            "AS turned FROM sampled)"
        )[0]
        if 0 < turned < filled:
            sentence = phrase(
                "Cells of '{header}' like '{cell}' look like ranges or codes that "
                "Excel has turned into dates.",
                header=column.survey.header,
                cell=first,
            )
            yield Notice("turned into dates", sentence, "doubt")
