"""Whether a stage was seen at the end of its capacity, by what evidence.

A capacity is only bounded below by what was observed, unless work always waited and
those who do it were always busy, or output stayed as it was however much lay there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.capacity_seen import CapacitySeen, best_kept_up, while_full
from toc_sim.calibration.elasticity import (
    LEAST_VARIATION,
    UNTOLD,
    Elasticity,
    elasticity,
    flows,
    with_arrivals,
    with_number,
)
from toc_sim.calibration.estimates import Saturation
from toc_sim.calibration.presence import union
from toc_sim.calibration.queue_watch import QueueWatch
from toc_sim.calibration.work_in_hand import StretchWaited, WorkInHand
from toc_sim.calibration.written_figures import percent, short
from toc_sim.language import phrase

ALWAYS_BUSY = 0.9
"""Who is busy for more than this part of the time at work is at the end of it; below
it, by two standard errors, is not."""

ALWAYS_WAITING = 0.9
"""Work that waits for more than this part of the time at work always waits."""

_EMPTY = 0.03
"""A stage at which nothing was for a larger part of the time was not at its end."""

_HALF = 0.5
"""Output goes with something if the elasticity is above, and does not if it is below;
by its whole interval."""


@dataclass(frozen=True, slots=True)
class SeenFlows:
    """How the output of a stage went with other things.

    Attributes
    ----------
    inside, inflow
        With what was there, and with what came.
    aged
        With what was there, at equal ages.
    least, most
        Of what was there, in any window [items].
    empty
        The part of the time in which nothing was there [1].
    """

    inside: Elasticity = UNTOLD
    inflow: Elasticity = UNTOLD
    aged: Elasticity = UNTOLD
    least: float = 0.0
    most: float = 0.0
    empty: float = 0.0

    @property
    def is_flat(self) -> bool:
        """Whether output went with nothing: it was what the stage can do."""
        flat = self.inside.high < _HALF and self.inflow.high < _HALF
        turns = self.aged.value < _HALF and self.aged.high < 1
        return flat and turns and self.empty < _EMPTY


@dataclass(frozen=True, slots=True)
class StageJudgement:
    """Whether a stage was saturated, and what its capacity is.

    Attributes
    ----------
    saturation
        The word.
    evidence
        Why, for people.
    capacity
        What the stage can do at least; if it was saturated, what it can do.
    seen
        How output went with what was there, and with what came.
    watch
        What was seen of its queue and servers; None: starts are not told.
    """

    saturation: Saturation
    evidence: str
    capacity: CapacitySeen
    seen: SeenFlows
    watch: QueueWatch | None = None


@dataclass(frozen=True, slots=True)
class Through:
    """What passed a stage.

    Attributes
    ----------
    came, left
        When each case came to it and had done with it; nan: not yet [days].
    begin, end
        The time that is looked at [days].
    cycle
        After which business repeats itself [days].
    """

    came: Reals
    left: Reals
    begin: float
    end: float
    cycle: float

    @property
    def outputs(self) -> Reals:
        """When each left within the time that is looked at, in order [days]."""
        left = np.sort(self.left[np.isfinite(self.left)])
        found: Reals = left[(left > self.begin) & (left <= self.end)]
        return found


def seen_flows(through: Through) -> SeenFlows:
    """Return how the output of a stage went with what was there and what came.

    Parameters
    ----------
    through
        What passed it.
    """
    begin, end = through.begin, through.end
    seen = flows(through.came, through.left, begin, end, through.cycle)
    if seen is None:
        return SeenFlows()
    there = union(through.came, np.nan_to_num(through.left, nan=end)).within(begin, end)
    return SeenFlows(
        elasticity(seen.output, seen.inside),
        elasticity(seen.output, seen.inflow),
        with_number(through.came, through.left, seen, begin, end),
        float(seen.inside.min()),
        float(seen.inside.max()),
        1 - there.days / (end - begin),
    )


def judgement(through: Through, watch: QueueWatch | None) -> StageJudgement:
    """Return whether a stage was saturated.

    Parameters
    ----------
    through
        What passed it.
    watch
        What was seen of its queue and servers; None: starts are not told.
    """
    if watch is not None and watch.in_hand is not None:
        return _by_hand(through, watch, watch.in_hand)
    seen = seen_flows(through)
    word, why = _by_flows(seen) if watch is None else _by_watch(watch, seen)
    outputs = through.outputs
    if word != "saturated":
        return StageJudgement(
            word, why, best_kept_up(outputs, through.cycle), seen, watch
        )
    return StageJudgement(word, why, while_full(outputs), seen, watch)


def _by_hand(through: Through, watch: QueueWatch, found: WorkInHand) -> StageJudgement:
    """Return the judgement by what those who do it had in hand.

    A stage was at its end in a time in which work always waited and all who do it
    always had their hands full: what came out then is what it can do.
    """
    stretch = found.stretch
    if stretch is not None and stretch.held > ALWAYS_BUSY:
        then = replace(through, begin=stretch.begin, end=stretch.end)
        seen, outputs = seen_flows(then), then.outputs
        follows = seen.inflow.is_told and seen.inflow.low > _HALF
        if len(outputs) >= LEAST_OUTPUTS and not follows:
            part = 1.0 if watch.over_night else max(stretch.waited, ALWAYS_BUSY)
            return StageJudgement(
                "saturated",
                _always_full(stretch, through),
                while_full(outputs, part),
                seen,
                watch,
            )
    word, why = _in_hand_said(watch, found)
    best = best_kept_up(through.outputs, through.cycle)
    return StageJudgement(word, why, best, seen_flows(through), watch)


LEAST_OUTPUTS = 20
"""What came out while a stage was full is told if it is so much at least."""


def _always_full(stretch: StretchWaited, through: Through) -> str:
    parts = {
        "waited": percent(stretch.waited),
        "held": percent(stretch.held),
        "last": short(stretch.end - stretch.begin),
        "days": short(through.end - through.begin),
    }
    if stretch.part > ALWAYS_BUSY:
        return phrase(
            "Work waited {waited} % of the time, those who do it had their hands full "
            "for {held} % of that, and output did not follow what came in.",
            **parts,
        )
    return phrase(
        "For {last} of {days} days work waited {waited} % of the time, those who do it "
        "had their hands full for {held} % of that, and output did not follow what "
        "came in.",
        **parts,
    )


def _in_hand_said(watch: QueueWatch, found: WorkInHand) -> tuple[Saturation, str]:
    """Return the word for a stage that was not seen at its end, and why."""
    parts = {
        "waited": percent(found.waited),
        "held": percent(found.held),
        "then": percent(found.while_waiting),
    }
    if found.waited < ALWAYS_WAITING / 2:
        return "not saturated", phrase(
            "Work waited {waited} % of the time, and those who do it had their hands "
            "full for {held} % of it.",
            **parts,
        )
    if found.while_waiting < ALWAYS_BUSY:
        return "cannot tell", phrase(
            "Work waited {waited} % of the time, yet those who do it had their hands "
            "full for {then} % of that: it may have waited for something else.",
            **parts,
        )
    if watch.busy + 2 * watch.busy_error < ALWAYS_BUSY:
        return "not saturated", phrase(
            "Work waited {waited} % of the time, and those who do it had their hands "
            "full for {held} % of it: they had time left.",
            **parts,
        )
    return "cannot tell", phrase(
        "Work waited {waited} % of the time, and those who do it had their hands full "
        "for {held} % of it: too near to the end to tell whether it was reached.",
        **parts,
    )


def judgement_by_wins(through: Through, won: Reals, begin: float) -> StageJudgement:
    """Return whether a stage was saturated from which cases are lost unseen.

    What lies there is not known then: but if wins followed what had come, more would
    have brought more.

    Parameters
    ----------
    through
        What passed it.
    won
        When each case was won; nan: it was not, as far as is known [days].
    begin
        Of the time that is looked at [days].
    """
    grown = with_arrivals(through.came, won, begin, through.end, through.cycle)
    seen = SeenFlows(inflow=grown)
    came = np.sort(through.came[through.came >= begin])
    capacity = best_kept_up(came, through.cycle)
    parts = {"grown": _told(grown)}
    if grown.is_told and grown.low > _HALF:
        why = phrase(
            "Losses are not recorded, so what lies there is not known; but wins "
            "followed what had come before: {grown} % more for each per cent more that "
            "were due by it.",
            **parts,
        )
        return StageJudgement("not saturated", why, capacity, seen)
    if grown.is_told and grown.high < _HALF:
        why = phrase(
            "Losses are not recorded, so what lies there is not known; wins did not "
            "follow what had come before: {grown} % more for each per cent more that "
            "were due by it.",
            **parts,
        )
        return StageJudgement("cannot tell", why, capacity, seen)
    why = phrase("Losses are not recorded, so what lies there is not known.")
    return StageJudgement("cannot tell", why, capacity, seen)


def judgement_unseen(outputs: Reals, cycle: float) -> StageJudgement:
    """Return the judgement of a stage of which it is not told when cases came to it.

    Parameters
    ----------
    outputs
        When each left, in order [days].
    cycle
        After which business repeats itself [days].
    """
    why = phrase("When cases came to it is not told.")
    return StageJudgement("cannot tell", why, best_kept_up(outputs, cycle), SeenFlows())


def judgement_booked(found: StageJudgement) -> StageJudgement:
    """Return a judgement where the time of work is booked, not measured.

    Parameters
    ----------
    found
        As if it were measured.
    """
    watch = found.watch
    if watch is None or not (watch.by_people or watch.over_night):
        return found
    why = phrase(
        "Work waited {waited} % of the time at work. Its own time is booked and not "
        "measured, so how busy those are who do it is not known.",
        waited=f"{100 * watch.waited:.0f}",
    )
    return replace(found, saturation="cannot tell", evidence=why)


def with_owners(found: StageJudgement, by_owner: Elasticity) -> StageJudgement:
    """Return a judgement with what is seen within owners.

    Where whoever has more on the desk clearly finishes more, nobody was at the end.

    Parameters
    ----------
    found
        By the stage as a whole.
    by_owner
        How the output of an owner goes with what that owner has open.
    """
    if not by_owner.is_told or by_owner.variation < LEAST_VARIATION:
        return found
    told = phrase(
        "{evidence} One owner's output changed by {grown} % for each per cent more "
        "that this owner had open.",
        evidence=found.evidence,
        grown=_told(by_owner),
    )
    word = found.saturation
    if word == "saturated" and by_owner.low > _HALF:
        word = "cannot tell"
    return replace(found, saturation=word, evidence=told)


def _by_watch(watch: QueueWatch, seen: SeenFlows) -> tuple[Saturation, str]:
    """Return the word by what was seen of queue and servers."""
    parts = {
        "waited": f"{100 * watch.waited:.0f}",
        "busy": f"{100 * watch.busy:.0f}",
    }
    idle = watch.busy + 2 * watch.busy_error < ALWAYS_BUSY
    waits = watch.waited > ALWAYS_WAITING
    if idle and waits and seen.aged.is_told:
        return "cannot tell", phrase(
            "Work waited {waited} % of the time at work, yet those who do it were "
            "busy for {busy} % of it: it may have waited for something else. At equal "
            "ages output changed by {aged} % for each per cent more that lay there.",
            aged=_told(seen.aged),
            **parts,
        )
    if idle and waits:
        return "cannot tell", phrase(
            "Work waited {waited} % of the time at work, yet those who do it were "
            "busy for {busy} % of it: it may have waited for something else.",
            **parts,
        )
    if idle or watch.waited < ALWAYS_WAITING / 2:
        return "not saturated", phrase(
            "Work waited {waited} % of the time at work, and those who do it were busy "
            "for {busy} % of it.",
            **parts,
        )
    follows = seen.inflow.is_told and seen.inflow.low > _HALF
    if waits and watch.busy > ALWAYS_BUSY and not follows:
        return "saturated", phrase(
            "Work waited {waited} % of the time at work, those who do it were busy for "
            "{busy} % of it, and output did not follow what came in.",
            **parts,
        )
    return "cannot tell", phrase(
        "Work waited {waited} % of the time at work, and those who do it were busy for "
        "{busy} % of it: too near to the end to tell whether it was reached.",
        **parts,
    )


def _by_flows(seen: SeenFlows) -> tuple[Saturation, str]:
    """Return the word by how output went with what was there and what came."""
    inside, inflow, aged = seen.inside, seen.inflow, seen.aged
    parts = {
        "inside": _told(inside),
        "inflow": _told(inflow),
        "aged": _told(aged),
        "least": short(seen.least),
        "most": short(seen.most),
    }
    if inflow.is_told and inflow.low > _HALF:
        return "not saturated", phrase(
            "Output followed what came in: {inflow} % for each per cent more.", **parts
        )
    if not inside.is_told:
        return "cannot tell", phrase("Too little passed to tell.")
    if aged.low > _HALF and aged.variation >= LEAST_VARIATION:
        return "not saturated", phrase(
            "Output rose by {aged} % for each per cent more that lay there, at equal "
            "ages, as where nobody has to wait for a turn.",
            **parts,
        )
    varied = min(inside.variation, inflow.variation) >= LEAST_VARIATION
    if varied and seen.is_flat:
        return "saturated", phrase(
            "Output stayed as it was while what lay there went from {least} to {most}: "
            "it changed by {inside} % for each per cent more there, and by {inflow} % "
            "for each per cent more that came.",
            **parts,
        )
    if inside.variation < LEAST_VARIATION:
        return "cannot tell", phrase(
            "What lay there hardly varied, so nothing tells whether more would have "
            "brought more."
        )
    return "cannot tell", phrase(
        "Output changed by {inside} % for each per cent more that lay there ({aged} % "
        "at equal ages), and by {inflow} % for each per cent more that came: neither "
        "clearly with it nor without it.",
        **parts,
    )


def _told(found: Elasticity) -> str:
    if not found.is_told:
        return "?"
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
