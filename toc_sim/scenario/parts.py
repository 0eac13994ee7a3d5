"""The parts of a scenario as the checks see them, even where some are broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property

from toc_sim.errors import Path
from toc_sim.scenario.fields.flow import Way
from toc_sim.scenario.fields.nodes import AnyNode, Resource
from toc_sim.scenario.fields.sections import (
    Calendar,
    Conwip,
    DrumBufferRope,
    Economics,
    Expectation,
    Product,
    Run,
    Tool,
    Variant,
)

Policy = str | Conwip | DrumBufferRope


OF = "/"
"""Between a node and a product that passes it, where several do: ``drilling/P``."""


def place_of(name: str) -> str:
    """Return the node of the file that a node of one product stands for.

    Parameters
    ----------
    name
        Of a node of the file, or of a node of one product.
    """
    return name.partition(OF)[0]


@dataclass(frozen=True)
class Parts:
    """What a scenario consists of; None stands for what is broken.

    Attributes
    ----------
    stages, resources, products, calendars, tools, variants
        By name.
    flow
        The ways that can be read.
    places
        Where each of them is written.
    release, economics, run, expect
        None where broken, or (of economics and expect) absent.
    is_complete
        Whether all lines of the flow could be read.
    """

    stages: Mapping[str, AnyNode | None]
    flow: tuple[Way, ...] = ()
    places: tuple[Path, ...] = ()
    resources: Mapping[str, Resource | None] = field(default_factory=dict)
    products: Mapping[str, Product | None] = field(default_factory=dict)
    calendars: Mapping[str, Calendar | None] = field(default_factory=dict)
    release: Policy | None = "push"
    economics: Economics | None = None
    tools: Mapping[str, Tool | None] = field(default_factory=dict)
    variants: Mapping[str, Variant | None] = field(default_factory=dict)
    run: Run | None = None
    expect: Expectation | None = None
    is_complete: bool = True

    @cached_property
    def ways_out(self) -> Mapping[str, tuple[Way, ...]]:
        """The ways out of each node that has any, in the order of the file."""
        found: dict[str, list[Way]] = {}
        for way in self.flow:
            found.setdefault(way.source, []).append(way)
        return {name: tuple(ways) for name, ways in found.items()}

    @property
    def drum(self) -> str | None:
        """The stage that sets the pace of release, where one does."""
        policy = self.release
        if isinstance(policy, DrumBufferRope):
            return policy.drum_buffer_rope.drum
        return None

    @cached_property
    def is_by_product(self) -> bool:
        """Whether there are products, or anything is said of some."""
        nodes = (node for node in self.stages.values() if node is not None)
        return bool(self.products) or any(node.tables for node in nodes)

    @cached_property
    def is_sound(self) -> bool:
        """Whether every way is known and leads from a node to another.

        Only then may anything be said of what cannot be reached.
        """
        return self.is_complete and all(
            way.source in self.stages and way.target in self.stages for way in self.flow
        )


PARTS = tuple(
    each.name for each in fields(Parts) if each.name not in ("places", "is_complete")
)
"""The sections of a file that describe its parts."""
