"""What goes wrong around the program: pipes, full disks, Ctrl-C, killed parents."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import perf_counter, sleep

import pytest
from helpers.command import Command
from helpers.questions import PROGRAM, asked, question

CUPS = "scenarios/paper_cups.yaml"
RANDOM = "scenarios/paper_cups_random.yaml"

BRACES = """\
format: 1
name: "n {x} $\\\\alpha_$"
item: "i{0}"
period: "h{}"
currency: "{z}"
stages:
  s: {kind: source, arrivals: 7, distribution: exponential, title: "So [red]{B}"}
  a: {kind: machine, rate: 8, cv: 1, title: "%s {0} $x_$"}
  b: {kind: machine, rate: 7, cv: 1, buffer: 1, title: "Line {B}"}
  c: {kind: team, resource: r, time: 0.1, title: "{"}
  m: {kind: market, demand: 8, title: "}{ [/bold]"}
resources: {r: {servers: 1, title: "{r!x}"}}
flow: [s -> a -> b -> c -> m]
economics: {price: 10, variable_cost: {a: 1}, operating_expense: {b: 2}}
tools:
  t: {title: "{t} [/x]", cost: {upfront: 10}, effects: {a.rate: {scale: 1.2}}}
run: {horizon: 20, warmup: 5, replications: 2, engine: simpy}
"""


@pytest.mark.parametrize(
    "command",
    [
        "run --plot {plot}",
        "capacity",
        "compare --no-store",
        "roadmap --no-store",
        "reach --throughput 20 --no-store",
        "sweep --vary a.rate=7,8 --no-store --plot {plot}",
        "breakdown --no-store --plot {plot}",
    ],
)
def test_any_letters_can_stand_in_titles_names_and_units(
    tmp_path: Path, command: str
) -> None:
    """Braces, percent signs, dollars and brackets are letters like any others."""
    file = tmp_path / "braces.yaml"
    file.write_text(BRACES, encoding="utf-8")
    name, *options = command.format(plot=tmp_path / "plot.svg").split()
    done = subprocess.run(
        [*PROGRAM, name, str(file), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


linux = pytest.mark.skipif(sys.platform != "linux", reason="devices of Linux")


@linux
@pytest.mark.parametrize(
    "command", [["run", CUPS, "--json"], ["run", CUPS], ["--help"]]
)
def test_output_that_cannot_be_written_is_told(command: list[str]) -> None:
    """A full disk is no fault of the program: a sentence, and exit code 1."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*PROGRAM, *command],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 1
    assert done.stderr == ("the output cannot be written: no space left on device\n")


@linux
def test_a_reader_that_has_gone_is_told() -> None:
    """What nobody reads is not written, and not reported as a fault."""
    reading, to = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "run", CUPS, "--json"],
        stdout=to,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(to)

    assert done.returncode == 1
    assert done.stderr == "the output cannot be written: broken pipe\n"


@linux
def test_a_closed_output_is_told() -> None:
    """There is nowhere to write to."""
    shell = f"{sys.executable} -m toc_sim run {CUPS} >&-"
    done = subprocess.run(
        ["/bin/sh", "-c", shell],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr == "there is nowhere to write to: standard output is closed\n"


@linux
def test_interrupted_at_any_moment_there_is_no_traceback() -> None:
    """Ctrl-C while modules are being loaded ends the program in a word.

    Before its own first line runs, Python itself may be at work still: so it waits
    until a module of the program is open.
    """
    wait = (
        "import sys, runpy, threading, time, os, signal\n"
        "def press():\n"
        "    while 'toc_sim.cli' not in sys.modules: pass\n"
        "    time.sleep({pause})\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=press, daemon=True).start()\n"
        "sys.argv = ['toc-sim', 'run', 'scenarios/dice_game.yaml']\n"
        "runpy.run_module('toc_sim', run_name='__main__')\n"
    )
    for pause in (0, 0.01, 0.03, 0.1):
        shell = 'exec "$0" -c "$1"; exit $?'
        done = subprocess.run(
            ["/bin/sh", "-c", shell, sys.executable, wait.format(pause=pause)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert done.returncode in (130, -signal.SIGINT), done.stderr
        assert done.stderr == "interrupted\n"


def test_an_interrupted_trace_leaves_no_file(tmp_path: Path) -> None:
    """What was there before stays; half a trace is not mistaken for a whole one."""
    trace = tmp_path / "trace.jsonl"
    trace.write_text("before\n", encoding="utf-8")
    command = [*PROGRAM, "run", RANDOM, "--horizon", "20000", "--trace", str(trace)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        until = perf_counter() + 60
        while len(list(tmp_path.iterdir())) < 2 and perf_counter() < until:
            sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert process.returncode in (130, -signal.SIGINT)
    assert [each.name for each in tmp_path.iterdir()] == ["trace.jsonl"]
    assert trace.read_text(encoding="utf-8") == "before\n"


def test_a_trace_goes_to_a_device_as_it_is() -> None:
    """Only files are replaced."""
    done = subprocess.run(
        [*PROGRAM, "run", CUPS, "--horizon", "5", "--trace", os.devnull],
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert not Path(os.devnull).is_file()


def _children(parent: int) -> set[int]:
    found = set()
    for each in Path("/proc").iterdir():
        try:
            words = (each / "stat").read_text(encoding="utf-8").rpartition(")")[2]
        except (OSError, ValueError):
            continue
        if int(words.split()[1]) == parent:
            found.add(int(each.name))
    return found


def _alive(processes: set[int]) -> set[int]:
    found = set()
    for each in processes:
        try:
            stat = Path(f"/proc/{each}/stat").read_text(encoding="utf-8")
        except OSError:
            continue
        if stat.rpartition(")")[2].split()[0] != "Z":
            found.add(each)
    return found


@linux
def test_killed_it_leaves_no_processes_and_no_semaphores(tmp_path: Path) -> None:
    """Who kills the program kills its workers, and nothing stays in shared memory."""
    file = question(tmp_path / "line.yaml", replications=200, horizon=2000)
    shared = Path("/dev/shm")  # noqa: S108 - where Linux keeps semaphores
    with subprocess.Popen(
        asked(file, tmp_path / "runs.sqlite", "--workers", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        until = perf_counter() + 60
        while len(_children(process.pid)) < 3 and perf_counter() < until:
            sleep(0.05)
        sleep(1)
        workers = _children(process.pid)
        process.kill()
        process.communicate(timeout=60)
    until = perf_counter() + 20
    while _alive(workers) and perf_counter() < until:
        sleep(0.05)

    assert workers
    assert _alive(workers) == set()
    assert not [
        each.name for each in shared.iterdir() if f"-{process.pid}-" in each.name
    ]


@linux
def test_a_pipe_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    """It is told, and nobody waits for ever; one that speaks is read."""
    silent = tmp_path / "silent"
    os.mkfifo(silent)
    program = [*PROGRAM, "check"]
    done = subprocess.run(
        [*program, str(silent)], capture_output=True, text=True, check=False, timeout=60
    )
    with subprocess.Popen(
        [*program, str(silent)], stdout=subprocess.PIPE, text=True
    ) as process:
        silent.write_bytes(Path(CUPS).read_bytes())
        told, _ = process.communicate(timeout=60)

    assert done.returncode == 1
    assert done.stderr == (
        f"{silent}: cannot be opened: nothing came through it in 10 s\n"
        "    hint: name a file; - is standard input\n"
    )
    assert told == f"{silent}: ok, 5 nodes, 4 ways\n"


@linux
def test_a_device_without_end_is_too_large() -> None:
    """No more of it is read than a file may have."""
    result = Command("check")("/dev/zero")

    assert result.exit_code != 0


@pytest.mark.parametrize("text", ["!", "x: !", "- !a", "&", "*", "%", "[", "x: '"])
def test_a_large_file_of_nothing_is_refused_at_once(tmp_path: Path, text: str) -> None:
    """Reading takes time in proportion to the length, whatever the letters are."""
    file = tmp_path / "nothing.yaml"
    file.write_text(text + text[-1] * 3_900_000, encoding="utf-8")
    begun = perf_counter()
    done = subprocess.run(
        [*PROGRAM, "check", str(file)], capture_output=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert perf_counter() - begun < 20
