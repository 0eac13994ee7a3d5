"""What is said of records' columns: as arguments, and in a small file for each month.

The file is YAML: ``columns: {case: Deal ID}``, and `won`, `lost`, `outside`, `dates`,
`shape`, `sheet` and `spellings` as `toc_sim.calibrate` has them. What is said as an
argument goes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TypedDict

from pydantic import Field, ValidationError

from toc_sim.errors import Argument, Problem, QuestionError, ScenarioError
from toc_sim.records.moment_forms import DateOrder
from toc_sim.records.shapes.columns_asked import ColumnsAsked
from toc_sim.scenario.fields.messages import findings, problems_of
from toc_sim.scenario.fields.numbers import Entry
from toc_sim.scenario.file.yaml import read_document

DATE_ORDERS: tuple[DateOrder, ...] = ("day first", "month first")
"""How dates may be meant where no date of a column tells."""

RECORD_SHAPES = ("event log", "stage history", "snapshot", "joined", "transactions")
"""What records may be."""


class RecordsAsked(TypedDict, total=False):
    """What may be said of records, so that it need not be guessed.

    Attributes
    ----------
    columns
        Which column is what: ``{"case": "Deal ID"}``.
    mapping
        A file in YAML that says all this.
    won, lost
        What a case comes to in the end if all goes well, and if it is lost.
    outside
        Stages that somebody outside the company does: customers, authorities.
    dates
        ``day first`` or ``month first``, where no date of a column tells.
    shape
        ``event log``, ``stage history``, ``snapshot``, ``joined`` or
        ``transactions``, where the columns are enough for several.
    sheet
        Of a workbook; by default the first that has rows.
    spellings
        What is written in one file, and as what another that joins it has it:
        ``{"GTXPro": "GTX Pro"}``.

    Examples
    --------
    >>> import toc_sim
    >>> asked: toc_sim.RecordsAsked = {"columns": {"case": "deal"}, "won": ["Won"]}
    >>> toc_sim.calibrate("scenarios/records/deals.csv", **asked).records.shape
    'event log'
    """

    columns: Mapping[str, str]
    mapping: str | PathLike[str] | None
    won: Sequence[str]
    lost: Sequence[str]
    outside: Sequence[str]
    dates: DateOrder | None
    shape: str | None
    sheet: str | None
    spellings: Mapping[str, str]


class _ColumnsFile(Entry):
    columns: dict[str, str] = Field(default_factory=dict)
    won: tuple[str, ...] = Field(default=(), strict=False)
    lost: tuple[str, ...] = Field(default=(), strict=False)
    outside: tuple[str, ...] = Field(default=(), strict=False)
    dates: DateOrder = ""
    shape: str = ""
    sheet: str = ""
    spellings: dict[str, str] = Field(default_factory=dict)


def columns_asked(given: RecordsAsked) -> ColumnsAsked:
    """Return what is said of records' columns.

    Parameters
    ----------
    given
        As arguments, a file among them.

    Raises
    ------
    TocError
        If the file cannot be read or says something else, or a word is unknown.
    """
    mapping = given.get("mapping")
    filed = _ColumnsFile() if mapping is None else _read(Path(mapping))
    dates = given.get("dates") or filed.dates
    shape = given.get("shape") or filed.shape
    for name, value, known in (
        ("dates", dates, DATE_ORDERS),
        ("shape", shape, RECORD_SHAPES),
    ):
        if value and value not in known:
            hint = f"it is {', '.join(known[:-1])} or {known[-1]}"
            raise QuestionError(Argument(name, value), "is not known", hint)
    return ColumnsAsked(
        roles={**filed.columns, **given.get("columns", {})},
        won=tuple(given.get("won", ())) or filed.won,
        lost=tuple(given.get("lost", ())) or filed.lost,
        outside=tuple(given.get("outside", ())) or filed.outside,
        date_order=dates,
        shape=shape,
        sheet=given.get("sheet") or filed.sheet,
        spellings={**filed.spellings, **given.get("spellings", {})},
    )


def _read(path: Path) -> _ColumnsFile:
    """Return what a file says of the columns.

    Raises
    ------
    ScenarioError
        With everything that is wrong, and where.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ScenarioError([_of(path, f"cannot be opened: {reason}")]) from None
    except UnicodeDecodeError:
        raise ScenarioError([_of(path, "is no text in UTF-8")]) from None
    document = read_document(text, str(path))
    if document is None:
        hint = "write which column is what, like 'columns: {case: Deal ID}'"
        raise ScenarioError([replace(_of(path, "is empty"), hint=hint)])
    problems = dict(document.problems)
    try:
        found = _ColumnsFile.model_validate(document.root.value)
        if not problems:
            return found
    except ValidationError as error:
        raw = document.root.value
        details = error.errors(include_url=False)
        for problem in problems_of(findings(details, _ColumnsFile, raw)):
            spot = document.spot(problem.path, at_key=problem.at_key)
            problems[replace(problem, place=document.place(spot))] = spot
    raise ScenarioError(sorted(problems, key=problems.__getitem__))


def _of(path: Path, what: str) -> Problem:
    return Problem((), what, place=str(path))
