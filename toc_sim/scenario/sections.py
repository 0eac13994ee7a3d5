"""The sections of a scenario beside its nodes: release, money, tools, variants, run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from toc_sim.scenario.entry import Contradiction, Entry
from toc_sim.scenario.values import (
    LARGEST,
    Amount,
    Count,
    Duration,
    Finite,
    Name,
    Number,
    Profile,
    Span,
    or_say,
)

WORD, CONWIP, ROPE, OTHER = "<word>", "<conwip>", "<rope>", "<other>"
"""Tags of the forms a section can have; they never show in messages."""

Names = Annotated[tuple[Name, ...], Field(strict=False)]


class Conwip(Entry):
    """Release policy: at most so many items inside at a time."""

    conwip: Count
    """Items between release and leaving."""


class Rope(Entry):
    """How far release may run ahead of the drum."""

    drum: Name
    """The stage that sets the pace."""

    buffer: Count
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
    return WORD


Release = Annotated[
    Annotated[
        Literal["push"],
        or_say(
            "must be push, {conwip: 12} or "
            "{drum_buffer_rope: {drum: a_stage, buffer: 6}}"
        ),
        Tag(WORD),
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

    price: Annotated[float, Field(ge=0, le=LARGEST)] | None = None
    """What a buyer pays for it [money/item]; by default the price in `economics`."""

    variable_cost: dict[Name, Annotated[float, Field(ge=0, le=LARGEST)]] = Field(
        default_factory=dict
    )
    """Its own truly variable costs by name, for each item bought [money/item]."""

    stream: Name | None = None
    """Which random streams its items draw on; by default those of its own name."""


class Economics(Entry):
    """Money, for throughput accounting: never shared out over items."""

    price: Amount = 0.0
    """What a buyer pays [money/item]."""

    variable_cost: dict[Name, Amount] = Field(default_factory=dict)
    """Truly variable costs (COGS) by name, for each item bought [money/item]."""

    operating_expense: dict[Name, Amount] = Field(default_factory=dict)
    """Costs of a period (SG&A) by name, whatever is sold [money/period]."""

    discount_rate: Duration = 0.0
    """What money loses in a period [1/period]."""

    benchmark: dict[Name, Number] = Field(default_factory=dict)
    """How far a parameter here could go, such as the price."""


VERBS = ("set", "scale", "add")
"""What a tool can do to a parameter."""


class Effect(Entry):
    """What a tool does to one parameter: exactly one of three verbs."""

    set: Number | None = None
    """The new value."""

    scale: Number | None = None
    """A factor on the value there is."""

    add: Number | None = None
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

    upfront: Amount = 0.0
    """Paid once, when it is bought [money]."""

    per_period: Amount = 0.0
    """Paid for as long as it is there [money/period]."""


class Tool(Entry):
    """An investment: what it costs, and what it does to which parameter."""

    title: str = ""
    """The name to show, in any language; empty: the tool's own name."""

    cost: Cost = Field(default_factory=Cost)
    """What it costs, at once and for each period."""

    lead_time: Duration = 0.0
    """From the purchase to the beginning of its effect [periods]."""

    ramp: Duration = 0.0
    """From the beginning to the full effect, linear [periods]."""

    effects: dict[str, Effect] = Field(default_factory=dict)
    """By parameter: ``market.demand``, ``flow.A->B``, ``economics.price``."""

    requires: Names = ()
    """Tools that must be there too."""

    excludes: Names = ()
    """Tools that it cannot be combined with."""


def _kind_of_setting(value: Any) -> str:
    return OTHER if isinstance(value, dict | Profile) else WORD


Setting = Annotated[
    Annotated[
        int | Finite | str | bool | None,
        or_say("must be a number, a word or a profile"),
        Tag(WORD),
    ]
    | Annotated[Profile, Tag(OTHER)],
    Discriminator(_kind_of_setting),
]
"""A new value of a parameter of any kind."""


class Variant(Entry):
    """A named what-if: tools switched on and parameters overridden."""

    based_on: Name | None = None
    """The variant it starts from; null: the scenario as it stands."""

    tools: Names = ()
    """Tools switched on, besides those of the variant it starts from."""

    set: dict[str, Setting] = Field(default_factory=dict)
    """New values by parameter; the effects of tools work on these."""


class Run(Entry):
    """How the simulation is run."""

    horizon: Span = 500.0
    """Measured time, after the warm-up [periods]."""

    warmup: Annotated[
        Duration | Literal["auto"], or_say("must be periods, 0 or more, or 'auto'")
    ] = "auto"
    """Time before the measuring begins [periods]; auto: found by MSER-5."""

    replications: Count = 20
    """Independent runs."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 7
    """The same seed gives the same figures."""

    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """Of the intervals."""

    engine: Literal["auto", "simpy", "compiled"] = "auto"
    """What simulates; both engines go the same path."""


Word = Literal["hits", "harms", "misses"]
"""What a tool does to throughput."""


def _kind_of_names(value: Any) -> str:
    return OTHER if isinstance(value, list | tuple) else WORD


class Expectation(Entry):
    """What the file's author expects; ``check --expect`` compares."""

    constraint: (
        Annotated[
            Annotated[Name, or_say("must be a name, or a list of names"), Tag(WORD)]
            | Annotated[Names, Tag(OTHER)],
            Discriminator(_kind_of_names),
        ]
        | None
    ) = None
    """The constraint, or all nodes of a shared one."""

    throughput: Duration | None = None
    """[items/period]"""

    net_profit: Finite | None = None
    """T - OE [money/period]"""

    mix: dict[Name, Duration] = Field(default_factory=dict)
    """How much of each product the best mix by capacity makes [items/period]."""

    tools: dict[Name, Word] = Field(default_factory=dict)
    """Whether each of some tools hits the constraint, harms it or misses it."""

    best: Names | None = None
    """The best set of tools, by net present value; without `economics` by throughput.

    An empty list: to do nothing."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the expected constraint."""
        if self.constraint is None:
            return ()
        return (
            (self.constraint,) if isinstance(self.constraint, str) else self.constraint
        )
