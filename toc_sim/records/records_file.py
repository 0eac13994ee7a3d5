"""A file of records, opened: surveyed as a whole, and read by the columns asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Literal

from toc_sim.records.column_reading import read_table
from toc_sim.records.delimited import cut_of
from toc_sim.records.moments import Order
from toc_sim.records.refusal import refused, unopened
from toc_sim.records.row_store import RowStore, from_text, opened_store
from toc_sim.records.survey import ColumnRules, Survey, surveyed
from toc_sim.records.table import Table

Wanted = Literal["words", "moments", "numbers"]


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

    def __init__(
        self, survey: Survey, store: RowStore, rules: tuple[ColumnRules, ...]
    ) -> None:
        self.survey = survey
        self._store = store
        self._rules = rules

    def table(self, wanted: Mapping[str, Wanted]) -> Table:
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
    path: Path, layouts: Mapping[str, Order] | None = None
) -> Iterator[RecordsFile]:
    """Open a file of records of any kind.

    Parameters
    ----------
    path
        Of the file.
    layouts
        By header, ``day first`` or ``month first`` where dates alone do not tell.

    Raises
    ------
    RecordsError
        If it cannot be read; the message says where it goes wrong.
    """
    with opened_store() as store:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                lines = list(islice(file, 200))
        except OSError as error:
            raise unopened(path, error) from error
        cut = cut_of(lines)
        if cut is None:
            raise refused(path, "is empty")
        names = [f"c{index}" for index in range(cut.width)]
        skip = cut.skipped + bool(cut.headers)
        source = from_text(
            path.resolve(), separator=cut.separator, skip=skip, names=names
        )
        store.load(source, cut.width)
        rules = surveyed(store, cut.headers, layouts or {})
        survey = Survey(path, store.rows, tuple(r.survey for r in rules), (), ())
        yield RecordsFile(survey, store, rules)
