"""`toc-sim check --expect --markdown`: what a change does, for a pull request."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toc_sim.cli import main

CUPS = """\
format: 1
name: Cups
item: cup
period: hour
expect: {constraint: sales, throughput: 9}
stages:
  machine: {kind: machine, capacity: 12}
  sales: {kind: team, capacity: 9}
  market: {kind: market, demand: 11}
flow:
  - machine -> sales -> market
run: {horizon: 200, warmup: 10}
"""
BETTER = CUPS.replace("capacity: 9", "capacity: 14").replace(
    "{constraint: sales, throughput: 9}", "{constraint: market, throughput: 11}"
)
RANDOM = """\
format: 1
name: Cups with chance
stages:
  one: {kind: machine, capacity: 8, cv: 1, distribution: exponential}
  two: {kind: machine, capacity: 10, cv: 1, distribution: exponential, buffer: 5}
  market: {kind: market, demand: 20, buffer: 5}
flow:
  - one -> two -> market
run: {horizon: 200, warmup: 10, replications: 8, seed: 3}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, with a git that knows nobody's settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def checked(*arguments: str) -> Result:
    """Check with --expect --markdown."""
    return CliRunner().invoke(main, ["check", *arguments, "--expect", "--markdown"])


def git(*words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.invalid")
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


def committed(*files: tuple[str, str]) -> None:
    """Make a repository in which some files are committed."""
    git("init", "-q")
    for name, text in files:
        write(name, text)
    git("add", "-A")
    git("commit", "-qm", "as it was")


def test_a_change_that_moves_the_constraint_is_told() -> None:
    """In one sentence, in a table, and parameter by parameter."""
    result = checked(write("new.yaml", BETTER), "--against", write("old.yaml", CUPS))

    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "### `new.yaml`\n"
        "\n"
        "**The constraint moves from `sales` to `market`**; throughput 9.00 -> 11.00 "
        "cup/hour (+2.00).\n"
        "\n"
        "| | before | after | difference |\n"
        "|---|---|---|---|\n"
        "| constraint | `sales` | `market` |  |\n"
        "| its share of the throughput | 100.0 % | 100.0 % |  |\n"
        "| throughput, cup/hour | 9.00 | 11.00 | +2.00 |\n"
        "\n"
        "Each simulated for 200 hours after a warm-up of 10 hours, once: nothing is "
        "left to chance.\n"
        "\n"
        "What was changed:\n"
        "\n"
        "- `sales.capacity: 9 -> 14`\n"
    )


def test_what_the_file_expects_and_does_not_do_is_told() -> None:
    """And the command leaves with 1, so that a check of a pull request fails."""
    text = CUPS.replace("capacity: 9", "capacity: 14")

    result = checked(write("new.yaml", text), "--against", write("old.yaml", CUPS))

    assert result.exit_code == 1
    assert "**Not as the file expects:**" in result.stdout
    assert "- `expect.constraint: sales (found market)`\n" in result.stdout
    assert "- `expect.throughput: 9 (found 11)`\n" in result.stdout


def test_with_chance_a_difference_has_its_interval() -> None:
    """On the same random numbers; the same command gives the same bytes."""
    write("old.yaml", RANDOM)
    write("new.yaml", RANDOM.replace("capacity: 8", "capacity: 9"))

    first = checked("new.yaml", "--against", "old.yaml")
    second = checked("new.yaml", "--against", "old.yaml")

    assert first.exit_code == 0, first.output
    assert first.stdout_bytes == second.stdout_bytes
    [line] = [line for line in first.stdout.splitlines() if line.startswith("**")]
    assert " (+0." in line
    assert " ± " in line.partition("(")[2]
    assert "replications: 8, seed: 3, ± at 95 %" in first.stdout


def test_a_change_that_chance_hides_is_told_so() -> None:
    """Another seed is another luck, and nothing more."""
    write("old.yaml", RANDOM)
    write("new.yaml", RANDOM.replace("seed: 3", "seed: 4"))

    said = checked("new.yaml", "--against", "old.yaml").stdout

    assert "The constraint stays `one`" in said
    assert "not told apart from no change)" in said


def test_git_knows_what_was_before() -> None:
    """Each file at a revision; one that was not there then is new."""
    committed(("a.yaml", CUPS))
    write("a.yaml", BETTER)
    write("b.yaml", CUPS)

    result = checked("a.yaml", "b.yaml", "--since", "HEAD")

    assert result.exit_code == 0, result.output
    assert "**The constraint moves from `sales` to `market`**" in result.stdout
    assert (
        "### `b.yaml`\n\n**The constraint is `sales`**; throughput 9.00 cup/hour."
        in result.stdout
    )


def test_nodes_that_come_and_go_are_named() -> None:
    """A stage in place of another."""
    write("old.yaml", CUPS)
    new = CUPS.replace("sales", "shop").replace("constraint: shop", "constraint: shop")

    said = checked(write("new.yaml", new), "--against", "old.yaml").stdout

    assert "The constraint moves from `sales` to `shop`" in said
    assert "- added: `shop`\n- removed: `sales`\n" in said


@pytest.mark.parametrize(
    "old", ["format: 1\n", CUPS.replace("demand: 11", "demand: 0")]
)
def test_a_file_that_could_not_be_used_before_is_as_good_as_new(old: str) -> None:
    """To mend a file is a change that must not fail."""
    write("old.yaml", old)

    result = checked(write("new.yaml", CUPS), "--against", "old.yaml")

    assert result.exit_code == 0, result.output
    assert "**The constraint is `sales`**" in result.stdout
    assert "As it was before, it could not be used." in result.stdout


def test_a_file_that_cannot_be_used_is_told_with_all_its_problems() -> None:
    """As text that no name in it can break out of."""
    text = CUPS.replace("capacity: 9", 'capcity: 9, "`````": 1')

    result = checked(write("new.yaml", text))

    assert result.exit_code == 1
    assert "**It cannot be used:**\n" in result.stdout
    assert "hint: did you mean 'capacity'?" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("```")


def test_names_are_no_markdown() -> None:
    """A title with a bar, a mark and a mention stays a name in its cell."""
    text = CUPS.replace(
        "sales: {kind: team,", 'sales: {kind: team, title: "a|b `*@all*`",'
    )

    said = checked(write("new.yaml", text), "--against", write("old.yaml", CUPS)).stdout

    [row] = [line for line in said.splitlines() if line.startswith("| constraint")]
    assert row == "| constraint | `sales` | `` a\\|b `*@all*` `` |  |"


REFUSED: list[tuple[list[str], int, str]] = [
    (["a.yaml", "--since", "nowhere"], 1, "git knows no such revision"),
    (["a.yaml", "--since", "--output=x"], 1, "git knows no such revision"),
    (["a.yaml", "a.yaml", "--against", "a.yaml"], 2, "compares one file"),
    (["a.yaml", "--against", "a.yaml", "--since", "HEAD"], 2, "without --since"),
    (["-", "--since", "HEAD"], 2, "not '-'"),
    (["a.yaml", "--laws"], 2, "--expect --markdown"),
]


@pytest.mark.parametrize(("arguments", "code", "says"), REFUSED)
def test_what_cannot_be_compared_is_refused(
    arguments: list[str], code: int, says: str
) -> None:
    """With what to do."""
    committed(("a.yaml", CUPS))

    result = checked(*arguments)

    assert result.exit_code == code
    assert says in result.output


def test_a_base_goes_with_markdown_only() -> None:
    """Elsewhere nothing is compared."""
    write("a.yaml", CUPS)

    result = CliRunner().invoke(main, ["check", "a.yaml", "--against", "a.yaml"])

    assert result.exit_code == 2
