"""A stored study as one tidy table: a row for each figure, every input beside it.

Tidy in the sense of Wickham (2014), *Tidy data*: a column is a variable, a row is one
observation. The table depends on nothing but the content of the study.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import isfinite
from typing import Any, Literal

from toc_sim.engine.result import RunResult, WaitRun
from toc_sim.engine.wait_figures import mean_wait, quantile
from toc_sim.errors import TocError
from toc_sim.experiment.store.store import Member, Store, StoredStudy
from toc_sim.scenario.parts import OF

Unit = Literal["1", "item", "item/period", "period", "period^2", "money/period"]
"""In words that a scenario replaces by its own: ``item/period`` is ``cup/hour``."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure that is exported.

    Attributes
    ----------
    name
        As in the column `metric`.
    unit
        With the general words for item, period and money.
    meaning
        In a few words.
    attribute
        Of a run, if it has another name there.
    """

    name: str
    unit: Unit
    meaning: str
    attribute: str = ""


SYSTEM_METRICS = (
    Metric("throughput", "item/period", "bought"),
    Metric("bought", "item", "bought within the horizon"),
    Metric("lost", "item", "left without being bought"),
    Metric("wip", "item", "inside, on average", "wip_mean"),
    Metric("wip_start", "item", "inside when measuring begins"),
    Metric("wip_end", "item", "inside at the horizon"),
    Metric(
        "flow_time_mean",
        "period",
        "from entering to being bought, on average",
        "flow_mean",
    ),
    Metric(
        "flow_time_p50", "period", "half of what is bought took no longer", "flow_p50"
    ),
    Metric("flow_time_p90", "period", "nine in ten took no longer", "flow_p90"),
)
"""Of the whole pipeline."""

MONEY_METRICS = (
    Metric("revenue", "money/period", "price times items bought"),
    Metric("variable_cost", "money/period", "truly variable cost"),
    Metric("money_throughput", "money/period", "T: revenue less variable cost"),
    Metric("operating_expense", "money/period", "OE: spent whatever is sold"),
    Metric("net_profit", "money/period", "T - OE, without what a tool costs"),
)
"""Of the whole pipeline, where the scenario has `economics`."""

NODE_METRICS = (
    Metric("busy", "1", "time that a server works, of the horizon"),
    Metric("blocked", "1", "time that it holds a finished item; the next is full"),
    Metric("starved", "1", "time that it waits; of a market, demand that is not met"),
    Metric("down", "1", "time that it is repaired"),
    Metric("off", "1", "time that it is not there"),
    Metric("started", "item", "services begun; of a source, arrivals let in"),
    Metric("finished", "item", "services ended"),
    Metric("out", "item", "left the node, lost ones included"),
    Metric("lost", "item", "left the pipeline here without being bought"),
    Metric("queue_mean", "item", "waiting before it, on average"),
    Metric("queue_peak", "item", "waiting before it, at most"),
    Metric("gap_mean", "period", "between two departures, on average"),
    Metric("gap_variance", "period^2", "of the times between departures"),
    Metric("active_mean", "period", "uninterrupted activity, on average"),
    Metric("abandoned", "item", "left the queue here when their patience ended"),
    Metric("merged", "item", "became part of others here"),
    Metric("made", "item", "came into being here, copies included"),
)
"""Of a node, or of a resource as the sum of its stages."""

WAIT_METRICS: tuple[tuple[Metric, Callable[[WaitRun], float]], ...] = (
    (Metric("wait_mean", "period", "waited before it, on average"), mean_wait),
    (
        Metric("wait_p50", "period", "half of the waits were no longer"),
        lambda waits: quantile(waits, 0.5),
    ),
    (
        Metric("wait_p90", "period", "nine in ten waits were no longer"),
        lambda waits: quantile(waits, 0.9),
    ),
    (
        Metric("wait_p95", "period", "19 in 20 waits were no longer"),
        lambda waits: quantile(waits, 0.95),
    ),
    (Metric("wait_longest", "period", "the longest wait"), lambda waits: waits.longest),
    (
        Metric("left_waiting", "item", "still waiting at the end"),
        lambda waits: waits.left,
    ),
    (
        Metric("left_oldest", "period", "for how long the first of them has waited"),
        lambda waits: waits.oldest,
    ),
)
"""Of a node; where nothing was served, there is no wait."""

SHARE = Metric("share", "1", "constraint share: what +1 % of it brings, in %")
OTHER_SHARE = Metric("other_share", "1", "of the critical path no rate answers for")

Figure = tuple[str | None, Metric, float]
"""The node (None: the whole pipeline), what it is, and its value."""


def figures(result: RunResult, money: Mapping[str, float]) -> Iterator[Figure]:
    """Yield every figure of a run, always in the same order."""
    for metric in SYSTEM_METRICS:
        yield None, metric, getattr(result, metric.attribute or metric.name)
    for metric in MONEY_METRICS:
        if metric.name in money:
            yield None, metric, money[metric.name]
    for node in (*result.nodes, *result.resources):
        for metric in NODE_METRICS:
            yield node.name, metric, getattr(node, metric.name)
    yield from _waits(result)
    for share in result.shares:
        yield share.name, SHARE, share.value
    for share in result.other_shares:
        yield share.name, OTHER_SHARE, share.value


def _waits(result: RunResult) -> Iterator[Figure]:
    for waits in result.waits:
        for metric, of in WAIT_METRICS:
            yield waits.name, metric, of(waits)


CellKind = Literal["text", "integer", "number"]
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
    kind: CellKind
    meaning: str


FIXED_COLUMNS = (
    Header("run", "text", "the name of the run"),
    Header("variant", "text", "what was simulated"),
    Header(
        "replication", "integer", "its number, from 0; equal numbers met equal chance"
    ),
    Header("node", "text", "a node or resource; empty for the whole pipeline"),
    Header("product", "text", "one of several products of the node; else empty"),
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
class TidyTable:
    """All figures of all runs of a study.

    Attributes
    ----------
    study
        Which.
    headers
        Its columns.
    """

    study: StoredStudy
    headers: tuple[Header, ...]
    _inputs: tuple[str, ...]
    _members: Callable[[], Iterable[tuple[Member, RunResult]]]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows, by variant, replication and figure."""
        kinds = [header.kind for header in self.headers[len(FIXED_COLUMNS) :]]
        for member, result in self._members():
            varied = tuple(
                _cell(member.inputs.get(name), kind)
                for name, kind in zip(self._inputs, kinds, strict=True)
            )
            settings = (
                self.study.scenario,
                result.engine,
                result.seed,
                result.horizon,
                result.warmup,
            )
            for node, metric, value in figures(result, member.money):
                place, _, product = (node or "").partition(OF)
                yield (
                    self.study.id,
                    member.name,
                    member.replication,
                    place or None,
                    product or None,
                    metric.name,
                    value if isfinite(value) else None,
                    unit_of(metric.unit, self.study),
                    *settings,
                    *varied,
                )

    def size(self) -> int:
        """Return how many rows there are, as far as the first variant tells."""
        first = islice(self._members(), 1)
        each = sum(1 for member, result in first for _ in figures(result, member.money))
        return self.study.results * each


def export_of(store: Store, name: str) -> TidyTable:
    """Return a study as a table.

    Parameters
    ----------
    store
        Where it is kept.
    name
        The beginning of its name, or ``last``.

    Raises
    ------
    TocError
        If there is no such study, or it is not finished.
    """
    study = store.study(name)
    if not study.finished:
        raise TocError(
            f"run {study.id} is not finished\n    hint: {how_to_finish(study)}"
        )
    inputs = store.inputs(study.id)
    return table_of(study, inputs, partial(store.members, study.id))


def table_of(
    study: StoredStudy,
    inputs: Sequence[Mapping[str, Any]],
    members: Callable[[], Iterable[tuple[Member, RunResult]]],
) -> TidyTable:
    """Return runs as a table.

    Parameters
    ----------
    study
        What was asked.
    inputs
        What was varied, by variant.
    members
        Gives every replication of every variant, with its result.
    """
    names = tuple(dict.fromkeys(key for each in inputs for key in each))
    taken = {header.name for header in FIXED_COLUMNS}
    varied = tuple(
        Header(
            f"input.{each}" if each in taken else each, _kind(each, inputs), "varied"
        )
        for each in names
    )
    return TidyTable(study, FIXED_COLUMNS + varied, names, members)


def how_to_finish(study: StoredStudy) -> str:
    """Return how a study that was stopped is continued."""
    command, _, options = study.command.partition(" ")
    given = " ".join(part for part in ("toc-sim", command, "FILE", options) if part)
    return (
        f"give '{given}' again, with the same file and options; what is kept is not "
        "simulated again"
    )


def unit_of(unit: str, study: StoredStudy) -> str:
    """Return a unit in the words of the scenario: ``cup/hour``."""
    words = {
        "item": study.item,
        "period": study.period,
        "money": study.currency or "money",
    }
    over = [part.partition("^") for part in unit.split("/")]
    return "/".join(f"{words.get(word, word)}{hat}{up}" for word, hat, up in over)


def _kind(name: str, inputs: Iterable[Mapping[str, Any]]) -> CellKind:
    """Return what stands in the column of an input, whatever varied it."""
    values = [each[name] for each in inputs if each.get(name) is not None]
    if all(type(value) is int for value in values):
        return "integer"
    if all(type(value) in {int, float} for value in values):
        return "number"
    return "text"


def _cell(value: Any, kind: CellKind) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if kind == "text":
        return json.dumps(value, ensure_ascii=False)
    if kind == "number":
        return float(value) if isfinite(value) else None
    return int(value)
