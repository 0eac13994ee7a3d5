"""A whole scenario: the pipeline, its money, its tools and how to run it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from toc_sim.scenario.flow import FLOW_SCHEMA, Way, ways_from
from toc_sim.scenario.nodes import AnyNode, Resource
from toc_sim.scenario.values import (
    Amount,
    Count,
    Duration,
    Entry,
    Name,
    Number,
)


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


class Effect(Entry):
    """What a tool does to one parameter: exactly one of three verbs."""

    set: Number | None = None
    """The new value."""

    scale: Number | None = None
    """A factor on the value there is."""

    add: Number | None = None
    """A difference to the value there is."""

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        given = [
            key for key in ("set", "scale", "add") if getattr(self, key) is not None
        ]
        if len(given) != 1:
            raise PydanticCustomError("effect", "give one of 'set', 'scale', 'add'")
        return self


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

    lead_time: Duration = 0.0
    """From the purchase to the beginning of its effect [periods]."""

    ramp: Duration = 0.0
    """From the beginning to the full effect, linear [periods]."""

    effects: dict[str, Effect] = Field(default_factory=dict)
    """By parameter: ``market.demand``, ``flow.A->B``, ``economics.price``."""

    requires: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Tools that must be there too."""

    excludes: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Tools that it cannot be combined with."""


class Variant(Entry):
    """A named what-if: tools switched on and parameters overridden."""

    based_on: Name | None = None
    """The variant it starts from; null: the scenario as it stands."""

    tools: Annotated[tuple[Name, ...], Field(strict=False)] = ()

    set: dict[str, Number | str | bool | None] = Field(default_factory=dict)
    """New values by parameter."""


class Run(Entry):
    """How the simulation is run."""

    horizon: Duration = Field(500.0, gt=0)
    """Measured time, after the warm-up [periods]."""

    warmup: Duration | Literal["auto"] = "auto"
    """Time before the measuring begins [periods]; auto: found by MSER-5."""

    replications: Count = 20
    """Independent runs."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 7
    """The same seed gives the same figures."""

    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    """Of the intervals."""


class Expectation(Entry):
    """What the file's author expects; ``check --expect`` compares."""

    constraint: Name | Annotated[tuple[Name, ...], Field(strict=False)] | None = None
    """The constraint, or all nodes of a shared one."""

    throughput: Annotated[float, Field(ge=0)] | None = None
    """[items/period]"""


Ways = Annotated[
    tuple[Way, ...], BeforeValidator(ways_from), WithJsonSchema(FLOW_SCHEMA)
]


class Scenario(Entry):
    """A pipeline as its owner describes it; one that exists is free of problems."""

    format: Literal[1]
    """The version of this file format."""

    name: str
    """What the scenario is called."""

    description: str = ""
    """What it teaches."""

    item: str = "item"
    """What flows, in the singular."""

    period: str = "period"
    """The unit of time of the whole file."""

    currency: str = ""
    """The unit of money; empty: money is unnamed."""

    expect: Expectation | None = None

    stages: Annotated[dict[Name, AnyNode], Field(min_length=1)]
    """The nodes by name, in the order in which ties are settled."""

    resources: dict[Name, Resource] = Field(default_factory=dict)
    """Shared pools by name."""

    flow: Ways
    """Who hands to whom."""

    release: Literal["push"] | Conwip | DrumBufferRope = "push"
    """When new items are let in."""

    economics: Economics | None = None

    tools: dict[Name, Tool] = Field(default_factory=dict)
    """Investments by name."""

    variants: dict[Name, Variant] = Field(default_factory=dict)
    """Named what-ifs."""

    run: Run = Field(default_factory=Run)

    @model_validator(mode="after")
    def _is_free_of_problems(self) -> Self:
        from toc_sim.scenario.checks import problems_in  # needs these classes

        problems = problems_in(self)
        if problems:
            raise PydanticCustomError(
                "scenario", "{text}", {"text": "; ".join(map(str, problems))}
            )
        return self

    def title(self, name: str) -> str:
        """Return how a node, resource or tool is shown to people."""
        for table in (self.stages, self.resources, self.tools):
            entry: Any = table.get(name)
            if entry is not None:
                return entry.title or name
        return name
