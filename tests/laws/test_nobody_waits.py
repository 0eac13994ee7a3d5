"""Nobody waits for the compiler: SimPy stands in for what is being compiled.

The process that compiles is the real one, and so are the folders it fills.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from toc_sim import Scenario
from toc_sim.cli.main import INTERRUPTED
from toc_sim.engine.compiled.complete import OPEN_NETWORK, PLAIN_LINE
from toc_sim.engine.simulate import kernel_for
from toc_sim.network.build import network as network_of

CODE = """
import json, sys
from time import sleep
from toc_sim.engine.compiled import ahead, complete
from toc_sim import Scenario
from toc_sim.network.build import network as network_of
from toc_sim.engine.simulate import simulate
"""

PATIENCE = 240.0
"""Seconds that compiling may take where much else is done."""

LARGE = {"horizon": 40_000, "warmup": 0, "replications": 30}
"""A run of a plain line that is worth the compiled engine."""


def _environment(folder: Path) -> dict[str, str]:
    """Return where compiled code and results are kept: what was run before is not."""
    return os.environ | {
        "NUMBA_CACHE_DIR": str(folder / "compiled"),
        "TOC_SIM_STORE": str(folder / "runs.sqlite"),
    }


def _python(folder: Path, program: str, *arguments: str) -> str:
    """Run a program where compiled code is kept in a folder; return what it says."""
    done = subprocess.run(
        [sys.executable, "-c", CODE + program, *arguments],
        env=_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _file(folder: Path, document: dict[str, Any], **run: Any) -> Path:
    path = folder / "asked.yaml"
    path.write_text(json.dumps(document | {"run": document["run"] | run}), "utf-8")
    return path


def _command(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-m", "toc_sim", *arguments],
        env=_environment(folder),
        capture_output=True,
        check=True,
    ).stdout


def _notes(folder: Path, what: str) -> list[Path]:
    return list((folder / "compiled").rglob(f"*.{what}"))


def _until(happened: Any) -> None:
    begun = monotonic()
    while not happened():
        assert monotonic() - begun < PATIENCE
        sleep(0.05)


@pytest.fixture(scope="module", name="full")
def _full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the lane for plain lines is compiled and kept."""
    folder = tmp_path_factory.mktemp("full")
    _python(folder, "complete.compile_all('line')")
    return folder


def test_the_scenarios_that_are_compiled_for_are_of_their_kernels() -> None:
    """Each is run by the kernel that it is there to compile."""
    line, general = map(Scenario.model_validate, (PLAIN_LINE, OPEN_NETWORK))

    assert kernel_for(network_of(line)) == "line"
    assert kernel_for(network_of(line), timeline=True) == "general"
    assert kernel_for(network_of(general)) == "general"


def test_a_complete_kernel_compiles_nothing_more(full: Path) -> None:
    """What is said to be kept is all there is: a later run only reads it."""
    said = _python(
        full,
        """
from numba.core.registry import CPUDispatcher
import gc
assert ahead.is_kept("line")
assert not ahead.is_kept("general")
run = complete.PLAIN_LINE["run"] | {"engine": "compiled", "horizon": 60_000}
simulate(network_of(Scenario.model_validate(complete.PLAIN_LINE | {"run": run})))
ours = [each.stats for each in gc.get_objects() if isinstance(each, CPUDispatcher)]
print(sum(len(each.cache_hits) for each in ours) > 0)
print(sum(len(each.cache_misses) for each in ours))
""",
    )

    assert said.split() == ["True", "0"]


VARIED = ("--vary", "desk.rate=3,4", "--no-store", "--workers")


@pytest.mark.parametrize(
    ("command", "options"),
    [("run", ()), ("sweep", (*VARIED, "1")), ("sweep", (*VARIED, "2"))],
)
def test_an_answer_is_the_same_bytes_whether_or_not_it_was_compiled(
    tmp_path: Path, full: Path, command: str, options: tuple[str, ...]
) -> None:
    """It begins on SimPy where nothing is kept, and names the same engine."""
    file = _file(tmp_path, PLAIN_LINE, **LARGE)
    asked = [command, str(file), "--json", *options]
    empty = tmp_path / "empty"
    first, again = _command(empty, *asked), _command(full, *asked)

    assert first == again
    assert _notes(empty, "*") != []


def test_simpy_gives_way_as_soon_as_the_compiled_engine_is_ready(
    tmp_path: Path,
) -> None:
    """A run that would take SimPy for minutes ends soon, and nothing is left over."""
    said = _python(
        tmp_path,
        """
run = {"horizon": 20_000_000, "warmup": 0, "replications": 1}
net = network_of(Scenario.model_validate(complete.PLAIN_LINE | {"run": run}))
print(ahead.is_kept("line"))
print(simulate(net).results[0].engine)
print(ahead.is_kept("line"))
while ahead.is_compiling():  # it is done, and ends in a moment
    sleep(0.01)
print(ahead.is_compiling())
""",
    )

    assert said.split() == ["False", "compiled", "True", "False"]
    assert _notes(tmp_path, "compiling") == []


def test_whoever_is_killed_leaves_no_process_and_nothing_broken(
    tmp_path: Path,
) -> None:
    """The process that compiles ends with the one that wanted it."""
    program = CODE + "print(ahead.is_ready('general'), flush=True); input()"
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        env=_environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline().strip() == b"False"
    assert len(_notes(tmp_path, "compiling")) == 1
    parent.kill()
    parent.communicate()
    _until(lambda: not _notes(tmp_path, "compiling"))

    assert _notes(tmp_path, "kept") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_ends_what_compiles_too(tmp_path: Path) -> None:
    """Whoever stops a command leaves nothing behind that works on."""
    file = _file(tmp_path, PLAIN_LINE, **LARGE)
    command = subprocess.Popen(
        [sys.executable, "-m", "toc_sim", "run", str(file)],
        env=_environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _until(lambda: _notes(tmp_path, "compiling"))
    command.send_signal(signal.SIGINT)
    code = command.wait()
    _until(lambda: not _notes(tmp_path, "compiling"))

    assert code == INTERRUPTED
    assert _notes(tmp_path, "kept") == []


def test_where_nothing_can_be_kept_the_run_compiles_by_itself(tmp_path: Path) -> None:
    """There is no use in another process whose work is lost."""
    folder = tmp_path / "file"
    folder.write_text("in the way", "utf-8")
    said = _python(folder, "print(ahead.is_ready('line'), ahead.is_compiling())")

    assert said.split() == ["True", "False"]
