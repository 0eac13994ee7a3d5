"""Damages good scenario files the way accidents and enemies do."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from toc_sim.scenario.file.yaml import read_document

TESTS = Path(__file__).parents[1]
GOOD = tuple(
    path.read_text(encoding="utf-8")
    for folder in (TESTS / "scenario" / "valid", TESTS.parent / "scenarios")
    for path in sorted(folder.glob("*.yaml"))
)
"""Texts of files that are right."""

NASTY: tuple[Any, ...] = (
    *(None, True, "", " ", "x" * 1000, "~", "unlimited", "auto", "free", "push"),
    *("->", "a -> ", "a -> b -> c", "market -> market", "flow.a->b", "run.seed"),
    *("<number>", "[key]", "\x00", "\x7f\x85\u2028\ufeff", "\ud800", "été", "क़िला"),
    *(-1, 0, 0.5, 1, 2, 3.0, 1e-308, 1e-12, 1e12, 1e308, 10**300, -(10**18)),
    *(float("nan"), float("inf"), [], {}, [[]], [None], {"": {}}, [[[[[[[[[]]]]]]]]]),
    {"profile": []},
    {"profile": [[0, 1], [0, 0.5]]},
    {"profile": [[1, 1], [0, 1]]},
    {"profile": [[0, 1, 2]]},
    {"empirical": [0, 0]},
    {"empirical": [1, 5e-324]},
    {"conwip": 1},
    {"drum_buffer_rope": {"drum": "closing", "buffer": 1}},
    {"set": 1, "scale": 2},
    {"scale": {"profile": [[0, 1e12], [5, 0]]}},
    {"kind": "source", "arrivals": 1},
    {"kind": "market", "demand": 1, "buffer": 0},
    {"kind": "team", "resource": "sellers", "time": 1},
    {"share": 1, "delay": 0},
)
"""Values that have no business where they are put."""

WORDS = (
    *("capacity", "rate", "servers", "time", "cv", "buffer", "conversion", "routing"),
    *("resource", "kind", "demand", "arrivals", "profile", "effects", "requires"),
    *("stages", "flow", "tools", "variants", "release", "market", "closing", "crm"),
    *("share", "delay", "based_on", "set", "add", "scale", "meet -> closing", "1", "é"),
)
"""Keys that have no business where they are put."""


@st.composite
def damaged_texts(draw: st.DrawFn) -> bytes:
    """Draw a good file with some bytes changed, cut out, doubled or put in."""
    content = draw(st.sampled_from(GOOD)).encode()
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.integers(0, 12)))
        inserted = draw(
            st.one_of(
                st.binary(max_size=3),
                st.sampled_from(
                    [b"\t", b"\n", b": ", b"- ", b"&a ", b"*a", b"!!x ", b"{", b"]"]
                ),
                st.just(content[begin:end] * 2),
            )
        )
        content = content[:begin] + inserted + content[end:]
    return content


@st.composite
def shuffled_lines(draw: st.DrawFn) -> str:
    """Draw a good file with some lines moved, doubled, indented or gone."""
    lines = draw(st.sampled_from(GOOD)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(lines) - 1))
        line = lines.pop(index)
        place = draw(st.integers(0, len(lines)))
        lines[place:place] = draw(
            st.sampled_from([[], [line], [line, line], [f"  {line}"], [line.strip()]])
        )
        lines = lines or [""]
    return "\n".join(lines)


@st.composite
def wrong_values(draw: st.DrawFn) -> str:
    """Draw a good scenario with some keys renamed and some values replaced."""
    tree = copy.deepcopy(draw(st.sampled_from(_TREES)))
    for _ in range(draw(st.integers(1, 4))):
        _damage(draw, tree)
    return json.dumps(tree, indent=draw(st.sampled_from([None, 1, "\t"])))


def _damage(draw: st.DrawFn, tree: dict[str, Any]) -> None:
    """Change one place in a tree."""
    here: Any = tree
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        below = here[key]
        if not isinstance(below, dict | list) or not below or draw(st.booleans()):
            break
        here = below
    deed = draw(st.integers(0, 3))
    if deed == 0 and isinstance(here, dict):
        here[draw(st.sampled_from(WORDS))] = here.pop(key)
    elif deed == 1 and isinstance(here, dict):
        here[draw(st.sampled_from(WORDS))] = copy.deepcopy(draw(st.sampled_from(NASTY)))
    elif deed == 2:
        here[key] = copy.deepcopy(draw(st.sampled_from(list(_parts(tree)))))
    else:
        here[key] = copy.deepcopy(draw(st.sampled_from(NASTY)))


def _parts(tree: Any) -> Any:
    """Yield all values in a tree."""
    yield tree
    if isinstance(tree, dict | list):
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _parts(value)


def _tree(text: str) -> dict[str, Any]:
    document = read_document(text, "good")
    assert document is not None
    return dict(document.root.value)


_TREES = tuple(map(_tree, GOOD))
