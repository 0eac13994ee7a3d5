"""How surely a file knows its numbers: the forms of `uncertain` and `measure`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from os import fspath
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    WithJsonSchema,
)
from pydantic_core import (
    CoreSchema,
    PydanticCustomError,
    PydanticKnownError,
    core_schema,
)

from toc_sim.errors import closest
from toc_sim.scenario.fields.behaviour import MAX_CV
from toc_sim.scenario.fields.numbers import (
    LARGEST,
    About,
    Contradiction,
    Entry,
    Money,
    TimeSpan,
)

FORM_FAULT = "uncertain"
"""The type under which pydantic reports what is none of the forms."""

MOST_BELOW_ZERO = 0.05
"""What a normal distribution may put below 0, where no number can be [1]."""

Positive = TimeSpan
"""A number above 0, in the unit of a parameter."""

HowMany = Annotated[float, Field(ge=1, le=LARGEST)]
"""Observations, 1 or more; weighted ones need not be whole."""


class Uncertainty(Entry):
    """How surely a number is known, in one of several forms."""


class Around(Uncertainty):
    """A mean and a standard deviation; in short ``8 +- 1``."""

    mean: Annotated[Positive, About("")]
    """The mean of what the number may be."""

    sd: Annotated[Positive, About("")]
    """Its standard deviation."""

    distribution: Literal["lognormal", "normal"] = "lognormal"
    """The shape; a share has that of a beta distribution in place of lognormal."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where much of a normal distribution lies below 0."""
        if given["distribution"] == "normal":
            below = NormalDist(given["mean"], given["sd"]).cdf(0)
            if below > MOST_BELOW_ZERO:
                what = f"{below:.0%} of this normal distribution lies below 0: take "
                yield Contradiction(f"{what}lognormal", "distribution")


class Between(Uncertainty):
    """Two percentiles, with one chance in ten below and one above."""

    p10: Annotated[Positive, About("")]
    """One chance in ten that the number is below."""

    p90: Annotated[Positive, About("")]
    """One chance in ten that it is above."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where the percentiles are in the wrong order."""
        if given["p10"] >= given["p90"]:
            yield Contradiction("must be greater than 'p10'", "p90")


class TimedObservations(Uncertainty):
    """So many exponential times were observed, and gave this value on average."""

    observations: Annotated[HowMany, About("1")]
    """How many times were observed."""

    mean: Annotated[Positive, About("")]
    """The value that they give: of a rate the number of times over their sum."""


class WonOf(Uncertainty):
    """So many of so many went on: what is known of a share."""

    won: Annotated[float, Field(ge=0, le=LARGEST), About("1")]
    """How many went on."""

    of: Annotated[HowMany, About("1")]
    """How many there were."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield where more went on than there were."""
        if given["won"] > given["of"]:
            yield Contradiction(f"must be at most {given['of']:g}, its 'of'", "won")


class CountOver(Uncertainty):
    """So many were counted over so long: what is known of a rate."""

    count: Annotated[HowMany, About("1")]
    """How many were counted."""

    over: Annotated[TimeSpan, About("periods")]
    """For how long [periods]."""


class FileBeside(str):
    """The path of a file as a scenario file says it, and where that file lies.

    Parameters
    ----------
    said
        The path; one that is not absolute begins in the folder.
    folder
        Of the scenario file; empty: where the program runs.
    """

    __slots__ = ("folder",)

    folder: str
    """Where a relative path begins."""

    def __new__(cls, said: str, folder: str = "") -> Self:
        """Return the path."""
        path = super().__new__(cls, said)
        path.folder = folder
        return path

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Return what makes it again, in another process."""
        return type(self), (str(self), self.folder)

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.folder, self)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read it from text; the folder is that of the context, if there is one."""
        written = core_schema.to_string_ser_schema(when_used="always")
        return core_schema.with_info_plain_validator_function(
            _file_beside, serialization=written
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return what the published schema says of it."""
        return {"type": "string", "minLength": 1}


SCENARIO_FOLDER = "folder"
"""By this word the context of a validation says where the scenario file lies."""


def _file_beside(value: Any, info: core_schema.ValidationInfo) -> FileBeside:
    if isinstance(value, FileBeside):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if not value or "\0" in value:
        what = {"what": "must be the path of a file"}
        raise PydanticCustomError("form", "{what}", what)
    return FileBeside(value, fspath((info.context or {}).get(SCENARIO_FOLDER, "")))


class MeasuredFile(Uncertainty):
    """A column of a file has the times that were measured."""

    file: FileBeside
    """A CSV file beside the scenario file."""

    column: Annotated[str, Field(min_length=1)]
    """The heading of its column with the times [periods]."""


class Measurement(Entry):
    """What it takes to observe an uncertain number once more."""

    cost: Annotated[Money, About("money")] = 0.0
    """Price of an observation [money]."""

    noise: Annotated[float, Field(gt=0, le=MAX_CV), About("1")] = 1.0
    """Coefficient of variation of one observation [1]."""


_TEXT = "<text>"
"""Tag of what is no table; it never shows in messages."""

FORMS: tuple[type[Uncertainty], ...] = (
    *(Around, Between, TimedObservations, WonOf, CountOver, MeasuredFile),
)
"""The forms, as tables have them."""

_TAGS = {form: f"<{form.__name__}>" for form in FORMS}


def form_in(table: Mapping[Any, Any]) -> type[Uncertainty] | None:
    """Return which form a table is meant to have; None: not one of its words tells."""
    words = [key for key in table if isinstance(key, str)]

    def likeness(form: type[Uncertainty]) -> int:
        known = form.model_fields
        return sum(2 if each in known else bool(closest(each, known)) for each in words)

    best = max(FORMS, key=likeness)
    return best if likeness(best) else None


def _tag_of(value: Any) -> str:
    if isinstance(value, Uncertainty):
        return _TAGS[type(value)]
    form = form_in(value) if isinstance(value, dict) else None
    return _TEXT if form is None else _TAGS[form]


_AMOUNT = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_MEAN_AND_SD = rf"\s*({_AMOUNT})\s*(?:\+-|\+/-|±)\s*({_AMOUNT})\s*"
_SHORT = re.compile(_MEAN_AND_SD)
_FORMS_IN_WORDS = (
    "must say how surely it is known: 8 +- 1, {p10: 6.7, p90: 9.3}, {won: 12, of: 40}, "
    "{count: 380, over: 13}, {observations: 40, mean: 9} or "
    "{file: times.csv, column: days}"
)


def _from_text(value: Any) -> Any:
    """Return the fields that a text like ``8 +- 1`` stands for."""
    found = _SHORT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError(FORM_FAULT, "{what}", {"what": _FORMS_IN_WORDS})
    return {"mean": float(found[1]), "sd": float(found[2])}


_JSON_TEXT = {"type": "string", "pattern": rf"^{_MEAN_AND_SD}$"}

AnyUncertainty = Annotated[
    Annotated[
        Around,
        BeforeValidator(_from_text),
        WithJsonSchema(_JSON_TEXT),
        Tag(_TEXT),
    ]
    | Annotated[Around, Tag(_TAGS[Around])]
    | Annotated[Between, Tag(_TAGS[Between])]
    | Annotated[TimedObservations, Tag(_TAGS[TimedObservations])]
    | Annotated[WonOf, Tag(_TAGS[WonOf])]
    | Annotated[CountOver, Tag(_TAGS[CountOver])]
    | Annotated[MeasuredFile, Tag(_TAGS[MeasuredFile])],
    Discriminator(_tag_of),
]
"""How surely a number is known, in any form."""

_PER_CENT = re.compile(rf"({_AMOUNT})\s*(?:\+-|\+/-|±)\s*({_AMOUNT})\s*%")


def form_hint(value: Any) -> str | None:
    """Return how to write what is none of the forms, where it can be told.

    Parameters
    ----------
    value
        As it was written.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"write '{value:g} +- ...', its standard deviation behind"
    if not isinstance(value, str):
        return None
    if found := _PER_CENT.fullmatch(value.strip()):
        mean, part = float(found[1]), float(found[2])
        return f"write {mean:g} +- {mean * part / 100:g}, in the number's own unit"
    if _SHORT.fullmatch(value.replace(",", ".")):
        return f"write {value.replace(',', '.')}: numbers have a point"
    return None
