"""One cup and many cups; who is, and who are."""

from __future__ import annotations

import pickle

import pytest

from toc_sim import ScenarioError, dump
from toc_sim.language import is_many
from toc_sim.scenario.fields.words import Noun, plural
from toc_sim.scenario.load import read

LINE = """\
format: 1
name: Line
item: {item}
period: {period}
stages: {{a: {{kind: machine, capacity: 2}}, b: {{kind: machine, capacity: 3}}}}
flow: [a -> b]
"""


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("cup", "cups"),
        ("box", "boxes"),
        ("bus", "buses"),
        ("batch", "batches"),
        ("dish", "dishes"),
        ("party", "parties"),
        ("day", "days"),
        ("sales order", "sales orders"),
        ("person", "persons"),
        ("штука", "штука"),
        ("m2", "m2"),
        ("h", "h"),
        ("min", "min"),
    ],
)
def test_english_plurals_follow_rules(one: str, many: str) -> None:
    """A word that no rule is for keeps its form; people must be given."""
    assert plural(one) == many


def test_a_plural_that_is_given_goes_before_the_rules() -> None:
    """A noun is its singular, in another process too."""
    person = pickle.loads(pickle.dumps(Noun("person", "people")))  # noqa: S301 - our own

    assert person == "person"
    assert (person.of("1"), person.of("1.5")) == ("person", "people")


@pytest.mark.parametrize(
    ("title", "many"),
    [
        ("sellers", True),
        ("account executives", True),
        ("leads", True),
        ("first_visits", True),
        ("clients: cafe owners", True),
        ("staff", True),
        ("order of work of sellers", False),
        ("room before sellers", False),
        ("batches of the press", True),
        ("sales", False),
        ("logistics", False),
        ("glass", False),
        ("bus", False),
        ("analysis", False),
        ("machine_2", False),
        ("s22", False),
        ("bots 2", False),
        ("gps", False),
        ("", False),
        ("Менеджеры по продажам", True),
        ("Ещё менеджеры", True),
        ("продажи", True),
        ("рабочие", True),
        ("новые станки", True),
        ("часы работы «day»", True),
        ("отдел продаж", False),
        ("линия розлива", False),
        ("решение", False),
        ("такси", False),
    ],
)
def test_names_are_one_or_many(title: str, *, many: bool) -> None:
    """By their last word; in Russian by the first."""
    assert is_many(title) is many


def test_a_file_may_give_both_forms() -> None:
    """And it is written as it was read."""
    text = LINE.format(item="{one: person, many: people}", period="day")
    scenario = read(text, "line.yaml")

    assert (scenario.item, scenario.item.many) == ("person", "people")
    assert (scenario.period, scenario.period.many) == ("day", "days")
    assert read(dump(scenario), "again.yaml").item.many == "people"


def test_a_half_given_plural_is_refused() -> None:
    """With the form that it should have."""
    with pytest.raises(ScenarioError, match="one: person, many: people"):
        read(LINE.format(item="{one: person}", period="day"), "line.yaml")
