"""The tables of a store's file, and a run's figures as text and bytes in them.

The version of the schema is SQLite's `user_version`; docs/store.md describes it. An
older file is brought up to date, a newer one refused.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np

from toc_sim.engine.result import NodeRun, RunResult, Share, WaitRun
from toc_sim.errors import TocError

APPLICATION = 0x746F6373
"""How a store is told from other SQLite files: "tocs"."""

MIGRATIONS = (
    (
        """
        CREATE TABLE results (
            key TEXT PRIMARY KEY, figures TEXT NOT NULL, departures BLOB NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY, command TEXT NOT NULL, scenario TEXT NOT NULL,
            started TEXT NOT NULL, finished TEXT
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE members (
            run TEXT NOT NULL REFERENCES runs (id), variant INTEGER NOT NULL,
            name TEXT NOT NULL, inputs TEXT NOT NULL, replication INTEGER NOT NULL,
            key TEXT NOT NULL, money TEXT NOT NULL,
            PRIMARY KEY (run, variant, replication)
        ) WITHOUT ROWID
        """,
    ),
    (  # large rows are found faster by number; an export names its units
        """
        CREATE TABLE numbered (
            key TEXT PRIMARY KEY, figures TEXT NOT NULL, departures BLOB NOT NULL
        )
        """,
        "INSERT INTO numbered SELECT key, figures, departures FROM results",
        "DROP TABLE results",
        "ALTER TABLE numbered RENAME TO results",
        "ALTER TABLE runs ADD COLUMN item TEXT NOT NULL DEFAULT 'item'",
        "ALTER TABLE runs ADD COLUMN period TEXT NOT NULL DEFAULT 'period'",
        "ALTER TABLE runs ADD COLUMN currency TEXT NOT NULL DEFAULT ''",
    ),
    (  # a bit that a disk has lost is noticed, wherever it was
        "ALTER TABLE results ADD COLUMN checksum INTEGER",
        """
        UPDATE results SET checksum
            = checksum(CAST(key AS BLOB), CAST(figures AS BLOB), departures)
        """,
        "ALTER TABLE members ADD COLUMN checksum INTEGER",
        """
        UPDATE members SET checksum = checksum(CAST(run AS BLOB), variant,
            CAST(name AS BLOB), CAST(inputs AS BLOB), replication,
            CAST(key AS BLOB), CAST(money AS BLOB))
        """,
    ),
)
"""What brings a file from one version of the schema to the next, by statements."""


def checksum(*parts: str | float | bytes) -> int:
    """Return what tells whether any bit of a row has changed since it was written.

    Parameters
    ----------
    parts
        The columns of the row, in the order of the table.

    References
    ----------
    CRC-32 notices every error in a single bit, and every run of up to 32 wrong bits:
    Peterson, W. W. & Brown, D. T. (1961), *Cyclic codes for error detection*,
    Proceedings of the IRE 49(1), 228-235.
    """
    found = 0
    for part in parts:
        content = part if isinstance(part, bytes) else str(part).encode()
        found = zlib.crc32(content, zlib.crc32(b"%d:" % len(content), found))
    return found


PAGE, WAL_PAGES = 16_384, 4_000
"""Bytes of a page, as a result takes some tens of thousands; and the pages that may
wait beside the file before they are put into it. Both halve the time of writing."""

ATTEMPTS, PAUSE = 50, 0.1
"""How often a file that others make at the same time is tried, and the pause [s]."""


def prepare(file: sqlite3.Connection, path: Path) -> None:
    """Bring an open file to the newest version of the schema, or refuse it untouched.

    Raises
    ------
    TocError
        If it is something else, or was written by a newer version.
    """
    file.execute("BEGIN")  # to read several things as of one moment
    try:
        found = _version(file, path)
    finally:
        file.rollback()
    if found < len(MIGRATIONS):
        _made_ready(file)
        with writing(file):
            version = _version(file, path)  # another process may have been faster
            for statements in MIGRATIONS[version:]:
                for each in statements:
                    file.execute(each)
            file.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            file.execute(f"PRAGMA application_id = {APPLICATION}")
    _write_ahead(file)


def prepared(file: sqlite3.Connection) -> None:
    """Give a file that only this process sees the newest schema."""
    _made_ready(file)
    for statements in MIGRATIONS:
        for each in statements:
            file.execute(each)


def _made_ready(file: sqlite3.Connection) -> None:
    """Let a file that is still empty have pages that fit what is written to it.

    Statements of the migrations may ask for checksums.
    """
    file.execute(f"PRAGMA page_size = {PAGE}")
    file.create_function("checksum", -1, checksum, deterministic=True)


def _version(file: sqlite3.Connection, path: Path) -> int:
    [version] = file.execute("PRAGMA user_version").fetchone()
    [owner] = file.execute("PRAGMA application_id").fetchone()
    [tables] = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != APPLICATION and (tables or version or owner):
        raise TocError(_FOREIGN.format(path=path))
    if version > len(MIGRATIONS):
        raise TocError(
            f"{path}: was written by a newer toc-sim (schema {version}; this one knows "
            f"{len(MIGRATIONS)})\n"
            "    hint: update toc-sim, or name another file with --store"
        )
    return int(version)


def _write_ahead(file: sqlite3.Connection) -> None:
    """Let readers and a writer work at once; SQLite does not wait here by itself."""
    for attempt in range(ATTEMPTS):
        try:
            file.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == ATTEMPTS - 1:
                raise
            sleep(PAUSE)
    file.execute("PRAGMA synchronous = NORMAL")
    file.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")


@contextmanager
def writing(file: sqlite3.Connection) -> Iterator[None]:
    """Make several changes one: all of them are there afterwards, or none."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        file.rollback()
        raise
    file.execute("COMMIT")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say what is wrong with a file that cannot be used, and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        said = _WORDS.get(None if code is None else code & 0xFF, _ANY)
        raise TocError(said.format(path=path, error=str(error).lower())) from error
    except FileExistsError as error:  # where there should be a folder
        reason = f"{path.parent} is not a folder"
        raise TocError(_ANY.format(path=path, error=reason)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise TocError(_ANY.format(path=path, error=reason)) from error


_OTHER = "\n    hint: name another file with --store, or leave it with --no-store"
_FOREIGN = "{path}: is not a store of toc-sim; name another file"
_ANY = "{path}: cannot be used as a store: {error}" + _OTHER
_WORDS: dict[int | None, str] = {
    sqlite3.SQLITE_NOTADB: _FOREIGN,
    sqlite3.SQLITE_BUSY: "{path}: is in use by another process, which does not let go"
    + _OTHER,
    sqlite3.SQLITE_CORRUPT: "{path}: is damaged ({error})" + _OTHER,
}


ARRAYS = ("departures", "sellers", "opened", "active_periods")
"""Fields that are not text: they are kept as bytes."""

SOLD_BY = "sold_by"
"""Says among the figures that sellers stand behind the departures."""

WAS_OPEN = "opened"
"""Says among the figures that behind those stands which were open at the start."""

PERIODS = "periods"
"""Says among the figures how many active periods of each node stand behind those."""

AS_IS = 0
"""How zlib packs: not at all. Times by chance would hardly get shorter (by 8 %), at the
price of simulating half of them again."""


TIME, MARK, SPAN = 8, 4, 16
"""Bytes of a purchase: when it was, and its seller, or which it was of those open at
the start; and of an active period."""

DAMAGES = (ValueError, TypeError, KeyError, AttributeError, zlib.error)
"""What `restored` raises for a record that is not whole."""


StoredResult = tuple[bytes, bytes]
"""One run as it is stored: all figures of a `RunResult` as a JSON object, in UTF-8; and
when items were bought: little-endian doubles, and behind them, where there are several
products, the seller of each: 32-bit integers; where some were open at the start, which
of these each was, or -1: the same; and where active periods were asked for,
begin and end of each, node by node: doubles; packed by zlib."""


def recorded(result: RunResult) -> StoredResult:
    """Return a run as it is stored; no digit is lost."""
    figures = {
        each.name: _plain(getattr(result, each.name))
        for each in fields(RunResult)
        if each.name not in ARRAYS
    }
    times = np.ascontiguousarray(result.departures, dtype="<f8").tobytes()
    if len(result.sellers):
        figures[SOLD_BY] = True
        times += np.ascontiguousarray(result.sellers, dtype="<i4").tobytes()
    if len(result.opened):
        figures[WAS_OPEN] = True
        times += np.ascontiguousarray(result.opened, dtype="<i4").tobytes()
    if result.active_periods:
        figures[PERIODS] = [len(spans) for spans in result.active_periods]
        times += b"".join(
            np.ascontiguousarray(spans, dtype="<f8").tobytes()
            for spans in result.active_periods
        )
    return json.dumps(figures).encode(), zlib.compress(times, AS_IS)


def restored(record: StoredResult) -> RunResult:
    """Return the run that was stored."""
    figures, departures = record
    data: dict[str, Any] = json.loads(figures)
    for name, kind in (
        ("nodes", NodeRun),
        ("resources", NodeRun),
        ("shares", Share),
        ("other_shares", Share),
    ):
        data[name] = tuple(kind(**each) for each in data[name])
    for name in ("waits", "sold_waits"):  # not yet in results of engine version 2
        data[name] = tuple(
            WaitRun(**{**each, "counts": tuple(each["counts"])})
            for each in data.get(name, ())
        )
    told, known = data.pop(SOLD_BY, False), data.pop(WAS_OPEN, False)
    lengths = data.pop(PERIODS, [])
    content = zlib.decompress(departures)
    size = TIME + MARK * (told + known)
    count = (len(content) - SPAN * sum(lengths)) // size
    times = np.frombuffer(content, dtype="<f8", count=count)
    numbers = np.frombuffer(
        content, dtype="<i4", count=count * (told + known), offset=TIME * count
    )
    sellers, opened = numbers[: count * told], numbers[count * told :]
    spans = np.frombuffer(content, dtype="<f8", offset=size * count).reshape(-1, 2)
    if data["bought"] > count or len(spans) != sum(lengths):
        raise ValueError(count)
    ends = np.cumsum(lengths, dtype=int)[:-1]
    periods = np.split(spans.astype(np.float64, copy=False), ends) if lengths else ()
    return RunResult(
        **data,
        departures=times.astype(np.float64, copy=False),
        sellers=sellers.astype(np.int32, copy=False),
        opened=opened.astype(np.int32, copy=False),
        active_periods=tuple(periods),
    )


def _plain(value: Any) -> Any:
    """Return a number or word as it is, and parts as their fields by name."""
    if not isinstance(value, tuple):
        return value
    return [each._asdict() for each in value]


MANY = 500
"""Keys asked for at a time."""


def known(
    file: sqlite3.Connection, keys: Sequence[str]
) -> tuple[dict[str, RunResult], tuple[str, ...]]:
    """Return the results that an open file has of some tasks; `Store.known`.

    Returns
    -------
    The results by key, and the keys of those that are damaged.
    """
    found: dict[str, RunResult] = {}
    damaged: list[str] = []
    for first in range(0, len(keys), MANY):
        part = keys[first : first + MANY]
        marks = ", ".join("?" * len(part))
        rows = file.execute(
            "SELECT key, CAST(figures AS BLOB), departures, checksum "  # noqa: S608
            f"FROM results WHERE key IN ({marks})",  # marks are question marks only
            part,
        )
        for key, figures, departures, expected in rows:
            if checksum(key, figures, departures) == expected:
                with suppress(*DAMAGES):
                    found[key] = restored((figures, departures))
            if key not in found:
                damaged.append(key)
    return found, tuple(damaged)


def write(file: sqlite3.Connection, key: str, result: RunResult) -> None:
    """Record the result of a task in an open file; `Store.keep`."""
    figures, departures = recorded(result)
    file.execute(
        "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
        (key, figures.decode(), departures, checksum(key, figures, departures)),
    )
