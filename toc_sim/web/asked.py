"""What a page asks: read from bytes that anybody may have sent, and checked in full."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from toc_sim.errors import quoted
from toc_sim.scenario.fields.numbers import scaled
from toc_sim.scenario.model import Scenario
from toc_sim.scenario.overrides import value_at
from toc_sim.tools import with_tools
from toc_sim.web.offer import MOST_INSIDE, Offer, Slider

MOST_SEED = 2**31 - 1
"""The largest seed that a page may ask for."""

BAD_REQUEST, FORBIDDEN, TOO_LARGE, NOT_JSON = 400, 403, 413, 415
BUSY, TOO_SLOW = 503, 504

_KEYS = ("changes", "tools", "release", "seed")


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A request that is not answered, and why.

    Attributes
    ----------
    status
        As HTTP has it.
    reason
        In one word, by which a page finds its own sentence.
    words
        In English.
    """

    def __init__(self, status: int, reason: str, words: str) -> None:
        super().__init__(words)
        self.status, self.reason, self.words = status, reason, words

    def body(self) -> bytes:
        """Return it as JSON."""
        return json.dumps({"refused": self.reason, "words": self.words}).encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, checked.

    Attributes
    ----------
    changes
        New values by path; of what changes over time, factors.
    tools
        What is bought.
    release
        Settings of a release policy by path; empty: as the file says.
    seed
        Of the runs; None: as the file says.
    """

    changes: tuple[tuple[str, float], ...] = ()
    tools: tuple[str, ...] = ()
    release: tuple[tuple[str, str | int], ...] = ()
    seed: int | None = None


def asked(body: bytes, allowed: Offer) -> Asked:
    """Return what a request asks.

    Parameters
    ----------
    body
        JSON: ``{"changes": {"machine_2.capacity": 15}, "tools": ["training"],
        "release": {"conwip": 12}, "seed": 7}``, each of which may be missing; a
        release is ``"push"``, ``{"conwip": 12}`` or ``{"drum": "machine_2", "buffer":
        6}``.
    allowed
        What may be asked.

    Raises
    ------
    Refusal
        If it is anything else.

    Examples
    --------
    >>> from toc_sim import load
    >>> from toc_sim.web.asked import asked
    >>> from toc_sim.web.offer import offer
    >>> cups = offer(load("scenarios/paper_cups.yaml"))
    >>> asked(b'{"changes": {"machine_2.capacity": 15}}', cups).changes
    (('machine_2.capacity', 15.0),)
    """
    said = _read(body)
    if not isinstance(said, dict):
        raise _bad("a request is one object")
    for key in said:
        if key not in _KEYS:
            raise _bad(f"nothing is called {quoted(key)}; there are {_KEYS}")
    return Asked(
        _changes(said.get("changes", {}), allowed.sliders),
        _tools(said.get("tools", []), allowed.scenario.tools),
        _release(said.get("release"), allowed.drums),
        _seed(said.get("seed")),
    )


def with_asked(scenario: Scenario, wanted: Asked) -> Scenario:
    """Return a scenario with all that is asked.

    Parameters
    ----------
    scenario
        As it is offered.
    wanted
        Checked before.

    Raises
    ------
    ScenarioError
        If it could not work so.
    """
    values: dict[str, Any] = {}
    for path, value in wanted.changes:
        before = value_at(scenario, path)
        is_number = isinstance(before, int | float)
        values[path] = value if is_number else scaled(before, value)
    values |= dict(wanted.release)
    if wanted.seed is not None:
        values["run.seed"] = wanted.seed
    # what is expected of the file as it stands is not expected of its changes
    return with_tools(scenario.changed(values), wanted.tools)


def _read(body: bytes) -> Any:
    """Return what bytes say; only what JSON allows, and nothing twice."""
    try:
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise _bad("that is not JSON") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(word: str) -> float:
    raise ValueError(word)


def _bad(words: str) -> Refusal:
    return Refusal(BAD_REQUEST, "bad", words)


def _changes(said: Any, sliders: Mapping[str, Slider]) -> tuple[tuple[str, float], ...]:
    if not isinstance(said, dict):
        raise _bad("changes are values by path")
    return tuple((path, _value(path, said[path], sliders)) for path in said)


def _value(path: str, said: Any, sliders: Mapping[str, Slider]) -> float:
    slider = sliders.get(path)
    if slider is None:
        raise _bad(f"no slider is called {quoted(path)}")
    value = _number(path, said)
    if not slider.low <= value <= slider.high:
        raise _bad(f"{path} goes from {slider.low:g} to {slider.high:g}")
    if slider.is_count:
        return _whole(path, said, int(slider.high))
    return value


def _number(name: str, said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise _bad(f"{name} is a number")
    try:
        value = float(said)
    except OverflowError as error:
        raise _bad(f"{name} is too large") from error
    if not isfinite(value):
        raise _bad(f"{name} is a finite number")
    return value


def _whole(name: str, said: Any, most: int, least: int = 1) -> int:
    value = _number(name, said)
    if value != int(value) or not least <= value <= most:
        raise _bad(f"{name} is whole, from {least} to {most}")
    return int(value)


def _tools(said: Any, known: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(said, list) or len(said) > len(known):
        raise _bad("tools are a list of names, each once")
    for name in said:
        if not isinstance(name, str) or name not in known:
            shown = quoted(name) if isinstance(name, str) else "that"
            raise _bad(f"no tool is called {shown}")
    if len(set(said)) < len(said):
        raise _bad("a tool is bought once")
    return tuple(said)


def _release(said: Any, drums: tuple[str, ...]) -> tuple[tuple[str, str | int], ...]:
    if said is None:
        return ()
    if said == "push":
        return (("release", "push"),)
    if isinstance(said, dict) and set(said) == {"conwip"}:
        limit = _whole("conwip", said["conwip"], MOST_INSIDE)
        return (("release.conwip", limit),)
    if isinstance(said, dict) and set(said) == {"drum", "buffer"}:
        drum, policy = said["drum"], "release.drum_buffer_rope"
        if not isinstance(drum, str) or drum not in drums:
            raise _bad("the drum is one of the stages")
        buffer = _whole("buffer", said["buffer"], MOST_INSIDE)
        return ((f"{policy}.drum", drum), (f"{policy}.buffer", buffer))
    raise _bad(
        'a release is "push", {"conwip": 12} or {"drum": "a_stage", "buffer": 6}'
    )


def _seed(said: Any) -> int | None:
    return None if said is None else _whole("seed", said, MOST_SEED, least=0)
