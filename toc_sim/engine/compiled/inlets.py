"""How joins, batches and rounds stand in the arrays of the compiled engine.

Each queue before a stage that gathers items has a row of its own after those of the
nodes: ways lead there, and what comes waits there.
"""

from __future__ import annotations

from typing import NamedTuple

from toc_sim.engine.compiled import columns as c
from toc_sim.engine.compiled.state import Real, Whole
from toc_sim.network.model import Network
from toc_sim.network.node import NetNode


class Entrance(NamedTuple):
    """One queue before a stage that gathers items.

    Attributes
    ----------
    node, source
        That stage, and where the items come from; None: from anywhere.
    needs
        How many of them a service takes.
    """

    node: int
    source: int | None
    needs: int


def entrances(net: Network) -> tuple[Entrance, ...]:
    """Return the queues before the stages that gather, in the order of their rows."""
    found = []
    for node in net.nodes:
        recipe = node.recipe
        if recipe is None or not recipe.gathers:
            continue
        parts = recipe.parts or ((None, recipe.takes),)
        found += [Entrance(node.index, source, needs) for source, needs in parts]
    return tuple(found)


def entrance_of(net: Network, target: int, source: int) -> int:
    """Return the row at which items from one node come in at another."""
    recipe = net.nodes[target].recipe
    if recipe is None or not recipe.gathers:
        return target
    known = source if recipe.parts else None
    places = [(each.node, each.source) for each in entrances(net)]
    return len(net.nodes) + places.index((target, known))


def describe(net: Network, node: NetNode, row: Whole, real: Real) -> None:
    """Fill in what a stage takes and gives, and its rounds."""
    recipe, rounds = node.recipe, node.rounds
    if recipe is not None:
        row[c.RECIPE], row[c.GIVES], row[c.COPIES] = 1, recipe.gives, recipe.copies
        if recipe.gathers:
            owners = [each.node for each in entrances(net)]
            row[c.TAKES] = recipe.takes
            row[c.FIRST_INLET] = len(net.nodes) + owners.index(node.index)
            row[c.INLETS] = owners.count(node.index)
    if rounds is not None:
        row[c.KIND] = c.ROUNDS
        real[c.EVERY], real[c.FIRST_ROUND] = rounds.every, rounds.first
        real[c.MOST] = rounds.mean


def describe_entrance(each: Entrance, place: int, table: Whole) -> None:
    """Fill in the row of a queue, after that of its stage has been."""
    row, stage = table[place], table[each.node]
    row[c.KIND], row[c.RANK] = c.INLET, stage[c.RANK]
    row[c.JOIN], row[c.NEEDS], row[c.BUFFER] = each.node, each.needs, stage[c.BUFFER]
    row[c.POOL] = row[c.PATIENCES] = row[c.CLOCK_RECORD] = c.NONE
    row[c.HEAD] = row[c.TAIL] = row[c.WAITING_HEAD] = row[c.WAITING_TAIL] = c.NONE
    row[c.PACE_PROFILE] = row[c.CONVERSION_PROFILE] = row[c.FIRST_SLOT] = c.NONE
    row[c.DRAWS] = row[c.CONVERSIONS] = row[c.ROUTES] = row[c.WAY] = c.NONE
