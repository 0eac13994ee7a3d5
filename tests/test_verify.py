"""A certificate is checked with Python alone, and no altered byte is let pass."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from toc_sim import load, verify
from toc_sim.cli import main
from toc_sim.constraint.certify import certify
from toc_sim.network.build import network as network_of
from toc_sim.report.documents.certificate import certificate_of

ROOT = Path(__file__).parents[1]
CUPS = ROOT / "scenarios" / "paper_cups.yaml"
RANDOM = ROOT / "scenarios" / "paper_cups_random.yaml"
HOUR = {"run.horizon": "1", "run.warmup": "0"}
Document = dict[str, Any]


@pytest.fixture(name="small", scope="module")
def _small() -> bytes:
    """Return what one hour of the paper cups proves."""
    return certificate_of(certify(network_of(load(CUPS, HOUR)), 0.0), "0")


def refused(content: bytes) -> str:
    """Return why a certificate is refused."""
    with pytest.raises(verify.CertificateError) as error:
        verify.verified(content)
    return str(error.value)


def test_it_says_what_is_proved(small: bytes) -> None:
    """The pieces are added up, and the claims told in words."""
    told = "\n".join(verify.verified(small))

    assert "21 pieces of time join without a gap" in told
    assert "other than machine_2,\n- never sells cup number 4 before 0.5 (hour)" in told
    assert "- never sells more than 8 in 1 (hour)" in told
    assert "- machine_1: 0.80202" in told


def test_every_altered_byte_is_refused(
    small: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each byte in turn, with one bit or all changed: exit code 1 and a reason."""
    for place, byte in enumerate(small):
        for mask in (1, 255):
            altered = small[:place] + bytes([byte ^ mask]) + small[place + 1 :]
            assert "\n" not in refused(altered)
    path = tmp_path / "cups.json"
    path.write_bytes(altered)
    assert verify.main([str(path)]) == 1
    told = capsys.readouterr()
    assert not told.out
    assert told.err == f"{path}: does not hold: it is not text in UTF-8\n"


def test_what_is_cut_short_or_longer_is_refused(small: bytes) -> None:
    """At every place; so is a byte too many."""
    for place in range(len(small)):
        refused(small[:place])
        refused(small[:place] + small[place + 1 :])
    refused(small + b"\n")
    refused(small + small)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"cups", "it is not JSON, or was cut short"),
        (b"\xff\xfe", "it is not text in UTF-8"),
        (b"[" * 100_000, "it is not JSON, or was cut short"),
        (b"[" * 900 + b"]" * 900, "it is not JSON, or was cut short"),
        (b'{"what": NaN}', "it is not JSON, or was cut short"),
        (b"[]", "it is no certificate of toc-sim"),
        (b"{}", "it is no certificate of toc-sim"),
        (b'{"what": "toc-sim certificate", "format": 2}', "its format is not 1"),
        (
            b'{"what": "toc-sim certificate", "format": 1}',
            "it has not the parts of a certificate",
        ),
    ],
)
def test_what_is_no_certificate_is_refused(content: bytes, reason: str) -> None:
    """In plain words."""
    assert refused(content) in {reason, "it is no certificate of toc-sim"}


def _set(*place: Any) -> Callable[[Document], None]:
    """Return what sets a part of a document, by keys and then the value."""
    *keys, last, value = place

    def change(document: Document) -> None:
        for key in keys:
            document = document[key]
        document[last] = value

    return change


FORGERIES: list[tuple[Callable[[Document], None], str]] = [
    (_set("rates", "sales", -1.0), "a rate is not above 0"),
    (_set("rates", "sales", True), "a number is none"),  # noqa: FBT003
    (_set("rates", "delay", 1.0), "two nodes have one name"),
    (_set("rates", {}), "it keeps the speed of no node"),
    (_set("ways", 0, []), "a part of it is not of its kind"),
    (_set("replication", 1), "it is not of replication 0"),
    (_set("warmup", -1.0), "its window ends before it begins"),
    (_set("warmup", 1.0), "the path to purchase 4 has a gap at -1.0"),
    (_set("horizon", 0.5), "its first path does not lead to the last purchase"),
    (_set("horizon", float(10**6)), "its second path does not lead beyond the window"),
    (_set("kept", "nobody"), "it keeps the speed of no node"),
    (_set("kept", "sales"), "the path to purchase 4 does not prove its bound"),
    (_set("ways", 0, 1, "sales"), "the path to purchase 4 has a wrong cause"),
    (_set("bought", {"inside": 4}), "it does not say what was bought"),
    (_set("bought", "inside", 5), "its first path does not lead to the last purchase"),
    (_set("bought", "before", -1), "it does not count in whole numbers"),
    (_set("at_most", None), "its second path does not go with"),
    (_set("at_most", "inside", 7), "its bound of the throughput does not follow"),
    (_set("at_most", "throughput", 7.0), "its bound of the throughput does not follow"),
    (_set("at_most", "run_to", 0.5), "its bound of the throughput does not follow"),
    (_set("paths", []), "a part of it is not of its kind"),
    (_set("paths", 0, {}), "a path has not the parts of one"),
    (_set("paths", 0, "count", 4.0), "it does not count in whole numbers"),
    (_set("paths", 0, "segments", []), "the path to purchase 4 is empty"),
    (_set("paths", 0, "segments", 2, 2, 9.0), "the path to purchase 4 has a gap at"),
    (_set("paths", 0, "segments", 2, 1, 0.3), "the path to purchase 4 has a gap at"),
    (_set("paths", 0, "segments", 2, 0, "sales"), "the path to purchase 4 has a wrong"),
    (_set("paths", 0, "segments", 2, 0, "nobody"), "the path to purchase 4 passes a"),
    (_set("paths", 0, "segments", 2, []), "a part of it is not of its kind"),
    (_set("paths", 0, "segments", 2, 3, "room"), "the path to purchase 4 has a wrong"),
    (_set("paths", 0, "moment", 0.9), "the path to purchase 4 does not lead to"),
    (_set("paths", 0, "since", 0.1), "the path to purchase 4 says wrongly what lies"),
    (_set("paths", 0, "times", {}), "the path to purchase 4 does not add up for all"),
    (_set("paths", 0, "times", "sales", 0.2), "the path to purchase 4: the pieces of"),
    (_set("paths", 0, "not_before", 0.8), "the path to purchase 4 does not prove"),
]


@pytest.mark.parametrize(
    ("change", "reason"), FORGERIES, ids=map(str, range(len(FORGERIES)))
)
def test_a_forgery_with_a_fresh_sha256_is_refused(
    small: bytes, change: Callable[[Document], None], reason: str
) -> None:
    """The arithmetic is checked, not only the bytes."""
    document = json.loads(small)
    del document["sha256"]
    change(document)

    assert refused(verify.sealed(document)).startswith(reason)


def test_what_was_not_altered_holds_again(small: bytes) -> None:
    """Read and sealed again, it has the same bytes."""
    document = json.loads(small)
    del document["sha256"]

    assert verify.sealed(document) == small


def test_a_path_from_before_time_0_holds() -> None:
    """With chance and a warm-up, what lies before time 0 is left as it is."""
    changes = {"run.horizon": "20", "run.warmup": "3"}
    content = certificate_of(certify(network_of(load(RANDOM, changes)), 3.0), "0")
    [first, *_] = json.loads(content)["paths"]

    assert first["segments"][0][1] == -3.0
    assert first["since"] == 0
    assert ", from time 0 on,\n" in "\n".join(verify.verified(content))


def test_a_name_cannot_command_the_terminal(small: bytes) -> None:
    """What a certificate calls things is shown, not obeyed."""
    document = json.loads(small)
    del document["sha256"]
    document["scenario"] = "cups \x1b[2J"

    assert verify.verified(verify.sealed(document))[0].startswith(r"cups \x1b[2J")


def test_it_runs_alone(small: bytes, tmp_path: Path) -> None:
    """A copy of one file is enough, without any package."""
    shutil.copy(ROOT / "toc_sim" / "verify.py", tmp_path / "verify.py")
    (tmp_path / "cups.json").write_bytes(small)

    def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", "verify.py", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    good, missing, wrong = alone("cups.json"), alone("none.json"), alone()
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("cups.json holds: Paper-cup conveyor")
    assert (missing.returncode, wrong.returncode) == (1, 2)
    assert missing.stderr == "none.json: cannot be read: no such file or directory\n"


def test_its_exit_codes_say_what_was_wrong(
    small: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing, the file, or the command line."""
    path = tmp_path / "cups.json"
    path.write_bytes(small)

    assert verify.main([str(path)]) == 0
    assert verify.main([str(tmp_path)]) == 1
    assert verify.main([]) == 2
    told = capsys.readouterr()
    assert told.out.startswith(f"{path} holds: ")
    assert told.err == (
        f"{tmp_path}: cannot be read: is a directory\n"
        "usage: python verify.py CERTIFICATE.json\n"
    )


def test_it_imports_the_standard_library_alone() -> None:
    """A stranger needs nothing of ours."""
    tree = ast.parse((ROOT / "toc_sim" / "verify.py").read_text("utf-8"))
    named = [each for each in ast.walk(tree) if isinstance(each, ast.Import)]
    taken = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    modules = {alias.name for each in named for alias in each.names}
    modules |= {str(each.module) for each in taken}

    assert {each.partition(".")[0] for each in modules} <= sys.stdlib_module_names


def test_run_writes_what_verify_reads(tmp_path: Path) -> None:
    """The same bytes twice; an altered one is refused with exit code 1."""
    path = tmp_path / "cups.json"
    settings = [part for each in HOUR.items() for part in ("--set", "=".join(each))]
    written = []
    for _ in range(2):
        command = ["run", str(CUPS), *settings, "-q", "--certificate", str(path)]
        answer = CliRunner().invoke(main, command)
        assert answer.exit_code == 0, answer.output
        written.append(path.read_bytes())
    holds = CliRunner().invoke(main, ["verify", str(path)])
    path.write_bytes(written[0].replace(b"sales", b"sells"))
    altered = CliRunner().invoke(main, ["verify", str(path)])

    assert written[0] == written[1]
    assert (holds.exit_code, altered.exit_code) == (0, 1)
    assert holds.stdout.startswith(f"{path} holds: ")
    assert altered.stderr == (
        f"{path}: does not hold: its sha256 is not that of its text: it was altered\n"
    )


def test_what_is_no_proof_is_refused_before_the_run(tmp_path: Path) -> None:
    """With the reason, and without a file."""
    path = tmp_path / "cups.json"
    for setting, reason in (
        ("sales.servers=2", "not a proof here: sales has several servers"),
        ("run.horizon=1000000", "run.horizon: about 50,000,000 services are too many"),
    ):
        command = ["run", str(CUPS), "--set", setting, "--certificate", str(path)]
        answer = CliRunner().invoke(main, command)

        assert answer.exit_code == 1
        assert reason in answer.stderr
        assert not path.exists()
