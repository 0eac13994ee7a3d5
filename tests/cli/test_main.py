"""What the command line does, says and returns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import toc_sim.cli.scenario_files
from toc_sim.cli import main
from toc_sim.errors import TocError

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CUPS = str(SCENARIOS / "paper_cups.yaml")
HEAVY = (
    "matplotlib",
    "networkx",
    "numpy",
    "pydantic",
    "rich",
    "ruamel",
    "scipy",
    "simpy",
)


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, arguments, input=given)


def started(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the installed program."""
    return subprocess.run(
        [sys.executable, "-m", "toc_sim", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_the_commands(flag: str) -> None:
    """Both spellings of help list what can be done."""
    result = run(flag)

    assert result.exit_code == 0
    for command in ("check", "new", "schema"):
        assert f"  {command} " in result.stdout


def test_version() -> None:
    """The version is that of the installed package."""
    result = run("--version")

    assert result.exit_code == 0
    assert result.stdout == f"toc-sim {toc_sim.__version__}\n"


def test_help_loads_nothing_heavy() -> None:
    """Help answers at once: no numerical library is loaded for it."""
    program = (
        "import sys; from toc_sim.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "Usage:" in done.stdout
    assert done.stderr.split() == []


def test_check_says_what_is_in_a_good_file() -> None:
    """One line for each file."""
    result = run("check", CUPS)

    assert result.exit_code == 0
    assert result.stdout == f"{CUPS}: ok, 5 nodes, 4 ways\n"
    assert result.stderr == ""


def test_check_tells_all_problems_of_all_files(tmp_path: Path) -> None:
    """Problems go to standard error, good files to standard output; the code is 1."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("format: 2\n", encoding="utf-8")
    two.write_text("a: b: c\n", encoding="utf-8")
    missing = tmp_path / "tow.yaml"
    result = run("check", str(one), CUPS, str(two), str(missing), str(tmp_path))

    assert result.exit_code == 1
    assert result.stdout == f"{CUPS}: ok, 5 nodes, 4 ways\n"
    assert result.stderr == (
        f"{one}:1:1: name: missing\n"
        f"{one}:1:1: stages: missing\n"
        f"{one}:1:1: flow: missing\n"
        f"{one}:1:9: format: this program reads format 1 (found 2)\n"
        "    hint: write 'format: 1'\n"
        f"{two}:1:5: scenario: a second ':' where only one can be\n"
        "    hint: begin a new line, or put the text in quotes\n"
        f"{missing}: there is no such file\n"
        f"    hint: did you mean '{two}'?\n"
        f"{tmp_path}: is a directory, not a file\n"
        "    hint: name a file in it\n"
    )


def test_check_reads_standard_input() -> None:
    """A dash is standard input."""
    good = run("check", "-", given=Path(CUPS).read_bytes())
    bad = run("check", "-", given="format: 1\n\tname: x\n")

    assert good.stdout == "-: ok, 5 nodes, 4 ways\n"
    assert bad.stderr == (
        "<stdin>:2:1: scenario: a tab cannot stand here\n    hint: use spaces\n"
    )


def test_check_applies_overrides_together() -> None:
    """What --set changes is checked like a file."""
    both = ("machine_1.distribution=gamma", "machine_1.cv=0.5")

    assert run("check", CUPS, "--set", both[0], "--set", both[1]).exit_code == 0
    assert run("check", CUPS, "--set", both[0]).stderr == (
        "--set machine_1.distribution=gamma: a gamma distribution needs a 'cv'\n"
    )


def test_check_says_of_which_file_an_override_cannot_be() -> None:
    """With several files, each problem of an override names its file."""
    result = run("check", CUPS, CUPS, "--set", "run.seed=x")

    words = f"{CUPS}: --set run.seed=x: must be a whole number\n"
    assert result.stderr == words * 2


@pytest.mark.parametrize("given", ["machine_2.capacity", "=3", " =3"])
def test_an_override_without_its_path_or_value_is_a_usage_error(given: str) -> None:
    """The form of --set is a matter of the command line: code 2."""
    result = run("check", CUPS, "--set", given)

    assert result.exit_code == 2
    assert f"'{given}' is not of the form PATH=VALUE" in result.stderr


def test_check_compares_with_what_the_author_expects(tmp_path: Path) -> None:
    """With --expect the scenario is run, and what does not come true is told."""
    wrong = tmp_path / "wrong.yaml"
    text = Path(CUPS).read_text(encoding="utf-8")
    wrong.write_text(text.replace("machine_2, throughput: 8", "sales"), "utf-8")

    assert run("check", CUPS, "--expect").exit_code == 0
    assert run("check", str(wrong)).exit_code == 0
    refused = run("check", str(wrong), "--expect")
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{wrong}: expect.constraint: ")


def test_check_needs_a_file() -> None:
    """Without arguments the usage is told, with code 2."""
    result = run("check")

    assert result.exit_code == 2
    assert "Missing argument 'FILE...'" in result.stderr


def test_schema_is_printed_or_written(tmp_path: Path) -> None:
    """The schema goes to standard output or to a file."""
    target = tmp_path / "schema.json"
    printed, written = run("schema"), run("schema", "-o", str(target))

    assert printed.stdout.startswith('{\n  "$schema"')
    assert written.exit_code == 0
    assert target.read_text(encoding="utf-8") == printed.stdout


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """No traceback for a directory that is not there."""
    target = tmp_path / "nowhere" / "schema.json"
    result = run("schema", "-o", str(target))

    assert result.exit_code == 1
    assert result.stderr == f"{target}: cannot be written: no such file or directory\n"


@pytest.mark.parametrize("name", ["mine", "mine.yaml", "Моя воронка", 'my "line"'])
def test_new_writes_a_scenario_that_checks(tmp_path: Path, name: str) -> None:
    """The starter bears its name, and is right."""
    written = run("new", str(tmp_path / name))
    path = tmp_path / f"{name.removesuffix('.yaml')}.yaml"

    assert written.exit_code == 0
    assert written.stdout.startswith(f"wrote {path}; next: toc-sim run ")
    assert run("check", str(path)).stdout == f"{path}: ok, 4 nodes, 3 ways\n"
    assert run("check", str(path), "--expect").exit_code == 0


def test_the_first_line_of_a_new_scenario_leads_editors_to_its_schema(
    tmp_path: Path,
) -> None:
    """It names the file that is written beside it, which nobody has to fetch."""
    run("new", str(tmp_path / "mine"))
    first, *_ = (tmp_path / "mine.yaml").read_text(encoding="utf-8").splitlines()
    marker, _, name = first.partition("$schema=")

    assert marker == "# yaml-language-server: "
    assert (tmp_path / name).read_text(encoding="utf-8") == run("schema").stdout


def test_a_schema_that_is_there_stays(tmp_path: Path) -> None:
    """A second scenario in a folder changes nothing but itself."""
    (tmp_path / "scenario-1.schema.json").write_text("{}", encoding="utf-8")
    run("new", str(tmp_path / "mine"))

    assert (tmp_path / "scenario-1.schema.json").read_text(encoding="utf-8") == "{}"


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    path = tmp_path / "mine.yaml"
    path.write_text("precious", encoding="utf-8")
    result = run("new", str(path))

    assert result.exit_code == 1
    assert result.stderr == f"{path}: is already there; nothing was written\n"
    assert path.read_text(encoding="utf-8") == "precious"


def test_new_needs_a_name() -> None:
    """An empty name is a matter of the command line."""
    assert run("new", "").exit_code == 2


def failing_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Result:
    """Run a command in whose middle something goes wrong."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(toc_sim.cli.scenario_files, "loaded", fail)
    return run("check", CUPS)


def test_a_fault_of_ours_is_reported_with_code_3(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An apology, and all that a report of the fault needs."""
    result = failing_with(monkeypatch, ZeroDivisionError("by nought"))

    assert result.exit_code == 3
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == (
        "toc-sim failed, and that is not your fault. Please send this report:"
    )
    assert lines[2] == f"toc-sim {toc_sim.__version__}"
    assert lines[3].startswith("Python 3.")
    assert lines[4].startswith("command: toc-sim")
    assert lines[-1] == "ZeroDivisionError: by nought"


def test_an_interruption_ends_with_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves one word and the code that shells expect."""
    result = failing_with(monkeypatch, KeyboardInterrupt())

    assert result.exit_code == 130
    assert result.stderr == "interrupted\n"


def test_an_error_of_the_input_ends_with_code_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the user can put right is told as it is."""
    result = failing_with(monkeypatch, TocError("no such thing"))

    assert result.exit_code == 1
    assert result.stderr == "no such thing\n"


def test_a_reader_that_stops_reading_is_no_error() -> None:
    """`toc-sim schema | head -1` prints one line and nothing else."""
    program = f"{sys.executable} -m toc_sim schema | head -1"
    done = subprocess.run(
        ["bash", "-c", program], capture_output=True, text=True, check=False
    )

    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_python_m_is_the_same_program() -> None:
    """`python -m toc_sim` is `toc-sim`."""
    done = started("check", "-", given=Path(CUPS).read_text(encoding="utf-8"))

    assert done.returncode == 0
    assert done.stdout == "-: ok, 5 nodes, 4 ways\n"
    assert "Usage: toc-sim" in started("--help").stdout
