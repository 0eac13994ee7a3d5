"""A file that keeps every run as it ends, so that nothing is simulated twice or lost.

SQLite in write-ahead mode: what was recorded survives the death of the process, and
several processes may use one file. The schema is described in docs/store.md.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError, closest
from toc_sim.experiment.store.database import (
    DAMAGES,
    checksum,
    explained,
    known,
    prepare,
    restored,
    write,
    writing,
)
from toc_sim.scenario.model import Scenario

LOCK_TIMEOUT = 30.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class StoredStudy:
    """A question that was asked, with its runs.

    Attributes
    ----------
    id
        The hash of what was asked: the same question is the same study.
    command
        What was asked, as on the command line.
    scenario
        The name of the scenario.
    started, finished
        When, in UTC; empty while unfinished.
    results
        How many results it has; 0 while unfinished.
    item, period, currency
        The words of its units; an empty currency is none that the file names.
    """

    id: str
    command: str
    scenario: str
    started: str
    finished: str
    results: int
    item: str = "item"
    period: str = "period"
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One replication of one variant in a study.

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
    """An open store; a context manager that closes it.

    Parameters
    ----------
    path
        The file; it is made if it is not there.
    patience
        Seconds to wait for another process that writes.

    Attributes
    ----------
    damaged
        The keys of results that were asked for and are not what was written.

    Raises
    ------
    TocError
        If the file is not a store, or a newer one, or cannot be used.
    """

    def __init__(self, path: Path, patience: float = LOCK_TIMEOUT) -> None:
        self.path = path
        self.damaged: set[str] = set()
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open = sqlite3.connect(path, timeout=patience, isolation_level=None)
            try:
                prepare(self._open, path)
            except BaseException:
                self._open.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def known(self, keys: Sequence[str]) -> dict[str, RunResult]:
        """Return the results there are of some tasks, by key.

        One that is damaged is not there: it is made again, and kept in its place.
        """
        with explained(self.path):
            found, damaged = known(self._open, keys)
        self.damaged.update(damaged)
        return found

    def keep(self, key: str, result: RunResult) -> None:
        """Record the result of a task, for good."""
        with explained(self.path):
            write(self._open, key, result)

    def begin(self, study: str, command: str, scenario: Scenario) -> None:
        """Record that something was asked of a scenario."""
        words = (scenario.name, scenario.item, scenario.period, scenario.currency)
        with explained(self.path):
            self._open.execute(
                "INSERT OR IGNORE INTO runs "
                "(id, command, started, scenario, item, period, currency) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (study, command, _now(), *words),
            )

    def forget(self, study: str) -> None:
        """Forget that something was asked, unless it was answered once."""
        with explained(self.path):
            self._open.execute(
                "DELETE FROM runs WHERE id = ? AND finished IS NULL", (study,)
            )

    def finish(self, study: str, members: Iterable[tuple[str, Member]]) -> None:
        """Record what a study consists of, once it is complete.

        Parameters
        ----------
        study
            Its id.
        members
            With the key of their result; those of an earlier attempt are replaced.
        """
        with explained(self.path), self._aside(study, members), writing(self._open):
            self._open.execute("DELETE FROM members WHERE run = ?", (study,))
            self._open.execute("INSERT INTO members SELECT * FROM aside")
            self._open.execute(
                "UPDATE runs SET finished = ? WHERE id = ?", (_now(), study)
            )

    @contextmanager
    def _aside(
        self, study: str, members: Iterable[tuple[str, Member]]
    ) -> Iterator[None]:
        """Put members where only this process sees them, so that no other waits."""
        self._open.execute("CREATE TEMP TABLE aside AS SELECT * FROM members WHERE 0")
        try:
            self._open.executemany(
                "INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (_row(study, key, each) for key, each in members),
            )
            yield
        finally:
            self._open.execute("DROP TABLE aside")

    def studies(self) -> tuple[StoredStudy, ...]:
        """Return everything that was asked, the latest last."""
        with explained(self.path):
            rows = self._open.execute(
                "SELECT id, command, scenario, started, ifnull(finished, ''), "
                "(SELECT count(*) FROM members WHERE run = id), item, period, currency "
                "FROM runs ORDER BY started, id"
            ).fetchall()
        return tuple(StoredStudy(*row) for row in rows)

    def study(self, name: str) -> StoredStudy:
        """Return the study whose id begins like this; ``last`` is the latest finished.

        Raises
        ------
        TocError
            If there is none, or more than one.
        """
        studies = self.studies()
        if name == "last":
            found = sorted((s for s in studies if s.finished), key=lambda s: s.finished)
            found = found[-1:]
            if not found:
                raise TocError(
                    f"no run in {self.path} is finished\n"
                    "    hint: 'toc-sim runs' tells how to go on"
                )
        else:
            found = [each for each in studies if name and each.id.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise TocError(f"several runs begin with '{name}': give more letters")
        near = closest(name, [each.id for each in studies])
        hint = f"did you mean '{near}'?" if near else "'toc-sim runs' lists them"
        raise TocError(f"no run '{name}' in {self.path}\n    hint: {hint}")

    def inputs(self, study: str) -> tuple[Mapping[str, Any], ...]:
        """Return what was varied in a study, by variant."""
        with explained(self.path):
            rows = self._open.execute(
                "SELECT inputs FROM members WHERE run = ? "
                "GROUP BY variant ORDER BY variant",
                (study,),
            ).fetchall()
        try:
            return tuple(json.loads(inputs) for [inputs] in rows)
        except ValueError as error:
            raise TocError(
                f"{self.path}: what was varied in '{study}' cannot be read\n"
                "    hint: give the command of the run again; only what is damaged is "
                "simulated anew"
            ) from error

    def members(self, study: str) -> Iterator[tuple[Member, RunResult]]:
        """Yield the results of a study, by variant and replication, one at a time.

        Raises
        ------
        TocError
            If one of them cannot be read.
        """
        with explained(self.path):
            rows = self._open.execute(
                "SELECT run, variant, name, inputs, replication, key, money, "
                "members.checksum, CAST(figures AS BLOB), departures, results.checksum "
                "FROM members LEFT JOIN results USING (key) WHERE run = ? "
                "ORDER BY variant, replication",
                (study,),
            )
            for *row, own, figures, departures, theirs in rows:
                _, variant, name, inputs, replication, key, money = row
                try:
                    _refuse_damaged(row, own)
                    _refuse_damaged((key, figures, departures), theirs)
                    member = Member(
                        variant,
                        name,
                        json.loads(inputs),
                        replication,
                        json.loads(money),
                    )
                    result = restored((figures, departures))
                except DAMAGES as error:
                    raise TocError(
                        f"{self.path}: replication {replication} of '{name}' cannot be "
                        "read\n    hint: give the command of the run again; only what "
                        "is damaged is simulated anew"
                    ) from error
                yield member, result


def _refuse_damaged(row: Sequence[Any], expected: int | None) -> None:
    """Refuse a row that is not what was written."""
    if checksum(*row) != expected:
        raise ValueError(expected)


def _row(study: str, key: str, each: Member) -> tuple[str | int, ...]:
    inputs, money = (
        json.dumps(value, ensure_ascii=False) for value in (each.inputs, each.money)
    )
    row = (study, each.variant, each.name, inputs, each.replication, key, money)
    return *row, checksum(*row)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
