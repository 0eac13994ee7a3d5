"""What a good file may look like: every key, both formats, any language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toc_sim import load
from toc_sim.scenario.fields.behaviour import Empirical
from toc_sim.scenario.fields.nodes import Market, Source, Stage
from toc_sim.scenario.fields.numbers import Profile
from toc_sim.scenario.file.yaml import read_document
from toc_sim.scenario.load import read

HERE = Path(__file__).parent
FILES = sorted(
    (*(HERE / "valid").glob("*.yaml"), *(HERE.parents[1] / "scenarios").rglob("*.yaml"))
)
LINE = """\
format: 1
name: A line
stages:
  cut: {kind: machine, capacity: 12}
  pack: {kind: machine, capacity: 8}
flow:
  - cut -> pack
"""


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_good_file_is_read(path: Path) -> None:
    """Each good file is a scenario."""
    scenario = load(path)

    assert scenario.name
    assert scenario.stages


def test_the_smallest_file_takes_the_defaults() -> None:
    """What is not said is as documented."""
    scenario = load(HERE / "valid" / "smallest.yaml")
    machine, market = scenario.stages["machine_1"], scenario.stages["market"]

    assert (scenario.item, scenario.period, scenario.currency) == ("cup", "hour", "")
    assert isinstance(machine, Stage)
    assert (machine.servers, machine.buffer, machine.conversion) == (1, "unlimited", 1)
    assert (machine.spread, machine.priority, machine.cost_per_item) == (0, 0, 0)
    assert isinstance(market, Market)
    assert (market.unmet, market.buffer, market.routing) == (
        "lost",
        "unlimited",
        "shares",
    )
    assert (scenario.release, scenario.resources, scenario.economics) == (
        "push",
        {},
        None,
    )
    assert (scenario.run.horizon, scenario.run.warmup) == (500, "auto")
    assert (scenario.run.replications, scenario.run.seed) == (20, 7)
    assert scenario.run.confidence == 0.95


def test_every_key_is_read() -> None:
    """The file with every key of the format says what it says."""
    scenario = load(HERE / "valid" / "every_key.yaml")
    leads, qualify = scenario.stages["leads"], scenario.stages["qualify"]
    way = scenario.flow[-1]

    assert isinstance(leads, Source)
    assert (leads.arrivals, leads.spread, leads.overflow) == (40, 1, "wait")
    assert isinstance(qualify, Stage)
    assert (qualify.rate, qualify.servers, qualify.buffer) == (8, 3, 20)
    assert (qualify.title, qualify.cost_per_item) == ("First call", 3)
    assert (way.name, way.share, way.delay) == ("market->meet", 0.3, 8)
    assert scenario.resources["sellers"].servers == 4
    assert scenario.tools["loyalty_program"].requires == ("crm",)
    assert scenario.variants["cautious"].set == {"leads.arrivals": 35}
    assert scenario.title("qualify") == "First call"
    assert scenario.title("crm") == "crm"
    assert scenario.title("nobody") == "nobody"


def test_all_that_the_format_knows_besides() -> None:
    """Profiles, empirical chance, free choice, a rope, words of many languages."""
    scenario = load(HERE / "valid" / "other_forms.yaml")
    drawing = scenario.stages["чертёж"]

    assert isinstance(drawing, Stage)
    assert isinstance(drawing.rate, Profile)
    assert isinstance(drawing.distribution, Empirical)
    assert scenario.flow[0].share is None
    assert isinstance(scenario.flow[-1].share, Profile)


def test_json_is_yaml() -> None:
    """A JSON file is read too, with tabs and letters written as pairs."""
    document = read_document(LINE.replace("A line", "Линия 😀"), "line.yaml")
    assert document is not None

    for indent in (None, 2, "\t"):
        text = json.dumps(document.root.value, indent=indent)
        assert read(text, "line.json").name == "Линия 😀"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_as_editors_save_them(encoding: str) -> None:
    """UTF-8 with and without its mark, and UTF-16 with it, are read."""
    content = LINE.replace("A line", "Линия").encode(encoding)

    assert read(content, "line.yaml").name == "Линия"


def test_windows_line_ends() -> None:
    """A file saved on Windows is read."""
    assert read(LINE.replace("\n", "\r\n"), "line.yaml") == read(LINE, "line.yaml")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2024-01-31", "2024-01-31"),
        ("'5'", "5"),
        ("~x", "~x"),
        ('"a\\tb"', "a\tb"),
    ],
)
def test_plain_words_are_text(written: str, meant: object) -> None:
    """YAML 1.2 has none of the traps of YAML 1.1."""
    assert read(LINE.replace("A line", written), "line.yaml").name == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("010", 10), ("1e1", 10), ("+.5e+1", 5), ("0x10", 16), ("0o17", 15), ("7.", 7)],
)
def test_numbers_of_yaml_1_2(written: str, meant: object) -> None:
    """Numbers are those of the core schema."""
    scenario = read(LINE.replace("capacity: 12", f"capacity: {written}"), "line.yaml")
    cut = scenario.stages["cut"]

    assert isinstance(cut, Stage)
    assert cut.capacity == meant


def test_names_that_look_like_something_else() -> None:
    """A node may be called by a number, or by a word that YAML knows."""
    text = LINE.replace("cut", "1").replace("pack", "null")

    assert list(read(text, "line.yaml").stages) == ["1", "null"]


def test_an_anchor_repeats_what_it_marks() -> None:
    """Anchors and aliases of YAML are read, as long as they stay few."""
    text = LINE.replace("{kind: machine, capacity: 12}", "&m {kind: machine, rate: 2}")
    text = text.replace("{kind: machine, capacity: 8}", "*m")
    scenario = read(text, "line.yaml")

    assert scenario.stages["cut"] == scenario.stages["pack"]


def test_one_stage_alone_needs_no_way() -> None:
    """A scenario of one stage has an empty flow."""
    text = "format: 1\nname: Shop\nstages: {shop: {kind: team, rate: 2}}\nflow: []\n"

    assert read(text, "shop.yaml").flow == ()
