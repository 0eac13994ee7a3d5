"""A file of any kind into the database: what it is, how it is cut, its headers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from toc_sim.language import joined, phrase, phrase_of
from toc_sim.records.delimited import BLANK_RUNS, cut_notices, cut_of, first_lines
from toc_sim.records.encoding import utf8_text
from toc_sim.records.excel_sheet import write_sheet
from toc_sim.records.file_kind import kind_of, plain_file
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.refusal import refused
from toc_sim.records.regular_rows import WrittenRows, write_regular
from toc_sim.records.row_store import FlawedSourceError, RowStore
from toc_sim.records.xes import write_log

MOST_COLUMNS = 1_000
"""No table of records has more; a file that has is something else."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of a file whose rows stand in the database now.

    Attributes
    ----------
    headers
        Of all columns, each once.
    rows
        How many rows the file has, those left out included.
    point
        Whether decimals stand behind a point where that has to be guessed; None: the
        file gives no sign.
    notices, dropped
        What is to be known of how it was read.
    """

    headers: tuple[str, ...]
    rows: int
    point: bool | None
    notices: tuple[Notice, ...]
    dropped: tuple[Dropped, ...]


def taken_in(path: Path, store: RowStore, sheet: str) -> Intake:
    """Load the rows of a file into a store, and return what is known of them.

    Parameters
    ----------
    path
        Of the file.
    store
        Without rows.
    sheet
        Of a workbook; empty: the first that has rows.

    Raises
    ------
    RecordsError
        If it cannot be read.
    """
    plain = plain_file(path, store.folder)
    kind = kind_of(plain, path)
    point: bool | None = True
    if kind == "parquet":
        written = _parquet(plain, path, store)
    elif kind == "text":
        written, point = _text(plain, path, store)
    else:
        to = store.folder / "rows.csv"
        if kind == "excel":
            written = write_sheet(plain, path, sheet, to)
        else:
            written = write_log(plain, path, to)
        _refuse_wide(path, written.width)
        store.load_text(to, written.width, numbered=True, uneven=True)
        to.unlink()
    if not store.rows:
        what = phrase("has names of columns, and no rows below them")
        raise refused(path, what)
    headers, notices = _unique(written.headers, written.width)
    return Intake(
        headers=headers,
        rows=written.rows,
        point=point,
        notices=(*written.notices, *notices),
        dropped=written.dropped,
    )


def _refuse_wide(path: Path, width: int) -> None:
    if not width:
        raise refused(path, phrase("has rows in which nothing stands"))
    if width > MOST_COLUMNS:
        what = phrase(
            "has {count} columns; {most} are read at most",
            count=width,
            most=MOST_COLUMNS,
        )
        raise refused(path, what, hint=phrase("keep the columns that are needed"))


def _text(plain: Path, path: Path, store: RowStore) -> tuple[WrittenRows, bool | None]:
    """Load a text of separated cells."""
    text = utf8_text(plain, path, store.folder)
    cut = cut_of(first_lines(text.path))
    if cut is None:
        raise refused(path, phrase("is empty"))
    _refuse_wide(path, cut.width)
    point = {",": True, ";": False}.get(cut.separator)
    notices = (*text.notices, *cut_notices(cut))
    flawless = not text.gaps and cut.above == cut.lines_above <= 1
    if flawless and cut.separator != BLANK_RUNS:
        try:
            store.load_text(
                text.path, cut.width, separator=cut.separator, skip=cut.lines_above
            )
        except FlawedSourceError:
            pass
        else:
            rows = store.rows
            return WrittenRows(cut.headers, cut.width, rows, notices), point
    to = store.folder / "rows.csv"
    regular = write_regular(text.path, path, cut, to)
    store.load_text(to, cut.width, numbered=True)
    to.unlink()
    written = WrittenRows(
        cut.headers, cut.width, regular.rows, notices, regular.dropped
    )
    return written, point


def _parquet(plain: Path, path: Path, store: RowStore) -> WrittenRows:
    """Load a file of Parquet."""
    try:
        headers = store.load_parquet(plain, MOST_COLUMNS)
    except FlawedSourceError as error:
        what = phrase("is a damaged Parquet file")
        raise refused(path, what, hint=phrase("copy or export it again")) from error
    _refuse_wide(path, len(headers))
    return WrittenRows(headers, len(headers), store.rows)


def _unique(names: tuple[str, ...], width: int) -> tuple[tuple[str, ...], list[Notice]]:
    """Return a name for each column, all different, and what was changed for that."""
    bare = [" ".join(name.split()) for name in names]
    bare += [""] * (width - len(bare))
    seen: Counter[str] = Counter()
    taken = set(bare)
    headers, doubled, nameless = [], dict[str, None](), list[str]()
    for place, name in enumerate(bare, start=1):
        header = name or phrase("column {number}", number=place)
        seen[name] += 1
        if name and seen[name] > 1:
            doubled[name] = None
            header = _free(name, taken)
            taken.add(header)
        elif not name:
            header = _free(header, taken) if header in taken else header
            nameless.append(header)
        headers.append(header)
    notices = []
    if doubled:
        sentence = phrase_of(
            "Several columns are called {names}; the later ones have (2), (3) and so "
            "on behind it here.",
            "Several columns share the names {names}; the later ones have (2), (3) and "
            "so on behind them here.",
            len(doubled),
            names=joined(doubled),
        )
        notices.append(Notice("same names", sentence, "doubt"))
    if nameless and names:
        sentence = phrase_of(
            "A column has no name and is called {names} here.",
            "Some columns have no names and are called {names} here.",
            len(nameless),
            names=joined(nameless[:20]),
        )
        notices.append(Notice("columns without names", sentence))
    return tuple(headers), notices


def _free(name: str, taken: set[str]) -> str:
    """Return a name with the first number behind it that makes it new."""
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
