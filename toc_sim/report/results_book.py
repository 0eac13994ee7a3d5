"""What a run found, as a workbook: Excel's own charts, and money by live formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from math import fsum, isfinite, nan
from typing import Any

from toc_sim.constraint.intervals import Interval
from toc_sim.engine.result import RunResult
from toc_sim.language import phrase
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
    answer = add_sheet(book, phrase("Answer"))
    money: Mapping[str, Computed] = {}
    if found.money is not None:
        money = write_money(add_sheet(book, _money_title()), found, look)
    _write_answer(answer, found, money, look)
    _write_stages(book, add_sheet(book, phrase("Stages")), found, look)
    _write_runs(book, add_sheet(book, phrase("Runs")), found, look)
    _write_how(add_sheet(book, phrase("How to read")), found, look)
    book.close()
    return to.getvalue()


def _money_title() -> str:
    """Return what the sheet of money is called, which formulas of others name."""
    return phrase("Money")


def _write_answer(
    sheet: Any, found: Findings, money: Mapping[str, Computed], look: SheetLook
) -> None:
    """Write the verdict, and the figures that people ask for first."""
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 3, 16)
    put(sheet, 0, 0, printable(found.scenario.name) or phrase("Results"), look.title)
    put(sheet, 1, 0, printable(found.verdict.sentence))
    put(sheet, 2, 0, setting(found))
    put_heads(sheet, 4, _heads_of_answer(), look)
    row = 4
    for name, interval, unit in _figures(found):
        row += 1
        put(sheet, row, 0, name)
        put(sheet, row, 1, interval.mean, look.figure)
        if interval.is_known:
            put(sheet, row, 2, interval.half_width, look.figure)
        put(sheet, row, 3, unit)
    words = {
        "T": phrase("T, throughput in money"),
        "OE": phrase("OE, operating expense"),
        "net profit": phrase("net profit, T - OE"),
    }
    for name, cell in money.items():
        row += 1
        put(sheet, row, 0, words[name])
        formula = f"={_money_title()}!{cell.cell}"
        put_formula(sheet, (row, 1), formula, cell.value, look.figure)
        put(sheet, row, 3, money_unit(found.scenario))


def _heads_of_answer() -> tuple[str, ...]:
    return phrase("figure"), phrase("value"), phrase("plus or minus"), phrase("unit")


def _figures(found: Findings) -> Iterator[tuple[str, Interval, str]]:
    """Yield the figures of the whole pipeline, with their units."""
    inside, scenario = found.inside, found.scenario
    item, period = printable(scenario.item.unit), printable(scenario.period.unit)
    half, most = (
        Interval(time, nan, nan) for time in (inside.flow_p50, inside.flow_p90)
    )
    yield phrase("throughput"), found.verdict.throughput, pace_unit(scenario)
    yield phrase("work in progress"), inside.wip, item
    yield phrase("flow time, mean"), inside.flow, period
    yield phrase("flow time, median"), half, period
    yield phrase("flow time, 9 in 10"), most, period


_TIMES = ("busy", "blocked", "starved", "down", "off")
"""Shares of the servers' time, as they are stacked in the chart."""


def _times() -> tuple[tuple[str, str], ...]:
    """Return what each of them is called, and what it means."""
    return (
        (phrase("busy"), phrase("time that its servers work")),
        (
            phrase("blocked"),
            phrase("time that they hold a finished item, for what comes next is full"),
        ),
        (phrase("starved"), phrase("time that they wait for work")),
        (phrase("down"), phrase("time that they are repaired")),
        (phrase("off"), phrase("time that they are not there")),
    )


_COUNTED = ("resource", "policy")
"""What has no speed of its own."""

_Column = tuple[str, Callable[[NodeRow], Any], str, str]
"""Heading, value of a row, format (of a look), and meaning."""


def _columns(found: Findings) -> tuple[_Column, ...]:
    """Return the columns of the sheet of stages."""
    pace, item = pace_unit(found.scenario), printable(found.scenario.item.unit)
    kinds = {
        "source": phrase("source"),
        "stage": phrase("stage"),
        "resource": phrase("resource"),
        "market": phrase("market"),
        "policy": phrase("policy"),
    }
    return (
        (
            phrase("name"),
            lambda row: printable(row.title),
            "text",
            phrase("as reports call it"),
        ),
        (phrase("kind"), lambda row: kinds[row.kind], "text", phrase("what it is")),
        (
            phrase("constraint"),
            lambda row: phrase("yes") if row.is_constraint else "",
            "text",
            phrase("whether the verdict names it"),
        ),
        (
            phrase("capacity [{unit}]", unit=pace),
            lambda row: None if row.kind in _COUNTED else row.capacity,
            "figure",
            phrase("full speed"),
        ),
        (
            phrase("servers or limit"),
            lambda row: row.capacity if row.kind in _COUNTED else None,
            "figure",
            phrase("of a resource its servers, of a release policy its limit"),
        ),
        (
            phrase("throughput [{unit}]", unit=pace),
            lambda row: row.throughput,
            "figure",
            phrase("services finished"),
        ),
        *(
            (head, _share(name), "percent", told)
            for name, (head, told) in zip(_TIMES, _times(), strict=True)
        ),
        (
            phrase("queue, mean [{unit}]", unit=item),
            lambda row: row.queue_mean,
            "figure",
            phrase("waiting before it on average"),
        ),
        (
            phrase("queue, most [{unit}]", unit=item),
            lambda row: row.queue_peak,
            "figure",
            phrase("waiting before it at most"),
        ),
        (
            phrase("lost [{unit}]", unit=pace),
            lambda row: row.lost,
            "figure",
            phrase("leaves here unsold"),
        ),
        (
            phrase("constraint share"),
            lambda row: None if row.share is None else row.share.mean,
            "percent",
            phrase("what part of 1 % more throughput 1 % more speed of it brings"),
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
    for (name, _), color in zip(_times(), _COLORS, strict=True):
        times.add_series(_series(sheet.name, 0, places[name], last, color))
    size = {"width": 560, "height": min(_HIGHEST, 180 + 22 * last)}
    where, part = (
        phrase("Where the time of the servers goes"),
        phrase("share of the time"),
    )
    _finish(times, where, part, 1.0)
    shares = book.add_chart({"type": "bar"})
    column = places[phrase("constraint share")]
    shares.add_series(_series(sheet.name, 0, column, last, "#4c78a8"))
    shares.set_legend({"none": True})
    answers = phrase("What each answers for in the throughput")
    _finish(shares, answers, phrase("constraint share"))
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
    item, period = printable(scenario.item.unit), printable(scenario.period.unit)
    pace = pace_unit(scenario)
    columns: tuple[tuple[str, Callable[[RunResult], float]], ...] = (
        (phrase("throughput, counted [{unit}]", unit=pace), lambda run: run.throughput),
        (phrase("work in progress [{unit}]", unit=item), lambda run: run.wip_mean),
        (phrase("flow time, mean [{unit}]", unit=period), lambda run: run.flow_mean),
        (phrase("lost [{unit}]", unit=item), lambda run: float(run.lost)),
    )
    replication = phrase("replication")
    sheet.set_column(0, len(columns), 18)
    sheet.set_row(0, _HEAD_HEIGHT)
    sheet.freeze_panes(1, 1)
    put_heads(sheet, 0, (replication, *(head for head, _ in columns)), look)
    results = found.runs.results
    for number, run in enumerate(results, start=1):
        put(sheet, number, 0, run.replication)
        for column, (_, value) in enumerate(columns, start=1):
            put(sheet, number, column, value(run), look.figure)
    last = len(results)
    put(sheet, last + 1, 0, phrase("mean"), look.bold)
    for column, (_, value) in enumerate(columns, start=1):
        known = [each for each in map(value, results) if isfinite(each)]
        cells = f"{fixed(1, column)}:{fixed(last, column)}"
        formula = f'=IF(COUNT({cells})=0,"",AVERAGE({cells}))'
        mean = fsum(known) / len(known) if known else ""
        put_formula(sheet, (last + 1, column), formula, mean, look.total)
    chart = book.add_chart({"type": "column"})
    chart.add_series(_series(sheet.name, 0, 1, last, "#4c78a8"))
    title = phrase("Throughput of each run")
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"name": replication})
    chart.set_y_axis({"name": pace, "min": 0})
    sheet.insert_chart(1, len(columns) + 2, chart)


def _told(*, money: bool) -> Iterator[tuple[str, str]]:
    """Yield what the sheets are, and words that need telling."""
    yield (
        phrase("Answer"),
        phrase("the constraint, and the figures that people ask for first"),
    )
    if money:
        yield (
            _money_title(),
            phrase("T, OE and net profit by formula: blue cells are yours to change"),
        )
    yield (
        phrase("Stages"),
        phrase("what each node and resource does, and two charts of it"),
    )
    yield (
        phrase("Runs"),
        phrase("each replication; the figures of Answer are over all of them"),
    )
    yield "", ""
    yield (
        phrase("plus or minus"),
        phrase("half the width of the interval; empty: not known"),
    )
    yield (
        phrase("constraint"),
        phrase("what keeps the whole pipeline from more: lift it first"),
    )
    if money:
        yield from (
            (
                "T",
                phrase(
                    "throughput in money: revenue less truly variable cost, in a period"
                ),
            ),
            ("OE", phrase("what is spent in a period whatever is sold")),
            ("I", phrase("money tied up in the business: yours to write on Money")),
            (
                phrase("each"),
                phrase("of what changes over time it is what was paid on average"),
            ),
        )


def _write_how(sheet: Any, found: Findings, look: SheetLook) -> None:
    """Write what the sheets, their columns and words mean."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    put(sheet, 0, 0, phrase("How to read this workbook"), look.title)
    lines = [*_told(money=bool(found.money))]
    lines += [("", ""), (phrase("columns of Stages"), "")]
    lines += [(heading, meaning) for heading, _, _, meaning in _columns(found)]
    for row, (word, meaning) in enumerate(lines, start=2):
        put(sheet, row, 0, word)
        put(sheet, row, 1, meaning, look.text)
        fit_row(sheet, row, (meaning, 90))
