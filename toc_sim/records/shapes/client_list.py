"""What a list of clients tells of those who bought, joined by the customer's key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError, quoted
from toc_sim.language import joined, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.records_table import (
    BLANK,
    MomentColumn,
    Numbers,
    RecordsColumn,
    RecordsTable,
    Words,
)

_EXAMPLES = 3
"""How many keys are named of those that have no partner."""

_HALF = 0.5
"""From so many customers without a row on, the join itself is in doubt [1]."""

_Places = NDArray[np.int64]


def attributes_of(
    names: Sequence[str], clients: RecordsTable | None, roles: Mapping[str, str]
) -> tuple[Mapping[str, Words], tuple[Notice, ...]]:
    """Return what is told of each customer, and what did not join.

    Parameters
    ----------
    names
        What the customers who bought are called, by number.
    clients
        A row for each client; None: there is no such list.
    roles
        Which of its headers is the ``customer``; a header with another role than
        ``attribute`` is no attribute.

    Returns
    -------
    By header, a word for each customer, `BLANK` where none is told; and notices.

    Raises
    ------
    TocError
        If the list has no column of customers.

    Notes
    -----
    Keys are joined as they are written. Only where that joins fewer are they all read
    without regard to capitals and to zeros before a number: both lists, every key.
    """
    if clients is None:
        return {}, ()
    keys, header = _keys(clients, roles)
    row, notices = _joined_rows(names, keys, clients.path.name)
    taken = {header, *(each for role, each in roles.items() if role != "attribute")}
    told = {
        name: _by_customer(_as_words(column), row)
        for name, column in clients.columns.items()
        if name not in taken and not isinstance(column, MomentColumn)
    }
    return told, (*clients.notices, *notices)


def _keys(clients: RecordsTable, roles: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the key of every row of the list, empty where none is told."""
    header = roles.get("customer", "")
    column = clients.columns.get(header)
    if column is None or isinstance(column, MomentColumn):
        found = quoted(header) if header else "none"
        raise TocError(
            f"{clients.path.name}: no column holds the customer (found {found})\n"
            "    hint: name the column that the purchases call their customers by"
        )
    words = _as_words(column)
    every = [*words.words, ""]  # BLANK is -1: the last
    return [every[code] for code in words.codes.tolist()], header


def _as_words(column: RecordsColumn) -> Words:
    """Return a column of numbers as words; words as they are."""
    if isinstance(column, Words):
        return column
    if isinstance(column, MomentColumn):
        raise TypeError(column)
    return _numbers_as_words(column)


def _numbers_as_words(column: Numbers) -> Words:
    known = ~np.isnan(column.values)
    different, place = np.unique(column.values[known], return_inverse=True)
    codes = np.full(len(known), BLANK, dtype=np.int32)
    codes[known] = place
    return Words(codes, tuple(f"{value:.15g}" for value in different.tolist()))


def _joined_rows(
    names: Sequence[str], keys: Sequence[str], file: str
) -> tuple[_Places, list[Notice]]:
    """Return the row of each customer in the list, or -1, and what did not join."""
    exact = _rows_by_key(keys, str)
    row = [exact.get(name, -1) for name in names]
    notices = []
    loose = _rows_by_key(keys, _folded)
    wider = [loose.get(_folded(name), -1) for name in names]
    gained = sum(place >= 0 for place in wider) - sum(place >= 0 for place in row)
    one_to_one = len({_folded(name) for name in names}) == len(names)
    if gained > 0 and one_to_one and len(loose) == len(exact):
        row, exact = wider, loose
        names = [_folded(name) for name in names]
        notices.append(_loosely(gained, file))
    notices += _repeated(keys, file)
    notices += _unjoined(names, row, exact, file)
    return np.array(row, dtype=np.int64), notices


def _rows_by_key(
    keys: Sequence[str], written: Callable[[str], str]
) -> Mapping[str, int]:
    """Return the first row of each key."""
    found: dict[str, int] = {}
    for row, key in enumerate(keys):
        if key:
            found.setdefault(written(key), row)
    return found


def _folded(key: str) -> str:
    """Return a key without capitals, and without zeros before a number."""
    return (key.lstrip("0") or "0") if key.isdigit() else key.casefold()


def _loosely(count: int, file: str) -> Notice:
    return Notice(
        "keys read alike",
        phrase_of(
            "{file}: {count} customer joins only if capitals, and zeros before a "
            "number, do not count; so they do not.",
            "{file}: {count} customers join only if capitals, and zeros before a "
            "number, do not count; so they do not.",
            count,
            file=file,
            count=f"{count:,}",
        ),
        evidence={"customers": float(count)},
    )


def _repeated(keys: Sequence[str], file: str) -> Iterator[Notice]:
    """Yield that clients stand more than once, if they do."""
    twice = [key for key, times in Counter(filter(None, keys)).items() if times > 1]
    if twice:
        yield Notice(
            "clients listed twice",
            phrase_of(
                "{file}: {count} client stands in more than one row ({examples}); the "
                "first row counts.",
                "{file}: {count} clients stand in more than one row ({examples}); the "
                "first row counts.",
                len(twice),
                file=file,
                count=f"{len(twice):,}",
                examples=", ".join(twice[:_EXAMPLES]),
            ),
            "doubt",
            {"clients": float(len(twice))},
        )


def _unjoined(
    names: Sequence[str], row: Sequence[int], known: Mapping[str, int], file: str
) -> Iterator[Notice]:
    """Yield who bought and is not in the list, and who is and never bought."""
    strangers = [name for name, at in zip(names, row, strict=True) if at < 0]
    if strangers:
        yield Notice(
            "customers without attributes",
            phrase_of(
                "{count} customer of {all} bought and is not in {file}: {examples}.",
                "{count} customers of {all} bought and are not in {file}: {examples}.",
                len(strangers),
                count=f"{len(strangers):,}",
                all=f"{len(names):,}",
                file=file,
                examples=joined(strangers[:_EXAMPLES]),
            ),
            "doubt" if len(strangers) > _HALF * len(names) else "note",
            {"customers": float(len(strangers)), "of": float(len(names))},
        )
    idle = len(known) - len({at for at in row if at >= 0})
    if idle:
        yield Notice(
            "clients who never bought",
            phrase_of(
                "{count} client in {file} has bought nothing in these records.",
                "{count} clients in {file} have bought nothing in these records.",
                idle,
                count=f"{idle:,}",
                file=file,
            ),
            evidence={"clients": float(idle)},
        )


def _by_customer(words: Words, row: _Places) -> Words:
    """Return a column of the list by customer."""
    codes = words.codes[np.maximum(row, 0)] if len(words.codes) else row.copy()
    return Words(np.where(row < 0, BLANK, codes).astype(np.int32), words.words)
