"""From files of records to what they tell: visits of cases, or customers' purchases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

from toc_sim.errors import TocError
from toc_sim.language import joined, phrase
from toc_sim.records.column_rules import SaidLayout
from toc_sim.records.notices import Dropped, Notice
from toc_sim.records.records_file import RecordsFile, opened
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.refusal import refused
from toc_sim.records.shapes.columns import (
    JOIN_KEY,
    check_asked,
    fitted_columns,
    read_columns,
)
from toc_sim.records.shapes.columns_asked import ColumnsAsked, ColumnTaken, RoleHeaders
from toc_sim.records.shapes.ending_names import numbers_of
from toc_sim.records.shapes.event_log import visits_of_log
from toc_sim.records.shapes.joined import RoledTable, visits_of_leads
from toc_sim.records.shapes.shape_choice import (
    CHANGES,
    DATED,
    ENTRIES,
    EVENT_LOG,
    LEADS,
    LEADS_WITH_WINS,
    SNAPSHOT,
    TRANSACTIONS,
    WINS,
    ChosenShape,
    check_shape,
    chosen_shape,
    dated_headers,
    fits,
    shape_alone,
    why_shape,
    with_article,
)
from toc_sim.records.shapes.side_tables import SideTable, side_table, with_side
from toc_sim.records.shapes.snapshot import visits_of_snapshot
from toc_sim.records.shapes.stage_history import (
    visits_of_changes,
    visits_of_dates,
    visits_of_stages,
)
from toc_sim.records.shapes.transactions import purchases_from
from toc_sim.records.shop_orders import ShopOrders
from toc_sim.records.survey import Survey
from toc_sim.records.visits import Visits

NOTHING_ASKED = ColumnsAsked()


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read.

    Attributes
    ----------
    name
        Of the file.
    rows
        How many it has, those left out included [rows].
    """

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class RecordsRead:
    """What some files tell.

    Attributes
    ----------
    visits
        Of cases; None: the files are of a shop.
    purchases
        Of customers; None: the files are of cases.
    columns
        Which column was taken for what, and why.
    shape
        ``event log``, ``stage history``, ``snapshot``, ``joined`` or
        ``transactions``.
    notices, dropped
        All that is to be known of how they were read.
    unused
        Columns that were taken for nothing: ``deals.csv: note``.
    files
        Each that was read.
    """

    visits: Visits | None
    purchases: ShopOrders | None
    columns: tuple[ColumnTaken, ...]
    shape: str
    notices: tuple[Notice, ...]
    dropped: tuple[Dropped, ...]
    unused: tuple[str, ...] = ()
    files: tuple[FileRead, ...] = ()

    @property
    def kept(self) -> tuple[Visits | ShopOrders, ...]:
        """What the files became: visits, or purchases."""
        either = self.visits or self.purchases
        return () if either is None else (either,)


def records_from(
    paths: Sequence[Path], asked: ColumnsAsked = NOTHING_ASKED
) -> RecordsRead:
    """Return what files of records tell.

    Parameters
    ----------
    paths
        Of the files: the one with the cases or purchases, or one of leads and one of
        wins; and others that tell more of accounts, products, teams or clients.
    asked
        What somebody said of the columns.

    Returns
    -------
    The visits or the purchases, with which column was taken for what.

    Raises
    ------
    RecordsError
        If a file cannot be read, or it cannot be told what its columns are.
    TocError
        If the rows tell nothing that can be used.
    """
    if not paths:
        raise TocError(phrase("no file of records is given"))
    with ExitStack() as stack:
        files = [stack.enter_context(_opened(path, asked)) for path in paths]
        surveys = [file.survey for file in files]
        check_asked(surveys, asked)
        check_shape(surveys[0], asked)
        if len(files) == 1:
            read = _of_one(files[0], chosen_shape(files[0], asked), (), asked)
        else:
            read = _of_several(files, asked)
        return _with_loose_ends(read, surveys, asked)


def _with_loose_ends(
    read: RecordsRead, surveys: Sequence[Survey], asked: ColumnsAsked
) -> RecordsRead:
    """Return what was read, with what of the columns and of what was said is unused."""
    taken = {(each.file, each.header) for each in read.columns}
    dated = [each for survey in surveys for each in dated_headers(survey)]
    used = {header for header, _ in dated} if read.shape == "stage history" else set()
    unused = tuple(
        f"{survey.path.name}: {column.header}"
        for survey in surveys
        for column in survey.columns
        if (survey.path.name, column.header) not in taken
        and column.header not in used
        and not _is_attribute(read, column.header)
    )
    roles = {each.role for each in read.columns}
    idle = [
        Notice(
            "column not used",
            phrase(
                "{header} was said to be the {role}, which {shape} does not have: it "
                "is not used.",
                header=header,
                role=role,
                shape=with_article(read.shape),
            ),
            "doubt",
        )
        for role, header in asked.roles.items()
        if role not in roles
    ]
    notices = (*read.notices, *idle)
    visits = read.visits
    if visits is not None:
        numbers_of(visits.stages, asked.outside)
        visits = replace(visits, notices=notices)
    files = tuple(FileRead(survey.path.name, survey.rows) for survey in surveys)
    return replace(read, visits=visits, notices=notices, unused=unused, files=files)


def _is_attribute(read: RecordsRead, header: str) -> bool:
    told = read.visits or read.purchases
    return told is not None and header in told.attributes


@contextmanager
def _opened(path: Path, asked: ColumnsAsked) -> Iterator[RecordsFile]:
    """Open a file; dates that do not tell their order have the one that was said."""
    with ExitStack() as stack:
        layouts: dict[str, SaidLayout] = {}
        try_first = stack.enter_context(opened(path, sheet=asked.sheet))
        headers = [each.header for each in try_first.survey.columns]
        layouts.update({h: asked.layouts[h] for h in headers if h in asked.layouts})
        if asked.date_order:
            for each in try_first.survey.columns:
                if each.kind == "moments" and each.trouble:
                    layouts.setdefault(each.header, asked.date_order)
        if not layouts:
            yield try_first
            return
        stack.close()
        yield stack.enter_context(opened(path, layouts, sheet=asked.sheet))


def _of_several(files: Sequence[RecordsFile], asked: ColumnsAsked) -> RecordsRead:
    """Return what several files tell: cases and files beside, or leads and wins."""
    alone = [
        (file, chosen)
        for file in files
        if (chosen := shape_alone(file, asked)) is not None
    ]
    if len(alone) > 1:
        alone = _with_sides(alone)
    if len(alone) > 1:
        names = [
            phrase(
                "{file} ({shape})", file=file.survey.path.name, shape=chosen.shape.shape
            )
            for file, chosen in alone
        ]
        raise refused(
            alone[1][0].survey.path,
            phrase("each of {files} tells cases of its own", files=joined(names)),
            hint=phrase("read one of them at a time, or put rows alike into one file"),
        )
    if alone:
        file, chosen = alone[0]
        return _of_one(
            file, chosen, [each for each in files if each is not file], asked
        )
    return _of_leads(files, asked)


_Alone = list[tuple[RecordsFile, ChosenShape]]


def _with_sides(alone: _Alone) -> _Alone:
    """Leave out files that stand beside another: they have one row for each name."""
    return [
        (file, chosen)
        for file, chosen in alone
        if not any(
            other is not file
            and (side := side_table(other.survey, file)) is not None
            and other.survey.column(side.by).distinct
            < other.survey.column(side.by).filled
            for other, _ in alone
        )
    ] or alone


def _of_one(
    file: RecordsFile,
    chosen: ChosenShape,
    others: Sequence[RecordsFile],
    asked: ColumnsAsked,
) -> RecordsRead:
    """Return what one file tells, and those beside it."""
    notice = Notice("shape", why_shape(file.survey, chosen))
    if chosen.shape is TRANSACTIONS:
        return _shop(file, chosen, others, (asked, notice))
    sides, strangers = _sides(file, others)
    roles = dict(chosen.fitted.roles)
    roles[JOIN_KEY] = tuple(dict.fromkeys(side.by for side in sides))
    visits = _visits(file, chosen, roles, asked)
    for side in sides:
        visits = with_side(visits, side, asked.spellings)
    return _read(visits, chosen, (notice, *_unsettled(chosen), *strangers), sides)


def _visits(
    file: RecordsFile,
    chosen: ChosenShape,
    roles: RoleHeaders,
    asked: ColumnsAsked,
) -> Visits:
    """Return the visits that one file tells."""
    shape = chosen.shape
    dated = dated_headers(file.survey) if shape is DATED else ()
    table = read_columns(file, roles, {header: "moments" for header, _ in dated})
    if shape is EVENT_LOG:
        return visits_of_log(table, roles, asked)
    if shape is CHANGES:
        return visits_of_changes(table, roles, asked)
    if shape is ENTRIES:
        return visits_of_stages(table, roles, asked)
    if shape is DATED:
        return visits_of_dates(table, roles, asked, dated)
    if shape is SNAPSHOT:
        return visits_of_snapshot(table, roles, asked)
    leads = RoledTable(table, roles)
    return visits_of_leads(leads, leads, asked)


def _read(
    visits: Visits,
    chosen: ChosenShape,
    notices: Sequence[Notice],
    sides: Sequence[SideTable],
    more: Sequence[ColumnTaken] = (),
) -> RecordsRead:
    """Return visits with all that is to be shown of the columns."""
    visits = replace(visits, notices=(*notices, *visits.notices))
    beside = tuple(
        ColumnTaken(JOIN_KEY, side.key, side.file.survey.path.name, _same_name(side))
        for side in sides
    )
    return RecordsRead(
        visits=visits,
        purchases=None,
        columns=(*chosen.fitted.taken, *more, *beside),
        shape=visits.shape,
        notices=visits.notices,
        dropped=visits.dropped,
    )


def _same_name(side: SideTable) -> str:
    return phrase("joins {by}, which has the same name", by=side.by)


def _sides(
    file: RecordsFile, others: Sequence[RecordsFile]
) -> tuple[list[SideTable], list[Notice]]:
    """Return how other files join the file of cases, and which do not."""
    sides, strangers = [], []
    for other in others:
        side = side_table(file.survey, other)
        if side is not None:
            sides.append(side)
            continue
        sentence = phrase(
            "{file} is not used: no column of it is called as one of {main}, with each "
            "name in one row.",
            file=other.survey.path.name,
            main=file.survey.path.name,
        )
        strangers.append(Notice("file not used", sentence, "doubt"))
    return sides, strangers


def _unsettled(chosen: ChosenShape) -> Iterator[Notice]:
    """Yield which roles that are good to have two columns could have."""
    for role, headers in chosen.fitted.equals.items():
        yield Notice(
            "columns that fit equally",
            phrase(
                "{headers} could each be the {role}; none is taken. Say which it is: "
                "{role}: {first}.",
                headers=joined(headers),
                role=role,
                first=headers[0],
            ),
            "doubt",
        )


def _shop(
    file: RecordsFile,
    chosen: ChosenShape,
    others: Sequence[RecordsFile],
    said: tuple[ColumnsAsked, Notice],
) -> RecordsRead:
    """Return what the rows of a shop tell, with a list of its clients."""
    asked, notice = said
    roles = chosen.fitted.roles
    table = read_columns(file, roles, {})
    clients, client_roles, taken = _clients(others, asked)
    purchases = purchases_from(
        table,
        {role: headers[0] for role, headers in roles.items()},
        clients,
        client_roles,
    )
    purchases = replace(
        purchases, notices=(notice, *_unsettled(chosen), *purchases.notices)
    )
    return RecordsRead(
        visits=None,
        purchases=purchases,
        columns=(*chosen.fitted.taken, *taken),
        shape=chosen.shape.shape,
        notices=purchases.notices,
        dropped=purchases.dropped,
    )


def _clients(
    others: Sequence[RecordsFile], asked: ColumnsAsked
) -> tuple[RecordsTable | None, Mapping[str, str], tuple[ColumnTaken, ...]]:
    """Return the list of clients, if there is one, and which column is the customer."""
    if not others:
        return None, {}, ()
    file = others[0]
    fitted = fitted_columns(file, asked, ("customer",))
    table = file.table(
        {
            each.header: "words"
            for each in file.survey.columns
            if each.kind in ("words", "numbers")
        }
    )
    roles = {role: headers[0] for role, headers in fitted.roles.items()}
    return table, roles, fitted.taken


def _of_leads(files: Sequence[RecordsFile], asked: ColumnsAsked) -> RecordsRead:
    """Return what a file of leads and a file of wins tell, and those beside them."""
    for first, second in permutations(files, 2):
        wins = fits(second, asked, WINS)
        leads = fits(first, asked, LEADS)
        if leads is None or wins is None or not _is_pair(first, second, asked):
            continue
        chosen = ChosenShape(LEADS, leads)
        others = [each for each in files if each not in (first, second)]
        sides, strangers = _sides(first, others)
        roles = {**leads.roles, JOIN_KEY: tuple(side.by for side in sides)}
        visits = visits_of_leads(
            RoledTable(read_columns(first, roles, {}), roles),
            RoledTable(read_columns(second, wins.roles, {}), wins.roles),
            asked,
        )
        for side in sides:
            visits = with_side(visits, side, asked.spellings)
        notices = (
            Notice("shape", why_shape(first.survey, chosen)),
            Notice("shape", why_shape(second.survey, ChosenShape(WINS, wins))),
            *_unsettled(chosen),
            *_unsettled(ChosenShape(WINS, wins)),
            *strangers,
        )
        return _read(visits, chosen, notices, sides, wins.taken)
    chosen_shape(files[0], asked)  # which says what is missing
    raise refused(files[0].survey.path, phrase("no two files join as leads and wins"))


def _is_pair(first: RecordsFile, second: RecordsFile, asked: ColumnsAsked) -> bool:
    """Return whether the second file has dates of wins that the first has not."""
    return fits(first, asked, LEADS_WITH_WINS) is None and (
        first.survey.rows >= second.survey.rows
    )
