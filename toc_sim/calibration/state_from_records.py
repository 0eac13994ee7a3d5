"""What was open on a day of the records, as a model begins from it.

Records say what had happened by that day, never what came of it: who had done with a
stage and was on no next one yet may be away, or lost without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from toc_sim.calibration.estimates import Draft
from toc_sim.calibration.known_by import known_by
from toc_sim.calibration.suspicions.outcomes import lost_without_a_word
from toc_sim.network import Link, NetNode, Network
from toc_sim.records.visits import Days, Visits


@dataclass(frozen=True, slots=True)
class StartingState:
    """What is open as a model begins.

    Attributes
    ----------
    block
        As the file has it: its `state`.
    under_way
        When the items came that are at work or away, in the order of the block: 0 or
        less [days].
    waiting
        By node, when those came that wait, in their order [days].
    left_out
        Open cases that have no place in the model, or may be lost [items].
    """

    block: Mapping[str, Any]
    under_way: tuple[float, ...]
    waiting: Mapping[str, tuple[float, ...]]
    left_out: int


@dataclass(slots=True)
class _Places:
    """Where open cases are: by node or way, since when, and when they came [days]."""

    working: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    waiting: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    away: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _OpenCase:
    """One case that is open on the day.

    Attributes
    ----------
    node
        The last node that it came to; empty: none.
    before
        The node before that; empty: none.
    came, arrived, started, finished, left_before
        When it came, came to the node, was begun and done there, and had done with the
        node before; nan: it is not told, or not yet [days before, 0 or less].
    """

    node: str
    before: str
    came: float
    arrived: float
    started: float
    finished: float
    left_before: float


def state_at(visits: Visits, draft: Draft, net: Network, day: float) -> StartingState:
    """Return what was open on a day of the records.

    A case that was at work at a stage is so in the model, one that waited waits or is
    on a way with a delay, as the model has it: where it has the wait at a stage on the
    ways out of it, also who waits between two pieces of work is on one of these. Of
    those that had done with a stage, or that the model lets pass it at once, so many
    are on each way as the shares of the ways and how long they have been away make
    likely; the others are left out.

    Parameters
    ----------
    visits
        The records, to their end.
    draft
        What was drawn from them.
    net
        Its scenario.
    day
        When the model begins [days since the records begin].
    """
    placing = _Placing(visits, draft, net)
    places = _Places()
    leaving: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for case in _open_cases(known_by(visits, day), draft, day):
        placing.put(case, places, leaving)
    for node, left in leaving.items():
        placing.send(node, left, places)
    return placing.state(places)


def _open_cases(known: Visits, draft: Draft, day: float) -> Iterator[_OpenCase]:
    """Yield the cases that are open, each with where it is, in the order of cases."""
    names = {each.stage: each.node for each in draft.stages if each.node}
    node_of = [names.get(stage, "") for stage in known.stages]
    rows = np.flatnonzero(np.isfinite(known.arrived))
    last: dict[int, list[int]] = {}
    for row in rows[[bool(node_of[each]) for each in known.stage[rows]]]:
        last[int(known.case[row])] = [*last.get(int(known.case[row]), [])[-1:], row]
    is_open = np.isfinite(known.created) & ~np.isfinite(known.closed)
    for case in np.flatnonzero(is_open):
        seen = last.get(int(case), [])
        came = float(known.created[case]) - day
        if not seen:
            yield _OpenCase("", "", came, came, np.nan, np.nan, np.nan)
            continue
        row, before = seen[-1], seen[0] if len(seen) > 1 else None
        yield _OpenCase(
            node=node_of[known.stage[row]],
            before="" if before is None else node_of[known.stage[before]],
            came=came,
            arrived=float(known.arrived[row]) - day,
            started=float(known.started[row]) - day,
            finished=float(known.finished[row]) - day,
            left_before=np.nan
            if before is None
            else float(known.finished[before]) - day,
        )


_LONG = 3.0
"""Who was begun so many times as long ago as work takes waits between two pieces of
it."""


class _Placing:
    """Puts open cases where the model has them."""

    def __init__(self, visits: Visits, draft: Draft, net: Network) -> None:
        self._period = float(draft.facts.get("period_days", 1.0))
        self._tells_losses = not lost_without_a_word(visits)
        self._names = [node.name for node in net.nodes]
        self._nodes = {node.name: node for node in net.nodes}
        self._work = {
            each.node: _LONG * each.work_mean * self._period
            for each in draft.stages
            if each.waits_on_way
        }
        self._passed_at_once = {
            each.node
            for each in draft.stages
            if each.saturation != "saturated" and not isfinite(each.work_mean)
        }

    def put(
        self,
        case: _OpenCase,
        places: _Places,
        leaving: dict[str, list[tuple[float, float]]],
    ) -> None:
        """Put one case at its place, or among those that leave a node."""
        if not case.node:
            first = self._first()
            if first in self._work and self._delayed(first):
                leaving[first].append((case.came, case.came))
            else:
                places.waiting[first].append((case.came, case.came))
        elif isfinite(case.finished):
            leaving[case.node].append((case.finished, case.came))
        elif self._waits_on_way(case):
            leaving[case.node].append((case.arrived, case.came))
        elif isfinite(case.started):
            places.working[case.node].append((case.started, case.came))
        elif case.node in self._passed_at_once and self._delayed(case.node):
            leaving[case.node].append((case.arrived, case.came))
        elif self._way(case.before, case.node):
            since = case.left_before if isfinite(case.left_before) else case.arrived
            way = f"{case.before} -> {case.node}"
            places.away[way].append((since, case.came))
        else:
            places.waiting[case.node].append((case.arrived, case.came))

    def _waits_on_way(self, case: _OpenCase) -> bool:
        """Return whether a case waits at a stage, and the model has that on a way."""
        long = self._work.get(case.node)
        if long is None or not self._delayed(case.node):
            return False
        return not isfinite(case.started) or not isfinite(long) or -case.started > long

    def _first(self) -> str:
        """Return the node to which most of what comes goes first."""
        source = next(node for node in self._nodes.values() if node.kind == "source")
        most = max(source.links, key=lambda link: float(_share(link)))
        return self._names[most.target]

    def _delayed(self, node: str) -> list[Link]:
        """Return the ways out of a node that have a delay."""
        return [link for link in self._nodes[node].links if link.delay > 0]

    def _way(self, source: str, target: str) -> bool:
        """Return whether there is a way with a delay between two nodes."""
        return bool(source) and any(
            self._names[link.target] == target for link in self._delayed(source)
        )

    def send(
        self, node: str, left: Sequence[tuple[float, float]], places: _Places
    ) -> None:
        """Put those that left a node on its ways, as many as are likely on each."""
        links = self._delayed(node)
        owed = np.zeros(len(links) + 1)
        for since, came in sorted(left, reverse=True):
            owed += self._chances(node, links, -since)
            most = int(np.argmax(owed))
            owed[most] -= 1
            if most == len(links):
                places.left_out += 1
                continue
            way = f"{node} -> {self._names[links[most].target]}"
            places.away[way].append((since, came))

    def _chances(self, node: str, links: Sequence[Link], age: float) -> Days:
        """Return the chance to be on each way, of one that left so long ago [1].

        And last that it is on none.
        """
        shares = np.array([_share(link) for link in links])
        still = np.array([_still_away(link, age / self._period) for link in links])
        every = sum(_share(link) for link in self._nodes[node].links)
        lost = max(0.0, 1.0 - every)
        if self._tells_losses and shares.sum() > 0:
            lost *= float(shares @ still / shares.sum())
        weights = shares * still
        total = float(weights.sum()) + lost
        on_none = lost / total if total > 0 else 1.0
        chances: Days = np.append(weights / total if total > 0 else weights, on_none)
        return chances

    def state(self, places: _Places) -> StartingState:
        """Return all places as a model begins from them."""
        block: dict[str, dict[str, Any]] = {}
        under_way: list[float] = []
        waiting: dict[str, tuple[float, ...]] = {}
        left_out = places.left_out
        for name, node in self._nodes.items():
            at_work = sorted(places.working.get(name, ()))
            queue = at_work[_servers(node) :] + sorted(places.waiting.get(name, ()))
            at_work = at_work[: _servers(node)]
            if node.kind == "market":
                left_out += len(queue)
                continue
            if at_work or queue:
                ages = [self._age(since) for since, _ in at_work]
                block[name] = {"working": ages, "waiting": len(queue)}
                under_way += [came for _, came in at_work]
                waiting[name] = tuple(came for _, came in queue)
        for way, away in places.away.items():
            block[way] = {"away": [self._age(since) for since, _ in away]}
            under_way += [came for _, came in away]
        return StartingState(block, tuple(under_way), waiting, left_out)

    def _age(self, since: float) -> float:
        """Return how long ago something was [periods]."""
        return max(0.0, -since / self._period)


def _servers(node: NetNode) -> int:
    return int(node.servers) if node.kind != "market" else 0


def _share(link: Link) -> float:
    return float(link.share) if isinstance(link.share, int | float) else 0.0


def _still_away(link: Link, age: float) -> float:
    """Return the chance to be away longer than an age [periods]."""
    spread = link.draw.cv
    if spread == 0:
        return float(age < link.delay)
    if link.draw.samples:
        return float(np.mean(np.array(link.draw.samples) * link.delay > age))
    from scipy.special import gammaincc

    shape = 1 / spread**2
    return float(gammaincc(shape, shape * age / link.delay))


def begun_in_order(
    state: StartingState, entered: Sequence[tuple[int, str]]
) -> Mapping[int, float]:
    """Return when the items came that are open as a run begins, by their numbers.

    Parameters
    ----------
    state
        What is open.
    entered
        The number of each such item and the node that tells of it, in the order in
        which the run lets them in: those at work and away first, then those that wait.

    Returns
    -------
    [days], 0 or less.
    """
    first = len(state.under_way)
    found = {
        number: came
        for (number, _), came in zip(entered[:first], state.under_way, strict=True)
    }
    queues = {node: iter(came) for node, came in state.waiting.items()}
    for number, node in entered[first:]:
        found[number] = next(queues[node])
    return found
