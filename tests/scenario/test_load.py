"""Files that cannot be opened are told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim import load
from toc_sim.errors import ScenarioError
from toc_sim.scenario.load import LARGEST_FILE, read


def refusal(path: str | Path) -> str:
    """Return why a file is refused."""
    with pytest.raises(ScenarioError) as refused:
        load(path)
    return str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The nearest name in its directory is offered."""
    (tmp_path / "cups.yaml").touch()
    near, far = tmp_path / "cups.yml", tmp_path / "company.yaml"

    assert refusal(near) == (
        f"{near}: there is no such file\n"
        f"    hint: did you mean '{tmp_path / 'cups.yaml'}'?"
    )
    assert refusal(far) == f"{far}: there is no such file"


def test_a_directory(tmp_path: Path) -> None:
    """A directory is not a file."""
    assert refusal(tmp_path) == (
        f"{tmp_path}: is a directory, not a file\n    hint: name a file in it"
    )


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("x" * 5000, f"{'x' * 5000}: cannot be opened: file name too long"),
        ("a\0b", "a\\x00b: cannot be opened: embedded null byte"),
    ],
)
def test_a_name_that_cannot_be_one(path: str, words: str) -> None:
    """The system's own reason is passed on."""
    assert refusal(path) == words


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    """Not more is read than a scenario can have."""
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))

    assert refusal(path) == f"{path}: is larger than 4 MB, which no scenario is"


def test_a_file_without_an_end() -> None:
    """A device that never ends is too large."""
    assert refusal("/dev/zero") == (
        "/dev/zero: is larger than 4 MB, which no scenario is"
    )


def test_an_empty_file_is_told_how_to_begin() -> None:
    """Nothing, spaces and comments are all empty."""
    for content in ("", "  \n", "# soon\n", "---\n", b"\xef\xbb\xbf"):
        with pytest.raises(ScenarioError) as refused:
            read(content, "new.yaml")
        assert str(refused.value) == (
            "new.yaml: is empty\n"
            "    hint: 'toc-sim new NAME' writes a scenario to begin with"
        )


def test_many_problems_come_in_the_order_of_the_file() -> None:
    """Whatever found them."""
    text = "".join(f"key_{number}: 1\n" for number in range(30))

    with pytest.raises(ScenarioError) as refused:
        read(text, "keys.yaml")

    lines = [int(each.place.split(":")[1]) for each in refused.value.problems]
    assert lines == sorted(lines)
    assert len(lines) == 34
