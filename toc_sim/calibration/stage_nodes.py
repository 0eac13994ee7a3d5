"""The stages of a scenario: pace, servers and shape, and what is told of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite, nan, pi, sqrt
from typing import Any

from toc_sim.calibration.arrays import Reals
from toc_sim.calibration.estimates import Estimate, StageFinding
from toc_sim.calibration.fitted_time import (
    FittedTime,
    fitted_time,
    rounded,
    spread_of,
)
from toc_sim.calibration.queue_watch import QueueWatch
from toc_sim.calibration.saturation import StageJudgement
from toc_sim.calibration.written_figures import between, short
from toc_sim.language import phrase, phrase_of

_CLOSE = 1.3
"""Servers and the time of a service are written, instead of a capacity, where together
they could do up to so many times what was seen."""

_AROUND_THE_CLOCK = 0.9
"""Who works for so much of all time works around the clock."""


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Times at one stage, in periods.

    Attributes
    ----------
    worked
        Of each piece of work that was seen to its end; empty: starts are not told.
    waited
        Of each stay the time before the work; empty: not told apart.
    stayed
        Of each stay that was seen to its end, all of it.
    overnight
        How many pieces of work were left open while nobody was at work.
    rest
        Mean time between pieces of work on one stay.
    """

    worked: Reals
    waited: Reals
    stayed: Reals
    overnight: int = 0
    rest: float = 0.0

    @property
    def wait(self) -> float:
        """The mean wait before and between work [periods]; 0: not told apart."""
        return float(self.waited.mean()) + self.rest if len(self.waited) else 0.0


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What is known of a stage before its node is written.

    Attributes
    ----------
    title, name
        As the records and the file call it.
    judgement
        Whether it was saturated; its figures are by the day.
    times
        At the stage.
    load
        How many visits come in a period when arrivals are as they were in the end
        [items/period].
    people
        Who worked at it often.
    days
        How long a period is [days].
    finished
        How many visits were seen to their end.
    output
        How many it finished, mean [items/period].
    window
        How long the stage was looked at [periods].
    stuck
        The part of those that came of which nothing was seen to follow [1].
    """

    title: str
    name: str
    judgement: StageJudgement
    times: StageTimes
    load: float
    people: int
    days: float
    finished: int
    output: float
    window: float
    stuck: float


@dataclass(frozen=True, slots=True)
class StageNode:
    """A stage as the scenario file has it.

    Attributes
    ----------
    name
        Of the node.
    entry, comments
        What the file says of it, and what stands behind each key.
    estimates
        Of its numbers.
    finding
        What the records tell of it.
    passing
        How long an item is expected to be there when it need not wait for others that
        are not in the records: its service and the queue [periods].
    queue
        The part of it that is the queue [periods].
    """

    name: str
    entry: Mapping[str, Any]
    comments: Mapping[str, str]
    estimates: tuple[Estimate, ...]
    finding: StageFinding
    passing: float
    queue: float


def stage_node(facts: StageFacts) -> StageNode:
    """Return the node of a stage.

    A stage that was saturated gets the output that it had; of any other the file has
    what it can do at least, and enough of it that work waits no longer than it did.

    Parameters
    ----------
    facts
        What is known of it.
    """
    work = fitted_time(facts.times.worked) if _tells_work(facts) else None
    pace = _Pace(facts, work)
    servers, capacity = pace.servers_and_capacity()
    entry: dict[str, Any] = {"kind": "team"}
    comments: dict[str, str] = {}
    estimates: list[Estimate] = []
    if facts.title != facts.name:
        entry["title"] = facts.title
    if work is not None and pace.by_time:
        entry["time"] = rounded(work.mean)
        estimates.append(_time_estimate(facts, work))
        comments["time"] = _behind(estimates[-1])
    else:
        entry["capacity"] = rounded(capacity)
        estimates.append(_capacity_estimate(facts, capacity, pace.why))
        comments["capacity"] = _behind(estimates[-1])
    entry["servers"] = servers
    comments["servers"] = _about_servers(facts, pace)
    if pace.by_time:
        estimates.append(_servers_estimate(facts, servers, pace))
    shape = work.shape if work is not None else {"cv": 1.0}
    entry |= shape
    if work is not None:
        estimates.append(_cv_estimate(facts, work))
        if "cv" in shape:
            comments["cv"] = _behind(estimates[-1])
        else:
            comments["distribution"] = work.origin
    else:
        comments["cv"] = phrase("assumed: when work began is not told")
    queue = pace.queue(capacity, servers)
    passing = servers / capacity + queue
    finding = _finding(facts, work)
    return StageNode(
        facts.name,
        entry,
        comments,
        tuple(estimates),
        finding,
        passing,
        queue,
    )


def _tells_work(facts: StageFacts) -> bool:
    worked = facts.times.worked
    return len(worked) > 1 and float(worked.max()) > 0


@dataclass(slots=True)
class _Pace:
    """How many servers a node gets, and what they can do together."""

    facts: StageFacts
    work: FittedTime | None
    by_time: bool = False
    why: str = ""

    @property
    def saturated(self) -> bool:
        """Whether the stage was at its end."""
        return self.facts.judgement.saturation == "saturated"

    def servers_and_capacity(self) -> tuple[int, float]:
        """Return both, the latter in items a period."""
        watch = self.facts.judgement.watch
        seen = self.facts.judgement.capacity.pace * self.facts.days
        seen /= max(1 - self.facts.stuck, 0.05) if self.work is None else 1.0
        if not isfinite(seen):
            seen = max(self.facts.load, 1e-6)
        if self.work is None:
            return 1, seen if self.saturated else self._unbound(seen)
        if watch is not None and watch.in_hand is not None:
            able = watch.servers / self.work.mean
            self.by_time = self._goes_by_time(watch, able, seen)
            if self.by_time or watch.over_night:
                return watch.servers, able if self.by_time else seen
        least = seen if self.saturated else self._unbound(seen)
        most = watch.servers if watch is not None else 1
        servers = min(max(ceil(least * self.work.mean - 0.05), 1), most)
        self.by_time = least <= servers / self.work.mean <= _CLOSE * least
        if self.by_time:
            return servers, servers / self.work.mean
        return servers, least

    def _goes_by_time(self, watch: QueueWatch, able: float, seen: float) -> bool:
        """Return whether a stage can do what as many as were seen at once can do.

        They can if they work around the clock, but for a full stage that did otherwise;
        and where work lasts over night, as its times have the nights in them, but for a
        full stage, of which it is known what it does.
        """
        if self.saturated and not seen / _CLOSE < able < seen * _CLOSE:
            return False
        around = watch.in_hand is not None and (
            watch.in_hand.open_part > _AROUND_THE_CLOCK
        )
        return around or (watch.over_night and not self.saturated)

    def _unbound(self, seen: float) -> float:
        """Return a capacity with which work waits no longer than it did."""
        times = self.facts.times.waited
        stays = self.facts.times.stayed
        load = max(self.facts.load, seen * 1e-3)
        self.why = phrase("the best output that was kept up")
        if len(times) and self.work is not None:
            least = _pace_for(load, self.facts.times.wait, self.work.cv)
        elif len(stays):
            least = load + 1 / max(float(stays.mean()), 1e-9)
        else:
            return max(seen, load * 1.05)
        if least > seen:
            self.why = phrase("with less, work would have waited longer than it did")
        return max(seen, least, load * 1.02)

    def queue(self, capacity: float, servers: int) -> float:
        """Return how long work is expected to wait for its turn, on average [periods].

        By Sakasegawa's approximation where there is time enough for the queue to come
        to rest; else by what has come of it until the middle of the window: the surplus
        of arrivals, and a walk at random.
        """
        load, window = self.facts.load, self.facts.window
        if load <= 0:
            return 0.0
        used = load / capacity
        cv = self.work.cv if self.work is not None else 1.0
        walk = 2 / 3 * sqrt(2 * load * (1 + cv**2) * window / pi)
        surplus = max(load - capacity, 0.0) * window / 2
        queue = walk + surplus
        if used < 1:
            crowd = used ** (sqrt(2 * (servers + 1)) - 1)
            at_rest = (1 + cv**2) / 2 * crowd / (servers * (1 - used)) * servers * used
            queue = min(at_rest, queue)
        return queue / min(load, capacity)


def _pace_for(load: float, wait: float, cv: float) -> float:
    """Return the pace of one server with which work waits so long.

    Pollaczek and Khinchine's mean wait, solved for the pace.
    """
    spread = (1 + cv**2) / 2
    # wait = spread x load / (pace x (pace - load))
    return load / 2 + sqrt(load**2 / 4 + spread * load / max(wait, 1e-6 / load))


def _behind(estimate: Estimate) -> str:
    parts = [
        phrase("at least") if estimate.at_least else "",
        estimate.origin,
        between(estimate.low, None if estimate.at_least else estimate.high),
    ]
    return "; ".join(part for part in parts if part)


def _time_estimate(facts: StageFacts, work: FittedTime) -> Estimate:
    count = len(facts.times.worked)
    return Estimate(
        f"{facts.name}.time",
        rounded(work.mean),
        work.mean_low,
        work.mean_high,
        phrase("mean of {count} pieces of work", count=short(count)),
        count,
        spread_of(work.mean, work.mean_low, work.mean_high),
    )


def _servers_estimate(facts: StageFacts, servers: int, pace: _Pace) -> Estimate:
    return Estimate(
        f"{facts.name}.servers",
        servers,
        None,
        None,
        _about_servers(facts, pace),
        len(facts.times.worked),
        at_least=not pace.saturated,
    )


def _cv_estimate(facts: StageFacts, work: FittedTime) -> Estimate:
    path = f"{facts.name}.cv"
    told = None
    if not isinstance(work.distribution, Mapping) and "cv" in work.shape:
        told = spread_of(work.cv, work.cv_low, work.cv_high)
    return Estimate(
        path, rounded(work.cv), work.cv_low, work.cv_high, work.origin, work.count, told
    )


def _capacity_estimate(facts: StageFacts, capacity: float, why: str) -> Estimate:
    judged, days = facts.judgement, facts.days
    saturated = judged.saturation == "saturated"
    count = facts.finished
    low = judged.capacity.low * days if isfinite(judged.capacity.low) else 0.0
    return Estimate(
        f"{facts.name}.capacity",
        rounded(capacity),
        low,
        judged.capacity.high * days if saturated else None,
        phrase("its output while it was saturated") if saturated else why,
        count,
        spread_of(capacity, low, judged.capacity.high * days) if saturated else None,
        at_least=not saturated,
    )


def _about_servers(facts: StageFacts, pace: _Pace) -> str:
    word = {
        "saturated": phrase("saturated"),
        "not saturated": phrase("not saturated: it may do more"),
        "cannot tell": phrase("whether it was saturated cannot be told"),
    }[facts.judgement.saturation]
    watch = facts.judgement.watch
    if watch is None:
        return word
    seen = phrase_of(
        "at most one at work on it at once",
        "at most {count} at work on it at once",
        watch.servers,
        count=short(watch.servers),
    )
    least = phrase("at least") if not pace.saturated else ""
    return "; ".join(part for part in (least, seen, word) if part)


def _finding(facts: StageFacts, work: FittedTime | None) -> StageFinding:
    times, judged = facts.times, facts.judgement
    waits = float(times.waited.mean()) if len(times.waited) else nan
    if work is None and len(times.stayed):
        waits = float(times.stayed.mean())
    return StageFinding(
        facts.title,
        facts.name,
        facts.finished,
        judged.saturation,
        judged.evidence,
        facts.output,
        waits,
        work.mean if work is not None else nan,
        None,
        facts.people,
    )
