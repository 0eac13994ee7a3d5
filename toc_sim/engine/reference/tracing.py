"""Tells what happens in a run, by wrapping the methods of what it is made of.

A wrapped method does just what it did, and tells before it or after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toc_sim.engine.reference.floor import END, Floor, Item, Trace, TraceEvent
from toc_sim.engine.reference.station import Station

Tell = Callable[..., None]
"""Takes the arguments of the method that it tells of."""


def trace_floor(floor: Floor, trace: Trace) -> None:
    """Let a floor tell which items come into the pipeline and leave it."""

    def tell(event: str, now: float, where: str, number: int) -> None:
        trace(TraceEvent(now, event, where, number))

    def enter(now: float, where: str, *, token: bool = False) -> Item:
        item = let_enter(now, where, token=token)
        tell("enter", now, where, item.number)
        return item

    let_enter, vars(floor)["enter"] = floor.enter, enter
    _wrap(floor, buy=lambda item, now, _, at: tell("buy", now, at, item.number))
    _wrap(floor, lose=lambda item, now, at: tell("lose", now, at, item.number))
    _wrap(floor, merge=lambda item, now, at: tell("merge", now, at, item.number))
    _wrap(floor, refuse=lambda now, at: tell("refuse", now, at, -1))


def trace_station(station: Station, trace: Trace) -> None:
    """Let a station tell what happens to the items that come to it."""
    name = station.node.name

    def tell(event: str, now: float, item: Item | None) -> None:
        trace(TraceEvent(now, event, name, -1 if item is None else item.number))

    _wrap_before(station, arrive=lambda item, now, _: tell("arrive", now, item))
    _wrap_before(station, start=lambda _, item, now, __: tell("start", now, item))
    _wrap_before(
        station, finish=lambda each: tell("finish", each.record[END], each.item)
    )
    _wrap_before(station, block=lambda each, now, _: tell("block", now, each.item))
    _wrap(station, depart=lambda each, now: tell("depart", now, each.item))
    station.on_finish = (station.finish,)


def _wrap_before(traced: Station, **tells: Tell) -> None:
    """Let something be told before each call of a method, by the method's name."""
    for name, tell in tells.items():
        vars(traced)[name] = _one_by_one(tell, getattr(traced, name))


def _wrap(traced: Floor | Station, **tells: Tell) -> None:
    """Let something be told after each call of a method, by the method's name."""
    for name, tell in tells.items():
        vars(traced)[name] = _one_by_one(getattr(traced, name), tell)


def _one_by_one(first: Tell, second: Tell) -> Tell:
    def both(*arguments: Any) -> None:
        first(*arguments)
        second(*arguments)

    return both
