"""The one rule by which a whole column tells numbers: decimals, thousands, currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from toc_sim.language import phrase
from toc_sim.records.blank_cells import present
from toc_sim.records.row_store import RowStore

Decimal = Literal["", "point", "comma", "either"]
"""What stands before decimals: undecided where no cell has any, or where every cell
could mean both."""

_CURRENCY = (
    r"US\$|R\$|[$€£¥₽₴₸₹₺]|(?i:USD|EUR|GBP|RUB|RUR|CHF|PLN|UAH|KZT|kr|zł|Kč|Fr|"
    r"руб|р)\.?"  # noqa: RUF001 - Russian
)
_MINUS = r"\x{2212}\x{2013}"
"""The signs that stand for a minus, besides the hyphen."""

_PATTERN = (
    rf"^(\()?([-+{_MINUS}])?\s*({_CURRENCY})?\s*([-+{_MINUS}])?\s*"
    r"(\d(?:[\d.,'' \x{2019}\x{a0}\x{202f}\x{2009}]*\d)?|[.,]\d+)([eE][-+]?\d+)?"
    rf"[\s\x{{a0}}]*({_CURRENCY})?[\s\x{{a0}}]*(%)?(-)?(\))?$"
)
_NAMES = (
    "opened",
    "sign",
    "before",
    "inner",
    "body",
    "power",
    "behind",
    "percent",
    "last",
    "closed",
)
_GROUP = r"[ ''\x{2019}\x{a0}\x{202f}\x{2009}]"

_RULES = {
    ("point", ","): r"^(?:\d+|[1-9]\d{0,2}(?:,\d{2})*(?:,\d{3})+)?(?:\.\d+)?$",
    ("comma", "."): r"^(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)?(?:,\d+)?$",
    ("point", " "): rf"^(?:\d+|[1-9]\d{{0,2}}(?:{_GROUP}\d{{3}})+)?(?:\.\d+)?$",
    ("comma", " "): rf"^(?:\d+|[1-9]\d{{0,2}}(?:{_GROUP}\d{{3}})+)?(?:,\d+)?$",
}
"""By what stands before decimals and between thousands, how numbers look."""


@dataclass(frozen=True, slots=True)
class NumberRule:
    """How every cell of a column is read as a number.

    Attributes
    ----------
    matched
        How many cells are written so [rows].
    decimal
        What stands before decimals.
    group
        What stands between thousands.
    marks
        In how many cells a comma, a point and a blank stand.
    percents
        How many cells end in a per cent sign [rows].
    currencies
        Which were seen.
    padded
        How many are whole and begin with a 0 that says nothing: they are names [rows].
    plain
        Whether they are written as every program reads them.
    """

    matched: int
    decimal: Decimal
    group: str
    marks: Mapping[str, int]
    percents: int
    currencies: tuple[str, ...]
    padded: int
    plain: bool = False

    def read_as(self, decimal: Decimal) -> NumberRule:
        """Return the rule with its decimals decided, if they were not.

        Parameters
        ----------
        decimal
            ``point`` or ``comma``.
        """
        if self.decimal != "either":
            return self
        group = "," if decimal == "point" else "."
        return replace(self, decimal=decimal, group=group)

    @property
    def layout(self) -> str:
        """How they are written, for people."""
        parts = [
            {
                "": phrase("whole numbers"),
                "point": phrase("decimal point"),
                "comma": phrase("decimal comma"),
                "either": phrase("point or comma that could mean two things"),
            }[self.decimal]
        ]
        if self.decimal in {"point", "comma"} and self.marks[self.group]:
            parts.append(phrase("thousands apart by '{mark}'", mark=self.group))
        if self.percents:
            parts.append(phrase("per cent"))
        parts.extend(self.currencies)
        return ", ".join(parts)

    @property
    def trouble(self) -> str:
        """Why they cannot be read, for people; empty: they can."""
        if 0 < self.percents < self.matched:
            return phrase(
                "has a per cent sign in {some} of {all} cells",
                some=self.percents,
                all=self.matched,
            )
        return ""


def number_pieces(cell: str) -> str:
    """Return in SQL the parts of a number, as a struct of texts; all empty: none.

    Parameters
    ----------
    cell
        In SQL.
    """
    names = ", ".join(f"'{name}'" for name in _NAMES)
    return f"regexp_extract({cell}, '{_PATTERN}', [{names}])"


def numbers_like(cell: str) -> str:
    """Return in SQL whether a cell looks like a number in any way of writing.

    Parameters
    ----------
    cell
        In SQL.
    """
    return f"regexp_matches({cell}, '{_PATTERN}')"


_PLAIN = r"^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$"
_COULD_BE_THOUSANDS = r"^[-+]?[1-9]\d{0,2}\.\d{3}$"


def _is_plain(cell: str) -> str:
    return f"regexp_matches({cell}, '{_PLAIN}')"


def number_rule(store: RowStore, column: int) -> NumberRule:
    """Return the rule of a column, by all its cells.

    Parameters
    ----------
    store
        Of the rows.
    column
        Its number.
    """
    cell = f"c{column}"
    said, plain, points, thousands, padded = store.ask(
        f"SELECT count_if({present(cell)}), count_if({_is_plain(cell)}), "
        f"count_if(contains({cell}, '.') AND {_is_plain(cell)}), "
        f"count_if(regexp_matches({cell}, '{_COULD_BE_THOUSANDS}')), "
        rf"count_if(regexp_matches({cell}, '^0\d+$')) FROM cells"
    )[0]
    if plain == said and (points > thousands or not points):
        return NumberRule(
            matched=plain,
            decimal="point" if points else "",
            group=",",
            marks={",": 0, ".": points, " ": 0},
            percents=0,
            currencies=(),
            padded=padded,
            plain=True,
        )
    return _written_otherwise(store, cell)


def _written_otherwise(store: RowStore, cell: str) -> NumberRule:
    """Return the rule of a column whose numbers are not all plain."""
    parts = {
        "whole": r"count_if(regexp_matches(s.body, '^\d+$'))",
        "padded": r"count_if(regexp_matches(s.body, '^0\d+$'))",
        "percents": "count_if(s.percent <> '')",
        "currencies": "histogram(nullif(s.before || s.behind, ''))",
        "commas": "count_if(contains(s.body, ','))",
        "points": "count_if(contains(s.body, '.'))",
        "blanks": f"count_if(regexp_matches(s.body, '{_GROUP}'))",
    }
    for number, pattern in enumerate(_RULES.values()):
        parts[f"rule_{number}"] = f"count_if(regexp_matches(s.body, '{pattern}'))"
    answer = store.ask(
        f"SELECT {', '.join(parts.values())} FROM (SELECT {number_pieces(cell)} AS s "
        f"FROM cells WHERE {cell} IS NOT NULL) WHERE s.body <> ''"
    )[0]
    return _rule({name: fact or 0 for name, fact in zip(parts, answer, strict=True)})


def _rule(facts: dict[str, Any]) -> NumberRule:
    """Return the rule that most cells obey."""
    kinds = list(_RULES)
    matched = [facts[f"rule_{number}"] for number in range(len(kinds))]
    most = max(matched)
    best = [kinds[n] for n in range(len(kinds)) if matched[n] == most]
    decimal, group = best[0]
    if most == facts["whole"]:
        decimal = ""
    elif {kind[0] for kind in best} == {"point", "comma"}:
        decimal = "either"
    return NumberRule(
        matched=most,
        decimal=decimal,  # type: ignore[arg-type]
        group=group,
        marks={",": facts["commas"], ".": facts["points"], " ": facts["blanks"]},
        percents=facts["percents"],
        currencies=tuple(sorted(facts["currencies"] or ())),
        padded=facts["padded"],
    )


def number_of_cell(rule: NumberRule, column: int) -> tuple[str, str]:
    """Return in SQL the number in a cell, and the rows that it is asked of.

    It is NULL where there is none.

    Parameters
    ----------
    rule
        Of the column, its decimals decided.
    column
        Its number.
    """
    cell = f"c{column}"
    if rule.plain:
        value = f"CASE WHEN {_is_plain('cell')} THEN try_cast(cell AS DOUBLE) END"
        return (
            value,
            f"(SELECT rowid AS place, {cell} AS cell FROM cells WHERE {{where}})",
        )
    pattern = _RULES["comma" if rule.decimal == "comma" else "point", rule.group]
    bare = "regexp_replace(s.body, '[^0-9.,]', '', 'g')"
    if rule.decimal == "comma":
        bare = f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        bare = f"replace({bare}, ',', '')"
    negative = (
        "(s.opened <> '' OR s.last <> '' "
        "OR coalesce(nullif(s.sign, ''), nullif(s.inner, ''), '+') <> '+')"
    )
    share = "100.0" if rule.percents else "1.0"
    value = (
        f"CASE WHEN s.body <> '' AND regexp_matches(s.body, '{pattern}') "
        f"THEN try_cast({bare} || s.power AS DOUBLE) "
        f"* CASE WHEN {negative} THEN -1.0 ELSE 1.0 END / {share} END"
    )
    source = (
        f"(SELECT rowid AS place, {cell} AS cell, {number_pieces(cell)} AS s "
        "FROM cells WHERE {where})"
    )
    return value, source
