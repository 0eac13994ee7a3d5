"""Names, the order of the file and the unit of time change names and units only."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.edits import Document, written
from helpers.figures import figures
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.scenario.fields.sections import DrumBufferRope
from toc_sim.testing.ledger import once
from toc_sim.testing.strategies import ANYTHING, CONTINUOUS, Feature, mixes, scenarios

WORDS = st.permutations(
    ["B", "_", "a1", "cups", "größe", "станок", "продажи", "Ω", "機械", "x" * 100]
)
"""Names in many languages, one for each node that a scenario can have."""

NO_TIES = CONTINUOUS & ~(
    Feature.FREE
    | Feature.POOL
    | Feature.PRODUCTS
    | Feature.CONWIP
    | Feature.ROPE
    | Feature.CALENDAR
)
"""Without what may have to choose among equals, even where no two times are equal.

Two empty queues are equally short; one end of a service may bring two stages of a pool,
or two products at a stage, their next item, or two lines may wait for a token from the
start on.
"""


def _renamed(scenario: Scenario, words: list[str]) -> tuple[Scenario, dict[str, str]]:
    """Return the scenario with other names for its nodes and pools, and who is who."""
    document = written(scenario)
    names = [*document["stages"], *document["resources"]]
    new = dict(zip(names, words, strict=False))

    for part in ("stages", "resources"):
        document[part] = {new[key]: entry for key, entry in document[part].items()}
    for old, node in zip(scenario.stages, document["stages"].values(), strict=True):
        node["stream"] = old
    if document["products"]:
        new |= _rename_products(document)
    rope = document["release"]["drum_buffer_rope"] if _has_rope(scenario) else {}
    for entry in (*document["stages"].values(), *document["flow"], rope):
        for key in {"resource", "source", "target", "drum"} & set(entry):
            old_name = entry[key]
            is_one = isinstance(old_name, str)
            entry[key] = new[old_name] if is_one else [new[each] for each in old_name]
    return Scenario.model_validate(document), new


def _rename_products(document: Document) -> dict[str, str]:
    """Give products other names, that keep their streams; return who is who."""
    new = {name: f"{name}_Größe" for name in document["products"]}
    document["products"] = {
        new[name]: {"stream": name} for name in document["products"]
    }
    for node in document["stages"].values():
        for key, table in node.items():
            if isinstance(table, dict) and set(table) <= set(new):
                node[key] = {new[name]: each for name, each in table.items()}
    for way in document["flow"]:
        for key in {"product", "becomes"} & set(way):
            way[key] = new[way[key]]
    return new


def _has_rope(scenario: Scenario) -> bool:
    return isinstance(scenario.release, DrumBufferRope)


def _called(found: Document, names: dict[str, str]) -> Document:
    """Return figures under other names."""
    parts = {}
    for part in ("nodes", "resources", "shares", "other_shares", "waits", "sold_waits"):
        parts[part] = [
            {**entry, "name": _renamed_part(entry["name"], names)}
            for entry in found[part]
        ]
    return found | parts


def _renamed_part(name: str, names: dict[str, str]) -> str:
    return "/".join(names.get(part, part) for part in name.split("/"))


@given(scenarios(), WORDS)
def test_names_are_only_names(scenario: Scenario, words: list[str]) -> None:
    """With other names but the same streams, a run is the same, to the bit (R44)."""
    renamed, names = _renamed(scenario, words)

    assert figures(once(renamed)) == _called(figures(once(scenario)), names)


@given(mixes(), WORDS)
def test_names_of_products_are_only_names(scenario: Scenario, words: list[str]) -> None:
    """The same with several products, which have other names too."""
    renamed, names = _renamed(scenario, words)

    assert figures(once(renamed)) == _called(figures(once(scenario)), names)


@given(scenarios(NO_TIES), st.randoms(use_true_random=False))
def test_the_order_of_the_file_settles_only_ties(
    scenario: Scenario, random: Any
) -> None:
    """Where nothing ties, nodes may stand in the file in any order."""
    names = list(scenario.stages)
    random.shuffle(names)
    shuffled = scenario.changed(stages={name: scenario.stages[name] for name in names})
    plain, other = once(scenario), once(shuffled)
    shares = {share.name: share.value for share in other.shares}
    nodes = {node.name: node for node in other.nodes}

    assert other.departures.tolist() == plain.departures.tolist()
    assert {s.name: s.value for s in plain.shares} == pytest.approx(shares, abs=1e-12)
    for node in plain.nodes:
        assert nodes[node.name].out == node.out
        assert nodes[node.name].busy == pytest.approx(node.busy, abs=1e-12)
        assert nodes[node.name].queue_mean == pytest.approx(node.queue_mean, abs=1e-12)


@given(
    scenarios() | scenarios(ANYTHING | Feature.STATE),
    st.sampled_from([-3, -2, -1, 1, 2, 3]),
)
def test_the_unit_of_time_is_only_a_unit(scenario: Scenario, power: int) -> None:
    """With all rates scaled by a power of 2, the same happens in another unit.

    Other factors round differently, and may break ties differently.
    """
    factor = 2.0**power
    plain, scaled = once(scenario), once(_in_other_units(scenario, factor))

    assert (scaled.departures * factor).tolist() == plain.departures.tolist()
    assert scaled.shares == plain.shares
    assert scaled.other_shares == plain.other_shares
    assert scaled.wip_mean == plain.wip_mean
    assert repr(scaled.flow_p50 * factor) == repr(plain.flow_p50)
    for ours, theirs in zip(scaled.nodes, plain.nodes, strict=True):
        back = ours._replace(
            gap_mean=ours.gap_mean * factor,
            gap_variance=ours.gap_variance * factor**2,
            active_mean=ours.active_mean * factor,
        )
        assert repr(back) == repr(theirs)


def _in_other_units(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with rates a factor higher and times a factor shorter."""
    document = written(scenario)
    for node in document["stages"].values():
        for key in {"capacity", "rate", "arrivals", "demand"} & set(node):
            node[key] = _scaled(node[key], factor)
        _scale_times(node, factor)
        _scale_mean(node, "patience", factor)
    for way in document["flow"]:
        _scale_mean(way, "delay", factor)
    for said in document.get("state", {}).values():
        for items in said.values() if document["products"] else [said]:
            _scale_ages(items, factor)
    for calendar in document.get("calendars", {}).values():
        _scale_hours(calendar, factor)
    for key in ("horizon", "warmup"):
        document["run"][key] /= factor
    return Scenario.model_validate(document)


def _scale_times(node: Document, factor: float) -> None:
    for key in {"time", "due"} & set(node):
        node[key] = _scaled(node[key], 1 / factor)
    for key in node.get("availability", {}):
        node["availability"][key] /= factor


def _scale_hours(calendar: Document, factor: float) -> None:
    calendar["cycle"] /= factor
    for key in {"open", "closed"} & set(calendar):
        calendar[key] = [[time / factor for time in pair] for pair in calendar[key]]


def _scale_mean(entry: Document, key: str, factor: float) -> None:
    """Scale a mean time, with its shape or without."""
    said = entry.get(key)
    if isinstance(said, dict):
        said["mean"] /= factor
    elif said is not None:
        entry[key] /= factor


def _scale_ages(items: Document, factor: float) -> None:
    for key in {"working", "away"} & set(items):
        items[key] = [age / factor for age in items[key]]


def _scaled(rate: Any, factor: float) -> Any:
    if isinstance(rate, dict) and "profile" not in rate:
        return {product: _scaled(each, factor) for product, each in rate.items()}
    if isinstance(rate, dict):
        points = [[t / factor, r * factor] for t, r in rate["profile"]]
        season = {"every": rate["every"] / factor} if "every" in rate else {}
        return {"profile": points, **season}
    return rate * factor
