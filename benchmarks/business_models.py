"""Random models of businesses, over every feature of the file format.

Each is a document as a user would write it: three to eight nodes, paces near those
that the flow needs, so that it is not plain who the constraint is, and windows as
people set them: a day that ends, a year, a run that has settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
from pydantic import ValidationError

from toc_sim.scenario.model import Scenario

Document = dict[str, Any]

REPLICATIONS = 20
"""Those of the file format's default, which the verdict sees."""

SPREAD = (0.92, 1.3)
"""How much more than its part of the flow a node can do [1]."""

YEAR = 52.0


@dataclass(slots=True)
class Draws:
    """Draws of one model, from a generator of its own."""

    chance: np.random.Generator
    spread: tuple[float, float] = SPREAD

    def maybe(self, chance: float) -> bool:
        return bool(self.chance.random() < chance)

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return int(self.chance.integers(low, high + 1))

    def real(self, low: float, high: float) -> float:
        return float(self.chance.uniform(low, high))

    def one_of(self, values: Sequence[Any]) -> Any:
        return values[self.whole(0, len(values) - 1)]

    def pace(self, flow: float) -> float:
        """Draw what a node can do of the flow that comes, in round figures."""
        return rounded(flow * self.real(*self.spread), self.one_of((2, 3, 3)))

    def times(self) -> Document:
        """Draw how times vary: mostly moderately, now and then not at all."""
        cv = self.one_of((0.25, 0.4, 0.5, 0.7, 1.0))
        shapes: tuple[tuple[float, Document], ...] = (
            (0.12, {}),
            (0.18, {"distribution": "exponential"}),
            (0.06, {"distribution": {"empirical": [1, 2, 2, 3, 5]}}),
            (0.14, {"cv": cv, "distribution": "lognormal"}),
            (0.08, {"cv": min(cv, 0.4), "distribution": "triangular"}),
            (0.08, {"cv": 0.5, "distribution": "uniform"}),
            (0.34, {"cv": cv}),
        )
        parts = [part for part, _ in shapes]
        return shapes[int(self.chance.choice(len(shapes), p=parts))][1]

    def arrivals(self) -> Document:
        """Draw how arrivals vary: mostly as a Poisson stream."""
        if self.maybe(0.75):
            return {"distribution": "exponential"}
        return {"cv": self.one_of((0.3, 0.5, 1.5))}

    def stage(
        self, flow: float, *, kind: str = "machine", servers: int = 3
    ) -> Document:
        """Draw a stage that has to do a flow."""
        stage: Document = {"kind": kind, **self.times()}
        several = self.one_of((1, 1, self.whole(1, servers)))
        if several > 1:
            stage["servers"] = several
        way = self.whole(0, 2)
        pace = self.pace(flow)
        if way == 0:
            stage["capacity"] = pace
        elif way == 1:
            stage["rate"] = rounded(pace / several, 3)
        else:
            stage["time"] = rounded(several / pace, 3)
        return stage

    def failures(self, flow: float) -> Document:
        """Draw failures that take a tenth of the time or so."""
        repair = self.real(2, 12) / flow
        up = repair * self.real(5, 20)
        return {
            "availability": {
                "mean_time_between_failures": rounded(up, 2),
                "mean_time_to_repair": rounded(repair, 2),
            }
        }


def rounded(value: float, digits: int) -> float:
    """Return a figure as people write it, with so many digits."""
    return float(f"{value:.{digits}g}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of business.

    Attributes
    ----------
    name
        How its models are called.
    title
        What they are, for people.
    draw
        Draws the document of one.
    """

    name: str
    title: str
    draw: Callable[[Draws], Document] = field(compare=False)


def drawn(number: int, seed: int) -> tuple[Kind, Scenario]:
    """Return a model by its number: its kind, and what the file would say.

    Every kind comes once in so many numbers as there are kinds. What the file format
    refuses, as a line that may lock up for ever, is drawn again.
    """
    kind = KINDS[number % len(KINDS)]
    for attempt in count():
        document = kind.draw(Draws(np.random.default_rng((seed, number, attempt))))
        with suppress(ValidationError):
            return kind, Scenario.model_validate(
                {"format": 1, "name": f"{kind.name} {number}", **document}
            )
    raise AssertionError


def _run(horizon: float, **more: Any) -> Document:
    settings = {"horizon": rounded(horizon, 2), "replications": REPLICATIONS}
    return {**settings, "engine": "compiled", **more}


def _in_a_row(stages: Document, *after: str) -> list[Any]:
    return [" -> ".join((*stages, *after))]


def _market(draws: Draws, flow: float, **more: Any) -> Document:
    return {"kind": "market", "demand": draws.pace(flow), **draws.arrivals(), **more}


def line(draws: Draws) -> Document:
    """A line of machines with buffers between them, some of which fail."""
    flow = draws.real(4, 20)
    stages: Document = {}
    for place in range(draws.whole(3, 7)):
        stage = draws.stage(flow, servers=2)
        if place:
            stage["buffer"] = draws.one_of((0, 1, 2, 3, 5, 8, 20))
        if draws.maybe(0.4):
            stage |= draws.failures(flow)
        stages[f"machine_{place + 1}"] = stage
    if draws.maybe(0.4):
        stages["market"] = _market(draws, flow, buffer=draws.whole(2, 10))
    return {
        "stages": stages,
        "flow": _in_a_row(stages),
        "run": _run(draws.real(300, 1000) / flow),
    }


def _day(draws: Draws, mean: float, hours: float) -> Document:
    """Draw how many come over a day: with a rush hour, or two."""
    rush = draws.real(1.3, 2.0)
    if draws.maybe(0.5):
        shape = [(0, 0.5), (hours * draws.real(0.4, 0.6), rush), (hours, 0.5)]
    else:
        shape = [
            (0, 0.6), (hours * 0.25, rush), (hours * 0.5, 0.6),
            (hours * 0.75, rush), (hours, 0.4),
        ]  # fmt: skip
    return {"profile": [[rounded(at, 3), rounded(mean * of, 3)] for at, of in shape]}


def shop(draws: Draws) -> Document:
    """A shop's day: it begins empty, has rush hours and ends."""
    hours, flow = draws.whole(6, 12), draws.real(10, 50)
    stages: Document = {
        "door": {
            "kind": "source", "arrivals": _day(draws, flow, hours),
            "distribution": "exponential",
        }
    }  # fmt: skip
    if draws.maybe(0.3):
        stages["door"]["arrivals"] = rounded(flow, 2)
    for name in ("greeting", "advice", "till", "parcel")[: draws.whole(2, 4)]:
        stages[name] = draws.stage(flow, kind="team")
        if draws.maybe(0.25):
            stages[name]["patience"] = rounded(draws.real(0.1, 0.6), 2)
    return {
        "item": "customer", "period": "hour", "stages": stages,
        "flow": _in_a_row(stages), "run": _run(hours, warmup=0),
    }  # fmt: skip


def season(draws: Draws) -> Document:
    """A year with a season: of orders, of demand, or of how much is done."""
    flow, swing = draws.real(5, 20), draws.real(0.2, 0.6)

    def over_the_year(mean: float) -> Document:
        low, high = rounded(mean * (1 - swing), 3), rounded(mean * (1 + swing), 3)
        return {"profile": [[0, low], [26, high]], "every": YEAR}

    stages: Document = {
        "orders": {
            "kind": "source", "arrivals": over_the_year(flow),
            "distribution": "exponential",
        }
    }  # fmt: skip
    for name in ("desk", "workshop", "shipping", "billing")[: draws.whole(2, 4)]:
        stages[name] = draws.stage(flow, kind="team")
    if draws.maybe(0.5):
        stages["market"] = {"kind": "market", "demand": over_the_year(1.1 * flow)}
    years = draws.whole(1, 2)
    warmup = draws.one_of((0, 0, YEAR, "auto"))
    return {
        "item": "order", "period": "week", "stages": stages,
        "flow": _in_a_row(stages), "run": _run(years * YEAR, warmup=warmup),
    }  # fmt: skip


def clinic(draws: Draws) -> Document:
    """A clinic: doctors, nurses and rooms that several stages need."""
    flow = draws.real(3, 12)
    door = {"kind": "source", "arrivals": rounded(flow, 2), **draws.arrivals()}
    if draws.maybe(0.3):
        door["overflow"] = "lost"
    stages: Document = {"arrivals": door}
    names = ("check", "talk", "treatment", "control", "papers")[: draws.whole(3, 5)]
    pools = ("nurses", "doctors")[: draws.whole(1, 2)]
    shared: dict[str, list[str]] = {}
    for place, name in enumerate(names):
        if place % 2 == 0 or draws.maybe(0.6):
            pool = pools[place % len(pools)]
            shared.setdefault(pool, []).append(name)
            stages[name] = {"kind": "team", "resource": pool, **draws.times()}
        else:
            stages[name] = draws.stage(flow, kind="team")
        stages[name] |= draws.one_of(
            (
                {}, {}, {},
                {"buffer": draws.whole(2, 10)},
                {"patience": rounded(draws.real(5, 30) / flow, 2)},
            )
        )  # fmt: skip
    dispatch = draws.one_of(
        ("priority", "priority", "fifo", "shortest", "earliest_due")
    )
    resources = {
        pool: {"servers": _staffed(draws, stages, users, flow), "dispatch": dispatch}
        for pool, users in shared.items()
    }
    for name in (name for users in shared.values() for name in users):
        stages[name] |= _turn(draws, dispatch, flow)
    if "doctors" in shared and draws.maybe(0.4):
        name = draws.one_of(shared["doctors"])
        stages[name]["resource"] = ["doctors", "rooms"]
        rooms = max(1, round(flow * stages[name]["time"] * draws.real(1.0, 1.6)))
        resources["rooms"] = {"servers": rooms, "dispatch": dispatch}
    return {
        "item": "patient", "period": "hour", "stages": stages,
        "resources": resources,
        "flow": _in_a_row(stages), "run": _run(draws.real(300, 800) / flow),
    }  # fmt: skip


def _turn(draws: Draws, dispatch: str, flow: float) -> Document:
    """Draw what decides when a stage has its turn."""
    if dispatch == "priority" and draws.maybe(0.5):
        return {"priority": draws.whole(0, 2)}
    if dispatch == "earliest_due":
        return {"due": rounded(draws.real(1, 20) / flow, 2)}
    return {}


def _staffed(draws: Draws, stages: Document, users: list[str], flow: float) -> int:
    """Draw how many people share some stages, and how long they take at each."""
    servers = draws.whole(1, 4)
    each = servers / draws.pace(flow)
    parts = draws.chance.dirichlet([3.0] * len(users))
    for name, part in zip(users, parts, strict=True):
        stages[name]["time"] = rounded(float(part) * each, 3)
    return servers


def funnel(draws: Draws) -> Document:
    """Sales: leads of which some become customers, some of whom come back."""
    leads = draws.real(10, 40)
    qualify, close = draws.real(0.4, 0.7), draws.real(0.3, 0.6)
    back, away = draws.real(0.1, 0.5), draws.whole(2, 13)
    sales = leads * qualify * close / (1 - back)
    talks = leads * qualify + sales * back * (1 - close)
    stages: Document = {
        "leads": {"kind": "source", "arrivals": rounded(leads, 2), **draws.arrivals()},
        "qualify": draws.stage(leads, kind="team")
        | {"conversion": rounded(qualify, 2)},
        "offer": draws.stage(talks, kind="team"),
        "closing": draws.stage(talks, kind="team") | {"conversion": rounded(close, 2)},
        "delivery": draws.stage(sales, kind="team"),
        "market": _market(draws, sales),
    }
    document: Document = {}
    if draws.maybe(0.5):
        sellers = draws.whole(2, 5)
        work = sellers / draws.pace(talks)
        for name, part in (("offer", 0.4), ("closing", 0.6)):
            kept = {
                key: value for key, value in stages[name].items()
                if key not in {"capacity", "rate", "time", "servers"}
            }  # fmt: skip
            stages[name] = kept | {
                "resource": "sellers",
                "time": rounded(part * work, 3),
            }
        document["resources"] = {"sellers": {"servers": sellers}}
    if draws.maybe(0.3):
        stages["offer"]["buffer"] = draws.whole(4, 20)
    if draws.maybe(0.3):
        stages["offer"]["patience"] = rounded(draws.real(1, 4), 2)
    to = draws.one_of(("offer", "delivery"))
    return {
        "item": "deal", "period": "week", "stages": stages, **document,
        "flow": [
            *_in_a_row(stages),
            {f"market -> {to}": {"share": rounded(back, 2), "delay": away}},
        ],
        "run": _run(2 * YEAR, warmup=draws.one_of((0, 26, 52))),
    }  # fmt: skip


def products(draws: Draws) -> Document:
    """Several products over common stages, with markets of their own."""
    names = ("basic", "plus", "extra")[: draws.whole(2, 3)]
    flow = draws.real(5, 20)
    parts = draws.chance.dirichlet([4.0] * len(names))
    mix = {name: float(part) * flow for name, part in zip(names, parts, strict=True)}

    def table(value: Callable[[str], float], digits: int = 2) -> Document:
        return {name: rounded(value(name), digits) for name in names}

    stages: Document = {
        "orders": {"kind": "source", "arrivals": table(mix.__getitem__)}
        | draws.arrivals()
    }
    for name in ("cutting", "sewing", "packing")[: draws.whole(2, 3)]:
        hard = {each: draws.real(0.5, 1.5) for each in names}
        work = sum(mix[each] * hard[each] for each in names)
        unit = 1 / work / draws.real(*draws.spread)
        stages[name] = {"kind": "machine", **draws.times()}
        servers = draws.whole(1, 2)
        stages[name] |= {
            "servers": servers,
            "time": table(lambda each, h=hard, u=unit * servers: h[each] * u, 3),
        }
        if draws.maybe(0.4):
            stages[name]["priority"] = {each: draws.whole(0, 2) for each in names}
        if draws.maybe(0.3):
            stages[name]["buffer"] = draws.whole(2, 8)
        elif draws.maybe(0.2):
            stages[name]["patience"] = rounded(draws.real(5, 20) / flow, 2)
    demand = table(lambda each: mix[each] * draws.real(0.9, 1.4))
    stages["market"] = {"kind": "market", "demand": demand, **draws.arrivals()}
    flows = _in_a_row(stages)
    if draws.maybe(0.4):
        first = next(iter(list(stages)[1:]))
        back = {"share": 0.2, "delay": rounded(20 / flow, 2), "becomes": names[1]}
        flows.append({names[0]: {f"market -> {first}": back}})
    return {
        "products": {name: {"price": 10} for name in names}, "stages": stages,
        "flow": flows, "run": _run(draws.real(300, 800) / flow, warmup=5),
    }  # fmt: skip


def hours(draws: Draws) -> Document:
    """A workshop with opening hours: shifts, breaks, work in hand at closing."""
    flow, begin = draws.real(4, 12), draws.whole(6, 9)
    length = draws.whole(6, 10)
    at_close = draws.one_of(("finish", "pause"))
    day = [[begin, begin + length]]
    if draws.maybe(0.4):
        day = [[begin, begin + length // 2], [begin + length // 2 + 1, begin + length]]
    calendars: Document = {"day": {"cycle": 24, "open": day, "at_close": at_close}}
    if draws.maybe(0.4):
        late = [[begin + 4, begin + 4 + length]]
        calendars["late"] = {"cycle": 24, "open": late, "at_close": at_close}
    open_part = sum(until - since for since, until in day) / 24
    stages: Document = {}
    if draws.maybe(0.6):
        stages["orders"] = {"kind": "source", "arrivals": rounded(flow, 2)}
        stages["orders"] |= draws.arrivals()
    for name in ("saw", "glue", "paint", "check")[: draws.whole(3, 4)]:
        keeps = draws.maybe(0.6)
        stages[name] = draws.stage(flow / open_part if keeps else flow, kind="team")
        if keeps:
            stages[name]["calendar"] = draws.one_of(list(calendars))
        if draws.maybe(0.4) and len(stages) > 1:
            stages[name]["buffer"] = draws.one_of((5, 10, 20, 40))
    return {
        "period": "hour", "calendars": calendars, "stages": stages,
        "flow": _in_a_row(stages),
        "run": _run(24 * draws.whole(5, 10), warmup=draws.one_of((0, 24, 48))),
    }  # fmt: skip


def batches(draws: Draws) -> Document:
    """Kilns that fire many at once, kits put together from parts, boxes."""
    flow = draws.real(6, 20)
    size = draws.whole(3, 12)
    kiln = draws.stage(flow / size) | {"takes": size, "gives": size}
    kiln["buffer"] = size * draws.whole(1, 3)
    if draws.maybe(0.5):
        stages: Document = {
            "orders": {"kind": "source", "arrivals": rounded(flow, 2)}
            | draws.arrivals(),
            "moulding": draws.stage(flow),
            "kiln": kiln,
            "glazing": draws.stage(flow) | {"buffer": 2 * size},
        }
        if draws.maybe(0.5):
            box = draws.whole(2, 6)
            stages["packing"] = draws.stage(flow / box) | {"takes": box}
            flow /= box
        flows = _in_a_row(stages)
    else:
        wheels = draws.whole(1, 4)
        stages = {
            "frames": draws.stage(flow),
            "wheels": draws.stage(flow * wheels),
            "assembly": draws.stage(flow)
            | {"takes": {"frames": 1, "wheels": wheels}}
            | {"buffer": wheels * draws.whole(2, 6)},
            "test": draws.stage(flow) | {"buffer": draws.whole(1, 10)},
        }
        flows = ["frames -> assembly", "wheels -> assembly", "assembly -> test"]
    if draws.maybe(0.5):
        last = list(stages)[-1]
        stages["market"] = _market(draws, flow)
        flows.append(f"{last} -> market")
    return {
        "stages": stages, "flow": flows,
        "run": _run(draws.real(300, 800) / flow),
    }  # fmt: skip


def release(draws: Draws) -> Document:
    """A line with a limit on what is inside: conwip, or a rope to a drum."""
    flow = draws.real(4, 15)
    steps = draws.whole(3, 6)
    stages: Document = {f"step_{n + 1}": draws.stage(flow) for n in range(steps)}
    if draws.maybe(0.3):
        stages[f"step_{steps}"] |= draws.failures(flow)
    if draws.maybe(0.4):
        stages["market"] = _market(draws, flow)
    limit = draws.whole(steps // 2 + 1, 4 * steps)
    rule: Document = {"conwip": limit}
    if draws.maybe(0.4):
        drum = f"step_{draws.whole(2, steps)}"
        rule = {"drum_buffer_rope": {"drum": drum, "buffer": limit}}
    return {
        "stages": stages, "flow": _in_a_row(stages), "release": rule,
        "run": _run(draws.real(300, 800) / flow),
    }  # fmt: skip


def calls(draws: Draws) -> Document:
    """A help line: callers who do not wait for ever, lines that are full."""
    flow = draws.real(10, 40)
    stages: Document = {
        "calls": {
            "kind": "source", "arrivals": rounded(flow, 2),
            "distribution": "exponential", "overflow": draws.one_of(("lost", "wait")),
        },
        "first_line": draws.stage(flow, kind="team", servers=5),
    }  # fmt: skip
    patience: Any = rounded(draws.real(2, 20) / flow, 2)
    if draws.maybe(0.5):
        patience = {"mean": patience, "cv": draws.one_of((0, 0.5, 1.0))}
        if patience["cv"]:
            patience["distribution"] = "lognormal"
    stages["first_line"]["patience"] = patience
    stages["first_line"]["buffer"] = draws.whole(2, 20)
    passed = draws.real(0.3, 0.8)
    stages["second_line"] = draws.stage(flow * passed, kind="team", servers=4)
    if draws.maybe(0.5):
        stages["second_line"]["patience"] = rounded(draws.real(5, 30) / flow, 2)
    flows: list[Any] = ["calls -> first_line"]
    flows.append({"first_line -> second_line": rounded(passed, 2)})
    if draws.maybe(0.5):
        stages["wrap_up"] = draws.stage(flow, kind="team", servers=4)
        flows.append({"first_line -> wrap_up": rounded(1 - rounded(passed, 2), 2)})
        flows.append("second_line -> wrap_up")
    document: Document = {}
    if draws.maybe(0.4):
        document["calendars"] = {"open": {"cycle": 24, "open": [[8, 18]]}}
        stages["calls"]["calendar"] = "open"
        for name in ("first_line", "second_line"):
            stages[name]["calendar"] = "open"
        window = _run(48, warmup=0)
    else:
        window = _run(draws.real(300, 900) / flow)
    return {
        "item": "call", "period": "hour", **document, "stages": stages,
        "flow": flows, "run": window,
    }  # fmt: skip


def trend(draws: Draws) -> Document:
    """A market that grows or falls over the window, people who learn."""
    flow, weeks = draws.real(4, 20), draws.one_of((26, 52, 104))

    def trended(mean: float, change: float) -> Document:
        ends = (mean * (1 - change), mean * (1 + change))
        return {"profile": [[0, rounded(ends[0], 3)], [weeks, rounded(ends[1], 3)]]}

    change = draws.real(0.2, 0.6) * draws.one_of((-1, 1))
    stages: Document = {}
    if draws.maybe(0.6):
        stages["orders"] = {
            "kind": "source", "arrivals": trended(flow, change),
            "distribution": "exponential",
        }  # fmt: skip
    for name in ("design", "make", "ship")[: draws.whole(2, 3)]:
        stages[name] = draws.stage(flow, kind="team")
    if draws.maybe(0.3):
        learnt = trended(draws.pace(flow), draws.real(0.1, 0.3))
        stages["make"] = {"kind": "team", "capacity": learnt, **draws.times()}
    if "orders" not in stages or draws.maybe(0.4):
        stages["market"] = {
            "kind": "market", "demand": trended(1.05 * flow, change),
            "unmet": draws.one_of(("lost", "lost", "backlog")), **draws.arrivals(),
        }  # fmt: skip
    return {
        "period": "week", "stages": stages, "flow": _in_a_row(stages),
        "run": _run(weeks, warmup=0),
    }  # fmt: skip


def growth(draws: Draws) -> Document:
    """A young business: customers who come back, and are still becoming more."""
    new, back = draws.real(3, 10), draws.real(0.6, 0.92)
    away, weeks = draws.whole(3, 16), draws.one_of((52, 104))
    rounds = 1 + (1 - back ** (weeks / away)) * back / (1 - back)
    flow = new * (1 + rounds) / 2
    stages: Document = {
        "leads": {"kind": "source", "arrivals": rounded(new, 2), **draws.arrivals()},
        "selling": draws.stage(new, kind="team"),
        "care": draws.stage(flow, kind="team"),
        "market": _market(draws, 1.2 * flow),
    }
    if draws.maybe(0.4):
        stages["care"]["patience"] = rounded(draws.real(1, 4), 2)
    if draws.maybe(0.3):
        stages["selling"]["conversion"] = 0.8
    return {
        "item": "client", "period": "week", "stages": stages,
        "flow": [
            *_in_a_row(stages),
            {"market -> care": {"share": rounded(back, 2), "delay": away}},
        ],
        "run": _run(weeks, warmup=0),
    }  # fmt: skip


def ways(draws: Draws) -> Document:
    """Work that goes several ways: rework, choice of the shorter queue, copies."""
    flow = draws.real(5, 20)
    stages: Document = {
        "orders": {"kind": "source", "arrivals": rounded(flow, 2), **draws.arrivals()}
    }
    form = draws.whole(0, 2)
    if form == 0:
        again, kept = draws.real(0.05, 0.3), draws.real(0.85, 1.0)
        work = flow / (1 - again)
        stages["make"] = draws.stage(work)
        stages["test"] = draws.stage(work) | {"conversion": rounded(kept, 2)}
        stages["ship"] = draws.stage(work * kept * (1 - again))
        flows: list[Any] = [
            "orders -> make -> test",
            {"test -> make": rounded(again, 2)},
            {"test -> ship": rounded(1 - rounded(again, 2), 2)},
        ]
        if draws.maybe(0.3):
            stages["ship"]["stream"] = "make"
    elif form == 1:
        part = draws.real(0.3, 0.7)
        stages["entry"] = draws.stage(flow) | {"routing": "free"}
        stages["desk_a"] = draws.stage(flow * part) | {"buffer": draws.whole(1, 8)}
        stages["desk_b"] = draws.stage(flow * (1 - part))
        stages["desk_b"]["buffer"] = draws.whole(1, 8)
        stages["exit"] = draws.stage(flow)
        flows = ["orders -> entry -> desk_a -> exit", "entry -> desk_b -> exit"]
    else:
        stages["order"] = draws.stage(flow) | {"routing": "all"}
        stages["metal"] = draws.stage(flow)
        stages["wood"] = draws.stage(flow)
        stages["joining"] = draws.stage(flow) | {"takes": {"metal": 1, "wood": 1}}
        flows = [
            "orders -> order -> metal -> joining",
            "order -> wood -> joining",
        ]
    last = list(stages)[-1]
    if draws.maybe(0.5):
        stages["market"] = _market(draws, flow)
        flows.append(f"{last} -> market")
    return {
        "stages": stages, "flow": flows,
        "run": _run(draws.real(300, 800) / flow),
    }  # fmt: skip


def rounds(draws: Draws) -> Document:
    """Deliveries and hand-overs in rounds, and stock that is there at the start."""
    mean = draws.real(2, 5)
    stages: Document = {}
    for place in range(draws.whole(3, 4)):
        name = f"hand_{place + 1}"
        if draws.maybe(0.6) or not place:
            most = max(2, round(2 * mean * draws.real(*draws.spread)))
            stages[name] = {
                "kind": "team",
                "rounds": {
                    "every": 1, "first": rounded(0.1 * (place + 1), 1),
                    "items": {"empirical": list(range(most))},
                },
            }  # fmt: skip
        else:
            stages[name] = draws.stage(mean, kind="team")
        if place and draws.maybe(0.5):
            stages[name]["stock"] = draws.whole(2, 8)
    return {
        "stages": stages, "flow": _in_a_row(stages),
        "run": _run(draws.one_of((20, 40, 80)), warmup=0),
    }  # fmt: skip


KINDS = (
    Kind("line", "lines with buffers and failures", line),
    Kind("shop", "a day that ends, with rush hours", shop),
    Kind("season", "a year with a season", season),
    Kind("clinic", "shared people", clinic),
    Kind("funnel", "sales funnels, customers who come back", funnel),
    Kind("products", "several products", products),
    Kind("hours", "opening hours", hours),
    Kind("batches", "batches, kits and boxes", batches),
    Kind("release", "conwip and rope", release),
    Kind("calls", "callers who give up or find no room", calls),
    Kind("trend", "trends", trend),
    Kind("growth", "a base of customers that grows", growth),
    Kind("ways", "rework, choice, copies", ways),
    Kind("rounds", "work in rounds, stock at the start", rounds),
)
"""All kinds of business, in the order of the page."""
