"""What `toc-sim capacity` tells people and machines."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from toc_sim.cli import main

ROOT = Path(__file__).parents[2]
CUPS = str(ROOT / "scenarios" / "paper_cups.yaml")
TOOLS = str(ROOT / "scenarios" / "paper_cups_tools.yaml")
RANDOM = str(ROOT / "scenarios" / "paper_cups_random.yaml")
COMPANY = str(ROOT / "tests" / "scenario" / "valid" / "every_key.yaml")
NO_LIMITS = [
    f"--set={name}.buffer=unlimited"
    for name in ("machine_2", "machine_3", "sales", "market")
]
PAGE = ROOT / "docs" / "results.md"


def toc_sim(*arguments: str, given: str | None = None) -> Result:
    """Give the command."""
    return CliRunner().invoke(main, ["capacity", *arguments], input=given)


def told(*arguments: str) -> str:
    """Return what is printed, if all went well."""
    result = toc_sim(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def answered(*arguments: str) -> dict[str, Any]:
    """Return the JSON."""
    answer: dict[str, Any] = json.loads(told(*arguments, "--json"))
    return answer


def without_file(*stages: str, flow: str, more: str = "") -> str:
    """Return the scenario of a few stages, given by lines of YAML."""
    body = "\n".join(f"  {stage}" for stage in stages)
    return f"format: 1\nname: small\nstages:\n{body}\nflow:\n  - {flow}\n{more}"


ALL_OF_IT = "it answers for 100 % of the throughput of exactly"
SENTENCES = [
    ([CUPS], f"machine_2 is the constraint: {ALL_OF_IT} 8.00 cup/hour."),
    (
        [CUPS, "--set=sales.capacity=8"],
        (
            "machine_2 and sales tie as the constraint at exactly 8.00 cup/hour: only "
            "lifting them together brings more."
        ),
    ),
    (
        [TOOLS, "--tool=new_machine_2"],
        f"sales is the constraint: {ALL_OF_IT} 9.00 cup/hour.",
    ),
    (
        [CUPS, "--set=market.demand=4"],
        f"The market is the constraint: {ALL_OF_IT} 4.00 cup/hour.",
    ),
    (
        [RANDOM, "--set=release.conwip=6"],
        (
            "The release policy (conwip 6) is the constraint: one item more lifts the "
            "throughput of exactly 5.78 cup/hour further than 10 % more speed anywhere."
        ),
    ),
    (
        [RANDOM, *NO_LIMITS, "--set=release.conwip=12"],
        (
            "machine_2 leads as the constraint: it answers for 46 % of the throughput "
            "of exactly 7.07 cup/hour, the rest is spread over others."
        ),
    ),
    (
        [RANDOM],
        (
            "No theory is exact here: capacity alone allows 8.00 cup/hour, with "
            "machine_2 as the constraint."
        ),
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), SENTENCES)
def test_quiet_is_one_sentence(arguments: list[str], sentence: str) -> None:
    """The first one of the report, and the one of the JSON."""
    assert told(*arguments, "--quiet") == f"{sentence}\n"
    assert " ".join(told(*arguments).split()).startswith(sentence)
    assert answered(*arguments)["sentence"] == sentence


def test_equals_are_named_together() -> None:
    """None of them is a tie: each alone brings its part."""
    stages = [
        f"{name}: {{kind: machine, capacity: 1, distribution: exponential}}"
        for name in "abc"
    ]
    text = without_file(*stages, flow="a -> b -> c", more="release: {conwip: 30}\n")

    answer = toc_sim("-", "--quiet", given=text)

    assert answer.stdout == (
        "a, b and c are the constraint alike: each answers for 33 % of the throughput "
        "of exactly 0.938 item/period.\n"
    )


def test_what_stands_in_the_way_is_told() -> None:
    """Of each theory, all of it."""
    report = " ".join(told(RANDOM).split())

    limited = "machine_2, machine_3, sales and market have room for only so many"
    assert "it takes a simulation (toc-sim run)" in report
    assert (
        "It is no line without chance: machine_1, machine_2, machine_3, sales and "
        "market have random times." in report
    )
    assert f"It is no open network in product form: {limited}." in report
    assert (
        "It is no closed network in product form: nothing limits what is inside; "
        f"{limited}." in report
    )


def test_what_grows_without_end_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the table, and in words."""
    monkeypatch.setenv("COLUMNS", "100")
    report = told(RANDOM, *NO_LIMITS)

    [row] = [line for line in report.splitlines() if line.startswith("> ")]
    assert row.split()[2:] == [
        "8",
        "8.00",
        "100.0",
        *3 * ["grows"],
        "100.0",
        "constraint",
    ]
    assert "Work in progress grows without end." in report
    node = answered(RANDOM, *NO_LIMITS)["exact"]["nodes"]["machine_2"]
    assert node["queue"] == {"mean": None, "grows": True}


def test_the_next_constraint_is_told_where_it_jumps() -> None:
    """By capacity alone; with queues it moves by degrees, and nothing is said."""
    assert (
        "With machine_2 lifted away, the next limit is sales, at 9.00 cup/hour by "
        "capacity alone." in " ".join(told(CUPS).split())
    )
    assert "lifted away" not in told(RANDOM, "--set=release.conwip=6")


def test_tools_come_with_what_they_require() -> None:
    """And work in full, however long that takes them."""
    answer = answered(COMPANY, "--tool", "loyalty_program")

    assert answer["tools"] == ["loyalty_program", "crm"]
    report = " ".join(
        told(TOOLS, "--tool=new_machine_3", "--tool=new_machine_2").split()
    )
    assert "with tools, new_machine_2 and new_machine_3 at work: exact" in report


@pytest.mark.parametrize("width", ["50", "80", "140"])
@pytest.mark.parametrize(
    "arguments", [[CUPS], [RANDOM], [RANDOM, "--set=release.conwip=6"], [COMPANY]]
)
def test_no_line_is_wider_than_the_window(
    arguments: list[str], width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are left out before lines are broken, and there is no colour."""
    monkeypatch.setenv("COLUMNS", width)

    report = told(*arguments)

    assert max(len(line.rstrip()) for line in report.splitlines()) <= int(width)
    assert "\x1b" not in report


def fields(value: Any, path: str = "") -> set[str]:
    """Return the paths of all figures and texts, written as on the page."""
    if isinstance(value, list):
        return set().union(*(fields(each, f"{path}[]") for each in value))
    if not isinstance(value, dict) or path == "static":
        return {path}
    found: set[str] = set()
    for key, each in value.items():
        name = "NAME" if path == "exact.nodes" else key
        found |= fields(each, f"{path}.{name}" if path else name)
    return found


def test_the_page_and_the_json_tell_of_the_same_fields() -> None:
    """No field without its explanation, and none explained that is not there."""
    page = PAGE.read_text("utf-8").split("## What `toc-sim capacity")[1]
    page = page.split("## What `toc-sim compare")[0]
    cells = re.findall(r"^\|([^|]*)\|", page, flags=re.MULTILINE)
    documented = set(re.findall(r"`([^`]+)`", " ".join(cells)))
    seen = fields(answered(TOOLS, "--tool=advertising")) | fields(answered(RANDOM))

    assert seen - {"exact"} == documented - {"exact"}
    assert {"exact"} < documented


def test_the_json_has_the_figures() -> None:
    """Those of M/M/1 at a load of 80 %."""
    random = "distribution: exponential"
    text = without_file(
        f"door: {{kind: source, arrivals: 0.8, {random}}}",
        f"desk: {{kind: team, capacity: 1, {random}}}",
        flow="door -> desk",
    )

    answer = json.loads(toc_sim("-", "--json", given=text).stdout)

    assert answer["exact"]["method"] == "open_network"
    assert answer["exact"]["wip"]["mean"] == pytest.approx(4)
    assert answer["exact"]["flow_time"]["mean"] == pytest.approx(5)
    assert answer["exact"]["nodes"]["desk"]["queue"]["mean"] == pytest.approx(3.2)
    assert answer["exact"]["nodes"]["door"]["busy"] is None
    assert [each["method"] for each in answer["refusals"]] == [
        "still_line",
        "closed_network",
    ]


REFUSED = [
    ([CUPS, "--tool=ad"], 1, "no tool is called 'ad'"),
    ([CUPS, "--set=machine_2.capcity=9"], 1, "did you mean 'machine_2.capacity'?"),
    ([CUPS, "--set=machine_2"], 2, "is not of the form PATH=VALUE"),
    (["missing.yaml"], 1, "missing.yaml"),
]


@pytest.mark.parametrize(("arguments", "code", "text"), REFUSED)
def test_what_is_refused(arguments: list[str], code: int, text: str) -> None:
    """In words, on stderr, with nothing on stdout."""
    result = toc_sim(*arguments)

    assert result.exit_code == code, result.output
    assert text in result.stderr
    assert result.stdout == ""


def run(*arguments: str) -> Result:
    """Simulate for a short time."""
    short = ["--horizon=40", "--warmup=5", "--replications=2"]
    return CliRunner().invoke(main, ["run", *arguments, *short])


def test_a_run_says_when_it_was_not_needed() -> None:
    """In one sentence, and in JSON."""
    report = " ".join(run(CUPS).stdout.split())
    answer = json.loads(run(CUPS, "--json").stdout)["theory"]

    sentence = (
        "Theory gives this exactly, without a simulation: in the long run 8.00 "
        "cup/hour, with machine_2 as the constraint (toc-sim capacity)."
    )
    assert sentence in report
    assert answer["sentence"] == sentence
    assert answer["exact"] is True
    assert answer["throughput"] == pytest.approx(8)
    assert answer["constraint"] == ["machine_2"]


def test_a_run_that_was_needed_says_nothing_of_theory() -> None:
    """But why not, to machines."""
    answer = json.loads(run(RANDOM, "--json").stdout)["theory"]

    assert "Theory" not in run(RANDOM).stdout
    assert answer["exact"] is False
    assert answer["sentence"] == ""
    assert answer["throughput"] is None
    assert len(answer["refusals"]) == 3


SMALL = """\
format: 1
name: small rates
stages:
  a: {kind: machine, capacity: 0.004}
  b: {kind: machine, capacity: 0.003}
  out: {kind: market, demand: 1000}
flow: [a -> b -> out]
"""


def test_small_capacities_beside_a_large_one_keep_their_digits() -> None:
    """A market that takes all does not turn the others into 0."""
    report = toc_sim("-", given=SMALL).stdout

    assert "exactly 0.00300 item/period" in " ".join(report.split())
    assert "next limit is a, at 0.00400 item/period" in " ".join(report.split())
    assert re.search(r"^  a +0\.004 +0\.00400 ", report, re.MULTILINE)
    assert re.search(r"^  out +1,000 +0\.00300 ", report, re.MULTILINE)


BATCHES = """\
format: 1
name: a kiln of 20
item: cup
period: hour
stages:
  form: {kind: machine, capacity: 15}
  kiln: {kind: machine, capacity: 0.5, takes: 20, gives: 20}
  m: {kind: market, demand: 100}
flow: [form -> kiln -> m]
run: {horizon: 40, warmup: 4}
"""


@pytest.mark.parametrize("command", ["capacity", "run"])
def test_what_works_in_batches_is_told_in_services(command: str) -> None:
    """Half a service an hour is not half a cup an hour."""
    answer = CliRunner().invoke(main, [command, "-"], input=BATCHES)

    kiln = next(line for line in answer.stdout.splitlines() if line[:6] == "> kiln")
    assert "services 0.5" in kiln
    assert "count services, not cups." in " ".join(answer.stdout.split())


def test_many_products_are_counted_not_listed() -> None:
    """Of thirty products that tie as the constraint nobody reads the names."""
    names = [f"p{number}" for number in range(30)]
    mapping = {"arrivals": 0.1, "time": 0.1, "demand": 5}
    rates = {
        key: "{" + ", ".join(f"{name}: {value}" for name in names) + "}"
        for key, value in mapping.items()
    }
    given = (
        "format: 1\nname: many\nproducts: {"
        + ", ".join(f"{name}: {{}}" for name in names)
        + "}\nstages:\n"
        f"  orders: {{kind: source, arrivals: {rates['arrivals']}}}\n"
        f"  desk: {{kind: machine, time: {rates['time']}}}\n"
        f"  market: {{kind: market, demand: {rates['demand']}}}\n"
        "flow: [orders -> desk -> market]\n"
    )
    head = " ".join(toc_sim("-", given=given).stdout.split("\n\n")[0].split())

    assert "orders (30 of its products)" in head
    assert "p29" not in head
