"""The ways between nodes: how they are written, and how items divide among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import fsum
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from toc_sim.errors import Path, Problem, of_entry, quoted
from toc_sim.scenario.fields.behaviour import TimeAway
from toc_sim.scenario.fields.numbers import (
    About,
    Entry,
    Name,
    Profile,
    Share,
    is_name,
    pointwise,
    values_of,
)

ARROW = "->"
PRODUCT_MARK = ":"
OTHER_ARROWS = ("→", "=>", "- >", "--", ">>", "\u2013", "\u2014", "⟶", "⇒")
"""Arrows that people write, and that are none here."""

FLOW_FAULT = "flow"
"""The type under which pydantic reports lines of a flow that cannot be read."""


class Way(Entry):
    """One way from a node to the next."""

    source: Name
    """Where items come from."""

    target: Name
    """Where they go."""

    share: Annotated[Share | None, About("share", lever=1, shapes_flow=True)] = None
    """The share that takes this way; None: an equal part of what is left."""

    delay: Annotated[TimeAway, About("periods", lever=2, shapes_flow=True)] = 0.0
    """How long an item is away before it arrives, or mean and shape [periods]."""

    customers: Annotated[int, Field(ge=0, le=1_000_000), About("1")] = 0
    """Customers at the start: they bought within the last `delay` before it."""

    benchmark: Annotated[Share | None, About()] = None
    """How far the share could go."""

    product: Name | None = None
    """Whose way it is; None: everybody's who has no own way out of that node."""

    becomes: Name | None = None
    """The product that an item is from there on; None: what it was."""

    @property
    def name(self) -> str:
        """How paths refer to the way: ``meet->closing``, or ``P:meet->closing``."""
        arrow = f"{self.source}{ARROW}{self.target}"
        return arrow if self.product is None else f"{self.product}{PRODUCT_MARK}{arrow}"


@dataclass(frozen=True, slots=True)
class FlowLine:
    """What a line of a flow says of one way.

    Attributes
    ----------
    place
        Where it is written.
    fields
        The fields of the way, to be checked; a way itself; None: a problem.
    problem
        Why the line cannot be read.
    shorthand
        Whether the share stands alone behind the colon.
    """

    place: Path
    fields: Way | dict[str, Any] | None = None
    problem: Problem | None = None
    shorthand: bool = False


def ways_from(raw: Any) -> Any:
    """Turn the lines of a `flow` section into the fields of its ways.

    Raises
    ------
    PydanticCustomError
        When a line cannot be read; all such lines are named.
    """
    if not isinstance(raw, list | tuple):
        raise PydanticCustomError(FLOW_FAULT, "must be a list of lines 'a -> b'")
    lines = tuple(read_flow(raw))
    problems = "; ".join(str(line.problem) for line in lines if line.problem)
    if problems:
        raise PydanticCustomError(FLOW_FAULT, "{text}", {"text": problems})
    return tuple(line.fields for line in lines)


def read_flow(lines: Iterable[Any]) -> Iterator[FlowLine]:
    """Yield what each line says of each way in it."""
    for index, line in enumerate(lines):
        place: Path = ("flow", index)
        if isinstance(line, Way):
            yield FlowLine(place, line)
        elif isinstance(line, str):
            yield from _chain(line, place)
        elif isinstance(line, dict) and {"source", "target"} <= set(line):
            yield FlowLine(place, line)
        elif isinstance(line, dict) and line:
            for key, label in line.items():
                if _names_product(key, label):
                    yield from _of_product(key, label, (*place, key))
                else:
                    yield _labelled(key, label, (*place, key))
        else:
            yield _fault(place, "must be a line like 'a -> b'")


def _of_product(name: str, said: Any, place: Path) -> Iterator[FlowLine]:
    """Yield the ways of one product: a chain, labelled ways, or a list of such."""
    lines: Iterable[FlowLine]
    if isinstance(said, list):
        for index, each in enumerate(said):
            yield from _of_product(name, each, (*place, index))
        return
    if isinstance(said, str):
        lines = _chain(said, place)
    elif isinstance(said, dict) and said:
        lines = [_labelled(key, label, (*place, key)) for key, label in said.items()]
    else:
        hint = f"write it like '{name}: machine_1 -> machine_2'"
        lines = [_fault(place, "must be the ways of a product", hint)]
    for line in lines:
        fields = line.fields
        own = {**fields, "product": name} if isinstance(fields, dict) else fields
        yield replace(line, fields=own)


def _names_product(key: Any, label: Any) -> bool:
    said = isinstance(label, str | list | dict) and bool(label)
    return said and isinstance(key, str) and is_name(key)


def ends(text: str) -> tuple[str, ...] | None:
    """Return the names that arrows join in a text, or None where it is otherwise."""
    names = tuple(part.strip() for part in text.split(ARROW))
    return names if len(names) > 1 and all(map(is_name, names)) else None


def _chain(text: str, place: Path) -> Iterator[FlowLine]:
    names = ends(text)
    if names is None:
        hint = "write it like 'machine_1 -> machine_2'"
        if any(arrow in text for arrow in OTHER_ARROWS):
            hint = f"write the arrow as '{ARROW}'"
        elif ARROW in text:
            hint = _one_word(text) or hint
        yield _fault(place, "must be names joined by arrows", hint, quoted(text))
        return
    for source, target in pairwise(names):
        yield FlowLine(place, {"source": source, "target": target})


def _one_word(text: str) -> str | None:
    """Return a hint to the first name in a chain that is more than one word."""
    for part in text.split(ARROW):
        fixed = re.sub(r"[^\w]+", "_", part).strip("_")
        if fixed and not is_name(part.strip()):
            return f"a name is one word of letters, digits and underscores: '{fixed}'"
    return None


def _labelled(key: Any, label: Any, place: Path) -> FlowLine:
    names = ends(key) if isinstance(key, str) else None
    if names is None:
        hint = "write it like 'meet -> closing: 0.6'"
        problem = of_entry(place, "must be names joined by an arrow", hint)
        return FlowLine(place, problem=problem)
    if len(names) > 2:  # noqa: PLR2004 - a way has two ends
        hint = f"give '{f' {ARROW} '.join(names[-2:])}' a line of its own"
        what = "a share belongs to one way, not to several"
        return FlowLine(place, problem=of_entry(place, what, hint))
    fields = {"source": names[0], "target": names[1]}
    if isinstance(label, dict) and set(fields) & set(label):
        return _fault(place, "the ends of a way stand before the colon, not behind it")
    if isinstance(label, dict) and "product" in label:
        hint = f"write it like 'P: {{{names[0]} {ARROW} {names[1]}: ...}}'"
        return _fault(place, "the product stands before its ways", hint)
    if isinstance(label, dict) and "profile" not in label:
        return FlowLine(place, {**label, **fields})
    return FlowLine(place, {**fields, "share": label}, shorthand=True)


def _fault(
    place: Path, what: str, hint: str | None = None, found: str | None = None
) -> FlowLine:
    return FlowLine(place, problem=Problem(place, what, found, hint))


SHARE_ROUNDING = 1e-9
"""What shares typed by hand, like three times 0.333333333, may miss 1 by."""


def left_over(ways: Iterable[Way]) -> float | Profile:
    """Return the share that the labelled ways leave; negative where they exceed 1."""
    said = [way.share for way in ways if way.share is not None]
    return pointwise(lambda shares: 1.0 - fsum(shares), said)


def share_of(way: Way, ways: Iterable[Way]) -> float | Profile:
    """Return the share that takes a way.

    Parameters
    ----------
    way
        One of the ways out of a node.
    ways
        All of them.
    """
    if way.share is not None:
        return way.share
    ways = tuple(ways)
    unsaid = sum(each.share is None for each in ways)
    return pointwise(lambda left: max(0.0, left[0]) / unsaid, [left_over(ways)])


def ever_taken(ways: Iterable[Way], *, free: bool) -> tuple[Way, ...]:
    """Return the ways out of a node that have a chance at some time."""
    ways = tuple(ways)
    if free:
        return ways
    rest = max(values_of(left_over(ways))) > SHARE_ROUNDING
    return tuple(
        way
        for way in ways
        if (rest if way.share is None else max(values_of(way.share)) > 0)
    )


def always_sum_to_one(ways: Iterable[Way], *, free: bool) -> bool:
    """Return whether every item finds a way, at all times."""
    ways = tuple(ways)
    if free or any(way.share is None for way in ways):
        return bool(ways)
    return max(values_of(left_over(ways))) <= SHARE_ROUNDING
