"""Rows and columns that say nothing, or say again what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.row_store import RowStore

_EXAMPLES = 3

_SAMPLED = 5_000

_NO_NAME = r"^[^\pL]*\d[.,]\d+[^\pL]*$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$"
"""Numbers with decimals, and days: they may differ in every row and name nothing."""

_NEARLY_ALL = 0.995
"""Such a share of different values makes a column tell rows apart."""


@dataclass(frozen=True, slots=True)
class Defects:
    """What was left out of a store, and what looks wrong in it.

    Attributes
    ----------
    notices, dropped
        For people.
    """

    notices: tuple[Notice, ...]
    dropped: tuple[Dropped, ...]


def without_defects(store: RowStore, path: Path, headers: Sequence[str]) -> Defects:
    """Leave out rows that are empty, repeat the header, or are there twice.

    Rows that are equal in every cell are left out if something in them tells rows
    apart, an identifier or the time of day; else they may be two things of a kind, and
    are kept.

    Parameters
    ----------
    store
        Of the rows.
    path
        Of the file.
    headers
        Of its columns.
    """
    store.run("CREATE OR REPLACE TABLE left_out (n BIGINT, why INTEGER)")
    cells = [f"c{index}" for index in range(store.columns)]
    empty = " AND ".join(f"{cell} IS NULL" for cell in cells)
    store.run(f"INSERT INTO left_out SELECT {store.number}, 0 FROM cells WHERE {empty}")
    again = " AND ".join(f"{cell} IS NOT DISTINCT FROM ?" for cell in cells)
    store.run(
        f"INSERT INTO left_out SELECT {store.number}, 1 FROM cells WHERE {again}",
        *(header or None for header in headers),
    )
    notices = []
    twins = _find_twins(store, cells)
    if twins and _tells_rows_apart(store, cells):
        store.run("INSERT INTO left_out SELECT n, 2 FROM twins")
    elif twins:
        notices.append(_kept(twins))
    dropped = _dropped(store, path)
    if dropped:
        store.drop_rows()
    notices += _same_columns(store, headers)
    return Defects(tuple(notices), dropped)


def _find_twins(store: RowStore, cells: Sequence[str]) -> int:
    """Fill the table ``twins`` with rows equal to an earlier one; return how many."""
    key = f"hash({', '.join(cells)})"
    doubled = store.repeated(key)
    store.run("CREATE OR REPLACE TEMP TABLE twins (n BIGINT)")
    if not len(doubled):
        return 0
    store.keep_keys("doubled", doubled)
    kept = f"{store.number} NOT IN (SELECT n FROM left_out)"
    store.run(
        "INSERT INTO twins SELECT n FROM (SELECT n, row_number() "
        f"OVER (PARTITION BY {', '.join(cells)} ORDER BY n) AS time FROM "
        f"(SELECT {store.number} AS n, * FROM cells "
        f"WHERE {key} IN (SELECT key FROM doubled) AND {kept})) WHERE time > 1"
    )
    return int(store.ask("SELECT count(*) FROM twins")[0][0])


def _tells_rows_apart(store: RowStore, cells: Sequence[str]) -> bool:
    """Return whether a column tells the time of day, or has a value for each row."""
    step = max(1, store.rows // _SAMPLED)
    parts = ", ".join(
        rf"count({cell}), count(DISTINCT {cell}) FILTER "
        rf"(NOT regexp_matches({cell}, '{_NO_NAME}')), "
        rf"count_if(regexp_matches({cell}, '\d[T ,]+\d\d?:\d\d'))"
        for cell in cells
    )
    total, *counts = store.ask(
        f"SELECT count(*), {parts} FROM cells WHERE rowid % {step} = 0 "
        f"AND {store.number} NOT IN (SELECT n FROM twins)"
    )[0]
    for filled, distinct, timed in zip(
        counts[::3], counts[1::3], counts[2::3], strict=True
    ):
        if filled == total and (distinct >= _NEARLY_ALL * total or timed == filled):
            return True
    return False


def _kept(twins: int) -> Notice:
    sentence = phrase_of(
        "{count} row is equal to another in every cell. It is kept, for nothing in it "
        "tells whether it is the same thing twice or two of a kind.",
        "{count} rows are equal to others in every cell. They are kept, for nothing in "
        "them tells whether they are the same things twice or two of a kind.",
        twins,
        count=twins,
    )
    return Notice("equal rows", sentence, "doubt", {"rows": twins})


def _dropped(store: RowStore, path: Path) -> tuple[Dropped, ...]:
    """Return the rows that are left out, by their reasons."""
    reasons = (
        phrase("nothing stands in them"),
        phrase("they repeat the names of the columns"),
        phrase("they are equal to earlier rows in every cell"),
    )
    found = []
    for why, reason in enumerate(reasons):
        rows = store.ask(
            "SELECT n, count(*) OVER () FROM left_out WHERE why = ? "
            f"ORDER BY n LIMIT {_EXAMPLES}",
            why,
        )
        if rows:
            examples = tuple(
                phrase("{file}: row {row}", file=path.name, row=row) for row, _ in rows
            )
            found.append(Dropped(rows[0][1], reason, examples))
    return tuple(found)


def _same_columns(store: RowStore, headers: Sequence[str]) -> list[Notice]:
    """Return which columns hold the same in every row."""
    prints = store.ask(
        "SELECT "
        + ", ".join(
            f"(count(c{index}), bit_xor(hash(concat(c{index}, ' ', rowid))))"
            for index in range(store.columns)
        )
        + " FROM cells"
    )[0]
    groups: dict[object, list[int]] = {}
    for index, fingerprint in enumerate(prints):
        if fingerprint[0]:
            groups.setdefault(fingerprint, []).append(index)
    notices = []
    for first, *others in groups.values():
        same = [other for other in others if _equal(store, first, other)]
        if same:
            notices.append(_same(headers[first], [headers[each] for each in same]))
    return notices


def _equal(store: RowStore, one: int, other: int) -> bool:
    """Return whether two columns are equal in every row, whatever their hashes say."""
    question = f"SELECT count_if(c{one} IS DISTINCT FROM c{other}) FROM cells"
    return bool(store.ask(question)[0][0] == 0)


def _same(first: str, others: list[str]) -> Notice:
    sentence = phrase_of(
        "Column {others} holds the same as {first} in every row.",
        "Columns {others} hold the same as {first} in every row.",
        len(others),
        others=joined(f"'{each}'" for each in others),
        first=f"'{first}'",
    )
    return Notice("same columns", sentence)
