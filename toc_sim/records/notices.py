"""What is worth saying of records: what was left out, and what looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Weight = Literal["note", "doubt", "refused"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that somebody should know about records, with its evidence.

    Attributes
    ----------
    kind
        Its short English name, the same in every language and in JSON:
        ``only closed cases``.
    sentence
        What it is and how it was seen, for people, in the language that is spoken.
    weight
        ``note``: good to know. ``doubt``: figures may be wrong for it. ``refused``:
        something cannot be told from these records, and is not.
    evidence
        The figures behind the sentence, by name, for machines.
    """

    kind: str
    sentence: str
    weight: Weight = "note"
    evidence: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that were left out, and why.

    Attributes
    ----------
    rows
        How many.
    why
        The reason, for people, in the language that is spoken.
    examples
        Where the first few stand: ``deals.csv: row 812``.
    """

    rows: int
    why: str
    examples: tuple[str, ...] = ()
