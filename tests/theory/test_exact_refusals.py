"""Where theory is not exact it says why: everything that stands in its way."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.pipelines import Fields, free, machine, market, pipeline, source

from toc_sim.language import speaking
from toc_sim.theory import Theory
from toc_sim.theory.exact.theory import theory as theory_of

RANDOM: Fields = {"distribution": "exponential"}
FAILS: Fields = {
    "availability": {"mean_time_between_failures": 9.0, "mean_time_to_repair": 1.0}
}
CHANGES = {"profile": [[0.0, 2.0], [5.0, 3.0]]}


def asked(stages: dict[str, Fields], flow: list[Any], **sections: Any) -> Theory:
    """Return what theory says of a pipeline."""
    return theory_of(pipeline(stages, flow, **sections))


def reasons(found: Theory, method: str) -> tuple[str, ...]:
    """Return why one theory does not apply."""
    return next(each.reasons for each in found.refusals if each.method == method)


STILL: list[tuple[dict[str, Fields], list[Any], dict[str, Any], str]] = [
    ({"a": machine(2, **RANDOM)}, [], {}, "a has random times"),
    ({"a": machine(2, **FAILS)}, [], {}, "a fails at random"),
    ({"a": machine(2, conversion=0.5)}, [], {}, "a loses items at random"),
    (
        {"a": machine(2), "b": machine(2), "c": machine(2)},
        ["a -> b", "a -> c"],
        {},
        "a sends items at random",
    ),
    (
        {"a": free(2), "b": machine(2), "c": machine(2)},
        ["a -> b", "a -> c"],
        {},
        "a has several ways out",
    ),
    ({"a": {**machine(2), "capacity": CHANGES}}, [], {}, "a changes over time"),
    ({"a": machine(2, patience=9)}, [], {}, "a loses items that wait too long"),
    (
        {"a": {"kind": "team", "resource": "p", "time": 1.0}},
        [],
        {"resources": {"p": {"servers": 2}}},
        "stages share the work of p",
    ),
    (
        {"a": machine(2), "b": machine(3), "c": machine(4, buffer=1)},
        ["a -> c", "b -> c"],
        {},
        "lines meet at c, and the buffer before c can be full",
    ),
    (
        {"a": machine(2), "b": machine(3), "c": machine(4)},
        ["a -> c", "b -> c"],
        {"release": {"conwip": 3}},
        "a and b take turns at conwip",
    ),
    (
        {"a": machine(2), "b": machine(3)},
        [{"a -> b": {"delay": 2.0}}],
        {"release": {"conwip": 3}},
        "conwip counts items while they are away",
    ),
    (
        {"s": source(3, overflow="lost"), "a": machine(2, buffer=1)},
        ["s -> a"],
        {},
        "s turns away who finds no room",
    ),
    (
        {"a": machine(2), "m": market(3)},
        ["a -> m", {"m -> a": {"share": 0.5, "delay": 1.0}}],
        {},
        "m has customers who come back",
    ),
]


@pytest.mark.parametrize(
    ("stages", "flow", "sections", "reason"), STILL, ids=[each[-1] for each in STILL]
)
def test_why_it_is_no_still_line(
    stages: dict[str, Fields], flow: list[Any], sections: dict[str, Any], reason: str
) -> None:
    """One thing at a time."""
    assert reason in reasons(asked(stages, flow, **sections), "still_line")


OPEN: list[tuple[dict[str, Fields], list[Any], dict[str, Any], str]] = [
    ({"a": machine(2)}, [], {}, "nothing comes at random"),
    (
        {"a": machine(2, **RANDOM)},
        [],
        {"release": {"conwip": 3}},
        "conwip 3 limits what is inside",
    ),
    ({"a": machine(2, **RANDOM, **FAILS)}, [], {}, "a fails"),
    (
        {
            "a": {**free(2), **RANDOM},
            "b": machine(2, **RANDOM),
            "c": machine(2, **RANDOM),
        },
        ["a -> b", "a -> c"],
        {},
        "a looks for the shortest queue",
    ),
    (
        {"a": machine(2, **RANDOM), "m": market(3, unmet="backlog", **RANDOM)},
        ["a -> m"],
        {},
        "m has buyers who wait",
    ),
    (
        {"a": machine(2, **RANDOM), "b": machine(3, stream="a", **RANDOM)},
        ["a -> b"],
        {},
        "a and b draw on one random stream",
    ),
    (
        {"a": machine(2, **RANDOM), "b": machine(3, **RANDOM)},
        ["a -> b", {"a -> a": 0.2}],
        {},
        "a gets items back beside its unlimited supply",
    ),
    (
        {"a": machine(2, **RANDOM), "b": machine(3, buffer=4, **RANDOM)},
        ["a -> b"],
        {},
        "b has room for only so many",
    ),
    (
        {"s": source(1, cv=0.5), "a": machine(2, **RANDOM)},
        ["s -> a"],
        {},
        "s does not have exponential times",
    ),
    (
        {"s": source(1, **RANDOM), "a": machine(2, cv=0.5), "b": machine(2, **RANDOM)},
        ["s -> a -> b"],
        {},
        "a does not have exponential times",
    ),
    (
        {"s": source(1, **RANDOM), "pair": machine(2, cv=0.5, servers=2)},
        ["s -> pair"],
        {},
        "pair does not have exponential times",
    ),
    (
        {"s": source(2, **RANDOM), "a": machine(2, **RANDOM)},
        ["s -> a"],
        {},
        "a gets exactly as much as can be done there",
    ),
]


@pytest.mark.parametrize(
    ("stages", "flow", "sections", "reason"), OPEN, ids=[each[-1] for each in OPEN]
)
def test_why_it_is_no_open_network(
    stages: dict[str, Fields], flow: list[Any], sections: dict[str, Any], reason: str
) -> None:
    """One thing at a time."""
    assert reason in reasons(asked(stages, flow, **sections), "open_network")


CLOSED: list[tuple[dict[str, Fields], list[Any], Any, str]] = [
    ({"a": machine(2, **RANDOM)}, [], "push", "nothing limits what is inside"),
    (
        {"a": machine(2, **RANDOM), "b": machine(3, **RANDOM)},
        ["a -> b"],
        {"drum_buffer_rope": {"drum": "a", "buffer": 2}},
        "the rope ends at the drum, and what lies behind it is open",
    ),
    (
        {"a": machine(2, **RANDOM)},
        [],
        {"conwip": 501},
        "501 items are more than the 500 that are worked out",
    ),
    (
        {"s": source(1, **RANDOM), "a": machine(2, **RANDOM)},
        ["s -> a"],
        {"conwip": 2},
        "s sends items at its own pace",
    ),
    (
        {
            "a": machine(2, **RANDOM),
            "b": machine(2, **RANDOM),
            "c": machine(2, **RANDOM),
        },
        ["a -> c", "b -> c"],
        {"conwip": 2},
        "several first stages take turns to let items in",
    ),
    (
        {"a": machine(2, **RANDOM), "m": market(3, **RANDOM)},
        ["a -> m", {"m -> a": 0.5}],
        {"conwip": 2},
        "m has customers who come back, beside the supply",
    ),
    (
        {"a": machine(2, **RANDOM), "b": machine(2, buffer=1, **RANDOM)},
        ["a -> b"],
        {"conwip": 3},
        "b has room for only so many",
    ),
    (
        {"a": machine(2, cv=0.5), "b": machine(2, **RANDOM)},
        ["a -> b"],
        {"conwip": 3},
        "a does not have exponential times",
    ),
]


@pytest.mark.parametrize(
    ("stages", "flow", "release", "reason"), CLOSED, ids=[each[-1] for each in CLOSED]
)
def test_why_it_is_no_closed_network(
    stages: dict[str, Fields], flow: list[Any], release: Any, reason: str
) -> None:
    """One thing at a time."""
    found = asked(stages, flow, release=release)

    assert reason in reasons(found, "closed_network")


def test_all_that_is_in_the_way_is_told_at_once() -> None:
    """Not only the first."""
    stages = {
        "s": source(1, cv=0.5),
        "a": machine(2, buffer=3, **RANDOM),
        "b": machine(2, **RANDOM, **FAILS),
    }

    found = asked(stages, ["s -> a -> b"])

    assert found.exact is None
    assert reasons(found, "open_network") == (
        "b fails",
        "a has room for only so many",
        "s does not have exponential times",
    )


def test_a_buffer_that_holds_all_is_as_good_as_any() -> None:
    """One less in it than inside, since one is in service."""
    stages = {"a": machine(2, **RANDOM), "b": machine(2, buffer=2, **RANDOM)}

    found = asked(stages, ["a -> b"], release={"conwip": 3})

    assert found.exact is not None
    assert found.exact.method == "closed_network"


def test_many_are_not_all_named() -> None:
    """Of twelve, seven and how many more."""
    names = "abcdefghijkl"
    stages = {name: machine(2, **RANDOM) for name in names}

    found = asked(stages, [" -> ".join(names)])

    assert reasons(found, "still_line") == (
        "a, b, c, d, e, f, g and 5 others have random times",
    )


def test_no_theory_speaks_of_customers_at_the_start() -> None:
    """Each tells of the long run, in which they are gone."""
    back = {"share": 0.5, "delay": 2, "customers": 40}
    found = asked(
        {"come": source(1, **RANDOM), "a": machine(4, **RANDOM), "m": market(9)},
        ["come -> a -> m", {"m -> a": back}],
        run={"horizon": 50, "warmup": 0},
    )

    assert found.exact is None
    for refusal in found.refusals:
        assert "m has customers at the start" in refusal.reasons


def test_no_theory_speaks_of_what_is_open_at_the_start() -> None:
    """Each tells of the long run, in which it is gone."""
    found = asked(
        {"come": source(1, **RANDOM), "a": machine(4, **RANDOM), "m": market(9)},
        ["come -> a -> m"],
        state={"a": {"working": [0.5], "waiting": 3}},
        run={"horizon": 50, "warmup": 0},
    )

    assert found.exact is None
    for refusal in found.refusals:
        assert "a has items open at the start" in refusal.reasons


def test_time_away_that_varies_is_chance() -> None:
    """A line whose ways take random times is none without chance."""
    away = {"delay": {"mean": 2, "cv": 0.5}}
    found = asked({"a": machine(2), "b": machine(3)}, [{"a -> b": away}])

    assert reasons(found, "still_line") == ("a sends items away for random times",)


def test_an_answer_that_is_kept_is_told_in_the_language_that_is_spoken() -> None:
    """Both why theory is exact and why it is not."""
    found = asked({"a": machine(2)}, [])
    assert found.exact is not None
    in_english = found.exact.because, reasons(found, "open_network")

    with speaking("ru"):
        assert found.exact.because == (
            "случайности нет, и единицы проходят этапы один за другим"
        )
        assert reasons(found, "open_network") == ("ничто не приходит случайно",)
    assert (found.exact.because, reasons(found, "open_network")) == in_english


def test_many_nodes_are_named_as_many_in_each_language() -> None:
    """The last of them are counted, and 21 of them are no one node."""
    names = [f"m{place}" for place in range(21)]
    found = asked({name: machine(2, **RANDOM) for name in names}, [" -> ".join(names)])

    told = "m0, m1, m2, m3, m4, m5, m6 and 14 others have random times"
    assert reasons(found, "still_line") == (told,)
    found = asked({name: machine(2, **FAILS) for name in names}, [" -> ".join(names)])
    with speaking("ru"):
        assert reasons(found, "still_line") == (
            "m0, m1, m2, m3, m4, m5, m6 и ещё 14: случайные поломки",
        )
