"""A scenario as a workbook that people fill in, and that is read without loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from toc_sim.scenario.file.dump import said as said_of
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import OF
from toc_sim.workbook.cells import content_of
from toc_sim.workbook.new_book import add_sheet, fit_row, new_book, write_cell
from toc_sim.workbook.sheet_plans import (
    BY_NAME,
    BY_ROW,
    MEANING,
    STATE,
    WORD,
    SheetColumn,
    SheetPlan,
    plans,
)

READ_ME = "Read me"
"""The first sheet, which is not read."""

_EXPLAINED = """\
This workbook is a scenario of toc-sim: a pipeline, its money and its tools.
'toc-sim check BOOK.xlsx' tells all that is wrong in it, 'toc-sim run BOOK.xlsx' \
simulates it, and 'toc-sim excel import BOOK.xlsx -o scenario.yaml' makes a text file \
of it.

One row is one thing. The first row of a sheet names its columns; the note on a \
heading says what its column means, and what holds where a cell is empty.
Rates are per period of the file, times are in periods, shares go from 0 to 1 (35 % is \
the same as 0.35).
A name is one word of letters, digits and underscores, in any language; a title may be \
anything.

Where a value differs by product, its cell says so: builders: 4, owners: 6
Several names stand with commas between them: doctors, chairs
What changes over time is a profile. The cell says 'profile: NAME', and the sheet \
Profiles has a row for each point of it.
What was measured is empirical. The cell says 'empirical: NAME', and the sheet Samples \
has a row for each value.

A formula counts as the value that it showed when the file was saved.
Rows and columns that begin with # are remarks, and sheets with other names are yours: \
neither is read.
""".splitlines()

_LEAST_ROWS = 1000
"""Down to this row cells offer their lists of choices."""

_PAGE_WIDTH = 100
"""Of the first sheet [characters]."""

_WIDEST, _HEAD_HEIGHT = 22, 32
"""Of a column [characters], and of the row of headings [points]."""


def scenario_book(scenario: Scenario | None) -> bytes:
    """Return a workbook that is read as a scenario.

    Parameters
    ----------
    scenario
        What it says; None: nothing, it has headings, notes and lists alone.

    Returns
    -------
    The content of an ``.xlsx`` file, the same bytes for the same scenario.

    Raises
    ------
    TocError
        If XlsxWriter is not installed, or a text is longer than a cell can hold.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.workbook.scenario_book import scenario_book
    >>> scenario_book(load("scenarios/paper_cups.yaml"))[:2]
    b'PK'
    """
    content = {"format": 1} if scenario is None else _data_of(scenario)
    to = BytesIO()
    book = new_book(to, in_memory=True)
    styles = _Styles(
        book.add_format(
            {"bold": True, "bg_color": "#DDE6EE", "border": 1, "text_wrap": True}
        ),
        book.add_format({"text_wrap": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top", "font_color": "#666666"}),
    )
    first = add_sheet(book, READ_ME)
    first.set_column(0, 0, _PAGE_WIDTH)
    for number, line in enumerate(_EXPLAINED):
        first.write_string(number, 0, line, styles.wrapped)
        fit_row(first, number, (line, _PAGE_WIDTH))
    for plan in plans():
        sheet = add_sheet(book, plan.title)
        sheet.freeze_panes(1, len(plan.naming) or 2)
        if plan.lines:
            _write_lines(sheet, plan, content, styles)
        else:
            _write_rows(sheet, plan, content, styles)
    book.close()
    return to.getvalue()


@dataclass(frozen=True, slots=True)
class _Styles:
    """Formats of a book: of headings, of text in lines, and of what explains."""

    head: Any
    wrapped: Any
    explains: Any


def _write_rows(
    sheet: Any, plan: SheetPlan, content: Mapping[str, Any], styles: _Styles
) -> None:
    """Write a sheet with a row for each thing."""
    rows = list(_rows(content, plan.path, plan.naming))
    last = max(_LEAST_ROWS, len(rows) + _LEAST_ROWS)
    for number, column in enumerate(plan.all_columns):
        write_cell(sheet, 0, number, column.heading, styles.head)
        note = column.meaning if number else f"{plan.meaning}\n\n{column.meaning}"
        _write_note(sheet, number, note)
        _offer(sheet, (1, number, last, number), column)
        width = min(max(len(column.heading), 8) + 3, _WIDEST)
        sheet.set_column(number, number, width)
    sheet.set_row(0, _HEAD_HEIGHT)
    for row, (names, entry) in enumerate(rows, start=1):
        for number, name in enumerate(names):
            write_cell(sheet, row, number, content_of(name, WORD))
        for number, column in enumerate(plan.columns, start=len(plan.naming)):
            found, value = _at(entry, column.path)
            if found:
                write_cell(sheet, row, number, content_of(value, column.form))


def _write_lines(
    sheet: Any, plan: SheetPlan, content: Mapping[str, Any], styles: _Styles
) -> None:
    """Write a sheet with a line for each setting, and what it means beside it."""
    has_names = len(plan.naming) > 1
    headings = (*(each.heading for each in plan.all_columns), MEANING)
    widths = (18, 20, 24, 90) if has_names else (18, 60, 90)
    for number, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        write_cell(sheet, 0, number, heading, styles.head)
        sheet.set_column(number, number, width)
    _write_note(sheet, 0, plan.meaning)
    at_value = len(plan.naming)
    section = [part for part in plan.path if part != BY_NAME]
    there, inside = _at(content, tuple(section))
    row = 1
    for line in plan.lines:
        for name, value, is_said in _said_in(line, inside if there else {}):
            write_cell(sheet, row, 0, line.heading, styles.wrapped)
            if name:
                write_cell(sheet, row, 1, content_of(name, WORD), styles.wrapped)
            if is_said:
                cell = content_of(value, line.form)
                write_cell(sheet, row, at_value, cell, styles.wrapped)
            _offer(sheet, (row, at_value, row, at_value), line)
            told = " ".join(line.meaning.split("\n"))
            write_cell(sheet, row, at_value + 1, told, styles.explains)
            said = str(value) if is_said else ""
            fit_row(sheet, row, (said, widths[-2]), (told, widths[-1]))
            row += 1


def _said_in(
    line: SheetColumn, section: Mapping[str, Any]
) -> Iterator[tuple[str, Any, bool]]:
    """Yield by name what is said in a line, and whether anything is."""
    found, value = _at(section, line.path)
    if not line.by_name:
        yield "", value, found
    elif not value:
        yield "", None, False
    else:
        yield from ((name, each, True) for name, each in value.items())


def _write_note(sheet: Any, column: int, text: str) -> None:
    lines = sum(1 + len(line) // 38 for line in text.splitlines())
    size = {"width": 260, "height": 24 + 16 * lines}
    sheet.write_comment(0, column, text, size)


def _offer(sheet: Any, cells: tuple[int, int, int, int], column: SheetColumn) -> None:
    """Have cells offer the words, or the names, that may stand in them."""
    if column.choices:
        options = {"validate": "list", "source": list(column.choices)}
        if column.closed:
            options["error_title"] = column.heading[:32]
            options["error_message"] = f"One of: {', '.join(column.choices)}."[:255]
    elif column.names:
        names = f"={column.names}!$A$2:$A${_LEAST_ROWS}"
        options = {"validate": "list", "source": names}
    else:
        return
    sheet.data_validation(*cells, {**options, "show_error": column.closed})


def _at(entry: Any, path: Sequence[str | int]) -> tuple[bool, Any]:
    """Return whether something is said at a path, and what."""
    for key in path:
        is_there = key in entry if isinstance(key, str) else key < len(entry)
        if not is_there:
            return False, None
        entry = entry[key]
    return True, entry


def _rows(
    here: Any, path: Sequence[str], naming: Sequence[SheetColumn]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the entries that a path leads to, each with its names."""
    if not path:
        yield (), here
        return
    part, *rest = path
    if part == BY_NAME:
        column, *others = naming
        for key in here:
            if not column.closed or key in column.choices:
                below = _rows(here[key], rest, others)
                yield from (((key, *names), entry) for names, entry in below)
        return
    inner = here if part == BY_ROW else [here[part]] if part in here else []
    for each in inner:
        yield from _rows(each, rest, naming)


def _data_of(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says as sheets have it: long lists apart, by name."""
    content = said_of(scenario)
    for key in ("item", "period"):
        if isinstance(content.get(key), str):
            content[key] = {"one": content[key]}
    for key, line in _FIRST_OF.items():
        if content.get(key) == {}:
            content[key] = {line: getattr(getattr(scenario, key), line)}
    content[STATE] = dict(_places(content.get(STATE, {})))
    lists = _Lists({}, {})
    content = {key: lists.without(value, _path(key)) for key, value in content.items()}
    return {**content, "profiles": lists.profiles, "samples": lists.samples}


def _places(state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is open at each place, or that of each product there."""
    for place, said in state.items():
        products = {key: each for key, each in said.items() if isinstance(each, dict)}
        for product, items in products.items():
            yield f"{place}{OF}{product}", items
        if not products:
            yield place, said


_FIRST_OF = {"economics": "price", "expect": "throughput"}
"""By section the line that says that it is there, where nothing in it is said."""


def _path(section: str) -> tuple[str, ...]:
    """Return how the names of lists begin; nodes are known without their section."""
    return () if section == "stages" else (section,)


@dataclass(frozen=True, slots=True)
class _Lists:
    """Points and samples that have sheets of their own, by the names that cells say."""

    profiles: dict[str, Any]
    samples: dict[str, Any]

    def without(self, value: Any, path: tuple[str, ...]) -> Any:
        """Return a value with the names of its long lists in their place."""
        if isinstance(value, list):
            return [
                self.without(each, (*path, _row_name(each, number)))
                for number, each in enumerate(value, start=1)
            ]
        if not isinstance(value, dict):
            return value
        found = dict(value)
        for key, kept in (("profile", self.profiles), ("empirical", self.samples)):
            if isinstance(value.get(key), list):
                name = _free_name(".".join(path), kept)
                kept[name] = {key: value[key]}
                found[key] = name
        return {key: self.without(each, (*path, key)) for key, each in found.items()}


def _row_name(entry: Any, number: int) -> str:
    """Return what a row of the flow, or another list, is called."""
    if isinstance(entry, dict) and {"source", "target"} <= set(entry):
        return f"{entry['source']} to {entry['target']}"
    return str(number)


def _free_name(name: str, taken: Mapping[str, Any]) -> str:
    """Return a name that is not taken yet."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
