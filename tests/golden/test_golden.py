"""Moving code changes nothing that the program says or measures."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from golden.outputs import RECORDED, Output, digest, libraries, outputs

GROUPS: dict[str, list[tuple[str, Output]]] = defaultdict(list)
for _name, _make in outputs():
    GROUPS[_name.split(" ")[0] if "drawn" not in _name else _name[:8]].append(
        (_name, _make)
    )


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_is_said_or_measured_otherwise(group: str) -> None:
    """A change of a golden is a decision: record it anew, and say why in the commit."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    same_libraries = recorded["libraries"] == libraries()

    changed = [
        name
        for name, make in GROUPS[group]
        if (same_libraries or "svg" not in name)
        and recorded["digests"].get(name) != digest(make())
    ]

    assert changed == []
