"""The JSON Schema is published, up to date, and says what the reader says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from toc_sim.scenario.file.dump import starter
from toc_sim.scenario.file.schema import SCHEMA, generated, published
from toc_sim.scenario.file.yaml import read_document

HERE = Path(__file__).parent
FILES = sorted(
    (*(HERE / "valid").glob("*.yaml"), *(HERE.parents[1] / "scenarios").rglob("*.yaml"))
)


@pytest.fixture(name="validator", scope="module")
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(published()))


def plain(text: str) -> Any:
    """Return the plain values of a file."""
    document = read_document(text, "file.yaml")
    assert document is not None
    return document.root.value


def test_the_published_schema_is_the_generated_one() -> None:
    """The file in the package follows from the models.

    After a change: python -m toc_sim.scenario.file.schema
    """
    assert json.loads(published()) == json.loads(generated()), f"renew {SCHEMA}"


@pytest.mark.parametrize(
    "file",
    sorted((HERE.parents[1] / "scenarios").rglob("*.yaml")),
    ids=lambda f: f.stem,
)
def test_the_first_line_of_a_shipped_scenario_leads_to_it(file: Path) -> None:
    """By a path within the repository."""
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    marker, _, name = first.partition("$schema=")

    assert marker == "# yaml-language-server: "
    assert (file.parent / name).resolve().read_text(encoding="utf-8") == published()


def test_it_is_a_schema_with_a_name() -> None:
    """It is valid JSON Schema 2020-12 and points to nothing on the network."""
    schema = json.loads(published())
    Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:toc_sim:scenario:1"


def test_every_key_is_described() -> None:
    """An editor can show what each key means."""
    schema = json.loads(published())
    entries = {"Scenario": schema, **schema["$defs"]}
    dumb = [
        f"{name}.{key}"
        for name, entry in entries.items()
        for key, field in entry["properties"].items()
        if not field.get("description") and key != "kind"
    ]

    assert dumb == []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_good_files_obey_it(validator: Draft202012Validator, path: Path) -> None:
    """What the reader takes, the schema takes."""
    validator.validate(plain(path.read_text(encoding="utf-8")))


def test_the_starter_obeys_it(validator: Draft202012Validator) -> None:
    """So does the file that `toc-sim new` writes."""
    validator.validate(plain(starter("new")))


MISTAKES = (
    ("capacity: 12", "capcity: 12"),
    ("capacity: 12", "capacity: -12"),
    ("capacity: 12", "capacity: fast"),
    ("capacity: 12", "capacity: 12, servers: 1.5"),
    ("capacity: 12", "capacity: 12, buffer: some"),
    ("capacity: 12", "capacity: 12, conversion: 1.5"),
    ("capacity: 12", "capacity: 12, distribution: normal"),
    ("kind: machine", "kind: robot"),
    ("kind: market", "kind: team"),
    ("machine_1:", "machine 1:"),
    ("format: 1", "format: 2"),
    ("name: Paper-cup conveyor", ""),
    ("-> sales ->", "- sales ->"),
    ("period: hour", "run: {seed: -1}"),
    ("period: hour", "release: pull"),
    ("period: hour", "release: {conwip: 0}"),
    ("period: hour", "colour: red"),
    ("period: hour", "tools: {a: {effects: {sales.capacity: {times: 2}}}}"),
)


@pytest.mark.parametrize(("right", "wrong"), MISTAKES)
def test_plain_mistakes_do_not(
    validator: Draft202012Validator, right: str, wrong: str
) -> None:
    """What an editor can see, it marks."""
    text = (HERE / "valid" / "smallest.yaml").read_text(encoding="utf-8")
    assert right in text

    assert not validator.is_valid(plain(text.replace(right, wrong)))
