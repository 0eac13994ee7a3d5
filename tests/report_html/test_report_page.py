"""What stands on the page of a report, and that it is what its record says."""

from __future__ import annotations

import json
import re
import shlex
from html import unescape
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.command import Command
from helpers.reports import (
    at,
    hasty_page_of,
    page_about,
    page_of,
    read,
    record_of,
    wrong_figures,
)

from toc_sim import Scenario, load
from toc_sim.cli import main
from toc_sim.experiment.runner.laboratory import Laboratory
from toc_sim.interface.report import report_findings
from toc_sim.report.html.whole_page import report_page

ROOT = Path(__file__).parents[2]
LARGEST = 500_000
"""Bytes that a page may have."""

MANY = 30
"""Figures that every page has at least."""

CUPS = str(ROOT / "scenarios" / "paper_cups_tools.yaml")
report = Command("report")


def printed_run(*arguments: str) -> str:
    """Return what `run --json` prints."""
    return CliRunner().invoke(main, ["run", "--json", *arguments]).stdout


@pytest.fixture(name="cups", scope="module")
def _cups() -> str:
    return page_of(CUPS)


@pytest.mark.parametrize("name", ["paper_cups_tools", "cogs_sga", "clinic_brand"])
def test_every_figure_is_the_records(name: str) -> None:
    """Each figure names its place in the record, and is what stands there, rounded.

    The pages of all scenarios are looked at in `test_page_in_browser.py`.
    """
    page = hasty_page_of(str(ROOT / "scenarios" / f"{name}.yaml"))

    assert len(read(page).figures) > MANY
    assert list(wrong_figures(page)) == []


def test_a_wrong_figure_is_found(cups: str) -> None:
    """The test above can fail."""
    place = 'data-json="/run/throughput/mean">'
    wrong = cups.replace(f"{place}8.00", f"{place}8.01")

    assert wrong != cups
    assert len(list(wrong_figures(wrong))) > 0


def test_every_link_leads_somewhere(cups: str) -> None:
    """Words lead to the glossary, the list of contents to its parts."""
    found = read(cups)
    anchors = {link.removeprefix("#") for link in found.links}

    assert len(anchors) > 15
    assert anchors <= found.anchors


def test_the_same_findings_give_the_same_bytes() -> None:
    """No date, no order of sets, no place of the machine is in it."""
    assert page_of(CUPS) == page_of(CUPS)


def test_neither_workers_nor_a_store_change_a_byte(tmp_path: Path) -> None:
    """One process, two, or none since all was kept: the page is the same."""
    kept = ("--store", str(tmp_path / "runs.sqlite"))
    ways = (("--workers", "1"), ("--workers", "2", *kept), kept)
    asked = ("--replications", "2", "--horizon", "12")
    pages = []
    for place, way in enumerate(ways):
        page = tmp_path / f"{place}.html"
        source = str(ROOT / "scenarios" / "clinic_brand.yaml")
        report.told(source, "-o", str(page), *asked, *way)
        pages.append(page.read_bytes())

    assert pages[0] == pages[1] == pages[2]


def test_the_run_is_what_the_command_prints(cups: str) -> None:
    """The record's run is that of `run --json`, to the last digit."""
    printed = json.loads(printed_run(CUPS))

    mine = record_of(cups)["run"]
    for document in (mine, printed):
        document.pop("detectors")  # two of them need what only one engine keeps
        document.pop("engine")
    assert mine == printed


def test_the_first_screen_says_what_to_do(cups: str) -> None:
    """The constraint and that it was checked, the number, the purchase and its bet."""
    fold = cups[cups.index('class="fold"') : cups.index("<nav")]

    assert "machine_2 is the constraint" in fold
    assert "Checked:" in fold
    assert 'data-json="/run/money/per_constraint_time/mean">640.0' in fold
    assert 'data-json="/compare/variants/0/money/npv/mean">+12,000' in fold
    assert 'data-json="/next/at_most">4,000' in fold


def test_the_ladder_is_climbed_step_by_step(cups: str) -> None:
    """8, 9, 10 and 11 cups, each with the constraint that binds there."""
    record = record_of(cups)["roadmap"]["steps"]
    ladder = cups[cups.index('class="ladder"') : cups.index('id="line"')]

    assert [step["throughput"] for step in record[:4]] == [8.0, 9.0, 10.0, 11.0]
    for place, step in enumerate(record):
        assert f'data-json="/roadmap/steps/{place}/throughput"' in ladder
        assert step["constraint"][0].replace("_", "_<wbr>") in ladder


def built(count: int) -> Scenario:
    """Return a line of so many machines."""
    stages: dict[str, Any] = {
        f"stage_{place}": {
            "kind": "machine",
            "capacity": 10.0 + (place * 7 + 90) % 200,
        }
        for place in range(count)
    }
    stages["market"] = {"kind": "market", "demand": 40.0}
    return Scenario.model_validate(
        {
            "format": 1,
            "name": "long",
            "stages": stages,
            "flow": [" -> ".join(stages)],
            "economics": {"price": 10.0},
            "run": {"horizon": 60.0, "warmup": 0.0},
        }
    )


def test_a_line_of_200_stages_stays_small() -> None:
    """It is folded where nothing happens, and the table has every stage."""
    page = page_about(built(200))

    assert len(page.encode()) < LARGEST
    assert list(wrong_figures(page)) == []
    assert 'class="box fold"' in page
    for place in range(200):
        assert f'data-json="/run/nodes/stage_{place}/busy"' in page


def test_what_is_not_there_is_left_out() -> None:
    """Without money, tools and chance: named once, with the command that would help."""
    page = page_of(str(ROOT / "scenarios" / "paper_cups.yaml"))

    for key in (
        *("tools", "ladder", "money", "funnel", "products", "customers"),
        *("since", "room"),
    ):
        assert f'<section id="{key}"' not in page
    assert "Left out, for there is nothing to say" in page
    assert "the file has no economics" in page


def section(page: str, key: str) -> str:
    """Return a part of a page, its marks taken out."""
    _, _, rest = page.partition(f'<section id="{key}"')
    return unescape(re.sub("<[^>]*>", "", rest.partition("</section>")[0]))


def test_waits_and_room_are_told() -> None:
    """Who waits longest, by node and in all; where one more place helps most."""
    page = page_of(str(ROOT / "scenarios" / "paper_cups_random.yaml"))
    run = record_of(page)["run"]

    waits = {name: each["mean"] for name, each in run["waits"]["nodes"].items()}
    longest = max(filter(waits.get, waits), key=lambda name: waits[name])
    gains = {each["node"]: each["gain"] for each in run["constraint"]["buffers"]}
    best = max(filter(gains.get, gains), key=lambda name: gains[name]["mean"])
    assert f"The longest wait is before {longest}:" in section(page, "waits")
    assert "all that is bought" in section(page, "waits")
    assert f"One more place before {best} brings +" in section(page, "room")
    assert list(wrong_figures(page)) == []


def test_a_target_is_told_before_the_longest_wait() -> None:
    """Whoever said how long anything may wait reads how many wait no longer."""
    cups = load(
        str(ROOT / "scenarios" / "paper_cups_random.yaml"),
        {"run.replications": "2", "sales.target": "0.1", "machine_3.target": "5"},
    )
    page = page_about(cups)

    share = at(record_of(page), "/run/waits/nodes/sales/within/mean")
    told = section(page, "waits")
    assert f"sales: {100 * share:.1f} " in told
    assert "wait no longer than 0.100 hours." in told
    assert list(wrong_figures(page)) == []


def test_customers_are_told_with_what_they_bring() -> None:
    """Of several products the customer who brings most; of one, all together."""
    several = page_of(str(ROOT / "scenarios" / "segments.yaml"))
    one = page_of(str(ROOT / "scenarios" / "two_shops" / "shop_1.yaml"))

    told = section(several, "customers")
    assert "Customers of site managers (range) bring most: each buys 5.00" in told
    assert "First and again are counted" in told
    assert "A customer buys" in section(one, "customers")
    assert "The best mix by capacity" in section(several, "products")
    assert [*wrong_figures(several), *wrong_figures(one)] == []


def test_of_many_waits_the_longest_are_shown() -> None:
    """Forty rows and what is bought, and how many are left out."""
    names = [f"stage_{place}" for place in range(60)]
    machine = {"kind": "machine", "rate": 10, "distribution": "exponential"}
    line = Scenario.model_validate(
        {
            "format": 1,
            "name": "Sixty stages",
            "stages": {
                "orders": {
                    "kind": "source",
                    "arrivals": 9,
                    "distribution": "exponential",
                },
                **dict.fromkeys(names, machine),
                "out": {"kind": "market"},
            },
            "flow": [" -> ".join(["orders", *names, "out"])],
            "run": {"horizon": 60, "warmup": 20, "replications": 2},
        }
    )
    told = section(page_about(line), "waits")

    waits = told.partition("The longest wait")[2]
    assert len(set(re.findall(r"stage_\d+", waits))) in (40, 41)
    assert "more, with shorter waits, are left out." in told


def test_policies_that_were_tried_are_told() -> None:
    """The best first; without the option the page names it."""
    cups = load(
        str(ROOT / "scenarios" / "paper_cups_random.yaml"),
        {"run.replications": "2", "run.horizon": "60", "release.conwip": "2"},
    )
    found = report_findings(cups, "FILE", Laboratory(policies=True))
    page = report_page(found).decode()
    plain = page_of(str(ROOT / "scenarios" / "paper_cups.yaml"))

    best = record_of(page)["run"]["constraint"]["policies"][0]
    assert best["kind"] == "release"
    assert list(wrong_figures(page)) == []
    assert '<section id="policies"' in page
    assert '<section id="policies"' not in plain
    assert "--policies</code>" in plain


def test_a_constraint_that_moves_is_told_with_its_times() -> None:
    """Demand grows until the machine binds."""
    ramp = [[0, 4], [100, 16]]
    scenario = Scenario.model_validate(
        {
            "format": 1,
            "name": "growing",
            "stages": {
                "orders": {"kind": "source", "arrivals": {"profile": ramp}},
                "machine": {"kind": "machine", "capacity": 10.0},
            },
            "flow": ["orders -> machine"],
            "run": {"horizon": 100.0, "warmup": 0.0, "replications": 4},
        }
    )
    page = page_about(scenario)

    reigns = record_of(page)["run"]["constraint"]["reigns"]
    assert [each["node"] for each in reigns if each["node"]] == ["orders", "machine"]
    assert "orders</bdi> → <bdi>machine" in page
    assert '<section id="reigns"' in page


def test_what_one_run_says_is_no_promise() -> None:
    """A bet is told as one, and the failed check names the command that mends it."""
    page = page_of(
        str(ROOT / "scenarios" / "b2b_sales.yaml"),
        {"run.replications": 1, "run.horizon": 52},
    )
    fold = page[page.index('class="fold"') : page.index("<nav")]
    trust = page[page.index('<section id="trust"') : page.index('<section id="notes"')]

    assert "cannot tell how sure that is" in fold
    assert "Buy " not in fold
    assert "With care: " in trust
    assert "--replications 20</code>" in trust


def test_what_has_changed_is_told_by_node(tmp_path: Path) -> None:
    """The constraint moves, and the capacity that was changed explains it."""
    last, now = tmp_path / "last.json", tmp_path / "now.html"
    last.write_text(printed_run(CUPS), encoding="utf-8")
    told = report.told(
        CUPS, "-o", str(now), "--against", str(last), "--set", "machine_2.capacity=9"
    )

    page = now.read_text(encoding="utf-8")
    since = record_of(page)["since"]
    assert told == ""
    assert since["throughput"] == {"before": 8.0, "after": 9.0, "difference": 1.0}
    assert since["constraint"]["before"] == ["machine_2"]
    changed = {each["node"]: each for each in since["nodes"]}
    assert changed["machine_2"]["capacity"] == {"before": 8.0, "after": 9.0}
    assert since["explained"] == pytest.approx(0.0866, abs=0.06)
    assert list(wrong_figures(page)) == []
    assert '<section id="since"' in page


def test_an_earlier_page_will_do_as_well(tmp_path: Path, cups: str) -> None:
    """A report holds its record: it can be held against it."""
    last, now = tmp_path / "last.html", tmp_path / "now.html"
    last.write_text(cups, encoding="utf-8")
    report.told(CUPS, "-o", str(now), "--against", str(last))

    since = record_of(now.read_text(encoding="utf-8"))["since"]
    assert since["nodes"] == []
    assert since["throughput"]["difference"] == 0.0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("stages: {}", "is no JSON"),
        ("[1, 2]", "is not the answer of a run"),
        ("{}", "format: must be 1 (found none)"),
        ('{"format": 2}', "format: must be 1 (found 2)"),
        ('{"format": 1, "scenario": "x"}', "throughput: is missing"),
        (
            '{"format":1,"item":"x","throughput":{},"constraint":{},"nodes":{}}',
            "is not the answer of a run (KeyError",
        ),
    ],
)
def test_what_is_no_earlier_run_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """In a sentence, with the command that writes one; nothing is simulated."""
    last = tmp_path / "last.json"
    last.write_text(text, encoding="utf-8")
    result = report(CUPS, "-o", str(tmp_path / "x.html"), "--against", str(last))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"{last}: {why}")
    assert "hint: toc-sim run FILE --json > last.json" in result.stderr
    assert not (tmp_path / "x.html").exists()


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The file and the system's reason; no half page."""
    result = report(
        str(ROOT / "scenarios" / "paper_cups.yaml"),
        *("-o", str(tmp_path / "none" / "x.html")),
    )

    assert result.exit_code == 1
    assert "x.html: cannot be written: no such file or directory" in result.stderr


def test_the_commands_of_the_page_about_reports_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes the file that it names, and the next one can read it."""
    copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ toc-sim report (.*)$", text, flags=re.MULTILINE)

    for command in commands:
        report.told(*shlex.split(command))
    assert len(commands) == 3
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert record_of(page)["since"]["throughput"]["difference"] == pytest.approx(1)


def test_the_record_ends_no_element() -> None:
    """Whatever a name says, the record is one element, and says it."""
    cups = load(CUPS).changed(name="</script>\u2028<!--&")
    page = page_about(cups)
    _, _, rest = page.partition('id="record">')
    embedded = rest.partition("</script>")[0]

    assert not set("<>&\u2028") & set(embedded)
    assert at(json.loads(embedded), "/scenario") == "</script>\u2028<!--&"
