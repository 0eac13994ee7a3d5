"""Files beside the cases: accounts, products, teams; joined by names that both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toc_sim.errors import closest, quoted
from toc_sim.language import phrase, phrase_of
from toc_sim.records.notices import Notice
from toc_sim.records.records_file import RecordsFile
from toc_sim.records.records_table import BLANK, RecordsTable, Words
from toc_sim.records.shapes.case_facts import words_of
from toc_sim.records.shapes.header_names import plain_name
from toc_sim.records.shapes.log_notices import named
from toc_sim.records.survey import Survey
from toc_sim.records.visits import CASE_WON, Codes, Visits

_SHOWN = 3
"""So many names that do not join are told one by one."""


@dataclass(frozen=True, slots=True)
class SideTable:
    """A file beside the cases, and the columns by which both are joined.

    Attributes
    ----------
    file
        Opened.
    key
        Its column, in which every name stands once.
    by
        The column of the cases that has the same names.
    """

    file: RecordsFile
    key: str
    by: str


def side_table(main: Survey, file: RecordsFile) -> SideTable | None:
    """Return how a file joins the file of cases; None: it does not.

    Parameters
    ----------
    main
        Of the file of cases.
    file
        The other one, opened.
    """
    headers = {plain_name(each.header): each for each in main.columns}
    for column in file.survey.columns:
        partner = headers.get(plain_name(column.header))
        if partner is None or "moments" in (partner.kind, column.kind):
            continue
        if 0 < column.filled == column.distinct:
            return SideTable(file, column.header, partner.header)
    return None


def with_side(visits: Visits, side: SideTable, spellings: Mapping[str, str]) -> Visits:
    """Return visits with what a file beside them tells of each case.

    Parameters
    ----------
    visits
        With the column that joins among their attributes.
    side
        The file.
    spellings
        What is written in the cases, and as what the file has it.
    """
    table = _read(side)
    key = words_of(table, side.key)
    row_of = {key.words[code]: row for row, code in enumerate(key.codes) if code >= 0}
    mine = visits.attributes[side.by]
    lookup = np.array(
        [*(row_of.get(spellings.get(word, word), -1) for word in mine.words), -1],
        dtype=np.int64,
    )
    row = lookup[mine.codes]
    attributes = dict(visits.attributes)
    for header, column in table.columns.items():
        if header != side.key and isinstance(column, Words):
            codes = np.where(row >= 0, column.codes[np.maximum(row, 0)], BLANK)
            name = header
            if name in attributes:
                name = f"{table.path.name}:{header}"
            attributes[name] = Words(codes.astype(np.int32), column.words)
    notices = (
        *visits.notices,
        *table.notices,
        *_unjoined(visits, side, mine, (lookup, tuple(row_of))),
        *_unused(side, row_of, row),
    )
    return replace(
        visits,
        attributes=attributes,
        notices=notices,
        dropped=(*visits.dropped, *table.dropped),
    )


def _read(side: SideTable) -> RecordsTable:
    """Return all columns of the file but moments, as words."""
    return side.file.table(
        {
            each.header: "words"
            for each in side.file.survey.columns
            if each.kind in ("words", "numbers")
        }
    )


_Joins = tuple[NDArray[np.int64], Sequence[str]]


def _unjoined(
    visits: Visits, side: SideTable, mine: Words, joins: _Joins
) -> Iterator[Notice]:
    """Yield which names have no row in the file, and what depends on them."""
    lookup, known = joins
    file = side.file.survey.path.name
    cases = np.bincount(mine.codes[mine.codes >= 0], minlength=len(mine.words))
    strange = [
        code
        for code in np.argsort(-cases, kind="stable").tolist()
        if lookup[code] < 0 and cases[code]
    ]
    for code in strange[:_SHOWN]:
        yield _strange(visits, side, (mine.words[code], mine.codes == code), known)
    if len(strange) > _SHOWN:
        rest = strange[_SHOWN:]
        yield Notice(
            "names that do not join",
            phrase_of(
                "{count} more name of {by} has no row in {file}: {names}.",
                "{count} more names of {by} have no row in {file}: {names}.",
                len(rest),
                count=f"{len(rest):,}",
                by=side.by,
                file=file,
                names=named([mine.words[code] for code in rest]),
            ),
            "doubt",
            {"names": float(len(rest)), "cases": float(cases[rest].sum())},
        )
    yield from _blank(visits, side, mine.codes)


def _strange(
    visits: Visits,
    side: SideTable,
    mine: tuple[str, NDArray[np.bool_]],
    known: Sequence[str],
) -> Notice:
    """Return that a name does not join, what depends on it, and what may be meant."""
    word, is_of_it = mine
    won = visits.outcome == CASE_WON
    money = float(np.nansum(visits.amount[is_of_it & won]))
    of_all = float(np.nansum(visits.amount[won]))
    count = int(is_of_it.sum())
    likely = likely_name(word, known)
    parts = {
        "name": quoted(word),
        "by": side.by,
        "file": side.file.survey.path.name,
        "count": f"{count:,}",
        "cases": f"{visits.cases:,}",
        "share": f"{100 * money / of_all:.1f} %" if of_all else "0 %",
    }
    sentence = phrase(
        "{name} in {by} has no row in {file}: {count} of {cases} cases do not join for "
        "it, with {share} of the money won.",
        **parts,
    )
    if likely:
        sentence = phrase(
            "{name} in {by} has no row in {file}: {count} of {cases} cases do not join "
            "for it, with {share} of the money won. Perhaps {likely} is meant: it is "
            "not assumed; the file of columns can say it (spellings).",
            likely=quoted(likely),
            **parts,
        )
    evidence: dict[str, float | str] = {"name": word, "cases": float(count)}
    evidence |= {"money": money, "likely": likely or ""}
    return Notice("names that do not join", sentence, "doubt", evidence)


def _blank(visits: Visits, side: SideTable, codes: Codes) -> Iterator[Notice]:
    """Yield how many cases tell no name."""
    count = int((codes == BLANK).sum())
    if count:
        yield Notice(
            "cases without a name",
            phrase_of(
                "{count} case of {all} has no {by}.",
                "{count} cases of {all} have no {by}.",
                count,
                count=f"{count:,}",
                all=f"{visits.cases:,}",
                by=side.by,
            ),
            evidence={"cases": float(count), "of": float(visits.cases)},
        )


def _unused(
    side: SideTable,
    row_of: Mapping[str, int],
    row: NDArray[np.int64],
) -> Iterator[Notice]:
    """Yield which rows of the file no case has."""
    used = set(np.unique(row[row >= 0]).tolist())
    idle = [name for name, place in row_of.items() if place not in used]
    if idle:
        yield Notice(
            "names without cases",
            phrase_of(
                "{count} row of {file} belongs to no case: {names}.",
                "{count} rows of {file} belong to no case: {names}.",
                len(idle),
                count=f"{len(idle):,}",
                file=side.file.survey.path.name,
                names=named(idle),
            ),
            evidence={"rows": float(len(idle)), "of": float(len(row_of))},
        )


def likely_name(word: str, known: Sequence[str]) -> str | None:
    """Return the known name that a word may be meant for, or None.

    Parameters
    ----------
    word
        As it is written.
    known
        The names that there are.

    Examples
    --------
    >>> from toc_sim.records.shapes.side_tables import likely_name
    >>> likely_name("GTXPro", ["GTX Basic", "GTX Pro"])
    'GTX Pro'
    """
    bare = _bare(word)
    alike = [name for name in known if _bare(name) == bare]
    if len(alike) == 1:
        return alike[0]
    return closest(word, known)


def _bare(name: str) -> str:
    return plain_name(name).replace(" ", "")
