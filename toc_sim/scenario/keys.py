"""Which keys may stand where in a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from toc_sim.errors import Path
from toc_sim.scenario.entry import Entry
from toc_sim.scenario.nodes import Node, node_type

Kinds = tuple[type[Entry], ...]
"""What may stand at a place: one kind of entry, or several."""


def keys_at(root: type[Entry], path: Path, raw: Any) -> tuple[str, ...]:
    """Return the keys that an entry may have.

    Parameters
    ----------
    root
        The kind of the whole document.
    path
        Where in it the entry stands.
    raw
        The document: the kind of a node is in it.
    """
    kinds: Kinds = (root,)
    for part in path:
        raw = raw.get(part) if isinstance(raw, Mapping) else None
        fields = [
            kind.model_fields[part] for kind in kinds if part in kind.model_fields
        ]
        if fields:
            kinds = tuple(each for one in fields for each in kinds_in(one.annotation))
        elif kinds and issubclass(kinds[0], Node):
            kinds = (node_type(raw),)
    return tuple(dict.fromkeys(key for kind in kinds for key in kind.model_fields))


def kinds_in(annotation: Any) -> Kinds:
    """Return the kinds of entry that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return (annotation,)
    return tuple(kind for part in get_args(annotation) for kind in kinds_in(part))


def is_table(annotation: Any) -> bool:
    """Return whether an annotation is that of entries or numbers by free names."""
    return get_origin(annotation) is dict


def may_be_table(annotation: Any) -> bool:
    """Return whether an annotation has a form with values by free names."""
    return is_table(annotation) or any(map(may_be_table, get_args(annotation)))
