"""Draws how surely a drawn scenario knows its numbers: `uncertain` and `measure`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from toc_sim.testing.strategies.drawn_nodes import Document

_RATES = ("arrivals", "rate", "capacity", "demand")

MOST_DOUBTS = 3
"""So many numbers of a drawn scenario are uncertain at most."""


@st.composite
def doubts(draw: st.DrawFn, stages: dict[str, Document]) -> Document:
    """Draw the sections that say which of the numbers of some nodes are uncertain.

    Parameters
    ----------
    stages
        The nodes by name, as in a file.
    """
    known = dict(_numbers(stages))
    if not known:
        return {}
    paths = draw(
        st.lists(st.sampled_from(sorted(known)), max_size=MOST_DOUBTS, unique=True)
    )
    said = {path: draw(_form(path, known[path])) for path in paths}
    priced = [path for path in paths if draw(st.booleans())]
    return {
        "uncertain": said,
        "measure": {path: draw(_price()) for path in priced},
    }


def _numbers(stages: dict[str, Document]) -> list[tuple[str, float]]:
    """Return the numbers that may be uncertain, by path, without those of products."""
    return [
        (f"{name}.{key}", node[key])
        for name, node in stages.items()
        for key in (*_RATES, "time", "conversion")
        if isinstance(node.get(key), int | float) and node[key] > 0
    ]


@st.composite
def _form(draw: st.DrawFn, path: str, value: float) -> Any:
    """Draw how surely a number is known, around what the file says."""
    field = path.rpartition(".")[2]
    seen, part = draw(st.integers(10, 400)), draw(st.integers(1, 9)) / 100
    if field == "conversion":
        return {"won": value * seen, "of": seen}
    forms: list[Any] = [
        f"{value} +- {value * part}",
        {"mean": value, "sd": value * part, "distribution": "normal"},
        {"p10": value * (1 - part), "p90": value * (1 + part)},
        {"observations": seen, "mean": value},
    ]
    if field in _RATES:
        forms.append({"count": seen, "over": seen / value})
    return draw(st.sampled_from(forms))


def _price() -> st.SearchStrategy[Document]:
    """Draw what it takes to observe a number once more."""
    return st.fixed_dictionaries(
        {},
        optional={"cost": st.integers(0, 90), "noise": st.sampled_from([0.25, 1, 2.5])},
    )
