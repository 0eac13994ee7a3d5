"""Which column of a file of open items says what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toc_sim.errors import Argument, QuestionError, closest, quoted
from toc_sim.records.refusal import refused
from toc_sim.records.survey import ColumnSurvey, Survey


@dataclass(frozen=True, slots=True)
class OpenRole:
    """Something that a column of open items may say.

    Attributes
    ----------
    name
        What it is called where a column is named for it.
    kinds
        What its cells may look like.
    words
        Headers that mean it, the plainest first; a header that holds one of them as
        words of its own is taken if none is just that.
    """

    name: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]


ROLES: tuple[OpenRole, ...] = (
    OpenRole(
        "started",
        ("moments",),
        ("started", "work began", "in work since", "start", "начато"),
    ),
    OpenRole(
        "entered",
        ("moments",),
        (
            *("entered", "date entered", "stage entered", "in stage since", "since"),
            *("stage date", "stage changed", "moved", "engage date", "created"),
            *("дата этапа", "дата стадии", "дата создания"),
        ),
    ),
    OpenRole(
        "age",
        ("numbers",),
        (
            "age",
            "days in stage",
            "time in stage",
            "in stage",
            "возраст",
            "дней в этапе",
        ),
    ),
    OpenRole(
        "in_work",
        ("words", "numbers"),
        ("in work", "working", "in progress", "in service", "в работе"),
    ),
    OpenRole(
        "stage",
        ("words",),
        (
            *("stage", "deal stage", "status", "phase", "step", "activity", "state"),
            *("этап", "стадия", "статус"),
        ),
    ),
    OpenRole(
        "amount",
        ("numbers",),
        (
            *("amount", "value", "deal value", "close value", "worth", "price"),
            *("revenue", "сумма", "стоимость"),
        ),
    ),
    OpenRole("product", ("words",), ("product", "продукт", "товар", "услуга")),
    OpenRole(
        "name",
        ("words", "numbers"),
        (
            *("name", "deal name", "deal", "opportunity", "case", "id", "key"),
            *("number", "название", "сделка", "номер"),
        ),
    ),
)
"""In the order in which they choose: no column says two things."""

_BETWEEN = re.compile(r"[\s_\-.:]+")


def columns_of(survey: Survey, named: Mapping[str, str]) -> dict[str, str]:
    """Return the header that says each thing, of those that any does.

    Parameters
    ----------
    survey
        Of the file.
    named
        By role, the header that somebody named.

    Raises
    ------
    QuestionError
        If there is no such role or header.
    RecordsError
        If no column says the stage.
    """
    found = dict(_named(survey, named))
    for role in ROLES:
        if role.name not in found:
            free = [
                each for each in survey.columns if each.header not in found.values()
            ]
            header = _guess(role, free)
            if header is not None:
                found[role.name] = header
    if "stage" not in found:
        headers = ", ".join(each.header for each in survey.columns)
        hint = "call the column of stages 'stage'"
        raise refused(
            Path(survey.path), f"no column says the stage: {headers}", hint=hint
        )
    return found


def _named(survey: Survey, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    headers = [each.header for each in survey.columns]
    roles = [role.name for role in ROLES]
    for role, header in named.items():
        if role not in roles:
            what = f"a column says one of {', '.join(roles)}"
            raise QuestionError(Argument("columns", f"{role}={header}"), what)
        if header not in headers:
            near = closest(header, headers)
            hint = f"did you mean '{near}'?" if near else None
            what = f"{survey.path} has no column {quoted(header)}"
            raise QuestionError(Argument("columns", f"{role}={header}"), what, hint)
        yield role, header


def _guess(role: OpenRole, columns: list[ColumnSurvey]) -> str | None:
    """Return the header that means a role most plainly; None: no one does."""
    able = [each for each in columns if each.kind in role.kinds]
    plain = {each.header: _BETWEEN.sub(" ", each.header).casefold() for each in able}
    for word in role.words:
        for header, text in plain.items():
            if text == word:
                return header
    for word in role.words:
        for header, text in plain.items():
            if f" {word} " in f" {text} ":
                return header
    return None
