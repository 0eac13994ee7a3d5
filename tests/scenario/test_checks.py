"""The checks behind the messages, against independent answers."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario
from toc_sim.errors import MOST_SHOWN, Problem, ScenarioError, closest, quoted
from toc_sim.scenario.fields.flow import Way, left_over, read_flow, share_of
from toc_sim.scenario.fields.numbers import Profile, pointwise
from toc_sim.scenario.fields.sections import Effect, Tool
from toc_sim.scenario.file.yaml import read_document
from toc_sim.scenario.parameters.effects import after_effects, effects_of
from toc_sim.scenario.parts import components, is_cycle, leads_out
from toc_sim.testing.strategies import ANYTHING, Feature, documents
from toc_sim.testing.strategies.drawn_ways import in_circles

GRAPHS = st.dictionaries(
    st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9
)


@given(GRAPHS)
def test_groups_are_the_strongly_connected_components(
    drawn: dict[int, list[int]],
) -> None:
    """They are those that networkx finds, upstream before downstream."""
    graph = {item: drawn.get(item, []) for item in range(9)}
    oracle: nx.DiGraph[int] = nx.DiGraph()
    oracle.add_nodes_from(graph)
    oracle.add_edges_from((item, target) for item in graph for target in graph[item])
    found = list(components(graph))
    turn = {item: index for index, group in enumerate(found) for item in group}

    assert sorted(map(sorted, found)) == sorted(
        map(sorted, nx.strongly_connected_components(oracle))
    )
    assert all(turn[item] <= turn[target] for item in graph for target in graph[item])
    for group in found:
        inner = oracle.subgraph(group)
        assert is_cycle(graph, group) == (inner.number_of_edges() > 0)
        assert leads_out(graph, group) == any(
            target not in inner for item in group for target in oracle[item]
        )


@given(documents(ANYTHING & ~Feature.DELAY & ~Feature.LIMITS))
def test_full_buffers_all_around_a_circle_are_refused(drawn: dict[str, object]) -> None:
    """Where every buffer of a circle is finite, and only there, a line can lock up."""
    scenario = Scenario.model_validate(drawn)
    ways = [way.model_dump(exclude_defaults=True) for way in scenario.flow]
    nodes = {
        name: node.model_dump(exclude_none=True)
        for name, node in scenario.stages.items()
    }
    around = in_circles(nodes, ways)
    finite = {
        name: node.changed(buffer=3) if name in around else node
        for name, node in scenario.stages.items()
    }

    if around:
        with pytest.raises(ValueError, match="the line can lock up for ever"):
            scenario.changed(stages=finite)
    else:
        assert scenario.changed(stages=finite) == scenario


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_tools_does_not_matter(order: list[str]) -> None:
    """First what is set, then factors, then differences."""
    tools = {
        "a": Tool(effects={"shop.capacity": Effect(set=10)}),
        "b": Tool(effects={"shop.capacity": Effect(scale=1.5)}),
        "c": Tool(effects={"shop.capacity": Effect(add=3)}),
        "d": Tool(effects={"shop.capacity": Effect(scale=2), "shop.cv": Effect(set=1)}),
    }
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "A shop",
            "stages": {"shop": {"kind": "team", "capacity": 7}},
            "flow": [],
        }
    )
    values, problems = after_effects(
        effects_of(tools[name] for name in order), scenario.parts
    )

    assert values == {"shop.capacity": 33, "shop.cv": 1}
    assert problems == ()


def test_a_profile_jumps_to_its_later_point() -> None:
    """Linear between points, constant outside; at a jump the later one holds."""
    profile = Profile(profile=((0, 8), (100, 8), (100, 10), (150, 12)))

    assert [profile.at(time) for time in (-5, 0, 50, 100, 125, 150, 999)] == [
        *(8, 8, 8),
        *(10, 11, 12, 12),
    ]
    assert (profile.before(0), profile.before(100), profile.before(125)) == (8, 8, 11)


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(-9, 9), st.integers(0, 9)), min_size=1, max_size=4
        ),
        min_size=1,
        max_size=3,
    ),
    st.floats(-10, 10),
)
def test_a_sum_of_profiles_is_their_sum_at_every_time(
    drawn: list[list[tuple[int, int]]], time: float
) -> None:
    """Before a point and from it on."""
    profiles = [
        Profile(profile=tuple(sorted(points, key=lambda point: point[0])))
        for points in drawn
    ]
    total = pointwise(sum, profiles)

    assert isinstance(total, Profile)
    for moment in (time, *total.times):
        assert total.at(moment) == pytest.approx(sum(p.at(moment) for p in profiles))
        assert total.before(moment) == pytest.approx(
            sum(p.before(moment) for p in profiles)
        )


def test_shares_add_up_alike_on_every_python() -> None:
    """Python 3.12 began to add floats up another way; the exact sum is one and all."""
    ways = [Way(source="a", target=str(number), share=0.1) for number in range(10)]

    assert left_over(ways) == 0.0


def test_ways_without_a_label_share_what_is_left() -> None:
    """Equally, at each time."""
    rising = Profile(profile=((0, 0.2), (10, 0.8)))
    ways = (
        Way(source="a", target="b", share=rising),
        Way(source="a", target="c"),
        Way(source="a", target="d"),
    )
    left, each = left_over(ways), share_of(ways[1], ways)

    assert isinstance(left, Profile)
    assert isinstance(each, Profile)
    assert (left.times, each.times) == ((0, 10), (0, 10))
    assert left.values == pytest.approx((0.8, 0.2))
    assert each.values == pytest.approx((0.4, 0.1))
    assert share_of(ways[0], ways) == rising


@given(
    st.lists(
        st.one_of(
            st.text(),
            st.dictionaries(st.text(), st.one_of(st.none(), st.floats(), st.text())),
            st.integers(),
        )
    )
)
def test_each_line_of_a_flow_is_read_or_told(lines: list[object]) -> None:
    """Nothing that stands in a flow gets lost."""
    read = {line.place[1] for line in read_flow(lines)}

    assert read == set(range(len(lines)))


def test_a_message_stops_where_nobody_reads_on() -> None:
    """The error knows all problems and tells the first hundred."""
    problems = [Problem((f"p{number}",), "is wrong") for number in range(250)]
    error = ScenarioError(problems)

    assert len(error.problems) == 250
    assert len(str(error).splitlines()) == MOST_SHOWN + 1
    assert str(error).endswith("\n... and 150 more")


def test_the_nearest_word_is_found_among_many() -> None:
    """A typing error is understood in a file of thousands of names, too."""
    names = [f"machine_{number}" for number in range(5000)]

    assert closest("machin_4321", names) == "machine_4321"
    assert closest("machine_4322x", names) == "machine_4322"
    assert closest("conveyor", names) is None


def test_what_a_terminal_cannot_show_is_escaped() -> None:
    """Messages can be printed, whatever the file contains."""
    problem = Problem(
        ("a\x1b[31m", 3, ""), "is\x07wrong", "x\n", "no\ud800", place="f\t"
    )

    assert str(problem) == (
        "f\\t: a\\x1b[31m[3].'': is\\x07wrong (found x\\n)\n    hint: no\\ud800"
    )
    assert quoted("x" * 100) == f"'{'x' * 57}...'"


def test_a_document_knows_where_everything_is_written() -> None:
    """Values and keys have places, and what is not there is placed above it."""
    document = read_document("a:\n  b: [1, {c: 2}]\n", "file.yaml")
    assert document is not None

    assert document.spot(("a", "b", 1, "c")) == (2, 14)
    assert document.spot(("a", "b", 1, "c"), at_key=True) == (2, 11)
    assert document.spot(("a", "b", 1, "d")) == (2, 10)
    assert document.spot(("a", "x", "y")) == (1, 1)
    assert document.spot(("z",)) == (1, 1)
    assert document.shown(("a", "b", 0)) == "1"
    assert document.shown(("a", "z")) is None
