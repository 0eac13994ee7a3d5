"""Tells what happens in a run, by wrapping the methods of what it is made of.

A wrapped method does just what it did, and tells before it or after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toc_sim.engine.reference.floor import (
    END,
    Floor,
    Item,
    Record,
    Server,
    Trace,
    TraceEvent,
)
from toc_sim.engine.reference.station import Station


def trace_floor(floor: Floor, trace: Trace) -> None:
    """Let a floor tell which items come into the pipeline and leave it."""
    enter = floor.enter

    def tell_enter(now: float, where: str, *, token: bool = False) -> Item:
        item = enter(now, where, token=token)
        trace(TraceEvent(now, "enter", where, item.number))
        return item

    def buy(item: Item, now: float, _cause: Record | None, where: str) -> None:
        trace(TraceEvent(now, "buy", where, item.number))

    def lose(item: Item, now: float, where: str) -> None:
        trace(TraceEvent(now, "lose", where, item.number))

    def merge(item: Item, now: float, where: str) -> None:
        trace(TraceEvent(now, "merge", where, item.number))

    def refuse(now: float, where: str) -> None:
        trace(TraceEvent(now, "refuse", where, -1))

    vars(floor)["enter"] = tell_enter
    _wrap(floor, after=(buy, lose, merge, refuse))


def trace_station(station: Station, trace: Trace) -> None:
    """Let a station tell what happens to the items that come to it."""
    name = station.node.name

    def tell(event: str, now: float, item: Item | None) -> None:
        trace(TraceEvent(now, event, name, -1 if item is None else item.number))

    def arrive(item: Item, now: float, _cause: Record | None) -> None:
        tell("arrive", now, item)

    def start(_server: Server, item: Item, now: float, _cause: Record | None) -> None:
        tell("start", now, item)

    def finish(server: Server) -> None:
        tell("finish", server.record[END], server.item)

    def block(server: Server, now: float, _targets: object) -> None:
        tell("block", now, server.item)

    def depart(server: Server, now: float) -> None:
        tell("depart", now, server.item)

    _wrap(station, before=(arrive, start, finish, block), after=(depart,))
    station.on_finish = (station.finish,)


Tell = Callable[..., None]


def _wrap(
    traced: Floor | Station,
    before: tuple[Tell, ...] = (),
    after: tuple[Tell, ...] = (),
) -> None:
    """Let methods be told by the functions of their names, before or after them."""
    for tell in before:
        _call_in_turn(traced, tell.__name__, tell, getattr(traced, tell.__name__))
    for tell in after:
        _call_in_turn(traced, tell.__name__, getattr(traced, tell.__name__), tell)


def _call_in_turn(
    traced: Floor | Station, name: str, first: Tell, second: Tell
) -> None:
    def both(*arguments: Any) -> None:
        first(*arguments)
        second(*arguments)

    vars(traced)[name] = both
