"""The sections beside the nodes, and tables of all parameters by their names.

Sections are calendars, release, money, products, tools, variants and the run; what the
tables tell follows from the types of all fields and from `About`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, Discriminator, Field, Tag
from pydantic.fields import FieldInfo

from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import Market, Resource, Source, Stage
from toc_sim.scenario.fields.numbers import (
    LARGEST,
    LIST,
    PLAIN,
    TABLE,
    About,
    Amount,
    Contradiction,
    Count,
    Duration,
    Entry,
    Finite,
    Money,
    Name,
    Number,
    NumberUnit,
    OneOrMore,
    Profile,
    TimeSpan,
    about,
    level,
    names_in,
    or_say,
)
from toc_sim.scenario.fields.openings import lasting, open_time

OpenSpan = Annotated[
    tuple[Finite, Finite],
    Field(strict=False),
    or_say("must be a pair of times, [from, to]"),
]
"""A stretch of time [periods]."""

Shifts = Annotated[
    tuple[OpenSpan, ...], Field(min_length=1, max_length=10_000, strict=False)
]
"""The shifts within a cycle, in order [periods]."""


class Calendar(Entry):
    """Opening hours: while it is closed no work begins."""

    cycle: Annotated[float, Field(ge=1e-6, le=LARGEST), About("periods")]
    """After how many periods the hours repeat, from time 0 on and before it."""

    open: Annotated[Shifts, About("periods")]
    """The shifts within a cycle, from and to [periods]."""

    closed: Annotated[
        tuple[OpenSpan, ...], Field(max_length=10_000, strict=False), About("periods")
    ] = ()
    """Days off, from and to [periods], whatever the cycle says."""

    at_close: Literal["finish", "pause"] = "finish"
    """What happens at closing to work in hand: it is finished, or it waits."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield what is wrong with the hours."""
        for key, hours in (("open", "opening hours"), ("closed", "days off")):
            spans = given[key]
            if any(end <= begin for begin, end in spans):
                yield Contradiction(f"{hours} must end after they begin", key)
            elif any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
                yield Contradiction(f"{hours} must be in order and not overlap", key)
        cycle = given["cycle"]
        if any(begin < 0 or end > cycle for begin, end in given["open"]):
            what = "opening hours must lie between 0 and the end of the cycle, "
            yield Contradiction(f"{what}{cycle:g}", "open")

    @property
    def hours(self) -> float:
        """How long it is open in a cycle [periods]; days off are not taken off."""
        return open_time(self.open)

    def lasting(self, hours: float) -> Self:
        """Return the same calendar, open for so long in a cycle (`openings.lasting`).

        Parameters
        ----------
        hours
            Above 0, and at most where one opening reaches the next [periods].
        """
        return self.changed(open=lasting(self.open, self.cycle, hours))


OPEN_HOURS = "hours"
"""What a calendar has besides its fields: how long it is open in a cycle."""


CONWIP, ROPE = "<conwip>", "<rope>"
"""Tags of the forms that a release policy can have; they never show in messages."""

NameList = Annotated[tuple[Name, ...], Field(strict=False)]


class Conwip(Entry):
    """Release policy: at most so many items inside at a time."""

    conwip: Annotated[Count, About("items", lever=1, shapes_flow=True)]
    """Items between release and leaving."""


class Rope(Entry):
    """How far release may run ahead of the drum."""

    drum: Name
    """The stage that sets the pace."""

    buffer: Annotated[Count, About("items", lever=1, shapes_flow=True)]
    """Items released and not yet finished by the drum."""


class DrumBufferRope(Entry):
    """Release policy: the constraint's pace pulls new items in."""

    drum_buffer_rope: Rope
    """The drum, and how far release may run ahead of it."""


def _kind_of_release(value: Any) -> str:
    if isinstance(value, DrumBufferRope):
        return ROPE
    if isinstance(value, Conwip):
        return CONWIP
    if isinstance(value, dict) and not {"conwip", "drum_buffer_rope"} <= set(value):
        return ROPE if "drum_buffer_rope" in value else CONWIP
    return PLAIN


Release = Annotated[
    Annotated[
        Literal["push"],
        or_say(
            "must be push, {conwip: 12} or "
            "{drum_buffer_rope: {drum: a_stage, buffer: 6}}"
        ),
        Tag(PLAIN),
    ]
    | Annotated[Conwip, Tag(CONWIP)]
    | Annotated[DrumBufferRope, Tag(ROPE)],
    Discriminator(_kind_of_release),
]
"""When new items are let in."""


class Product(Entry):
    """A class of items with its own price and costs; nodes and ways say the rest."""

    title: str = ""
    """The name to show, in any language; empty: the product's own name."""

    price: Annotated[Money | None, About("money/item", lever=1)] = None
    """What a buyer pays for it [money/item]; by default the price in `economics`."""

    variable_cost: Annotated[dict[Name, Money], About("money/item", lever=2)] = Field(
        default_factory=dict
    )
    """Its own truly variable costs by name, for each item bought [money/item]."""

    target: Annotated[Duration | None, About("periods")] = None
    """How long an item should wait in all before it is bought, at most [periods]."""

    stream: Name | None = None
    """Which random streams its items draw on; by default those of its own name."""


class Economics(Entry):
    """Money, for throughput accounting: never shared out over items."""

    price: Annotated[Amount, About("money/item", lever=1)] = 0.0
    """What a buyer pays [money/item]."""

    variable_cost: Annotated[dict[Name, Amount], About("money/item", lever=2)] = Field(
        default_factory=dict
    )
    """Truly variable costs (COGS) by name, for each item bought [money/item]."""

    operating_expense: Annotated[dict[Name, Amount], About("money/period", lever=3)] = (
        Field(default_factory=dict)
    )
    """Costs of a period (SG&A) by name, whatever is sold [money/period]."""

    discount_rate: Annotated[Duration, About("1/period")] = 0.0
    """What money loses in a period [1/period]."""

    benchmark: Annotated[dict[Name, Number], About()] = Field(default_factory=dict)
    """How far a parameter here could go, such as the price."""


VERBS = ("set", "scale", "add")
"""What a tool can do to a parameter."""


def _kind_of_value(value: Any) -> str:
    if isinstance(value, dict | Entry):
        return TABLE
    return LIST if isinstance(value, list | tuple) else PLAIN


ShiftList = Annotated[
    Shifts,
    or_say("a list can only be the shifts of a calendar: [[8, 12], [13, 17]]"),
    Tag(LIST),
]
"""The one parameter that is a list."""

NewValue = Annotated[
    Annotated[Finite | str, or_say("must be a number or a word"), Tag(PLAIN)]
    | Annotated[Profile, Tag(TABLE)]
    | ShiftList,
    Discriminator(_kind_of_value),
]
"""What a tool can set a parameter to."""


class Effect(Entry):
    """What a tool does to one parameter: exactly one of three verbs."""

    set: Annotated[NewValue | None, About()] = None
    """The new value: a number or a profile, a word, or the shifts of a calendar."""

    scale: Annotated[Number | None, About("1")] = None
    """A factor on the value there is."""

    add: Annotated[Number | None, About()] = None
    """A difference to the value there is."""

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Contradiction]:
        """Yield whether there is no verb, or more than one."""
        said = [verb for verb in VERBS if given.get(verb) is not None]
        if not said:
            yield Contradiction("give one of 'set', 'scale' and 'add'", None, VERBS)
        elif len(said) > 1:
            yield Contradiction("give only one of 'set', 'scale' and 'add'")


class Cost(Entry):
    """What a tool costs."""

    upfront: Annotated[Amount, About("money")] = 0.0
    """Paid once, when it is bought [money]."""

    per_period: Annotated[Amount, About("money/period")] = 0.0
    """Paid for as long as it is there [money/period]."""

    @property
    def price(self) -> float:
        """What is paid at once for a purchase at time 0 [money]."""
        return level(self.upfront, 0.0)


class Tool(Entry):
    """An investment: what it costs, and what it does to which parameter."""

    title: str = ""
    """The name to show, in any language; empty: the tool's own name."""

    cost: Cost = Field(default_factory=Cost)
    """What it costs, at once and for each period."""

    lead_time: Annotated[Duration, About("periods")] = 0.0
    """From the purchase to the beginning of its effect [periods]."""

    ramp: Annotated[Duration, About("periods")] = 0.0
    """From the beginning to the full effect, linear [periods]."""

    effects: dict[str, Effect] = Field(default_factory=dict)
    """By parameter: ``market.demand``, ``flow.A->B``, ``economics.price``."""

    requires: NameList = ()
    """Tools that must be there too."""

    excludes: NameList = ()
    """Tools that it cannot be combined with."""


Setting = Annotated[
    Annotated[
        int | Finite | str | bool | None,
        or_say("must be a number, a word or a profile"),
        Tag(PLAIN),
    ]
    | Annotated[Profile, Tag(TABLE)]
    | ShiftList,
    Discriminator(_kind_of_value),
]
"""A new value of a parameter of any kind."""


class Variant(Entry):
    """A named what-if: tools switched on and parameters overridden."""

    based_on: Name | None = None
    """The variant it starts from; null: the scenario as it stands."""

    tools: NameList = ()
    """Tools switched on, besides those of the variant it starts from."""

    set: Annotated[dict[str, Setting], About()] = Field(default_factory=dict)
    """New values by parameter; the effects of tools work on these."""


class Run(Entry):
    """How the simulation is run."""

    horizon: Annotated[TimeSpan, About("periods")] = 500.0
    """Measured time, after the warm-up [periods]."""

    warmup: Annotated[
        Duration | Literal["auto"],
        or_say("must be periods, 0 or more, or 'auto'"),
        About("periods"),
    ] = "auto"
    """Time before the measuring begins [periods]; auto: found by MSER-5."""

    replications: Annotated[Count, About("1")] = 20
    """Independent runs."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1), About("1")] = 7
    """The same seed gives the same figures."""

    confidence: Annotated[float, Field(gt=0, lt=1), About("share")] = 0.95
    """Of the intervals."""

    engine: Literal["auto", "simpy", "compiled"] = "auto"
    """What simulates; both engines go the same path."""


ToolVerdict = Literal["hits", "harms", "misses"]
"""What a tool does to throughput."""


_ConstraintName = Annotated[Name, or_say("must be a name, or a list of names")]


_PartOfAll = Annotated[float, Field(ge=0, le=1)]


class Expectation(Entry):
    """What the file's author expects; ``check --expect`` compares."""

    constraint: OneOrMore[_ConstraintName, NameList] | None = None
    """The constraint, or all nodes of a shared one."""

    throughput: Annotated[Duration | None, About("items/period")] = None
    """[items/period]"""

    net_profit: Annotated[Finite | None, About("money/period")] = None
    """T - OE [money/period]"""

    wait: Annotated[dict[Name, Duration], About("periods")] = Field(
        default_factory=dict
    )
    """How long items wait on average, by node [periods]."""

    within: Annotated[dict[Name, _PartOfAll], About("share")] = Field(
        default_factory=dict
    )
    """Which part waits no longer than the node's `target`, by node [1]."""

    mix: Annotated[dict[Name, Duration], About("items/period")] = Field(
        default_factory=dict
    )
    """How much of each product the best mix by capacity makes [items/period]."""

    tools: dict[Name, ToolVerdict] = Field(default_factory=dict)
    """Whether each of some tools hits the constraint, harms it or misses it."""

    best: NameList | None = None
    """The best set of tools, by net present value; without `economics` by throughput.

    An empty list: to do nothing."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected constraint."""
        return names_in(self.constraint)


Kinds = tuple[type[BaseModel], ...]
"""What may stand at a place: one kind of entry, or several."""


def kinds_in(*annotations: Any) -> Kinds:
    """Return the kinds of entry that some annotations speak of."""
    kinds: list[type[BaseModel]] = []
    for each in annotations:
        is_kind = isinstance(each, type) and issubclass(each, BaseModel)
        kinds += (each,) if is_kind else kinds_in(*get_args(each))
    return tuple(kinds)


def kinds_below(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield a kind of entry and all of which it consists, at any depth."""
    yield kind
    for field in kind.model_fields.values():
        for inner in kinds_in(field.annotation):
            yield from kinds_below(inner)


def annotations_of(kinds: Kinds, field: str) -> list[Any]:
    """Return the annotations of a field in the kinds of entry that have it."""
    fields = (kind.model_fields.get(field) for kind in kinds)
    return [each.annotation for each in fields if each is not None]


def is_table(annotation: Any) -> bool:
    """Return whether an annotation is that of entries or numbers by free names."""
    return get_origin(annotation) is dict


def may_be_table(annotation: Any) -> bool:
    """Return whether an annotation has a form with values by free names."""
    return is_table(annotation) or any(map(may_be_table, get_args(annotation)))


def numbers_in(annotation: Any) -> set[type]:
    """Return which of `int` and `float` a value may be."""
    if annotation in (int, float):
        return {annotation}
    return set().union(*map(numbers_in, get_args(annotation)))


def is_whole(field: FieldInfo) -> bool:
    """Return whether a field holds whole numbers, wherever it holds a number."""
    return numbers_in(field.annotation) == {int}


ROOTS: tuple[type[BaseModel], ...] = (
    *(Source, Stage, Market, Resource, Product, Calendar, Way),
    *(Conwip, DrumBufferRope, Economics, Run, Tool),
)
"""The entries that parameters belong to."""

FIELDS = {
    (kind, name): field
    for root in ROOTS
    for kind in kinds_below(root)
    for name, field in kind.model_fields.items()
}
"""All fields of these, and of what is in them."""


def _names(holds: Callable[[FieldInfo], bool]) -> frozenset[str]:
    return frozenset(name for (_, name), field in FIELDS.items() if holds(field))


WHOLE_FIELDS = _names(is_whole)
"""Fields in which 3.0, the fruit of arithmetic, means 3."""

COUNTS = _names(lambda field: is_whole(field) and about(field).lever > 0)
"""What grows by one, not by one per cent."""

SHARES = _names(lambda field: about(field).unit == "share" and about(field).lever > 0)
"""What cannot exceed 1."""

SHAPING_FLOW = _names(lambda field: about(field).shapes_flow)
"""Fields on which it depends whether items can flow at all."""

UNITS: Mapping[str, NumberUnit] = {
    OPEN_HOURS: "periods",
    **{name: "" for _, name in FIELDS},
    **{n: about(each).unit for (_, n), each in FIELDS.items() if about(each).unit},
}
"""The unit of each parameter; fields of one name have one unit, if they are numbers."""


@cache
def levers_of(kind: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of an entry that can be pushed, in their turn."""
    turn = {key: about(field).lever for key, field in kind.model_fields.items()}
    return tuple(sorted((key for key in turn if turn[key]), key=turn.__getitem__))
