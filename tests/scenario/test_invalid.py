"""Each bad file is refused with its exact message, which lies beside it.

A pair `NAME.yaml` and `NAME.txt` dropped into `invalid/` is a new test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from toc_sim.errors import ScenarioError
from toc_sim.scenario.load import read

FOLDER = Path(__file__).parent / "invalid"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_bad_file_is_refused_in_these_words(path: Path) -> None:
    """Everything that is wrong is told, in the order of the file."""
    with pytest.raises(ScenarioError) as refused:
        read(path.read_bytes(), path.name)

    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{refused.value}\n" == expected


def test_no_message_lies_there_without_its_file() -> None:
    """Every expected message belongs to a file."""
    messages = {path.stem for path in FOLDER.glob("*.txt")}

    assert messages == {path.stem for path in FILES}


def test_every_problem_says_where_it_is() -> None:
    """Each problem of each file has a path that can be shown, and a place."""
    for path in FILES:
        with pytest.raises(ScenarioError) as refused:
            read(path.read_bytes(), path.name)
        for problem in refused.value.problems:
            assert problem.place.startswith(path.name), path.name


def test_the_constructor_refuses_what_the_file_refuses() -> None:
    """A scenario made in Python obeys the same laws as one in a file."""
    from toc_sim.scenario.file.yaml import read_document
    from toc_sim.scenario.model import Scenario

    for path in FILES:
        try:
            document = read_document(path.read_text(encoding="utf-8"), path.name)
        except (ScenarioError, UnicodeDecodeError):
            continue  # not a document at all
        if document is None or document.problems:
            continue
        with pytest.raises(ValueError, match="validation error"):
            Scenario.model_validate(document.root.value)
