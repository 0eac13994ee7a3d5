"""Where the items are that are open as a run starts: its nodes and ways, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toc_sim.errors import Path
from toc_sim.scenario.fields.flow import ARROW, Way
from toc_sim.scenario.fields.open_items import OpenItems
from toc_sim.scenario.parts import Parts, own_name, ways_of


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A node or a way, and what is open there of one product.

    Attributes
    ----------
    path
        Where it is said.
    ends
        The node; or where the way begins and ends.
    product
        Whose items they are; None: nothing is said of that.
    items
        What is open.
    """

    path: Path
    ends: tuple[str, ...]
    product: str | None
    items: OpenItems

    @property
    def is_way(self) -> bool:
        """Whether it is a way, not a node."""
        return len(self.ends) > 1

    @property
    def name(self) -> str:
        """How people write the place: ``offer -> answer``."""
        return f" {ARROW} ".join(self.ends)


def open_places(parts: Parts) -> Iterator[OpenPlace]:
    """Yield what a file says of items that are open, in its order.

    Parameters
    ----------
    parts
        The pipeline; whether it has such places is not asked here.
    """
    for key, said in parts.state.items():
        if said is None:
            continue
        ends = tuple(part.strip() for part in key.split(ARROW))
        if isinstance(said, OpenItems):
            yield OpenPlace(("state", key), ends, None, said)
        else:
            for each, items in said.items():
                yield OpenPlace(("state", key, each), ends, each, items)


def way_at(place: OpenPlace, parts: Parts) -> Way | None:
    """Return the way that a place is, as its product takes it; None: there is none.

    Parameters
    ----------
    place
        A way, and whose items they are where there are products.
    parts
        The pipeline.
    """
    source, *_, target = place.ends
    ways = parts.ways_out.get(source, ())
    if place.product is not None:
        ways = tuple(ways_of(parts, source, place.product))
    return next((way for way in ways if way.target == target), None)


def who_passes(place: OpenPlace, parts: Parts) -> tuple[str, ...]:
    """Return the products whose items may be open at a place."""
    node = place.ends[0]
    passing = parts.passing.get(node, ())
    if not place.is_way:
        return passing
    source, *_, target = place.ends
    return tuple(
        product
        for product in passing
        if any(way.target == target for way in ways_of(parts, source, product))
    )


def state_of_nodes(parts: Parts) -> Mapping[tuple[str, ...], OpenItems]:
    """Return what is open by node, or ends of a way, with one product at each node.

    Parameters
    ----------
    parts
        A pipeline without problems; its nodes are called as in `parts.expanded`.
    """
    found: dict[tuple[str, ...], OpenItems] = {}
    for place in open_places(parts):
        product = place.product or next(iter(who_passes(place, parts)), "")
        own = [own_name(place.ends[0], product, parts)]
        if place.is_way:
            way = way_at(place, parts)
            becomes = way.becomes if way is not None else None
            own.append(own_name(place.ends[1], becomes or product, parts))
        found[tuple(own)] = place.items
    return found
