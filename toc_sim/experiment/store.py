"""A file that keeps every run as it ends, so that nothing is simulated twice or lost.

SQLite in write-ahead mode: what was recorded survives the death of the process, and
several processes may use one file. The schema is described in docs/store.md; its
version is SQLite's `user_version`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError, closest
from toc_sim.experiment.record import Record, recorded, restored

APPLICATION = 0x746F6373
"""How a store is told from other SQLite files: "tocs"."""

MIGRATIONS = (
    """
    CREATE TABLE results (
        key TEXT PRIMARY KEY, figures TEXT NOT NULL, departures BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, command TEXT NOT NULL, scenario TEXT NOT NULL,
        started TEXT NOT NULL, finished TEXT
    ) WITHOUT ROWID;
    CREATE TABLE members (
        run TEXT NOT NULL REFERENCES runs (id), variant INTEGER NOT NULL,
        name TEXT NOT NULL, inputs TEXT NOT NULL, replication INTEGER NOT NULL,
        key TEXT NOT NULL, money TEXT NOT NULL,
        PRIMARY KEY (run, variant, replication)
    ) WITHOUT ROWID;
    """,
)
"""What brings a file from one version of the schema to the next."""

PATIENCE = 30.0
"""Seconds to wait for another process that writes."""

MANY = 500
"""Keys asked for at a time."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A command whose runs are kept.

    Attributes
    ----------
    id
        The hash of what was asked: the same question is the same run.
    command
        What was asked, as on the command line.
    scenario
        The name of the scenario.
    started, finished
        When, in UTC; empty while unfinished.
    results
        How many results it has.
    """

    id: str
    command: str
    scenario: str
    started: str
    finished: str
    results: int


@dataclass(frozen=True, slots=True)
class Member:
    """One replication of one variant in a run.

    Attributes
    ----------
    variant, name
        Its place among the variants, and what it is called.
    inputs
        What was varied, by path or name.
    replication
        Its number.
    money
        What it earned, by figure [money/period]; empty without economics.
    """

    variant: int
    name: str
    inputs: Mapping[str, Any]
    replication: int
    money: Mapping[str, float]


class Store:
    """An open store; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            self._prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _prepare(self) -> None:
        """Bring the file to the newest version, or refuse it."""
        [version] = self._open.execute("PRAGMA user_version").fetchone()
        [owner] = self._open.execute("PRAGMA application_id").fetchone()
        [tables] = self._open.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION and (tables or version or owner):
            raise TocError(f"{self.path}: is not a store of toc-sim; name another file")
        if version > len(MIGRATIONS):
            raise TocError(
                f"{self.path}: was written by a newer toc-sim (schema {version}; this "
                f"one knows {len(MIGRATIONS)})\n"
                "    hint: update toc-sim, or name another file with --store"
            )
        self._open.execute("PRAGMA journal_mode = WAL")
        self._open.execute("PRAGMA synchronous = NORMAL")
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            self._open.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; "
                f"PRAGMA application_id = {APPLICATION}; COMMIT;"
            )

    def known(self, keys: Sequence[str]) -> dict[str, RunResult]:
        """Return the results there are of some tasks, by key."""
        found = {}
        with _explained(self.path):
            for first in range(0, len(keys), MANY):
                part = keys[first : first + MANY]
                marks = ", ".join("?" * len(part))
                rows = self._open.execute(
                    "SELECT key, figures, departures FROM results "  # noqa: S608
                    f"WHERE key IN ({marks})",  # marks are question marks only
                    part,
                )
                for key, figures, departures in rows:
                    found[key] = restored(Record(figures, departures))
        return found

    def keep(self, key: str, result: RunResult) -> None:
        """Record the result of a task, for good."""
        record = recorded(result)
        with _explained(self.path):
            self._open.execute(
                "INSERT OR IGNORE INTO results VALUES (?, ?, ?)",
                (key, record.figures, record.departures),
            )

    def begin(self, run: str, command: str, scenario: str) -> None:
        """Record that something was asked."""
        with _explained(self.path):
            self._open.execute(
                "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, NULL)",
                (run, command, scenario, _now()),
            )

    def finish(self, run: str, members: Sequence[tuple[str, Member]]) -> None:
        """Record what a run consists of, once it is complete.

        Parameters
        ----------
        run
            Its id.
        members
            With the key of their result; those of an earlier attempt are replaced.
        """
        rows = [
            (
                run,
                each.variant,
                each.name,
                _text(each.inputs),
                each.replication,
                key,
                _text(each.money),
            )
            for key, each in members
        ]
        with _explained(self.path):
            self._open.execute("BEGIN IMMEDIATE")
            self._open.execute("DELETE FROM members WHERE run = ?", (run,))
            self._open.executemany(
                "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, ?)", rows
            )
            self._open.execute(
                "UPDATE runs SET finished = ? WHERE id = ?", (_now(), run)
            )
            self._open.execute("COMMIT")

    def runs(self) -> tuple[StoredRun, ...]:
        """Return everything that was asked, the latest last."""
        with _explained(self.path):
            rows = self._open.execute(
                "SELECT id, command, scenario, started, ifnull(finished, ''), "
                "(SELECT count(*) FROM members WHERE run = id) "
                "FROM runs ORDER BY started, id"
            ).fetchall()
        return tuple(StoredRun(*row) for row in rows)

    def called(self, name: str) -> StoredRun:
        """Return the run whose id begins like this; ``last`` is the latest finished.

        Raises
        ------
        TocError
            If there is none, or more than one.
        """
        runs = self.runs()
        if name == "last":
            found = sorted((r for r in runs if r.finished), key=lambda r: r.finished)
            found = found[-1:]
        else:
            found = [run for run in runs if name and run.id.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise TocError(f"several runs begin with '{name}': give more letters")
        near = closest(name, [run.id for run in runs])
        hint = f"did you mean '{near}'?" if near else "'toc-sim runs' lists them"
        raise TocError(f"no run '{name}' in {self.path}\n    hint: {hint}")

    def members(self, run: str) -> Iterator[tuple[Member, RunResult]]:
        """Yield the results of a run, by variant and replication."""
        with _explained(self.path):
            rows = self._open.execute(
                "SELECT variant, name, inputs, replication, money, figures, departures "
                "FROM members JOIN results USING (key) WHERE run = ? "
                "ORDER BY variant, replication",
                (run,),
            )
            for variant, name, inputs, replication, money, figures, departures in rows:
                member = Member(
                    variant, name, json.loads(inputs), replication, json.loads(money)
                )
                yield member, restored(Record(figures, departures))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise TocError(
            f"{path}: cannot be used as a store: {str(error).lower()}\n"
            "    hint: name another file with --store, or leave it with --no-store"
        ) from error


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
