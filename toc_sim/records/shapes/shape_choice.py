"""Which shape a file has: the first whose columns are all there, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toc_sim.errors import nearest, quoted
from toc_sim.language import joined, phrase
from toc_sim.records.records_file import RecordsFile
from toc_sim.records.refusal import refused
from toc_sim.records.shapes.columns import FittedColumns, fitted_columns, not_fitting
from toc_sim.records.shapes.columns_asked import ColumnsAsked
from toc_sim.records.shapes.header_names import entered_stage, is_title, name_rank
from toc_sim.records.survey import Survey

_REPEATS = 0.8
"""Rows are changes of cases, not cases, if no more of them have a case of their own."""

_FACTS = ("amount", "owner", "product", "segment")


@dataclass(frozen=True, slots=True)
class FileShape:
    """A shape that a file may have.

    Attributes
    ----------
    key
        Short, for code.
    shape
        As it is shown, and as `Visits` has it.
    what
        What one row is, for people.
    needed, others
        Roles of its columns.
    suits
        Whether a file whose columns have the roles is of this shape.
    """

    key: str
    shape: str
    what: str
    needed: tuple[str, ...]
    others: tuple[str, ...]
    suits: Callable[[Survey, FittedColumns], bool] = lambda _survey, _fitted: True


def _repeats(survey: Survey, fitted: FittedColumns) -> bool:
    """Return whether cases have several rows."""
    column = survey.column(fitted.roles["case"][0])
    if is_title(column.header):
        return False
    return column.distinct <= _REPEATS * column.filled


def _is_log(survey: Survey, fitted: FittedColumns) -> bool:
    """Return whether rows are work: a stage and one moment are a move, not work."""
    rank = name_rank("activity", fitted.roles["activity"][0])
    is_stage = rank is not None and rank > 1
    return not is_stage or ("start" in fitted.roles and _repeats(survey, fitted))


def _is_dated(survey: Survey, _fitted: FittedColumns) -> bool:
    return len(dated_headers(survey)) > 1


def _has_date(survey: Survey, fitted: FittedColumns) -> bool:
    """Return whether a row is a case, with a date of it."""
    dates = ("created", "engaged", "closed", "won_date")
    is_told = any(role in fitted.roles for role in dates)
    return is_told and ("case" not in fitted.roles or not _repeats(survey, fitted))


def _is_lead(survey: Survey, fitted: FittedColumns) -> bool:
    came = "created" in fitted.roles or "engaged" in fitted.roles
    return came and not _repeats(survey, fitted)


def _is_lead_with_win(survey: Survey, fitted: FittedColumns) -> bool:
    return _is_lead(survey, fitted) and "won_date" in fitted.roles


def _is_win(survey: Survey, fitted: FittedColumns) -> bool:
    won = "won_date" in fitted.roles or "closed" in fitted.roles
    return won and not _repeats(survey, fitted)


EVENT_LOG = FileShape(
    "event log",
    "event log",
    "what was done for a case",
    ("case", "activity", "time"),
    ("start", "requested", "resource", "lifecycle", "instance", "created", *_FACTS),
    _is_log,
)
CHANGES = FileShape(
    "changes",
    "stage history",
    "a move of a case from one stage to another",
    ("case", "status_to", "changed"),
    ("status_from", "created", "field", "resource", *_FACTS),
)
DATED = FileShape(
    "dated",
    "stage history",
    "a case, with the date on which it came to each stage",
    ("case",),
    ("created", "closed", "stage", *_FACTS),
    _is_dated,
)
ENTRIES = FileShape(
    "entries",
    "stage history",
    "a stage that a case came to",
    ("case", "stage", "changed"),
    ("created", "resource", *_FACTS),
    _repeats,
)
SNAPSHOT = FileShape(
    "snapshot",
    "snapshot",
    "a case, with the stage where it stands now",
    ("stage",),
    ("case", "created", "engaged", "closed", "won_date", *_FACTS),
    _has_date,
)
TRANSACTIONS = FileShape(
    "transactions",
    "transactions",
    "what a customer bought",
    ("customer", "date", "amount"),
    ("items",),
)
LEADS = FileShape(
    "leads",
    "joined",
    "a lead",
    ("case",),
    ("created", "engaged", *_FACTS),
    _is_lead,
)
WINS = FileShape(
    "wins",
    "joined",
    "a lead that was won",
    ("case",),
    ("won_date", "closed", *_FACTS),
    _is_win,
)
LEADS_WITH_WINS = FileShape(
    "leads with wins",
    "joined",
    "a lead, with the date on which it was won",
    ("case",),
    ("won_date", "created", "engaged", *_FACTS),
    _is_lead_with_win,
)

_SHAPES = ("event log", "stage history", "snapshot", "joined", "transactions")

ALONE = (EVENT_LOG, CHANGES, DATED, ENTRIES, SNAPSHOT, TRANSACTIONS, LEADS_WITH_WINS)
"""Shapes of files that tell enough alone, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class ChosenShape:
    """The shape of a file, and which of its columns are what."""

    shape: FileShape
    fitted: FittedColumns


def chosen_shape(file: RecordsFile, asked: ColumnsAsked) -> ChosenShape:
    """Return the shape of a file that tells enough alone.

    Parameters
    ----------
    file
        Opened.
    asked
        What somebody said of its columns, and perhaps of its shape.

    Raises
    ------
    RecordsError
        If it has none, with what is missing to the nearest.
    """
    found = shape_alone(file, asked)
    if found is not None:
        return found
    tried = [(each, _fitted(file, asked, each)) for each in _allowed(asked)]
    shape, fitted = min((each for each in tried if each[1].missing), key=_distance)
    raise not_fitting(file.survey, with_article(shape.shape), fitted)


def shape_alone(file: RecordsFile, asked: ColumnsAsked) -> ChosenShape | None:
    """Return the shape of a file that tells enough alone; None: it has none.

    Parameters
    ----------
    file
        Opened.
    asked
        What somebody said of its columns, and perhaps of its shape.
    """
    for shape in _allowed(asked):
        fitted = fits(file, asked, shape)
        if fitted is not None:
            return ChosenShape(shape, fitted)
    return None


def _allowed(asked: ColumnsAsked) -> list[FileShape]:
    return [each for each in ALONE if asked.shape in ("", each.shape)]


def _fitted(file: RecordsFile, asked: ColumnsAsked, shape: FileShape) -> FittedColumns:
    return fitted_columns(file, asked, shape.needed, shape.others)


def check_shape(survey: Survey, asked: ColumnsAsked) -> None:
    """Refuse a shape that there is not."""
    if asked.shape and asked.shape not in _SHAPES:
        raise refused(
            survey.path,
            phrase("no shape of records is called {shape}", shape=quoted(asked.shape)),
            hint=nearest(asked.shape, _SHAPES)
            or phrase("it can be {shapes}", shapes=joined(_SHAPES)),
        )


def fits(
    file: RecordsFile, asked: ColumnsAsked, shape: FileShape
) -> FittedColumns | None:
    """Return which columns are what if a file is of a shape, or None."""
    fitted = _fitted(file, asked, shape)
    if fitted.missing or not shape.suits(file.survey, fitted):
        return None
    return fitted


def why_shape(survey: Survey, chosen: ChosenShape) -> str:
    """Return what a file is and why, for people."""
    columns = [f"{each.role}: {each.header}" for each in chosen.fitted.taken]
    return phrase(
        "{file} is {shape}: a row is {what} ({columns}).",
        file=survey.path.name,
        shape=with_article(chosen.shape.shape),
        what=chosen.shape.what,
        columns=joined(columns),
    )


def dated_headers(survey: Survey) -> tuple[tuple[str, str], ...]:
    """Return headers of the moments at which stages were entered, with the stages."""
    return tuple(
        (each.header, stage)
        for each in survey.columns
        if each.kind == "moments" and (stage := entered_stage(each.header))
    )


def _distance(tried: tuple[FileShape, FittedColumns]) -> float:
    """Return how much of a shape is missing."""
    shape, fitted = tried
    return len(fitted.missing) / len(shape.needed)


def with_article(shape: str) -> str:
    """Return a shape as one says it: ``an event log``."""
    names = {
        "event log": phrase("an event log"),
        "stage history": phrase("a stage history"),
        "snapshot": phrase("a snapshot"),
        "transactions": phrase("a list of transactions"),
        "joined": phrase("a list of leads and wins"),
    }
    return names[shape]
