"""Which column of a file is what: by what somebody said, by its name, by what it holds.

Nothing is decided row by row. Where two columns fit equally well, neither is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from toc_sim.errors import nearest, quoted
from toc_sim.language import joined, phrase
from toc_sim.records.records_file import RecordsFile, WantedKind
from toc_sim.records.records_table import RecordsTable
from toc_sim.records.refusal import RecordsError, refused
from toc_sim.records.shapes.case_facts import words_of
from toc_sim.records.shapes.columns_asked import ColumnsAsked, ColumnTaken, RoleHeaders
from toc_sim.records.shapes.header_names import KIND_OF, name_rank
from toc_sim.records.survey import ColumnSurvey, Survey

JOIN_KEY = "key"
"""The role of columns by which other files are joined."""

_PLURAL = frozenset({"segment"})
"""Roles that several columns may have."""

_MOST_TAKEN = 8
"""So many columns of one such role are taken at most."""

_MOST_SEGMENTS = 1_000
"""A column of more different words is no segment."""


@dataclass(frozen=True, slots=True)
class FittedColumns:
    """The columns of a file that have some roles, and the roles that none has.

    Attributes
    ----------
    roles
        By role, the headers that have it.
    taken
        The same, to be shown, with why.
    missing
        Roles that are needed and that no column has.
    equals
        By role, the headers that fit equally well, of which none is taken.
    """

    roles: RoleHeaders
    taken: tuple[ColumnTaken, ...]
    missing: tuple[str, ...]
    equals: RoleHeaders


def fitted_columns(
    file: RecordsFile,
    asked: ColumnsAsked,
    needed: Sequence[str],
    others: Sequence[str] = (),
) -> FittedColumns:
    """Return which columns of a file have which roles.

    Parameters
    ----------
    file
        Opened.
    asked
        What somebody said of the columns.
    needed
        Roles without which the file is of no use, the most telling first.
    others
        Roles that are good to have.
    """
    roles: dict[str, tuple[str, ...]] = {}
    taken: list[ColumnTaken] = []
    equals: dict[str, tuple[str, ...]] = {}
    name = file.survey.path.name
    said = {role: asked_header(file.survey, asked, role) for role in (*needed, *others)}
    claimed = {header for header in said.values() if header}
    for role in (*needed, *others):
        header = said[role]
        if header:
            roles[role] = (header,)
            why = phrase("as it was said")
            taken.append(ColumnTaken(role, header, name, why))
            continue
        found = _by_name(file, role, claimed)
        if len(found) > 1 and role not in _PLURAL:
            equals[role] = found
        elif found:
            roles[role] = found
            claimed.update(found)
            why = phrase("by its name")
            taken += [ColumnTaken(role, each, name, why) for each in found]
    for role in needed:
        if role not in roles and role not in equals:
            header = _by_content(file.survey, role, claimed)
            if header:
                roles[role] = (header,)
                claimed.add(header)
                why = phrase("the only column that holds moments")
                taken.append(ColumnTaken(role, header, name, why))
    missing = tuple(role for role in needed if role not in roles)
    return FittedColumns(roles, tuple(taken), missing, equals)


def asked_header(survey: Survey, asked: ColumnsAsked, role: str) -> str:
    """Return the header of this file that was said to have a role, or ``""``."""
    header = asked.roles.get(role, "")
    name = survey.path.name
    if header.startswith(f"{name}:"):
        header = header.removeprefix(f"{name}:")
    return header if any(header == each.header for each in survey.columns) else ""


def check_asked(surveys: Sequence[Survey], asked: ColumnsAsked) -> None:
    """Refuse roles and headers that there are not.

    Parameters
    ----------
    surveys
        Of all files.
    asked
        What somebody said of the columns.

    Raises
    ------
    RecordsError
        If a role or a header does not exist.
    """
    headers = [each.header for survey in surveys for each in survey.columns]
    for role, header in asked.roles.items():
        if role not in KIND_OF:
            raise refused(
                surveys[0].path,
                phrase("no column can be the {role}", role=quoted(role)),
                hint=nearest(role, KIND_OF) or _roles_there_are(),
            )
        if not any(asked_header(survey, asked, role) for survey in surveys):
            raise refused(
                surveys[0].path,
                phrase(
                    "the {role} is said to be the column {header}, which is not there",
                    role=role,
                    header=quoted(header),
                ),
                hint=nearest(header, headers) or columns_there_are(surveys[0]),
            )


def columns_there_are(survey: Survey) -> str:
    """Return a sentence about the columns of a file."""
    headers = [quoted(each.header) for each in survey.columns]
    return phrase("it has the columns {columns}", columns=joined(headers))


def not_fitting(survey: Survey, shape: str, fitted: FittedColumns) -> RecordsError:
    """Return why a file is not of a shape: what is missing, or what fits twice.

    Parameters
    ----------
    survey
        Of the file.
    shape
        That it comes nearest to.
    fitted
        Which of its columns have the roles of that shape.
    """
    for role in fitted.missing:
        if role in fitted.equals:
            found = [quoted(each) for each in fitted.equals[role]]
            return refused(
                survey.path,
                phrase(
                    "{columns} could each be the {role}",
                    columns=joined(found),
                    role=role,
                ),
                hint=phrase(
                    "say which it is: {role}: {header}",
                    role=role,
                    header=fitted.equals[role][0],
                ),
            )
    there = [f"{each.role}: {each.header}" for each in fitted.taken]
    roles = joined(fitted.missing)
    what = (
        phrase("no column tells the {roles} of {shape}", roles=roles, shape=shape)
        if not there
        else phrase(
            "no column tells the {roles} of {shape}, which has {there}",
            roles=roles,
            shape=shape,
            there=joined(there),
        )
    )
    near = "; ".join(
        _nearly(survey, role) for role in fitted.missing if _near(survey, role)
    )
    hint = phrase(
        "say which column it is, {role}: HEADER; {columns}",
        role=fitted.missing[0],
        columns=columns_there_are(survey),
    )
    return refused(survey.path, what, hint=f"{near}; {hint}" if near else hint)


def read_columns(
    file: RecordsFile,
    roles: RoleHeaders,
    more: Mapping[str, WantedKind],
) -> RecordsTable:
    """Return a file's rows, with the columns that have a role.

    Parameters
    ----------
    file
        Opened.
    roles
        By role, headers.
    more
        Further headers, and as what they are to be read.
    """
    wanted: dict[str, WantedKind] = {}
    for role, headers in roles.items():
        for header in headers:
            wanted.setdefault(header, KIND_OF.get(role, "words"))
    return file.table({**wanted, **more})


def _by_name(file: RecordsFile, role: str, claimed: set[str]) -> tuple[str, ...]:
    """Return the columns that are best called so, and hold what they must."""
    ranks: dict[int, list[str]] = {}
    for column in file.survey.columns:
        rank = name_rank(role, column.header)
        if rank is None or column.header in claimed or not _holds(column, role):
            continue
        ranks.setdefault(rank, []).append(column.header)
    if not ranks:
        return ()
    if role in _PLURAL:
        every = [header for rank in sorted(ranks) for header in ranks[rank]]
        return tuple(each for each in every if _is_segment(file, each))[:_MOST_TAKEN]
    best = ranks[min(ranks)]
    return tuple(best[:1]) if len(best) > 1 and _alike(file, best) else tuple(best)


def _is_segment(file: RecordsFile, header: str) -> bool:
    """Return whether a column divides its rows into groups."""
    column = file.survey.column(header)
    return 1 < column.distinct <= _MOST_SEGMENTS


def _holds(column: ColumnSurvey, role: str) -> bool:
    """Return whether a column holds what one of a role must."""
    kind = KIND_OF[role]
    return column.kind in (("words", "numbers") if kind == "words" else (kind,))


def _near(survey: Survey, role: str) -> ColumnSurvey | None:
    """Return a column that is called as one of a role, and holds something else."""
    for column in survey.columns:
        if name_rank(role, column.header) is not None and not _holds(column, role):
            return column
    return None


def _nearly(survey: Survey, role: str) -> str:
    """Return what is wrong with a column that is called as one of a role."""
    column = _near(survey, role)
    if column is None:
        return ""
    if column.kind == "empty":
        return phrase("column {header} is empty", header=quoted(column.header))
    kinds = {
        "moments": phrase("dates"),
        "numbers": phrase("numbers"),
        "words": phrase("words"),
    }
    return phrase(
        "column {header} holds {found}, not {wanted}",
        header=quoted(column.header),
        found=kinds[column.kind],
        wanted=kinds[KIND_OF[role]],
    )


def _alike(file: RecordsFile, headers: Sequence[str]) -> bool:
    """Return whether columns say the same in every row, if in other words."""
    columns = [file.survey.column(header) for header in headers]
    if len({(each.filled, each.distinct) for each in columns}) > 1:
        return False
    if any(each.kind == "moments" for each in columns):
        return False
    table = file.table(dict.fromkeys(headers, "words"))
    first, *others = (words_of(table, header).codes for header in headers)
    return all(np.array_equal(first, other) for other in others)


def _by_content(survey: Survey, role: str, claimed: set[str]) -> str:
    """Return the only column that can have a role of moments, or ``""``."""
    if KIND_OF[role] != "moments":
        return ""
    found = [
        each.header
        for each in survey.columns
        if each.kind == "moments" and each.header not in claimed
    ]
    return found[0] if len(found) == 1 else ""


def _roles_there_are() -> str:
    return phrase("it can be {roles}", roles=joined(KIND_OF))
