"""A file of records, opened: surveyed as a whole, and read by the columns asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from toc_sim.language import phrase
from toc_sim.records.column_reading import read_table
from toc_sim.records.column_rules import SaidLayout, column_rules
from toc_sim.records.intake import taken_in
from toc_sim.records.reading_notices import reading_notices
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.refusal import refused
from toc_sim.records.row_defects import without_defects
from toc_sim.records.row_store import RowStore, opened_store
from toc_sim.records.shared_rules import FileRules, settled
from toc_sim.records.survey import Survey

WantedKind = Literal["words", "moments", "numbers"]
"""As what the cells of a column are to be read."""


class RecordsFile:
    """A file of records whose rows stand in a database for as long as it is open.

    Parameters
    ----------
    survey
        What it holds.
    store
        Of the rows.
    rules
        Of its columns.

    Attributes
    ----------
    survey
        The same.
    """

    def __init__(self, survey: Survey, store: RowStore, rules: FileRules) -> None:
        self.survey = survey
        self._store = store
        self._rules = rules

    def table(self, wanted: Mapping[str, WantedKind]) -> RecordsTable:
        """Return the rows, with the columns that are wanted.

        Parameters
        ----------
        wanted
            By header, as what its cells are to be read.

        Raises
        ------
        RecordsError
            If a column is not there, or cannot be read so.
        """
        return read_table(self.survey, self._store, self._rules, wanted)


@contextmanager
def opened(
    path: Path, layouts: Mapping[str, SaidLayout] | None = None, *, sheet: str = ""
) -> Iterator[RecordsFile]:
    """Open a file of records: separated cells, xlsx, Parquet or XES, plain or gzipped.

    Parameters
    ----------
    path
        Of the file.
    layouts
        By header, what its cells alone do not tell: ``day first``, ``month first``,
        ``decimal point`` or ``decimal comma``.
    sheet
        Of a workbook; empty: the first that has rows.

    Raises
    ------
    RecordsError
        If it cannot be read; the message says where it goes wrong.
    TocError
        If a library is missing that it takes, or room on this machine.
    """
    with opened_store() as store:
        intake = taken_in(path, store, sheet)
        headers = intake.headers
        asked = layouts or {}
        for header in asked:
            if header not in headers:
                what = phrase("has no column '{header}'", header=header)
                raise refused(path, what)
        defects = without_defects(store, path, headers)
        if not store.rows:
            raise refused(path, phrase("has no rows in which anything stands"))
        columns = column_rules(store, headers, asked)
        rules = settled(store, columns, point=intake.point)
        told = reading_notices(store, rules)
        survey = Survey(
            path=path,
            rows=intake.rows,
            columns=tuple(column.survey for column in rules.columns),
            notices=(*intake.notices, *defects.notices, *told),
            dropped=(*intake.dropped, *defects.dropped),
        )
        yield RecordsFile(survey, store, rules)
