"""All cells of a file as text in a database on disk, which takes little memory.

This is the only module that knows DuckDB. Column number n of the file is ``c{n}``, from
0; an empty cell is NULL, and no cell has blanks at its ends.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import TocError, needs
from toc_sim.records.packed_words import packed

MEMORY = "300MB"
"""What the database may use, besides what it hands out."""

THREADS = 2

_MANY = 500_000
"""So many different words are counted in little memory."""

ROWS_AT_ONCE = 1_000_000
"""How many rows are handed out at a time, so that little is held twice."""

BLANKS = " \t\r\n\v\f\u00a0\u202f\u2007"
"""What is stripped from the ends of cells."""

EMPTY = "\x01"
"""A text that no cell holds: so that an empty cell is told from one that is missing."""


class RowStore:
    """The rows of a file in a database.

    Parameters
    ----------
    connection
        Of DuckDB.
    folder
        For whatever has to be written while the file is read.

    Attributes
    ----------
    folder
        The same.
    columns
        How many columns there are.
    rows
        How many rows there are.
    number
        How SQL calls the number of a row in the file, from 1.
    """

    def __init__(self, connection: Any, folder: Path) -> None:
        self._connection = connection
        self.folder = folder
        self.columns = 0
        self.rows = 0
        self.number = "(rowid + 1)"

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows that answer a question in SQL.

        Parameters
        ----------
        question
            Of the table ``cells``, or any other.
        values
            Of the question marks in it.
        """
        answer: list[tuple[Any, ...]] = self._connection.execute(
            question, list(values)
        ).fetchall()
        return answer

    def asked_in_parts(self, question: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that answer a question, of which there may be many.

        Parameters
        ----------
        question
            In SQL.
        """
        answer = self._connection.execute(question)
        while part := answer.fetchmany(20_000):
            yield from part

    def run(self, command: str, *values: object) -> None:
        """Do what a command in SQL says.

        Parameters
        ----------
        command
            In SQL.
        values
            Of the question marks in it.
        """
        self._connection.execute(command, list(values))

    def load_text(
        self,
        path: Path,
        width: int,
        *,
        separator: str = ",",
        skip: int = 0,
        numbered: bool = False,
        uneven: bool = False,
    ) -> None:
        """Fill the table ``cells`` from a text of separated cells.

        Parameters
        ----------
        path
            Of a file in UTF-8, whose name has none of ``*?[``.
        width
            How many columns there are, the numbers of rows not counted.
        separator
            Between cells.
        skip
            Lines before the first row.
        numbered
            Whether the first cell of each row is its number.
        uneven
            Whether rows may end early.

        Raises
        ------
        FlawedSourceError
            If it is not flawless.
        """
        names = [f"c{index}" for index in range(width)]
        every = ["n", *names] if numbered else names
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in every)
        early = "null_padding = true, parallel = false, " if uneven else ""
        source = (
            f"read_csv({_text(str(path))}, auto_detect = false, header = false, "
            f"delim = {_text(separator)}, quote = '\"', escape = '\"', skip = {skip}, "
            f"nullstr = {_text(EMPTY)}, compression = 'none', strict_mode = true, "
            f"{early}hive_partitioning = false, columns = {{{columns}}})"
        )
        number = "CAST(n AS BIGINT) AS n, " if numbered else ""
        cells = ", ".join(f"nullif(trim({name}, ?), '') AS {name}" for name in names)
        self._fill(f"SELECT {number}{cells} FROM {source}", width)
        self.number = "n" if numbered else "(rowid + 1)"

    def load_parquet(self, path: Path, most: int) -> tuple[str, ...]:
        """Fill the table ``cells`` from a file of Parquet, and return its headers.

        Parameters
        ----------
        path
            Of the file.
        most
            With more columns than that, nothing is loaded.

        Raises
        ------
        FlawedSourceError
            If it is damaged.
        """
        link = self.folder / "rows.parquet"
        try:
            link.symlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, link)
        source = f"read_parquet({_text(str(link))}, hive_partitioning = false)"
        with _flaws():
            described = self.ask(f"DESCRIBE SELECT * FROM {source}")
        headers = tuple(name for name, *_ in described)
        if len(headers) <= most:
            cells = ", ".join(
                f"nullif(trim(CAST({_name(header)} AS VARCHAR), ?), '') AS c{index}"
                for index, header in enumerate(headers)
            )
            self._fill(f"SELECT {cells} FROM {source}", len(headers))
        return headers

    def _fill(self, question: str, width: int) -> None:
        """Fill the table with what a question answers; its values are blanks."""
        with _flaws():
            self._connection.execute("DROP TABLE IF EXISTS cells")
            self._connection.execute(
                f"CREATE TABLE cells AS {question}", [BLANKS] * width
            )
        self.columns = width
        self._count()

    def drop_rows(self) -> None:
        """Leave out the rows whose numbers stand in the table ``left_out``."""
        kept = ", ".join(f"c{index}" for index in range(self.columns))
        self._connection.execute(
            f"CREATE TABLE kept AS SELECT {self.number} AS n, {kept} FROM cells "
            f"WHERE {self.number} NOT IN (SELECT n FROM left_out) ORDER BY n"
        )
        self._connection.execute("DROP TABLE cells")
        self._connection.execute("ALTER TABLE kept RENAME TO cells")
        self.number = "n"
        self._count()

    def array(self, expression: str, kind: type[Any], source: str = "") -> NDArray[Any]:
        """Return what an expression is in every row, in the order of the rows.

        Parameters
        ----------
        expression
            In SQL; never NULL.
        kind
            Of the values.
        source
            In SQL, rows with their ``place``, where ``{where}`` stands for which;
            empty: all cells, and the ``number`` of the row.
        """
        every = (
            f"(SELECT rowid AS place, {self.number} AS number, * FROM cells "
            "WHERE {where})"
        )
        values = np.empty(self.rows, dtype=kind)
        for begin in range(0, self.rows, ROWS_AT_ONCE):
            end = min(begin + ROWS_AT_ONCE, self.rows)
            some = (source or every).replace(
                "{where}", f"rowid >= {begin} AND rowid < {end}"
            )
            answer = self._connection.execute(
                f"SELECT {expression} AS value FROM {some} ORDER BY place"
            ).fetchnumpy()
            values[begin:end] = answer["value"]
        return values

    def numbers(self) -> NDArray[np.int64]:
        """Return the numbers of the rows in the file, from 1."""
        if self.number == "n":
            return self.array("number", np.int64)
        return np.arange(1, self.rows + 1, dtype=np.int64)

    def distinct(self, column: int) -> int:
        """Return how many different cells a column has, empty ones not counted.

        Parameters
        ----------
        column
            Its number.
        """
        cell = f"c{column}"
        about, filled = self.ask(
            f"SELECT approx_count_distinct({cell}), count({cell}) FROM cells"
        )[0]
        if about < _MANY:
            return int(self.ask(f"SELECT count(DISTINCT {cell}) FROM cells")[0][0])
        keys = self.array(f"coalesce(hash({cell}), 0::UBIGINT)", np.uint64)
        keys.sort()
        different = 1 + int(np.count_nonzero(keys[1:] != keys[:-1]))
        return different - int(filled < self.rows)

    def repeated(self, expression: str) -> NDArray[np.uint64]:
        """Return the values that an expression has in several rows.

        They are sorted here, for the database would take more memory.

        Parameters
        ----------
        expression
            In SQL; whole numbers, never NULL.
        """
        keys = self.array(expression, np.uint64)
        keys.sort()
        return np.unique(keys[1:][keys[1:] == keys[:-1]])

    def keep_keys(self, table: str, keys: NDArray[np.uint64]) -> None:
        """Fill a table of one column, ``key``.

        Parameters
        ----------
        table
            Its name.
        keys
            What it shall hold.
        """
        self._connection.register("given", {"key": keys})
        self.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT key FROM given")
        self._connection.unregister("given")

    def codes(self, column: int) -> tuple[NDArray[np.int32], Sequence[str]]:
        """Return which word stands in every row, and the words in the order of rows.

        Parameters
        ----------
        column
            Its number.
        """
        cell = f"c{column}"
        run = self._connection.execute
        run(
            "CREATE TEMP TABLE words AS SELECT word, "
            "CAST(row_number() OVER (ORDER BY first) - 1 AS INTEGER) AS code FROM "
            f"(SELECT {cell} AS word, min(rowid) AS first FROM cells "
            f"WHERE {cell} IS NOT NULL GROUP BY 1)"
        )
        run(
            "CREATE TEMP TABLE coded AS SELECT coalesce(words.code, -1) AS code "
            f"FROM cells LEFT JOIN words ON cells.{cell} = words.word "
            "ORDER BY cells.rowid"
        )
        codes = np.empty(self.rows, dtype=np.int32)
        for begin in range(0, self.rows, ROWS_AT_ONCE):
            end = min(begin + ROWS_AT_ONCE, self.rows)
            codes[begin:end] = run(
                f"SELECT code FROM coded WHERE rowid >= {begin} AND rowid < {end} "
                "ORDER BY rowid"
            ).fetchnumpy()["code"]
        words = packed(
            word
            for (word,) in self.asked_in_parts("SELECT word FROM words ORDER BY code")
        )
        run("DROP TABLE words")
        run("DROP TABLE coded")
        return codes, words

    def _count(self) -> None:
        self.rows = int(self.ask("SELECT count(*) FROM cells")[0][0])


@contextmanager
def opened_store() -> Iterator[RowStore]:
    """Open a store of rows, which is gone with all its files at the end of the block.

    Raises
    ------
    TocError
        If DuckDB is not installed.
    """
    with needs("DuckDB", "records", "reading records"):
        import duckdb
    folder = Path(tempfile.mkdtemp(prefix="toc_sim_records_"))
    try:
        connection = duckdb.connect(
            str(folder / "rows.duckdb"),
            config={
                "memory_limit": MEMORY,
                "threads": THREADS,
                "temp_directory": str(folder / "spilled"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            with _room():
                yield RowStore(connection, folder)
        finally:
            connection.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class FlawedSourceError(Exception):
    """A source that the database cannot read; it never leaves this room."""


@contextmanager
def _flaws() -> Iterator[None]:
    """Tell a flawed source from a machine without room."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.PermissionException):
        raise
    except duckdb.Error as error:
        if "space" in str(error) and isinstance(error, duckdb.IOException):
            raise
        raise FlawedSourceError(str(error)) from error


def _text(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _name(name: str) -> str:
    """Return the name of a column as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _room() -> Iterator[None]:
    """Say plainly where a machine has too little room."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException, OSError) as error:
        if isinstance(error, OSError) and error.errno != ENOSPC:
            raise
        reason = str(error).partition("\n")[0]
        raise TocError(
            f"there is too little room on this machine to read the records: {reason}\n"
            "    hint: make room in the folder for temporary files"
        ) from error
