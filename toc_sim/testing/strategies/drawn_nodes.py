"""Draws single stages, sources, markets, pools, and how a scenario is run."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from toc_sim.testing.strategies.allowed import Feature

Document = dict[str, Any]


def sometimes() -> st.SearchStrategy[bool]:
    """Draw yes in one case of three, and shrink to no."""
    return st.integers(0, 2).map(lambda number: number == 2)


def rates() -> st.SearchStrategy[float]:
    """Draw items per period: 1 to 12 in steps of 0.1, so that ties come about."""
    return st.integers(10, 120).map(lambda tenths: tenths / 10)


@st.composite
def paces(draw: st.DrawFn, may: Feature) -> float | Document:
    """Draw a rate, or a profile of it, which may be 0 for a while."""
    if Feature.PROFILE not in may or not draw(sometimes()):
        return draw(rates())
    season = {"every": draw(st.integers(1, 5)) / 2} if draw(st.booleans()) else {}
    first, last = (0, int(2 * season["every"]) - 1) if season else (-4, 20)
    halves = sorted(draw(st.lists(st.integers(first, last), min_size=1, max_size=3)))
    later = st.one_of(rates(), rates(), st.just(0.0))
    points = [
        [half / 2, draw(later if number else rates())]
        for number, half in enumerate(halves)
    ]
    return {"profile": points, **season}


@st.composite
def chance(draw: st.DrawFn, may: Feature) -> Document:
    """Draw how the times of a node vary."""
    shapes: list[st.SearchStrategy[Document]] = []
    if Feature.CONSTANT in may or not may & (Feature.CHANCE | Feature.EMPIRICAL):
        shapes.append(st.just({}))
    if Feature.EMPIRICAL in may:
        shapes.append(_samples())
    if Feature.CHANCE in may:
        shapes += [
            st.just({"distribution": "exponential"}),
            _shaped(None, 200),
            _shaped("gamma", 200),
            _shaped("lognormal", 200),
            _shaped("uniform", 57),
            _shaped("triangular", 40),
        ]
    return draw(st.one_of(shapes))


def _shaped(shape: str | None, widest: int) -> st.SearchStrategy[Document]:
    """Draw a cv, in hundredths, for a shape."""
    said = {} if shape is None else {"distribution": shape}
    return st.integers(10, widest).map(
        lambda hundredths: {**said, "cv": hundredths / 100}
    )


def _samples() -> st.SearchStrategy[Document]:
    counts = st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any)
    return counts.map(
        lambda drawn: {"distribution": {"empirical": [float(count) for count in drawn]}}
    )


def buffers() -> st.SearchStrategy[Document]:
    """Draw how many places there are before a node."""
    return st.one_of(
        st.integers(0, 4).map(lambda places: {"buffer": places}),
        st.sampled_from([{}, {"buffer": "unlimited"}]),
    )


@st.composite
def patience(draw: st.DrawFn, may: Feature) -> Document:
    """Draw how long items wait before a node, or that they wait for ever."""
    if Feature.PATIENCE not in may or not draw(sometimes()):
        return {}
    mean = draw(st.integers(1, 12)) / 8
    if Feature.CHANCE in may and draw(st.booleans()):
        return {"patience": mean}
    shape: Document = draw(chance(may))
    return {"patience": {"mean": mean, **(shape or {"cv": 0})}}


@st.composite
def times_away(draw: st.DrawFn, may: Feature, mean: float) -> float | Document:
    """Draw how long items are away on a way: a mean time, the same for all or not."""
    if Feature.TRIPS not in may or not draw(sometimes()):
        return mean
    return {"mean": mean, **draw(chance(may))}


@st.composite
def stages(draw: st.DrawFn, may: Feature) -> Document:
    """Draw a machine or a team with a pace of its own."""
    entry: Document = {"kind": draw(st.sampled_from(["machine", "team"]))}
    entry[draw(st.sampled_from(["capacity", "rate"]))] = draw(paces(may))
    entry |= draw(chance(may))
    if Feature.SERVERS in may and draw(sometimes()):
        entry["servers"] = draw(st.integers(2, 3))
    if Feature.LIMITS in may:
        entry |= draw(buffers())
    if Feature.SCRAP in may and draw(sometimes()):
        entry["conversion"] = draw(st.integers(6, 20)) / 20
    if Feature.FAILURES in may and draw(sometimes()):
        entry["availability"] = {
            "mean_time_between_failures": draw(st.integers(1, 20)) / 4,
            "mean_time_to_repair": draw(st.integers(1, 10)) / 10,
        }
    return entry | draw(patience(may))


@st.composite
def sources(draw: st.DrawFn, may: Feature) -> Document:
    """Draw arrivals on a clock."""
    overflows = {Feature.SOURCE: "wait", Feature.OVERFLOW: "lost"}
    return {
        "kind": "source",
        "arrivals": draw(paces(may)),
        "overflow": draw(
            st.sampled_from([word for each, word in overflows.items() if each in may])
        ),
        **draw(chance(may)),
    }


@st.composite
def markets(draw: st.DrawFn, may: Feature) -> Document:
    """Draw buyers, or an exit."""
    if Feature.EXIT in may and (
        not may & (Feature.MARKET | Feature.BACKLOG) or draw(st.booleans())
    ):
        return {"kind": "market"}
    unmet = {Feature.MARKET: "lost", Feature.BACKLOG: "backlog"}
    return {
        "kind": "market",
        "demand": draw(paces(may)),
        "unmet": draw(
            st.sampled_from([word for each, word in unmet.items() if each in may])
        ),
        **draw(chance(may)),
        **(draw(buffers()) if Feature.LIMITS in may else {}),
        **draw(patience(may)),
    }


@st.composite
def calendars(draw: st.DrawFn, may: Feature) -> Document:
    """Draw opening hours: in quarters of a period, so that ties come about."""
    cycle = draw(st.integers(4, 16))
    times = draw(st.sets(st.integers(0, cycle), min_size=2, max_size=4))
    moments = sorted(times)[: len(times) // 2 * 2]
    closes = ["pause", "finish"] if Feature.OVERTIME in may else ["pause"]
    begin = draw(st.integers(-8, 30))
    days_off = [[begin / 4, (begin + draw(st.integers(1, 8))) / 4]]
    return {
        "cycle": cycle / 4,
        "open": [
            [begin / 4, end / 4]
            for begin, end in zip(moments[::2], moments[1::2], strict=True)
        ],
        "closed": days_off if draw(sometimes()) else [],
        "at_close": draw(st.sampled_from(closes)),
    }


@st.composite
def releases(
    draw: st.DrawFn, may: Feature, stage_names: list[str]
) -> st.SearchStrategy[str | Document]:
    """Draw when new items are let in."""
    policies: list[st.SearchStrategy[Any]] = [st.just("push")]
    if Feature.CONWIP in may:
        policies.append(st.integers(1, 8).map(lambda limit: {"conwip": limit}))
    if Feature.ROPE in may:
        ropes = st.fixed_dictionaries(
            {"drum": st.sampled_from(stage_names), "buffer": st.integers(1, 6)}
        )
        policies.append(ropes.map(lambda rope: {"drum_buffer_rope": rope}))
    return draw(st.one_of(policies))


def runs() -> st.SearchStrategy[Document]:
    """Draw a short run."""
    return st.fixed_dictionaries(
        {
            "horizon": st.integers(4, 12).map(float),
            "warmup": st.integers(0, 4).map(float),
            "replications": st.integers(1, 3),
            "seed": st.integers(0, 999),
        }
    )


_RULES = ("fifo", "priority", "shortest", "earliest_due")


@st.composite
def work(draw: st.DrawFn, may: Feature, names: list[str]) -> dict[str, Document]:
    """Draw which stages are the work of pools, and what that work is."""
    if Feature.POOL not in may or not draw(sometimes()):
        return {}
    workers = draw(st.sets(st.sampled_from(names), min_size=1, max_size=4))
    two = Feature.JOINT in may and draw(st.booleans())
    by_due_date = Feature.DISPATCH in may and draw(sometimes())
    return {
        name: draw(_work(may, two=two, by_due_date=by_due_date))
        for name in names
        if name in workers
    }


@st.composite
def _work(draw: st.DrawFn, may: Feature, *, two: bool, by_due_date: bool) -> Document:
    one: Any = "pool"
    if two:
        one = draw(
            st.sampled_from(["pool", "more", ["pool", "more"], ["more", "pool"]])
        )
    found: Document = {"resource": one, "time": draw(st.integers(1, 10)) / 10}
    if Feature.PRIORITY in may:
        found["priority"] = draw(st.integers(0, 2))
    if by_due_date:
        found["due"] = draw(st.integers(1, 12)) / 8
    return found


@st.composite
def resources(
    draw: st.DrawFn, may: Feature, stages: dict[str, Document]
) -> dict[str, Document]:
    """Draw the pools of which there is some work, and by which rule they work."""
    named = dict.fromkeys(pool for each in stages.values() for pool in pools_of(each))
    rule = draw(st.sampled_from(_RULES)) if Feature.DISPATCH in may else "priority"
    if any("due" in each for each in stages.values()):
        rule = "earliest_due"
    return {
        name: {"servers": draw(st.integers(1, 3)), "dispatch": rule} for name in named
    }


def pools_of(node: Document) -> list[str]:
    """Return the names of the pools that do the work of a node."""
    said = node.get("resource")
    if said is None:
        return []
    return [said] if isinstance(said, str) else list(said)
