"""What flows and how time is counted, in words: one cup, many cups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import (
    CoreSchema,
    PydanticCustomError,
    PydanticKnownError,
    core_schema,
)

from toc_sim.language import counted_word

_SIBILANT = re.compile(r"(s|x|z|ch|sh)$", re.IGNORECASE)
_CONSONANT_Y = re.compile(r"(?<![aeiou])y$", re.IGNORECASE)
_PLAIN_LETTERS = re.compile(r"[a-z]$", re.IGNORECASE)

_UNITS = frozenset({"min", "sec", "hr", "wk", "kg", "km", "mm", "cm", "ml", "kWh"})
"""Signs of units: they have no plural."""


def plural(one: str) -> str:
    """Return the English plural of a word, by rule.

    Parameters
    ----------
    one
        A word or several, of which the last is changed. One that does not end in an
        English letter stays as it is, and so does the sign of a unit: ``h``, ``min``.

    Examples
    --------
    >>> from toc_sim.scenario.fields.words import plural
    >>> plural("cup"), plural("box"), plural("party"), plural("day")
    ('cups', 'boxes', 'parties', 'days')
    """
    if not _PLAIN_LETTERS.search(one) or len(one) == 1 or one in _UNITS:
        return one
    if _SIBILANT.search(one):
        return f"{one}es"
    return f"{one[:-1]}ies" if _CONSONANT_Y.search(one) else f"{one}s"


class Noun(str):
    """A word for what is counted: it is the singular, and knows its plural.

    Parameters
    ----------
    one
        The singular.
    many
        The plural; empty: by rule.
    few
        Where a language has one more form, as the Slavic ones have: it stands after 2,
        3 and 4, and after parts. Empty: there is none.

    Examples
    --------
    >>> from toc_sim.scenario.fields.words import Noun
    >>> Noun("cup").of("1"), Noun("cup").of("8.5"), Noun("person", "people").many
    ('cup', 'cups', 'people')
    >>> Noun("стаканчик", "стаканчиков", "стаканчика").of("22")
    'стаканчика'
    """

    __slots__ = ("few", "given")

    given: str
    """The plural as its file says it; empty: by rule."""

    few: str
    """The form after 2, 3 and 4; empty: the word has two forms."""

    def __new__(cls, one: str, many: str = "", few: str = "") -> Self:
        """Return the word."""
        noun = super().__new__(cls, one)
        noun.given = many
        noun.few = few
        return noun

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read it from text, or from a table of both."""
        written = core_schema.to_string_ser_schema(when_used="always")
        return core_schema.no_info_plain_validator_function(
            _noun, serialization=written
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what the published schema says of it."""
        text = {"type": "string", "minLength": 1}
        table = {
            "type": "object",
            "properties": {"one": text, "few": dict(text), "many": dict(text)},
            "required": ["one", "many"],
            "additionalProperties": False,
        }
        return {"anyOf": [{"type": "string"}, table]}

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, str]]:
        """Return what makes it again, in another process."""
        return type(self), (str(self), self.given, self.few)

    @property
    def many(self) -> str:
        """The plural."""
        if self.given:
            return self.given
        one = str(self)
        return counted_word(one, plural(one), HUNDRED)

    @property
    def unit(self) -> str:
        """The word as it stands in a unit: the singular."""
        if self.given:
            return str(self)
        return counted_word(str(self), plural(str(self)), 1)

    def of(self, figure: str) -> str:
        """Return the form that stands after a figure, as that is written."""
        text = figure.strip().replace("\u00a0", "")
        count = int(text) if text.isdecimal() else PARTS_OF_ONE
        if self.few:
            return _slavic(count, str(self), self.few, self.given)
        if self.given:
            return str(self) if count == 1 else self.given
        return counted_word(str(self), plural(str(self)), count)


PARTS_OF_ONE, HUNDRED = 2, 100
"""Counts that have the form of what is not whole, and of many without a figure."""


def _slavic(count: int, one: str, few: str, many: str) -> str:
    """Return the form after a count by the rule of East Slavic languages (CLDR)."""
    last, teens = count % 10, count % 100 // 10 == 1
    if last == 1 and not teens:
        return one
    return few if last in {2, 3, 4} and not teens else many


def _noun(value: Any) -> Noun:
    if isinstance(value, Noun):
        return value
    if isinstance(value, str):
        return Noun(value)
    if isinstance(value, Mapping):
        texts = all(isinstance(each, str) and each for each in value.values())
        if texts and {"one", "many"} <= value.keys() <= {"one", "few", "many"}:
            return Noun(value["one"], value["many"], value.get("few", ""))
        what = "must be text, or {one: person, many: people}"
        raise PydanticCustomError("form", "{what}", {"what": what})
    raise PydanticKnownError("string_type")
