"""A whole scenario: the pipeline, its money, its tools and how to run it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from toc_sim.errors import ScenarioError
from toc_sim.language import phrase
from toc_sim.scenario.checks.all import problems_in
from toc_sim.scenario.fields.flow import Way, ways_from
from toc_sim.scenario.fields.nodes import AnyNode, Resource
from toc_sim.scenario.fields.numbers import PROBLEMS, Entry, Name
from toc_sim.scenario.fields.open_items import OpenAt, Place
from toc_sim.scenario.fields.sections import (
    OPEN_HOURS,
    Calendar,
    Economics,
    Expectation,
    Product,
    Release,
    Run,
    Tool,
    Variant,
)
from toc_sim.scenario.fields.uncertain import AnyUncertainty, Measurement
from toc_sim.scenario.fields.words import Noun
from toc_sim.scenario.parameters.paths import Target, changed, target_of, value_of
from toc_sim.scenario.parts import OF, PARTS, Parts

_NOTHING: Mapping[str, Any] = {}

_DOUBTS: Mapping[str, Any] = {"uncertain": {}, "measure": {}}
"""The sections that say how surely numbers are known, of those all of which are."""

Flow = Annotated[
    tuple[Way, ...], BeforeValidator(ways_from), WithJsonSchema({"type": "array"})
]


class Scenario(Entry):
    """A pipeline as its owner describes it; one that exists is free of problems.

    Its attributes are the sections of a scenario file, each told where it is defined.
    It is read by `toc_sim.load` and written by `toc_sim.dump`, and it never changes.

    Examples
    --------
    >>> from toc_sim import load
    >>> scenario = load("scenarios/paper_cups.yaml")
    >>> scenario.name, scenario.item, scenario.period
    ('Paper-cup conveyor', 'cup', 'hour')
    >>> list(scenario.stages)
    ['machine_1', 'machine_2', 'machine_3', 'sales', 'market']
    >>> scenario.stages["machine_2"].capacity
    8.0
    """

    format: Literal[1]
    """The version of this file format."""

    name: str
    """What the scenario is called."""

    description: str = ""
    """What it teaches."""

    item: Noun = Noun("item")
    """What flows, in the singular, or {one: person, many: people}."""

    period: Noun = Noun("period")
    """The unit of time of the whole file, in the same way."""

    currency: str = ""
    """The unit of money; empty: money is unnamed."""

    expect: Expectation | None = None
    """What the file's author expects of a run; ``check --expect`` compares."""

    stages: Annotated[dict[Name, AnyNode], Field(min_length=1)]
    """The nodes by name, in the order in which ties are settled."""

    resources: dict[Name, Resource] = Field(default_factory=dict)
    """Shared pools by name."""

    products: dict[Name, Product] = Field(default_factory=dict)
    """Classes of items by name; without them there is one class."""
    calendars: dict[Name, Calendar] = Field(default_factory=dict)
    """Opening hours by name."""

    flow: Flow
    """Who hands to whom."""

    release: Release = "push"
    """When new items are let in."""

    state: dict[Place, OpenAt] = Field(default_factory=dict)
    """What is open as a run starts, by node, or way with a delay."""

    economics: Economics | None = None
    """Prices and costs, for throughput accounting."""

    tools: dict[Name, Tool] = Field(default_factory=dict)
    """Investments by name."""

    variants: dict[Name, Variant] = Field(default_factory=dict)
    """Named what-ifs."""

    uncertain: dict[str, AnyUncertainty] = Field(default_factory=dict)
    """How surely numbers are known, by parameter; a run takes them as they stand."""

    measure: dict[str, Measurement] = Field(default_factory=dict)
    """What it takes to observe uncertain numbers once more, by parameter."""

    run: Run = Field(default_factory=Run)
    """How the simulation is run."""

    @model_validator(mode="after")
    def _is_free_of_problems(self) -> Self:
        problems = tuple(problems_in(self.parts))
        if problems:
            told = {"text": "; ".join(map(str, problems)), "problems": problems}
            raise PydanticCustomError(PROBLEMS, "{text}", told)
        return self

    def changed(
        self, values: Mapping[str, Any] = _NOTHING, /, **sections: object
    ) -> Self:
        """Return a scenario with new values, checked like the original.

        A number that is set is known: it is `uncertain` no longer.

        Parameters
        ----------
        values
            New values by path, applied together before anything is checked. A new
            `capacity` takes the place of a `rate`, and the reverse.
        sections
            Whole sections instead, by name.

        Raises
        ------
        ScenarioError
            When a path leads nowhere, or the changed scenario cannot work.

        Examples
        --------
        >>> from toc_sim import load
        >>> scenario = load("scenarios/paper_cups.yaml")
        >>> scenario.changed({"machine_2.capacity": 15}).stages["machine_2"].capacity
        15.0
        """
        if self.uncertain and not _DOUBTS.keys() & sections:
            sure = self.changed(values, **_DOUBTS, **sections)
            return sure.model_copy(update=self._still_uncertain(sure))
        if not values:
            return super().changed(**sections)
        parts, problems = changed(self.parts, values)
        if problems:
            raise ScenarioError(problems)
        new = {key: getattr(parts, key) for key in PARTS} | sections
        try:
            return super().changed(**new)
        except ValidationError as error:
            details = error.errors(include_url=False)[0]  # its fields are right already
            raise ScenarioError(details["ctx"]["problems"]) from None

    def _still_uncertain(self, after: Scenario) -> Mapping[str, Mapping[str, Any]]:
        """Return what is said of numbers that are as they were, by section."""
        before, now = self.parts, after.parts

        def is_as_it_was(path: str) -> bool:
            old, new = target_of(path, before), target_of(path, now)
            if not (isinstance(old, Target) and isinstance(new, Target)):
                return False
            return bool(value_of(old, before) == value_of(new, now))

        return {
            section: {
                path: said
                for path, said in getattr(self, section).items()
                if is_as_it_was(path)
            }
            for section in _DOUBTS
        }

    @property
    def parts(self) -> Parts:
        """What it consists of, as the checks see it."""
        places = tuple(("flow", way.name) for way in self.flow)
        return Parts(places=places, **{key: getattr(self, key) for key in PARTS})

    def title(self, name: str) -> str:
        """Return how a node, resource, product, tool or policy is shown to people.

        Policies are named by their address, ``calendars.day.hours`` or
        ``bob.dispatch``, and what limits the items inside as the file has it:
        ``conwip``. They are called by a word of the language that is spoken.
        """
        for table in (self.stages, self.resources, self.tools, self.products):
            entry: Any = table.get(name)
            if entry is not None:
                return entry.title or name
        node, mark, product = name.partition(OF)
        if mark:
            return f"{self.title(node)}: {self.title(product)}"
        return self._title_of_policy(name) or name

    def _title_of_policy(self, name: str) -> str:
        """Return what a policy is called; empty: there is none of that name."""
        place, _, policy = name.rpartition(".")
        if place in self.stages or place in self.resources:
            title = self.title(place)
            of_place = {
                "dispatch": phrase("order of work of {place}", place=title),
                "buffer": phrase("room before {place}", place=title),
                "batch": phrase("batches of {place}", place=title),
            }
            return of_place.get(policy, "")
        calendar = place.removeprefix("calendars.")
        if calendar in self.calendars and name == f"calendars.{calendar}.{OPEN_HOURS}":
            return phrase("hours of {calendar}", calendar=calendar)
        of_whole = {
            "conwip": phrase("conwip"),
            "drum_buffer_rope": phrase("drum_buffer_rope"),
            "calendar": phrase("opening hours") if self.calendars else "",
        }
        return of_whole.get(name, "")
