"""Texts of any encoding are read as what their bytes show, and it is said."""

# ruff: noqa: RUF001 - Russian

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.record_files import cells_of, notice_of, read_text

from toc_sim.records import encoding

RUSSIAN = "Город;Сумма\nМосква;1 234,50\nСанкт-Петербург;7,00\n«Новый город»;3,00\n"
FRENCH = "Société;Montant\nCréances d’été;1 234,50\nGarçon à vélo;7,00\n"


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        (RUSSIAN, "utf-8", ""),
        (RUSSIAN, "utf-8-sig", ""),
        (RUSSIAN, "utf-16", "read as UTF-16-LE"),
        (RUSSIAN, "utf-16-be", "read as UTF-16-BE"),
        (RUSSIAN, "cp1251", "read as cp1251, in which 'Город' is a word"),
        (FRENCH, "utf-8", ""),
        (FRENCH, "utf-16-le", "read as UTF-16-LE"),
        (FRENCH, "cp1252", "read as cp1252, in which "),
        (FRENCH.replace("’", "'"), "latin-1", "read as cp1252, in which "),
    ],
)
def test_a_text_is_read_in_the_encoding_that_makes_words(
    tmp_path: Path, text: str, written: str, told: str
) -> None:
    """Cyrillic words are Cyrillic to their last letter, French ones are not."""
    table = read_text(tmp_path, text.encode(written))
    name, amount = (line.split(";")[0] for line in text.splitlines()[:2])

    assert cells_of(table, name)[0] == amount
    assert cells_of(table, list(table.columns)[1])[0] == 1234.5
    assert told in notice_of(table, "encoding")
    assert bool(told) == bool(notice_of(table, "encoding"))


def test_a_sign_that_is_in_no_word_decides_nothing_and_that_is_said(
    tmp_path: Path,
) -> None:
    """As a doubt."""
    table = read_text(tmp_path, b"n;note\n1;5 \x80 x\n2;6 x\n")

    assert cells_of(table, "note") == ["5 € x", "6 x"]
    assert "though no word in it tells" in notice_of(table, "encoding")
    assert {each.weight for each in table.notices if each.kind == "encoding"} == {
        "doubt"
    }


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("written", ["utf-8", "utf-16"])
def test_a_text_is_the_same_however_its_bytes_are_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, end: str, written: str
) -> None:
    """Letters, ends of lines and empty lines lie across the borders of parts."""
    monkeypatch.setattr(encoding, "_CHUNK", size)
    text = "Город;Сумма\nМосква;1\n\nТверь;2\n\n"
    table = read_text(tmp_path, text.replace("\n", end).encode(written))

    assert cells_of(table, "Город") == ["Москва", "Тверь"]
    assert table.lines.tolist() == [1, 3]
    assert [(each.rows, each.examples) for each in table.dropped] == [
        (1, ("deals.csv: line 3",))
    ]
