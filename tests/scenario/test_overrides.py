"""Parameters are read and changed by their paths, together, and checked like a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc_sim import Scenario, load
from toc_sim.errors import ScenarioError
from toc_sim.scenario.fields.nodes import Market, Source, Stage
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.load import read
from toc_sim.scenario.overrides import differences, overridden, value_at
from toc_sim.testing.strategies import ANYTHING, Feature, scenarios
from toc_sim.tools import variant

FOLDER = Path(__file__).parent / "valid"


@pytest.fixture(name="company", scope="module")
def _company() -> Scenario:
    return load(FOLDER / "every_key.yaml")


@pytest.fixture(name="cups", scope="module")
def _cups() -> Scenario:
    return load(FOLDER / "smallest.yaml")


VALUES = {
    "leads.arrivals": 40,
    "qualify.rate": 8,
    "qualify.capacity": 24,
    "meet.time": 0.5,
    "meet.rate": None,
    "closing.availability.mean_time_to_repair": 2,
    "meet.availability.mean_time_to_repair": None,
    "market.benchmark.demand": 14,
    "resources.sellers.servers": 4,
    "flow.meet->closing": 0.6,
    "flow.meet -> closing": 0.6,
    "flow.leads->qualify": 1,
    "flow.market->meet.delay": 8,
    "economics.price": 900,
    "economics.variable_cost.commission": 90,
    "run.seed": 7,
    "release": "push",
    "release.conwip": None,
}


@pytest.mark.parametrize(("path", "value"), VALUES.items())
def test_a_value_is_found_by_its_path(
    company: Scenario, path: str, value: object
) -> None:
    """Every parameter of the format has a path."""
    assert value_at(company, path) == value


NOWHERE = {
    "machin_2.capacity": ("machin_2.capacity", "machine_2.capacity"),
    "machine_2.capacty": ("machine_2.capacty", "machine_2.capacity"),
    "flow.sales -> markt": ("flow.sales -> markt", "flow.sales->market"),
    "runn.seed": ("runn.seed", "run.seed"),
    "run.sed": ("run.sed", "run.seed"),
    "economic.price": ("economic.price", "economics.price"),
}


@pytest.mark.parametrize(("path", "words"), NOWHERE.items())
def test_a_path_that_leads_nowhere_names_the_nearest_that_does(
    cups: Scenario, path: str, words: tuple[str, str]
) -> None:
    """A typing error in a path is answered with the right one."""
    found, meant = words

    with pytest.raises(ScenarioError) as refused:
        value_at(cups, path)

    assert str(refused.value) == (
        f"{found}: no parameter is called '{found}'\n    hint: did you mean '{meant}'?"
    )


def test_costs_of_a_file_without_money_lead_nowhere(cups: Scenario) -> None:
    """A name in a table that is not there is nobody's."""
    with pytest.raises(ScenarioError) as refused:
        value_at(cups, "economics.variable_cost.paper")

    assert str(refused.value) == (
        "economics.variable_cost.paper: no parameter is called "
        "'economics.variable_cost.paper'"
    )


def test_a_path_to_a_whole_entry_is_told_how_to_go_on(cups: Scenario) -> None:
    """A node is not a parameter."""
    with pytest.raises(ScenarioError) as refused:
        value_at(cups, "machine_2")

    assert str(refused.value) == (
        "machine_2: a path leads to a parameter, not to a whole entry\n"
        "    hint: write it like 'machine_2.capacity'"
    )


def test_several_changes_are_applied_before_anything_is_checked(cups: Scenario) -> None:
    """Two changes may only be possible together."""
    path = "flow.machine_2->machine_3"
    changes = {"machine_1.distribution": "gamma", "machine_1.cv": 0.5, path: 0.25}
    changed = cups.changed(changes)

    assert value_at(changed, "machine_1.cv") == 0.5
    assert value_at(changed, path) == 0.25
    with pytest.raises(ScenarioError):
        cups.changed({"machine_1.distribution": "gamma"})


def test_the_original_stays_as_it_is(cups: Scenario) -> None:
    """Changing a scenario returns another one."""
    before = cups.model_copy(deep=True)
    cups.changed({"machine_2.capacity": 15, "release.conwip": 4})

    assert cups == before


def test_a_rate_takes_the_place_of_a_capacity_and_back(
    cups: Scenario, company: Scenario
) -> None:
    """A stage has one pace, said in either way."""
    by_rate = cups.changed({"machine_2.rate": 3, "machine_2.servers": 2})
    by_capacity = company.changed({"qualify.capacity": 30})
    machine, team = by_rate.stages["machine_2"], by_capacity.stages["qualify"]

    assert isinstance(machine, Stage)
    assert isinstance(team, Stage)
    assert (machine.rate, machine.capacity) == (3, None)
    assert (team.rate, team.capacity, team.servers) == (None, 30, 3)


def test_a_release_policy_takes_the_place_of_another(company: Scenario) -> None:
    """There is one release policy."""
    capped = company.changed({"release.conwip": 12})
    tied = capped.changed(
        {
            "release.drum_buffer_rope.drum": "closing",
            "release.drum_buffer_rope.buffer": 6,
        }
    )
    looser = tied.changed({"release.drum_buffer_rope.buffer": 9.0})

    assert value_at(capped, "release.conwip") == 12
    assert value_at(tied, "release.drum_buffer_rope.drum") == "closing"
    assert value_at(looser, "release.drum_buffer_rope.buffer") == 9
    assert value_at(tied.changed({"release": "push"}), "release") == "push"


def test_money_may_be_added_where_there_was_none(cups: Scenario) -> None:
    """A section that the file leaves out can be set."""
    assert value_at(cups.changed({"economics.price": 3}), "economics.price") == 3


def test_a_whole_number_may_come_out_of_arithmetic(company: Scenario) -> None:
    """Three times two servers are six, whatever Python calls them."""
    changed = company.changed(
        {"resources.sellers.servers": 6.0, "qualify.servers": 3.0}
    )

    assert value_at(changed, "resources.sellers.servers") == 6
    assert value_at(changed, "qualify.servers") == 3


def test_a_whole_number_of_a_product_may_come_out_of_arithmetic() -> None:
    """A priority is whole, also where each product has its own."""
    data = {
        "format": 1,
        "name": "Two products",
        "products": {"P": {}, "Q": {}},
        "stages": {
            "orders": {"kind": "source", "arrivals": {"P": 1, "Q": 1}},
            "cutting": {
                "kind": "machine",
                "rate": 3,
                "priority": {"P": 1, "Q": 0},
            },
        },
        "flow": ["orders -> cutting"],
    }
    changed = Scenario.model_validate(data).changed({"cutting.priority.Q": 2.0})

    assert value_at(changed, "cutting.priority.Q") == 2


REFUSALS = {
    "machine_2.capacity=abc": "machine_2.capacity=abc: must be a number",
    "machine_2.capacity=-8": "machine_2.capacity=-8: must be greater than 0",
    "machine_2.capacity=": (
        "machine_2.capacity=: needs a 'capacity' (of the whole stage), "
        "a 'rate' (of each server) or a 'time' (of each service)"
    ),
    "machine_2.servers=2.5": "machine_2.servers=2.5: must be a whole number",
    "market.demand={profile: [[0, 3], [5, -1]]}": (
        "market.demand={profile: [[0, 3], [5, -1]]}: must not be negative at any time"
    ),
    "machine_2.capacity=[1": (
        "machine_2.capacity=[1: the bracket that opens here is never closed"
    ),
    "machine_2.capacity={a: 1, a: 2}": (
        "machine_2.capacity={a: 1, a: 2}: is written twice, first in line 1"
    ),
    "machine_2.availability.mean_time_to_repair=2": (
        "machine_2.availability.mean_time_to_repair=2: "
        "availability.mean_time_between_failures: missing"
    ),
    "flow.machine_2->machine_3=0": (
        "flow.machine_2->machine_3=0: stages.machine_2: "
        "no way leads from it to a buyer\n"
        "    hint: lead a way with a share above 0 to a market or to a last stage"
    ),
    "machine_3.distribution=gamma": (
        "machine_3.distribution=gamma: a gamma distribution needs a 'cv'"
    ),
    "sales.routing=free": (
        "sales.routing=free: stages.sales.routing: "
        "a free choice needs two ways or more out of 'sales' (found free)"
    ),
}


@pytest.mark.parametrize(("given", "words"), REFUSALS.items())
def test_an_override_is_refused_in_these_words(
    cups: Scenario, given: str, words: str
) -> None:
    """A problem begins with the override that causes it."""
    path, _, text = given.partition("=")

    with pytest.raises(ScenarioError) as refused:
        overridden(cups, {path: text})

    assert str(refused.value) == words


def test_all_overrides_are_told_at_once(cups: Scenario) -> None:
    """One run of the program tells every problem."""
    with pytest.raises(ScenarioError) as refused:
        overridden(cups, {"a.b": "1", "sales.capacity": "[", "run.horizon": "0"})

    places = [str(*problem.asked) for problem in refused.value.problems]
    assert places == ["sales.capacity=[", "a.b=1", "run.horizon=0"]


def test_overrides_are_read_like_a_file() -> None:
    """An override is what the file would say."""
    text = (FOLDER / "smallest.yaml").read_text(encoding="utf-8")
    changes = {
        "machine_2.capacity": "{profile: [[0, 8], [10, 12]]}",
        "sales.buffer": "7",
        "market.unmet": "backlog",
        "machine_1.title": "'12'",
    }
    scenario = read(text, "cups.yaml", changes)

    assert isinstance(value_at(scenario, "machine_2.capacity"), Profile)
    assert value_at(scenario, "sales.buffer") == 7
    assert value_at(scenario, "market.unmet") == "backlog"
    assert scenario.title("machine_1") == "12"


@given(scenarios(ANYTHING & ~Feature.PRODUCTS), st.data())
def test_what_is_put_in_is_what_comes_out(
    scenario: Scenario, data: st.DataObject
) -> None:
    """A changed parameter has its new value, and no other has changed.

    What was set twice is known, if it was not before.
    """
    name = data.draw(st.sampled_from(sorted(scenario.stages)))
    node = scenario.stages[name]
    field = (
        "arrivals"
        if isinstance(node, Source)
        else "demand"
        if isinstance(node, Market)
        else "time"
        if node.resource
        else data.draw(st.sampled_from(["rate", "capacity"]))
    )
    value = data.draw(st.floats(0.5, 50))
    changed = scenario.changed({f"{name}.{field}": value})
    back = changed.changed({f"{name}.{field}": value_at(scenario, f"{name}.{field}")})

    assert value_at(changed, f"{name}.{field}") == value
    assert changed.flow == scenario.flow
    assert {**changed.stages, name: node} == scenario.stages
    if getattr(node, field) is not None:
        still = {"uncertain": back.uncertain, "measure": back.measure}
        assert back == scenario.changed(**still)


def test_patience_is_one_number_or_a_mean_with_its_shape() -> None:
    """Either way it has a path; a new number takes the place of the whole."""
    lounge = load(FOLDER / "other_forms.yaml")
    longer = lounge.changed({"été_2.patience": 6, "заказчик.patience.mean": 10})
    plain = lounge.changed({"заказчик.patience": 5})

    assert value_at(lounge, "été_2.patience") == 4
    assert value_at(lounge, "заказчик.patience.mean") == 9
    assert value_at(longer, "été_2.patience") == 6
    assert value_at(longer, "заказчик.patience.cv") == 0.5
    assert value_at(plain, "заказчик.patience") == 5


def test_customers_at_the_start_are_a_number_like_any_other() -> None:
    """They are set, counted in whole, and told where two scenarios differ."""
    text = (
        "format: 1\nname: club\nstages:\n  a: {kind: team, rate: 9}\n"
        "  m: {kind: market, demand: 9}\nflow:\n  - a -> m\n"
        "  - m -> a: {share: 0.5, delay: 2}\nrun: {warmup: 0}\n"
    )
    few = read(text, "club.yaml")
    many = overridden(few, {"flow.m -> a.customers": "40"})

    assert [str(each) for each in differences(few, many)] == [
        "flow.m->a.customers: 0 -> 40"
    ]
    assert many.changed({"flow.m->a.customers": 50.0}).flow[1].customers == 50
    with pytest.raises(ScenarioError, match=r"must be a whole number"):
        overridden(few, {"flow.m->a.customers": "4.5"})


@pytest.fixture(name="shop", scope="module")
def _shop() -> Scenario:
    return load(FOLDER / "overtime.yaml")


CALENDARS = {
    "calendars.day.hours": 8,
    "calendars.day.open": ((8, 16),),
    "calendars.day.cycle": 24,
    "calendars.day.at_close": "finish",
    "mill.calendar": "day",
}


@pytest.mark.parametrize(("path", "value"), CALENDARS.items())
def test_opening_hours_are_found_by_their_path(
    shop: Scenario, path: str, value: object
) -> None:
    """All of a calendar, how long it is open, and which one a stage keeps."""
    assert value_at(shop, path) == value


def test_hours_are_told_as_the_shifts_that_they_make(shop: Scenario) -> None:
    """What differs is what a file says: the shifts; after a new cycle, in that."""
    [change] = differences(shop, shop.changed({"calendars.day.hours": 10}))
    both = shop.changed({"calendars.day.hours": 30, "calendars.day.cycle": 36})

    assert str(change) == "calendars.day.open: [[8, 16]] -> [[8, 18]]"
    assert both.calendars["day"].open == ((0, 2), (8, 36))


def test_tools_and_variants_change_hours(shop: Scenario) -> None:
    """A tool adds to the hours of the variant that it works on, in proportion."""
    found = {name: variant(shop, name) for name in shop.variants}

    day = found["as_a_number"].calendars["day"]
    assert found["as_a_list"].calendars["day"].hours == 13
    assert day.hours == pytest.approx(15)
    ends = [end for _, end in day.open]
    assert [begin for begin, _ in day.open] == [6, 13]
    assert ends == pytest.approx([6 + 6 * 15 / 13, 13 + 7 * 15 / 13])
    assert found["by_name"].stages["mill"].calendar == "two_shifts"
    assert found["by_name"].calendars["two_shifts"].at_close == "pause"
