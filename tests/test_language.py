"""Answers in other languages: catalogues are whole, figures read as they should."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from toc_sim.cli import main
from toc_sim.constraint.intervals import Interval
from toc_sim.language import (
    counted_word,
    figure,
    joined,
    languages,
    phrase,
    phrase_in,
    speaking,
    spoken,
    system_language,
)
from toc_sim.report.formats import alone, counted, number, plus_minus
from toc_sim.scenario.fields.words import Noun

ROOT = Path(__file__).parents[1]

CUP = Noun("стаканчик", "стаканчиков", "стаканчика")


@pytest.fixture
def catalogues(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the script that keeps the catalogues."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return import_module("catalogues")


def test_each_catalogue_has_the_sentences_of_the_code(catalogues: Any) -> None:
    """No more and no fewer: `python benchmarks/catalogues.py --write`."""
    assert catalogues.translated() == ["ru"]
    for language in catalogues.translated():
        path = catalogues.path_of(language)
        now = catalogues.updated(language)

        assert path.read_bytes() == catalogues.written(now), path
        assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(now), path


def test_each_sentence_of_each_language_is_whole(catalogues: Any) -> None:
    """None is missing, and each names the parts that the English one names."""
    for language in catalogues.translated():
        assert list(catalogues.faults(catalogues.catalogue(language))) == []


def test_each_sentence_that_is_said_is_found_by_the_catalogues(catalogues: Any) -> None:
    """It stands in its call as it is; a part that calls ``_`` would hide it.

    Functions that hand sentences on are looked at where they are called.
    """
    known = set()
    for message in catalogues.template():
        if message.id and not message.context:
            known.add(message.id)
    one, both = slice(0, 1), slice(0, 2)
    texts = {"phrase": one, "_": one, "say": one, "phrase_of": both, "say_of": both}
    texts["said_of"] = slice(2, 4)
    hands_on = catalogues.PACKAGE / "report" / "html" / "phrases.py"
    missing = []
    for path in sorted({*catalogues.PACKAGE.rglob("*.py")} - {hands_on}):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        handed_on = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name in texts
            for inner in ast.walk(node)
        }
        for node in {*ast.walk(tree)} - handed_on:
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = texts.get(node.func.id, slice(0))
            given = node.args[place]
            said = [each.value for each in given if isinstance(each, ast.Constant)]
            message = "".join(map(str, said)) if place == one else tuple(said)
            if given and message not in known:
                missing.append(f"{path.name}:{node.lineno}")

    assert missing == []


def test_a_language_begins_with_one_file(
    catalogues: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every sentence is in it, with as many forms as the language has."""
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)

    missing = catalogues.main(["--new", "de"])
    found = catalogues.catalogue("de")

    assert missing == len([message for message in found if message.id])
    assert found.num_plurals == 2


def test_a_fault_of_a_translation_is_told(catalogues: Any) -> None:
    """A part that is left out, or named otherwise, and what is not said at all."""
    found = catalogues.updated("ru")
    found.add("{a} of {b}", "{a} из")
    found.add("{a} to {b}", "от {a} до {c}")
    found.add("said by nobody", "")

    told = list(catalogues.faults(found))

    assert "leaves out a part: {a} of {b}" in told
    assert "names other parts: {a} to {b}" in told
    assert "not translated: said by nobody" in told


def test_english_is_what_stands_in_the_code() -> None:
    """And nothing is spoken that has no catalogue."""
    assert languages() == ("en", "ru")
    assert phrase("{first} and {last}", first="a", last="b") == "a and b"
    with pytest.raises(LookupError), speaking("xx"):
        pass


def test_a_word_may_be_said_otherwise_in_another_place() -> None:
    """English has one word for money and for its unit where a file names none."""
    assert phrase_in("head of the statement", "money") == "money"
    with speaking("ru"):
        assert phrase_in("head of the statement", "money") == "деньги"


def test_the_language_that_is_spoken_has_a_code() -> None:
    """English where nothing else is asked for."""
    codes = []
    for language in languages():
        with speaking(language):
            codes.append(spoken())

    assert codes == [*languages()]
    assert spoken() == "en"


def test_thousands_are_many_though_a_space_divides_them() -> None:
    """They have the form of the plural, not that of parts of one."""
    with speaking("ru"):
        assert counted(number(1000.0, 0), Noun("hour")) == "1\u00a0000 часов"
        assert counted(number(1.5, 1), Noun("hour")) == "1,5 часа"


@pytest.mark.parametrize(
    ("write", "english", "russian"),
    [
        (lambda: number(1234.5, 1), "1,234.5", "1\u00a0234,5"),
        (lambda: alone(8.0), "8.00", "8,00"),
        (lambda: figure("-0.5"), "-0.5", "-0,5"),
        (lambda: plus_minus(Interval(8.0, 7.5, 8.5), 1), "8.0 ± 0.5", "8,0 ± 0,5"),
        (lambda: joined(["a", "b", "c"]), "a, b and c", "a, b и c"),
        (lambda: counted("1", Noun("hour")), "1 hour", "1 час"),
        (lambda: counted("2", Noun("hour")), "2 hours", "2 часа"),
        (lambda: counted("5", Noun("hour")), "5 hours", "5 часов"),
        (lambda: counted("21", Noun("day")), "21 days", "21 день"),
        (lambda: counted("7", Noun("cup")), "7 cups", "7 cups"),
        (lambda: counted_word("week", "weeks", 3), "weeks", "недели"),
    ],
)
def test_figures_and_counted_things_are_written_by_language(
    write: Callable[[], str], english: str, russian: str
) -> None:
    """And they are English again after the block."""
    with speaking("ru"):
        assert write() == russian
    assert write() == english


@pytest.mark.parametrize(
    ("figure_", "form"),
    [
        ("1", "стаканчик"),
        ("2", "стаканчика"),
        ("4", "стаканчика"),
        ("5", "стаканчиков"),
        ("11", "стаканчиков"),
        ("12", "стаканчиков"),
        ("21", "стаканчик"),
        ("22", "стаканчика"),
        ("100", "стаканчиков"),
        ("8.5", "стаканчика"),
        ("8,50", "стаканчика"),
    ],
)
def test_a_word_of_a_file_has_its_own_forms(figure_: str, form: str) -> None:
    """In any language that is spoken."""
    assert CUP.of(figure_) == form
    with speaking("ru"):
        assert CUP.of(figure_) == form


RUSSIAN = re.compile(r"[\u0410-\u044f]")


@pytest.mark.parametrize(
    "words",
    [
        ("run", "paper_cups.yaml"),
        ("capacity", "paper_cups_random.yaml"),
        ("compare", "paper_cups_tools.yaml"),
        ("sweep", "paper_cups.yaml", "--vary", "machine_2.capacity=7,8"),
    ],
)
def test_a_command_answers_in_the_language_that_is_asked_for(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By option or by variable, and in English where nothing is said."""
    command, file, *options = words
    asked = [command, str(ROOT / "scenarios" / file), *options]
    if command != "capacity":
        asked += ["--horizon", "20"]

    english = CliRunner().invoke(main, asked)
    russian = CliRunner().invoke(main, [*asked, "--lang", "ru"])
    monkeypatch.setenv("TOC_SIM_LANG", "ru")
    by_variable = CliRunner().invoke(main, asked)

    assert english.exit_code == russian.exit_code == 0
    assert not RUSSIAN.search(english.stdout)
    assert RUSSIAN.search(russian.stdout.splitlines()[0])
    assert by_variable.stdout == russian.stdout


def test_figures_of_json_are_the_same_in_every_language() -> None:
    """Only sentences differ: numbers have their point."""
    asked = ["run", str(ROOT / "scenarios" / "paper_cups.yaml"), "--json"]

    english = json.loads(CliRunner().invoke(main, asked).stdout)
    russian = json.loads(CliRunner().invoke(main, [*asked, "--lang", "ru"]).stdout)

    assert RUSSIAN.search(russian["constraint"]["sentence"])
    assert figures_in(english) == figures_in(russian)


def figures_in(document: object) -> list[float]:
    """Return every number of a document, in its order."""
    if isinstance(document, dict):
        return [each for value in document.values() for each in figures_in(value)]
    if isinstance(document, list):
        return [each for value in document for each in figures_in(value)]
    return [document] if isinstance(document, int | float) else []


def test_an_unknown_language_is_a_misuse() -> None:
    """Exit code 2, with those that there are."""
    cups = str(ROOT / "scenarios" / "paper_cups.yaml")

    refused = CliRunner().invoke(main, ["run", cups, "--lang", "xx"])

    assert refused.exit_code == 2
    assert "'en', 'ru'" in refused.stderr


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"LANGUAGE": "ru:en", "LANG": "en_US.UTF-8"}, "ru"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_system(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As gettext finds it."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert system_language() == language
