"""A tool is a function from a scenario to a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, load, with_tools
from toc_sim.engine.simulate import replicate
from toc_sim.errors import ScenarioError
from toc_sim.network.build import network as network_of
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.load import read
from toc_sim.scenario.overrides import differences, value_at
from toc_sim.theory.static import capacity as capacity_of

CUPS = Path(__file__).parents[2] / "scenarios" / "paper_cups_tools.yaml"
M2, SALES, M3, M1, MARKET = (
    "new_machine_2",
    "sales_training",
    "new_machine_3",
    "new_machine_1",
    "advertising",
)
SHOP = """\
format: 1
name: A shop
stages:
  talk: {kind: team, capacity: 10, conversion: 0.6}
  till: {kind: team, rate: 4, servers: 2}
flow:
  - talk -> till
"""


@pytest.fixture(name="cups", scope="module")
def _cups() -> Scenario:
    return load(CUPS)


def shop(**tools: object) -> Scenario:
    """Return a shop with some tools."""
    plain = read(SHOP, "shop.yaml")
    return Scenario.model_validate({**dict(plain), "tools": tools})


def effects(path: str = "talk.capacity", /, **effect: float) -> dict[str, object]:
    """Return what a tool does, as a file says it."""
    return {path: effect}


def test_tools_work_on_the_parameters_that_they_name(cups: Scenario) -> None:
    """Nothing but those changes, and the scenario before stays as it was."""
    after = with_tools(cups, [SALES, M2])

    assert list(map(str, differences(cups, after))) == [
        "machine_2.capacity: 8 -> 15",
        "sales.capacity: 9 -> 20",
    ]
    assert value_at(cups, "machine_2.capacity") == 8


def test_no_tools_change_nothing(cups: Scenario) -> None:
    """To do nothing is the scenario as it stands."""
    assert differences(cups, with_tools(cups, [])) == ()


@given(st.permutations(["set", "scale", "double", "add"]))
def test_the_order_of_tools_does_not_matter(order: list[str]) -> None:
    """First what is set, then factors, then differences: 20 x 1.5 x 2 + 3."""
    scenario = shop(
        add={"effects": effects(add=3)},
        set={"effects": effects(set=20)},
        scale={"effects": effects(scale=1.5)},
        double={"effects": effects(scale=2)},
    )

    after = with_tools(scenario, order)

    assert value_at(after, "talk.capacity") == 63


def test_a_tool_works_once(cups: Scenario) -> None:
    """What is applied belongs to the result: its tools are not there a second time."""
    scenario = shop(course={"effects": effects("talk.conversion", add=0.3)})

    after = with_tools(scenario, ["course"])

    assert value_at(after, "talk.conversion") == pytest.approx(0.9)
    assert after.tools == {}
    assert with_tools(cups, [M2]).expect is None


VERBS = [({"set": 30}, 20, 30), ({"scale": 1.5}, 12.5, 15), ({"add": -4}, 8, 6)]


@pytest.mark.parametrize(("effect", "half", "full"), VERBS)
def test_an_effect_begins_after_its_lead_time_and_grows_over_its_ramp(
    effect: dict[str, float], half: float, full: float
) -> None:
    """From none of it to all of it in a straight line; none in the warm-up."""
    tool = {"lead_time": 10, "ramp": 20, "effects": effects(**effect)}
    after = value_at(with_tools(shop(tool=tool), ["tool"]), "talk.capacity")
    assert isinstance(after, Profile)

    assert [after.at(time) for time in (-5, 0, 10, 20, 30, 99)] == pytest.approx(
        [10, 10, 10, half, full, full]
    )


def test_without_a_ramp_the_effect_comes_in_one_step() -> None:
    """All of it, from the end of the lead time on."""
    tool = {"lead_time": 10, "effects": effects(set=30)}
    after = value_at(with_tools(shop(tool=tool), ["tool"]), "talk.capacity")
    assert isinstance(after, Profile)

    assert (after.before(10), after.at(10), after.at(99)) == (10, 30, 30)


def test_a_tool_that_is_bought_later_begins_later() -> None:
    """Its lead time counts from the purchase; that of others from time 0."""
    scenario = shop(
        early={"lead_time": 10, "effects": effects(add=2)},
        late={"effects": effects(add=3)},
    )
    names, bought = ["early", "late"], {"late": 40.0}
    after = value_at(with_tools(scenario, names, bought=bought), "talk.capacity")
    assert isinstance(after, Profile)

    assert [after.at(time) for time in (0, 9, 10, 39, 40)] == [10, 10, 12, 12, 15]


def test_in_the_long_run_every_effect_is_full() -> None:
    """Without lead times, ramps and times of purchase."""
    tool = {"lead_time": 10, "ramp": 20, "effects": effects(scale=1.5)}
    after = with_tools(shop(tool=tool), ["tool"], bought={"tool": 7}, at_once=True)

    assert value_at(after, "talk.capacity") == 15


def test_a_tool_without_lead_time_was_always_there(cups: Scenario) -> None:
    """A plain number, the same in the warm-up as later."""
    assert value_at(with_tools(cups, [M2]), "machine_2.capacity") == 15
    assert value_at(with_tools(cups, [M2], bought={M2: 0}), "machine_2.capacity") == 15


RAMPS = st.tuples(
    st.sampled_from(["set", "scale", "add"]),
    st.floats(0.5, 20),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 30),
)


@given(st.lists(RAMPS, min_size=1, max_size=4), st.floats(-10, 100))
def test_tools_that_grow_together_follow_the_formula(
    drawn: list[tuple[str, float, int, int, int]], time: float
) -> None:
    """At each time: blended from the old value, times factors, plus differences."""
    drawn = [one for one in drawn if one[0] != "set"] + [
        one for one in drawn if one[0] == "set"
    ][:1]
    tools = {
        f"tool_{number}": {
            "lead_time": lead,
            "ramp": ramp,
            "effects": effects(**{verb: amount}),
        }
        for number, (verb, amount, lead, ramp, _) in enumerate(drawn)
    }
    bought = {name: float(one[4]) for name, one in zip(tools, drawn, strict=True)}
    after = value_at(with_tools(shop(**tools), tools, bought=bought), "talk.capacity")

    value, factor, difference = 10.0, 1.0, 0.0
    for verb, amount, lead, ramp, when in drawn:
        part = progress(time - when - lead, ramp, always=not (lead or ramp or when))
        value += (amount - value) * part if verb == "set" else 0
        factor *= 1 + (amount - 1) * part if verb == "scale" else 1
        difference += amount * part if verb == "add" else 0
    found = after.at(time) if isinstance(after, Profile) else after
    # Between points a product is followed by straight pieces.
    assert found == pytest.approx(value * factor + difference, rel=0.02)


def progress(since: float, ramp: float, *, always: bool) -> float:
    """Return how much of its effect a tool has some time after its lead time."""
    if always:
        return 1.0
    if ramp == 0:
        return float(since >= 0)
    return min(max(since / ramp, 0.0), 1.0)


def test_of_two_tools_that_set_the_same_the_first_one_counts() -> None:
    """What is there already cannot come a second time."""
    scenario = shop(
        slow={"lead_time": 20, "effects": effects(set=30)},
        quick={"lead_time": 5, "effects": effects(set=30)},
    )
    after = value_at(with_tools(scenario, ["slow", "quick"]), "talk.capacity")
    assert isinstance(after, Profile)

    assert [after.at(time) for time in (4, 5, 20, 99)] == [10, 30, 30, 30]


def test_the_engine_reads_the_rate_of_the_moment() -> None:
    """A second seller from the middle of the run on is half a seller on average."""
    text = SHOP.replace("capacity: 10, conversion: 0.6", "capacity: 10")
    text += "tools: {fast: {lead_time: 50, effects: {talk.capacity: {set: 5}}}}\n"
    text += "run: {horizon: 100, warmup: 0}\n"
    slower = with_tools(read(text, "shop.yaml"), ["fast"])
    (run,) = replicate(network_of(slower), 0)

    assert capacity_of(network_of(slower)).throughput == pytest.approx(7.5)
    assert run.nodes[0].started == pytest.approx(750, abs=2)


def test_what_is_counted_cannot_be_bought_later() -> None:
    """Servers are there for the whole run, or not at all."""
    scenario = shop(hire={"effects": effects("till.servers", add=1)})

    assert value_at(with_tools(scenario, ["hire"]), "till.servers") == 3
    with pytest.raises(ScenarioError) as refused:
        with_tools(scenario, ["hire"], bought={"hire": 5})
    assert str(refused.value) == (
        "till.servers: cannot change during a run\n"
        "    hint: leave out 'lead_time' and 'ramp', or change the 'rate' instead"
    )
    later = with_tools(scenario, ["hire"], bought={"hire": 5}, at_once=True)
    assert value_at(later, "till.servers") == 3
