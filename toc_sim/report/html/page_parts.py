"""What sections of the page are made of: tables, bars, and what is known to all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from markupsafe import Markup

from toc_sim.constraint.verdict import Verdict
from toc_sim.language import grammatical_number
from toc_sim.report.formats import currency, given, money_unit, pace_unit
from toc_sim.report.html.phrases import listed, name, say, say_of, short
from toc_sim.report.html.record import ReportFindings
from toc_sim.report.html.shown import Shown
from toc_sim.report.run_summary import NodeRow

MOST_NAMED = 6
"""Nodes that a sentence names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column.

    Attributes
    ----------
    text, unit
        What stands in it, and in which unit; either may be empty.
    term
        The word of the glossary that tells what it is, or empty.
    is_text
        Whether texts stand in it, which are ranged left.
    """

    text: str | Markup
    unit: str = ""
    term: str = ""
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of the page.

    Attributes
    ----------
    caption
        What it is, for those who hear it read.
    heads, rows
        The heads, and cells row by row; the first of a row names it.
    strong
        Numbers of the rows that stand out.
    """

    caption: str | Markup
    heads: Sequence[Heading]
    rows: Sequence[Sequence[str | Markup]]
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    key
        Its anchor, and its template: ``table.html`` where none is called so.
    title
        Its finding.
    subtitle
        Unit and source of what it shows.
    parts
        What its template puts in.
    """

    key: str
    title: str | Markup
    subtitle: str | Markup = ""
    parts: Mapping[str, Any] = field(default_factory=dict)


class Context:
    """What all sections know: the findings, the figures, and what things are called.

    Parameters
    ----------
    report
        What the report is made of.
    shown
        Its figures.
    """

    def __init__(self, report: ReportFindings, shown: Shown) -> None:
        self.report, self.shown = report, shown
        self.found = report.found
        self.scenario = report.scenario
        self.pace = short(pace_unit(self.scenario))
        self.money = short(money_unit(self.scenario))
        self.currency = short(currency(self.scenario))
        self.item, self.items = (
            short(self.scenario.item.unit),
            short(self.scenario.item.many),
        )
        self.period = short(self.scenario.period.unit)
        self.periods = short(self.scenario.period.many)
        self.has_money = self.found.money is not None

    @property
    def nodes(self) -> tuple[NodeRow, ...]:
        """The nodes and resources of the record, in its order."""
        return tuple(row for row in self.found.rows if row.kind != "policy")

    def node(self, node: str) -> Markup:
        """Return what a node, or a node of all products, is called."""
        known = any(row.name == node for row in self.found.rows)
        return name(self.found.title(node) if known else self.scenario.title(node))

    def nodes_called(self, nodes: Iterable[str]) -> Markup:
        """Return what nodes are called, as one says it; of many, the first."""
        every = list(nodes)
        called = list(map(self.node, every[:MOST_NAMED]))
        if len(every) <= MOST_NAMED:
            return listed(called)
        rest = say("{count} more", count=len(every) - MOST_NAMED)
        return listed([*called, rest])

    def constraint(self, verdict: Verdict) -> Markup:
        """Return what the constraint is called; of several products, their node."""
        return self.nodes_called(binding(verdict))

    def binds(self, verdict: Verdict) -> Markup:
        """Say which nodes bind."""
        nodes = binding(verdict)
        called = [str(self.node(node).striptags()) for node in nodes]
        return say_of(
            "{nodes} binds",
            "{nodes} bind",
            grammatical_number(called),
            nodes=self.nodes_called(nodes),
        )

    def tools(self, tools: Iterable[str]) -> Markup:
        """Return what a set of tools is called."""
        titles = [name(self.scenario.title(tool)) for tool in tools]
        return Markup(" + ").join(titles) or say("do nothing")

    def command(self, what: str) -> Markup:
        """Return a command about this file: ``run {file} --prove``."""
        text = f"toc-sim {what}".format(file=self.report.file)
        return Markup("<code>{}</code>").format(text)

    def times(self, *path: str | int, term: str = "") -> Markup:
        """Return a number of periods."""
        value = self.shown.mean(*path)
        unit = short(self.scenario.period.of(given(value)))
        return self.shown.figure(*path, given=True, unit=unit, term=term)


def binding(verdict: Verdict) -> tuple[str, ...]:
    """Return which nodes bind; of several products of one node, that node."""
    if verdict.products is not None and verdict.word != "tie":
        return (verdict.products.place,)
    return verdict.constraint


def percent_of(value: float) -> str:
    """Return a share as a length for SVG: ``37.25%``; what is no number is nothing."""
    part = min(1.0, max(0.0, value)) if isfinite(value) else 0.0
    return f"{100 * part:.4g}%"


def term(key: str, text: str) -> Markup:
    """Return a word that leads to its place in the glossary."""
    return Markup('<a class="t" href="#t-{}">{}</a>').format(key, text)
