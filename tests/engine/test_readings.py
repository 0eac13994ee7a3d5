"""What a run adds up is added up whoever looks on."""

from __future__ import annotations

import sys
from types import FrameType

from toc_sim.engine.measure.readings import Gaps
from toc_sim.engine.reference.floor import Clock, Floor


def test_a_profiler_that_keeps_frames_changes_nothing() -> None:
    """Adding up works while every frame of it is kept alive, as profilers do."""
    gaps = Gaps()
    gaps.times.extend([1.0, 2.0, 4.0])
    kept: list[FrameType] = []

    def keep(frame: FrameType, _event: str, _argument: object) -> None:
        kept.append(frame)

    sys.setprofile(keep)
    try:
        reading = gaps.read()
    finally:
        sys.setprofile(None)

    assert kept
    assert (reading.count, reading.squares, reading.last) == (3, 5.0, 4.0)


def test_it_may_look_on_while_items_are_bought() -> None:
    """Purchases go on after the time inside has been added up under a profiler."""
    floor = Floor(Clock(0.0), lambda: 0)
    floor.buy(floor.enter(0.0, "here"), 2.0, None, "here")
    kept: list[FrameType] = []

    def keep(frame: FrameType, _event: str, _argument: object) -> None:
        kept.append(frame)

    sys.setprofile(keep)
    try:
        area = floor.stay_area(3.0)
    finally:
        sys.setprofile(None)
    floor.buy(floor.enter(3.0, "here"), 4.0, None, "here")

    assert kept
    assert area == 2.0
    assert floor.bought == 2
