"""What a run found, as a workbook: Excel's own charts, and money by live formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from math import fsum, isfinite, nan
from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.engine.result import RunResult
from toc_sim.report.formats import money_unit, pace_unit, printable
from toc_sim.report.money_sheet import write_money
from toc_sim.report.run_summary import Findings, NodeRow
from toc_sim.report.sheet_look import (
    Computed,
    SheetLook,
    fixed,
    look_of,
    put,
    put_formula,
    put_heads,
)
from toc_sim.report.text.run import setting
from toc_sim.workbook.new_book import add_sheet, fit_row, new_book

_ANSWER, _MONEY, _STAGES, _RUNS, _HOW = (
    *("Answer", "Money", "Stages", "Runs"),
    "How to read",
)
"""The sheets, in their order."""


def results_book(found: Findings) -> bytes:
    """Return the results of a run as a workbook.

    Parameters
    ----------
    found
        What is told of the run.

    Returns
    -------
    The content of an ``.xlsx`` file: the same bytes for the same run.

    Raises
    ------
    TocError
        If XlsxWriter is not installed.
    """
    to = BytesIO()
    book = new_book(to, in_memory=True)
    look = look_of(book)
    titles = [_ANSWER, _MONEY, _STAGES, _RUNS, _HOW]
    if found.money is None:
        titles.remove(_MONEY)
    sheets = {title: add_sheet(book, title) for title in titles}
    money: Mapping[str, Computed] = {}
    if found.money is not None:
        money = write_money(sheets[_MONEY], found, look)
    _write_answer(sheets[_ANSWER], found, money, look)
    _write_stages(book, sheets[_STAGES], found, look)
    _write_runs(book, sheets[_RUNS], found, look)
    _write_how(sheets[_HOW], found, look)
    book.close()
    return to.getvalue()


def _write_answer(
    sheet: Any, found: Findings, money: Mapping[str, Computed], look: SheetLook
) -> None:
    """Write the verdict, and the figures that people ask for first."""
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 3, 16)
    put(sheet, 0, 0, printable(found.scenario.name) or "Results", look.title)
    put(sheet, 1, 0, printable(found.verdict.sentence))
    put(sheet, 2, 0, setting(found))
    put_heads(sheet, 4, ("figure", "value", "plus or minus", "unit"), look)
    row = 4
    for name, interval, unit in _figures(found):
        row += 1
        put(sheet, row, 0, name)
        put(sheet, row, 1, interval.mean, look.figure)
        if interval.is_known:
            put(sheet, row, 2, interval.half_width, look.figure)
        put(sheet, row, 3, unit)
    for name, cell in money.items():
        row += 1
        put(sheet, row, 0, _MONEY_WORDS[name])
        formula = f"={_MONEY}!{cell.cell}"
        put_formula(sheet, (row, 1), formula, cell.value, look.figure)
        put(sheet, row, 3, money_unit(found.scenario))


_MONEY_WORDS = {
    "T": "T, throughput in money",
    "OE": "OE, operating expense",
    "net profit": "net profit, T - OE",
}


def _figures(found: Findings) -> Iterator[tuple[str, Interval, str]]:
    """Yield the figures of the whole pipeline, with their units."""
    inside, scenario = found.inside, found.scenario
    item, period = printable(scenario.item), printable(scenario.period)
    yield "throughput", found.verdict.throughput, pace_unit(scenario)
    yield "work in progress", inside.wip, item
    yield "flow time, mean", inside.flow, period
    for name, value in (("median", inside.flow_p50), ("9 in 10", inside.flow_p90)):
        yield f"flow time, {name}", Interval(value, nan, nan), period


_TIMES = (
    ("busy", "time that its servers work"),
    ("blocked", "time that they hold a finished item, for what comes next is full"),
    ("starved", "time that they wait for work"),
    ("down", "time that they are repaired"),
    ("off", "time that they are not there"),
)
"""Shares of the servers' time, as they are stacked in the chart."""

_COUNTED = ("resource", "policy")
"""What has no speed of its own."""

_Column = tuple[str, Callable[[NodeRow], Any], str, str]
"""Heading, value of a row, format (of a look), and meaning."""


def _columns(found: Findings) -> tuple[_Column, ...]:
    """Return the columns of the sheet of stages."""
    pace, item = pace_unit(found.scenario), printable(found.scenario.item)
    return (
        ("name", lambda row: printable(row.title), "text", "as reports call it"),
        ("kind", lambda row: row.kind, "text", "what it is"),
        (
            "constraint",
            lambda row: "yes" if row.is_constraint else "",
            "text",
            "whether the verdict names it",
        ),
        (
            f"capacity [{pace}]",
            lambda row: None if row.kind in _COUNTED else row.capacity,
            "figure",
            "full speed",
        ),
        (
            "servers or limit",
            lambda row: row.capacity if row.kind in _COUNTED else None,
            "figure",
            "of a resource its servers, of a release policy its limit",
        ),
        (
            f"throughput [{pace}]",
            lambda row: row.throughput,
            "figure",
            "services finished",
        ),
        *((name, _share(name), "percent", told) for name, told in _TIMES),
        (
            f"queue, mean [{item}]",
            lambda row: row.queue_mean,
            "figure",
            "waiting before it on average",
        ),
        (
            f"queue, most [{item}]",
            lambda row: row.queue_peak,
            "figure",
            "waiting before it at most",
        ),
        (f"lost [{pace}]", lambda row: row.lost, "figure", "leaves here unsold"),
        (
            "constraint share",
            lambda row: None if row.share is None else row.share.mean,
            "percent",
            "what part of 1 % more throughput 1 % more speed of it brings",
        ),
    )


def _share(name: str) -> Callable[[NodeRow], Any]:
    return lambda row: getattr(row, name)


def _write_stages(book: Any, sheet: Any, found: Findings, look: SheetLook) -> None:
    """Write what each node and resource does, with charts of time and share."""
    columns = _columns(found)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, len(columns) - 1, 13)
    sheet.set_row(0, _HEAD_HEIGHT)
    sheet.freeze_panes(1, 1)
    put_heads(sheet, 0, [heading for heading, *_ in columns], look)
    for number, row in enumerate(found.rows, start=1):
        for column, (_, value, style, _) in enumerate(columns):
            form = None if style == "text" else getattr(look, style)
            put(sheet, number, column, value(row), form)
    last, places = len(found.rows), {head: i for i, (head, *_) in enumerate(columns)}
    times = book.add_chart({"type": "bar", "subtype": "stacked"})
    for (name, _), color in zip(_TIMES, _COLORS, strict=True):
        times.add_series(_series(_STAGES, 0, places[name], last, color))
    size = {"width": 560, "height": min(_HIGHEST, 180 + 22 * last)}
    _finish(times, "Where the time of the servers goes", "share of the time", 1.0)
    shares = book.add_chart({"type": "bar"})
    column = places["constraint share"]
    shares.add_series(_series(_STAGES, 0, column, last, "#4c78a8"))
    shares.set_legend({"none": True})
    _finish(shares, "What each answers for in the throughput", "constraint share")
    for chart in (times, shares):
        chart.set_size(size)
    sheet.insert_chart(last + 2, 0, times)
    sheet.insert_chart(last + 2, 6, shares)


_HEAD_HEIGHT = 46
"""Of headings with their units [points]: three lines."""

_HIGHEST = 1600
"""Of a chart [pixels]."""

_COLORS = ("#4c78a8", "#e45756", "#d5d9dd", "#f2b134", "#8c8c8c")
"""Of busy, blocked, starved, down and off."""


def _series(
    sheet: str, names: int, values: int, last: int, color: str
) -> dict[str, Any]:
    """Return a series of a chart: its name in the first row, a value in each other."""
    return {
        "name": [sheet, 0, values],
        "categories": [sheet, 1, names, last, names],
        "values": [sheet, 1, values, last, values],
        "fill": {"color": color},
        "gap": 60,
    }


def _finish(chart: Any, title: str, axis: str, most: float | None = None) -> None:
    """Give a chart of bars its title and axes, the first row at the top."""
    chart.set_title({"name": title, "name_font": {"size": 12}})
    across = {"name": axis, "num_format": "0%"}
    chart.set_x_axis(across if most is None else {**across, "min": 0, "max": most})
    chart.set_y_axis({"reverse": True, "crossing": "max"})


def _write_runs(book: Any, sheet: Any, found: Findings, look: SheetLook) -> None:
    """Write a row for each replication, their means by formula, and a chart."""
    scenario = found.scenario
    item, period = printable(scenario.item), printable(scenario.period)
    columns: tuple[tuple[str, Callable[[RunResult], float]], ...] = (
        (f"throughput, counted [{pace_unit(scenario)}]", lambda run: run.throughput),
        (f"work in progress [{item}]", lambda run: run.wip_mean),
        (f"flow time, mean [{period}]", lambda run: run.flow_mean),
        (f"lost [{item}]", lambda run: float(run.lost)),
    )
    sheet.set_column(0, len(columns), 18)
    sheet.set_row(0, _HEAD_HEIGHT)
    sheet.freeze_panes(1, 1)
    put_heads(sheet, 0, ("replication", *(head for head, _ in columns)), look)
    results = found.runs.results
    for number, run in enumerate(results, start=1):
        put(sheet, number, 0, run.replication)
        for column, (_, value) in enumerate(columns, start=1):
            put(sheet, number, column, value(run), look.figure)
    last = len(results)
    put(sheet, last + 1, 0, "mean", look.bold)
    for column, (_, value) in enumerate(columns, start=1):
        known = [each for each in map(value, results) if isfinite(each)]
        cells = f"{fixed(1, column)}:{fixed(last, column)}"
        formula = f'=IF(COUNT({cells})=0,"",AVERAGE({cells}))'
        mean = fsum(known) / len(known) if known else ""
        put_formula(sheet, (last + 1, column), formula, mean, look.total)
    chart = book.add_chart({"type": "column"})
    chart.add_series(_series(_RUNS, 0, 1, last, "#4c78a8"))
    chart.set_title({"name": "Throughput of each run", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"name": "replication"})
    chart.set_y_axis({"name": pace_unit(scenario), "min": 0})
    sheet.insert_chart(1, len(columns) + 2, chart)


_TOLD = (
    ("Answer", "the constraint, and the figures that people ask for first"),
    ("Money", "T, OE and net profit by formula: blue cells are yours to change"),
    ("Stages", "what each node and resource does, and two charts of it"),
    ("Runs", "each replication; the figures of Answer are over all of them"),
    ("", ""),
    ("plus or minus", "half the width of the interval; empty: not known"),
    ("constraint", "what keeps the whole pipeline from more: lift it first"),
    ("T", "throughput in money: revenue less truly variable cost, in a period"),
    ("OE", "what is spent in a period whatever is sold"),
    ("I", "money tied up in the business: yours to write on Money"),
    ("each", "of what changes over time it is what was paid on average"),
)
"""What the sheets are, and words that need telling."""


_OF_MONEY = (_MONEY, "T", "OE", "I", "each")
"""What is only told where there is money."""


def _write_how(sheet: Any, found: Findings, look: SheetLook) -> None:
    """Write what the sheets, their columns and words mean."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    put(sheet, 0, 0, "How to read this workbook", look.title)
    lines = [each for each in _TOLD if found.money or each[0] not in _OF_MONEY]
    lines += [("", ""), ("columns of Stages", "")]
    lines += [(heading, meaning) for heading, _, _, meaning in _columns(found)]
    for row, (word, meaning) in enumerate(lines, start=2):
        put(sheet, row, 0, word)
        put(sheet, row, 1, meaning, look.text)
        fit_row(sheet, row, (meaning, 90))
