"""A model beside the records that it was drawn from: a table, and where it misses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toc_sim.calibration.laid_beside import Agreement, ReconciledRow
from toc_sim.calibration.reconcile import Reconciliation, StretchCompared
from toc_sim.language import phrase
from toc_sim.report.formats import (
    NO_FIGURE,
    currency,
    decimals,
    number,
    percent,
    percent_given,
    percent_plus_minus,
    plus_minus,
    printable,
    signed,
)
from toc_sim.report.text.table import Blocks, Column, Fitted, fitted, texts
from toc_sim.scenario.model import Scenario

_SHARES = {"conversion", "won_of_begun", "older_open"}

_HARDLY = 0.1
"""Cases open at a stage, below which a part of them tells nothing [items]."""


def reconcile_blocks(found: Reconciliation, width: int) -> Blocks:
    """Yield the parts of the comparison below its sentence.

    Parameters
    ----------
    found
        The model beside its records.
    width
        Of the window [characters].
    """
    if found.whole is not None:
        head = phrase(
            "Records of {first} to {last}, and the model of the same time:",
            first=found.whole.first,
            last=found.whole.last,
        )
        yield from _part(head, found.whole, width)
    if found.held_back is not None:
        head = phrase(
            "Held back: records of {first} to {last}, and a model drawn from what was "
            "known before:",
            first=found.held_back.first,
            last=found.held_back.last,
        )
        yield from _part(head, found.held_back, width)


def _part(
    head: str, found: StretchCompared, width: int
) -> Iterator[str | tuple[str | Fitted, ...]]:
    """Yield one table under its head, and what is to be said of it."""
    bold = [row.agreement == "misses" for row in found.rows]
    yield head, fitted(compared_columns(found), width, bold)
    if found.misses:
        yield found.misses


def compared_columns(found: StretchCompared) -> Sequence[Column]:
    """Return a model beside a stretch of records, a figure each row.

    Parameters
    ----------
    found
        Both.
    """
    rows, scenario = found.rows, found.scenario
    return (
        texts(phrase("figure"), [row_title(scenario, row) for row in rows]),
        texts(phrase("unit"), [row_unit(scenario, row) for row in rows], 60),
        _right(phrase("records"), [recorded(row) for row in rows], 96),
        _right(phrase("model"), [modelled(row) for row in rows], 95),
        _right(phrase("error"), [error_of(row) for row in rows], 94, "%"),
        _right(phrase("bound"), [_bound(row) for row in rows], 50, "%"),
        texts("", [agreement_word(row.agreement) for row in rows], 93),
    )


def _right(name: str, cells: Sequence[str], importance: int, unit: str = "") -> Column:
    return Column(name, unit, tuple(cells), importance)


def row_title(scenario: Scenario, row: ReconciledRow) -> str:
    """Return what a figure is called at the head of its row.

    Parameters
    ----------
    scenario
        The model.
    row
        The figure.
    """
    if row.node:
        return phrase("open at {node}", node=printable(scenario.title(row.node)))
    return {
        "arrivals": phrase("arrivals"),
        "throughput": phrase("throughput"),
        "conversion": phrase("won of those decided"),
        "won_of_begun": phrase("won of those that came"),
        "flow_time": phrase("flow time, mean"),
        "loss_time": phrase("time until lost, mean"),
        "older_open": phrase("open ones older than one that is won"),
        "revenue": phrase("revenue"),
        "wip": phrase("open, mean"),
    }[row.name]


def row_unit(scenario: Scenario, row: ReconciledRow) -> str:
    """Return the unit of a figure."""
    item, period = printable(scenario.item.unit), printable(scenario.period.unit)
    return {
        "arrivals": f"{item}/{period}",
        "throughput": f"{item}/{period}",
        "conversion": "%",
        "won_of_begun": "%",
        "flow_time": phrase("days"),
        "loss_time": phrase("days"),
        "older_open": "%",
        "revenue": f"{currency(scenario)}/{period}",
        "wip": item,
    }[row.name]


def recorded(row: ReconciledRow) -> str:
    """Write what the records have."""
    if row.name in _SHARES:
        return percent(row.records)
    return number(row.records, _digits(row))


def modelled(row: ReconciledRow) -> str:
    """Write what the model has, with its interval."""
    if row.name in _SHARES:
        return percent_plus_minus(row.model)
    return plus_minus(row.model, _digits(row))


def error_of(row: ReconciledRow) -> str:
    """Write how far the model is off in per cent, with its sign."""
    if row.name == "wip" and row.records < _HARDLY:
        return NO_FIGURE
    text = percent(row.error)
    return text if text == NO_FIGURE else signed(text)


def _bound(row: ReconciledRow) -> str:
    return "" if row.bound is None else percent_given(row.bound).removesuffix(" %")


def _digits(row: ReconciledRow) -> int:
    return decimals((row.records, row.model.mean))


def agreement_word(agreement: Agreement) -> str:
    """Say in a word or two what became of a comparison."""
    return {
        "within": phrase("within"),
        "by chance": phrase("beyond, by chance"),
        "misses": phrase("misses"),
        "shown": "",
        "cannot tell": phrase("too few cases"),
    }[agreement]
