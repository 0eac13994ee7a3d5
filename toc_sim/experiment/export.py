"""A kept run as one tidy table: a row for each figure, with every input beside it.

Tidy in the sense of Wickham (2014), *Tidy data*: a column is a variable, a row is one
observation. The table depends on nothing but the content of the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import Any, Literal

from toc_sim.engine.result import RunResult
from toc_sim.errors import TocError
from toc_sim.experiment.export_metrics import figures
from toc_sim.experiment.store import Member, Store, StoredRun

Kind = Literal["text", "integer", "number"]
"""What stands in a column."""

Cell = str | int | float | None
"""None where there is no value."""


@dataclass(frozen=True, slots=True)
class Header:
    """A column.

    Attributes
    ----------
    name
        Its name.
    kind
        What stands in it.
    meaning
        In a few words.
    """

    name: str
    kind: Kind
    meaning: str


FIRST = (
    Header("run", "text", "the name of the run"),
    Header("variant", "text", "what was simulated"),
    Header(
        "replication", "integer", "its number, from 0; equal numbers met equal chance"
    ),
    Header("node", "text", "a node or resource; empty for the whole pipeline"),
    Header("metric", "text", "which figure"),
    Header("value", "number", "the figure; empty where there is none"),
    Header("unit", "text", "of the figure; 1 is a share"),
    Header("scenario", "text", "the name of the file"),
    Header("engine", "text", "what simulated"),
    Header("seed", "integer", "of the random numbers"),
    Header("horizon", "number", "the measured time, in periods"),
    Header("warmup", "number", "the time before it, in periods"),
)
"""Columns that every table has; then one for each input that was varied."""


@dataclass(frozen=True, slots=True)
class Export:
    """A run, ready to be written.

    Attributes
    ----------
    run
        Which.
    headers
        Its columns.
    """

    run: StoredRun
    headers: tuple[Header, ...]
    _inputs: tuple[str, ...]
    _store: Store

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows, by variant, replication and figure."""
        kinds = [header.kind for header in self.headers[len(FIRST) :]]
        for member, result in self._store.members(self.run.id):
            varied = tuple(
                _cell(member.inputs.get(name), kind)
                for name, kind in zip(self._inputs, kinds, strict=True)
            )
            yield from _rows(self.run, member, result, varied)

    def size(self) -> int:
        """Return how many rows there are, as far as the first variant tells."""
        first = islice(self._store.members(self.run.id), 1)
        each = sum(1 for member, result in first for _ in figures(result, member.money))
        return self.run.results * each


def exported(store: Store, name: str) -> Export:
    """Return a run as a table.

    Parameters
    ----------
    store
        Where it is kept.
    name
        The beginning of its name, or ``last``.

    Raises
    ------
    TocError
        If there is no such run, or it is not finished.
    """
    run = store.called(name)
    if not run.finished:
        raise TocError(f"run {run.id} is not finished\n    hint: {going_on(run)}")
    inputs = store.inputs(run.id)
    names = tuple(dict.fromkeys(key for each in inputs for key in each))
    taken = {header.name for header in FIRST}
    varied = tuple(
        Header(
            f"input.{each}" if each in taken else each, _kind(each, inputs), "varied"
        )
        for each in names
    )
    return Export(run, FIRST + varied, names, store)


def going_on(run: StoredRun) -> str:
    """Return how a run that was stopped is continued."""
    command, _, options = run.command.partition(" ")
    given = " ".join(part for part in ("toc-sim", command, "FILE", options) if part)
    return (
        f"give '{given}' again, with the same file and options; what is kept is not "
        "simulated again"
    )


def _rows(
    run: StoredRun, member: Member, result: RunResult, varied: tuple[Cell, ...]
) -> Iterator[tuple[Cell, ...]]:
    settings = (
        run.scenario,
        result.engine,
        result.seed,
        result.horizon,
        result.warmup,
        *varied,
    )
    for node, metric, value in figures(result, member.money):
        yield (
            run.id,
            member.name,
            member.replication,
            node,
            metric.name,
            value if isfinite(value) else None,
            unit_of(metric.unit, run),
            *settings,
        )


def unit_of(unit: str, run: StoredRun) -> str:
    """Return a unit in the words of the scenario: ``cup/hour``."""
    words = {"item": run.item, "period": run.period, "money": run.currency or "money"}
    over = [part.partition("^") for part in unit.split("/")]
    return "/".join(f"{words.get(word, word)}{hat}{up}" for word, hat, up in over)


def _kind(name: str, inputs: Iterable[Mapping[str, Any]]) -> Kind:
    """Return what stands in the column of an input, whatever varied it."""
    values = [each[name] for each in inputs if each.get(name) is not None]
    if all(type(value) is int for value in values):
        return "integer"
    if all(type(value) in {int, float} for value in values):
        return "number"
    return "text"


def _cell(value: Any, kind: Kind) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if kind == "text":
        return json.dumps(value, ensure_ascii=False)
    if kind == "number":
        return float(value) if isfinite(value) else None
    return int(value)
