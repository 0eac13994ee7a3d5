"""Names of nodes: one word each, made of what the records call a stage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

from toc_sim.scenario.fields.numbers import is_name

_LONGEST = 40
"""A longer name is cut; the title of the stage keeps it all."""

_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"}
"""Words that a file may mean otherwise."""


def node_names(titles: Sequence[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return a name for each stage, no two alike.

    Parameters
    ----------
    titles
        What the records call them.
    taken
        Names that others have.

    Examples
    --------
    >>> from toc_sim.calibration.node_names import node_names
    >>> node_names(["In Progress", "in progress", "Won"], ["won"])
    ('in_progress', 'in_progress_2', 'won_2')
    """
    seen = set(taken)
    names = []
    for title in titles:
        base = _word(title)
        name, number = base, 1
        while name in seen:
            number += 1
            name = f"{base}_{number}"
        seen.add(name)
        names.append(name)
    return tuple(names)


def _word(title: str) -> str:
    text = normalize("NFC", title).casefold()
    word = re.sub(r"_+", "_", re.sub(r"[^\w]+", "_", text)).strip("_")[:_LONGEST]
    word = word.strip("_")
    if not word or word[0].isdigit() or word in _WORDS or not is_name(word):
        word = f"stage_{word}".rstrip("_")
    return word if is_name(word) else "stage"
