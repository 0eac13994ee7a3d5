"""What a workbook says, as the document that the loader of scenarios reads.

Rows and columns whose first cell begins with ``#`` are remarks, and sheets with other
names belong to the author.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from toc_sim.errors import Path, Problem, ScenarioError, nearest, quoted, unknown_name
from toc_sim.scenario.fields.hints import key_meant
from toc_sim.scenario.file.written import Spot, Written
from toc_sim.scenario.load import valid_scenario
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.parts import OF
from toc_sim.workbook.book_draft import BookDocument, BookDraft, gathered, placed
from toc_sim.workbook.cells import CellContent, Fault, written_in
from toc_sim.workbook.sheet_plans import (
    BY_NAME,
    BY_ROW,
    MEANING,
    STATE,
    WORD,
    CellForm,
    SheetPlan,
    plans,
)
from toc_sim.workbook.sheets import RawSheet, read_sheets

REMARK = "#"
"""What begins so is not read."""


def load_book(path: FilePath) -> Scenario:
    """Read a scenario from a workbook.

    Parameters
    ----------
    path
        Of an ``.xlsx`` file with the sheets of `write_book`; those that have nothing to
        say may be missing.

    Returns
    -------
    The scenario, with every default filled in and nothing wrong in it.

    Raises
    ------
    ScenarioError
        With everything that is wrong, by sheet and cell, in the order of the file.
    TocError
        If openpyxl is not installed.
    """
    return valid_scenario(_Reader(str(path), read_sheets(path)).document())


@dataclass(frozen=True, slots=True)
class _SheetRow:
    """A row of a sheet, by the headings of its columns.

    Attributes
    ----------
    cells
        Contents by heading; those of empty cells are None.
    spots
        Of all its cells.
    first
        Where it begins.
    """

    cells: Mapping[str, CellContent | Fault | None]
    spots: Mapping[str, Spot]
    first: Spot


_LONG = ("profile", "empirical")
"""What cells name, and a sheet of its own lists."""


class _Reader:
    """Reads the sheets of one workbook, and collects what is wrong on them."""

    def __init__(self, name: str, sheets: Sequence[RawSheet]) -> None:
        self._name = name
        self._titles = tuple(sheet.title for sheet in sheets)
        self._problems: dict[Problem, Spot] = {}
        self._root = BookDraft(())
        self._long: dict[str, dict[str, Written]] = {key: {} for key in _LONG}
        self._rows_of: dict[Path, int] = {}
        self._counts: Counter[Path] = Counter()
        self._sheets: dict[str, tuple[int, RawSheet]] = {}
        for index, sheet in enumerate(sheets):
            self._sheets.setdefault(sheet.title.strip().casefold(), (index, sheet))

    def document(self) -> BookDocument:
        """Return what all sheets say.

        Raises
        ------
        ScenarioError
            If there is none of ours.
        """
        if not self._sheets.keys() & {plan.title.casefold() for plan in plans()}:
            hint = "'toc-sim excel template' writes a workbook to begin with"
            what = "has no sheet of a scenario"
            raise ScenarioError([Problem((), what, hint=hint, place=self._name)])
        *others, profiles, samples = plans()
        self._read_lists(profiles, "profile")
        self._read_lists(samples, "empirical")
        for plan in others:
            self._read_sheet(plan, self._root)
        for key in ("item", "period"):
            forms = self._root.inside.get(key)
            if isinstance(forms, BookDraft) and set(forms.inside) == {"one"}:
                self._root.inside[key] = forms.inside["one"]
        written = self._root.written()
        return BookDocument(self._name, written, self._problems, self._titles)

    def _read_lists(self, plan: SheetPlan, word: str) -> None:
        """Read a sheet whose rows are points or samples, by the names of lists."""
        root = BookDraft(())
        self._read_sheet(plan, root)
        for section in root.written().inside.values():
            lists = {str(name): each.inside for name, each in section.inside.items()}
            self._long[word] = {name: each[word] for name, each in lists.items()}

    def _note(self, problem: Problem, spot: Spot) -> None:
        place = placed(self._name, self._titles, spot)
        self._problems[replace(problem, place=place)] = spot

    def _read_sheet(self, plan: SheetPlan, root: BookDraft) -> None:
        """Put what a sheet says where it belongs."""
        key = plan.title.casefold()
        if key not in self._sheets:
            self._look_for_misspelt(plan)
            return
        index, sheet = self._sheets[key]
        every = sheet.rows.items()
        read = [row for row, cells in every if not _is_remark(cells[min(cells)])]
        head, *numbers = read or [1]
        top = (index, head, 1)
        if plan.path[0] != BY_NAME:
            root.keys.setdefault(plan.path[0], top)
        if plan.path == ("flow", BY_ROW):
            root.below(("flow",), top).is_list = True
        headings = sheet.rows.get(head, {})
        columns = self._columns(plan, top, headings)
        self._tell_of_headless(sheet, numbers, (index, *headings))
        for number in numbers if columns else ():
            row = _row(sheet, (index, number), columns)
            if row is not None and plan.lines:
                self._read_line(plan, row, root)
            elif row is not None:
                self._read_row(plan, row, root)

    def _tell_of_headless(
        self, sheet: RawSheet, numbers: Sequence[int], headed: tuple[int, ...]
    ) -> None:
        """Tell of values in columns of a sheet [its index] that have no heading."""
        index, *columns = headed
        told = set(columns)
        for number in numbers:
            for column in sheet.rows[number].keys() - told:
                told.add(column)
                hint = f"name it in the first row; '{REMARK}' there makes it a remark"
                what = "stands in a column without a heading"
                self._note(Problem((), what, hint=hint), (index, number, column))

    def _look_for_misspelt(self, plan: SheetPlan) -> None:
        """Tell of a sheet whose name is nearly that of one which is missing."""
        known = {each.title.casefold() for each in plans()}
        for title, (index, _) in self._sheets.items():
            if title not in known and nearest(title, [plan.title.casefold()]):
                hint = f"did you mean '{plan.title}'?"
                self._note(Problem((), "unknown sheet", hint=hint), (index, 1, 1))

    def _columns(
        self, plan: SheetPlan, top: Spot, cells: Mapping[int, CellContent | Fault]
    ) -> dict[str, int]:
        """Return the columns by heading; none where a needed one is missing."""
        known = {_plain(each.heading): each.heading for each in plan.all_columns}
        found: dict[str, int] = {}
        for number, content in cells.items():
            spot, word = (*top[:2], number), _plain(content)
            heading = known.get(word)
            if isinstance(content, Fault):
                self._note(content.problem(()), spot)
            elif heading in found:
                problem = Problem((), f"there are two columns '{heading}'")
                self._note(replace(problem, hint="keep one of the two"), spot)
            elif heading is not None:
                found[heading] = number
            elif not (_is_remark(content) or (plan.lines and word == MEANING)):
                same = key_meant(word, known)
                hint = f"that is called '{same}' here" if same else nearest(word, known)
                shown = quoted(str(content))
                self._note(Problem((), "unknown column", shown, hint), spot)
        missing = [each for each in plan.needed if each not in found]
        for heading in missing if cells else ():
            hint = "the first row of the sheet has the names of its columns"
            what = f"there is no column '{heading}'"
            self._note(Problem((), what, hint=hint), top)
        return {} if missing else found

    def _read_row(self, plan: SheetPlan, row: _SheetRow, root: BookDraft) -> None:
        names = self._names(plan, row)
        path = None if names is None else self._path(plan, names, row)
        if path is None:
            return
        has_fields = any(column.path for column in plan.columns)
        entry = root.below(path, row.first) if has_fields else root
        unsaid: list[tuple[Path, Spot]] = []
        for column in plan.columns:
            content = row.cells.get(column.heading)
            spot = row.spots.get(column.heading, row.first)
            is_field = column.path and isinstance(column.path[0], str)
            if content is None and is_field:
                unsaid.append((column.path, spot))
                continue
            written = self._written(content, column.form, (*path, *column.path), spot)
            if column.path:
                entry.put(column.path, written)
            else:
                root.put(path, written)
        for inner, spot in unsaid:
            *above, last = inner
            if not above or above[0] in entry.inside:
                entry.below(tuple(above), spot).keys.setdefault(str(last), spot)

    def _names(self, plan: SheetPlan, row: _SheetRow) -> list[str] | None:
        """Return what names a row; None where it cannot be told."""
        found: list[str] = []
        for heading in plan.needed:
            content, spot = row.cells[heading], row.spots[heading]
            if content is None:
                self._note(Problem((), f"a row without its '{heading}'"), spot)
                return None
            name = self._written(content, WORD, (), spot).value
            if name is None:
                return None
            found.append(str(name))
        for column, name in zip(plan.naming, found, strict=False):
            if column.closed and name not in column.choices:
                what = f"must be {' or '.join(column.choices)}"
                hint, spot = nearest(name, column.choices), row.spots[column.heading]
                self._note(Problem((), what, quoted(name), hint), spot)
                return None
        return found[: len(plan.naming)]

    def _path(
        self, plan: SheetPlan, names: Sequence[str], row: _SheetRow
    ) -> Path | None:
        """Return where a row belongs; None where that is taken, or is nowhere."""
        left = iter(names)
        path: Path = ()
        for part in plan.path:
            key: str | int = next(left) if part == BY_NAME else part
            if part == BY_ROW:
                key = self._counts[path]
                self._counts[path] += 1
            path = (*path, key)
        if path[0] == STATE:
            place, _, product = str(path[1]).partition(OF)
            path = (STATE, place, product) if product else path
        owner, is_part = path[:2], plan.path.count(BY_NAME) > 1
        if is_part and owner not in self._rows_of:
            none = f"no {plan.path[0].removesuffix('s')}"
            known = [str(each[1]) for each in self._rows_of if each[0] == path[0]]
            self._note(unknown_name(owner, none, str(path[1]), known), row.first)
            return None
        return path if self._is_new(path, row.first) else None

    def _is_new(self, path: Path, spot: Spot) -> bool:
        """Return whether nothing stands at a path yet, and tell if something does."""
        first = self._rows_of.setdefault(path, spot[1])
        if first == spot[1]:
            return True
        what = f"is there twice, first in row {first}"
        self._note(Problem(path, what, hint="keep one of the two"), spot)
        return False

    def _read_line(self, plan: SheetPlan, row: _SheetRow, root: BookDraft) -> None:
        """Put what a line of settings says where it belongs."""
        what, value = row.cells["what"], row.cells["value"]
        name, section = row.cells.get("name"), plan.path[: -len(plan.naming)]
        lines = {_plain(line.heading): line for line in plan.lines}
        line = lines.get(_plain(what))
        if line is None:
            hint = nearest(_plain(what), lines)
            shown = None if what is None else quoted(str(what))
            problem = Problem(section, "unknown setting", shown, hint)
            self._note(problem, row.spots["what"])
            return
        path: Path = (*section, *line.path)
        if name is not None:
            path = (*path, str(self._written(name, WORD, path, row.first).value))
        if value is None and name is None:
            if not section:
                root.keys.setdefault(str(path[-1]), row.spots["value"])
        elif (name is not None) != line.by_name:
            told = "needs a name, for there may be several"
            if not line.by_name:
                told = "is one value: it has no name"
            spot = row.spots.get("name", row.first)
            self._note(Problem((*section, *line.path), told), spot)
        elif self._is_new(path, row.spots["value"]):
            written = self._written(value, line.form, path, row.spots["value"])
            root.put(path, written)

    def _written(
        self,
        content: CellContent | Fault | None,
        form: CellForm,
        path: Path,
        spot: Spot,
    ) -> Written:
        """Return what a cell says; null where it cannot be read, which is told."""
        found: Written | Fault
        if isinstance(content, Fault):
            found = content
        else:
            found = written_in(content, form, spot)
        if isinstance(found, Fault):
            self._note(found.problem(path), spot)
            return Written(None, None, spot)
        return self._with_lists(found, path)

    def _with_lists(self, written: Written, path: Path) -> Written:
        """Return a value with the points and samples that it names."""
        if not isinstance(written.value, dict):
            return written
        inside = dict(written.inside)
        for key, each in inside.items():
            if key in _LONG and isinstance(each.value, str):
                known = self._long[str(key)]
                if each.value in known:
                    inside[key] = known[each.value]
                else:
                    none = f"no row of the sheet {_SHEETS[str(key)]}"
                    problem = unknown_name((*path, key), none, each.value, known)
                    self._note(problem, written.spot)
            else:
                inside[key] = self._with_lists(each, (*path, key))
        return gathered(inside, written.spot, written.keys, is_list=False)


_SHEETS = {"profile": "Profiles", "empirical": "Samples"}


def _row(
    sheet: RawSheet, place: tuple[int, int], columns: Mapping[str, int]
) -> _SheetRow | None:
    """Return a row by the headings of its columns; None where all of it is empty."""
    index, number = place
    cells = sheet.rows[number]
    said = {heading: cells.get(column) for heading, column in columns.items()}
    if all(content is None for content in said.values()):
        return None
    spots = {heading: (index, number, column) for heading, column in columns.items()}
    return _SheetRow(said, spots, next(iter(spots.values())))


def _is_remark(content: CellContent | Fault) -> bool:
    return isinstance(content, str) and content.lstrip().startswith(REMARK)


def _plain(content: CellContent | Fault | None) -> str:
    """Return a heading without what people write otherwise: capitals and blanks."""
    return str(content).strip().casefold().replace(" ", "_").replace("-", "_")
