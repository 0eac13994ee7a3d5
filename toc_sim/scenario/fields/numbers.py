"""The numbers and names of a scenario, and the base of every record in it.

Records are immutable and strict, and refuse unknown keys. A number may change over
time: a profile, with the arithmetic that tools need.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import Annotated, Any, Literal, Self, TypeVar
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

CONTRADICTIONS = "contradictions"
"""The type under which pydantic reports what an entry says against itself."""

PROBLEMS = "problems"
"""The type under which pydantic reports what is wrong between entries."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What an entry says against itself, or leaves unsaid.

    Attributes
    ----------
    what
        In words.
    key
        The key at fault; None: the entry as a whole.
    wants
        Keys of which one is missing, where that is the fault.
    """

    what: str
    key: str | None = None
    wants: tuple[str, ...] = ()


NumberUnit = Literal[
    "",
    "1",
    "share",
    "items",
    "periods",
    "items/period",
    "1/period",
    "money",
    "money/item",
    "money/period",
]
"""What a number is counted in."""


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a parameter beside its type.

    Attributes
    ----------
    unit
        ``share``: between 0 and 1; ``1``: a plain number; empty: a word, or a number in
        the unit of another parameter.
    lever
        Its turn among the levers of an entry, from 1; 0: `breakdown` does not push it.
    shapes_flow
        Whether it decides if items can flow at all: tools that change such parameters,
        wherever they are, are checked together.
    not_with
        What a stage that says this cannot have: ``rounds``, a ``recipe`` (several items
        taken or given at once) or shared servers (a ``resource``).
    """

    unit: NumberUnit = ""
    lever: int = 0
    shapes_flow: bool = False
    not_with: tuple[Literal["rounds", "recipe", "resource"], ...] = ()


def about(field: FieldInfo) -> About:
    """Return what is said of a field beside its type."""
    return next((each for each in field.metadata if isinstance(each, About)), About())


class Entry(BaseModel):
    """A piece of a scenario: immutable, strict, with no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False
    )

    @classmethod
    def contradictions(
        cls,
        given: Mapping[str, Any],  # noqa: ARG003 - most entries cannot contradict
    ) -> Iterator[Contradiction]:
        """Yield what the given fields say against each other.

        Parameters
        ----------
        given
            Fields by name, as they were written: their values may be wrong
            themselves.
        """
        yield from ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        found = tuple(self.contradictions(dict(self)))
        if found:
            told = {"text": "; ".join(each.what for each in found), "found": found}
            raise PydanticCustomError(CONTRADICTIONS, "{text}", told)
        return self

    def changed(self, **updates: object) -> Self:
        """Return a copy with some fields changed, checked like the original."""
        return type(self).model_validate({**dict(self), **updates})


LARGEST = 1e12
"""No number of a business is larger; larger ones would only break the arithmetic."""

SMALLEST = 1e-12
"""No rate or time of a business is smaller."""

PLAIN, TABLE, LIST = "<plain>", "<table>", "<list>"
"""Tags of the forms that a value can have; they never show in messages."""


_Plain = TypeVar("_Plain")
_Table = TypeVar("_Table")

PlainOrTable = Annotated[
    Annotated[_Plain, Tag(PLAIN)] | Annotated[_Table, Tag(TABLE)],
    Discriminator(lambda it: TABLE if isinstance(it, dict | Entry) else PLAIN),
]
"""A plain value, or one that is written as a table."""

OneOrMore = Annotated[
    Annotated[_Plain, Tag(PLAIN)] | Annotated[_Table, Tag(LIST)],
    Discriminator(lambda it: LIST if isinstance(it, list | tuple) else PLAIN),
]
"""A single value, or a list."""


def or_say(what: str) -> WrapValidator:
    """Return a validator that says one sentence instead of one for each form."""

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise PydanticCustomError("form", "{what}", {"what": what}) from None

    return WrapValidator(check)


Finite = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]


def _within(low: float, high: float, what: str) -> AfterValidator:
    """Return a validator of a number, or of a profile at all times, by its bounds."""

    def check(value: Level) -> Level:
        if not all(low <= each <= high for each in values_of(value)):
            raise PydanticCustomError("range", "{what}", {"what": what})
        return value

    return AfterValidator(check)


_BIG_ENOUGH = _within(SMALLEST, inf, f"must be at least {SMALLEST:g}")

TimeSpan = Annotated[float, Field(gt=0, le=LARGEST), _BIG_ENOUGH]
"""Periods, above 0, the same at all times."""

ProfilePoint = Annotated[
    tuple[Finite, Finite],
    Field(strict=False),
    or_say("must be a pair of numbers, [time, value]"),
]


class Profile(Entry):
    """A number that changes over time: linear between its points, constant outside.

    Two points at one time are a jump; the later one holds from that time on. With
    `every` it repeats, linear too from its last point to the first of the next time.
    """

    profile: Annotated[
        tuple[ProfilePoint, ...],
        Field(min_length=1, max_length=100_000, strict=False),
        About(""),
    ]
    """Pairs of time [periods] and value, in the order of time."""

    every: Annotated[TimeSpan | None, About("periods")] = None
    """After how many periods it repeats, a season; by default never."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what is wrong between the points."""
        times = [time for time, _ in given["profile"]]
        if times != sorted(times):
            yield Contradiction("times must not go back", "profile")
        every = given.get("every")
        if every is not None and not (times[0] >= 0 and times[-1] < every):
            what = f"the times of what repeats every {every:g} periods lie from 0 on "
            yield Contradiction(f"{what}and before {every:g}", "profile")

    @property
    def times(self) -> tuple[float, ...]:
        """The times of the points [periods]."""
        return tuple(time for time, _ in self.profile)

    @property
    def values(self) -> tuple[float, ...]:
        """The values at the points."""
        return tuple(value for _, value in self.profile)

    def at(self, time: float) -> float:
        """Return the value at a time [periods]; at a jump, the one after it."""
        time = self.within(time)
        return self._between(bisect_right(self.profile, time, key=itemgetter(0)), time)

    def before(self, time: float) -> float:
        """Return the value just before a time [periods]."""
        time = self.within(time)
        return self._between(bisect_left(self.profile, time, key=itemgetter(0)), time)

    def within(self, time: float) -> float:
        """Return a time [periods] as one within the season, where it repeats."""
        return time if self.every is None else time % self.every

    def _between(self, index: int, time: float) -> float:
        points, every = self.profile, self.every
        (start, low), (end, high) = points[index - 1], points[index % len(points)]
        if index in (0, len(points)):
            if every is None:
                return low if index else high
            start, end = (start, end + every) if index else (start - every, end)
        return low + (high - low) * ((time - start) / (end - start))


def _brings_something(value: Profile) -> Profile:
    """Refuse a profile that is all but 0, or 0 but for jumps of no length."""
    points = value.profile
    what = "must be greater than 0 at some time"
    if any(0 < each < SMALLEST for each in value.values):
        what = f"must be 0 or at least {SMALLEST:g} at all times"
    elif (
        points[-1][1] > 0
        or points[0][1] > 0
        or any(
            until > start and before + after > 0
            for (start, before), (until, after) in pairwise(points)
        )
    ):
        return value
    raise PydanticCustomError("range", "{what}", {"what": what})


Number = PlainOrTable[Finite, Profile]
"""A number, or a profile of it over time."""

Rate = PlainOrTable[
    Annotated[float, Field(gt=0, le=LARGEST), _BIG_ENOUGH],
    Annotated[
        Profile,
        _within(0, inf, "must not be negative at any time"),
        AfterValidator(_brings_something),
    ],
]
"""Items per period, above 0; a profile may be 0 for a while."""

ServiceTime = PlainOrTable[
    Annotated[float, Field(gt=0, le=LARGEST), _BIG_ENOUGH],
    Annotated[Profile, _within(SMALLEST, inf, "must be greater than 0 at all times")],
]
"""Periods of one service, above 0."""

Share = PlainOrTable[
    Annotated[
        float,
        _within(0, 1, "must lie between 0 and 1"),
        WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
    ],
    Annotated[Profile, _within(0, 1, "must lie between 0 and 1 at all times")],
]
"""A share or a chance, 0-1."""

Money = Annotated[float, Field(ge=0, le=LARGEST)]
"""0 or more, the same at all times."""

Amount = PlainOrTable[
    Money, Annotated[Profile, _within(0, inf, "must not be negative at any time")]
]
"""Money, 0 or more."""

Duration = Annotated[float, Field(ge=0, le=LARGEST)]
"""Periods, 0 or more, the same at all times."""

Count = Annotated[int, Field(ge=1, le=1_000_000)]
"""How many: 1 or more."""

Places = Annotated[
    Annotated[int, Field(ge=0, le=1_000_000_000)] | Literal["unlimited"],
    or_say("must be a whole number, 0 or more, or 'unlimited'"),
]
"""Places where items wait."""


Level = float | Profile
"""A number, or a profile of it over time."""

Table = Mapping[str, Level]
"""A number or a profile by product."""


def alone(value: Level | Table | None) -> Level:
    """Return what is said of one product: a number or a profile.

    Raises
    ------
    TypeError
        Where something else is said of each product: see `parts.expanded`.
    """
    if value is None or isinstance(value, Mapping):
        raise TypeError(value)
    return value


def is_name(text: str) -> bool:
    """Return whether a text is one word of letters, digits and underscores."""
    return bool(text) and all(
        letter == "_" or letter.isalnum() or category(letter).startswith("M")
        for letter in text
    )


def _word(text: str) -> str:
    if not is_name(text):
        raise PydanticCustomError(
            "name", "must be one word of letters, digits and underscores"
        )
    return text


Name = Annotated[
    str,
    Field(max_length=100),
    AfterValidator(_word),
    WithJsonSchema({"type": "string", "pattern": r"^[^\s!-/:-@\[-^`{-~]+$"}),
]
"""One word of letters, digits and underscores, in any language."""


def pointwise(
    rule: Callable[[Sequence[float]], float], numbers: Sequence[float | Profile]
) -> float | Profile:
    """Return what a rule makes of numbers at each time.

    Between the points the result is linear: exact for sums, and at the points
    themselves for anything else. It repeats if all profiles repeat together.

    Parameters
    ----------
    rule
        From one value of each number to a value: ``sum``, ``max``.
    numbers
        In one unit.
    """
    times = sorted(
        {t for each in numbers if isinstance(each, Profile) for t in each.times}
    )
    if not times:
        return rule([each for each in numbers if not isinstance(each, Profile)])
    points = []
    for time in times:
        before = rule([level_before(each, time) for each in numbers])
        after = rule([level(each, time) for each in numbers])
        points += (
            [(time, after)] if before == after else [(time, before), (time, after)]
        )
    seasons = seasons_of(numbers)
    every = seasons[0] if len(seasons) == 1 else None
    # Not checked here: what becomes of it is checked where it is put.
    return Profile.model_construct(profile=tuple(points), every=every)


def scaled(value: Level, factor: float) -> Level:
    """Return a number or profile multiplied by a factor; it is not checked.

    Parameters
    ----------
    value
        In any unit.
    factor
        What each of its values is multiplied by [1].
    """
    if isinstance(value, Profile):
        points = tuple((time, each * factor) for time, each in value.profile)
        return Profile.model_construct(profile=points, every=value.every)
    return value * factor


def seasons_of(numbers: Iterable[float | Profile]) -> tuple[float | None, ...]:
    """Return how often the profiles among some numbers repeat [periods]; None: never.

    What is made of profiles that do not repeat together is no profile.
    """
    found = (each.every for each in numbers if isinstance(each, Profile))
    return tuple(dict.fromkeys(found))


def values_of(number: float | Profile) -> tuple[float, ...]:
    """Return the values at the points: least and largest are among them.

    Parameters
    ----------
    number
        The same at all times, or a profile; in any unit.

    Returns
    -------
    One value for each point of a profile, in the order of time; else the number alone.
    """
    return number.values if isinstance(number, Profile) else (number,)


def level(number: float | Profile, time: float) -> float:
    """Return what a number or profile is at a time [periods] (R3).

    Parameters
    ----------
    number
        The same at all times, or a profile; in any unit.
    time
        From the beginning of the run [periods].
    """
    return number.at(time) if isinstance(number, Profile) else number


def level_before(number: float | Profile, time: float) -> float:
    """Return what a number or profile is just before a time [periods].

    Parameters
    ----------
    number
        The same at all times, or a profile; in any unit.
    time
        From the beginning of the run [periods].
    """
    return number.before(time) if isinstance(number, Profile) else number


def names_in(value: Any) -> tuple[str, ...]:
    """Return the names in a name, a list or nothing; what is no name is left out."""
    names = value if isinstance(value, list | tuple) else (value,)
    return tuple(name for name in names if isinstance(name, str))
